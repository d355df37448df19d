//! Where contacts went: what renames in git and `Contact-Moved` say, followed forwards to the note that a record means,
//! and backwards from a note to all that lead to it.
//!
//! This is section 8 of `docs/journal-format.md`. Each contact leads one step further, to one other, so that following is
//! never a matter of choice; where it ends depends on which notes there are, which the vault knows.

use note::ContactId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ContactMove, Notes};
use crate::packed::ContactRef;

/// The note that a contact of a record means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached<'a> {
    /// The one with this uid.
    Uid(&'a str),
    /// The one at this path.
    Path(&'a str),
}

/// By which name something leads elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name<'a> {
    Path(&'a str),
    Uid(&'a str),
}

/// What all `Contact-Moved` come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    /// Where each path leads.
    paths: FxHashMap<Box<str>, Step>,
    /// Where each uid leads that was told of with a path.
    uids: FxHashMap<Box<str>, Step>,
}

/// The last that was said about leaving a path or a uid.
#[derive(Clone, Debug)]
struct Step {
    to: ContactId,
    /// Its place in the order of all moves.
    at: usize,
}

impl Moves {
    /// Takes all moves, in the order of their dates.
    pub(super) fn new(all: &[ContactMove]) -> Self {
        let mut moves = Self::default();
        for (at, ContactMove { old, new, .. }) in all.iter().enumerate() {
            let step = || Step {
                to: new.clone(),
                at,
            };
            if old.path == new.path {
                moves.paths.remove(&old.path);
            } else {
                moves.paths.insert(old.path.clone(), step());
            }
            match &old.uid {
                Some(uid) if old.uid == new.uid => drop(moves.uids.remove(uid)),
                Some(uid) => drop(moves.uids.insert(uid.clone(), step())),
                None => {}
            }
        }
        moves.open_circles();
        moves
    }

    pub(super) fn has_uid(&self, uid: &str) -> bool {
        self.uids.contains_key(uid)
    }

    fn after(&self, name: Name<'_>) -> Option<&Step> {
        match name {
            Name::Path(path) => self.paths.get(path),
            Name::Uid(uid) => self.uids.get(uid),
        }
    }

    /// Returns the name by which a contact leads on.
    fn name<'a>(&self, contact: &'a ContactId) -> Name<'a> {
        match &contact.uid {
            Some(uid) if self.has_uid(uid) => Name::Uid(uid),
            _ => Name::Path(&contact.path),
        }
    }

    /// Ends each circle where its last move leads: what is moved to is a note again, so nothing leads away from it.
    ///
    /// A contact that led on by its uid may lead on by its path then, and so into another circle, which is why this is done
    /// until there is none; each time fewer steps are left.
    fn open_circles(&mut self) {
        loop {
            let ends = self.ends_of_circles();
            if ends.is_empty() {
                return;
            }
            for ContactId { path, uid } in ends {
                self.paths.remove(&path);
                if let Some(uid) = uid {
                    self.uids.remove(&uid);
                }
            }
        }
    }

    /// Returns where the last move of each circle leads.
    fn ends_of_circles(&self) -> Vec<ContactId> {
        let mut ends = Vec::new();
        // In which walk each name was come by. Each leads to one other, so two circles have no name in common.
        let mut walks: FxHashMap<Name<'_>, usize> = FxHashMap::default();
        let paths = self.paths.keys().map(|path| Name::Path(path));
        let names = paths.chain(self.uids.keys().map(|uid| Name::Uid(uid)));
        for (walk, start) in names.enumerate() {
            let mut at = start;
            while let Some(step) = self.after(at) {
                match walks.insert(at, walk) {
                    None => at = self.name(&step.to),
                    Some(same) if same == walk => {
                        ends.extend(self.end_of_circle(at));
                        break;
                    }
                    Some(earlier) => {
                        walks.insert(at, earlier);
                        break;
                    }
                }
            }
        }
        ends
    }

    /// Returns where the last move of the circle through `name` leads.
    fn end_of_circle(&self, name: Name<'_>) -> Option<ContactId> {
        let mut last = self.after(name)?;
        let mut at = self.name(&last.to);
        while at != name {
            let step = self.after(at)?;
            if step.at > last.at {
                last = step;
            }
            at = self.name(&step.to);
        }
        Some(last.to.clone())
    }
}

/// Where contacts went by renames and by what was told, to be asked in both directions.
#[derive(Clone, Copy)]
pub(super) struct Ways<'a> {
    pub(super) renamed: &'a FxHashMap<Box<str>, Box<str>>,
    pub(super) told: &'a Moves,
}

