//! The threads that compute models, started when the first model needs them.

use std::sync::{Arc, Mutex, PoisonError};

use rten::ThreadPool;
use unet_executor::Threads;

use crate::model::error::ModelError;

/// A pool of threads for each engine, of the same size.
pub(crate) struct Pools {
    count: usize,
    executor: Mutex<Option<Arc<Threads>>>,
    rten: Mutex<Option<Arc<ThreadPool>>>,
}

impl Pools {
    /// Pools of `count` threads each. Starts none.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            count,
            executor: Mutex::new(None),
            rten: Mutex::new(None),
        }
    }

    /// Threads of each pool.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The executor's threads, the calling one included.
    pub(super) fn executor(&self) -> Result<Arc<Threads>, ModelError> {
        let mut pool = self.executor.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = &*pool {
            return Ok(Arc::clone(pool));
        }
        let threads = Threads::new(self.count);
        let threads = threads.map_err(|error| ModelError::Threads(self.count, error))?;
        Ok(Arc::clone(pool.insert(Arc::new(threads))))
    }

    /// rten's threads.
    pub(super) fn rten(&self) -> Arc<ThreadPool> {
        let mut pool = self.rten.lock().unwrap_or_else(PoisonError::into_inner);
        let start = || Arc::new(ThreadPool::with_num_threads(self.count));
        Arc::clone(pool.get_or_insert_with(start))
    }
}
