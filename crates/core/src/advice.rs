//! What the page asks apart from its first load: words for findings, verdicts, snippets. Records in, records out.
//!
//! The page itself carries the rules that judge an answer as it is typed. What is needed only when there is something to
//! say, or after a key is registered, is a second program ([`advise`] behind one call), fetched when it is first asked.

mod paste;
mod print;

use crate::confluent;
use crate::finding::{Code, Field, Finding, fill};
use crate::id;
use crate::language::en;
use crate::plan::{Availability, Plan};
use crate::record::{self, Node, Record};
use crate::verdict::{self, Facts, KeyFacts, NetworkFacts, Outcome, Requirement, Verdict, WhyUnknown};
use crate::wire::{FindingView, KeyView, NetworkView, VerdictView};

pub use paste::{
    CauseAnswer, CheckAnswer, CheckQuestion, CheckedAnswer, EvidenceAnswer, ExplainAnswer, FoundAnswer,
    MarkAnswer, RecogniseAnswer, RepairAnswer, RepairQuestion, RepairsAnswer, SetAnswer, TextQuestion,
};
pub use print::{DoctorQuestion, GrantQuestion, NewKeyQuestion, SnippetAnswer, TokenAnswer};

crate::record! {
    /// Asks for the words of findings, in their order.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WordsQuestion {
        /// The findings without words.
        pub findings: Vec<Wordless>,
    }

    /// A finding as the rules make it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Wordless {
        /// Stable code.
        pub code: String,
        /// The field it belongs to.
        pub field: Option<String>,
        /// What its sentences mention.
        pub args: Vec<WordlessArg>,
    }

    /// One named argument of a sentence.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WordlessArg {
        /// Stands in braces in the sentence.
        pub name: String,
        /// What it is replaced by.
        pub value: String,
    }

    /// Findings in words.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WordsAnswer {
        /// One for each that was asked for.
        pub findings: Vec<FindingView>,
    }

    /// Asks for the verdicts on a plan with a registered key.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct JudgeQuestion {
        /// What the user wants.
        pub plan: PlanQuestion,
        /// The registered key, as the proxy reports it.
        pub key: KeyView,
        /// The network of the plan, as the proxy reports it.
        pub network: Option<NetworkView>,
        /// The clock, in seconds since the Unix epoch.
        pub now: u64,
        /// Whether the user typed the key's IDs, so that a refusal points at them.
        pub typed: bool,
    }

    /// A [`Plan`] as it travels.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PlanQuestion {
        /// Environment id.
        pub environment: String,
        /// Name of the cluster.
        pub display_name: String,
        /// Azure region.
        pub region: String,
        /// `SINGLE_ZONE` or `MULTI_ZONE`.
        pub availability: String,
        /// Confluent units for Kafka.
        pub cku: u32,
        /// Network id; absent for the public internet.
        pub network: Option<String>,
        /// The most CKUs that one cluster may have here.
        pub max_cku: u32,
    }

    /// Every requirement, judged, in order.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct JudgeAnswer {
        /// The verdicts.
        pub verdicts: Vec<VerdictView>,
    }
}

impl From<&Finding> for Wordless {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code().to_owned(),
            field: finding.field().map(|field| field.as_str().to_owned()),
            args: finding
                .args
                .iter()
                .map(|arg| WordlessArg { name: arg.name.to_owned(), value: arg.value.clone() })
                .collect(),
        }
    }
}

impl From<Plan> for PlanQuestion {
    fn from(plan: Plan) -> Self {
        Self {
            environment: plan.environment,
            display_name: plan.display_name,
            region: plan.region,
            availability: plan.availability.as_str().to_owned(),
            cku: plan.cku,
            network: plan.network,
            max_cku: plan.max_cku,
        }
    }
}

