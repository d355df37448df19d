//! All interactions: records converged by id and revision, newest first, found by contact.
//!
//! Pure: it is given records and renames, in any order and with repeats, and says which count (section 7 of
//! `docs/journal-format.md`) and where a contact's note is now (section 8). Which notes exist is the vault's knowledge.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;
use note::ContactId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Record;
use crate::record::content_hash;

/// An interaction as it stands: the record that won, and the commit it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// The record.
    pub record: Record,
    /// The commit's id, hexadecimal.
    pub commit: Box<str>,
}

/// One `Contact-Moved: OLD => NEW` of the journal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContactMove {
    /// The author date of its commit, seconds since 1970 UTC. Moves are taken in its order.
    pub at: i64,
    /// The path that is no more.
    pub old: Box<str>,
    /// The path that it means now.
    pub new: Box<str>,
}

/// What history tells of the notes' own files. Paths start at the vault's root.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NoteHistory {
    /// The author day of the first commit that has the note, by its present path.
    pub first_commit: FxHashMap<Box<str>, Date>,
    /// Renames, old path to newest known path: those committed, and those in the working tree not yet committed.
    pub moved: FxHashMap<Box<str>, Box<str>>,
}

/// All interactions that stand; retracted ones are kept apart.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Newest first.
    interactions: Vec<Interaction>,
    /// Newest first.
    retracted: Vec<Interaction>,
    /// Indexes into `interactions`, rising, by the path as written in the record.
    by_path: FxHashMap<Box<str>, Vec<u32>>,
    by_uid: FxHashMap<Box<str>, Vec<u32>>,
    /// The paths in `by_path` that lead elsewhere, by where they lead; each list sorted.
    moved_to: FxHashMap<Box<str>, Vec<Box<str>>>,
    history: NoteHistory,
    /// All moves told, in order, without repeats.
    moves: Vec<ContactMove>,
    /// What `moves` come to; never circular.
    relinked: FxHashMap<Box<str>, Box<str>>,
}

impl Timeline {
    /// Converges `records` (in any order, with repeats): of each id the highest revision wins; of equal revisions a
    /// retraction wins, else the greater content hash. The result does not depend on the order.
    pub fn new(records: Vec<Interaction>, moves: Vec<ContactMove>, history: NoteHistory) -> Self {
        let mut timeline = Self {
            history,
            ..Self::default()
        };
        timeline.extend(records, moves);
        timeline
    }

    /// Adds what a later reading found; the result is that of [`Timeline::new`] with all records at once.
    pub fn extend(&mut self, records: Vec<Interaction>, moves: Vec<ContactMove>) {
        let mut all = std::mem::take(&mut self.interactions);
        all.append(&mut self.retracted);
        all.extend(records);
        keep_winners(&mut all);
        // The records of a history come nearly in this order already, which this sort makes use of.
        all.sort_by(newest_first);
        (self.retracted, self.interactions) = all
            .into_iter()
            .partition(|interaction| interaction.record.retracted);
        self.moves.extend(moves);
        self.moves.sort_unstable();
        self.moves.dedup();
        self.relinked = relinked(&self.moves);
        self.index_contacts();
        self.index_moves();
    }

    /// Replaces what is known of the notes' own files.
    pub fn set_history(&mut self, history: NoteHistory) {
        self.history = history;
        self.index_moves();
    }

    /// Returns all interactions, newest first; those of one day by instant, then id.
    pub fn interactions(&self) -> &[Interaction] {
        &self.interactions
    }

    /// Returns the interactions that were taken back, newest first: the record that retracts each.
    pub fn retracted(&self) -> &[Interaction] {
        &self.retracted
    }

