//! One preflight under way: everything that can be asked is asked at once; each verdict goes out when all that can
//! change it is answered, or cannot be.
//!
//! It is a stream that does its work while it is read. Dropped, it asks nothing more.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use byok_core::advice;
use byok_core::facts::{Answer, Facts, Question, Source, WhyUnknown};
use byok_core::id::ApplicationId;
use byok_core::verdict::{self, KeyFacts, NetworkFacts, Outcome, Verdict, Wanted};
use byok_core::wire::{KeyView, NetworkView, PreflightView, VerdictView};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::request::{Registered, Request};
use super::sources::Sources;
use crate::azure::{Azure, Heard};
use crate::confluent::{Confluent, Failure};
use crate::ledger::now;

/// What a preflight tells, in the order in which it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreflightEvent {
    /// A requirement is judged. A later verdict of the same requirement replaces an earlier one.
    Verdict(VerdictView),
    /// Everything, once nothing more can change.
    Done(PreflightView),
}

/// Whom a preflight asks.
#[derive(Clone)]
pub(crate) struct Clouds {
    pub(crate) azure: Azure,
    /// `None` where there are no credentials for Confluent.
    pub(crate) confluent: Option<Confluent>,
    /// When each key was registered by this server, in seconds since the Unix epoch.
    pub(crate) registered: HashMap<String, u64>,
}

/// What one of the reads brought.
enum Learned {
    Answer(Question, Heard),
    Key(Result<Box<KeyView>, WhyUnknown>),
    Network(Result<NetworkFacts, WhyUnknown>),
    /// That a later read need not wait for its sign-in.
    SignedIn,
}

/// A preflight.
pub(crate) struct Run {
    request: Request,
    clouds: Clouds,
    deadline: Instant,
    reads: FuturesUnordered<BoxFuture<'static, Learned>>,
    /// Questions that are not answered yet.
    open: HashSet<Question>,
    key_is_open: bool,
    network_is_open: bool,
    facts: Facts,
    sources: Sources,
    /// What was told last of each requirement.
    told: HashMap<verdict::Requirement, VerdictView>,
    waiting: VecDeque<PreflightEvent>,
    is_done: bool,
}

impl Run {
    /// Begins. Nothing takes longer than `limit`, whatever the clouds do.
    pub(crate) fn new(request: Request, clouds: Clouds, limit: Duration) -> Self {
        let mut run = Self {
            facts: Facts::default(),
            deadline: Instant::now() + limit,
            reads: FuturesUnordered::new(),
            open: Question::ALL.into_iter().collect(),
            key_is_open: false,
            network_is_open: false,
            sources: Sources::default(),
            told: HashMap::new(),
            waiting: VecDeque::new(),
            is_done: false,
            request,
            clouds,
        };
        run.facts.entered.vault = Some(run.request.target.vault.clone());
        run.facts.entered.key = Some(run.request.target.key.clone());
        run.facts.entered.tenant = Some(run.request.target.tenant);
        run.begin();
        run
    }

    fn begin(&mut self) {
        for question in Question::ALL {
            if !matches!(question, Question::Principal | Question::Quotas) {
                self.ask(question);
            }
        }
        self.ask_quotas();
        self.ask_network();
        match self.request.key.clone() {
            Registered::Not => self.key_is_known(None),
            Registered::Known(view) => {
                let application = self.take_key(&view);
                self.key_is_known(application);
            }
            Registered::Id(id) => {
                self.ask_key(id);
                self.sign_in(Question::Principal);
            }
        }
        self.judge();
    }

