use super::*;

#[test]
fn both_formats_end_and_name_counters_as_they_must() {
    let empty = Some(Broker::default());
    let text = page(&Status::default(), empty.clone(), None, Format::Text);
    assert!(
        text.contains("# TYPE sluice_journal_lines_total counter\nsluice_journal_lines_total 0\n")
    );
    assert!(!text.contains("EOF"));
    let open = page(&Status::default(), empty, None, Format::OpenMetrics);
    assert!(open.contains("# TYPE sluice_journal_lines counter\nsluice_journal_lines_total 0\n"));
    assert!(open.ends_with("# EOF\n"));
}

#[test]
fn labels_are_escaped_and_seconds_are_exact() {
    let mut page = Page {
        text: String::new(),
        format: Format::Text,
    };
    page.sample("a", &[("b", "x\"y\\z\n")], seconds(1_000_001));
    assert_eq!(page.text, "a{b=\"x\\\"y\\\\z\\n\"} 1.000001\n");
}
