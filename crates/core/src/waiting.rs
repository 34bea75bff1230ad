//! How long a cluster has been in the making, beside how long that takes as a rule, in words.
//!
//! Nothing is known in between: Confluent tells no progress, so none is made up here.

/// Typical time until a Dedicated cluster can be used, in minutes
/// (Confluent’s Terraform provider, documentation of `confluent_kafka_cluster`).
pub const TYPICAL_MINUTES: u64 = 25;
/// The longest that it may take, in hours (as above).
pub const LONGEST_HOURS: u64 = 24;

/// Compares the seconds since a cluster was asked for with what is typical and with the longest.
pub fn compared(seconds: u64) -> String {
    let minutes = seconds / 60;
    let elapsed = elapsed(minutes);
    if minutes >= LONGEST_HOURS * 60 {
        format!(
            "Under way for {elapsed}: longer than the {LONGEST_HOURS} hours that Confluent names as the longest. Ask Confluent’s support, with the cluster’s id."
        )
    } else if minutes >= TYPICAL_MINUTES {
        format!(
            "Under way for {elapsed}: longer than the typical {TYPICAL_MINUTES} minutes. It may take up to {LONGEST_HOURS} hours, and nothing is wrong yet."
        )
    } else {
        format!(
            "Under way for {elapsed}. Typically a cluster is ready after about {TYPICAL_MINUTES} minutes; it may take up to {LONGEST_HOURS} hours."
        )
    }
}

fn elapsed(minutes: u64) -> String {
    let counted = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    match (minutes / 60, minutes % 60) {
        (0, 0) => "less than a minute".to_owned(),
        (0, minutes) => counted(minutes, "minute"),
        (hours, 0) => counted(hours, "hour"),
        (hours, minutes) => format!("{} and {}", counted(hours, "hour"), counted(minutes, "minute")),
    }
}

#[cfg(test)]
mod tests {
    use super::compared;

    #[test]
    fn elapsed_time_is_told_beside_the_typical_and_the_longest() {
        for (seconds, words) in [
            (0, "less than a minute. Typically"),
            (59, "less than a minute. Typically"),
            (60, "1 minute. Typically"),
            (24 * 60 + 59, "24 minutes. Typically"),
            (25 * 60, "25 minutes: longer than the typical 25 minutes"),
            (3600, "1 hour: longer than the typical"),
            (3 * 3600 + 61, "3 hours and 1 minute: longer than the typical"),
            (24 * 3600 - 1, "23 hours and 59 minutes: longer than the typical"),
            (24 * 3600, "24 hours: longer than the 24 hours"),
            (u64::MAX, "longer than the 24 hours"),
        ] {
            let told = compared(seconds);
            assert!(told.contains(words), "{seconds}: {told}");
        }
    }
}
