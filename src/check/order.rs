//! The channel order. `image.order` and AIPP define what the network sees; the model's card says
//! how it was trained, in the row `| channel order | BGR |`.

use super::Finding;
use super::card::Card;
use crate::image::ChannelOrder;
use crate::station::Station;
use ascendcl::Model;

/// Checks that the network sees the order that it was trained with. `None` if the model has no
/// AIPP, which another check reports.
///
/// A card that exists but cannot be read is a problem, because it may say that the order is wrong.
pub(super) fn finding(model: &Model, station: &Station) -> Option<Finding> {
    let aipp = model.aipp(0).ok().flatten()?;
    let card = match Card::read(&station.engine.model, "image.order") {
        Ok(card) => card,
        Err(error) => return Some(super::finding(Err(error))),
    };
    let place = card.place.display();
    let trained = Trained::of(&card);
    let is_cpu = model.device().is_cpu();
    let file = super::aipp_file(&station.engine.model, is_cpu);
    let result = compare(
        station.image.order,
        aipp.swaps_red_blue,
        trained,
        &AippFile { file, is_cpu },
    );
    let add_card = |text| format!("{text} ({place})");
    Some(super::finding(result.map(add_card).map_err(add_card)))
}

/// Where the AIPP settings come from.
#[derive(Debug)]
struct AippFile {
    /// Name of the file.
    file: String,
    /// Whether the CPU engine reads the file; if not, ATC did.
    is_cpu: bool,
}

/// What a card says about the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trained {
    /// Nothing, or the card does not exist.
    Silent,
    /// It has the row, but not exactly one order in it.
    Unclear,
    /// This order.
    Says(ChannelOrder),
}

impl Trained {
    fn of(card: &Card) -> Self {
        let row = card.row("channel order");
        match row.map(|row| (row.contains("bgr"), row.contains("rgb"))) {
            None => Self::Silent,
            Some((true, false)) => Self::Says(ChannelOrder::Bgr),
            Some((false, true)) => Self::Says(ChannelOrder::Rgb),
            Some(_) => Self::Unclear,
        }
    }
}

fn compare(
    order: ChannelOrder,
    swaps: bool,
    card: Trained,
    AippFile { file, is_cpu }: &AippFile,
) -> Result<String, String> {
    let seen = if swaps { other(order) } else { order };
    let (station, seen_name) = (name(order), name(seen));
    let path = if swaps {
        format!("image.order is {station} and {file} swaps it (rbuv_swap_switch)")
    } else {
        format!("image.order is {station} and {file} leaves it so")
    };
    match card {
        Trained::Says(trained) if trained == seen => Ok(format!(
            "{path}: the network sees {seen_name}, as its card says"
        )),
        Trained::Says(trained) => {
            let advice = if swaps {
                let again = if *is_cpu {
                    ""
                } else {
                    " and convert the model again"
                };
                format!("set rbuv_swap_switch to false in {file}{again}")
            } else {
                format!("set image.order to {}", name(trained))
            };
            Err(format!(
                "{path}: the network sees {seen_name}, but its card says that it was trained with {}: {advice}",
                name(trained)
            ))
        }
        Trained::Unclear => Err(format!(
            "{path}: the network sees {seen_name}; its card must say \"| channel order | BGR |\" or RGB, not both"
        )),
        Trained::Silent if swaps => Err(format!(
            "{path}: the network sees {seen_name}, though image.order is the order that it was trained with: set \
             rbuv_swap_switch to false, or, if it was trained with {seen_name}, write \"| channel order | {} |\" in its card",
            seen_name.to_uppercase()
        )),
        Trained::Silent => Ok(format!(
            "{path}: the network sees {seen_name}; no card says what it was trained with: to have it compared, write \
             \"| channel order | BGR |\" or RGB in the card"
        )),
    }
}

const fn other(order: ChannelOrder) -> ChannelOrder {
    match order {
        ChannelOrder::Bgr => ChannelOrder::Rgb,
        ChannelOrder::Rgb => ChannelOrder::Bgr,
    }
}

const fn name(order: ChannelOrder) -> &'static str {
    match order {
        ChannelOrder::Bgr => "bgr",
        ChannelOrder::Rgb => "rgb",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_gives_one_order_in_its_row() {
        use ChannelOrder::{Bgr, Rgb};
        let says = |row: &str| {
            Trained::of(&Card::of(&format!(
                "# m.onnx, RGB\n\n| | |\n|---|---|\n{row}\n"
            )))
        };
        assert_eq!(says("| channel order | **BGR** |"), Trained::Says(Bgr));
        for row in [
            "| Channel order | rgb |",
            "|channel order|RGB|",
            "  |  **Channel  Order**  |  **rgb**  |",
            "channel order | RGB",
            "|\tchannel order\t|\tRGB\t|\r",
        ] {
            assert_eq!(says(row), Trained::Says(Rgb), "{row}");
        }
        assert_eq!(says("| channel orders | RGB |"), Trained::Silent);
        assert_eq!(says("| channel order | RGB or BGR |"), Trained::Unclear);
        assert_eq!(says("| channel order | |"), Trained::Unclear);
        assert_eq!(says("| input | BGR |"), Trained::Silent);
    }

    #[test]
    fn the_order_that_the_network_sees_is_compared_with_its_card() {
        use ChannelOrder::{Bgr, Rgb};
        for (order, swaps, card, good) in [
            (Bgr, false, Trained::Says(Bgr), true),
            (Bgr, true, Trained::Says(Bgr), false),
            (Rgb, false, Trained::Says(Bgr), false),
            (Rgb, true, Trained::Says(Bgr), true),
            (Bgr, false, Trained::Says(Rgb), false),
            (Rgb, false, Trained::Silent, true),
            (Rgb, true, Trained::Silent, false),
            (Bgr, false, Trained::Unclear, false),
        ] {
            for is_cpu in [false, true] {
                let file = "m.aipp.cfg".to_owned();
                let found = compare(order, swaps, card, &AippFile { file, is_cpu });
                assert!(format!("{found:?}").contains("m.aipp.cfg"), "{found:?}");
                assert_eq!(found.is_ok(), good, "{order:?} {swaps} {card:?}: {found:?}");
                if is_cpu {
                    assert!(!format!("{found:?}").contains("convert"), "{found:?}");
                }
            }
        }
    }
}
