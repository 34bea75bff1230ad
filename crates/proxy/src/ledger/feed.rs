//! Tells those who watch what changed, without asking the ledger once for each of them.
//!
//! One reader a server looks for changes, at once after a commit of its own and now and then for those of other servers,
//! and reads the story of each changed operation once, whoever many watch it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::{Ledger, LedgerError};

/// How often changes of other servers are looked for.
const GLANCE: Duration = Duration::from_millis(250);

/// The story of an operation as it is sent.
#[derive(Debug, Default)]
pub(crate) struct Story {
    /// Number and JSON of each event, oldest first.
    pub(crate) events: Vec<(u64, String)>,
    /// Whether nothing more happens by itself.
    pub(crate) is_final: bool,
}

type Stories = HashMap<String, watch::Sender<Arc<Story>>>;

/// Who watches what.
#[derive(Clone, Debug)]
pub(crate) struct Feed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    stories: Mutex<Stories>,
    stirred: Notify,
}

impl Feed {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner { stories: Mutex::default(), stirred: Notify::new() }))
    }

    fn stories(&self) -> MutexGuard<'_, Stories> {
        self.0.stories.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was committed.
    pub(super) fn stir(&self) {
        self.0.stirred.notify_one();
    }

    /// The operations that somebody watches.
    fn watched(&self) -> Vec<String> {
        let mut stories = self.stories();
        stories.retain(|_, story| story.receiver_count() > 0);
        stories.keys().cloned().collect()
    }

    fn publish(&self, id: &str, story: Story) {
        if let Some(sender) = self.stories().get(id) {
            sender.send_if_modified(|known| {
                // Two readings may overtake each other; a story only grows.
                let is_newer = story.events.len() > known.events.len() || story.is_final != known.is_final;
                if is_newer {
                    *known = Arc::new(story);
                }
                is_newer
            });
        }
    }
}

impl Ledger {
    /// The story of an operation, now and as it grows.
    pub(crate) async fn watch(&self, id: &str) -> Result<watch::Receiver<Arc<Story>>, LedgerError> {
        let receiver = {
            let mut stories = self.feed.stories();
            let sender = stories.entry(id.to_owned()).or_insert_with(|| watch::Sender::new(Arc::default()));
            sender.subscribe()
        };
        // Entered before it is read, so that nothing falls between.
        if receiver.borrow().events.is_empty() {
            self.feed.publish(id, self.story(id).await?);
        }
        Ok(receiver)
    }

    async fn story(&self, id: &str) -> Result<Story, LedgerError> {
        // The state first: a story that is called final is whole.
        let is_final = self.operation(id).await?.is_some_and(|operation| operation.state.is_final());
        let events = self.events_after(id, 0).await?;
        let json = |event| serde_json::to_string(event).unwrap_or_default();
        Ok(Story { events: events.iter().map(|event| (event.seq, json(event))).collect(), is_final })
    }

    /// Keeps those who watch up to date, until the server ends.
    pub(crate) async fn keep_told(self) {
        let (mut last, mut was_idle) = (0, true);
        loop {
            let _ = tokio::time::timeout(GLANCE, self.feed.0.stirred.notified()).await;
            let watched = self.feed.watched();
            if watched.is_empty() {
                was_idle = true;
                continue;
            }
            match self.tell(&watched, last, was_idle).await {
                Ok(newest) => (last, was_idle) = (newest, false),
                Err(error) => {
                    tracing::warn!(%error, "those who watch are told later: the ledger cannot be read")
                }
            }
        }
    }

    /// Publishes what changed after `last`, or everything; returns the number of the newest change seen.
    async fn tell(&self, watched: &[String], last: u64, everything: bool) -> Result<u64, LedgerError> {
        let (changed, newest) = if everything {
            (watched.to_vec(), self.newest_change().await?)
        } else {
            let changes = self.changed_after(last).await?;
            let newest = changes.last().map_or(last, |(_, change)| *change);
            let mut changed: Vec<String> = changes.into_iter().map(|(id, _)| id).collect();
            changed.sort_unstable();
            changed.dedup();
            changed.retain(|id| watched.contains(id));
            (changed, newest)
        };
        for id in changed {
            self.feed.publish(&id, self.story(&id).await?);
        }
        Ok(newest)
    }
}
