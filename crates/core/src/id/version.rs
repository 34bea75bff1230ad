//! The version of a key: what most people copy along with its identifier, and what Confluent does not take.

/// 32 hexadecimal digits (Azure Key Vault, object identifiers), lower-case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyVersion([u8; 32]);

impl KeyVersion {
    /// Reads a version, in any case; nothing around it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = <[u8; 32]>::try_from(text.as_bytes()).ok()?;
        for eight in digits.as_chunks_mut().0 {
            *eight = lower_hex(*eight)?;
        }
        Some(KeyVersion(digits))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// One in each byte of eight.
const ONES: u64 = u64::MAX / 0xff;
/// The top bit of each byte of eight.
const TOPS: u64 = ONES << 7;

/// Eight hexadecimal digits, lower-case. They are looked at in one word: digit by digit takes the browser as long as
/// all the rest of an identifier.
fn lower_hex(digits: [u8; 8]) -> Option<[u8; 8]> {
    let word = u64::from_le_bytes(digits);
    let lower = word | (ONES * 0x20);
    let fits = word & TOPS == 0 && within(word, b'0', b'9') | within(lower, b'a', b'f') == TOPS;
    if fits { Some(lower.to_le_bytes()) } else { None }
}

/// The top bit of each byte that lies between two letters; no byte may have it set before.
fn within(word: u64, first: u8, last: u8) -> u64 {
    let from_first = word + ONES * u64::from(0x80 - first);
    let after_last = word + ONES * u64::from(0x7f - last);
    from_first & !after_last & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place_is_judged_like_a_digit_by_itself() {
        for place in 0..32 {
            for byte in 0..128u8 {
                let mut text = *b"78deebed173b48e48f55abf87ed4cf71";
                text[place] = byte;
                let text = std::str::from_utf8(&text).unwrap();
                let expected = byte.is_ascii_hexdigit().then(|| text.to_ascii_lowercase());
                assert_eq!(KeyVersion::parse(text).map(|version| version.as_str().to_owned()), expected);
            }
        }
        assert_eq!(KeyVersion::parse("78deebed173b48e48f55abf87ed4cfé"), None);
        assert_eq!(KeyVersion::parse("78deebed173b48e48f55abf87ed4cf7"), None);
    }
}
