//! The data set of a history.

use super::*;

#[test]
fn a_data_set_has_the_parts_with_an_input_in_the_order_of_time() {
    let place = Place::new("export");
    let mut store = Store::new(&place.settings(9, 1024), 16);
    add(&mut store, 2, Kind::Pass, 0).unwrap();
    add(&mut store, 1, Kind::Reject, 0).unwrap();
    let without = EntryRecord {
        input: None,
        input_sha256: None,
        mask_sha256: None,
        ..record(3)
    };
    let name = EntryName::new(without.time, PartId::new(3), Kind::Fault, 0);
    store.add(&name, &without, None).unwrap();
    let (history, to) = (place.path.join("history"), place.path.join("set"));
    let exported = export(&history, &to, None, |_| {}).unwrap();
    assert_eq!(
        (exported.parts, exported.without_input, exported.deleted),
        (2, 1, 0)
    );
    let sources = fs::read_to_string(to.join(SOURCES_FILE)).unwrap();
    let lines: Vec<_> = sources.lines().collect();
    assert_eq!(lines[0], "part,source,recipe");
    assert!(lines[1].starts_with("1,") && lines[1].ends_with("-0000000001-REJECT,\"plate\""));
    assert!(lines[2].ends_with("-0000000002-PASS,\"plate\"") && lines.len() == 3);
    let of_first = entries(&history).unwrap()[0].path.join(INPUT_FILE);
    assert_eq!(
        fs::read(to.join("1/image.png")).unwrap(),
        fs::read(of_first).unwrap()
    );
    assert!(to.join("2/mask.png").exists() && !to.join("3").exists());
    let error = export(&history, &to, None, |_| {}).unwrap_err();
    assert!(matches!(error, HistoryError::NotEmpty { .. }), "{error}");
    // As after a power cut. The others are exported all the same.
    let of_first = entries(&history).unwrap()[0].path.join(RECORD_FILE);
    fs::write(of_first, "").unwrap();
    let exported = export(&history, &place.path.join("second"), None, |_| {}).unwrap();
    assert_eq!((exported.parts, exported.unreadable.len()), (1, 1));
}

#[test]
fn a_picture_that_is_damaged_is_named_and_left_out() {
    let place = Place::new("export-damaged");
    let mut store = Store::new(&place.settings(9, 1024), 16);
    for part in 1..=6 {
        add(&mut store, part, Kind::Reject, 0).unwrap();
    }
    let history = place.path.join("history");
    let kept = entries(&history).unwrap();
    let path = |part: usize, file: &str| kept[part - 1].path.join(file);
    // As after a power cut.
    fs::write(path(1, INPUT_FILE), "").unwrap();
    let whole = fs::read(path(2, INPUT_FILE)).unwrap();
    fs::write(path(2, INPUT_FILE), &whole[..whole.len() - 20]).unwrap();
    let mut changed = whole;
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    fs::write(path(3, INPUT_FILE), changed).unwrap();
    // Input and mask are swapped, and a mask is missing.
    fs::copy(path(4, INPUT_FILE), path(4, MASK_FILE)).unwrap();
    fs::remove_file(path(5, MASK_FILE)).unwrap();
    let to = place.path.join("set");
    let exported = export(&history, &to, None, |_| {}).unwrap();
    let errors: Vec<_> = exported
        .unreadable
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors.len(), 5, "{errors:?}");
    for (error, number) in errors.iter().zip(1..) {
        let named = path(number, if number < 4 { INPUT_FILE } else { MASK_FILE });
        assert!(error.contains(named.to_str().unwrap()), "{error}");
    }
    assert_eq!((exported.parts, exported.deleted), (1, 0));
    let sources = fs::read_to_string(to.join(SOURCES_FILE)).unwrap();
    assert!(sources.contains("\n1,") && sources.contains("-0000000006-"));
    assert_eq!(sources.lines().count(), 2);
}

#[test]
fn a_data_set_is_of_one_recipe() {
    let place = Place::new("export-recipes");
    let mut store = Store::new(&place.settings(9, 1024), 16);
    add(&mut store, 1, Kind::Reject, 0).unwrap();
    add(&mut store, 2, Kind::Pass, 0).unwrap();
    let other = EntryRecord {
        recipe: "a \"b\", c".parse().unwrap(),
        ..record(3)
    };
    let name = EntryName::new(other.time, PartId::new(3), Kind::Reject, 0);
    let (input, mask) = ([9; 16 * 8 * 3], [0; 16 * 8]);
    let pictures = KeptPictures {
        shape: SHAPE,
        input: &input,
        mask: &mask,
    };
    store.add(&name, &other, Some(pictures)).unwrap();
    let history = place.path.join("history");
    let to = |name: &str| place.path.join(name);
    let error = export(&history, &to("all"), None, |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("--recipe: a \"b\", c, plate"), "{error}");
    assert!(!to("all").exists());
    let plate = export(&history, &to("plate"), Some("plate"), |_| {}).unwrap();
    assert_eq!((plate.parts, plate.of_other_recipes), (2, 1));
    let other = export(&history, &to("other"), Some("a \"b\", c"), |_| {}).unwrap();
    assert_eq!((other.parts, other.of_other_recipes), (1, 2));
    let sources = fs::read_to_string(to("other").join(SOURCES_FILE)).unwrap();
    assert!(
        sources.ends_with("-REJECT,\"a \"\"b\"\", c\"\n"),
        "{sources}"
    );
}

#[test]
fn a_wrong_path_is_named_with_its_own_advice() {
    let place = Place::new("export-paths");
    let (history, to) = (place.path.join("history"), place.path.join("set"));
    let says = |to: &std::path::Path, word: &str| {
        let error = export(&history, to, None, |_| {}).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
        assert!(!error.contains("history.directory:"), "{error}");
    };
    says(&to, "name the directory of a history with --history");
    Store::new(&place.settings(9, 1024), 16).list().unwrap();
    fs::write(&to, "a file").unwrap();
    says(&to, "name a directory for the data set");
    says(&to.join("in"), "name a directory for the data set");
}
