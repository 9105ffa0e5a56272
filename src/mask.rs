//! From the model's outputs to one class for each pixel.
