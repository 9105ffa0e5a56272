//! The stream of a device: its buffers, start, stop and events.

use super::abi;
use super::device::VideoDevice;
use crate::camera::CameraError;
use nix::errno::Errno;
use nix::libc;

impl VideoDevice {
    /// Requests `count` buffers. Returns the number that the driver created.
    pub fn request_buffers(&self, count: u32) -> Result<u32, CameraError> {
        let mut request = abi::RequestBuffers {
            count,
            kind: self.direction as u32,
            memory: abi::MEMORY_MMAP,
            ..abi::RequestBuffers::default()
        };
        // SAFETY: the call reads and writes one `RequestBuffers`, which lives on this stack, and
        // keeps no pointer to it.
        self.call("VIDIOC_REQBUFS", |fd| unsafe {
            abi::reqbufs(fd, &raw mut request)
        })?;
        Ok(request.count)
    }

    fn buffer(&self, index: u32) -> abi::Buffer {
        abi::Buffer {
            index,
            kind: self.direction as u32,
            memory: abi::MEMORY_MMAP,
            ..abi::Buffer::default()
        }
    }

    /// Reads the position and the kind of time stamps of buffer `index`.
    pub fn query_buffer(&self, index: u32) -> Result<abi::Buffer, CameraError> {
        let mut buffer = self.buffer(index);
        // SAFETY: the call reads and writes one `Buffer`, which lives on this stack, and keeps no
        // pointer to it.
        self.call("VIDIOC_QUERYBUF", |fd| unsafe {
            abi::querybuf(fd, &raw mut buffer)
        })?;
        Ok(buffer)
    }

    /// Gives buffer `index` to the driver. `bytesused` only matters for output.
    pub fn queue(&self, index: u32, bytesused: u32) -> Result<(), CameraError> {
        let mut buffer = abi::Buffer {
            bytesused,
            field: abi::FIELD_NONE,
            ..self.buffer(index)
        };
        // SAFETY: the call reads and writes one `Buffer`, which lives on this stack, and keeps no
        // pointer to it.
        self.call("VIDIOC_QBUF", |fd| unsafe {
            abi::qbuf(fd, &raw mut buffer)
        })
    }

    /// Takes back a buffer that the driver has finished, or `None`.
    pub fn dequeue(&self) -> Result<Option<abi::Buffer>, CameraError> {
        let mut buffer = self.buffer(0);
        // SAFETY: the call reads and writes one `Buffer`, which lives on this stack, and keeps no
        // pointer to it.
        match self.quiet(|fd| unsafe { abi::dqbuf(fd, &raw mut buffer) }) {
            Ok(()) => Ok(Some(buffer)),
            Err(Errno::EAGAIN) => Ok(None),
            Err(errno) => Err(self.failed("VIDIOC_DQBUF", errno)),
        }
    }

    /// Starts the stream.
    pub fn start(&self) -> Result<(), CameraError> {
        let kind = self.direction as libc::c_int;
        // SAFETY: the call reads one `int`, which lives on this stack, and keeps no pointer to it.
        self.call("VIDIOC_STREAMON", |fd| unsafe {
            abi::streamon(fd, &raw const kind)
        })
    }

    /// Stops the stream. The driver releases all buffers.
    pub fn stop(&self) -> Result<(), CameraError> {
        let kind = self.direction as libc::c_int;
        // SAFETY: the call reads one `int`, which lives on this stack, and keeps no pointer to it.
        self.call("VIDIOC_STREAMOFF", |fd| unsafe {
            abi::streamoff(fd, &raw const kind)
        })
    }

    /// Subscribes to events of this kind. Returns false if the driver does not have them.
    pub fn subscribe(&self, kind: u32) -> bool {
        let subscription = abi::EventSubscription {
            kind,
            ..abi::EventSubscription::default()
        };
        // SAFETY: the call reads one `EventSubscription`, which lives on this stack, and keeps no
        // pointer to it.
        self.quiet(|fd| unsafe { abi::subscribe_event(fd, &raw const subscription) })
            .is_ok()
    }

    /// The kind of the oldest queued event.
    pub fn event(&self) -> Result<Option<u32>, CameraError> {
        let mut event = abi::Event {
            kind: 0,
            padding: 0,
            content: [0; 64],
            pending: 0,
            sequence: 0,
            timestamp: [0; 2],
            id: 0,
            reserved: [0; 8],
        };
        // SAFETY: the call writes one `Event`, which lives on this stack, and keeps no pointer to
        // it.
        match self.quiet(|fd| unsafe { abi::dqevent(fd, &raw mut event) }) {
            Ok(()) => Ok(Some(event.kind)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(self.failed("VIDIOC_DQEVENT", errno)),
        }
    }
}
