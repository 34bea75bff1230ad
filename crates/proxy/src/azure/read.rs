//! One read: how often, how long, and how much of it. Only GET is sent, and no redirect is followed.

use std::time::Duration;

use byok_core::facts::{Answer, WhyUnknown};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::address::Address;
use super::identity::Bearer;
use super::resolve::{PublicOnly, Unresolved};
use crate::outbound::{Lanes, Outbound, SetUpError, build};

/// Pages a list; beyond, something goes round in circles.
const MOST_PAGES: usize = 100;

/// Limits on time, repetition and size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    /// For everything that one question takes, repetitions and pages included.
    pub(crate) total: Duration,
    /// How often a read is sent at most.
    pub(crate) attempts: u32,
    /// The first pause; each further one is twice as long.
    pub(crate) pause: Duration,
}

impl Patience {
    pub(crate) const USUAL: Patience = Patience {
        connect: Duration::from_secs(2),
        total: Duration::from_secs(10),
        attempts: 3,
        pause: Duration::from_millis(250),
    };
}

/// The most bytes of an answer’s body and of its headers that are taken.
#[derive(Clone, Copy, Debug)]
struct Size {
    body: usize,
    headers: usize,
}

/// What a client is for: how much it reads, how much at once, and what it keeps open afterwards.
#[derive(Clone, Copy, Debug)]
struct Use {
    size: Size,
    /// One preflight makes three probes, four reads from a vault and nine from the rest of Azure, and a caller may begin
    /// ten preflights at once.
    lanes: usize,
    /// Connections to a host that stay open for what comes next. Vaults are many, and each is asked little.
    idle: usize,
}

const PROBES: Use = Use { size: Size { body: 64 * 1024, headers: 8 * 1024 }, lanes: 32, idle: 1 };
const READ: Size = Size { body: 4 * 1024 * 1024, headers: 64 * 1024 };
const OF_VAULTS: Use = Use { size: READ, lanes: 48, idle: 1 };
const OF_AZURE: Use = Use { size: READ, lanes: 96, idle: 8 };

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The host name led nowhere.
    Unresolved(Unresolved),
    /// No connection, or the forward proxy would not make one.
    NotConnected,
    /// The time limit passed.
    TimedOut,
    /// The connection broke.
    Lost,
    /// More bytes than any honest answer has.
    TooLarge,
    /// Somebody points elsewhere.
    Redirected,
    /// A list that does not end.
    Endless,
    /// A token that cannot be sent.
    BadToken,
}

impl Trouble {
    /// In a few words, as the rules want them.
    pub(crate) fn why(self, host: &str) -> WhyUnknown {
        WhyUnknown::Failed(match self {
            Trouble::Unresolved(Unresolved::NoSuchName) => format!("the host name `{host}` does not exist"),
            Trouble::Unresolved(Unresolved::NotPublic) => format!(
                "`{host}` leads into a private network from here, so it was not connected to: a private endpoint, perhaps"
            ),
            Trouble::Unresolved(Unresolved::NoAnswer) => {
                format!("the host name `{host}` could not be looked up")
            }
            Trouble::NotConnected => format!("`{host}` could not be reached from here"),
            Trouble::TimedOut => format!("`{host}` did not answer in time"),
            Trouble::Lost => format!("the connection to `{host}` broke"),
            Trouble::TooLarge => format!("the answer of `{host}` is larger than any that Azure gives"),
            Trouble::Redirected => format!("`{host}` points to another address, which is not followed"),
            Trouble::Endless => format!("the list of `{host}` does not end"),
            Trouble::BadToken => "the access token has characters that no token has".to_owned(),
        })
    }

    /// For the counters.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Trouble::Unresolved(_) => "unresolved",
            Trouble::NotConnected => "not-sent",
            Trouble::TimedOut => "timed-out",
            Trouble::Lost | Trouble::TooLarge | Trouble::Redirected | Trouble::Endless => "broken",
            Trouble::BadToken => "bad-token",
        }
    }
}

/// What is asked of a list: follow it to its end, or take the one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    One,
    AllPages,
}

