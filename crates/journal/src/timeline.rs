//! All interactions: records converged by id and revision, newest first, found by contact.

use std::collections::BTreeMap;

use jiff::civil::Date;
use note::ContactId;
use rustc_hash::FxHashMap;

use crate::Record;

/// An interaction as it stands: the record that won, and the commit it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// The record.
    pub record: Record,
    /// The commit's id, hexadecimal.
    pub commit: Box<str>,
}

/// What history tells of the notes' own files.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NoteHistory {
    /// The author day of the first commit that has the note, by its present path.
    pub first_commit: FxHashMap<Box<str>, Date>,
    /// Renames, old path to newest known path: those committed, and those in the working tree not yet committed.
    pub moved: FxHashMap<Box<str>, Box<str>>,
}

/// All interactions that stand, retracted ones left out.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    interactions: Vec<Interaction>,
    by_path: FxHashMap<Box<str>, Vec<u32>>,
    by_uid: FxHashMap<Box<str>, Vec<u32>>,
    history: NoteHistory,
    /// `Contact-Moved` records, oldest first.
    relinked: Vec<(Box<str>, Box<str>)>,
}

impl Timeline {
    /// Converges `records` (in any order, with repeats): of each id the highest revision wins; of equal revisions a
    /// retraction wins, else the greater content hash. The result does not depend on the order.
    pub fn new(
        records: Vec<Interaction>,
        relinked: Vec<(Box<str>, Box<str>)>,
        history: NoteHistory,
    ) -> Self {
        let _ = (records, relinked, history);
        todo!()
    }

    /// Returns all interactions, newest first; those of one day by instant, then id.
    pub fn interactions(&self) -> &[Interaction] {
        &self.interactions
    }

    /// Returns the interaction with this id or a unique prefix of it of at least 4 characters.
    pub fn find(&self, id: &str) -> Found<'_> {
        let _ = id;
        todo!()
    }

    /// Returns the interactions with the contact whose note is at `path` and has `uid`, newest first.
    ///
    /// A record's uid decides where it has one that some note has (`owns_uid` says so); else its path, else where that
    /// path moved to.
    pub fn of_contact(&self, path: &str, uid: Option<&str>) -> Vec<&Interaction> {
        let _ = (path, uid);
        todo!()
    }

    /// Returns the day of the newest interaction with the contact; cheaper than [`Timeline::of_contact`].
    pub fn last_contact(&self, path: &str, uid: Option<&str>) -> Option<Date> {
        let _ = (path, uid);
        todo!()
    }

    /// Returns the path at which the note named by `contact` would be now: `relink`s and renames followed.
    pub fn present_path<'a>(&'a self, contact: &'a ContactId) -> &'a str {
        &contact.path
    }

    /// Returns the author day of the note's first commit, `None` where unknown.
    pub fn first_commit(&self, path: &str) -> Option<Date> {
        self.history.first_commit.get(path).copied()
    }

    /// Returns every contact named by an interaction with the interactions that name it, by path.
    pub fn contacts(&self) -> BTreeMap<&ContactId, Vec<&Interaction>> {
        todo!()
    }
}

/// The answer of [`Timeline::find`].
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// This one.
    One(&'a Interaction),
    /// Several ids begin like this.
    Ambiguous(Vec<&'a Interaction>),
    /// None does.
    None,
}
