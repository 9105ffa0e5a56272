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
    let exported = export(&history, &to).unwrap();
    assert_eq!(
        (exported.parts, exported.without_input, exported.gone),
        (2, 1, 0)
    );
    let sources = fs::read_to_string(to.join(SOURCES_FILE)).unwrap();
    let lines: Vec<_> = sources.lines().collect();
    assert_eq!(lines[0], "part,source");
    assert!(lines[1].starts_with("1,") && lines[1].ends_with("-0000000001-REJECT"));
    assert!(lines[2].ends_with("-0000000002-PASS") && lines.len() == 3);
    let of_first = entries(&history).unwrap()[0].path.join(INPUT_FILE);
    assert_eq!(
        fs::read(to.join("1/image.png")).unwrap(),
        fs::read(of_first).unwrap()
    );
    assert!(to.join("2/mask.png").exists() && !to.join("3").exists());
    let error = export(&history, &to).unwrap_err();
    assert!(matches!(error, HistoryError::NotEmpty { .. }), "{error}");
    // As after a power cut. The others are exported all the same.
    let of_first = entries(&history).unwrap()[0].path.join(RECORD_FILE);
    fs::write(of_first, "").unwrap();
    let exported = export(&history, &place.path.join("second")).unwrap();
    assert_eq!((exported.parts, exported.unreadable.len()), (1, 1));
}
