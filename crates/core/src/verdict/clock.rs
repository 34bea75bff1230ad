//! The time that roles take to work, and when to look again. Pure: whoever has a clock says how late it is.

use crate::facts::KeyFacts;

/// How long a change of roles may take to work, in seconds (Azure RBAC, troubleshooting: up to 10 minutes).
pub const WINDOW_SECONDS: u64 = 600;

/// The first pause between two looks, in seconds.
const SHORTEST: u64 = 3;
/// The longest pause, in seconds.
const LONGEST: u64 = 30;

/// When the clock started, in seconds since the Unix epoch: the grant, or else the registration of the key.
pub fn started(key: &KeyFacts) -> Option<u64> {
    key.granted_at.max(key.registered_at)
}

/// How many seconds of the window are left; `None` when it is over. A start that lies ahead (clocks differ) counts as
/// just now.
pub fn remaining(started: u64, now: u64) -> Option<u64> {
    WINDOW_SECONDS.checked_sub(now.saturating_sub(started)).filter(|seconds| *seconds > 0)
}

/// In how many seconds to look again, `elapsed` seconds after the start: soon at first, since most grants work within a
/// minute, then ever less often; never longer than 30 seconds.
pub fn next_look(elapsed: u64) -> u64 {
    (elapsed / 4).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_ends_after_ten_minutes() {
        for (started, now, expected) in [
            (1000, 1000, Some(600)),
            (1000, 1599, Some(1)),
            (1000, 1600, None),
            (1000, 5000, None),
            (1000, 900, Some(600)),
            (0, u64::MAX, None),
        ] {
            assert_eq!(remaining(started, now), expected, "{started} {now}");
        }
    }

    #[test]
    fn looks_become_rarer() {
        for (elapsed, pause) in [(0, 3), (12, 3), (16, 4), (60, 15), (120, 30), (600, 30), (u64::MAX, 30)] {
            assert_eq!(next_look(elapsed), pause, "{elapsed}");
        }
        let (mut at, mut looks) = (0, 0);
        while at < WINDOW_SECONDS {
            at += next_look(at);
            looks += 1;
        }
        assert!((20..40).contains(&looks), "{looks} in one window");
    }

    #[test]
    fn the_clock_starts_with_the_later_of_grant_and_registration() {
        let key = |granted_at, registered_at| KeyFacts { granted_at, registered_at, ..KeyFacts::default() };
        assert_eq!(started(&key(None, None)), None);
        assert_eq!(started(&key(Some(5), None)), Some(5));
        assert_eq!(started(&key(Some(5), Some(9))), Some(9));
    }
}
