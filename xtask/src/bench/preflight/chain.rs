//! The longest chain of calls of which each had to wait for another’s answer: what no server can do in less time.
//!
//! It is taken from the calls that were made, and from what depends on what. A call that waited without need is in no
//! chain, so needless waiting shows as time beyond the chain.

use anyhow::{Context, Result};
use serde_json::Value;

const SIGN_IN: &str = "login.microsoftonline.com";
const GRAPH: &str = "graph.microsoft.com";
const CONFLUENT: &str = "api.confluent.cloud";

/// A call as the sandbox noted it.
#[derive(Clone, Debug)]
pub struct Call {
    /// When it came in, in seconds after an arbitrary moment that all calls share.
    at: f64,
    host: String,
    path: String,
    /// What stands behind the question mark.
    query: String,
    status: u64,
}

/// Which calls cannot be made before another one is answered: the later, and the earlier that it needs.
const NEEDS: [fn(&Call, &Call) -> bool; 4] = [
    // A read with a token needs a sign-in. For which host the sign-in was is in its body, which the sandbox does not
    // keep; as no sign-in needs anything, the chain has the same length with any of them.
    |later, earlier| later.carries_token() && earlier.is_sign_in(),
    // The next page of a list needs the page before.
    |later, earlier| later.is_next_page() && (&later.host, &later.path) == (&earlier.host, &earlier.path),
    // Who the service principal is stands in the registered key.
    |later, earlier| later.is_principal() && earlier.is_registered_key(),
    // Its groups are asked for by its object ID.
    |later, earlier| later.is_groups() && earlier.is_principal(),
];

impl Call {
    /// Reads what `GET /_sandbox/calls` tells of calls after number `after`.
    pub fn all(told: &Value, after: u64) -> Result<Vec<Self>> {
        let told = told.as_array().context("the calls are not a list")?;
        let later = |one: &&Value| one["number"].as_u64().is_some_and(|number| number > after);
        told.iter().filter(later).map(|one| Self::of(one).context("a call cannot be read")).collect()
    }

    fn of(told: &Value) -> Option<Self> {
        let address = told["path"].as_str()?;
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        Some(Self {
            at: seconds(told["at"].as_str()?)?,
            host: told["host"].as_str()?.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            status: told["status"].as_u64().unwrap_or_default(),
        })
    }

    fn is_sign_in(&self) -> bool {
        self.host == SIGN_IN && self.path.ends_with("/token")
    }

    /// Azure refuses with 401 what comes without a token, and our sandbox takes every token that it gave.
    fn carries_token(&self) -> bool {
        ![SIGN_IN, CONFLUENT].contains(&self.host.as_str()) && self.status != 401
    }

    fn is_next_page(&self) -> bool {
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        let marks = ["$skiptoken", "%24skiptoken", "page_token"];
        self.query.split('&').any(|pair| marks.contains(&name(pair).as_str()))
    }

    fn is_registered_key(&self) -> bool {
        self.host == CONFLUENT && self.path.starts_with("/byok/v1/keys/")
    }

    fn is_principal(&self) -> bool {
        self.host == GRAPH && self.path.contains("/servicePrincipals(appId=")
    }

    fn is_groups(&self) -> bool {
        self.host == GRAPH && self.path.ends_with("/transitiveMemberOf")
    }
}

/// How many calls the longest chain has. An answer takes `delay` seconds or more, so a call that came in earlier than
/// that after another did not wait for it.
pub fn longest(calls: &[Call], delay: f64) -> usize {
    let mut calls: Vec<&Call> = calls.iter().collect();
    calls.sort_by(|one, other| one.at.total_cmp(&other.at));
    let mut lengths: Vec<usize> = Vec::new();
    for later in &calls {
        let waited_for = calls.iter().zip(&lengths).filter(|(earlier, _)| {
            earlier.at + delay <= later.at && NEEDS.iter().any(|needs| needs(later, earlier))
        });
        lengths.push(1 + waited_for.map(|(_, length)| *length).max().unwrap_or_default());
    }
    lengths.into_iter().max().unwrap_or_default()
}

