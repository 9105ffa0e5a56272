//! What the rest of the project relies on.
