//! From the levels of the encoder's lines to steps of the belt.

use crate::gate::belt::Position;
use crate::station::file::{EncoderSettings, LineBUse};
use embedded_hal::digital::PinState;

/// What an edge means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decoder {
    active: PinState,
    line_b: Option<(LineBUse, PinState)>,
}

impl From<&EncoderSettings> for Decoder {
    fn from(settings: &EncoderSettings) -> Self {
        let line_b = settings.line_b.as_ref();
        Self {
            active: settings.active.into(),
            line_b: line_b.map(|line| (line.means, line.forward.into())),
        }
    }
}

impl Decoder {
    /// The step at an edge of the line with this index. `a` and `b` are the levels after it.
    pub(super) fn step(self, index: usize, a: PinState, b: PinState) -> Position {
        let signed = |forward: bool| if forward { 1 } else { -1 };
        match self.line_b {
            None => Position::from(a == self.active),
            Some((LineBUse::Direction, forward)) => {
                if index == 0 && a == self.active {
                    signed(b == forward)
                } else {
                    0
                }
            }
            Some((LineBUse::Quadrature, forward)) => {
                // Forwards, an edge of the first line to its active level finds line B at
                // `forward`. Each other edge follows from the order of the four states.
                let differ_at_a = self.active != forward;
                let differ = a != b;
                signed((differ == differ_at_a) == (index == 0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PinState::{High, Low};

    /// The belt's position after these edges of `(line, level)`, from both lines low.
    fn position(decoder: Decoder, edges: &[(usize, PinState)]) -> Position {
        let mut levels = [Low, Low];
        edges.iter().fold(0, |position, (index, level)| {
            levels[*index] = *level;
            position + decoder.step(*index, levels[0], levels[1])
        })
    }

    #[test]
    fn one_line_counts_its_edges_to_the_active_level() {
        for (active, count) in [(High, 2), (Low, 1)] {
            let decoder = Decoder {
                active,
                line_b: None,
            };
            assert_eq!(position(decoder, &[(0, High), (0, Low), (0, High)]), count);
        }
    }

    #[test]
    fn line_b_gives_the_direction() {
        let decoder = Decoder {
            active: High,
            line_b: Some((LineBUse::Direction, High)),
        };
        let forwards = [(1, High), (0, High), (0, Low), (0, High), (0, Low)];
        assert_eq!(position(decoder, &forwards), 2);
        let back = [
            (1, High),
            (0, High),
            (0, Low),
            (1, Low),
            (0, High),
            (0, Low),
        ];
        assert_eq!(position(decoder, &back), 0);
    }

    #[test]
    fn in_quadrature_each_edge_counts_and_the_order_gives_the_direction() {
        // Line A leads: B is low when A rises.
        let a_leads = [(0, High), (1, High), (0, Low), (1, Low)];
        let b_leads = [(1, High), (0, High), (1, Low), (0, Low)];
        for (active, forward, sign) in [(High, Low, 1), (High, High, -1), (Low, High, 1)] {
            let decoder = Decoder {
                active,
                line_b: Some((LineBUse::Quadrature, forward)),
            };
            assert_eq!(position(decoder, &a_leads), 4 * sign);
            assert_eq!(position(decoder, &b_leads), -4 * sign);
            // An edge that trembles ends where it began.
            let trembles = [(0, High), (0, Low), (0, High), (0, Low)];
            assert_eq!(position(decoder, &trembles), 0);
        }
    }
}
