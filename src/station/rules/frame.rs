//! `image.frame` and the camera must agree on the frame's size, and the region must lie in it.

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
            format!("is {frame}, but the camera's frame (source.camera.width, height) is {camera}; make them the same"),
        );
        return;
    }
    if let Some(camera) = camera.filter(|camera| !roi.is_inside(*camera)) {
        found.add(
            "image.roi",
            format!("extends beyond the camera's frame, which is {camera}"),
        );
    } else if let Some(frame) = frame.filter(|frame| !roi.is_inside(*frame)) {
        found.add(
            "image.roi",
            format!("is {roi}, which extends beyond image.frame ({frame})"),
        );
    }
}
