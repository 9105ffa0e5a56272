//! A data set's figures: means, pooled, and for each kind.

use super::{Doubts, Figures};
use crate::labelled::dice::{Counts, iou_of_dice};
use core::fmt;

/// A data set's figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Pictures.
    pub pictures: u32,
    /// Mean soft Dice, if there are scores.
    pub soft_dice: Option<f64>,
    /// Mean of the pictures' soft IoU.
    pub soft_iou: Option<f64>,
    /// Mean foreground Dice. A picture without a defect and without a finding counts as 1.
    pub dice: f64,
    /// Mean foreground IoU.
    pub iou: f64,
    /// All pixels of all pictures as one picture.
    pub pooled: Counts,
    /// The same for each defect class alone, from class 1 on; empty if there is only one.
    pub classes: Vec<Counts>,
    /// Pictures with a defect.
    pub defective: u32,
    /// Defective pictures that did not pass.
    pub caught: u32,
    /// Pictures without a defect.
    pub good: u32,
    /// Good pictures that did not pass.
    pub rejected: u32,
    /// The same for each kind, sorted by name; empty if the data set names no kinds.
    pub kinds: Vec<KindSummary>,
    /// What looks wrong in the data set.
    pub doubts: Doubts,
}

/// The figures of the parts of one kind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KindSummary {
    /// Its name.
    pub kind: String,
    /// Its parts.
    pub pictures: u32,
    /// Mean foreground Dice of its parts. A part without a defect and without a finding counts as
    /// 1.
    pub dice: f64,
    /// Mean foreground IoU.
    pub iou: f64,
    /// All pixels of its parts as one picture.
    pub pooled: Counts,
    /// Its parts with a defect in the mask.
    pub defective: u32,
    /// Defective and not passed.
    pub caught: u32,
    /// Its parts with an empty mask.
    pub good: u32,
    /// Good and not passed.
    pub rejected: u32,
}

impl Summary {
    /// Adds a picture. The fields for means hold sums until [`Summary::finish`] is called.
    pub(super) fn add(&mut self, figures: &Figures, kind: Option<&str>) {
        self.pictures += 1;
        self.doubts
            .add(figures.number, figures.frame, figures.doubt);
        if let Some(dice) = figures.soft_dice {
            *self.soft_dice.get_or_insert_default() += dice;
            *self.soft_iou.get_or_insert_default() += iou_of_dice(dice);
        }
        let (dice, iou) = (figures.counts.dice(), figures.counts.iou());
        self.dice += dice;
        self.iou += iou;
        self.pooled += figures.counts;
        self.classes
            .resize(figures.classes.len(), Counts::default());
        for (pooled, counts) in self.classes.iter_mut().zip(&figures.classes) {
            *pooled += *counts;
        }
        let defective = figures.is_defective();
        let stopped = u32::from(!figures.verdict.passes());
        if defective {
            self.defective += 1;
            self.caught += stopped;
        } else {
            self.good += 1;
            self.rejected += stopped;
        }
        let Some(kind) = kind else { return };
        let kinds = &mut self.kinds;
        let place = kinds.binary_search_by(|known| known.kind.as_str().cmp(kind));
        let index = place.unwrap_or_else(|index| {
            let new = KindSummary {
                kind: kind.to_owned(),
                ..KindSummary::default()
            };
            kinds.insert(index, new);
            index
        });
        if let Some(known) = kinds.get_mut(index) {
            known.pictures += 1;
            known.dice += dice;
            known.iou += iou;
            known.pooled += figures.counts;
            known.defective += u32::from(defective);
            known.good += u32::from(!defective);
            *(if defective {
                &mut known.caught
            } else {
                &mut known.rejected
            }) += stopped;
        }
    }

    /// Turns the sums into means.
    pub(super) fn finish(&mut self) {
        let pictures = f64::from(self.pictures.max(1));
        self.dice /= pictures;
        self.iou /= pictures;
        self.soft_dice = self.soft_dice.map(|sum| sum / pictures);
        self.soft_iou = self.soft_iou.map(|sum| sum / pictures);
        for kind in &mut self.kinds {
            let pictures = f64::from(kind.pictures.max(1));
            kind.dice /= pictures;
            kind.iou /= pictures;
        }
    }
}

/// `part of whole`, and in percent with one decimal; `-` if `whole` is 0.
fn share(part: u32, whole: u32) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let percent = 100.0 * f64::from(part) / f64::from(whole);
    format!("{part} of {whole} ({percent:.1} %)")
}

