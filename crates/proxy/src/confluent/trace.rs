//! Under which ids Confluent knows the requests of a step, so that its support can find them.

use std::cell::RefCell;
use std::future::Future;

use reqwest::header::HeaderMap;

/// On every answer of Confluent Cloud (its OpenAPI documents, `X-Request-Id`).
const HEADER: &str = "x-request-id";
/// The longest id that is kept, and how many of a step.
const LONGEST: usize = 128;
const MOST: usize = 20;

tokio::task_local! {
    static SEEN: RefCell<Vec<String>>;
}

/// Does something, and tells the ids of the requests to Confluent that it took.
pub(crate) async fn traced<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    SEEN.scope(RefCell::default(), async {
        let result = work.await;
        (result, SEEN.with(RefCell::take))
    })
    .await
}

/// Remembers the id in an answer's headers, if anybody wants to know.
pub(super) fn saw(headers: &HeaderMap) {
    let id = headers.get(HEADER).and_then(|id| id.to_str().ok());
    let Some(id) = id.filter(|id| !id.is_empty() && id.len() <= LONGEST) else { return };
    let _ = SEEN.try_with(|seen| {
        let mut seen = seen.borrow_mut();
        if seen.len() < MOST {
            seen.push(id.to_owned());
        }
    });
}
