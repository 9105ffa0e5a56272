//! The weights of a convolution.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A function that gives weights.
type Read = dyn Fn() -> Vec<f32> + Send + Sync;

/// The weights of a convolution: numbers, or a function that gives them when the network is placed
/// in its memory. With functions, only one layer's numbers exist at a time beside the network.
#[derive(Clone)]
pub struct Weights {
    len: usize,
    held: Held,
}

#[derive(Clone)]
enum Held {
    Numbers(Vec<f32>),
    Read(Arc<Read>),
}

impl Weights {
    /// Weights that `read` gives. It always gives the same `len` numbers.
    #[must_use]
    pub fn later(len: usize, read: impl Fn() -> Vec<f32> + Send + Sync + 'static) -> Self {
        let held = Held::Read(Arc::new(read));
        Self { len, held }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The numbers.
    ///
    /// # Panics
    ///
    /// If the function of [`Weights::later`] gives another number of them: the network has no space
    /// for more.
    #[must_use]
    pub fn numbers(&self) -> Cow<'_, [f32]> {
        let numbers = match &self.held {
            Held::Numbers(numbers) => Cow::Borrowed(numbers.as_slice()),
            Held::Read(read) => Cow::Owned(read()),
        };
        assert_eq!(numbers.len(), self.len, "another number of weights");
        numbers
    }
}

impl From<Vec<f32>> for Weights {
    fn from(numbers: Vec<f32>) -> Self {
        Self {
            len: numbers.len(),
            held: Held::Numbers(numbers),
        }
    }
}

impl FromIterator<f32> for Weights {
    fn from_iter<T: IntoIterator<Item = f32>>(numbers: T) -> Self {
        Vec::from_iter(numbers).into()
    }
}

impl Default for Weights {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl PartialEq for Weights {
    fn eq(&self, other: &Self) -> bool {
        self.numbers() == other.numbers()
    }
}

impl fmt::Debug for Weights {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.numbers().fmt(out)
    }
}
