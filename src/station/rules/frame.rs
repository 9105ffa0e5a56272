//! What `image.frame` and the camera say of the size of a frame, and the region that must lie in it.

use super::Found;
use crate::station::file::Station;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let (roi, frame) = (station.image.roi, station.image.frame);
    let camera = station.source.camera.as_ref().map(|camera| camera.frame());
    if let (Some(frame), Some(camera)) = (frame, camera)
        && frame != camera
    {
        found.add(
            "image.frame",
            format!("is {frame}, and the camera's frame (source.camera.width, height) is {camera}; make them the same"),
        );
        return;
    }
    if let Some(camera) = camera.filter(|camera| !roi.lies_in(*camera)) {
        found.add(
            "image.roi",
            format!("reaches outside of the camera's frame, which is {camera}"),
        );
    } else if let Some(frame) = frame.filter(|frame| !roi.lies_in(*frame)) {
        found.add(
            "image.roi",
            format!("is {roi}, which reaches outside of image.frame ({frame})"),
        );
    }
}
