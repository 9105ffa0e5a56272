use super::*;

fn inner() -> Box<Inner> {
    Box::new(Inner {
        bytes: Deque::new(),
        dropped: 0,
        is_journal: false,
        threaded: true,
        writing: false,
    })
}

fn text(inner: &mut Inner) -> String {
    let bytes = core::iter::from_fn(|| inner.bytes.pop_front()).collect();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn lines_that_do_not_fit_are_left_out_and_counted_in_their_place() {
    let mut inner = inner();
    let line = "x".repeat(1023);
    for _ in 0..70 {
        inner.put(&line);
    }
    assert_eq!((inner.bytes.len(), inner.dropped), (CAPACITY, 6));
    // The count does not fit yet, so the next line is dropped as well.
    for _ in 0..50 {
        inner.bytes.pop_front();
    }
    inner.put("short");
    assert_eq!(inner.dropped, 7);
    for _ in 0..1024 {
        inner.bytes.pop_front();
    }
    inner.put("again");
    assert_eq!(inner.dropped, 0);
    let text = text(&mut inner);
    let last: Vec<_> = text.lines().rev().take(2).collect();
    let count = "sluice: 7 lines are missing here, which were not read in time";
    assert_eq!(last, ["again", count]);
}

#[test]
fn the_last_dropped_lines_are_reported_when_the_queue_is_empty() {
    let mut inner = inner();
    inner.dropped = 3;
    assert!(inner.report_dropped());
    assert!(text(&mut inner).starts_with("sluice: 3 lines are missing"));
    assert_eq!(inner.dropped, 0);
}
