//! The measures of many parts as a drawing.

use super::{Baseline, Measure};
use core::fmt::{self, Write as _};

/// Points of a curve. When it is full, pairs of points are joined.
const POINTS_MAX: usize = 1024;
/// Sizes of the drawing in pixels.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 120.0;
const LEFT: f64 = 170.0;
const TOP: f64 = 40.0;
const GAP: f64 = 18.0;

/// A measure over the parts, in fixed memory: each point has the same number of parts.
#[derive(Debug, Clone)]
pub struct Curve {
    points: Vec<Point>,
    /// Parts of a point.
    parts: u32,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    parts: u32,
    sum: f64,
    min: f64,
    max: f64,
}

impl Default for Curve {
    fn default() -> Self {
        Self {
            points: Vec::new(),
            parts: 1,
        }
    }
}

impl Curve {
    /// Adds a part.
    pub fn add(&mut self, value: f64) {
        let part = Point {
            parts: 1,
            sum: value,
            min: value,
            max: value,
        };
        match self.points.last_mut() {
            Some(last) if last.parts < self.parts => *last = last.with(&part),
            _ => self.points.push(part),
        }
        if self.points.len() > POINTS_MAX {
            let join = |pair: &[Point]| match pair {
                [one, other] => one.with(other),
                [one, ..] => *one,
                [] => part,
            };
            self.points = self.points.chunks(2).map(join).collect();
            self.parts = self.parts.saturating_mul(2);
        }
    }

    /// Number of parts.
    fn count(&self) -> u64 {
        self.points.iter().map(|point| u64::from(point.parts)).sum()
    }

    fn range(&self) -> Option<(f64, f64)> {
        let points = self.points.iter();
        let min = points.clone().map(|point| point.min).reduce(f64::min)?;
        let max = points.map(|point| point.max).reduce(f64::max)?;
        Some((min, max))
    }
}

impl Point {
    fn with(self, other: &Self) -> Self {
        Self {
            parts: self.parts.saturating_add(other.parts),
            sum: self.sum + other.sum,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    fn mean(&self) -> f64 {
        self.sum / f64::from(self.parts)
    }
}

/// The scale of one panel.
struct Scale {
    top: f64,
    least: f64,
    span: f64,
    step: f64,
}

impl Scale {
    fn x(&self, point: usize) -> f64 {
        LEFT + self.step * (f64::from(u32::try_from(point).unwrap_or(u32::MAX)) + 0.5)
    }

    fn y(&self, value: f64) -> f64 {
        self.top + HEIGHT * (1.0 - (value - self.least) / self.span)
    }
}

/// One measure of a drawing.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    /// The measure.
    pub measure: Measure,
    /// Its values.
    pub parts: &'a Curve,
    /// The averages of the station at these parts, if it has any.
    pub average: Option<&'a Curve>,
    /// What they are compared with.
    pub baseline: Option<Baseline>,
}

/// Draws each measure over the parts as SVG, with its baseline (green), warning (amber) and fault
/// (red) if it has them. The thin line is the mean of the parts of a point, the grey area their
/// least and greatest value, and the thick blue line the average that is compared. `title` is put
/// on top.
pub fn plot(title: &str, panels: &[Panel<'_>]) -> String {
    let drawn = panels.iter().filter(|panel| panel.parts.range().is_some());
    let count = f64::from(u32::try_from(drawn.clone().count()).unwrap_or(u32::MAX));
    let (width, height) = (LEFT + WIDTH + 20.0, TOP + count * (HEIGHT + GAP) + 30.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"12\" y=\"24\" font-size=\"16\">{}</text>\n",
        escaped(title)
    );
    let mut top = TOP;
    for panel in drawn {
        draw(&mut svg, top, panel);
        top += HEIGHT + GAP;
    }
    let parts = panels.iter().map(|panel| panel.parts.count()).max();
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{y}\" fill=\"#555\">first part</text>\n\
         <text x=\"{}\" y=\"{y}\" fill=\"#555\" text-anchor=\"end\">part {} of those read</text>\n</svg>",
        LEFT + WIDTH,
        parts.unwrap_or(0),
        y = top + 8.0,
    );
    svg
}

fn draw(svg: &mut String, top: f64, panel: &Panel<'_>) {
    let Panel {
        measure,
        parts: curve,
        average,
        baseline,
    } = *panel;
    let Some((mut least, mut greatest)) = curve.range() else {
        return;
    };
    let limits = baseline.map(|baseline| {
        let [normal, warning, fault] =
            [baseline.normal, baseline.warning, baseline.fault].map(f64::from);
        (normal, warning, fault)
    });
    if let Some((normal, warning, _)) = limits {
        // No measure is below 0, so neither does the scale go there for a limit.
        least = least.min(normal - warning).max(0.0_f64.min(least));
        greatest = greatest.max(normal + warning);
    }
    if greatest - least < 0.1 {
        // Otherwise both ends of the scale would read the same.
        greatest = least + 0.1;
    }
    let margin = (greatest - least) * 0.06;
    let points = f64::from(u32::try_from(curve.points.len().max(1)).unwrap_or(u32::MAX));
    let scale = Scale {
        top,
        least: least - margin,
        span: greatest - least + 2.0 * margin,
        step: WIDTH / points,
    };
    let _ = writeln!(
        svg,
        "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"none\" stroke=\"#bbb\"/>\n\
         <text x=\"12\" y=\"{}\">{}</text>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#555\">{}</text>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#555\">{}</text>",
        top + HEIGHT / 2.0,
        measure.text(),
        LEFT - 6.0,
        top + 13.0,
        Shown(measure, greatest),
        LEFT - 6.0,
        top + HEIGHT - 3.0,
        Shown(measure, least)
    );
    if let Some((normal, warning, fault)) = limits {
        for (value, colour) in [
            (normal, "#2a2"),
            (normal - warning, "#d90"),
            (normal + warning, "#d90"),
            (normal - fault, "#c22"),
            (normal + fault, "#c22"),
        ] {
            if (scale.least..=scale.least + scale.span).contains(&value) {
                let y = scale.y(value);
                let _ = writeln!(
                    svg,
                    "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\" stroke=\"{colour}\" stroke-dasharray=\"6 4\"/>",
                    LEFT + WIDTH
                );
            }
        }
    }
    curve_of(svg, curve, &scale);
    if let Some(average) = average {
        line(svg, average, &scale, "#06c", 2.5);
    }
}

/// A value with its unit.
struct Shown(Measure, f64);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_possible_truncation, reason = "for people")]
        let value = self.1 as f32;
        self.0.value(value).fmt(f)
    }
}

