//! The journal: interactions as git commits.
//!
//! [`record`] is the commit-message codec and [`timeline`] says how records converge; both are pure. [`git`] is the
//! only module of ties that knows git. Nothing here knows the vault's index, LSP or the terminal. The format is in
//! `docs/journal-format.md`.

pub mod git;
mod packed;
pub mod record;
pub mod timeline;

pub use record::{InitiatedBy, Record};
pub use timeline::{ContactMove, Interaction, NoteHistory, Notes, Reached, Timeline};
