//! Opening the journal: from the cache what it holds, from git what is new, and the cache brought up to date.
//!
//! What comes out is what reading everything from git gives; a cache only makes it sooner.

use git2::{OdbLookupFlags, Oid};

use super::Library;
use super::cache::Cached;
use super::history::CommittedNotes;
use super::read::{Mark, ReadError};
use crate::Timeline;

/// The journal of a vault, opened.
#[derive(Debug)]
pub struct OpenJournal {
    /// All interactions, with what history tells of the notes' own files.
    pub timeline: Timeline,
    /// Whether the clone is shallow, so that older interactions are missing.
    pub history_is_cut: bool,
    /// How far this reading got, for [`Repository::read_since`](super::Repository::read_since).
    pub mark: Mark,
}

impl Library {
    /// See [`Repository::open_journal`](super::Repository::open_journal).
    pub(super) fn open_journal(&self) -> Result<OpenJournal, ReadError> {
        let mark = self.mark();
        let usable = self.caches().filter(|cached| cached.mark.cuts == mark.cuts);
        // A cache that something is wrong with is no reason not to read what git has.
        let mut reopened = usable.filter_map(|cached| self.reopen(cached, &mark).ok().flatten());
        let (timeline, committed) = match reopened.next() {
            Some(reopened) => reopened,
            None => self.open_whole(mark.clone())?,
        };
        let mut open = OpenJournal {
            timeline,
            history_is_cut: !mark.cuts.is_empty(),
            mark,
        };
        let history = self.with_work_tree(committed.history)?;
        open.timeline.set_history(history);
        Ok(open)
    }

    /// Adds what is new to what the cache holds; `None` where that is not all part of the present history, or where what is
    /// new would have changed what came of the old.
    fn reopen(
        &self,
        cached: Cached,
        mark: &Mark,
    ) -> Result<Option<(Timeline, CommittedNotes)>, ReadError> {
        let Some(mut timeline) = cached.timeline() else {
            return Ok(None);
        };
        let mut committed = cached.committed;
        if self.has_any(&committed.missing)? {
            return Ok(None);
        }
        let mut commits = Vec::new();
        if cached.mark.head != mark.head {
            let (journal, mut walked) = self.read_to(mark.clone(), &cached.commits)?;
            if !walked.met_known || !self.follow(&mut walked.changes, &mut committed)? {
                return Ok(None);
            }
            timeline.extend(journal.records, journal.moves);
            commits = walked.commits;
        }
        // To read a few commits again costs less than to write everything.
        let is_much = commits.len() > 16 + cached.commits.len() / 1000;
        if is_much || cached.is_borrowed {
            commits.extend(cached.commits.iter());
            self.write_cache(mark, &committed, commits, &timeline);
        }
        Ok(Some((timeline, committed)))
    }

    /// Returns whether one of the blobs was fetched since, so that it may tell of a rename.
    fn has_any(&self, missing: &[Oid]) -> Result<bool, ReadError> {
        if missing.is_empty() {
            return Ok(false);
        }
        let odb = self.git.odb()?;
        // Once for all: else each that is not there would have the folder of packs listed.
        odb.refresh()?;
        let is_there = |&blob: &Oid| odb.exists_ext(blob, OdbLookupFlags::NO_REFRESH);
        Ok(missing.iter().any(is_there))
    }

    fn open_whole(&self, mark: Mark) -> Result<(Timeline, CommittedNotes), ReadError> {
        let (journal, mut walked) = self.read_to(mark, &())?;
        let mut committed = CommittedNotes::default();
        self.follow(&mut walked.changes, &mut committed)?;
        let timeline = Timeline::new(
            journal.records,
            journal.moves,
            crate::NoteHistory::default(),
        );
        self.write_cache(&journal.mark, &committed, walked.commits, &timeline);
        Ok((timeline, committed))
    }
}
