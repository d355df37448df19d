//! All interactions: records converged by id and revision, newest first, found by contact.
//!
//! Pure: it is given records and renames, in any order and with repeats, and says which count (section 7 of
//! `docs/journal-format.md`) and where a contact's note is now (section 8). Which notes exist is the vault's knowledge.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;
use note::ContactId;
use rustc_hash::FxHashMap;

use crate::Record;
use crate::packed::{ContactRef, Place};
use crate::record::content_hash;

mod contacts;
mod image;
mod moves;
mod slots;

use contacts::Contacts;
pub(crate) use contacts::hash_of;
pub use moves::Reached;
use moves::{Back, Moves, Name, Ways};
pub use slots::{Interactions, Iter};
use slots::{Segments, Slot};

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
    /// When it was said, milliseconds since 1970 UTC. Moves are taken in its order.
    pub at: i64,
    /// The note that is no more.
    pub old: ContactId,
    /// The one that it means now.
    pub new: ContactId,
}

/// Which notes there are: all that following a contact needs to know of the vault.
pub trait Notes {
    /// Returns whether there is a note at `path`.
    fn has_path(&self, path: &str) -> bool;
    /// Returns whether some note has `uid`.
    fn has_uid(&self, uid: &str) -> bool;
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
///
/// Records are kept packed, and taken apart when they are first asked for: a hundred thousand take some thirty megabytes.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    segments: Segments,
    /// Newest first.
    interactions: Vec<Slot>,
    /// Newest first.
    retracted: Vec<Slot>,
    /// Who `interactions` are with.
    contacts: Contacts,
    history: NoteHistory,
    /// What `news` says of records that this history has no more, by id.
    lost: Vec<Interaction>,
    /// All moves told, in order, without repeats.
    moves: Vec<ContactMove>,
    /// What `moves` come to.
    told: Moves,
    /// `history` and `told`, backwards, as far as `contacts` are concerned.
    back: Back,
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
    ///
    /// Costs a pass over what is there, but takes none of it apart.
    pub fn extend(&mut self, mut records: Vec<Interaction>, moves: Vec<ContactMove>) {
        keep_winners(&mut records);
        let (gone, gone_retracted) = self.contend(&mut records);
        // The records of a history come nearly in this order already, which this sort makes use of.
        records.sort_by(|one, two| Place::of(two).cmp(&Place::of(one)));
        let (retracted, standing): (Vec<&Interaction>, Vec<&Interaction>) = records
            .iter()
            .partition(|interaction| interaction.record.retracted);
        let standing = self.segments.pack(standing);
        let retracted = self.segments.pack(retracted);
        if !standing.is_empty() || !gone.is_empty() {
            let old = std::mem::take(&mut self.interactions);
            let (all, moved, added) = merge(&self.segments, old, &gone, standing);
            self.interactions = all;
            self.contacts
                .update(&self.segments, &moved, &self.interactions, &added);
        }
        if !retracted.is_empty() || !gone_retracted.is_empty() {
            let old = std::mem::take(&mut self.retracted);
            (self.retracted, _, _) = merge(&self.segments, old, &gone_retracted, retracted);
        }
        self.moves.extend(moves);
        self.moves.sort_unstable();
        self.moves.dedup();
        self.told = Moves::new(&self.moves);
        self.index_moves();
        let lost = std::mem::take(&mut self.lost);
        self.lost = self.news(lost);
    }

    /// Returns what of `records` would change what is here, one record for each id, by id: it is not here at all, or what is
    /// here has a lower precedence. A copy of what is here changes nothing, nor does taking back what is not here.
    pub fn news(&self, records: Vec<Interaction>) -> Vec<Interaction> {
        let news = self.not_here(records).into_iter();
        news.filter(|(new, is_known)| *is_known || !new.record.retracted)
            .map(|(new, _)| new)
            .collect()
    }

    /// Returns the winners among `records` that do not lose against what is here, by id, each with whether its id is here.
    pub(crate) fn not_here(&self, mut records: Vec<Interaction>) -> Vec<(Interaction, bool)> {
        if records.is_empty() {
            return Vec::new();
        }
        keep_winners(&mut records);
        let mut by_id: BTreeMap<Box<str>, (Interaction, bool)> = records
            .into_iter()
            .map(|record| (record.record.id.clone(), (record, false)))
            .collect();
        for slot in self.interactions.iter().chain(&self.retracted) {
            let id = self.segments.place(slot).id;
            if let Some((new, is_known)) = by_id.get_mut(id) {
                *is_known = true;
                if by_record(new, self.segments.get(slot)).is_le() {
                    by_id.remove(id);
                }
            }
        }
        by_id.into_values().collect()
    }

    /// Returns what was in the journal once and no history has any more, by id: see [`crate::git::Repository::keep`].
    pub fn lost(&self) -> &[Interaction] {
        &self.lost
    }

    /// Tells what was found to be lost; what is here is left out.
    pub fn set_lost(&mut self, lost: Vec<Interaction>) {
        self.lost = self.news(lost);
    }

