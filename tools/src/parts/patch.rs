//! A small window of the frame with a shape drawn into it.

use super::Window;
use super::geometry::{Vec2, vec2};

/// One pixel of a patch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// Distance from the shape's outline in pixels, positive inside. Exact only near the outline.
    pub(super) inside: f32,
    /// Shading within the shape, 0 to 1. Each shape defines its meaning.
    pub(super) tone: f32,
}

const NOTHING: Spot = Spot {
    inside: -1000.0,
    tone: 0.0,
};

/// A shape on the frame.
#[derive(Debug)]
pub(super) struct Patch {
    pub(super) window: Window,
    spots: Vec<Spot>,
}

impl Patch {
    /// An empty patch from `low` to `high`, cut to the frame.
    pub(super) fn empty(low: Vec2, high: Vec2) -> Self {
        let window = Window::around(low, high);
        Self {
            window,
            spots: vec![NOTHING; window.width * window.height],
        }
    }

    /// Draws each pixel. `draw` gets the pixel's centre and its spot so far.
    pub(super) fn fill(&mut self, draw: impl Fn(Vec2, Spot) -> Spot) {
        let window = self.window;
        for (i, spot) in self.spots.iter_mut().enumerate() {
            let point = pixel_centre(window.x + i % window.width, window.y + i / window.width);
            *spot = draw(point, *spot);
        }
    }

    /// Draws the pixels within `reach` of the stroke's bounding box. `draw` gets three values: the
    /// vector from the stroke's nearest point to the pixel's centre, that point's position along
    /// the stroke (0 to 1), and the pixel's spot so far.
    pub(super) fn along(
        &mut self,
        from: Vec2,
        to: Vec2,
        reach: f32,
        mut draw: impl FnMut(Vec2, f32, &mut Spot),
    ) {
        let low = vec2(from.x.min(to.x) - reach, from.y.min(to.y) - reach);
        let high = vec2(from.x.max(to.x) + reach, from.y.max(to.y) + reach);
        let box_ = Window::around(low, high).intersection(self.window);
        let step = to - from;
        let scale = 1.0 / step.dot(step).max(1e-6);
        for y in box_.y..box_.y + box_.height {
            for x in box_.x..box_.x + box_.width {
                let point = pixel_centre(x, y);
                let share = ((point - from).dot(step) * scale).clamp(0.0, 1.0);
                let i = (y - self.window.y) * self.window.width + x - self.window.x;
                draw(point - (from + step * share), share, &mut self.spots[i]);
            }
        }
    }

    /// The spot at column `x`, row `y` of the frame; `None` outside of the patch.
    pub(super) fn at(&self, x: usize, y: usize) -> Option<Spot> {
        self.window
            .holds(x, y)
            .then(|| self.spots[(y - self.window.y) * self.window.width + x - self.window.x])
    }
}

pub(super) fn pixel_centre(x: usize, y: usize) -> Vec2 {
    vec2(x as f32 + 0.5, y as f32 + 0.5)
}
