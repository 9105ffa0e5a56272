use super::*;
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::net::UnixDatagram;

fn inner() -> Box<Inner> {
    let mut inner = Box::new(Inner::new());
    inner.threaded = true;
    inner
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

#[test]
fn the_journal_gets_each_line_as_an_entry_and_without_it_the_lines_are_written() {
    let stream: &'static Stream = Box::leak(Box::new(Stream::new("test")));
    let place = std::env::temp_dir().join(format!("sluice-journald-{}", std::process::id()));
    let theirs = UnixDatagram::bind(&place).unwrap();
    let journald = Journald::at(place.to_str().unwrap()).unwrap();
    stream.lock().reader = Reader::Journal(Arc::new(journald));
    stream.lock().threaded = true;
    let (mut read, write) = io::pipe().unwrap();
    let put = |part: u32| {
        stream.put(
            Priority::Debug,
            format_args!("part {part}"),
            &[("SLUICE_PART", &part)],
        )
    };
    // All wait before the thread begins, so that it must keep them apart.
    assert!(put(1) && put(2));
    stream.lock().dropped = 1;
    assert!(put(3));
    thread::spawn(move || stream.run(write.as_fd()));
    let received = || {
        let mut entry = [0; CHUNK];
        let length = theirs.recv(&mut entry).unwrap();
        String::from_utf8(entry[..length].to_vec()).unwrap()
    };
    for part in ["1", "2"] {
        let entry = received();
        assert!(
            entry.starts_with(&format!("MESSAGE=part {part}\nPRIORITY=7\n")),
            "{entry}"
        );
        assert!(
            entry.ends_with(&format!("\nSLUICE_PART={part}\n")),
            "{entry}"
        );
    }
    assert!(received().starts_with("MESSAGE=sluice: 1 lines are missing here"));
    assert!(received().ends_with("\nSLUICE_PART=3\n"));
    drop(theirs);
    std::fs::remove_file(&place).unwrap();
    assert!(put(4));
    let mut line = [0; 10];
    read.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"<7>part 4\n");
    // A journal that listens again gets entries again.
    let theirs = UnixDatagram::bind(&place).unwrap();
    assert!(put(5));
    let mut entry = [0; CHUNK];
    let length = theirs.recv(&mut entry).unwrap();
    assert!(entry[..length].starts_with(b"MESSAGE=part 5\n"));
    std::fs::remove_file(&place).unwrap();
}
