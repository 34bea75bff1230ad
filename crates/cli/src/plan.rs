//! The cluster of `byok grant --plan FILE`: what the page sends to create one, but for the key.

use std::io::Write;
use std::path::Path;

use byok_core::plan::{self, Availability, Plan};
use byok_core::region;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::snippet::{say, usable};

/// The most CKUs of a Dedicated cluster on Azure (Confluent Cloud, cluster types).
const MAX_CKU: u32 = 100;

/// The file. A name that is not known is refused: a misspelt `network` would put the cluster on the public internet,
/// which cannot be changed later.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    environment: String,
    display_name: String,
    region: String,
    availability: String,
    cku: u32,
    #[serde(default)]
    network: Option<String>,
    /// Taken and not used: Terraform registers the key.
    #[serde(default, rename = "key")]
    _key: Option<IgnoredAny>,
    #[serde(default, rename = "waivers")]
    _waivers: Option<IgnoredAny>,
}

/// Reads a plan; `None` after telling what is wrong with it.
pub(crate) fn read(path: &Path, told: &mut impl Write) -> Option<Plan> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, told),
        Err(error) => {
            say(told, &format!("--plan: `{}` cannot be read: {error}", path.display()));
            None
        }
    }
}

fn parse(text: &str, told: &mut impl Write) -> Option<Plan> {
    let file: File = match serde_json::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            say(
                told,
                &format!(
                    "--plan: this is not a plan: {error}. It is a JSON object with environment, display_name, region, availability, cku and, where there is one, network."
                ),
            );
            return None;
        }
    };
    let Some(availability) = Availability::parse(&file.availability) else {
        say(told, "--plan: availability is SINGLE_ZONE or MULTI_ZONE.");
        return None;
    };
    let plan = Plan {
        environment: file.environment,
        display_name: file.display_name,
        region: region::normalised(&file.region),
        availability,
        cku: file.cku,
        network: file.network,
        max_cku: MAX_CKU,
    };
    if usable(&plan::check(&plan), told) { Some(plan) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"environment":"env-1","display_name":"billing","region":"West Europe","availability":"MULTI_ZONE","cku":2,"network":"n-1","key":"cck-1","waivers":[]}"#;

    fn parsed(text: &str) -> (Option<Plan>, String) {
        let mut told = Vec::new();
        let plan = parse(text, &mut told);
        (plan, String::from_utf8(told).unwrap())
    }

    #[test]
    fn the_page_s_request_is_a_plan() {
        let (plan, told) = parsed(GOOD);
        let plan = plan.unwrap();
        assert_eq!((plan.region.as_str(), plan.cku, plan.network.as_deref()), ("westeurope", 2, Some("n-1")));
        assert_eq!(told, "");
    }

    #[test]
    fn what_is_wrong_with_it_is_told() {
        for (from, to, word) in [
            ("\"cku\":2", "\"cku\":1", "CKU"),
            ("MULTI_ZONE", "TWO_ZONES", "SINGLE_ZONE or MULTI_ZONE"),
            ("\"network\"", "\"netwrok\"", "netwrok"),
            ("\"environment\":\"env-1\",", "", "environment"),
            ("West Europe", "west-europe", "region"),
            ("{", "", "not a plan"),
        ] {
            let (plan, told) = parsed(&GOOD.replacen(from, to, 1));
            assert!(plan.is_none() && told.contains(word), "{to}: {told}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let mut told = Vec::new();
        assert!(read(Path::new("no-such-plan.json"), &mut told).is_none());
        assert!(String::from_utf8(told).unwrap().contains("`no-such-plan.json` cannot be read"));
    }
}