    /// Returns the interaction with this id or a unique prefix of it of at least 4 characters, ignoring ASCII case.
    pub fn find(&self, id: &str) -> Found<'_> {
        find(&self.interactions, id)
    }

    /// Like [`Timeline::find`], of those that were retracted: to restore one.
    pub fn find_retracted(&self, id: &str) -> Found<'_> {
        find(&self.retracted, id)
    }

    /// Returns the interactions with the contact whose note is at `path` and has `uid`, newest first.
    ///
    /// Like [`Timeline::of_contact_among`] where nothing is known of other notes: a record with another uid than the
    /// note's counts as someone else's, and as this one's where the note has none.
    pub fn of_contact(&self, path: &str, uid: Option<&str>) -> Vec<&Interaction> {
        self.of_contact_among(path, uid, |_| uid.is_some())
    }

    /// Returns the interactions with the contact whose note is at `path` and has `uid`, newest first.
    ///
    /// A record's uid decides where some note has it, which `owns_uid` says; else its path, if it is this one or led here.
    pub fn of_contact_among(
        &self,
        path: &str,
        uid: Option<&str>,
        owns_uid: impl Fn(&str) -> bool,
    ) -> Vec<&Interaction> {
        let mut found: Vec<u32> = Vec::new();
        for (list, by_path) in self.lists(path, uid) {
            let own = list.iter().copied();
            found.extend(own.filter(|&index| self.is_with(index, by_path, uid, &owns_uid)));
        }
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .map(|index| &self.interactions[index as usize])
            .collect()
    }

    /// Returns the day of the newest interaction with the contact; cheaper than [`Timeline::of_contact`].
    pub fn last_contact(&self, path: &str, uid: Option<&str>) -> Option<Date> {
        let newest = self.newest_among(path, uid, |_| uid.is_some())?;
        Some(newest.record.on.day())
    }

    /// Returns the first of what [`Timeline::of_contact_among`] returns; cheaper.
    pub fn newest_among(
        &self,
        path: &str,
        uid: Option<&str>,
        owns_uid: impl Fn(&str) -> bool,
    ) -> Option<&Interaction> {
        let newest = self.lists(path, uid).filter_map(|(list, by_path)| {
            let mut own = list.iter().copied();
            own.find(|&index| self.is_with(index, by_path, uid, &owns_uid))
        });
        let newest = newest.min()?;
        Some(&self.interactions[newest as usize])
    }

    /// Returns the path at which the note named by `contact` would be now: `relink`s and renames followed.
    ///
    /// The uid is not looked at: only the vault knows where it is.
    pub fn present_path<'a>(&'a self, contact: &'a ContactId) -> &'a str {
        self.follow(&contact.path)
    }

    /// Returns the author day of the note's first commit, `None` where unknown.
    pub fn first_commit(&self, path: &str) -> Option<Date> {
        self.history.first_commit.get(path).copied()
    }

    /// Returns every contact named by an interaction with the interactions that name it, newest first, by path.
    pub fn contacts(&self) -> BTreeMap<&ContactId, Vec<&Interaction>> {
        let mut contacts: BTreeMap<&ContactId, Vec<&Interaction>> = BTreeMap::new();
        for interaction in &self.interactions {
            for contact in &interaction.record.contacts {
                contacts.entry(contact).or_default().push(interaction);
            }
        }
        contacts
    }

    /// Returns every path that an interaction names a contact by, in no order, with the interactions that do, newest first.
    ///
    /// For a look at what leads nowhere: a path costs the same however many interactions name it.
    pub fn paths(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &Interaction>)> {
        self.by_path.iter().map(|(path, indexes)| {
            let interactions = indexes.iter().map(|&i| &self.interactions[i as usize]);
            (&**path, interactions)
        })
    }

    /// Returns the lists in which the contact's interactions are, each with the path whose list it is.
    fn lists<'a>(
        &'a self,
        path: &'a str,
        uid: Option<&str>,
    ) -> impl Iterator<Item = (&'a [u32], Option<&'a str>)> {
        let by_uid = uid
            .and_then(|uid| self.by_uid.get(uid))
            .map(|list| (list.as_slice(), None));
        let old = self.moved_to.get(path).map(Vec::as_slice);
        let old = old.unwrap_or_default().iter().map(|old| &**old);
        let by_path = std::iter::once(path).chain(old).filter_map(|path| {
            let list = self.by_path.get(path)?;
            Some((list.as_slice(), Some(path)))
        });
        by_uid.into_iter().chain(by_path)
    }

    /// Returns whether an interaction from one of [`Timeline::lists`] is with the contact: it names it by its uid, or at
    /// `by_path` and by no uid that some note has.
    fn is_with(
        &self,
        index: u32,
        by_path: Option<&str>,
        uid: Option<&str>,
        owns_uid: &impl Fn(&str) -> bool,
    ) -> bool {
        let Some(path) = by_path else { return true };
        let contacts = &self.interactions[index as usize].record.contacts;
        contacts.iter().any(|contact| {
            &*contact.path == path
                && match contact.uid.as_deref() {
                    None => true,
                    other if other == uid => true,
                    Some(other) => !owns_uid(other),
                }
        })
    }

    fn follow<'a>(&'a self, path: &'a str) -> &'a str {
        let next = |path: &str| {
            let next = self
                .history
                .moved
                .get(path)
                .or_else(|| self.relinked.get(path));
            next.map(|next| &**next)
        };
        let Some(mut present) = next(path) else {
            return path;
        };
        let mut seen = FxHashSet::from_iter([path]);
        // Renames and relinks are each free of circles, but a rename and a relink can make one together.
        while seen.insert(present) {
            match next(present) {
                Some(next) if !seen.contains(next) => present = next,
                _ => break,
            }
        }
        present
    }

    fn index_contacts(&mut self) {
        self.by_path.clear();
        self.by_uid.clear();
        for (index, interaction) in self.interactions.iter().enumerate() {
            let index = u32::try_from(index).expect("fewer than 2^32 interactions fit in memory");
            for contact in &interaction.record.contacts {
                push_index(&mut self.by_path, &contact.path, index);
                if let Some(uid) = &contact.uid {
                    push_index(&mut self.by_uid, uid, index);
                }
            }
        }
    }

    fn index_moves(&mut self) {
        let mut moved_to: FxHashMap<Box<str>, Vec<Box<str>>> = FxHashMap::default();
        if !self.relinked.is_empty() || !self.history.moved.is_empty() {
            let mut paths: Vec<&str> = self.by_path.keys().map(|path| &**path).collect();
            paths.sort_unstable();
            for path in paths {
                let present = self.follow(path);
                if present != path {
                    moved_to
                        .entry(present.into())
                        .or_default()
                        .push(path.into());
                }
            }
        }
        self.moved_to = moved_to;
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

fn find<'a>(interactions: &'a [Interaction], id: &str) -> Found<'a> {
    let starts = |interaction: &&Interaction| {
        let start = interaction.record.id.as_bytes().get(..id.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(id.as_bytes()))
    };
    let found: Vec<_> = interactions.iter().filter(starts).collect();
    let exact = found
        .iter()
        .find(|found| &*found.record.id == id)
        .or_else(|| found.iter().find(|found| found.record.id.len() == id.len()));
    match (exact, found.as_slice()) {
        (Some(exact), _) => Found::One(exact),
        _ if id.chars().count() < 4 => Found::None,
        (_, []) => Found::None,
        (_, [one]) => Found::One(one),
        _ => Found::Ambiguous(found),
    }
}

