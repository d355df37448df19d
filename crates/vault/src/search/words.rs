//! The words of all names in order, kept so by edits.
//!
//! A word stands for all that follows it in its name, so that `lov` and `lovelace of o` both find Ada Lovelace of
//! Ockham. The texts stay with the names; what is kept here are eight bytes for each word, in runs of bounded length.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::index::NameEntry;

/// The longest run; a longer one is halved. Tests have runs end often.
const LONGEST: usize = if cfg!(test) { 4 } else { 512 };
/// A heading may be a whole paragraph; more words of one name than this are not filed.
const MOST_OF_ONE_NAME: usize = 64;

/// A word of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The place of the name.
    place: u32,
    /// Where in [`NameEntry::search`] the word begins.
    start: u32,
}

impl Word {
    /// Returns the words of the name at `place`.
    pub(super) fn all_of(place: u32, entries: &[NameEntry]) -> Vec<Word> {
        let mut inside = false;
        let starts = entries[place as usize]
            .search
            .char_indices()
            .filter(|(_, c)| {
                let starts = c.is_alphanumeric() && !inside;
                inside = c.is_alphanumeric();
                starts
            });
        let word = |(start, _)| Word {
            place,
            start: start as u32,
        };
        starts.take(MOST_OF_ONE_NAME).map(word).collect()
    }

    /// Returns the word and what follows it.
    fn rest(self, entries: &[NameEntry]) -> &str {
        &entries[self.place as usize].search[self.start as usize..]
    }

    /// Orders by text; names that are the same from here on by how they are written, then by place.
    fn cmp(self, other: Word, entries: &[NameEntry]) -> Ordering {
        let key = |word: Word| {
            let entry = &entries[word.place as usize];
            (
                word.rest(entries),
                &*entry.search,
                &*entry.text,
                entry.source,
                word.place,
            )
        };
        key(self).cmp(&key(other))
    }
}

/// Words in order.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// None is empty.
    runs: Vec<Vec<Word>>,
}

impl Words {
    /// Returns the words of all names.
    pub(super) fn of(entries: &[NameEntry]) -> Self {
        let places = 0..entries.len() as u32;
        let words = places.flat_map(|place| Word::all_of(place, entries));
        // The first bytes tell most words apart without a look at the names.
        let mut keyed: Vec<(u64, Word)> = words
            .map(|word| (first_bytes(word.rest(entries)), word))
            .collect();
        keyed.par_sort_unstable_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.cmp(*y, entries)));
        let runs = keyed.chunks(LONGEST / 2);
        Self {
            runs: runs
                .map(|run| run.iter().map(|(_, word)| *word).collect())
                .collect(),
        }
    }

    /// Puts a word in its place.
    pub(super) fn insert(&mut self, word: Word, entries: &[NameEntry]) {
        let run = self.run_of(|other| other.cmp(word, entries).is_lt());
        // What comes after all others goes into the last run.
        let run = run.min(self.runs.len().saturating_sub(1));
        let Some(words) = self.runs.get_mut(run) else {
            self.runs.push(vec![word]);
            return;
        };
        if let Err(at) = words.binary_search_by(|other| other.cmp(word, entries)) {
            words.insert(at, word);
        }
        if words.len() > LONGEST {
            let rest = words.split_off(LONGEST / 2);
            self.runs.insert(run + 1, rest);
        }
    }

    /// Takes a word out.
    pub(super) fn remove(&mut self, word: Word, entries: &[NameEntry]) {
        let run = self.run_of(|other| other.cmp(word, entries).is_lt());
        let Some(words) = self.runs.get_mut(run) else {
            return;
        };
        if let Ok(at) = words.binary_search_by(|other| other.cmp(word, entries)) {
            words.remove(at);
        }
        if words.is_empty() {
            self.runs.remove(run);
        }
    }

    /// Returns the places of the names in which a word begins with `prefix`, in the order of the words; a name with
    /// several such words comes several times.
    pub(super) fn beginning_with<'a>(
        &'a self,
        prefix: &'a str,
        entries: &'a [NameEntry],
    ) -> impl Iterator<Item = u32> {
        let is_before = |word: &Word| word.rest(entries) < prefix;
        let (first, others) = match self.runs[self.run_of(is_before)..].split_first() {
            Some((first, others)) => (&first[first.partition_point(is_before)..], others),
            None => (&[][..], &[][..]),
        };
        let words = first.iter().chain(others.iter().flatten());
        words
            .take_while(move |word| word.rest(entries).starts_with(prefix))
            .map(|word| word.place)
    }

    /// Returns the first run that ends with a word that is not before what is looked for.
    fn run_of(&self, is_before: impl Fn(&Word) -> bool) -> usize {
        self.runs
            .partition_point(|run| run.last().is_some_and(&is_before))
    }

    /// Returns how many words there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }
}

/// Returns the first eight bytes as a number that orders as they do.
fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let len = text.len().min(8);
    bytes[..len].copy_from_slice(&text.as_bytes()[..len]);
    u64::from_be_bytes(bytes)
}
