//! The program's side of a simulated camera.

use super::{Shared, Waiting};
use crate::camera::{Camera, CameraError, Frame};
use nix::sys::epoll::Epoll;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

/// An open [`SimulatedDevice`](super::SimulatedDevice).
#[derive(Debug)]
pub struct SimulatedCamera {
    shared: Arc<Shared>,
    epoll: Epoll,
}

impl SimulatedCamera {
    pub(super) fn new(shared: Arc<Shared>, epoll: Epoll) -> Self {
        Self { shared, epoll }
    }
}

impl AsFd for SimulatedCamera {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.0.as_fd()
    }
}

impl Camera for SimulatedCamera {
    fn next_frame(&mut self, look: &mut dyn FnMut(Frame<'_>)) -> Result<bool, CameraError> {
        let shared = &*self.shared;
        let mut state = shared.lock();
        state.collect(shared);
        if state.gone {
            return Err(shared.error("taking a frame", "it was unplugged"));
        }
        let taken = state.waiting.pop_front();
        shared.settle(&mut state);
        if let Some((call, errno)) = state.failed.take() {
            return Err(shared.error(call, errno.desc()));
        }
        drop(state);
        let Some(Waiting {
            exposed,
            sequence,
            picture,
            damaged,
        }) = taken
        else {
            return Ok(false);
        };
        let pictures = &shared.pictures;
        look(Frame {
            bytes: pictures
                .get(picture % pictures.len())
                .map_or(&[], Vec::as_slice),
            stride_bytes: shared.settings.layout.row_bytes(),
            exposed_after: exposed,
            exposed_before: exposed,
            sequence,
            damaged,
        });
        Ok(true)
    }

    fn describe(&self) -> String {
        let Shared {
            settings,
            name,
            pictures,
            ..
        } = &*self.shared;
        format!(
            "{name}, {}, {} pictures, {} buffers",
            settings.layout,
            pictures.len(),
            settings.buffers
        )
    }
}

impl Drop for SimulatedCamera {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.open = false;
        state.waiting.clear();
        self.shared.settle(&mut state);
    }
}
