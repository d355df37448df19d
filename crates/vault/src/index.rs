//! The index: what every note is called and what it links to, kept right under any sequence of edits.
//!
//! A name is found by the hash of its folded spelling, so that the index holds no text twice; what is found is compared
//! with the note itself. Each link is filed under the hashes it was looked up by, and a name that comes or goes has just
//! those links looked up again. Everything a note adds can be worked out from the note, so that taking it out needs no record.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    hash::Hasher,
    sync::Arc,
};

use note::{Field, Key, Link, Note, NoteKind, Parsed, Problem, Span, Spanned, Value, fold};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};

use crate::{
    Config, Resolution, bare_names,
    few::{Few, add, insert_sorted, remove_sorted, take},
    packed_note::PackedNote,
    path::{stem, without_extension},
    properties::{Had, Properties},
    resolve::{self, Lookup, Rank, Target},
    search::{self, PreparedName, Search},
};

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
    pub note: PackedNote,
    /// What could not be read of it.
    pub problems: Box<[Problem]>,
}

impl NoteData {
    fn new(path: &str, parsed: Parsed) -> Self {
        let Parsed { note, problems } = parsed;
        let kind = kind_of(path, &note);
        let note = bare_names::with_bare_names(note, kind);
        let mut data = Self {
            path: path.into(),
            kind,
            name: stem(path).into(),
            name_span: None,
            note: note.into(),
            problems: problems.into(),
        };
        let written = data
            .text_of("name")
            .map(|name| (name.value.trim().to_owned(), name.span));
        let heading = || {
            let heading = data
                .note
                .headings
                .iter()
                .find(|heading| heading.level == 1)?;
            Some((heading.text.value.trim().to_owned(), heading.text.span))
        };
        let named = written
            .filter(|(name, _)| !name.is_empty())
            .or_else(heading);
        if let Some((name, span)) = named.filter(|(name, _)| !name.is_empty()) {
            data.name = name.into();
            data.name_span = Some(span);
        }
        data
    }

