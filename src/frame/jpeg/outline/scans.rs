//! Which bits of the coefficients the scans of a JPEG file bring.

use super::{SCANS_MAX, broken, unread};
use crate::frame::FrameError;

/// Coefficients of a block.
const COEFFICIENTS: usize = 64;

/// The scans so far.
#[derive(Debug)]
pub struct Scans {
    is_progressive: bool,
    components: usize,
    count: usize,
    /// For each component and coefficient, how many of its lowest bits are still missing.
    missing: [[Option<u8>; COEFFICIENTS]; 3],
}

impl Scans {
    pub const fn new(components: usize, is_progressive: bool) -> Scans {
        Scans {
            is_progressive,
            components,
            count: 0,
            missing: [[None; COEFFICIENTS]; 3],
        }
    }

    /// Takes the segment that begins a scan. Components are numbered in the order of the frame's.
    pub fn add(&mut self, segment: &[u8], ids: &[u8], at: usize) -> Result<(), FrameError> {
        let wrong = || broken(at, "a scan does not follow from those before it");
        self.count += 1;
        if self.count > SCANS_MAX {
            return Err(unread("with more than 100 scans"));
        }
        let (count, rest) = segment.split_first().ok_or_else(wrong)?;
        let (components, rest) = rest
            .split_at_checked(2 * usize::from(*count))
            .ok_or_else(wrong)?;
        let [first, last, bits] = *rest else {
            return Err(wrong());
        };
        if !self.is_progressive {
            if components.len() != 2 * self.components {
                return Err(unread("with a scan for each channel"));
            }
            if self.count > 1 || (first, last, bits) != (0, 63, 0) {
                return Err(wrong());
            }
        }
        let coefficients = usize::from(first)..=usize::from(last);
        let (before, after) = (bits >> 4, bits & 15);
        for [id, _] in components.as_chunks::<2>().0 {
            let component = ids.iter().position(|known| known == id);
            let missing = component.and_then(|at| self.missing.get_mut(at));
            let missing = missing.and_then(|missing| missing.get_mut(coefficients.clone()));
            for missing in missing.ok_or_else(wrong)? {
                let expected = if before == 0 { None } else { Some(before) };
                let is_next = before == 0 || after + 1 == before;
                if *missing != expected || !is_next {
                    return Err(wrong());
                }
                *missing = Some(after);
            }
        }
        Ok(())
    }

    /// Whether no bit of any coefficient is missing.
    pub fn are_complete(&self) -> bool {
        let mut all = self.missing.iter().take(self.components).flatten();
        all.all(|missing| *missing == Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scans that libjpeg writes for three channels: how many, which, first and last
    /// coefficient, bits.
    const SCRIPT: [&[u8]; 10] = [
        &[3, 1, 0, 2, 0, 3, 0, 0, 0, 0x01],
        &[1, 1, 0, 1, 5, 0x02],
        &[1, 3, 0, 1, 63, 0x01],
        &[1, 2, 0, 1, 63, 0x01],
        &[1, 1, 0, 6, 63, 0x02],
        &[1, 1, 0, 1, 63, 0x21],
        &[3, 1, 0, 2, 0, 3, 0, 0, 0, 0x10],
        &[1, 3, 0, 1, 63, 0x10],
        &[1, 2, 0, 1, 63, 0x10],
        &[1, 1, 0, 1, 63, 0x10],
    ];

    fn is_complete<'a>(is_progressive: bool, scans: impl Iterator<Item = &'a [u8]>) -> bool {
        let mut all = Scans::new(3, is_progressive);
        for scan in scans {
            if all.add(scan, &[1, 2, 3], 0).is_err() {
                return false;
            }
        }
        all.are_complete()
    }

    #[test]
    fn a_progressive_picture_is_complete_only_with_all_of_its_scans() {
        let all = SCRIPT.into_iter();
        assert!(is_complete(true, all.clone()));
        for missing in 0..SCRIPT.len() {
            let others = all
                .clone()
                .take(missing)
                .chain(all.clone().skip(missing + 1));
            assert!(!is_complete(true, others), "without scan {missing}");
        }
        let twice = all.clone().chain(all.clone().skip(9));
        assert!(!is_complete(true, twice));
    }

    #[test]
    fn other_pictures_have_one_scan() {
        let whole: &[u8] = &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0];
        let once = |scan| is_complete(false, [scan].into_iter());
        assert!(once(whole));
        assert!(!is_complete(false, [whole, whole].into_iter()));
        for other in [
            &[1, 1, 0, 0, 63, 0][..],
            &[3, 1, 0, 2, 0, 2, 0, 0, 63, 0],
            &[3, 1, 0, 2, 0, 4, 0, 0, 63, 0],
            &[3, 1, 0, 2, 0, 3, 0, 0, 62, 0],
            &[3, 1, 0, 2, 0, 3, 0, 0, 64, 0],
            &[3, 1, 0, 2, 0, 3, 0],
            &[200, 1],
            &[],
        ] {
            assert!(!once(other), "{other:?}");
        }
    }
}
