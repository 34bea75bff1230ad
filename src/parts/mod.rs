//! The few interface parts that every step uses.

pub mod choice;
pub mod code;
pub mod dialog;
pub mod el;
pub mod field;
pub mod notice;
