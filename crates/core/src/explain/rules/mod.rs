//! Which words mean which cause, as data: a rule holds where all its words occur, in any order.
//!
//! Words are compared without spaces, quotes, backslashes and case, so they may be written here as a person reads
//! them. Words that the end of a cut text leaves out in part count, but are never certain. A table a source of errors;
//! the order in a table does not matter.

mod azure;
mod confluent;
mod entra;
mod general;
mod terminal;
mod vault;

use super::normal::{Normal, folded};
use super::{Cause, Certainty};

/// Words and what they mean.
pub(super) struct Rule {
    cause: Cause,
    certainty: Certainty,
    all: &'static [&'static str],
}

const fn certain(cause: Cause, all: &'static [&'static str]) -> Rule {
    Rule { cause, certainty: Certainty::Certain, all }
}

const fn likely(cause: Cause, all: &'static [&'static str]) -> Rule {
    Rule { cause, certainty: Certainty::Likely, all }
}

const fn possible(cause: Cause, all: &'static [&'static str]) -> Rule {
    Rule { cause, certainty: Certainty::Possible, all }
}

/// All tables but the last resort.
const TABLES: &[&[Rule]] =
    &[terminal::RULES, vault::RULES, azure::RULES, entra::RULES, confluent::RULES, general::RULES];

/// A rule that holds.
pub(super) struct Hit {
    pub cause: Cause,
    pub certainty: Certainty,
    /// Where in the text its first words stand.
    pub place: usize,
}

/// Every rule that holds. A last resort, such as a bare `403`, counts only where nothing else does.
pub(super) fn matching(normal: &Normal) -> Vec<Hit> {
    let mut hits: Vec<Hit> = TABLES.iter().flat_map(|table| in_table(normal, table)).collect();
    if hits.is_empty() {
        hits.extend(in_table(normal, general::LAST_RESORT));
    }
    hits
}

fn in_table<'a>(normal: &'a Normal, table: &'a [Rule]) -> impl Iterator<Item = Hit> + 'a {
    table.iter().filter_map(|rule| {
        let (mut place, mut certainty) = (None, rule.certainty);
        for sentence in rule.all {
            let words = folded(sentence);
            let at = normal.find(&words).or_else(|| {
                certainty = certainty.max(Certainty::Likely);
                // Half a sentence says what the whole one says; half a code may be another code.
                if sentence.contains(' ') { normal.find_cut(&words) } else { None }
            })?;
            place = place.or(Some(at));
        }
        place.map(|place| Hit { cause: rule.cause, certainty, place })
    })
}