    /// What is told next; `None` when everything is told.
    pub(crate) async fn next(&mut self) -> Option<PreflightEvent> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.is_done {
                return None;
            }
            match timeout_at(self.deadline, self.reads.next()).await {
                Ok(Some(learned)) => self.take(learned),
                Ok(None) => self.finish(),
                Err(_) => self.give_up(),
            }
            self.judge();
        }
    }

    /// Everything that can be known.
    pub(crate) async fn facts(mut self) -> Facts {
        while self.next().await.is_some() {}
        self.facts
    }

    fn ask(&self, question: Question) {
        let azure = self.clouds.azure.clone();
        let (target, tokens) = (self.request.target.clone(), self.request.tokens.clone());
        let is_awaited = self.request.is_awaited();
        self.reads.push(Box::pin(async move {
            Learned::Answer(question, azure.ask(question, &target, &tokens, is_awaited).await)
        }));
    }

    /// Signs in for a question that can be asked only later.
    fn sign_in(&self, question: Question) {
        let (azure, tokens) = (self.clouds.azure.clone(), self.request.tokens.clone());
        self.reads.push(Box::pin(async move {
            azure.sign_in(question, &tokens).await;
            Learned::SignedIn
        }));
    }

    fn ask_quotas(&mut self) {
        let Some(confluent) = self.clouds.confluent.clone() else {
            return self.take(Learned::Answer(Question::Quotas, Err(WhyUnknown::NotAsked)));
        };
        let environment = self.request.environment.clone();
        self.reads.push(Box::pin(async move {
            let heard = confluent.quotas(environment.as_deref()).await;
            let heard = heard.map_err(|failure| why(&failure)).map(|all| Answer {
                status: 200,
                challenge: None,
                vault_region: None,
                body: Some(json!({ "data": all })),
            });
            Learned::Answer(Question::Quotas, heard)
        }));
    }

    fn ask_network(&mut self) {
        let (Some(id), Some(environment)) = (self.request.network.clone(), self.request.environment.clone())
        else {
            return;
        };
        let Some(confluent) = self.clouds.confluent.clone() else {
            self.facts.network = Err(no_confluent());
            return;
        };
        self.network_is_open = true;
        self.reads.push(Box::pin(async move {
            let all = confluent.networks(&environment, None).await.map_err(|failure| why(&failure));
            let network = all.and_then(|all| {
                let found = all.iter().find(|network| network.id == id);
                let found = found.map(|network| NetworkFacts::of(&NetworkView::from(network)));
                found.ok_or_else(|| {
                    WhyUnknown::Failed(format!("{id} is not among this environment’s networks"))
                })
            });
            Learned::Network(network)
        }));
    }

    fn ask_key(&mut self, id: String) {
        let Some(confluent) = self.clouds.confluent.clone() else {
            self.facts.key = Err(no_confluent());
            return self.key_is_known(None);
        };
        self.key_is_open = true;
        let registered = self.clouds.registered.get(&id).copied();
        self.reads.push(Box::pin(async move {
            let key = confluent.key(&id).await.map_err(|failure| match failure.is_absent() {
                true => WhyUnknown::Failed(format!("Confluent knows no key {id}, or hides it")),
                false => why(&failure),
            });
            Learned::Key(
                key.map(|key| Box::new(key.view(registered.map(|at| now().saturating_sub(at)), false))),
            )
        }));
    }

    fn take(&mut self, learned: Learned) {
        match learned {
            Learned::Answer(question, heard) => {
                self.sources.heard(question, &heard);
                self.open.remove(&question);
                self.facts.learn(question, heard);
            }
            Learned::SignedIn => {}
            Learned::Network(network) => {
                self.network_is_open = false;
                self.note_confluent(network.as_ref().err());
                self.facts.network = network;
            }
            Learned::Key(Ok(view)) => {
                self.note_confluent(None);
                let application = self.take_key(&view);
                self.key_is_known(application);
            }
            Learned::Key(Err(why)) => {
                self.note_confluent(Some(&why));
                self.facts.key = Err(why);
                self.key_is_known(None);
            }
        }
    }

    fn take_key(&mut self, view: &KeyView) -> Option<ApplicationId> {
        let now = now();
        let granted_at = self.request.granted_for.map(|seconds| now.saturating_sub(seconds));
        self.facts.key = Ok(KeyFacts { granted_at, ..KeyFacts::of(view, now) });
        ApplicationId::parse(&view.application_id)
    }

    /// The key is read, or there is none: what waited for its application can go on.
    fn key_is_known(&mut self, application: Option<ApplicationId>) {
        self.key_is_open = false;
        self.request.target.application = application;
        self.facts.entered.application = application;
        if let Some(document) = self.request.doctor.take()
            && self.facts.learn_doctor(&document)
        {
            self.sources.answered(Source::Doctor);
        }
        match application {
            Some(_) => self.ask(Question::Principal),
            None => self.take(Learned::Answer(Question::Principal, Err(WhyUnknown::NotAsked))),
        }
    }

    fn note_confluent(&mut self, why: Option<&WhyUnknown>) {
        match why {
            None => self.sources.answered(Source::Confluent),
            Some(why) => self.sources.silent(Source::Confluent, why),
        }
    }

    /// The time is up: whoever has not answered is not waited for.
    fn give_up(&mut self) {
        self.reads.clear();
        let late = || WhyUnknown::Failed("there was no answer in time".to_owned());
        if self.key_is_open {
            self.take(Learned::Key(Err(late())));
            self.reads.clear();
        }
        if self.network_is_open {
            self.take(Learned::Network(Err(late())));
        }
        for question in std::mem::take(&mut self.open) {
            self.take(Learned::Answer(question, Err(late())));
        }
        self.finish();
    }

    fn verdicts(&self, now: u64) -> Vec<Verdict> {
        let wanted = Wanted { region: &self.request.region, plan: self.request.plan.as_ref() };
        verdict::judge(wanted, &self.facts, now)
    }

    /// Queues every verdict that is final for now and was not told like this before.
    fn judge(&mut self) {
        if self.is_done {
            return;
        }
        let verdicts = self.verdicts(now());
        let confluent_is_open = self.key_is_open || self.network_is_open;
        for (verdict, view) in verdicts.iter().zip(advice::views(&verdicts)) {
            let is_final = verdict.requirement.needs().iter().all(|question| !self.open.contains(question));
            // Confluent’s word on the key turns much that is unknown into known.
            let may_turn = confluent_is_open && verdict.outcome == Outcome::Unknown;
            if is_final && !may_turn && self.told.get(&verdict.requirement) != Some(&view) {
                self.told.insert(verdict.requirement, view.clone());
                self.waiting.push_back(PreflightEvent::Verdict(view));
            }
        }
    }

    fn finish(&mut self) {
        self.judge();
        let now = now();
        let verdicts = self.verdicts(now);
        self.waiting.push_back(PreflightEvent::Done(PreflightView {
            outcome: advice::outcome(&verdicts).as_str().to_owned(),
            verdicts: advice::views(&verdicts),
            sources: self.sources.views(),
            now,
        }));
        self.is_done = true;
    }
}

fn no_confluent() -> WhyUnknown {
    WhyUnknown::Failed("there is no API key of Confluent Cloud to read it with".to_owned())
}

fn why(failure: &Failure) -> WhyUnknown {
    match failure {
        Failure::Refused(refusal) if matches!(refusal.status, 401 | 403) => {
            WhyUnknown::Denied(format!("Confluent refused to show it (status {})", refusal.status))
        }
        failure => WhyUnknown::Failed(format!("Confluent could not tell: {failure}")),
    }
}
