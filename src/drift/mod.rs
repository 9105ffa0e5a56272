//! Drift: pictures and masks that change slowly over many parts. A dirty lens, an ageing light or
//! another batch of material shows here before verdicts are wrong.
//!
//! Each inspected part has its [`Measures`]. A [`Trend`] averages those of one recipe and compares
//! them with the baseline of the station file, which was taken at the commissioning. [`Summary`]
//! proposes that baseline from recorded parts, and [`plot`] draws them.

mod measures;
mod picture;
mod plot;
mod settings;
mod summary;
mod trend;

pub use measures::{MEASURES, Measure, MeasureValue, Measures};
pub use picture::{PictureMeasures, PictureMeter};
pub use plot::{Curve, Panel, plot};
pub use settings::{Baseline, DriftSettings};
pub use summary::Summary;
pub use trend::{Drifted, Level, Trend};