    /// Lets new records contend with those that are there and have their ids: drops the new ones that lose, and returns the
    /// places of the interactions and of the retractions that lose, rising.
    fn contend(&self, records: &mut Vec<Interaction>) -> (Vec<u32>, Vec<u32>) {
        let (mut gone, mut gone_retracted) = (Vec::new(), Vec::new());
        if self.interactions.is_empty() && self.retracted.is_empty() || records.is_empty() {
            return (gone, gone_retracted);
        }
        let mut loses = vec![false; records.len()];
        let by_id: FxHashMap<&str, usize> = records
            .iter()
            .enumerate()
            .map(|(index, interaction)| (&*interaction.record.id, index))
            .collect();
        for (slots, gone) in [
            (&self.interactions, &mut gone),
            (&self.retracted, &mut gone_retracted),
        ] {
            for (rank, slot) in slots.iter().enumerate() {
                let Some(&new) = by_id.get(self.segments.place(slot).id) else {
                    continue;
                };
                if precedence(&records[new], self.segments.get(slot)).is_gt() {
                    gone.push(to_rank(rank));
                } else {
                    loses[new] = true;
                }
            }
        }
        drop(by_id);
        let mut loses = loses.into_iter();
        records.retain(|_| !loses.next().expect("one answer for each record"));
        (gone, gone_retracted)
    }

    /// Replaces what is known of the notes' own files.
    pub fn set_history(&mut self, history: NoteHistory) {
        self.history = history;
        self.index_moves();
    }

