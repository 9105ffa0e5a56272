//! Free inputs, from the inspection to the threads that fill them. A picture needs an input of the
//! model that inspects it, so each model has its own queue.

use crate::bounded::channel::{Channel, Received};
use crate::recipe::RECIPES_MAX;
use crate::run::messages::InputLease;
use core::array;
use core::time::Duration;

/// At most `N` free inputs of each model.
#[derive(Debug)]
pub struct FreeInputs<const N: usize> {
    /// By the number of the model. Each recipe has one at most.
    models: [Channel<InputLease, N>; RECIPES_MAX],
}

impl<const N: usize> Default for FreeInputs<N> {
    fn default() -> Self {
        Self {
            models: array::from_fn(|_| Channel::new()),
        }
    }
}

impl<const N: usize> FreeInputs<N> {
    /// Gives an input back to its model's queue. The queues hold every input. They are closed only
    /// at the end, and then the end of the process frees the memory.
    pub fn send(&self, input: InputLease) {
        if let Some(queue) = self.models.get(input.slot.model) {
            let _ = queue.send(input);
        }
    }

    /// Takes an input of this model, if one is free.
    pub fn receive(&self, model: usize) -> Option<InputLease> {
        match self.models.get(model)?.receive(Duration::ZERO) {
            Received::Item(input) => Some(input),
            Received::Nothing | Received::Closed => None,
        }
    }

    /// Takes an input of this model. Waits until one is free; `None` once the queues are closed.
    pub fn receive_next(&self, model: usize) -> Option<InputLease> {
        self.models.get(model)?.receive_next()
    }

    /// Closes the queues. The inputs in them can still be taken.
    pub fn close(&self) {
        for queue in &self.models {
            queue.close();
        }
    }

    /// Frees the inputs that wait.
    pub fn clear(&self) {
        for model in 0..self.models.len() {
            while let Some(input) = self.receive(model) {
                drop(input);
            }
        }
    }
}
