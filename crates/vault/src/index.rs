//! The index: what every note is called and what it links to, kept right under any sequence of edits.

use std::sync::Arc;

use note::{Link, Note, NoteKind, Problem, Span};

use crate::{Config, Resolution};

/// A note of a vault; stable while the note stays, also when it is edited or moved. Ids of removed notes are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoteId(pub u32);

/// What the vault knows of one note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteData {
    /// The path from the vault's root, with `/`.
    pub path: Arc<str>,
    /// What it is about.
    pub kind: NoteKind,
    /// Its name: `name:`, else the first level-1 heading, else the stem.
    pub name: Box<str>,
    /// Where the name was written; `None` where it is the stem.
    pub name_span: Option<Span>,
    /// The note.
    pub note: Note,
    /// What could not be read of it.
    pub problems: Vec<Problem>,
}

impl NoteData {
    /// Returns the file name without its extension.
    pub fn stem(&self) -> &str {
        crate::path::stem(&self.path)
    }

    /// Returns the names that `aliases` lists, with their ranges.
    pub fn aliases(&self) -> impl Iterator<Item = note::Spanned<&str>> {
        std::iter::empty()
    }

    /// Returns the `uid`, if it has one.
    pub fn uid(&self) -> Option<&str> {
        None
    }

    /// Returns the text of the single-valued top-level key, looked up by its vocabulary name and other spellings.
    pub fn text_of(&self, key: &str) -> Option<note::Spanned<&str>> {
        let _ = key;
        None
    }

    /// Returns the items of the top-level key (a lone value is a list of one), by vocabulary name and spellings.
    pub fn items_of(&self, key: &str) -> &[note::Value] {
        let _ = key;
        &[]
    }

    /// Returns the value of the top-level key, by vocabulary name and spellings.
    pub fn value_of(&self, key: &str) -> Option<&note::Value> {
        let _ = key;
        None
    }
}

/// All notes and the index over them.
#[derive(Debug)]
pub struct Vault {
    config: Config,
}

impl Vault {
    /// Returns an empty vault.
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// Returns the settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Adds the note at `path`, or replaces it with `text`.
    pub fn set(&mut self, path: &str, text: &str) -> NoteId {
        self.set_parsed(path, note::parse(text))
    }

    /// Adds or replaces the note at `path` with one that was parsed already.
    pub fn set_parsed(&mut self, path: &str, parsed: note::Parsed) -> NoteId {
        let _ = (path, parsed);
        todo!()
    }

    /// Removes the note at `path`; `None` where there is none.
    pub fn remove(&mut self, path: &str) -> Option<NoteId> {
        let _ = path;
        todo!()
    }

    /// Moves the note at `from` to `to`, keeping its id; a note already at `to` is replaced. `None` where none is at `from`.
    pub fn rename(&mut self, from: &str, to: &str) -> Option<NoteId> {
        let _ = (from, to);
        todo!()
    }

    /// Returns the note at exactly `path`.
    pub fn id(&self, path: &str) -> Option<NoteId> {
        let _ = path;
        todo!()
    }

    /// Returns what is known of a note.
    ///
    /// # Panics
    /// Where `id` was removed.
    pub fn note(&self, id: NoteId) -> &NoteData {
        let _ = id;
        todo!()
    }

    /// Returns what is known of a note, `None` where it was removed.
    pub fn get(&self, id: NoteId) -> Option<&NoteData> {
        let _ = id;
        todo!()
    }

    /// Returns the number of notes.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Returns whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns all notes, by id (not sorted by path).
    pub fn ids(&self) -> impl Iterator<Item = NoteId> {
        std::iter::empty()
    }

    /// Returns all notes sorted by path. Costs a sort of the vault: for whole-vault output only.
    pub fn ids_by_path(&self) -> Vec<NoteId> {
        todo!()
    }

    /// Returns the notes of `kind`, by id. Costs what it returns.
    pub fn of_kind(&self, kind: NoteKind) -> impl Iterator<Item = NoteId> {
        let _ = kind;
        std::iter::empty()
    }

    /// Returns your own note, the first by path where there are several.
    pub fn me(&self) -> Option<NoteId> {
        todo!()
    }

    /// Returns the contacts whose `circle` is `name`, ignoring case, by id.
    pub fn in_circle(&self, name: &str) -> impl Iterator<Item = NoteId> {
        let _ = name;
        std::iter::empty()
    }

    /// Returns what the link at index `link` of the note reaches.
    pub fn resolution(&self, note: NoteId, link: usize) -> Resolution {
        let _ = (note, link);
        todo!()
    }

    /// Resolves `link` as if it stood in the note at `from`; for links that are not in the index.
    pub fn resolve(&self, from: &str, link: &Link) -> Resolution {
        let _ = (from, link);
        todo!()
    }

    /// Resolves a bare name, alias, stem or path as a wiki link's target would be.
    pub fn resolve_name(&self, name: &str) -> Resolution {
        let _ = name;
        todo!()
    }

    /// Returns the links that reach `note`, as note and index into its links, sorted by note id, then index.
    ///
    /// Links within the note itself are included; ambiguous links are not.
    pub fn backlinks(&self, note: NoteId) -> Vec<(NoteId, usize)> {
        let _ = note;
        todo!()
    }

    /// Returns the number of links that reach `note`.
    pub fn backlink_count(&self, note: NoteId) -> usize {
        let _ = note;
        todo!()
    }

    /// Returns the notes with this name (not alias, not stem), folded, sorted by path.
    pub fn by_name(&self, name: &str) -> Vec<NoteId> {
        let _ = name;
        todo!()
    }

    /// Returns the people with this e-mail address, ignoring case, sorted by path.
    pub fn by_email(&self, email: &str) -> Vec<NoteId> {
        let _ = email;
        todo!()
    }

    /// Returns the note with this `uid`, the first by path where there are several.
    pub fn by_uid(&self, uid: &str) -> Option<NoteId> {
        let _ = uid;
        todo!()
    }

    /// Returns the notes tagged `tag`, folded, sorted by path; tags nested below it do not count.
    pub fn by_tag(&self, tag: &str) -> Vec<NoteId> {
        let _ = tag;
        todo!()
    }

    /// Returns every tag as first written with the number of notes that have it, sorted by folded name.
    pub fn tags(&self) -> impl Iterator<Item = (&str, usize)> {
        std::iter::empty()
    }

    /// Returns everything a wiki link may be completed with: name, aliases and stem of each note, as one slice that
    /// is kept up to date by edits. An item is removed by [`NameEntry::note`] being `None`.
    pub fn names(&self) -> &[NameEntry] {
        todo!()
    }
}

/// A name that links may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameEntry {
    /// The name as written.
    pub text: Box<str>,
    /// What matching is done on: folded, without diacritics.
    pub search: Box<str>,
    /// Whose it is; `None` for a free place.
    pub note: Option<NoteId>,
    /// Which of its names.
    pub source: NameSource,
}

/// Which name of a note a [`NameEntry`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameSource {
    /// Its name.
    Name,
    /// One of its aliases.
    Alias,
    /// Its file's stem, where that is not also its name, folded.
    Stem,
}
