//! Replaces the limits of one class in a station file, and nothing else.

use super::TuneError;
use super::limits::Limits;
use crate::station::{self, Station};
use core::ops::Range;

/// Returns `text`, the file of `station`, with these limits in one class: the place of the recipe,
/// and that of the class in it. Every other byte stays.
///
/// # Errors
/// The result, read again, is not the same station with these limits. That would be a bug in this
/// function; the text must then be changed by hand.
pub fn rewrite(
    text: &[u8],
    station: &Station,
    (recipe, class): (usize, usize),
    limits: &Limits,
) -> Result<String, TuneError> {
    let mut new = String::from_utf8_lossy(text).into_owned();
    let section = format!("{}.classes[{class}]", station::recipe_path(recipe));
    let nth = station::classes_before(&new, &section).ok_or(TuneError::Rewrite)?;
    for (key, value) in [
        ("score_min", limits.score_min.to_string()),
        ("blob_area_min_px", limits.blob_area_min_px.to_string()),
        ("blob_area_max_px", limits.blob_area_max_px.to_string()),
        ("total_area_max_px", limits.total_area_max_px.to_string()),
    ] {
        // Only classes have these keys, and each class has each key once.
        let place = value_of(&new, key, nth).ok_or(TuneError::Rewrite)?;
        new.replace_range(place, &value);
    }
    let mut expected = station.clone();
    let changed = match recipe.checked_sub(1) {
        None => Some(&mut expected.recipe),
        Some(index) => expected.recipes.get_mut(index),
    };
    limits.put_into(changed.ok_or(TuneError::Rewrite)?, class);
    match station::read(new.as_bytes()) {
        Ok(found) if found == expected => Ok(new),
        _ => Err(TuneError::Rewrite),
    }
}

/// Byte range of the number after the `nth` occurrence of `key`, from 0. A key that is written with
/// escapes is not found.
fn value_of(text: &str, key: &str, nth: usize) -> Option<Range<usize>> {
    let mut found = 0;
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find('"')? + 1;
        let end = start + string_len(text.get(start..)?)?;
        from = end + 1;
        let behind = text.get(from..)?;
        let value = behind.trim_start();
        let Some(value) = value.strip_prefix(':') else {
            continue;
        };
        if text.get(start..end)? == key {
            if found == nth {
                let value = value.trim_start();
                let start = text.len() - value.len();
                let length = value.find(|c: char| c == ',' || c == '}' || c.is_whitespace())?;
                return Some(start..start + length);
            }
            found += 1;
        }
    }
}

/// The length of a string in bytes, up to its closing quote.
fn string_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = include_str!("../../../board/stations/host.json");
    const LIMITS: Limits = Limits {
        score_min: 0.07,
        blob_area_min_px: 3,
        blob_area_max_px: 1234,
        total_area_max_px: 2468,
    };

    #[test]
    fn four_numbers_change_and_nothing_else() {
        let station = station::read(HOST.as_bytes()).unwrap();
        let new = rewrite(HOST.as_bytes(), &station, (0, 0), &LIMITS).unwrap();
        let expected = HOST
            .replace("\"score_min\": 0.5", "\"score_min\": 0.07")
            .replace("\"blob_area_min_px\": 12", "\"blob_area_min_px\": 3")
            .replace("\"blob_area_max_px\": 40", "\"blob_area_max_px\": 1234")
            .replace("\"total_area_max_px\": 80", "\"total_area_max_px\": 2468");
        assert_eq!(new, expected);
        assert_ne!(new, HOST);
    }

    #[test]
    fn the_second_class_is_found_among_names_that_look_like_keys() {
        let second = r#"        "total_area_max_px": 80
      }, {"total_area_max_px":7,"blob_area_max_px" :5, "blob_area_min_px": 2,"score_min":0.25 ,
          "name": "score_min", "class":2}"#;
        let text = HOST.replace("        \"total_area_max_px\": 80\n      }", second);
        let text = text.replace("\"name\": \"flange\"", "\"name\": \"score_min\"");
        // An escaped quote ends no string.
        let text = text.replacen("\"name\": \"host\"", "\"name\": \"a\\\": \\\\\"", 1);
        let station = station::read(text.as_bytes()).unwrap();
        let new = rewrite(text.as_bytes(), &station, (0, 1), &LIMITS).unwrap();
        let found = station::read(new.as_bytes()).unwrap();
        assert_eq!(Limits::of(&found.recipe, 1), Some(LIMITS));
        assert_eq!(found.recipe.classes[0], station.recipe.classes[0]);
        assert!(
            new.contains(
                "\"blob_area_max_px\" :1234, \"blob_area_min_px\": 3,\"score_min\":0.07 ,"
            )
        );
        assert!(matches!(
            rewrite(text.as_bytes(), &station, (0, 2), &LIMITS),
            Err(TuneError::Rewrite)
        ));
    }
    /// Recipes may stand before the first one in the file.
    #[test]
    fn the_class_of_the_chosen_recipe_changes() {
        let class = |class: u8, blob_area_max_px: u32| {
            format!(
                r#"{{ "class": {class}, "name": "c{class}", "score_min": 0.4, "blob_area_min_px": 1,
                    "blob_area_max_px": {blob_area_max_px}, "total_area_max_px": 90 }}"#
            )
        };
        let recipes = format!(
            r#""recipes": [{{ "name": "a", "code": 1, "classes": [{}] }},
                {{ "name": "b", "code": 2, "classes": [{}, {}] }}], "recipe": {{"#,
            class(1, 50),
            class(1, 60),
            class(2, 70)
        );
        let text = HOST.replace("\"recipe\": {", &recipes);
        let station = station::read(text.as_bytes()).unwrap();
        for place in [(0, 0), (1, 0), (2, 0), (2, 1)] {
            let new = rewrite(text.as_bytes(), &station, place, &LIMITS).unwrap();
            let found = station::read(new.as_bytes()).unwrap();
            for (recipe, (old, new)) in station.all_recipes().zip(found.all_recipes()).enumerate() {
                for class in 0..old.classes.len() {
                    let limits = if (recipe, class) == place {
                        Some(LIMITS)
                    } else {
                        Limits::of(old, class)
                    };
                    assert_eq!(
                        Limits::of(new, class),
                        limits,
                        "{place:?}: {recipe} {class}"
                    );
                }
            }
        }
        for place in [(1, 1), (3, 0)] {
            let refused = rewrite(text.as_bytes(), &station, place, &LIMITS);
            assert!(matches!(refused, Err(TuneError::Rewrite)), "{place:?}");
        }
    }
}