/// Draws the means of a curve. A single one is a dot.
fn line(svg: &mut String, curve: &Curve, scale: &Scale, colour: &str, width: f64) {
    if curve.points.is_empty() {
        return;
    }
    let points = curve.points.iter().enumerate();
    let at = |(place, point): (usize, &Point)| (scale.x(place), scale.y(point.mean()));
    if let [_] = curve.points.as_slice() {
        for (x, y) in points.map(at) {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
            );
        }
        return;
    }
    let means: Vec<_> = points
        .map(at)
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
        means.join(" ")
    );
}

fn curve_of(svg: &mut String, curve: &Curve, scale: &Scale) {
    let at = |(place, value): (usize, f64)| format!("{:.1},{:.1}", scale.x(place), scale.y(value));
    let points = || curve.points.iter().enumerate();
    let above = points().map(|(place, point)| at((place, point.max)));
    let below = points().rev().map(|(place, point)| at((place, point.min)));
    let area: Vec<_> = above.chain(below).collect();
    let _ = writeln!(
        svg,
        "<polygon points=\"{}\" fill=\"#ddd\"/>",
        area.join(" ")
    );
    line(svg, curve, scale, "#234", 1.0);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_of_any_length_keeps_its_sum_and_its_extremes() {
        let mut curve = Curve::default();
        for part in 0..100_001_u32 {
            curve.add(f64::from(part));
        }
        assert!(curve.points.len() <= POINTS_MAX);
        assert_eq!(curve.range(), Some((0.0, 100_000.0)));
        let sum: f64 = curve.points.iter().map(|point| point.sum).sum();
        assert_eq!(sum, 5_000_050_000.0);
        // All but the last have the same number of parts.
        let (_, first) = curve.points.split_last().unwrap();
        assert!(first.iter().all(|point| point.parts == curve.parts));
    }

    #[test]
    fn each_measure_with_parts_gets_a_panel() {
        let mut curve = Curve::default();
        [90.0, 91.0, 80.0]
            .into_iter()
            .for_each(|value| curve.add(value));
        let baseline = Baseline {
            measure: Measure::Brightness,
            normal: 90.0,
            warning: 5.0,
            fault: 20.0,
        };
        let empty = Curve::default();
        let panel = |measure, parts| Panel {
            measure,
            parts,
            average: None,
            baseline: None,
        };
        let mut one = Curve::default();
        one.add(7.0);
        let svg = plot(
            "a <b>",
            &[
                Panel {
                    average: Some(&curve),
                    baseline: Some(baseline),
                    ..panel(Measure::Brightness, &curve)
                },
                panel(Measure::Contrast, &curve),
                panel(Measure::MaskPx, &one),
                panel(Measure::MarginPercent, &empty),
            ],
        );
        assert!(svg.contains("a &lt;b>") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<polyline").count(), 3);
        assert_eq!(svg.matches("<circle").count(), 1);
        // The baseline and both warnings are in the picture, both faults are not.
        assert_eq!(svg.matches("<line").count(), 3);
        assert!(svg.contains("part 3 of those read"));
    }
}
