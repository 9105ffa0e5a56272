//! The trade-off as a table.

use super::Tuning;
use super::surface::ladder;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Areas between 0 px and the largest to search, in equal ratios.
const AREA_STEPS: u32 = 96;

/// Writes the trade-off as comma-separated lines: one for each tried score and each of about a
/// hundred areas, the station file's and the proposed one included. Each line has the limits and
/// the counts. Shares are fractions of 1.
///
/// # Errors
/// The errors of `to`.
pub fn write_table(tuning: &Tuning, to: &mut impl Write) -> io::Result<()> {
    writeln!(
        to,
        "score_min,blob_area_min_px,blob_area_max_px,total_area_max_px,defective,missed,missed_share,good,rejected,rejected_share"
    )?;
    let surface = &tuning.surface;
    let (defective, good) = (surface.defective(), surface.good());
    let mut areas: BTreeSet<u32> = ladder(0, surface.area_end_px(), AREA_STEPS).collect();
    areas.insert(tuning.file.blob_area_max_px);
    areas.extend(tuning.proposed.map(|point| point.area_px));
    for index in 0..surface.scores().len() {
        for &area_px in &areas {
            let limits = tuning.limits(index, area_px);
            let counts = surface.counts(index, area_px);
            writeln!(
                to,
                "{},{},{area_px},{},{defective},{},{:.6},{good},{},{:.6}",
                limits.score_min,
                limits.blob_area_min_px,
                limits.total_area_max_px,
                counts.missed,
                share(counts.missed, defective),
                counts.rejected,
                share(counts.rejected, good),
            )?;
        }
    }
    Ok(())
}

/// `part` of `whole`, 0 to 1.
pub(super) fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}