/// Asks without credentials. Its client has no way to carry any: nothing here takes a token.
#[derive(Clone, Debug)]
pub(crate) struct Probe(Line);

/// Asks with a token.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    vaults: Line,
    /// Azure Resource Manager and Microsoft Graph.
    azure: Line,
}

impl Probe {
    pub(crate) fn new(outbound: &Outbound, patience: Patience) -> Result<Self, SetUpError> {
        Line::new(outbound, patience, PROBES).map(Self)
    }

    #[cfg(test)]
    pub(crate) fn for_test(proxy: &str, patience: Patience) -> Self {
        Self(Line::for_test(proxy, patience, PROBES))
    }

    /// Reads one answer.
    pub(crate) async fn read(&self, address: &Address) -> Result<Answer<Value>, Trouble> {
        let read = || async {
            self.0.patiently(address, &HeaderMap::new(), self.0.deadline()).await.map(|heard| heard.answer)
        };
        self.0.lanes.take(read).await
    }
}

impl Reader {
    pub(crate) fn new(outbound: &Outbound, patience: Patience) -> Result<Self, SetUpError> {
        Ok(Self {
            vaults: Line::new(outbound, patience, OF_VAULTS)?,
            azure: Line::new(outbound, patience, OF_AZURE)?,
        })
    }

    #[cfg(test)]
    pub(crate) fn for_test(proxy: &str, patience: Patience) -> Self {
        Self {
            vaults: Line::for_test(proxy, patience, OF_VAULTS),
            azure: Line::for_test(proxy, patience, OF_AZURE),
        }
    }

    /// Reads one answer, or all pages of a list put together as `{"value": […]}`.
    pub(crate) async fn read(
        &self,
        address: &Address,
        bearer: &Bearer,
        extent: Extent,
    ) -> Result<Answer<Value>, Trouble> {
        let line = if address.is_of_a_vault() { &self.vaults } else { &self.azure };
        line.lanes.take(|| line.read(address, bearer, extent)).await
    }
}

impl Line {
    /// One answer, or all pages of a list. The time counts from now, not from when a lane was waited for.
    async fn read(
        &self,
        address: &Address,
        bearer: &Bearer,
        extent: Extent,
    ) -> Result<Answer<Value>, Trouble> {
        let deadline = self.deadline();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization(bearer).ok_or(Trouble::BadToken)?);
        let first = self.patiently(address, &headers, deadline).await?.answer;
        if extent == Extent::One || first.status != 200 {
            return Ok(first);
        }
        let mut all: Vec<Value> = Vec::new();
        let mut page = first.clone();
        let mut before = String::new();
        for _ in 0..MOST_PAGES {
            let body = page.body.take().unwrap_or_default();
            let Some(items) = body.get("value").and_then(Value::as_array) else {
                // No list: let the rules see it as it is.
                return Ok(Answer { body: Some(body), ..page });
            };
            all.extend(items.iter().cloned());
            let Some(next) = next_page(&body)? else {
                return Ok(Answer { body: Some(json!({ "value": all })), ..first });
            };
            if next.1 == before {
                return Err(Trouble::Endless);
            }
            page = self.patiently(&address.page(next.0, &next.1), &headers, deadline).await?.answer;
            before = next.1;
            if page.status != 200 {
                return Ok(page);
            }
        }
        Err(Trouble::Endless)
    }
}

fn authorization(bearer: &Bearer) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", bearer.secret().expose_secret())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The token of the next page, with the name that goes with it. The address that carries it is not visited.
fn next_page(body: &Value) -> Result<Option<(&'static str, String)>, Trouble> {
    let next = body.get("nextLink").or_else(|| body.get("@odata.nextLink")).and_then(Value::as_str);
    let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(None) };
    let query = next.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name.eq_ignore_ascii_case("$skiptoken"))
        .map(|(_, token)| Some(("$skiptoken", token.into_owned())))
        // Part of a list must not pass for the whole.
        .ok_or(Trouble::Endless)
}

struct Heard {
    answer: Answer<Value>,
    retry_after: Option<Duration>,
}