impl<'a> Ways<'a> {
    /// Returns the next name of what was at `path`: renames come first.
    fn after_path(self, path: &str) -> Option<ContactRef<'a>> {
        let renamed = self
            .renamed
            .get(path)
            .map(|path| ContactRef { path, uid: None });
        renamed.or_else(|| Some(ContactRef::of(&self.told.paths.get(path)?.to)))
    }

    fn after(self, name: Name<'_>) -> Option<ContactRef<'a>> {
        match name {
            Name::Path(path) => self.after_path(path),
            Name::Uid(uid) => Some(ContactRef::of(&self.told.uids.get(uid)?.to)),
        }
    }

    /// Returns the note that `contact` means.
    pub(super) fn reach(self, contact: ContactRef<'a>, notes: &impl Notes) -> Option<Reached<'a>> {
        let mut at = contact;
        // Renames and what is told are each free of circles, but together they can make one.
        let mut seen = FxHashSet::default();
        loop {
            let name = match at.uid {
                Some(uid) if notes.has_uid(uid) => return Some(Reached::Uid(uid)),
                Some(uid) if self.told.has_uid(uid) => Name::Uid(uid),
                _ if notes.has_path(at.path) => return Some(Reached::Path(at.path)),
                _ => Name::Path(at.path),
            };
            at = self.after(name)?;
            if !seen.insert(name) {
                return None;
            }
        }
    }

    /// Returns where the path leads, as far as can be told without knowing the notes.
    pub(super) fn follow(self, path: &'a str) -> &'a str {
        let Some(ContactRef {
            path: mut present, ..
        }) = self.after_path(path)
        else {
            return path;
        };
        let mut seen = FxHashSet::from_iter([path]);
        while seen.insert(present) {
            match self.after_path(present) {
                Some(next) if !seen.contains(next.path) => present = next.path,
                _ => break,
            }
        }
        present
    }
}

/// What leads to each name by one step.
#[derive(Clone, Debug, Default)]
pub(super) struct Back {
    steps: FxHashMap<Box<str>, Vec<StepBack>>,
    uid_steps: FxHashMap<Box<str>, Vec<StepBack>>,
}

/// One step: from a path or a uid.
#[derive(Clone, Debug)]
struct StepBack {
    from: Box<str>,
    is_uid: bool,
    /// The uid it leads to before any path, where it leads to one.
    uid: Option<Box<str>>,
}

impl StepBack {
    fn name(&self) -> Name<'_> {
        match self.is_uid {
            true => Name::Uid(&self.from),
            false => Name::Path(&self.from),
        }
    }
}

impl Back {
    /// Takes down the steps that begin at a path for which `is_named` answers yes, or at a uid, and those after them.
    pub(super) fn new(ways: Ways<'_>, is_named: impl Fn(&str) -> bool) -> Self {
        let paths = ways.renamed.keys().chain(ways.told.paths.keys());
        let mut open: Vec<Name<'_>> = paths
            .filter(|path| is_named(path))
            .map(|path| Name::Path(path))
            .chain(ways.told.uids.keys().map(|uid| Name::Uid(uid)))
            .collect();
        let mut seen = FxHashSet::default();
        let mut back = Self::default();
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            let Some(to) = ways.after(name) else {
                continue;
            };
            let (from, is_uid) = match name {
                Name::Path(path) => (path, false),
                Name::Uid(uid) => (uid, true),
            };
            let step = StepBack {
                from: from.into(),
                is_uid,
                uid: to.uid.map(Into::into),
            };
            if let Some(uid) = to.uid {
                back.uid_steps
                    .entry(uid.into())
                    .or_default()
                    .push(step.clone());
                open.push(Name::Uid(uid));
            }
            back.steps.entry(to.path.into()).or_default().push(step);
            open.push(Name::Path(to.path));
        }
        back
    }

    /// Visits the names by which records mean the note at `path` with `uid`, those two included.
    pub(super) fn names<'a>(
        &'a self,
        (path, uid): (&'a str, Option<&'a str>),
        told: &Moves,
        notes: &impl Notes,
        mut visit: impl FnMut(Name<'a>),
    ) {
        let mut open = vec![Name::Path(path)];
        open.extend(uid.map(Name::Uid));
        let mut seen = FxHashSet::default();
        while let Some(name) = open.pop() {
            visit(name);
            let steps = match name {
                Name::Path(path) => self.steps.get(path),
                Name::Uid(uid) => self.uid_steps.get(uid),
            };
            for step in steps.into_iter().flatten() {
                // A note that is there stands for itself; and a uid that is known comes before a path.
                let is_taken = match step.name() {
                    Name::Path(path) => notes.has_path(path),
                    Name::Uid(uid) => notes.has_uid(uid),
                };
                let goes_by_uid = matches!(name, Name::Path(_))
                    && step
                        .uid
                        .as_deref()
                        .is_some_and(|uid| notes.has_uid(uid) || told.has_uid(uid));
                if !is_taken && !goes_by_uid && seen.insert(step.name()) {
                    open.push(step.name());
                }
            }
        }
    }
}
