//! People over time: how each contact stands with you. Pure functions of vault, journal and today.
//!
//! Here live follow-ups, the contacts' history, and the ties among contacts. Nothing here knows the disk, git or the
//! clock.

pub mod balance;
pub mod common;
pub mod exchange;
pub mod filter;
pub mod follow_up;
pub mod history;
pub mod matching;
pub mod plan;
pub mod summary;
#[cfg(test)]
mod testing;
pub mod ties;
pub mod unlogged;

pub use common::{Common, CommonKind, common_ground};
pub use follow_up::{DueStatus, FollowUp};

use jiff::civil::Date;
use journal::Timeline;
use vault::{TextSource, Vault};

/// Everything a question is asked of: one immutable view of vault, journal and day.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The notes.
    pub vault: &'a Vault,
    /// The journal; `None` where the vault lies in no git repository.
    pub timeline: Option<&'a Timeline>,
    /// The day it is.
    pub today: Date,
    /// Where texts come from.
    pub texts: &'a dyn TextSource,
}
