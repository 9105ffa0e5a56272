//! Frames of Modbus/TCP: the header (transaction, protocol 0, length, unit), function and data.
//! Numbers are big-endian. Only functions 3 and 4, which read registers, are served.

use core::ops::Range;

const HEADER: usize = 7;
/// The longest body of any function.
const BODY_MAX: usize = 253;
const READ_HOLDING: u8 = 3;
const READ_INPUT: u8 = 4;
/// Registers in one answer.
const COUNT_MAX: usize = 125;

const ILLEGAL_FUNCTION: u8 = 1;
const ILLEGAL_ADDRESS: u8 = 2;
const ILLEGAL_VALUE: u8 = 3;

/// The bytes are no frame of Modbus/TCP. Where the next one begins is unknown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoModbus;

/// The bytes of a client that are not answered yet: less than one frame, and one piece.
#[derive(Debug, Default)]
pub(super) struct Requests {
    bytes: Vec<u8>,
}

/// One request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    transaction: [u8; 2],
    unit: u8,
    body: Vec<u8>,
}

impl Requests {
    pub(super) fn add(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    /// The next whole request.
    pub(super) fn next(&mut self) -> Result<Option<Request>, NoModbus> {
        let Some(&[t0, t1, p0, p1, l0, l1, unit]) = self.bytes.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        // The length counts the unit as well.
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        let body_length = length.checked_sub(1).ok_or(NoModbus)?;
        if (p0, p1) != (0, 0) || !(1..=BODY_MAX).contains(&body_length) {
            return Err(NoModbus);
        }
        let end = HEADER + body_length;
        let Some(body) = self.bytes.get(HEADER..end) else {
            return Ok(None);
        };
        let request = Request {
            transaction: [t0, t1],
            unit,
            body: body.to_vec(),
        };
        self.bytes.drain(..end);
        Ok(Some(request))
    }
}

impl Request {
    /// Appends the answer to `out`. Every unit is answered.
    pub(super) fn answer(&self, registers: &[u16], out: &mut Vec<u8>) {
        let function = self.body.first().copied().unwrap_or_default();
        let mut body = Vec::with_capacity(2 + 2 * COUNT_MAX);
        match self.range(registers.len()) {
            Ok(range) => {
                let values = registers.get(range).unwrap_or_default();
                body.push(function);
                body.push(u8::try_from(2 * values.len()).unwrap_or(u8::MAX));
                body.extend(values.iter().flat_map(|value| value.to_be_bytes()));
            }
            Err(exception) => body.extend([function | 0x80, exception]),
        }
        let length = u16::try_from(body.len() + 1).unwrap_or(u16::MAX);
        out.extend(self.transaction);
        out.extend([0, 0]);
        out.extend(length.to_be_bytes());
        out.push(self.unit);
        out.extend(body);
    }

    /// The registers that are asked for, or the exception.
    fn range(&self, registers: usize) -> Result<Range<usize>, u8> {
        let (&function, data) = self.body.split_first().ok_or(ILLEGAL_FUNCTION)?;
        if !matches!(function, READ_HOLDING | READ_INPUT) {
            return Err(ILLEGAL_FUNCTION);
        }
        let &[s0, s1, c0, c1] = data else {
            return Err(ILLEGAL_VALUE);
        };
        let start = usize::from(u16::from_be_bytes([s0, s1]));
        let count = usize::from(u16::from_be_bytes([c0, c1]));
        if !(1..=COUNT_MAX).contains(&count) {
            return Err(ILLEGAL_VALUE);
        }
        let end = start + count;
        if end > registers {
            return Err(ILLEGAL_ADDRESS);
        }
        Ok(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(bytes: &[u8]) -> Vec<u8> {
        let registers: Vec<u16> = (0..200).collect();
        let mut requests = Requests::default();
        requests.add(bytes);
        let mut answers = Vec::new();
        while let Some(request) = requests.next().unwrap() {
            request.answer(&registers, &mut answers);
        }
        answers
    }

    #[test]
    fn each_unit_and_both_functions_read_registers() {
        for unit in [0, 1, 17, 255] {
            for function in [3, 4] {
                let answer = answer_to(&[9, 8, 0, 0, 0, 6, unit, function, 0, 5, 0, 2]);
                assert_eq!(answer, [9, 8, 0, 0, 0, 7, unit, function, 4, 0, 5, 0, 6]);
            }
        }
        let longest = answer_to(&[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 125]);
        assert_eq!(longest.len(), HEADER + 2 + 250);
    }

    #[test]
    fn what_is_not_allowed_has_its_exception() {
        for (body, exception) in [
            (&[3, 0, 0, 0, 0][..], ILLEGAL_VALUE),
            (&[3, 0, 0, 0, 126], ILLEGAL_VALUE),
            (&[3, 0, 0, 255, 255], ILLEGAL_VALUE),
            (&[3, 0, 0], ILLEGAL_VALUE),
            (&[3, 0, 0, 0, 1, 0], ILLEGAL_VALUE),
            (&[4, 0, 199, 0, 2], ILLEGAL_ADDRESS),
            (&[4, 255, 255, 0, 1], ILLEGAL_ADDRESS),
            (&[6, 0, 0, 0, 1], ILLEGAL_FUNCTION),
            (&[16, 0, 0, 0, 1, 2, 0, 0], ILLEGAL_FUNCTION),
            (&[1], ILLEGAL_FUNCTION),
        ] {
            let length = u8::try_from(body.len() + 1).unwrap();
            let answer = answer_to(&[&[0, 7, 0, 0, 0, length, 3], body].concat());
            assert_eq!(
                answer,
                [0, 7, 0, 0, 0, 3, 3, body[0] | 0x80, exception],
                "{body:?}"
            );
        }
    }

    #[test]
    fn requests_in_one_piece_and_a_request_in_pieces_are_answered() {
        let one = [0, 1, 0, 0, 0, 6, 1, 3, 0, 1, 0, 1];
        let two = [0, 2, 0, 0, 0, 6, 1, 3, 0, 2, 0, 1];
        let answers = answer_to(&[one, two].concat());
        assert_eq!(answers.len(), 22);
        assert_eq!(
            (answers[1], answers[10], answers[12], answers[21]),
            (1, 1, 2, 2)
        );
        let mut requests = Requests::default();
        for byte in &one[..11] {
            requests.add(&[*byte]);
            assert_eq!(requests.next(), Ok(None));
        }
        requests.add(&one[11..]);
        assert_ne!(requests.next(), Ok(None));
    }

    #[test]
    fn what_is_no_frame_ends_the_connection() {
        for bytes in [
            b"GET / HTTP/1.1\r\n".as_slice(),
            &[0, 1, 0, 0, 0, 0, 1, 3],
            &[0, 1, 0, 0, 0, 1, 1, 3],
            &[0, 1, 0, 0, 0, 255, 1, 3],
        ] {
            let mut requests = Requests::default();
            requests.add(bytes);
            assert_eq!(requests.next(), Err(NoModbus), "{bytes:?}");
        }
    }
}