/// Seconds since the first day of the calendar (RFC 3339, in UTC).
fn seconds(stamp: &str) -> Option<f64> {
    let (date, time) = stamp.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, mark| -> Option<Vec<f64>> {
        text.split(mark).map(|number| number.parse().ok()).collect()
    };
    let (&[year, month, day], &[hour, minute, second]) =
        (numbers(date, '-')?.as_slice(), numbers(time, ':')?.as_slice())
    else {
        return None;
    };
    // The year begins in March, so that its odd day is the last.
    let (year, month) = if month < 3.0 { (year - 1.0, month + 9.0) } else { (year, month - 3.0) };
    let leaps = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    let days = year.mul_add(365.0, leaps) + month.mul_add(153.0, 2.0).div_euclid(5.0) + day;
    Some(days.mul_add(86_400.0, hour.mul_add(3600.0, minute.mul_add(60.0, second))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TOKEN: &str = "/tenant/oauth2/v2.0/token";
    const PRINCIPAL: &str = "/v1.0/servicePrincipals(appId='a')?$select=id";
    const GROUPS: &str = "/v1.0/servicePrincipals/b/transitiveMemberOf?$select=id";
    const ARM: &str = "management.azure.com";

    /// Calls by milliseconds, host, address and status.
    fn calls(all: &[(u32, &str, &str, u16)]) -> Vec<Call> {
        let told: Vec<Value> = all
            .iter()
            .enumerate()
            .map(|(number, (at, host, path, status))| {
                let at = format!("2026-11-25T23:59:{:02}.{:03}Z", at / 1000, at % 1000);
                json!({"number": number + 1, "at": at, "host": host, "path": path, "status": status})
            })
            .collect();
        Call::all(&json!(told), 0).expect("calls")
    }

    #[test]
    fn a_read_waits_for_its_token_and_a_question_without_one_for_nobody() {
        let all = [(0, SIGN_IN, TOKEN, 200), (210, ARM, "/a", 200), (210, ARM, "/b", 404)];
        assert_eq!(longest(&calls(&all), 0.2), 2);
        let all = [(0, SIGN_IN, TOKEN, 200), (210, ARM, "/a", 401), (420, SIGN_IN, "/t/openid", 200)];
        assert_eq!(longest(&calls(&all), 0.2), 1);
    }

    #[test]
    fn the_groups_wait_for_the_principal_which_waits_for_the_key_and_its_token() {
        let all = [
            (0, CONFLUENT, "/byok/v1/keys/cck-1", 200),
            (1, SIGN_IN, TOKEN, 200),
            (205, GRAPH, PRINCIPAL, 200),
            (410, GRAPH, GROUPS, 200),
        ];
        assert_eq!(longest(&calls(&all), 0.2), 3);
    }

    #[test]
    fn sign_ins_one_after_another_are_no_chain() {
        let all = [
            (0, SIGN_IN, TOKEN, 200),
            (210, SIGN_IN, TOKEN, 200),
            (420, SIGN_IN, TOKEN, 200),
            (630, ARM, "/a", 200),
        ];
        assert_eq!(longest(&calls(&all), 0.2), 2);
        // Nor is one that is begun only when the key is read, although the principal then waits for both.
        let all = [
            (0, CONFLUENT, "/byok/v1/keys/cck-1", 200),
            (210, SIGN_IN, TOKEN, 200),
            (420, GRAPH, PRINCIPAL, 200),
            (630, GRAPH, GROUPS, 200),
        ];
        assert_eq!(longest(&calls(&all), 0.2), 3);
    }

    #[test]
    fn nobody_waited_for_an_answer_that_was_still_to_come() {
        let all = [(0, SIGN_IN, TOKEN, 200), (190, ARM, "/a", 200)];
        assert_eq!(longest(&calls(&all), 0.2), 1);
        assert_eq!(longest(&[], 0.2), 0);
    }

    #[test]
    fn every_page_waits_for_the_one_before() {
        let all = [
            (0, CONFLUENT, "/q?page_size=1", 200),
            (210, CONFLUENT, "/q?page_size=1&page_token=a", 200),
            (420, CONFLUENT, "/q?page_size=1&page_token=b", 200),
            (630, CONFLUENT, "/other?page_token=c", 200),
            (840, CONFLUENT, "/q?page_size=1", 200),
        ];
        assert_eq!(longest(&calls(&all), 0.2), 3);
        let all = [(0, ARM, "/l?a=1", 401), (210, ARM, "/l?a=1&%24skiptoken=x", 401)];
        assert_eq!(longest(&calls(&all), 0.2), 2);
    }

    #[test]
    fn only_what_came_afterwards_counts() {
        let told = json!([
            {"number": 7, "at": "2026-11-25T00:00:00.1Z", "host": ARM, "path": "/a", "status": null},
            {"number": 8, "at": "2026-11-25T00:00:00.2Z", "host": ARM, "path": "/b?c", "status": 200},
        ]);
        let calls = Call::all(&told, 7).expect("calls");
        assert_eq!(calls.len(), 1);
        assert_eq!((calls[0].path.as_str(), calls[0].query.as_str()), ("/b", "c"));
        assert!(Call::all(&json!([{"number": 8}]), 7).is_err());
    }

    #[test]
    fn time_goes_on_at_midnight_and_over_the_end_of_february() {
        let apart = |one: &str, other: &str| seconds(other).expect("a time") - seconds(one).expect("a time");
        assert_eq!(apart("2026-11-25T23:59:59.5Z", "2026-11-26T00:00:00.25Z"), 0.75);
        assert_eq!(apart("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"), 1.0);
        assert_eq!(apart("2028-02-28T00:00:00Z", "2028-03-01T00:00:00Z"), 2.0 * 86_400.0);
        assert_eq!(apart("2027-02-28T00:00:00Z", "2027-03-01T00:00:00Z"), 86_400.0);
        assert_eq!(apart("1970-01-01T00:00:00Z", "2026-11-25T00:00:00Z"), 1_795_564_800.0);
        assert!(seconds("yesterday").is_none() && seconds("2026-11T00:00Z").is_none());
    }
}
