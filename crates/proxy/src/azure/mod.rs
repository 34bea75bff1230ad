//! Azure, read only: what a vault, a key and the grants on them are.
//!
//! Two clients that share nothing: one that asks without credentials and has no way to carry any, and one that sends a
//! token to the host that it is made for. Addresses are built here from checked IDs; what Azure answers is handed on
//! raw, for only the rules know how the clouds write things.

mod address;
mod cache;
mod identity;
mod read;
mod resolve;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use byok_core::facts::{Answer, Question, WhyUnknown};
use byok_core::id::Guid;
use serde_json::Value;
use tokio::time::Instant;

pub(crate) use address::Target;
pub use identity::AzureIdentity;
pub(crate) use identity::Tokens;

use crate::confluent::SharedMetrics;
use crate::outbound::{Outbound, SetUpError};
use address::Address;
use cache::Cache;
use identity::{Bearer, Identity, Scope};
use read::{Extent, Patience, Probe, Reader, Trouble};
use resolve::Unresolved;

/// What stands for a status where the name system says that there is no such vault.
const NO_SUCH_HOST: u16 = 0;

/// What came of a question.
pub(crate) type Heard = Result<Answer<Value>, WhyUnknown>;

/// Azure, as this server reaches it. Cheap to clone; all clones share tokens and answers.
#[derive(Clone)]
pub(crate) struct Azure(Arc<Inner>);

struct Inner {
    probe: Probe,
    reader: Reader,
    identity: Identity,
    cache: Cache,
    metrics: SharedMetrics,
}

impl Azure {
    /// Sets up the clients; nothing is sent yet.
    pub(crate) fn new(
        outbound: &Outbound,
        identity: &AzureIdentity,
        metrics: SharedMetrics,
    ) -> Result<Self, SetUpError> {
        Ok(Self(Arc::new(Inner {
            probe: Probe::new(outbound, Patience::USUAL)?,
            reader: Reader::new(outbound, Patience::USUAL)?,
            identity: Identity::new(identity, outbound)?,
            cache: Cache::default(),
            metrics,
        })))
    }

    /// Through a server in a test, which sees every request as a forward proxy does; short limits.
    #[cfg(test)]
    pub(crate) fn for_test(proxy: &str, identity: &AzureIdentity, metrics: SharedMetrics) -> Self {
        let patience = Patience {
            connect: Duration::from_millis(500),
            total: Duration::from_millis(900),
            attempts: 3,
            pause: Duration::from_millis(2),
        };
        Self(Arc::new(Inner {
            probe: Probe::for_test(proxy, patience),
            reader: Reader::for_test(proxy, patience),
            identity: Identity::for_test(identity, proxy),
            cache: Cache::default(),
            metrics,
        }))
    }

    /// Asks one question. With `is_awaited` nothing older than a moment is taken for an answer.
    pub(crate) async fn ask(
        &self,
        question: Question,
        target: &Target,
        tokens: &Tokens,
        is_awaited: bool,
    ) -> Heard {
        let Some(address) = Address::of(question, target) else { return Err(WhyUnknown::NotAsked) };
        let Some(scope) = Scope::of(question.source()) else {
            return self.probe(question, &address, is_awaited).await;
        };
        let bearer = match tokens.get(scope) {
            Some(bearer) => bearer.clone(),
            None => match self.0.identity.token(scope).await {
                Ok(bearer) => bearer,
                Err(why) => return Err(why),
            },
        };
        // In another tenant’s directory the application would be missing although all is well.
        if scope == Scope::Graph && bearer.tenant.is_some_and(|tenant| tenant != target.tenant) {
            let words = "the sign-in to Microsoft Graph is to another tenant than the vault’s";
            return Err(WhyUnknown::Failed(words.to_owned()));
        }
        let heard = self.read(question, &address, &bearer, is_awaited).await;
        match heard {
            Ok(answer) if question == Question::Principal && answer.status == 200 => {
                Ok(self.with_groups(answer, &bearer, is_awaited).await)
            }
            Ok(answer) if question == Question::DeletedVault && answer.status == 200 => {
                Ok(of_name(answer, target.vault.name().as_str()))
            }
            heard => heard,
        }
    }

    /// Signs in to where `question` is asked, unless the user brought a token: for questions that wait for something else.
    pub(crate) async fn sign_in(&self, question: Question, tokens: &Tokens) {
        if let Some(scope) = Scope::of(question.source())
            && tokens.get(scope).is_none()
        {
            // Whoever asks afterwards gets the token, or is told why there is none.
            let _ = self.0.identity.token(scope).await;
        }
    }

