//! `image.frame` and the camera must agree on the frame's size, and each recipe's region must lie
//! in it. The region must be one that `image.resize` can bring to the model's size.

use super::Found;
use crate::image::resample::Resampler;
use crate::image::{Roi, Size};
use crate::station::file::{ImageSettings, Station};
use crate::station::recipe_path;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let frame = station.image.frame;
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
    region("image.roi", station.image.roi, frame, camera, found);
    resize("image.resize", &station.image, found);
    for (place, recipe) in station.all_recipes().enumerate() {
        if let Some(own) = recipe.image {
            let path = match own.resize {
                Some(_) => format!("{}.image.resize", recipe_path(place)),
                None => format!("{}.image", recipe_path(place)),
            };
            resize(&path, &station.image_of(recipe), found);
        }
        if let Some(roi) = recipe.image.and_then(|image| image.roi) {
            let key = format!("{}.image.roi", recipe_path(place));
            region(&key, roi, frame, camera, found);
        }
    }
}

/// The region must be one that the rule can resize.
fn resize(key: &str, image: &ImageSettings, found: &mut Found<'_>) {
    let (region, order) = (image.roi.size(), image.order);
    if let Err(error) = Resampler::new(region, image.size, order, order, image.resize) {
        found.add(key, error.to_string());
    }
}

/// The region `roi`, which this key gives, must lie in the frame.
fn region(key: &str, roi: Roi, frame: Option<Size>, camera: Option<Size>, found: &mut Found<'_>) {
    if let Some(camera) = camera.filter(|camera| !roi.is_inside(*camera)) {
        found.add(
            key,
            format!("extends beyond the camera's frame, which is {camera}; make it smaller"),
        );
    } else if let Some(frame) = frame.filter(|frame| !roi.is_inside(*frame)) {
        found.add(
            key,
            format!("is {roi}, which extends beyond image.frame ({frame}); correct one of them"),
        );
    }
}
