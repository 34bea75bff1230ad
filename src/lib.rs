//! The browser app: what a user sees of BYOK Wizard.
//!
//! Rules live in `byok-core` and HTTP in one file; what is left here is to ask, to show and to remember.

mod advice;
pub mod app;
mod check;
mod clusters;
pub mod draft;
mod keys;
mod operation;
pub mod parts;
mod proxy;
mod sandbox;
pub mod state;
pub mod wizard;

pub use app::{App, mount};