    /// Returns all interactions, newest first; those of one day by instant, then id.
    pub fn interactions(&self) -> Interactions<'_> {
        self.view(&self.interactions)
    }

    /// Returns the interactions that were taken back, newest first: the record that retracts each.
    pub fn retracted(&self) -> Interactions<'_> {
        self.view(&self.retracted)
    }

    fn view<'a>(&'a self, slots: &'a [Slot]) -> Interactions<'a> {
        Interactions {
            segments: &self.segments,
            slots,
        }
    }

    /// Returns the interaction with this id or a unique prefix of it of at least 4 characters, ignoring ASCII case.
    pub fn find(&self, id: &str) -> Found<'_> {
        self.find_among(&self.interactions, id)
    }

    /// Like [`Timeline::find`], of those that were retracted: to restore one.
    pub fn find_retracted(&self, id: &str) -> Found<'_> {
        self.find_among(&self.retracted, id)
    }

    /// Returns the interactions with the contact whose note is at `path` and has `uid`, newest first.
    ///
    /// Like [`Timeline::of_contact_among`] where nothing is known of other notes: a record with another uid than the
    /// note's counts as someone else's, and as this one's where the note has none.
    pub fn of_contact(&self, path: &str, uid: Option<&str>) -> Vec<&Interaction> {
        self.of_contact_among(path, uid, &Alone { path, uid })
    }

    /// Returns the interactions with the contact whose note is at `path` and has `uid`, newest first.
    ///
    /// A record's uid decides where some note has it, or where it went; else its path, if it is this one or led here. These
    /// are the records of which [`Timeline::reach`] says that they mean this note.
    pub fn of_contact_among(
        &self,
        path: &str,
        uid: Option<&str>,
        notes: &impl Notes,
    ) -> Vec<&Interaction> {
        let mut found: Vec<u32> = Vec::new();
        self.lists(path, uid, notes, |list| found.extend(list));
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|rank| self.at(rank)).collect()
    }

    /// Returns the day of the newest interaction with the contact; cheaper than [`Timeline::of_contact`].
    pub fn last_contact(&self, path: &str, uid: Option<&str>) -> Option<Date> {
        let newest = self.newest_among(path, uid, &Alone { path, uid })?;
        Some(newest.record.on.day())
    }

    /// Returns the first of what [`Timeline::of_contact_among`] returns; cheaper.
    pub fn newest_among(
        &self,
        path: &str,
        uid: Option<&str>,
        notes: &impl Notes,
    ) -> Option<&Interaction> {
        let mut newest: Option<u32> = None;
        self.lists(path, uid, notes, |list| {
            newest = newest.into_iter().chain(list.first().copied()).min();
        });
        newest.map(|rank| self.at(rank))
    }

    fn at(&self, rank: u32) -> &Interaction {
        self.segments.get(&self.interactions[rank as usize])
    }

    /// Returns the path at which the note named by `contact` would be now: `relink`s and renames followed.
    ///
    /// The uid is not looked at: only the vault knows where it is.
    pub fn present_path<'a>(&'a self, contact: &'a ContactId) -> &'a str {
        self.ways().follow(&contact.path)
    }

    /// Returns the note that `contact` means: by its uid, else where that went, else its path, else where that went.
    pub fn reach<'a>(&'a self, contact: &'a ContactId, notes: &impl Notes) -> Option<Reached<'a>> {
        self.ways().reach(ContactRef::of(contact), notes)
    }

    fn ways(&self) -> Ways<'_> {
        Ways {
            renamed: &self.history.moved,
            told: &self.told,
        }
    }

    /// Returns the author day of the note's first commit, `None` where unknown.
    pub fn first_commit(&self, path: &str) -> Option<Date> {
        self.history.first_commit.get(path).copied()
    }

    /// Returns every contact named by an interaction with the interactions that name it, newest first, by path.
    pub fn contacts(&self) -> BTreeMap<&ContactId, Vec<&Interaction>> {
        let mut contacts: BTreeMap<&ContactId, Vec<&Interaction>> = BTreeMap::new();
        for interaction in self.interactions() {
            for contact in &interaction.record.contacts {
                contacts.entry(contact).or_default().push(interaction);
            }
        }
        contacts
    }

    /// Returns the contacts that mean none of `notes`, by path and uid, each with the interactions that name it, newest first.
    ///
    /// Costs a look at each contact, however many interactions name it.
    pub fn unresolved(&self, notes: &impl Notes) -> BTreeMap<ContactId, Vec<&Interaction>> {
        let ways = self.ways();
        let named = (self.contacts.iter())
            .map(|(contact, ranks)| (contacts::name(&self.segments, contact), ranks));
        let lost = named.filter(|(contact, _)| ways.reach(*contact, notes).is_none());
        lost.map(|(contact, ranks)| {
            let interactions = ranks.iter().map(|&rank| self.at(rank)).collect();
            (contact.to_owned(), interactions)
        })
        .collect()
    }

    /// Visits the lists in which the contact's interactions are: those of its uid and of uids that lead to it, those of its
    /// path and of the paths that lead to it, but for contacts there with a uid that is another note's.
    fn lists(
        &self,
        path: &str,
        uid: Option<&str>,
        notes: &impl Notes,
        mut visit: impl FnMut(&[u32]),
    ) {
        self.back
            .names((path, uid), &self.told, notes, |name| match name {
                Name::Uid(uid) => {
                    let lists = self.contacts.with_uid(&self.segments, uid);
                    lists.for_each(&mut visit);
                }
                Name::Path(path) => {
                    for (contact, list) in self.contacts.at_path(&self.segments, path) {
                        let is_meant = match contact.uid {
                            None => true,
                            // What leads here by its uid is visited by that.
                            Some(uid) => !notes.has_uid(uid) && !self.told.has_uid(uid),
                        };
                        if is_meant {
                            visit(list);
                        }
                    }
                }
            });
    }

    fn index_moves(&mut self) {
        let is_named = |path: &str| {
            let mut named = self.contacts.at_path(&self.segments, path);
            named.next().is_some()
        };
        self.back = Back::new(self.ways(), is_named);
    }

    fn find_among<'a>(&'a self, slots: &'a [Slot], id: &str) -> Found<'a> {
        let starts = |slot: &&Slot| {
            let start = self.segments.place(slot).id.as_bytes().get(..id.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(id.as_bytes()))
        };
        let found = slots.iter().filter(starts);
        let found: Vec<_> = found.map(|slot| self.segments.get(slot)).collect();
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

/// Says which of two records with one id counts: the greater; of copies, the one in the lesser commit.
fn precedence(one: &Interaction, two: &Interaction) -> Ordering {
    by_record(one, two).then_with(|| two.commit.cmp(&one.commit))
}

/// Says which of two records with one id counts; copies are equal.
fn by_record(one: &Interaction, two: &Interaction) -> Ordering {
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
}

/// Joins two lists that are newest first, leaving out the places `gone` (rising) of the first.
///
/// Returns the list, where each of the old ones is now ([`u32::MAX`] for those gone), and where the new ones are.
fn merge(
    segments: &Segments,
    old: Vec<Slot>,
    gone: &[u32],
    new: Vec<Slot>,
) -> (Vec<Slot>, Vec<u32>, Vec<u32>) {
    let mut all = Vec::with_capacity(old.len() + new.len() - gone.len());
    let (mut moved, mut added) = (Vec::with_capacity(old.len()), Vec::with_capacity(new.len()));
    let mut gone = gone.iter().copied().peekable();
    let mut new = new.into_iter().peekable();
    for (rank, slot) in old.into_iter().enumerate() {
        if gone.next_if_eq(&to_rank(rank)).is_some() {
            moved.push(u32::MAX);
            continue;
        }
        while let Some(newer) = new.next_if(|new| segments.place(new) > segments.place(&slot)) {
            added.push(to_rank(all.len()));
            all.push(newer);
        }
        moved.push(to_rank(all.len()));
        all.push(slot);
    }
    for slot in new {
        added.push(to_rank(all.len()));
        all.push(slot);
    }
    (all, moved, added)
}

fn to_rank(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 interactions fit in memory")
}

/// One contact of whose notes nothing is known but its own.
struct Alone<'a> {
    path: &'a str,
    uid: Option<&'a str>,
}

impl Notes for Alone<'_> {
    fn has_path(&self, path: &str) -> bool {
        path == self.path
    }

    /// Without a uid of its own it takes all that its path is said to have, with one only that.
    fn has_uid(&self, _: &str) -> bool {
        self.uid.is_some()
    }
}

#[cfg(test)]
mod tests;
