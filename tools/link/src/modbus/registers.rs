//! The registers, in the order of the map in `docs/link.md`.

use crate::status::Status;
use sluice::journal::{Account, Period};

/// Changes when a register gets another meaning. New registers at the end do not change it.
const MAP_VERSION: u16 = 1;

/// All registers of this state. Allocates.
pub fn registers(status: &Status) -> Vec<u16> {
    let accounts = status.accounts();
    let last = status.parts().next();
    let mut words = vec![
        MAP_VERSION,
        match status.is_running() {
            Some(false) => 0,
            Some(true) => 1,
            None => 2,
        },
        match status.mode.as_deref() {
            Some("run") => 1,
            Some("test") => 2,
            Some("stopped") => 3,
            _ => 0,
        },
        status.latches().bits(),
        last.map_or(0, |part| match part.verdict.as_str() {
            "PASS" => 1,
            "REJECT" => 2,
            _ => 3,
        }),
        last.map_or(0, |part| match part.gate.as_str() {
            "passed" => 1,
            "rejected" => 2,
            _ => 3,
        }),
    ];
    push(&mut words, last.map_or(0, |part| part.part));
    push(&mut words, last.map_or(0, |part| part.unix_ms));
    push(
        &mut words,
        status.last_record.map_or(0, |time| time.unix_us() / 1000),
    );
    push(&mut words, status.lines);
    for period in [Period::Total, Period::Shift] {
        counters(&mut words, accounts.account(period));
    }
    words
}

fn counters(words: &mut Vec<u16>, account: &Account) {
    let sum = account.counters();
    for count in [
        sum.triggers,
        sum.pass,
        sum.reject,
        sum.fault,
        sum.missed,
        sum.late,
        sum.unconfirmed,
        sum.gate.passed,
        sum.gate.rejected,
        sum.gate.good_rejected,
        sum.gate.overlap,
        sum.gate.not_on_line,
    ] {
        push(words, count);
    }
}

/// A number of 64 bits in four registers, the highest first.
fn push(words: &mut Vec<u16>, number: u64) {
    let bytes = number.to_be_bytes();
    words.extend(bytes.chunks_exact(2).map(|pair| match pair {
        &[high, low] => u16::from_be_bytes([high, low]),
        _ => 0,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice::control::Latch;

    #[test]
    fn the_document_names_each_bit_of_what_waits_for_a_reset() {
        let document = include_str!("../../../../docs/link.md");
        let row = document.lines().find(|line| line.starts_with("| 3 | "));
        let bits: Vec<_> = Latch::ALL.iter().map(|latch| latch.word()).collect();
        let bits = bits.iter().enumerate();
        let bits: Vec<_> = bits.map(|(bit, word)| format!("{bit} {word}")).collect();
        let list = format!("a bit each: {}, 15 unknown", bits.join(", "));
        assert!(row.unwrap().contains(&list), "docs/link.md needs: {list}");
    }

    #[test]
    fn the_map_has_its_length_and_numbers_begin_with_their_highest_word() {
        let words = registers(&Status::default());
        assert_eq!(words.len(), 6 + 4 * 4 + 2 * 12 * 4);
        assert_eq!(words[..2], [MAP_VERSION, 2]);
        let mut words = Vec::new();
        push(&mut words, 0x0001_0002_0003_0004);
        assert_eq!(words, [1, 2, 3, 4]);
    }
}
