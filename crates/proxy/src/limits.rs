//! How often a caller may ask for what reaches other people’s clouds.
//!
//! Two limits. One on how often: a bucket that fills again. One on how many vaults: whoever could ask about name after
//! name would have a directory of other people’s vaults.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much one caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Preflights a minute, on and on; a third of them may come at once after a pause.
    pub preflights_per_minute: NonZeroU32,
    /// Different vaults in ten minutes.
    pub vaults_per_ten_minutes: NonZeroU32,
}

impl Default for Allowance {
    /// Thirty preflights a minute, about twenty vaults: more than a person needs who looks for the right one.
    fn default() -> Self {
        const THIRTY: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
        const TWENTY: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
        Self { preflights_per_minute: THIRTY, vaults_per_ten_minutes: TWENTY }
    }
}

impl Allowance {
    /// Preflights at once, after a pause.
    fn burst(self) -> f64 {
        f64::from((self.preflights_per_minute.get() / 3).max(1))
    }

    /// Preflights a second.
    fn rate(self) -> f64 {
        f64::from(self.preflights_per_minute.get()) / 60.0
    }

    fn vaults(self) -> usize {
        usize::try_from(self.vaults_per_ten_minutes.get()).unwrap_or(usize::MAX)
    }
}

/// For how long a vault that was asked about counts.
const WINDOW: Duration = Duration::from_secs(600);
/// Callers that are remembered; beyond, those that have asked for nothing lately are forgotten.
const CALLERS: usize = 1024;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// The browser that was let in.
    Session,
    /// Anybody else, by address.
    Peer(IpAddr),
    /// Where there is no socket.
    Local,
}

/// What a caller has used.
#[derive(Debug)]
struct Used {
    /// Preflights left, and when that was counted.
    left: f64,
    counted: Instant,
    /// The vaults asked about, and when last.
    vaults: HashMap<String, Instant>,
}

/// All callers.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    allowance: Allowance,
    callers: Mutex<HashMap<Caller, Used>>,
}

/// Why not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Too often; seconds until the next may be asked.
    TooOften(u64),
    /// Too many vaults; seconds until the next may be asked about.
    TooManyVaults(u64),
}

impl Limits {
    /// Nobody has asked for anything yet.
    pub(crate) fn new(allowance: Allowance) -> Self {
        Self { allowance, callers: Mutex::default() }
    }

    /// How much one caller may ask for.
    pub(crate) fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// Counts a preflight about `vault`, or says when to come back.
    pub(crate) fn take(&self, caller: Caller, vault: &str, now: Instant) -> Result<(), Refused> {
        let (burst, rate) = (self.allowance.burst(), self.allowance.rate());
        let mut all = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= CALLERS && !all.contains_key(&caller) {
            all.retain(|_, used| now.saturating_duration_since(used.counted) < WINDOW);
        }
        if all.len() >= CALLERS && !all.contains_key(&caller) {
            return Err(Refused::TooOften(60));
        }
        let new = Used { left: burst, counted: now, vaults: HashMap::new() };
        let used = all.entry(caller).or_insert(new);
        let passed = now.saturating_duration_since(used.counted).as_secs_f64();
        used.left = passed.mul_add(rate, used.left).min(burst);
        used.counted = now;
        if used.left < 1.0 {
            return Err(Refused::TooOften(whole((1.0 - used.left) / rate)));
        }
        used.vaults.retain(|_, last| now.saturating_duration_since(*last) < WINDOW);
        if !used.vaults.contains_key(vault) && used.vaults.len() >= self.allowance.vaults() {
            let oldest = used.vaults.values().min().copied().unwrap_or(now);
            let wait = WINDOW.saturating_sub(now.saturating_duration_since(oldest));
            return Err(Refused::TooManyVaults(whole(wait.as_secs_f64())));
        }
        used.left -= 1.0;
        used.vaults.insert(vault.to_owned(), now);
        Ok(())
    }
}

/// Whole seconds, at least one.
fn whole(seconds: f64) -> u64 {
    // `as` saturates.
    (seconds.ceil() as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::{Allowance, CALLERS, Caller, Limits, Refused, WINDOW};
    use std::num::NonZeroU32;
    use std::time::{Duration, Instant};

    #[test]
    fn a_burst_then_one_every_two_seconds() {
        let (limits, now) = (Limits::default(), Instant::now());
        for _ in 0..10 {
            assert_eq!(limits.take(Caller::Session, "kv", now), Ok(()));
        }
        assert_eq!(limits.take(Caller::Session, "kv", now), Err(Refused::TooOften(2)));
        let later = now + Duration::from_secs(2);
        assert_eq!(limits.take(Caller::Session, "kv", later), Ok(()));
        assert_eq!(limits.take(Caller::Session, "kv", later), Err(Refused::TooOften(2)));
    }

    #[test]
    fn callers_do_not_use_up_each_others() {
        let (limits, now) = (Limits::default(), Instant::now());
        while limits.take(Caller::Session, "kv", now).is_ok() {}
        let other = Caller::Peer("127.0.0.1".parse().expect("an address"));
        assert_eq!(limits.take(other, "kv", now), Ok(()));
    }

    #[test]
    fn twenty_vaults_in_ten_minutes_and_no_more() {
        let (limits, start) = (Limits::default(), Instant::now());
        let mut now = start;
        for at in 0..20 {
            assert_eq!(limits.take(Caller::Local, &format!("kv-{at}"), now), Ok(()));
            now += Duration::from_secs(2);
        }
        assert_eq!(limits.take(Caller::Local, "one-more", now), Err(Refused::TooManyVaults(560)));
        // One that was asked about before is no news.
        assert_eq!(limits.take(Caller::Local, "kv-3", now), Ok(()));
        assert_eq!(limits.take(Caller::Local, "one-more", start + WINDOW), Ok(()));
    }

    #[test]
    fn what_is_allowed_is_for_the_operator_to_say() {
        let number = |number| NonZeroU32::new(number).expect("a number");
        let allowance = Allowance { preflights_per_minute: number(600), vaults_per_ten_minutes: number(150) };
        let (limits, now) = (Limits::new(allowance), Instant::now());
        for at in 0..200 {
            let taken = limits.take(Caller::Session, &format!("kv-{}", at % 150), now);
            assert_eq!(taken, Ok(()), "{at}");
        }
        assert_eq!(limits.take(Caller::Session, "kv-0", now), Err(Refused::TooOften(1)));
        let later = now + Duration::from_secs(1);
        assert_eq!(limits.take(Caller::Session, "one-more", later), Err(Refused::TooManyVaults(599)));
        let least = Allowance { preflights_per_minute: number(1), vaults_per_ten_minutes: number(1) };
        let limits = Limits::new(least);
        assert_eq!(limits.take(Caller::Session, "kv", now), Ok(()));
        assert_eq!(limits.take(Caller::Session, "kv", now), Err(Refused::TooOften(60)));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let (limits, now) = (Limits::default(), Instant::now());
        let peer = |at: u32| Caller::Peer(std::net::Ipv4Addr::from(at).into());
        for at in 0..=CALLERS as u32 {
            let taken = limits.take(peer(at), "kv", now);
            assert_eq!(taken.is_ok(), at < CALLERS as u32, "{at}");
        }
        assert_eq!(limits.take(peer(0), "kv", now), Ok(()));
        assert_eq!(limits.take(peer(9999), "kv", now + WINDOW), Ok(()));
    }
}
