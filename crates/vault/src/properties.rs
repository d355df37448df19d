//! Which notes have what: a kind, a circle, an e-mail address, a uid, a tag.

use std::collections::{BTreeMap, BTreeSet};

use note::{NoteKind, fold::fold};
use rustc_hash::FxHashMap;

use crate::{
    NoteData, NoteId,
    few::{Few, add, take},
};

/// Notes by what they have; each answer costs what it holds.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    kinds: [BTreeSet<NoteId>; NoteKind::ALL.len()],
    circles: BTreeMap<String, BTreeSet<NoteId>>,
    emails: FxHashMap<String, Few<NoteId>>,
    uids: FxHashMap<Box<str>, Few<NoteId>>,
    tags: BTreeMap<String, Tagged>,
}

/// The notes with one tag.
#[derive(Debug, Default)]
struct Tagged {
    notes: BTreeSet<NoteId>,
    /// Spellings with the number of notes that use each first.
    spellings: BTreeMap<String, u32>,
}

/// What a note has, ready to be filed.
#[derive(Debug)]
pub(crate) struct Had {
    circle: Option<String>,
    emails: Vec<String>,
    uid: Option<Box<str>>,
    /// Folded, with the first spelling.
    tags: Vec<(String, String)>,
}

impl Had {
    /// Returns what a note has.
    pub(crate) fn of(data: &NoteData) -> Self {
        let tags = data.tags().into_iter();
        Self {
            circle: data.circle(),
            emails: data.emails(),
            uid: data.uid().map(Into::into),
            tags: tags.map(|(folded, tag)| (folded, tag.to_owned())).collect(),
        }
    }
}

impl Properties {
    /// Files what a note has.
    pub(crate) fn add(&mut self, id: NoteId, kind: NoteKind, had: Had) {
        self.kinds[kind as usize].insert(id);
        if let Some(circle) = had.circle {
            self.circles.entry(circle).or_default().insert(id);
        }
        for email in had.emails {
            add(&mut self.emails, email, id);
        }
        if let Some(uid) = had.uid {
            add(&mut self.uids, uid, id);
        }
        for (folded, spelling) in had.tags {
            let tagged = self.tags.entry(folded).or_default();
            tagged.notes.insert(id);
            match tagged.spellings.get_mut(&spelling) {
                Some(count) => *count += 1,
                None => {
                    tagged.spellings.insert(spelling, 1);
                }
            }
        }
    }

    /// Takes out what [`Properties::add`] filed.
    pub(crate) fn remove(&mut self, id: NoteId, data: &NoteData) {
        self.kinds[data.kind as usize].remove(&id);
        if let Some(circle) = data.circle()
            && let Some(members) = self.circles.get_mut(&circle)
        {
            members.remove(&id);
            if members.is_empty() {
                self.circles.remove(&circle);
            }
        }
        for email in data.emails() {
            take(&mut self.emails, &email, id);
        }
        if let Some(uid) = data.uid() {
            take(&mut self.uids, uid, id);
        }
        for (folded, spelling) in data.tags() {
            let Some(tagged) = self.tags.get_mut(&folded) else {
                continue;
            };
            tagged.notes.remove(&id);
            if let Some(count) = tagged.spellings.get_mut(spelling) {
                *count -= 1;
                if *count == 0 {
                    tagged.spellings.remove(spelling);
                }
            }
            if tagged.notes.is_empty() {
                self.tags.remove(&folded);
            }
        }
    }

    /// Returns the notes of `kind`, by id.
    pub(crate) fn of_kind(&self, kind: NoteKind) -> impl Iterator<Item = NoteId> {
        self.kinds[kind as usize].iter().copied()
    }

    /// Returns the contacts in a circle, folded, by id.
    pub(crate) fn in_circle(&self, name: &str) -> impl Iterator<Item = NoteId> {
        let members = self.circles.get(&fold(name));
        members.into_iter().flatten().copied()
    }

    /// Returns the people with this e-mail address, ignoring case, by id.
    pub(crate) fn with_email(&self, email: &str) -> &[NoteId] {
        let notes = self.emails.get(&email.trim().to_lowercase());
        notes.map_or(&[], Few::as_slice)
    }

    /// Returns the notes with this `uid`, by id.
    pub(crate) fn with_uid(&self, uid: &str) -> &[NoteId] {
        self.uids.get(uid.trim()).map_or(&[], Few::as_slice)
    }

    /// Returns the notes with a tag, folded, by id.
    pub(crate) fn tagged(&self, tag: &str) -> impl Iterator<Item = NoteId> {
        let tagged = self.tags.get(&fold(tag));
        tagged.into_iter().flat_map(|tagged| &tagged.notes).copied()
    }

    /// Returns the tags that begin with `prefix`, which is folded, with the number of notes that have each, sorted by
    /// folded name; of several spellings the first in the order of characters.
    pub(crate) fn tags_with_prefix(&self, prefix: String) -> impl Iterator<Item = (&str, usize)> {
        let range = self.tags.range(prefix.clone()..);
        let tags = range.take_while(move |(folded, _)| folded.starts_with(&prefix));
        tags.filter_map(|(_, tagged)| {
            let (spelling, _) = tagged.spellings.first_key_value()?;
            Some((spelling.as_str(), tagged.notes.len()))
        })
    }
}