/// Drops all but the one interaction of each id that counts.
fn keep_winners(all: &mut Vec<Interaction>) {
    let mut wins = vec![true; all.len()];
    let mut winners: FxHashMap<&str, usize> = FxHashMap::default();
    winners.reserve(all.len());
    for (index, interaction) in all.iter().enumerate() {
        let winner = winners.entry(&interaction.record.id).or_insert(index);
        if *winner == index {
            continue;
        }
        if precedence(interaction, &all[*winner]).is_gt() {
            wins[*winner] = false;
            *winner = index;
        } else {
            wins[index] = false;
        }
    }
    drop(winners);
    let mut wins = wins.into_iter();
    all.retain(|_| wins.next().expect("one answer for each interaction"));
}

/// Says which of two records with one id counts: the greater.
fn precedence(one: &Interaction, two: &Interaction) -> Ordering {
    let (a, b) = (&one.record, &two.record);
    // Copies made by rebasing and merging are the common case, and need no hash.
    let by_content = || {
        if a == b {
            return Ordering::Equal;
        }
        let by_hash = content_hash(a).cmp(&content_hash(b));
        by_hash.then_with(|| (&a.summary, &a.body).cmp(&(&b.summary, &b.body)))
    };
    (a.revision, a.retracted)
        .cmp(&(b.revision, b.retracted))
        .then_with(by_content)
        .then_with(|| two.commit.cmp(&one.commit))
}

fn newest_first(one: &Interaction, two: &Interaction) -> Ordering {
    let (a, b) = (&one.record, &two.record);
    b.on.day()
        .cmp(&a.on.day())
        .then_with(|| b.on.sort_key().cmp(&a.on.sort_key()))
        .then_with(|| b.id.cmp(&a.id))
}

/// Returns where each path leads; `moves` in the order of their dates.
fn relinked(moves: &[ContactMove]) -> FxHashMap<Box<str>, Box<str>> {
    let mut relinked = FxHashMap::default();
    for ContactMove { old, new, .. } in moves {
        // A path that is moved to is a note again, so nothing leads away from it: each new edge ends at such a path,
        // which is why no circle can close.
        relinked.remove(new);
        if old != new {
            relinked.insert(old.clone(), new.clone());
        }
    }
    relinked
}

fn push_index(map: &mut FxHashMap<Box<str>, Vec<u32>>, key: &str, index: u32) {
    match map.get_mut(key) {
        // A record names a path twice where it has it with and without a uid.
        Some(list) if list.last() == Some(&index) => {}
        Some(list) => list.push(index),
        None => {
            map.insert(key.into(), vec![index]);
        }
    }
}

#[cfg(test)]
mod tests;