impl From<PlanQuestion> for Plan {
    fn from(plan: PlanQuestion) -> Self {
        Self {
            environment: plan.environment,
            display_name: plan.display_name,
            region: plan.region,
            availability: Availability::parse(&plan.availability).unwrap_or(Availability::SingleZone),
            cku: plan.cku,
            network: plan.network,
            max_cku: plan.max_cku,
        }
    }
}

/// Answers a question by its name. `None` for a name that is not known, or a question of another shape.
pub fn advise<N: Node>(name: &str, question: &N) -> Option<N> {
    match name {
        "words" => answer(question, words),
        "judge" => answer(question, judge),
        "recognise" => answer(question, paste::recognised),
        "check" => answer(question, paste::checked),
        "repair" => answer(question, paste::repaired),
        "explain" => answer(question, paste::explained),
        "grant" => answer(question, print::grant),
        "doctor" => answer(question, print::doctor),
        "new-key" => answer(question, print::new_key),
        _ => None,
    }
}

fn answer<Q: Record, A: Record, N: Node>(question: &N, answer: fn(Q) -> A) -> Option<N> {
    answer(record::read(question)?).give()
}

fn words(question: WordsQuestion) -> WordsAnswer {
    WordsAnswer { findings: question.findings.into_iter().map(worded).collect() }
}

/// A code of a newer page is told as it stands: better than silence.
fn worded(finding: Wordless) -> FindingView {
    let Wordless { code, field, args } = finding;
    let (message, fix) = match Code::parse(&code) {
        None => (code.clone(), String::new()),
        Some(known) => {
            let sentences = en::sentences(known);
            let about = field.as_deref().and_then(Field::parse);
            let value_of =
                |name: &str| args.iter().find(|arg| arg.name == name).map(|arg| arg.value.as_str());
            (fill(sentences.message, about, &value_of), fill(sentences.fix, about, &value_of))
        }
    };
    FindingView { code, field, message, fix }
}

fn judge(question: JudgeQuestion) -> JudgeAnswer {
    let JudgeQuestion { plan, key, network, now, typed } = question;
    let network = match (&network, &plan.network) {
        (Some(network), _) => Ok(NetworkFacts::of(network)),
        (None, None) => Err(WhyUnknown::NotAsked),
        (None, Some(id)) => {
            let mut reason = id.clone();
            reason.push_str(" is not among this environment’s networks in the region");
            Err(WhyUnknown::Failed(reason))
        }
    };
    let plan = Plan::from(plan);
    let facts = Facts { key: Ok(KeyFacts::of(&key, now)), network, ..Facts::default() };
    let verdicts = verdict::judge(&plan, &facts, now);
    JudgeAnswer { verdicts: verdicts.iter().map(|verdict| view(verdict, &key, typed)).collect() }
}

fn view(verdict: &Verdict, key: &KeyView, typed: bool) -> VerdictView {
    VerdictView {
        requirement: verdict.requirement.as_str().to_owned(),
        title: verdict.title().to_owned(),
        outcome: verdict.outcome.as_str().to_owned(),
        waivable: verdict.waivable,
        wait_seconds: verdict.wait_seconds,
        message: verdict.message(),
        fix: verdict.fix(),
        findings: reasons(verdict, key, typed).iter().map(FindingView::from).collect(),
    }
}

/// Why a requirement is not met, question by question. Confluent's refusal of a key that was typed in points at the IDs
/// that its words fit.
fn reasons(verdict: &Verdict, key: &KeyView, typed: bool) -> Vec<Finding> {
    let refused = verdict.requirement == Requirement::KeyValidated && verdict.outcome == Outcome::NotMet;
    if !refused || !typed {
        return verdict.finding.iter().cloned().collect();
    }
    confluent::explain_invalid(
        key.validation.message.as_deref(),
        id::key_vault_id(&key.key_vault_id).value.as_ref(),
        id::key_id(&key.key_id).value.as_ref(),
        id::tenant_id(&key.tenant_id).value.as_ref(),
    )
}

#[cfg(all(test, feature = "serde"))]
mod tests;
