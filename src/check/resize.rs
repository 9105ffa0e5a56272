//! The resize. `image.resize` is the rule of the station; the model's card says by which the
//! pictures of its training were resized, in the row `| resize | linear |`.

use super::Finding;
use super::card::Card;
use crate::image::Interpolation;
use crate::station::Station;

/// Checks that the model sees pictures as it was trained with. `None` if neither card nor station
/// file names a rule.
pub(super) fn finding(station: &Station) -> Option<Finding> {
    let card = match Card::read(&station.engine.model, "image.resize") {
        Ok(card) => card,
        // The check of the channel order reports it.
        Err(_) => return None,
    };
    let place = card.place.display();
    let result = compare(station.image.resize, is_copy(station), card.row("resize"))?;
    let add_card = |text| format!("{text} ({place})");
    Some(super::finding(result.map(add_card).map_err(add_card)))
}

/// Whether the region has the size of the model's input. Then every rule is a copy.
fn is_copy(station: &Station) -> bool {
    station.image.roi.size() == station.image.size
}

/// Compares the station's rule with the row of the card.
fn compare(
    rule: Interpolation,
    is_copy: bool,
    row: Option<&str>,
) -> Option<Result<String, String>> {
    let Some(row) = row else {
        let text = format!(
            "image.resize is {rule}; no card says how the pictures of the training were resized: to have it compared, write \
             \"| resize | {rule} |\" in the card"
        );
        return (!rule.is_default()).then_some(Ok(text));
    };
    let word = row.split('|').next().unwrap_or(row);
    let word = word.trim_matches(|c: char| matches!(c, '*' | '`') || c.is_whitespace());
    Some(match word.parse::<Interpolation>() {
        Ok(trained) if trained == rule => Ok(format!(
            "image.resize is {rule}, by which the pictures of the training were resized, as the model's card says"
        )),
        Ok(trained) if is_copy => Ok(format!(
            "image.resize is {rule}, and the model's card says {trained}; image.roi has the size of the model's input, so \
             nothing is resized"
        )),
        Ok(trained) => Err(format!(
            "image.resize is {rule}, but the model's card says that the pictures of the training were resized by {trained}: \
             set image.resize to {trained}"
        )),
        Err(error) => Err(format!(
            "image.resize is {rule}; the model's card has \"| resize | {word} |\", which is {error}"
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_compared_with_the_card() {
        let of = |card: &str, rule, is_copy| compare(rule, is_copy, Card::of(card).row("resize"));
        let row = "# m\n| size | 3 bytes |\n|**Resize**| `linear_exact` |\n| resized by | area |\n";
        let same = of(row, Interpolation::LinearExact, false).unwrap().unwrap();
        assert!(same.contains("linear_exact"), "{same}");
        let other = of(row, Interpolation::Linear, false).unwrap().unwrap_err();
        assert!(
            other.contains("set image.resize to linear_exact"),
            "{other}"
        );
        let copied = of(row, Interpolation::Linear, true).unwrap().unwrap();
        assert!(copied.contains("nothing is resized"), "{copied}");
        let unknown = of("| resize | cubic |", Interpolation::Linear, false);
        let unknown = unknown.unwrap().unwrap_err();
        assert!(
            unknown.contains("cubic") && unknown.contains("linear_kleidicv"),
            "{unknown}"
        );
        assert_eq!(of("| resized | area |", Interpolation::Linear, false), None);
        let silent = of("", Interpolation::Area, false).unwrap().unwrap();
        assert!(silent.contains("| resize | area |"), "{silent}");
    }
}
