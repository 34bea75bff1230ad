//! The browser app: what a user sees of BYOK Wizard.
//!
//! Rules live in `byok-core` and HTTP in one file; what is left here is to ask, to show and to remember.
//!
//! What a user meets up to the step *Security* is the page's first program; the pages after it are in `crates/later`.

pub mod app;
mod clusters;
pub mod draft;
pub mod later;
pub mod parts;
pub mod proxy;
pub mod sandbox;
pub mod state;
pub mod wizard;

pub use app::{App, mount};
