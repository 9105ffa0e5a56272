//! Routes the wires from the board to the parts. Each wire has its own vertical track, and the
//! tracks are ordered so that few wires cross.

use crate::svg::Point;

/// Distance between two tracks.
const PITCH: i32 = 10;

/// A wire to route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wire {
    /// Its end at the board.
    pub from: Point,
    /// Its end at the part.
    pub to: Point,
}

/// The corners of each wire, in the order of `wires`. The first track is at `x`.
pub fn lay(wires: &[Wire], x: i32) -> Vec<Vec<Point>> {
    let mut order: Vec<usize> = (0..wires.len()).collect();
    // Moves one wire at a time to another track, as long as that saves a crossing.
    let mut best = crossings(wires, &order);
    let mut improved = true;
    while improved {
        improved = false;
        for from in 0..order.len() {
            for to in 0..order.len() {
                let mut moved = order.clone();
                let wire = moved.remove(from);
                moved.insert(to, wire);
                let now = crossings(wires, &moved);
                if now < best {
                    (best, order, improved) = (now, moved, true);
                }
            }
        }
    }
    let mut laid = vec![Vec::new(); wires.len()];
    let mut track = x;
    for index in order {
        if let (Some(wire), Some(points)) = (wires.get(index), laid.get_mut(index)) {
            let ((x0, y0), (x1, y1)) = (wire.from, wire.to);
            *points = if y0 == y1 {
                vec![wire.from, wire.to]
            } else {
                vec![(x0, y0), (track, y0), (track, y1), (x1, y1)]
            };
            track += PITCH;
        }
    }
    laid
}

/// How many crossings this order of the tracks has, counted from the left.
fn crossings(wires: &[Wire], order: &[usize]) -> usize {
    let between = |y: i32, wire: &Wire| {
        let (a, b) = (wire.from.1.min(wire.to.1), wire.from.1.max(wire.to.1));
        a < y && y < b
    };
    let ordered: Vec<&Wire> = order.iter().filter_map(|index| wires.get(*index)).collect();
    let mut count = 0;
    for (index, left) in ordered.iter().enumerate() {
        for right in ordered.iter().skip(index + 1) {
            // The right wire crosses the left track at its start, the left wire the right track at
            // its end.
            count += usize::from(between(right.from.1, left));
            count += usize::from(between(left.to.1, right));
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn wire(from: i32, to: i32) -> Wire {
        Wire {
            from: (0, from),
            to: (100, to),
        }
    }

    #[test]
    fn wires_that_need_not_cross_do_not() {
        let wires = [wire(0, 50), wire(10, 60), wire(90, 5), wire(95, 70)];
        let laid = lay(&wires[..2], 20);
        assert_eq!(laid[0], [(0, 0), (30, 0), (30, 50), (100, 50)]);
        assert_eq!(laid[1], [(0, 10), (20, 10), (20, 60), (100, 60)]);
        let tracks: Vec<_> = lay(&wires, 20).iter().map(|points| points[1].0).collect();
        let mut sorted = tracks.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted, [20, 30, 40, 50], "{tracks:?}");
    }

    /// The middle wire crosses neither of the others on any track, so swapping neighbours alone
    /// would not help.
    #[test]
    fn a_wire_between_does_not_keep_others_crossed() {
        let wires = [wire(35, 70), wire(10, 20), wire(40, 80)];
        assert_eq!(crossings(&wires, &[0, 1, 2]), 2);
        let tracks: Vec<_> = lay(&wires, 20).iter().map(|points| points[1].0).collect();
        assert!(tracks[2] < tracks[0], "{tracks:?}");
    }

    #[test]
    fn a_straight_wire_has_no_corner() {
        assert_eq!(lay(&[wire(7, 7)], 20), [[(0, 7), (100, 7)]]);
    }
}
