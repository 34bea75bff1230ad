//! Spans of time as a rotation policy writes them.

/// An ISO 8601 duration of years, months, weeks and days in days, a year as 365 and a month as 30: `P90D`, `P18M`,
/// `P2Y`, `P1Y6M`. `None` for anything else; times within a day are dropped.
pub(super) fn days(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_uppercase();
    let rest = text.strip_prefix('P')?;
    let (dates, times) = rest.split_once('T').unwrap_or((rest, ""));
    if dates.is_empty() && times.is_empty() {
        return None;
    }
    let in_days = |unit| match unit {
        'Y' => Some(365),
        'M' => Some(30),
        'W' => Some(7),
        'D' => Some(1),
        _ => None,
    };
    let hours = |unit| matches!(unit, 'H' | 'M' | 'S').then_some(0);
    sum(dates, in_days)?.checked_add(sum(times, hours)?)
}

/// Numbers with units, each times what its unit is worth.
fn sum(text: &str, worth: impl Fn(char) -> Option<u32>) -> Option<u32> {
    let (mut total, mut number) = (0u32, None::<u32>);
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
        } else {
            total = total.checked_add(number.take()?.checked_mul(worth(letter)?)?)?;
        }
    }
    number.is_none().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_in_days() {
        for (text, expected) in [
            ("P90D", Some(90)),
            ("P18M", Some(540)),
            ("P2Y", Some(730)),
            ("P1Y6M", Some(545)),
            ("P4W", Some(28)),
            ("p30d", Some(30)),
            ("P7DT12H", Some(7)),
            ("PT36H", Some(0)),
            ("P", None),
            ("90D", None),
            ("P90", None),
            ("PD", None),
            ("P9X", None),
            ("PT9D", None),
            ("P-9D", None),
            ("P99999999999D", None),
            ("P4294967295Y", None),
            ("", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