/// The text below the table of `sluice eval`: the means, and a line `kind NAME ...` for each kind.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |value: Option<f64>| {
            value.map_or_else(|| "       -".to_owned(), |value| format!("{value:8.6}"))
        };
        writeln!(
            f,
            "   mean   {}  {}  {:8.6}  {:8.6}",
            number(self.soft_dice),
            number(self.soft_iou),
            self.dice,
            self.iou
        )?;
        writeln!(
            f,
            "foreground, all pictures as one: Dice {:.6}, IoU {:.6}",
            self.pooled.dice(),
            self.pooled.iou()
        )?;
        for (class, pooled) in (1..).zip(&self.classes) {
            let (dice, iou) = (pooled.dice(), pooled.iou());
            writeln!(f, "class {class} alone: Dice {dice:.6}, IoU {iou:.6}")?;
        }
        writeln!(
            f,
            "defective {}, caught {}; good {}, rejected {}",
            self.defective, self.caught, self.good, self.rejected
        )?;
        if !self.kinds.is_empty() {
            let longest = self.kinds.iter().map(|kind| kind.kind.chars().count());
            let width = longest.max().unwrap_or_default().max(4);
            writeln!(
                f,
                "     {:width$}  {:<22} {:<22} {:>9}  {:>8}  {:>11}  {:>10}",
                "kind",
                "defective caught",
                "good rejected",
                "mean Dice",
                "mean IoU",
                "pooled Dice",
                "pooled IoU"
            )?;
            for kind in &self.kinds {
                writeln!(
                    f,
                    "kind {:width$}  {:<22} {:<22} {:>9.6}  {:>8.6}  {:>11.6}  {:>10.6}",
                    kind.kind,
                    share(kind.caught, kind.defective),
                    share(kind.rejected, kind.good),
                    kind.dice,
                    kind.iou,
                    kind.pooled.dice(),
                    kind.pooled.iou()
                )?;
            }
        }
        self.doubts.fmt(f)?;
        write!(
            f,
            "soft: as in the reference job, background included, so it flatters. Dice, IoU: foreground only."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;
    use crate::part::{Reason, Verdict};
    use core::time::Duration;

    fn figures(counts: [u64; 3], passes: bool) -> Figures {
        let [both, predicted_only, truth_only] = counts;
        Figures {
            number: 0,
            soft_dice: None,
            counts: Counts {
                both,
                predicted_only,
                truth_only,
            },
            classes: Vec::new(),
            verdict: if passes {
                Verdict::Pass
            } else {
                Verdict::Reject(Reason::TooManyBlobs)
            },
            frame: Size {
                width: 8,
                height: 8,
            },
            doubt: None,
            decode: Duration::ZERO,
            engine: Duration::ZERO,
        }
    }

    #[test]
    fn each_kind_has_its_means_its_pool_and_its_shares() {
        let mut summary = Summary::default();
        for (counts, passes, kind) in [
            ([30, 10, 10], false, Some("pit")),
            ([0, 0, 50], true, Some("pit")),
            ([0, 0, 0], true, Some("free")),
            ([0, 8, 0], false, Some("free")),
            ([0, 0, 0], true, Some("pit")),
            ([5, 0, 5], false, None),
        ] {
            summary.add(&figures(counts, passes), kind);
        }
        summary.finish();
        let [free, pit] = &summary.kinds[..] else {
            panic!("{:?}", summary.kinds)
        };
        let counted = |kind: &KindSummary| {
            [
                kind.pictures,
                kind.defective,
                kind.caught,
                kind.good,
                kind.rejected,
            ]
        };
        assert_eq!(
            (free.kind.as_str(), counted(free)),
            ("free", [2, 0, 0, 2, 1])
        );
        assert_eq!((pit.kind.as_str(), counted(pit)), ("pit", [3, 2, 1, 1, 0]));
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
        // Dice 60/80, 0 and 1; IoU 30/50, 0 and 1; of all pixels 60/130 and 30/100.
        close(pit.dice, (0.75 + 0.0 + 1.0) / 3.0);
        close(pit.iou, (0.6 + 0.0 + 1.0) / 3.0);
        close(pit.pooled.dice(), 60.0 / 130.0);
        close(pit.pooled.iou(), 0.3);
        close(free.dice, 0.5);
        // A part without a kind counts in the total.
        close(
            summary.dice,
            (0.75 + 0.0 + 1.0 + 0.0 + 1.0 + 10.0 / 15.0) / 6.0,
        );
        assert_eq!(
            (summary.pictures, summary.defective, summary.caught),
            (6, 3, 2)
        );
        let text = summary.to_string();
        assert!(
            text.contains("\nkind pit   1 of 2 (50.0 %)        0 of 1 (0.0 %) "),
            "{text}"
        );
        assert!(
            text.contains("\nkind free  -                      1 of 2 (50.0 %)"),
            "{text}"
        );
    }
}