    /// Returns this without keeping what is read of a note that is kept as bytes.
    pub(crate) fn peek(&self) -> Cow<'_, Self> {
        match self.note.peek() {
            Cow::Borrowed(_) => Cow::Borrowed(self),
            Cow::Owned(note) => Cow::Owned(Self {
                path: Arc::clone(&self.path),
                kind: self.kind,
                name: self.name.clone(),
                name_span: self.name_span,
                note: note.into(),
                problems: Box::default(),
            }),
        }
    }

    /// Returns a copy that shares the bytes of the note.
    pub(crate) fn share(&self) -> Self {
        Self {
            path: Arc::clone(&self.path),
            kind: self.kind,
            name: self.name.clone(),
            name_span: self.name_span,
            note: self.note.share(),
            problems: self.problems.clone(),
        }
    }

    /// Returns the file name without its extension.
    pub fn stem(&self) -> &str {
        stem(&self.path)
    }

    /// Returns the names that `aliases` lists, with their ranges; empty ones are left out.
    pub fn aliases(&self) -> impl Iterator<Item = Spanned<&str>> {
        let aliases = self.items_of("aliases").iter().filter_map(Value::item_text);
        aliases.filter(|alias| !alias.value.trim().is_empty())
    }

    /// Returns the `uid`, if it has one.
    pub fn uid(&self) -> Option<&str> {
        self.text_of("uid")
            .map(|uid| uid.value.trim())
            .filter(|uid| !uid.is_empty())
    }

    /// Returns the text of the single-valued top-level key, looked up by its vocabulary name and other spellings.
    pub fn text_of(&self, key: &str) -> Option<Spanned<&str>> {
        self.value_of(key)?.as_text()
    }

    /// Returns the items of the top-level key (a lone value is a list of one), by vocabulary name and spellings.
    pub fn items_of(&self, key: &str) -> &[Value] {
        self.value_of(key).map_or(&[], Value::items)
    }

    /// Returns the value of the top-level key, by vocabulary name and spellings.
    pub fn value_of(&self, key: &str) -> Option<&Value> {
        self.field_of(key).map(|field| &field.value)
    }

    /// Returns the field of the top-level key, by vocabulary name and spellings.
    pub fn field_of(&self, key: &str) -> Option<&Field> {
        let front_matter = self.note.front_matter.as_deref()?;
        match Key::find(self.kind, key) {
            Some(key) => front_matter.field_for(key),
            None => front_matter.field(key),
        }
    }

    /// Returns the e-mail addresses, lower-case, without repeats.
    pub(crate) fn emails(&self) -> Vec<String> {
        if !self.kind.is_person() {
            return Vec::new();
        }
        let emails = self.items_of("emails").iter().filter_map(Value::item_text);
        let mut emails: Vec<_> = emails
            .map(|email| email.value.trim().to_lowercase())
            .collect();
        emails.retain(|email| !email.is_empty());
        emails.sort_unstable();
        emails.dedup();
        emails
    }

    /// Returns the folded circle of a contact.
    pub(crate) fn circle(&self) -> Option<String> {
        if self.kind != NoteKind::Contact {
            return None;
        }
        let circle = fold::fold(self.text_of("circle")?.value);
        (!circle.is_empty()).then_some(circle)
    }

    /// Returns each tag once, folded, with its first spelling in the note.
    pub(crate) fn tags(&self) -> BTreeMap<String, &str> {
        let mut tags = BTreeMap::new();
        for tag in &self.note.tags {
            tags.entry(fold::fold(&tag.name.value))
                .or_insert(&*tag.name.value);
        }
        tags
    }

    /// Returns whether a name of that rank is one that `is_it` accepts.
    pub(crate) fn is_spelled(&self, rank: Rank, is_it: impl Fn(&str) -> bool) -> bool {
        match rank {
            Rank::Path => is_it(without_extension(&self.path)),
            Rank::Name => is_it(&self.name),
            Rank::Alias => self.aliases().any(|alias| is_it(alias.value.trim())),
            Rank::Stem => is_it(self.stem()),
        }
    }

    /// Returns what links may call the note, with ranks.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Rank, &str)> {
        let aliases = self
            .aliases()
            .map(|alias| (Rank::Alias, alias.value.trim()));
        [
            (Rank::Path, without_extension(&self.path)),
            (Rank::Name, &*self.name),
            (Rank::Stem, self.stem()),
        ]
        .into_iter()
        .chain(aliases)
    }
}

/// Returns what a note is about: what it says itself, else its place.
fn kind_of(path: &str, note: &Note) -> NoteKind {
    let written = note.front_matter.as_deref().and_then(|front_matter| {
        ["kind", "type"]
            .iter()
            .find_map(|key| NoteKind::from_word(front_matter.field(key)?.value.as_text()?.value))
    });
    if let Some(kind) = written {
        return kind;
    }
    kind_of_place(path)
}

/// Returns what a note at `path` is about where it does not say so itself.
pub fn kind_of_place(path: &str) -> NoteKind {
    if !path.contains('/') && stem(path).eq_ignore_ascii_case("me") {
        return NoteKind::Me;
    }
    let folders = crate::path::folder(path).rsplit('/');
    let kinds = folders.filter_map(|folder| match folder.to_lowercase().as_str() {
        "people" | "contacts" | "persons" => Some(NoteKind::Contact),
        "orgs" | "organizations" | "organisations" | "companies" => Some(NoteKind::Organization),
        "events" => Some(NoteKind::Event),
        "goals" => Some(NoteKind::Goal),
        _ => None,
    });
    kinds.into_iter().next().unwrap_or(NoteKind::Plain)
}

/// The keys that one link is filed under.
type LinkKeys = [Option<u64>; 2];

