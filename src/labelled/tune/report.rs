//! The text below the table of parts of `sluice tune`.

use super::bound::{parts_needed, share_upper_95};
use super::surface::{Counts, Point};
use super::table::share;
use super::{NEVER, Part, Tuning};
use core::fmt;

/// Parts named in a list; the others are only counted.
const NAMED_MAX: usize = 20;

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (defective, good) = (self.surface.defective(), self.surface.good());
        writeln!(
            f,
            "{} parts: {defective} defective, {good} good; {} left out{}",
            self.parts.len(),
            self.left_out.len(),
            if self.left_out.is_empty() {
                ""
            } else {
                " (named above)"
            }
        )?;
        self.doubts.fmt(f)?;
        if self.has_scores {
            let scores = self.surface.scores();
            let (first, last) = (scores.first(), scores.last());
            writeln!(
                f,
                "class \"{}\": {} scores from {} to {} tried, each with every area",
                self.class_name,
                scores.len(),
                first.copied().unwrap_or_default(),
                last.copied().unwrap_or_default()
            )?;
        } else {
            writeln!(
                f,
                "class \"{}\": the model gives classes and no scores (engine.scores), so score_min decides nothing; every \
                 area tried",
                self.class_name
            )?;
        }
        self.trade_off(f)?;
        match self.proposed {
            Some(point) => self.proposal(f, &point),
            None => self.out_of_reach(f),
        }
    }
}