/// A client and its limits.
#[derive(Clone, Debug)]
struct Line {
    http: reqwest::Client,
    patience: Patience,
    size: Size,
    lanes: Lanes,
    /// Plain HTTP through a test’s server.
    #[cfg(test)]
    is_plain: bool,
}

impl Line {
    fn new(outbound: &Outbound, patience: Patience, used: Use) -> Result<Self, SetUpError> {
        let builder = outbound.client()?.dns_resolver(std::sync::Arc::new(PublicOnly));
        let builder = builder.pool_max_idle_per_host(used.idle);
        let http = build(builder.connect_timeout(patience.connect).timeout(patience.total))?;
        Ok(Self {
            http,
            patience,
            size: used.size,
            lanes: Lanes::new(used.lanes),
            #[cfg(test)]
            is_plain: false,
        })
    }

    /// Everything goes, in plain, to a server in a test as if to a forward proxy, so that it sees the real names.
    #[cfg(test)]
    fn for_test(proxy: &str, patience: Patience, used: Use) -> Self {
        let proxy = reqwest::Proxy::all(proxy).expect("a proxy");
        let builder = crate::outbound::plain().no_proxy().proxy(proxy);
        let http =
            build(builder.connect_timeout(patience.connect).timeout(patience.total)).expect("a client");
        Self { http, patience, size: used.size, lanes: Lanes::new(used.lanes), is_plain: true }
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.patience.total
    }

    /// Repeats a read while somebody is busy, broken or not there, as long as the time allows.
    async fn patiently(
        &self,
        address: &Address,
        headers: &HeaderMap,
        deadline: Instant,
    ) -> Result<Heard, Trouble> {
        let mut attempt = 1;
        loop {
            let heard = timeout_at(deadline, self.once(address, headers)).await;
            let heard = heard.unwrap_or(Err(Trouble::TimedOut));
            let (again, asked) = match &heard {
                Ok(Heard { answer, retry_after }) => {
                    let busy = answer.status == 429 || (answer.status >= 500 && answer.status != 501);
                    (busy, *retry_after)
                }
                Err(Trouble::NotConnected | Trouble::Lost) => (true, None),
                Err(_) => (false, None),
            };
            let pause = self.patience.pause * 2_u32.saturating_pow(attempt - 1);
            let pause = asked.unwrap_or_default() + pause.mul_f64(crate::random::fraction().midpoint(1.0));
            if !again || attempt >= self.patience.attempts || Instant::now() + pause >= deadline {
                return heard;
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn once(&self, address: &Address, headers: &HeaderMap) -> Result<Heard, Trouble> {
        #[cfg(test)]
        let url = if self.is_plain { address.plain() } else { address.url().clone() };
        #[cfg(not(test))]
        let url = address.url().clone();
        let response = self.http.get(url).headers(headers.clone()).send().await.map_err(|e| trouble(&e))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Trouble::Redirected);
        }
        let said = response.headers().clone();
        let length: usize = said.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if length > self.size.headers {
            return Err(Trouble::TooLarge);
        }
        let body = self.body(response).await?;
        let text = |name: &str| said.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let challenges: Vec<&str> =
            said.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok()).collect();
        let answer = Answer {
            status: status.as_u16(),
            challenge: (!challenges.is_empty()).then(|| challenges.join(", ")),
            vault_region: text("x-ms-keyvault-region"),
            body: serde_json::from_slice(&body).ok(),
        };
        let retry_after = text(RETRY_AFTER.as_str()).and_then(|seconds| seconds.parse().ok());
        Ok(Heard { answer, retry_after: retry_after.map(Duration::from_secs) })
    }

    async fn body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| trouble(&error))? {
            if body.len() + chunk.len() > self.size.body {
                return Err(Trouble::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn trouble(error: &reqwest::Error) -> Trouble {
    if let Some(unresolved) = Unresolved::among(error) {
        return Trouble::Unresolved(unresolved);
    }
    // Reqwest calls a connection that takes too long both.
    if error.is_timeout() {
        Trouble::TimedOut
    } else if error.is_connect() {
        Trouble::NotConnected
    } else {
        Trouble::Lost
    }
}
