//! What to do about a fault, for the person at the line.

use crate::part::Cause;

/// What to do if a part is a fault with this code; `None` for a code of another version.
pub fn advice(code: &str) -> Option<&'static str> {
    CAUSES
        .iter()
        .find(|(cause, _)| cause.code() == code)
        .map(|(_, advice)| *advice)
}

const CAUSES: [(Cause, &str); 12] = [
    (
        Cause::File,
        "Look whether something else moves or deletes pictures, and whether the station may read them.",
    ),
    (
        Cause::Picture,
        "Look at the picture: it must be whole, of a supported format, and large enough for image.roi.",
    ),
    (
        Cause::NoPicture,
        "Look whether the camera gets the trigger, and whether its pictures reach the watched directory.",
    ),
    (
        Cause::TwoPictures,
        "Let the camera write one picture for each trigger; look for a chattering trigger line.",
    ),
    (
        Cause::Camera,
        "Look at the camera's cable and power. The station opens it again by itself.",
    ),
    (
        Cause::Missed,
        "The station was not ready. Look at what waits for a reset, at the mode, and whether parts come too fast.",
    ),
    (
        Cause::Late,
        "Look at the disk and the network that bring the pictures: one came too late.",
    ),
    (
        Cause::Deadline,
        "The inspection took longer than gate.deadline_ms. Look at the stage times for what became slow.",
    ),
    (
        Cause::Engine,
        "Run `sluice explain` with the code in the detail.",
    ),
    (
        Cause::Output,
        "The model's output is not what the recipe describes. Look at the model and engine.output.",
    ),
    (
        Cause::QueueFull,
        "Parts come faster than the station inspects them. Look at the stage times, or slow the belt down.",
    ),
    (
        Cause::Stopping,
        "None: the station was stopped while the part was under way.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_advice() {
        assert!(advice("no_picture").unwrap().contains("trigger"));
        assert_eq!(advice("of_tomorrow"), None);
        let mut codes: Vec<_> = CAUSES.iter().map(|(cause, _)| cause.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CAUSES.len());
    }
}
