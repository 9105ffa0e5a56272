//! The orientation in Exif data: whether the picture should be shown rotated or mirrored.

/// The tag of the orientation field (Exif 2.32, table 4).
const ORIENTATION: u16 = 0x0112;
/// The bytes of a directory entry: tag, type, count and value.
const ENTRY_BYTES: usize = 12;

/// The orientation in a PNG's Exif data, 1 to 8 by the standard. The data are a TIFF header and its
/// first directory.
///
/// `None` if the field is missing or the data are invalid.
pub fn of_exif(exif: &[u8]) -> Option<u16> {
    let big_endian = match exif.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = *exif.get(at..)?.first_chunk()?;
        Some(if big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    };
    let directory = *exif.get(4..)?.first_chunk()?;
    let directory = if big_endian {
        u32::from_be_bytes(directory)
    } else {
        u32::from_le_bytes(directory)
    };
    let directory = usize::try_from(directory).ok()?;
    let first_entry = directory.checked_add(2)?;
    (0..usize::from(u16_at(directory)?))
        .map_while(|entry| first_entry.checked_add(entry * ENTRY_BYTES))
        .find(|at| u16_at(*at) == Some(ORIENTATION))
        .and_then(|at| u16_at(at.checked_add(8)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_found_in_both_byte_orders_and_not_in_broken_data() {
        let little = *b"II*\0\x08\0\0\0\x02\0\x00\x01\x03\0\x01\0\0\0\x09\0\0\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0";
        assert_eq!(of_exif(&little), Some(6));
        assert_eq!(of_exif(&big), Some(3));
        for cut in 0..big.len() - 2 {
            assert_eq!(of_exif(&big[..cut]), None, "cut to {cut} bytes");
        }
        let mut far = big;
        far[4..8].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(of_exif(&far), None);
    }
}
