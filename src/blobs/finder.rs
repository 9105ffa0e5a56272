//! Finds the blobs of a mask while the mask is read.

use super::{Blob, Blobs};
use crate::recipe::{CLASSES_MAX, Recipe, ZONES_MAX, Zone, ZoneRule};
use heapless::Vec as FixedVec;

/// Marks a class that the recipe does not list.
const NOT_LISTED: u8 = u8::MAX;

const _: () = assert!(CLASSES_MAX < NOT_LISTED as usize);
const _: () = assert!(ZONES_MAX <= u8::BITS as usize);

/// Adjacent pixels of one class in one row.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    /// One past the last column.
    end: usize,
    class: u8,
    /// The component that it belongs to, which may have been merged into another since.
    component: usize,
}

/// A blob that is still growing.
#[derive(Debug, Clone, Copy)]
struct Component {
    class: u8,
    zones: u8,
    area_px: u32,
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
    sum_x: u64,
    sum_y: u64,
}

/// Labels connected components in one pass over the rows of a mask (8-connected, by runs, merged by
/// union-find).
///
/// Allocates at construction only, for the given width.
#[derive(Debug, Clone)]
pub struct BlobFinder {
    width: usize,
    /// Index into the recipe's classes for each class of the model.
    index_of: [u8; 256],
    /// Minimum blob area of each class of the recipe.
    area_min_px: FixedVec<u32, CLASSES_MAX>,
    /// `NoDefect` zones and their bits.
    no_defect: FixedVec<(Zone, u8), ZONES_MAX>,
    /// Runs of the previous row; at most one for each pixel.
    previous: Vec<Run>,
    /// Runs of the current row.
    current: Vec<Run>,
    /// Blobs that reach the previous row, and those that started in this row: at most twice the
    /// width.
    components: Vec<Component>,
    /// The component into which each one was merged; itself if it was not.
    parents: Vec<usize>,
    y: usize,
    blobs: Blobs,
}

impl BlobFinder {
    /// Creates a finder for masks of this width and for the classes and `NoDefect` zones of a
    /// recipe.
    pub fn new(width: u16, recipe: &Recipe) -> Self {
        let width = usize::from(width);
        let mut index_of = [NOT_LISTED; 256];
        let mut area_min_px = FixedVec::new();
        // Neither list overflows, because the recipe's lists have the same capacities.
        for (index, limits) in (0..NOT_LISTED).zip(&recipe.classes) {
            index_of[usize::from(limits.class)] = index;
            let _ = area_min_px.push(limits.blob_area_min_px);
        }
        let mut no_defect = FixedVec::new();
        for (index, zone) in recipe.zones.iter().enumerate() {
            if zone.rule == ZoneRule::NoDefect {
                let _ = no_defect.push((zone.clone(), 1 << index));
            }
        }
        Self {
            width,
            index_of,
            area_min_px,
            no_defect,
            previous: Vec::with_capacity(width),
            current: Vec::with_capacity(width),
            components: Vec::with_capacity(2 * width),
            parents: Vec::with_capacity(2 * width),
            y: 0,
            blobs: Blobs::new(),
        }
    }

    /// Starts a new mask and removes the blobs of the last one.
    pub fn begin(&mut self) {
        self.previous.clear();
        self.components.clear();
        self.parents.clear();
        self.y = 0;
        self.blobs.clear();
    }

    /// Processes the next row, from the top: the model's class of each pixel. Classes that the
    /// recipe does not list are background. Pixels beyond the width and rows beyond 65535 are
    /// ignored.
    pub fn row(&mut self, row: &[u8]) {
        // With too many blobs the verdict is certain, and further rows would only take time.
        if self.y >= usize::from(u16::MAX) || self.blobs.overflowed() {
            return;
        }
        let row = row.get(..self.width).unwrap_or(row);
        self.current.clear();
        let mut first_near = 0;
        let mut x = 0;
        while let Some(start) = next_defect(row, x) {
            let class = row[start];
            let rest = &row[start..];
            let length = rest.iter().position(|&c| c != class);
            let end = start + length.unwrap_or(rest.len());
            x = end;
            let class = self.index_of[usize::from(class)];
            if class != NOT_LISTED {
                self.add_run(start, end, class, &mut first_near);
            }
        }
        self.end_row();
        self.y += 1;
    }

    /// Ends the mask. The blobs stay until the next [`BlobFinder::begin`].
    pub fn finish(&mut self) -> &Blobs {
        // An empty row after the last one ends all open components.
        self.current.clear();
        self.end_row();
        &self.blobs
    }

