//! A bounded queue between threads.
//!
//! Fixed capacity, no allocation after construction, several senders and receivers. Sending never
//! waits: the sender must handle a full queue, because what that means depends on the item. The
//! gate has its own queues, because it must never wait for another thread's lock.

use core::time::Duration;
use heapless::Deque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A queue of at most `N` items.
#[derive(Debug)]
pub struct Channel<T, const N: usize> {
    inner: Mutex<Inner<T, N>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Inner<T, const N: usize> {
    items: Deque<T, N>,
    closed: bool,
}

/// Result of receiving from a queue.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<T> {
    /// An item.
    Item(T),
    /// No item arrived in time.
    Nothing,
    /// The queue is empty and closed.
    Closed,
}

impl<T, const N: usize> Default for Channel<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Channel<T, N> {
    /// An empty, open queue.
    pub fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                items: Deque::new(),
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Puts `item` at the end.
    ///
    /// # Errors
    /// Returns `item` if the queue is full or closed.
    pub fn send(&self, item: T) -> Result<(), T> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(item);
        }
        inner.items.push_back(item)?;
        drop(inner);
        self.changed.notify_one();
        Ok(())
    }

    /// Takes the first item. Waits for one at most `timeout`.
    pub fn receive(&self, timeout: Duration) -> Received<T> {
        let end = Instant::now().checked_add(timeout);
        let mut inner = self.lock();
        loop {
            if let Some(item) = inner.items.pop_front() {
                return Received::Item(item);
            }
            if inner.closed {
                return Received::Closed;
            }
            let left = match end {
                Some(end) => end.saturating_duration_since(Instant::now()),
                None => timeout,
            };
            if left.is_zero() {
                return Received::Nothing;
            }
            let (guard, _) = self
                .changed
                .wait_timeout(inner, left)
                .unwrap_or_else(PoisonError::into_inner);
            inner = guard;
        }
    }

    /// Takes the first item. Waits until there is one; `None` once the queue is closed and empty.
    pub fn receive_next(&self) -> Option<T> {
        loop {
            match self.receive(Duration::from_secs(3600)) {
                Received::Item(item) => return Some(item),
                Received::Nothing => {}
                Received::Closed => return None,
            }
        }
    }

    /// Whether no item waits.
    pub fn is_empty(&self) -> bool {
        self.lock().items.is_empty()
    }

    /// Closes the queue to new items. The items in it can still be taken.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether the queue is closed to new items.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// The lock is held for a few instructions, and no foreign code runs under it. So a poisoned
    /// lock still protects a consistent queue.
    fn lock(&self) -> MutexGuard<'_, Inner<T, N>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_out_in_order_and_a_full_queue_returns_the_item() {
        let channel = Channel::<u32, 2>::new();
        assert_eq!(channel.send(1), Ok(()));
        assert_eq!(channel.send(2), Ok(()));
        assert_eq!(channel.send(3), Err(3));
        assert_eq!(channel.receive(Duration::ZERO), Received::Item(1));
        channel.close();
        assert_eq!(channel.send(4), Err(4));
        assert_eq!(channel.receive_next(), Some(2));
        assert_eq!(channel.receive_next(), None);
        assert_eq!(channel.receive(Duration::ZERO), Received::Closed);
    }

    #[test]
    fn every_item_reaches_exactly_one_of_several_receivers() {
        const COUNT: u64 = 20_000;
        let channel = Channel::<u64, 16>::new();
        let sum = std::sync::atomic::AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while let Some(item) = channel.receive_next() {
                        sum.fetch_add(item, std::sync::atomic::Ordering::Relaxed);
                    }
                });
            }
            for item in 1..=COUNT {
                let mut item = item;
                while let Err(back) = channel.send(item) {
                    item = back;
                    std::thread::yield_now();
                }
            }
            channel.close();
        });
        assert_eq!(sum.into_inner(), COUNT * (COUNT + 1) / 2);
    }

    #[test]
    fn waiting_ends_at_the_timeout() {
        let channel = Channel::<u32, 1>::new();
        let start = Instant::now();
        assert_eq!(
            channel.receive(Duration::from_millis(20)),
            Received::Nothing
        );
        assert!(start.elapsed() >= Duration::from_millis(20));
    }
}