/// Returns the keys of the note's names, with ranks.
fn name_keys(data: &NoteData) -> Vec<(u64, Rank)> {
    data.names()
        .map(|(rank, name)| (hash_folded(name), rank))
        .collect()
}

/// Returns the keys of the note's links, by index.
fn link_keys(data: &NoteData) -> Vec<LinkKeys> {
    data.note
        .links
        .iter()
        .map(|link| Lookup::new(&data.path, link).keys())
        .collect()
}

/// A note with what the index needs of it, worked out beforehand.
#[derive(Debug)]
pub(crate) struct Prepared {
    data: NoteData,
    names: Vec<(u64, Rank)>,
    links: Vec<LinkKeys>,
    search: Vec<PreparedName>,
    had: Had,
}

impl Prepared {
    /// Works out what the note at `path` adds to an index.
    pub(crate) fn new(path: &str, parsed: Parsed) -> Self {
        Self::of(NoteData::new(path, parsed))
    }

    /// Works out what a note adds to an index.
    pub(crate) fn of(data: NoteData) -> Self {
        Self {
            names: name_keys(&data),
            links: link_keys(&data),
            search: search::prepare(&data),
            had: Had::of(&data),
            data,
        }
    }

    /// Keeps the note as bytes.
    pub(crate) fn pack(mut self) -> Self {
        self.data.note.pack();
        self
    }
}

/// A note and what the index keeps beside it.
#[derive(Debug)]
struct Slot {
    data: NoteData,
    /// What each link of the note reaches, by index.
    targets: Box<[Target]>,
    /// The links that reach this note, sorted.
    backlinks: Vec<(NoteId, u32)>,
    /// Its places in [`Search`].
    search: Box<[u32]>,
}

/// All notes and the index over them.
#[derive(Debug)]
pub struct Vault {
    config: Config,
    slots: Vec<Option<Box<Slot>>>,
    free: Vec<NoteId>,
    paths: FxHashMap<Arc<str>, NoteId>,
    /// Hash of a folded name -> whose, sorted.
    names: FxHashMap<u64, Few<(NoteId, Rank)>>,
    /// Hash of what a link was looked up by -> the links, sorted.
    mentions: FxHashMap<u64, Few<(NoteId, u32)>>,
    properties: Properties,
    search: Search,
    /// How many links were looked up so far; tests hold edits to what they touch.
    n_lookups: u64,
}

/// Files the links of a note under the keys they are looked up by.
fn mention(mentions: &mut FxHashMap<u64, Few<(NoteId, u32)>>, id: NoteId, links: Vec<LinkKeys>) {
    for (link, keys) in links.into_iter().enumerate() {
        for key in keys.into_iter().flatten() {
            add(mentions, key, (id, link as u32));
        }
    }
}

/// Returns the key under which a name is filed: the hash of what [`fold::fold`] makes of it.
pub(crate) fn hash_folded(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    // What folding would give of a short ASCII name with single spaces, without making it.
    let mut lower = [0; 64];
    let is_tidy = |name: &[u8]| {
        name.is_ascii()
            && !name.starts_with(b" ")
            && !name.ends_with(b" ")
            && !name.windows(2).any(|pair| pair == b"  ")
            && !name.iter().any(u8::is_ascii_control)
    };
    match lower.get_mut(..name.len()) {
        Some(lower) if is_tidy(name.as_bytes()) => {
            lower.copy_from_slice(name.as_bytes());
            lower.make_ascii_lowercase();
            hasher.write(lower);
        }
        _ => hasher.write(fold::fold(name).as_bytes()),
    }
    hasher.finish()
}