    /// Whether this server asks as somebody even where the user sends no tokens.
    pub(crate) fn has_identity(&self) -> bool {
        self.0.identity.is_somebody()
    }

    async fn probe(&self, question: Question, address: &Address, is_awaited: bool) -> Heard {
        let key = cache_key([0xff; 32], question, address);
        if let Some(answer) = self.0.cache.get(&key, age(question, is_awaited), Instant::now()) {
            return Ok(answer);
        }
        let said = self.0.probe.read(address).await;
        self.count(question, &said);
        match said {
            Ok(answer) => {
                self.0.cache.put(key, &answer, Instant::now());
                Ok(answer)
            }
            Err(Trouble::Unresolved(Unresolved::NoSuchName))
                if question == Question::VaultChallenge && resolve::knows_azure().await =>
            {
                Ok(Answer { status: NO_SUCH_HOST, challenge: None, vault_region: None, body: None })
            }
            Err(trouble) => Err(trouble.why(address.host())),
        }
    }

    async fn read(&self, question: Question, address: &Address, bearer: &Bearer, is_awaited: bool) -> Heard {
        let key = cache_key(bearer.caller, question, address);
        if let Some(answer) = self.0.cache.get(&key, age(question, is_awaited), Instant::now()) {
            return Ok(answer);
        }
        let said = self.0.reader.read(address, bearer, extent(question)).await;
        self.count(question, &said);
        let answer = said.map_err(|trouble| trouble.why(address.host()))?;
        self.0.cache.put(key, &answer, Instant::now());
        Ok(answer)
    }

    /// Puts the groups of a service principal beside it, where they could be read.
    async fn with_groups(
        &self,
        mut answer: Answer<Value>,
        bearer: &Bearer,
        is_awaited: bool,
    ) -> Answer<Value> {
        let Some(body) = &mut answer.body else { return answer };
        let id = body.get("id").and_then(Value::as_str).and_then(Guid::parse);
        let Some(address) = id.and_then(Address::groups_of) else { return answer };
        let heard = self.read(Question::Principal, &address, bearer, is_awaited).await;
        let groups = heard.ok().filter(|answer| answer.status == 200).and_then(|answer| answer.body);
        if let (Some(groups), Some(fields)) = (groups, body.as_object_mut()) {
            let groups = groups.get("value").cloned().unwrap_or_default();
            fields.insert("transitiveMemberOf".to_owned(), groups);
        }
        answer
    }

    fn count(&self, question: Question, said: &Result<Answer<Value>, Trouble>) {
        let outcome = match said {
            Ok(answer) => answer.status.to_string(),
            Err(trouble) => trouble.label().to_owned(),
        };
        tracing::debug!(?question, outcome, "azure");
        self.0.metrics.azure_call(question.source().as_str(), &outcome);
    }
}

/// The deleted vault of a name, out of all of a subscription; 404 where there is none. Asking for one alone would take
/// its region, which is not known of what is gone.
fn of_name(answer: Answer<Value>, name: &str) -> Answer<Value> {
    let list = answer.body.as_ref().and_then(|body| body.get("value")?.as_array());
    let Some(list) = list else { return answer };
    let is_it = |item: &&Value| {
        item.get("name").and_then(Value::as_str).is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    match list.iter().find(is_it) {
        Some(item) => Answer { body: Some(item.clone()), ..answer },
        None => Answer { status: 404, body: None, ..answer },
    }
}

fn cache_key(caller: [u8; 32], question: Question, address: &Address) -> cache::Key {
    cache::Key { caller, question, address: address.text().to_owned() }
}

/// For how long an answer may be used again: what somebody may be changing right now, a moment.
fn age(question: Question, is_awaited: bool) -> Duration {
    let changes = matches!(
        question,
        Question::Assignments | Question::Denials | Question::Principal | Question::Permissions
    );
    if changes || is_awaited { cache::BRIEF } else { cache::USUAL }
}

fn extent(question: Question) -> Extent {
    match question {
        Question::KeyVersions
        | Question::Assignments
        | Question::Denials
        | Question::Permissions
        | Question::DeletedVault
        | Question::Locks
        // The groups of a principal; a principal by itself is no list and stays as it is.
        | Question::Principal => Extent::AllPages,
        _ => Extent::One,
    }
}