impl Tuning {
    fn trade_off(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n               score_min  blob_area_max_px  {:<22}  good rejected",
            "defective missed"
        )?;
        let file = self.file;
        let counts = self.surface.counts(self.file_index, file.blob_area_max_px);
        self.row(
            f,
            "station file",
            file.score_min,
            file.blob_area_max_px,
            counts,
        )?;
        for choice in self.choices() {
            let name = if choice.is_proposed { "proposed" } else { "" };
            let limits = choice.limits;
            let area_px = limits.blob_area_max_px;
            self.row(f, name, limits.score_min, area_px, choice.counts)?;
        }
        Ok(())
    }

    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        score_min: f32,
        area_px: u32,
        counts: Counts,
    ) -> fmt::Result {
        let of = |part: u32, whole: u32| {
            format!("{part} of {whole} ({:.1} %)", 100.0 * share(part, whole))
        };
        writeln!(
            f,
            "{name:<13}  {:>9}  {area_px:>16}  {:<22}  {}",
            if self.has_scores {
                score_min.to_string()
            } else {
                "-".to_owned()
            },
            of(counts.missed, self.surface.defective()),
            of(counts.rejected, self.surface.good()),
        )
    }

    fn proposal(&self, f: &mut fmt::Formatter<'_>, point: &Point) -> fmt::Result {
        let Point {
            index,
            area_px,
            counts,
            ..
        } = *point;
        writeln!(
            f,
            "\nProposed: of what misses at most {} of {} defective parts, the fewest good ones rejected, in the middle of \
             what gives the same counts:",
            self.allowed,
            self.surface.defective()
        )?;
        if self.has_scores {
            writeln!(
                f,
                "  with blob_area_max_px {area_px} every score_min from {} to {}",
                point.score_from, point.score_to
            )?;
        }
        let with = if self.has_scores {
            format!("with score_min {} ", self.limits(index, area_px).score_min)
        } else {
            String::new()
        };
        writeln!(
            f,
            "  {with}every blob_area_max_px from {} to {}",
            point.area_from_px, point.area_to_px
        )?;
        let now = self
            .surface
            .counts(self.file_index, self.file.blob_area_max_px);
        if now == counts {
            writeln!(
                f,
                "  the station file's own limits give the same counts already"
            )?;
        }
        let area_of = |part: &&Part| part.pass_areas_px.get(index).copied().unwrap_or(NEVER);
        let parts = || self.parts.iter();
        let nearest_good = parts().filter(|part| !part.defective && area_of(part) <= area_px);
        if let Some(part) = nearest_good
            .max_by_key(area_of)
            .filter(|part| area_of(part) > 0)
        {
            writeln!(
                f,
                "  the good part nearest to a reject is {}: it needs {} px to pass",
                named(part),
                area_of(&part)
            )?;
        }
        let nearest_bad = parts().filter(|part| part.defective && area_of(part) > area_px);
        match nearest_bad
            .min_by_key(area_of)
            .map(|part| (part, area_of(&part)))
        {
            Some((part, area)) if area != NEVER => writeln!(
                f,
                "  the defective part nearest to a pass is {}: it passes from {area} px on",
                named(part)
            )?,
            _ => {}
        }
        self.list(f, "missed", |part| {
            part.defective && part.passes(index, area_px)
        })?;
        self.list(f, "rejected though good", |part| {
            !part.defective && !part.passes(index, area_px)
        })?;
        for kind in self.kinds() {
            writeln!(f, "  kind {kind}")?;
        }
        self.bounds(f, counts)?;
        writeln!(f, "\nrecipe.classes[{}] of the station file:", self.class)?;
        let limits = self.limits(index, area_px).to_string();
        for line in limits.lines() {
            writeln!(f, "        {line}")?;
        }
        Ok(())
    }

    /// Prints what the counts mean for parts that are not in the data set.
    fn bounds(&self, f: &mut fmt::Formatter<'_>, counts: Counts) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, of: &str, found: u32, all: u32| {
            let bound = 100.0 * share_upper_95(found, all);
            writeln!(
                f,
                "  {found} of {all} {of}: the share in production is below {bound:.1} % with 95 % confidence"
            )
        };
        writeln!(f, "What this means in production:")?;
        line(
            f,
            "defective parts missed",
            counts.missed,
            self.surface.defective(),
        )?;
        line(
            f,
            "good parts rejected",
            counts.rejected,
            self.surface.good(),
        )?;
        writeln!(
            f,
            "  (one-sided exact bound of Clopper and Pearson, 1934; with none of n it is about 3/n. It holds for parts drawn \
             as in production and limits\n  that were fixed before; these were chosen on the very parts, so confirm them with \
             `sluice eval` on parts held back.)"
        )?;
        let wanted = self.miss_share;
        if let Some(needed) = parts_needed(wanted)
            && share_upper_95(counts.missed, self.surface.defective()) > wanted
        {
            writeln!(
                f,
                "  To show a miss rate below {} % takes {needed} defective parts without a miss.",
                percent(wanted)
            )?;
        }
        Ok(())
    }

    fn out_of_reach(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.surface.defective();
        let least = (self.allowed..=all).find(|allowed| self.surface.best(*allowed).is_some());
        let least = least.unwrap_or(all);
        writeln!(
            f,
            "\nNo proposal: at most {} of {all} defective parts may be missed, and {least} or more are at every score and \
             area. Train the model\non such parts, or allow it with --miss {:.4}.",
            self.allowed,
            // Rounded up, so that it allows that many.
            (share(least, all) + 5e-5).min(1.0)
        )?;
        self.list(f, "missed at every score and area", |part| {
            part.defective && part.pass_areas_px.iter().all(|area| *area == 0)
        })
    }

    fn list(
        &self,
        f: &mut fmt::Formatter<'_>,
        what: &str,
        belongs: impl Fn(&Part) -> bool,
    ) -> fmt::Result {
        let found: Vec<String> = self
            .parts
            .iter()
            .filter(|part| belongs(part))
            .map(named)
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        let more = found.len().saturating_sub(NAMED_MAX);
        let shown = found
            .get(..found.len() - more)
            .unwrap_or_default()
            .join(", ");
        let rest = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        writeln!(f, "  {what}: {shown}{rest}")
    }
}

/// A share in percent, as a person would write it: not 7.000000000000001 for 0.07.
fn percent(share: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "to be read")]
    let percent = (100.0 * share) as f32;
    percent
}

/// `part 12 (crack)`.
fn named(part: &Part) -> String {
    match &part.kind {
        Some(kind) => format!("part {} ({kind})", part.number),
        None => format!("part {}", part.number),
    }
}
