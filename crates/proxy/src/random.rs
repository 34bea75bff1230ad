//! Random values from the operating system: tokens, ids, jitter.

use std::fmt::Write as _;

/// 256 bits as lower-case hex, for tokens and ids that nobody may guess.
///
/// # Errors
/// When the operating system has no randomness to give; the caller must not go on.
pub(crate) fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// A short id for logs; falls back to the clock, since no decision rests on it.
pub(crate) fn short_id() -> String {
    let mut bytes = [0_u8; 8];
    if getrandom::fill(&mut bytes).is_err() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        bytes = (now.as_nanos() as u64).to_be_bytes();
    }
    hex(&bytes)
}

/// Between 0 and 1, for jitter.
pub(crate) fn fraction() -> f64 {
    let mut bytes = [0_u8; 4];
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
