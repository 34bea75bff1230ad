//! Where a process may be killed in a test: before and after everything that is written down or sent.

/// Tells a test that this point is reached, and waits as long as the test wants. Outside tests it is nothing.
#[cfg(not(test))]
pub(crate) async fn reached(_name: &'static str) {}

#[cfg(test)]
pub(crate) use crate::tests::crash::reached;
