//! Counters in Prometheus' text form, for `/metrics`. No ids, no addresses, no names of users: only counts and times.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    method: String,
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    source: String,
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Entered {
    state: String,
}

/// All counters of one proxy.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    calls: Family<Call, Counter>,
    asked: Family<Asked, Counter>,
    entered: Family<Entered, Counter>,
}

impl Metrics {
    /// All at nought.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("byok");
        let requests = Family::default();
        let seconds = Histogram::new([0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 30.0]);
        let calls = Family::default();
        let asked = Family::default();
        let entered = Family::default();
        registry.register("http_requests", "Requests answered, by route", requests.clone());
        registry.register("http_request_duration_seconds", "Time to the head of the answer", seconds.clone());
        registry.register("confluent_calls", "Calls to Confluent, by outcome", calls.clone());
        registry.register("azure_reads", "Reads from Azure, by outcome", asked.clone());
        registry.register("operation_states", "States entered by cluster creations", entered.clone());
        Self { registry, requests, seconds, calls, asked, entered }
    }

    /// One request answered. `route` is the pattern, never the address.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let labels = Request { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(seconds);
    }

    /// One call to Confluent.
    pub(crate) fn confluent_call(&self, method: &str, outcome: &str) {
        self.calls.get_or_create(&Call { method: method.to_owned(), outcome: outcome.to_owned() }).inc();
    }

    /// One question to Azure.
    pub(crate) fn azure_call(&self, source: &str, outcome: &str) {
        self.asked.get_or_create(&Asked { source: source.to_owned(), outcome: outcome.to_owned() }).inc();
    }

    /// A creation entered a state.
    pub(crate) fn operation_entered(&self, state: &str) {
        self.entered.get_or_create(&Entered { state: state.to_owned() }).inc();
    }

    /// Everything as text.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
