//! Finding names as they are typed, without looking at all of them.
//!
//! The words of all names are kept in order, each with what follows it, so that the names in which a word begins with
//! what was typed are found by two searches and come in order. Where few begin with it, a pass over one number for each
//! name finds those that hold its letters; what is looked at closely is bounded.

mod words;

use note::fold::{fold, fold_for_search};
use rustc_hash::FxHashSet;

use crate::index::{NameEntry, NameSource, NoteData, NoteId};
use words::{Word, Words};

/// Fewer names than this that begin with the query make a second look worth while.
const ENOUGH: usize = 20;
/// How many names are looked at closely.
const LOOKED_AT: usize = 4_000;

/// A name of a note, ready to be filed.
#[derive(Debug)]
pub(crate) struct PreparedName {
    text: Box<str>,
    search: Box<str>,
    source: NameSource,
}

/// Returns the names of a note by which it is found.
pub(crate) fn prepare(data: &NoteData) -> Vec<PreparedName> {
    let prepare = |text: &str, source| PreparedName {
        text: text.into(),
        search: fold_for_search(text).into(),
        source,
    };
    let mut names = vec![prepare(&data.name, NameSource::Name)];
    names.extend(
        data.aliases()
            .map(|alias| prepare(alias.value.trim(), NameSource::Alias)),
    );
    if data.name_span.is_some() && fold(data.stem()) != fold(&data.name) {
        names.push(prepare(data.stem(), NameSource::Stem));
    }
    names
}

/// The names of a vault.
#[derive(Debug, Default)]
pub(crate) struct Search {
    entries: Vec<NameEntry>,
    /// The letters of each entry, as bits.
    letters: Vec<u64>,
    free: Vec<u32>,
    words: Words,
}

impl Search {
    /// Files the names of a note; returns their places.
    pub(crate) fn add(&mut self, id: NoteId, names: Vec<PreparedName>) -> Box<[u32]> {
        let file = |name: PreparedName| {
            let place = self.put(id, name);
            for word in Word::all_of(place, &self.entries) {
                self.words.insert(word, &self.entries);
            }
            place
        };
        names.into_iter().map(file).collect()
    }

    /// Files the names of many notes at once, nothing being filed yet; returns the places of each.
    pub(crate) fn fill(&mut self, names: Vec<Vec<PreparedName>>) -> Vec<Box<[u32]>> {
        let places = names.into_iter().enumerate().map(|(id, names)| {
            let id = NoteId(id as u32);
            names.into_iter().map(|name| self.put(id, name)).collect()
        });
        let places = places.collect();
        self.words = Words::of(&self.entries);
        places
    }

    fn put(&mut self, id: NoteId, name: PreparedName) -> u32 {
        let place = self.free.pop().unwrap_or(self.entries.len() as u32);
        let letters = letters(&name.search);
        let entry = NameEntry {
            text: name.text,
            search: name.search,
            note: Some(id),
            source: name.source,
        };
        if place as usize == self.entries.len() {
            self.entries.push(entry);
            self.letters.push(letters);
        } else {
            self.entries[place as usize] = entry;
            self.letters[place as usize] = letters;
        }
        place
    }

    /// Takes names out.
    pub(crate) fn remove(&mut self, places: &[u32]) {
        for &place in places {
            for word in Word::all_of(place, &self.entries) {
                self.words.remove(word, &self.entries);
            }
            let entry = &mut self.entries[place as usize];
            entry.search = Box::default();
            entry.text = Box::default();
            entry.note = None;
            self.letters[place as usize] = 0;
            self.free.push(place);
        }
    }

    /// Returns how many words are filed.
    #[cfg(test)]
    pub(crate) fn n_words(&self) -> usize {
        self.words.len()
    }

    /// Returns all entries; free places have no note.
    pub(crate) fn entries(&self) -> &[NameEntry] {
        &self.entries
    }

    /// Returns names that may match `query`, at most `limit`: those in which a word begins with it, in the order of what
    /// begins so; then, where those are fewer than 20, names that hold all its letters in order, the closest together
    /// first.
    ///
    /// Of the latter the first 4,000 names that have those letters are looked at: one can be missed where more have them.
    /// What is shown is for the caller to rank.
    pub(crate) fn find(&self, query: &str, limit: usize) -> Vec<&NameEntry> {
        let query = fold_for_search(query);
        let query = query.trim();
        let mut found: Vec<&NameEntry> = Vec::new();
        let mut seen = FxHashSet::default();
        // Words begin with a letter or digit.
        let word = query.trim_start_matches(|c: char| !c.is_alphanumeric());
        if query.is_empty() || !word.is_empty() {
            for place in self.words.beginning_with(word, &self.entries) {
                if found.len() == limit {
                    break;
                }
                if seen.insert(place) {
                    found.push(&self.entries[place as usize]);
                }
            }
        }
        if query.is_empty() || found.len() >= ENOUGH.min(limit) {
            return found;
        }
        let wanted = letters(query);
        let mut others: Vec<(usize, &NameEntry)> = Vec::new();
        let candidates = self
            .letters
            .iter()
            .enumerate()
            .filter(|(_, letters)| *letters & wanted == wanted);
        for (place, _) in candidates.take(LOOKED_AT) {
            let entry = &self.entries[place];
            if entry.note.is_some()
                && !seen.contains(&(place as u32))
                && let Some(spread) = spread(&entry.search, query)
            {
                others.push((spread, entry));
            }
        }
        // The closer together the letters, the better.
        others.sort_by(|(a, x), (b, y)| {
            (a, &x.search, &x.text, x.source).cmp(&(b, &y.search, &y.text, y.source))
        });
        found.extend(
            others
                .into_iter()
                .map(|(_, entry)| entry)
                .take(limit - found.len()),
        );
        found
    }
}

/// Returns the set of characters: a bit for each ASCII letter and digit, the others sharing what is left.
fn letters(search: &str) -> u64 {
    let mut letters = 0;
    for c in search.chars() {
        letters |= match c {
            'a'..='z' => 1 << (c as u32 - 'a' as u32),
            '0'..='9' => 1 << (26 + c as u32 - '0' as u32),
            _ if c.is_alphanumeric() => 1 << (36 + c as u32 % 28),
            _ => 0,
        };
    }
    letters
}

/// Returns how far the letters of `query` are spread in `search`, `None` where they do not stand there in order.
fn spread(search: &str, query: &str) -> Option<usize> {
    let mut rest = search.char_indices();
    let mut first = None;
    let mut last = 0;
    for wanted in query.chars().filter(|c| !c.is_whitespace()) {
        let (at, _) = rest.find(|(_, c)| *c == wanted)?;
        first.get_or_insert(at);
        last = at;
    }
    Some(last - first.unwrap_or(0))
}
