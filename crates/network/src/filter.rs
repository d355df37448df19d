//! Which interactions are asked for: by people, days, kinds, words and what was exchanged.
//!
//! All conditions must hold; of several values for one condition any does. Days are those of the interaction itself, never
//! the commit's. What the user typed has been looked up before: contacts, events and goals are notes, or paths that are none.

use jiff::civil::Date;
use journal::{InitiatedBy, Interaction, Record};
use note::{ContactId, fold::fold_for_search};
use rustc_hash::FxHashSet;
use vault::NoteId;

use crate::{World, history};

/// A note that interactions name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// One of the vault.
    Note(NoteId),
    /// A path that only the journal knows, as written there.
    Gone(Box<str>),
}

/// What is asked for; the default asks for everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With any of these contacts; empty for everyone.
    pub contacts: Vec<Named>,
    /// With all of `contacts`, not just any.
    pub together: bool,
    /// On this day or later.
    pub since: Option<Date>,
    /// On this day or earlier.
    pub until: Option<Date>,
    /// Of any of these kinds, lower-case; empty for all.
    pub kinds: Vec<Box<str>>,
    /// Who reached out.
    pub by: Option<InitiatedBy>,
    /// At this event.
    pub event: Option<Named>,
    /// For this goal.
    pub goal: Option<Named>,
    /// With all of these words somewhere in summary or body, ignoring case and diacritics; a word may be part of another.
    pub words: Vec<String>,
    /// Where something was given.
    pub gave: bool,
    /// Where something was received.
    pub received: bool,
}

impl Filter {
    /// Returns whether anything at all is asked to be left out.
    pub fn is_narrow(&self) -> bool {
        let Self {
            contacts,
            together: _,
            since,
            until,
            kinds,
            by,
            event,
            goal,
            words,
            gave,
            received,
        } = self;
        !contacts.is_empty()
            || since.is_some()
            || until.is_some()
            || !kinds.is_empty()
            || by.is_some()
            || event.is_some()
            || goal.is_some()
            || !words.is_empty()
            || *gave
            || *received
    }

    /// Returns the interactions that stand and are asked for, newest first.
    pub fn standing<'a>(&self, world: World<'a>) -> Vec<&'a Interaction> {
        let Some(timeline) = world.timeline else {
            return Vec::new();
        };
        let test = self.test(world);
        if let [contact] = &self.contacts[..] {
            let mut found = with(world, contact);
            found.retain(|interaction| test.is_passed_by(&interaction.record));
            return found;
        }
        let lists: Vec<FxHashSet<&str>> = self
            .contacts
            .iter()
            .map(|contact| with(world, contact).into_iter().map(id).collect())
            .collect();
        let is_with = |interaction: &Interaction| match (&lists[..], self.together) {
            ([], _) => true,
            (lists, true) => lists.iter().all(|list| list.contains(id(interaction))),
            (lists, false) => lists.iter().any(|list| list.contains(id(interaction))),
        };
        let all = timeline.interactions().iter();
        all.filter(|interaction| is_with(interaction) && test.is_passed_by(&interaction.record))
            .collect()
    }

    /// Returns the interactions that were taken back and are asked for, newest first.
    pub fn retracted<'a>(&self, world: World<'a>) -> Vec<&'a Interaction> {
        let Some(timeline) = world.timeline else {
            return Vec::new();
        };
        let test = self.test(world);
        let is_with = |record: &Record| {
            let mut contacts = self.contacts.iter();
            let is_named = |contact: &Named| {
                let mut named = record.contacts.iter();
                named.any(|one| is_same(world, contact, one))
            };
            match (contacts.len(), self.together) {
                (0, _) => true,
                (_, true) => contacts.all(is_named),
                (_, false) => contacts.any(is_named),
            }
        };
        let all = timeline.retracted().iter();
        all.filter(|interaction| {
            is_with(&interaction.record) && test.is_passed_by(&interaction.record)
        })
        .collect()
    }

    fn test<'a>(&'a self, world: World<'a>) -> Test<'a> {
        let words = self.words.iter();
        Test {
            filter: self,
            world,
            words: words
                .map(|word| fold_for_search(word).trim().to_owned())
                .collect(),
        }
    }
}

/// All conditions but the contacts.
struct Test<'a> {
    filter: &'a Filter,
    world: World<'a>,
    /// Folded.
    words: Vec<String>,
}

impl Test<'_> {
    fn is_passed_by(&self, record: &Record) -> bool {
        let Filter {
            since,
            until,
            kinds,
            by,
            event,
            goal,
            gave,
            received,
            ..
        } = self.filter;
        let day = record.on.day();
        since.is_none_or(|since| day >= since)
            && until.is_none_or(|until| day <= until)
            && (kinds.is_empty() || kinds.contains(&record.kind))
            && (by.is_none() || *by == record.initiated_by)
            && (!gave || !record.gave.is_empty())
            && (!received || !record.received.is_empty())
            && self.names(event.as_ref(), record.event.as_deref())
            && self.names(goal.as_ref(), record.goal.as_deref())
            && self.says(record)
    }

    fn names(&self, wanted: Option<&Named>, path: Option<&str>) -> bool {
        match (wanted, path) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wanted), Some(path)) => {
                let written = ContactId {
                    path: path.into(),
                    uid: None,
                };
                is_same(self.world, wanted, &written)
            }
        }
    }

    fn says(&self, record: &Record) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let (summary, body) = (
            fold_for_search(&record.summary),
            fold_for_search(&record.body),
        );
        let mut words = self.words.iter();
        words.all(|word| summary.contains(word.as_str()) || body.contains(word.as_str()))
    }
}

fn id(interaction: &Interaction) -> &str {
    &interaction.record.id
}

/// Returns the interactions with a contact, newest first.
fn with<'a>(world: World<'a>, contact: &Named) -> Vec<&'a Interaction> {
    match (contact, world.timeline) {
        (_, None) => Vec::new(),
        (Named::Note(note), _) => history::interactions(world, *note),
        (Named::Gone(path), Some(timeline)) => timeline.of_contact(path, None),
    }
}

fn is_same(world: World<'_>, wanted: &Named, written: &ContactId) -> bool {
    match wanted {
        Named::Note(note) => history::find_contact(world, written) == Some(*note),
        Named::Gone(path) => written.path == *path,
    }
}

#[cfg(test)]
mod tests;