impl Vault {
    /// Returns an empty vault.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            slots: Vec::new(),
            free: Vec::new(),
            paths: FxHashMap::default(),
            names: FxHashMap::default(),
            mentions: FxHashMap::default(),
            properties: Properties::default(),
            search: Search::default(),
            n_lookups: 0,
        }
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
    pub fn set_parsed(&mut self, path: &str, parsed: Parsed) -> NoteId {
        let id = match self.id(path) {
            Some(id) => id,
            None => self.free.pop().unwrap_or_else(|| {
                self.slots.push(None);
                NoteId(self.slots.len() as u32 - 1)
            }),
        };
        self.put(id, Some(NoteData::new(path, parsed)));
        id
    }

    /// Adds many notes to an empty vault: what a note adds is worked out in parallel, and each link looked up once.
    pub(crate) fn fill(&mut self, notes: Vec<Prepared>) {
        debug_assert!(
            self.slots.is_empty(),
            "the ids of the notes are their places"
        );
        self.slots.reserve(notes.len());
        self.paths.reserve(notes.len());
        self.names.reserve(notes.len() * 3);
        self.mentions.reserve(notes.len() * 2);
        let mut search = Vec::with_capacity(notes.len());
        let mut links = Vec::with_capacity(notes.len());
        let mut had = Vec::with_capacity(notes.len());
        for (index, note) in notes.into_iter().enumerate() {
            let id = NoteId(index as u32);
            self.paths.insert(Arc::clone(&note.data.path), id);
            for (key, rank) in note.names {
                add(&mut self.names, key, (id, rank));
            }
            had.push((note.data.kind, note.had));
            self.slots.push(Some(Box::new(Slot::new(note.data))));
            search.push(note.search);
            links.push(note.links);
        }
        // Links are looked up by the names alone, so that the rest can be filed meanwhile.
        let mut properties = std::mem::take(&mut self.properties);
        let mut names = std::mem::take(&mut self.search);
        let mut mentions = std::mem::take(&mut self.mentions);
        let this = &*self;
        let look_up = || -> Vec<Box<[Target]>> {
            let ids = 0..this.slots.len() as u32;
            let targets = ids.into_par_iter().with_min_len(64);
            targets
                .map(|index| this.look_up_links(NoteId(index)))
                .collect()
        };
        let file_mentions = || {
            for (index, links) in links.into_iter().enumerate() {
                mention(&mut mentions, NoteId(index as u32), links);
            }
        };
        let file_properties = || {
            for (index, (kind, had)) in had.into_iter().enumerate() {
                properties.add(NoteId(index as u32), kind, had);
            }
        };
        let (places, (targets, _)) = rayon::join(
            || names.fill(search),
            || rayon::join(look_up, || rayon::join(file_mentions, file_properties)),
        );
        (self.properties, self.search, self.mentions) = (properties, names, mentions);
        for (slot, places) in self.slots.iter_mut().flatten().zip(places) {
            slot.search = places;
        }
        for (index, targets) in targets.into_iter().enumerate() {
            self.file_targets(NoteId(index as u32), targets);
        }
    }

    /// Removes the note at `path`; `None` where there is none.
    pub fn remove(&mut self, path: &str) -> Option<NoteId> {
        let id = self.id(path)?;
        self.put(id, None);
        self.free.push(id);
        Some(id)
    }

    /// Moves the note at `from` to `to`, keeping its id; a note already at `to` is replaced. `None` where none is at `from`.
    pub fn rename(&mut self, from: &str, to: &str) -> Option<NoteId> {
        let id = self.id(from)?;
        if from == to {
            return Some(id);
        }
        self.remove(to);
        let data = &mut self.slots[id.0 as usize]
            .as_mut()
            .expect("its path is filed")
            .data;
        let parsed = Parsed {
            note: Note::clone(&data.note),
            problems: data.problems.to_vec(),
        };
        self.put(id, Some(NoteData::new(to, parsed)));
        Some(id)
    }

    /// Puts `new` in the place of what is at `id`, and brings right everything that this touches.
    fn put(&mut self, id: NoteId, new: Option<NoteData>) {
        let mut touched = BTreeSet::new();
        let place = &mut self.slots[id.0 as usize];
        // Where name, path and aliases stay, no link of another note can come to mean something else.
        let names_stay = match (place.as_deref(), &new) {
            (Some(old), Some(new)) => old.data.path == new.path && old.data.names().eq(new.names()),
            _ => false,
        };
        let old_backlinks = place
            .as_mut()
            .map(|slot| std::mem::take(&mut slot.backlinks))
            .unwrap_or_default();
        if self.slots[id.0 as usize].is_some() {
            self.unfile_links(id);
            self.unfile(id, names_stay, &mut touched);
        }
        // Links of the note itself were taken out just now.
        let old_backlinks: Vec<_> = old_backlinks
            .into_iter()
            .filter(|(from, _)| *from != id)
            .collect();
        let Some(new) = new else {
            self.slots[id.0 as usize] = None;
            for (from, link) in &old_backlinks {
                *self.target_mut(*from, *link) = Target::Unresolved;
            }
            self.look_up_again(&touched);
            return;
        };
        let mut slot = Slot::new(new);
        slot.backlinks = old_backlinks;
        self.slots[id.0 as usize] = Some(Box::new(slot));
        self.file(id, names_stay, &mut touched);
        self.file_links(id);
        self.look_up_again(&touched);
    }

    fn slot(&self, id: NoteId) -> &Slot {
        self.slots[id.0 as usize]
            .as_deref()
            .expect("the note was removed")
    }

    fn slot_mut(&mut self, id: NoteId) -> &mut Slot {
        self.slots[id.0 as usize]
            .as_deref_mut()
            .expect("the note was removed")
    }

    fn target_mut(&mut self, id: NoteId, link: u32) -> &mut Target {
        &mut self.slot_mut(id).targets[link as usize]
    }

    /// Files what the note adds, its links left out.
    fn file(&mut self, id: NoteId, names_stay: bool, touched: &mut BTreeSet<u64>) {
        let slot = self.slots[id.0 as usize].take().expect("the note is there");
        let data = &slot.data;
        if !names_stay {
            self.paths.insert(Arc::clone(&data.path), id);
            for (key, rank) in name_keys(data) {
                add(&mut self.names, key, (id, rank));
                touched.insert(key);
            }
        }
        let places = self.search.add(id, search::prepare(data));
        self.properties.add(id, data.kind, Had::of(data));
        self.slots[id.0 as usize] = Some(slot);
        self.slot_mut(id).search = places;
    }

    /// Takes out what [`Vault::file`] filed.
    fn unfile(&mut self, id: NoteId, names_stay: bool, touched: &mut BTreeSet<u64>) {
        let slot = self.slots[id.0 as usize]
            .as_ref()
            .expect("the note is there");
        let data = &slot.data;
        if !names_stay {
            self.paths.remove(&data.path);
            for (key, rank) in name_keys(data) {
                take(&mut self.names, &key, (id, rank));
                touched.insert(key);
            }
        }
        self.search.remove(&slot.search);
        self.properties.remove(id, data);
    }

    /// Files the links of a note and looks each up.
    fn file_links(&mut self, id: NoteId) {
        let targets = self.look_up_links(id);
        self.n_lookups += targets.len() as u64;
        let keys = link_keys(&self.slot(id).data);
        mention(&mut self.mentions, id, keys);
        self.file_targets(id, targets);
    }

    fn look_up_links(&self, id: NoteId) -> Box<[Target]> {
        let data = &self.slot(id).data;
        let note = data.note.peek();
        let links = note.links.iter();
        links
            .map(|link| self.look_up(id, &Lookup::new(&data.path, link)))
            .collect()
    }

    fn file_targets(&mut self, id: NoteId, targets: Box<[Target]>) {
        for (link, target) in targets.iter().enumerate() {
            if let Target::Note(to) = target {
                insert_sorted(&mut self.slot_mut(*to).backlinks, (id, link as u32));
            }
        }
        self.slot_mut(id).targets = targets;
    }

    /// Takes out what [`Vault::file_links`] filed.
    fn unfile_links(&mut self, id: NoteId) {
        let keys = link_keys(&self.slot(id).data);
        for (link, keys) in keys.into_iter().enumerate() {
            for key in keys.into_iter().flatten() {
                take(&mut self.mentions, &key, (id, link as u32));
            }
        }
        let targets = std::mem::take(&mut self.slot_mut(id).targets);
        for (link, target) in targets.iter().enumerate() {
            if let Target::Note(to) = target
                && let Some(slot) = self.slots[to.0 as usize].as_deref_mut()
            {
                remove_sorted(&mut slot.backlinks, (id, link as u32));
            }
        }
    }

    /// Looks the links up again that were looked up by one of these keys. Links that are spelled alike are looked up
    /// once, so that many notes of one name that link each other cost no more than their number.
    fn look_up_again(&mut self, keys: &BTreeSet<u64>) {
        let mut links = BTreeSet::new();
        for key in keys {
            let few = self.mentions.get(key);
            links.extend(
                few.into_iter()
                    .flat_map(|few| few.as_slice().iter().copied()),
            );
        }
        self.n_lookups += links.len() as u64;
        let mut known: FxHashMap<Lookup<'_>, Target> = FxHashMap::default();
        let mut changed = Vec::new();
        for (id, link) in links {
            let slot = self.slot(id);
            let lookup = Lookup::new(&slot.data.path, &slot.data.note.links[link as usize]);
            let new = match lookup {
                Lookup::Own => Target::Note(id),
                lookup => *known
                    .entry(lookup)
                    .or_insert_with_key(|lookup| self.look_up(id, lookup)),
            };
            let old = slot.targets[link as usize];
            if old != new {
                changed.push((id, link, old, new));
            }
        }
        for (id, link, old, new) in changed {
            *self.target_mut(id, link) = new;
            if let Target::Note(to) = old
                && let Some(slot) = self.slots[to.0 as usize].as_deref_mut()
            {
                remove_sorted(&mut slot.backlinks, (id, link));
            }
            if let Target::Note(to) = new {
                insert_sorted(&mut self.slot_mut(to).backlinks, (id, link));
            }
        }
    }

    /// Returns what a lookup from the note `from` finds.
    fn look_up(&self, from: NoteId, lookup: &Lookup<'_>) -> Target {
        match lookup {
            Lookup::Own => Target::Note(from),
            _ => Target::from(&resolve::find(self, lookup)),
        }
    }

    /// Returns those whose folded name has this key, each with the rank of that name.
    pub(crate) fn filed_under(&self, key: u64) -> &[(NoteId, Rank)] {
        self.names.get(&key).map_or(&[], Few::as_slice)
    }

    /// Returns the note at exactly `path`.
    pub fn id(&self, path: &str) -> Option<NoteId> {
        self.paths.get(path).copied()
    }

    /// Returns what is known of a note.
    ///
    /// # Panics
    /// Where `id` was removed.
    pub fn note(&self, id: NoteId) -> &NoteData {
        &self.slot(id).data
    }

    /// Returns what is known of a note, `None` where it was removed.
    pub fn get(&self, id: NoteId) -> Option<&NoteData> {
        self.slots
            .get(id.0 as usize)?
            .as_deref()
            .map(|slot| &slot.data)
    }

    /// Keeps those of the notes with ids from `from` on as bytes that `is_kept` does not want as values, at most `limit` of
    /// them; returns the id to go on from, `None` at the end.
    ///
    /// Nothing that can be asked of the vault changes, only what it costs to ask the first time.
    pub fn pack(
        &mut self,
        from: NoteId,
        limit: usize,
        is_kept: impl Fn(&str) -> bool,
    ) -> Option<NoteId> {
        let mut n_packed = 0;
        for (index, slot) in self.slots.iter_mut().enumerate().skip(from.0 as usize) {
            if n_packed == limit {
                return Some(NoteId(index as u32));
            }
            if let Some(slot) = slot
                && slot.data.note.is_read()
                && !is_kept(&slot.data.path)
            {
                slot.data.note.pack();
                n_packed += 1;
            }
        }
        None
    }

    /// Returns the number of notes.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Returns whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Returns all notes, by id (not sorted by path).
    pub fn ids(&self) -> impl Iterator<Item = NoteId> {
        let slots = self.slots.iter().enumerate();
        slots
            .filter(|(_, slot)| slot.is_some())
            .map(|(index, _)| NoteId(index as u32))
    }

    /// Returns all notes sorted by path. Costs a sort of the vault: for whole-vault output only.
    pub fn ids_by_path(&self) -> Vec<NoteId> {
        self.sorted_by_path(self.ids())
    }

    fn sorted_by_path(&self, ids: impl IntoIterator<Item = NoteId>) -> Vec<NoteId> {
        let mut ids: Vec<_> = ids.into_iter().collect();
        ids.sort_unstable_by(|a, b| self.note(*a).path.cmp(&self.note(*b).path));
        ids.dedup();
        ids
    }

    /// Returns the notes of `kind`, by id. Costs what it returns.
    pub fn of_kind(&self, kind: NoteKind) -> impl Iterator<Item = NoteId> {
        self.properties.of_kind(kind)
    }

    /// Returns your own note: of kind `me`, the first by path where there are several; else the one `ties.toml` names.
    pub fn me(&self) -> Option<NoteId> {
        let me = self.sorted_by_path(self.of_kind(NoteKind::Me));
        me.first().copied().or_else(|| {
            let named = self.config.me.as_ref()?;
            self.resolve_name(&named.value).note()
        })
    }

    /// Returns the contacts whose `circle` is `name`, ignoring case, by id.
    pub fn in_circle(&self, name: &str) -> impl Iterator<Item = NoteId> {
        self.properties.in_circle(name)
    }

    /// Returns what the link at index `link` of the note reaches.
    pub fn resolution(&self, note: NoteId, link: usize) -> Resolution {
        let slot = self.slot(note);
        match slot.targets.get(link) {
            Some(Target::Note(id)) => Resolution::Note(*id),
            Some(Target::Ambiguous) => self.resolve(&slot.data.path, &slot.data.note.links[link]),
            Some(Target::Unresolved) | None => Resolution::Unresolved,
            Some(Target::External) => Resolution::External,
        }
    }

    /// Returns what a lookup finds, ambiguous notes sorted by path.
    fn find_sorted(&self, lookup: &Lookup<'_>) -> Resolution {
        match resolve::find(self, lookup) {
            Resolution::Ambiguous(ids) => Resolution::Ambiguous(self.sorted_by_path(ids)),
            found => found,
        }
    }

    /// Resolves `link` as if it stood in the note at `from`; for links that are not in the index.
    pub fn resolve(&self, from: &str, link: &Link) -> Resolution {
        let lookup = Lookup::new(from, link);
        match (&lookup, self.id(from)) {
            (Lookup::Own, Some(id)) => Resolution::Note(id),
            (Lookup::Own, None) => Resolution::Unresolved,
            _ => self.find_sorted(&lookup),
        }
    }

    /// Resolves a bare name, alias, stem or path as a wiki link's target would be.
    pub fn resolve_name(&self, name: &str) -> Resolution {
        self.find_sorted(&Lookup::of_name("", name))
    }

    /// Returns the links that reach `note`, as note and index into its links, sorted by note id, then index.
    ///
    /// Links within the note itself are included; ambiguous links are not.
    pub fn backlinks(&self, note: NoteId) -> Vec<(NoteId, usize)> {
        self.slot(note)
            .backlinks
            .iter()
            .map(|(id, link)| (*id, *link as usize))
            .collect()
    }

    /// Returns the number of links that reach `note`.
    pub fn backlink_count(&self, note: NoteId) -> usize {
        self.slot(note).backlinks.len()
    }

    /// Returns the links that are looked up by `name`, folded, whatever they reach, sorted by note id, then index: all that
    /// might come to mean a note that is given this name. A few others may be among them.
    pub fn mentions(&self, name: &str) -> Vec<(NoteId, usize)> {
        let links = self.mentions.get(&hash_folded(name));
        let links = links.into_iter().flat_map(|links| links.as_slice().iter());
        let mut links: Vec<_> = links.map(|(id, link)| (*id, *link as usize)).collect();
        links.sort_unstable();
        links
    }

    /// Returns the notes with this name (not alias, not stem), folded, sorted by path.
    pub fn by_name(&self, name: &str) -> Vec<NoteId> {
        let folded = fold::fold(name);
        let filed = self.filed_under(hash_folded(name)).iter();
        let named = filed
            .filter(|(id, rank)| *rank == Rank::Name && fold::fold(&self.note(*id).name) == folded);
        self.sorted_by_path(named.map(|(id, _)| *id))
    }

    /// Returns the notes that `name` may mean in any way (path, name, alias, stem), folded, sorted by path.
    ///
    /// [`Vault::resolve_name`] takes the best of them; a new name is free where this is empty.
    pub fn called(&self, name: &str) -> Vec<NoteId> {
        let folded = fold::fold(name);
        let filed = self.filed_under(hash_folded(name)).iter();
        let is_called = |id: NoteId| {
            let mut names = self.note(id).names();
            names.any(|(_, name)| fold::fold(name) == folded)
        };
        self.sorted_by_path(filed.map(|(id, _)| *id).filter(|id| is_called(*id)))
    }

    /// Returns the people with this e-mail address, ignoring case, sorted by path.
    pub fn by_email(&self, email: &str) -> Vec<NoteId> {
        self.sorted_by_path(self.properties.with_email(email).iter().copied())
    }

    /// Returns the note with this `uid`, the first by path where there are several.
    pub fn by_uid(&self, uid: &str) -> Option<NoteId> {
        let notes = self.properties.with_uid(uid).iter().copied();
        self.sorted_by_path(notes).first().copied()
    }

    /// Returns the notes tagged `tag`, folded, sorted by path; tags nested below it do not count.
    pub fn by_tag(&self, tag: &str) -> Vec<NoteId> {
        self.sorted_by_path(self.properties.tagged(tag))
    }

    /// Returns every tag with the number of notes that have it, sorted by folded name; of several spellings the first
    /// in the order of characters.
    pub fn tags(&self) -> impl Iterator<Item = (&str, usize)> {
        self.properties.tags_with_prefix(String::new())
    }

    /// Returns the tags that begin with `prefix`, folded, as [`Vault::tags`] does; costs what it returns.
    pub fn tags_with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, usize)> {
        self.properties.tags_with_prefix(fold::fold(prefix))
    }

    /// Returns everything a wiki link may be completed with; a free place has no note.
    pub fn names(&self) -> &[NameEntry] {
        self.search.entries()
    }

    /// Returns names that may match `query`, at most `limit`: those in which a word begins with it come first, in order.
    ///
    /// Where those are fewer than 20, names that hold its letters in order follow; of the latter some are missed where
    /// thousands hold them. Diacritics do not count. An empty query gives the first names in the order of their words.
    pub fn search_names(&self, query: &str, limit: usize) -> Vec<&NameEntry> {
        self.search.find(query, limit)
    }
}

impl Slot {
    fn new(data: NoteData) -> Self {
        Self {
            data,
            targets: Box::default(),
            backlinks: Vec::new(),
            search: Box::default(),
        }
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

#[cfg(test)]
pub(crate) mod tests;
