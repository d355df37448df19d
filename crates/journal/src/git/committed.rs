//! When a commit was made, and by whom: for telling how an interaction came to be. The journal itself never asks.

use git2::Oid;
use jiff::{Timestamp, tz::Offset};
use note::value::When;

use super::Library;

/// Who made a commit, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The committer's name; bytes that are no UTF-8 become U+FFFD.
    pub by: String,
    /// The committer date, with the committer's offset.
    pub at: When,
}

impl Library {
    /// Returns who made a commit, given by its whole id in hexadecimal, and when; `None` where there is no such commit.
    pub(super) fn committed(&self, commit: &str) -> Option<Committed> {
        let commit = self.git.find_commit(Oid::from_str(commit).ok()?).ok()?;
        let committer = commit.committer();
        let time = committer.when();
        let offset = Offset::from_seconds(time.offset_minutes().checked_mul(60)?).ok()?;
        let at = offset.to_datetime(Timestamp::from_second(time.seconds()).ok()?);
        Some(Committed {
            by: String::from_utf8_lossy(committer.name_bytes()).into_owned(),
            at: When::Instant { at, offset },
        })
    }
}