    /// The blobs found so far.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Joins a run of this row to the components that it touches, or starts a new one. `first_near`
    /// is the first run of the previous row that this run or a later one can touch.
    fn add_run(&mut self, start: usize, end: usize, class: u8, first_near: &mut usize) {
        // Corners count, so a run touches columns `start - 1` to `end`.
        while self
            .previous
            .get(*first_near)
            .is_some_and(|above| above.end < start)
        {
            *first_near += 1;
        }
        let mut component = None;
        let mut above = *first_near;
        while let Some(run) = self.previous.get(above).filter(|run| run.start <= end) {
            if run.class == class {
                let root = find(&mut self.parents, run.component);
                component = Some(match component {
                    None => root,
                    Some(own) => self.merge(own, root),
                });
            }
            above += 1;
        }
        let run = self.measure(start, end, class);
        let component = match component {
            Some(own) => {
                self.components[own].join(&run);
                own
            }
            None => {
                self.components.push(run);
                self.parents.push(self.parents.len());
                self.parents.len() - 1
            }
        };
        self.current.push(Run {
            start,
            end,
            class,
            component,
        });
    }

    /// Converts a run to a component.
    fn measure(&self, start: usize, end: usize, class: u8) -> Component {
        let y = self.y;
        let inside = |from: u16, length: u16, start: usize, end: usize| {
            start < usize::from(from) + usize::from(length) && usize::from(from) < end
        };
        let zones = self
            .no_defect
            .iter()
            .filter(|(zone, _)| {
                inside(zone.x, zone.width, start, end) && inside(zone.y, zone.height, y, y + 1)
            })
            .fold(0, |bits, (_, bit)| bits | bit);
        let length = end - start;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a run is 65535 pixels long at most"
        )]
        let area_px = length as u32;
        Component {
            class,
            zones,
            area_px,
            left: start,
            right: end,
            top: y,
            bottom: y + 1,
            sum_x: ((start + end - 1) * length / 2) as u64,
            sum_y: (y * length) as u64,
        }
    }

    /// Merges two components into the older one.
    fn merge(&mut self, a: usize, b: usize) -> usize {
        let (root, other) = (a.min(b), a.max(b));
        if root != other {
            let taken = self.components[other];
            self.components[root].join(&taken);
            self.parents[other] = root;
        }
        root
    }

    /// Ends the components that this row did not reach, and renumbers the others.
    fn end_row(&mut self) {
        for run in &mut self.current {
            run.component = find(&mut self.parents, run.component);
        }
        let mut kept = 0;
        for old in 0..self.components.len() {
            if self.parents[old] != old {
                continue;
            }
            let component = self.components[old];
            if component.bottom > self.y {
                self.components[kept] = component;
                // The entry of the old number now holds the new number, which is looked up below.
                self.parents[old] = kept;
                kept += 1;
            } else {
                self.end_component(&component);
            }
        }
        for run in &mut self.current {
            run.component = self.parents[run.component];
        }
        self.components.truncate(kept);
        self.parents.clear();
        self.parents.extend(0..kept);
        core::mem::swap(&mut self.previous, &mut self.current);
    }

    /// Adds a finished component to the blobs, unless it is noise.
    fn end_component(&mut self, component: &Component) {
        let noise_below = self.area_min_px.get(usize::from(component.class));
        if noise_below.is_none_or(|&min| component.area_px >= min) {
            self.blobs.push(component.blob());
        }
    }
}

impl Component {
    /// Adds another component to this one.
    fn join(&mut self, other: &Self) {
        self.zones |= other.zones;
        self.area_px += other.area_px;
        self.left = self.left.min(other.left);
        self.right = self.right.max(other.right);
        self.top = self.top.min(other.top);
        self.bottom = self.bottom.max(other.bottom);
        self.sum_x += other.sum_x;
        self.sum_y += other.sum_y;
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "columns and rows are 65535 at most, and a mean is not larger than its largest term"
    )]
    #[expect(
        clippy::cast_precision_loss,
        reason = "the sums are below 2 to the 48, which f64 holds exactly"
    )]
    fn blob(&self) -> Blob {
        Blob {
            class: self.class,
            area_px: self.area_px,
            x: self.left as u16,
            y: self.top as u16,
            width: (self.right - self.left) as u16,
            height: (self.bottom - self.top) as u16,
            centroid_x: (self.sum_x as f64 / f64::from(self.area_px)) as f32,
            centroid_y: (self.sum_y as f64 / f64::from(self.area_px)) as f32,
            zones: self.zones,
        }
    }
}

/// The first column at or after `from` that is not background.
fn next_defect(row: &[u8], from: usize) -> Option<usize> {
    // Most of a mask is background. A block of it takes only a few instructions.
    const BLOCK: usize = 32;
    let rest = row.get(from..)?;
    let empty = rest
        .chunks_exact(BLOCK)
        .take_while(|block| block.iter().fold(0, |bits, class| bits | class) == 0)
        .count()
        * BLOCK;
    let found = rest[empty..].iter().position(|&class| class != 0)?;
    Some(from + empty + found)
}

/// Finds the root of a component, and halves its path for later calls.
fn find(parents: &mut [usize], mut component: usize) -> usize {
    while parents[component] != component {
        parents[component] = parents[parents[component]];
        component = parents[component];
    }
    component
}
