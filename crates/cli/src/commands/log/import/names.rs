//! Which note a name in a file means: looked up in tables made once, so that thousands of rows cost what they hold.
//!
//! The ways of naming a note are those of `ties log`, but for the beginnings of words and slips of the finger: nobody is
//! asked here, and nothing is guessed.

use std::collections::BTreeMap;

use network::{World, history};
use note::{ContactId, NoteKind, fold};
use vault::NoteId;

use crate::contacts::{emails, names};

/// How many ways there are, the surest first.
const WAYS: usize = 8;

/// Every name of the notes of one kind.
pub(super) struct Names<'a> {
    world: World<'a>,
    kind: NoteKind,
    ways: [BTreeMap<String, Vec<NoteId>>; WAYS],
}

/// Why a name means no note.
pub(super) enum Missing {
    /// None goes by it; perhaps one goes by a name near to it.
    Unknown(Option<NoteId>),
    /// Several go by it, in the order of their paths.
    Ambiguous(Vec<NoteId>),
    /// It is the path of a note of another kind.
    OtherKind(NoteKind),
}

impl<'a> Names<'a> {
    /// Returns the names of the notes of `kind`.
    pub(super) fn of(world: World<'a>, kind: NoteKind) -> Self {
        let mut pool: Vec<NoteId> = world.vault.of_kind(kind).collect();
        pool.sort_by_key(|id| &world.vault.note(*id).path);
        let mut ways: [BTreeMap<String, Vec<NoteId>>; WAYS] = Default::default();
        for id in pool {
            let note = world.vault.note(id);
            let mut file = |way: usize, name: String| {
                let notes = ways[way].entry(name).or_default();
                if notes.last() != Some(&id) {
                    notes.push(id);
                }
            };
            if let Some(uid) = note.uid() {
                file(0, uid.to_owned());
            }
            file(1, note.name.to_string());
            for alias in note.aliases() {
                file(2, alias.value.to_owned());
            }
            file(3, note.stem().to_owned());
            for email in emails(note) {
                file(4, email.to_lowercase());
            }
            file(5, fold::fold(&note.name));
            for name in names(note) {
                file(6, fold::fold(name));
                file(7, fold::fold_for_search(name).trim().to_owned());
            }
        }
        Self { world, kind, ways }
    }

    /// Returns the note that `text` means.
    pub(super) fn find(&self, text: &str) -> Result<NoteId, Missing> {
        let vault = self.world.vault;
        let text = text
            .strip_prefix("[[")
            .and_then(|text| text.strip_suffix("]]"))
            .unwrap_or(text);
        let path = vault.id(text).or_else(|| vault.id(&format!("{text}.md")));
        let path = path.or_else(|| {
            let contact = to_contact(text)?;
            history::find_contact(self.world, &contact)
        });
        if let Some(id) = path {
            return match vault.note(id).kind {
                kind if kind == self.kind => Ok(id),
                kind => Err(Missing::OtherKind(kind)),
            };
        }
        let typed = [
            text.to_owned(),
            text.to_owned(),
            text.to_owned(),
            text.to_owned(),
            text.to_lowercase(),
            fold::fold(text),
            fold::fold(text),
            fold::fold_for_search(text).trim().to_owned(),
        ];
        for (way, typed) in self.ways.iter().zip(&typed) {
            match way.get(typed).map(Vec::as_slice) {
                None => {}
                Some([one]) => return Ok(*one),
                Some(several) => return Err(Missing::Ambiguous(several.to_vec())),
            }
        }
        Err(Missing::Unknown(self.near(&typed[WAYS - 1])))
    }

    /// Returns the note with a name one slip away.
    fn near(&self, typed: &str) -> Option<NoteId> {
        let candidates = self.ways[WAYS - 1].keys().map(String::as_str);
        let name = fold::nearest(typed, candidates)?;
        self.ways[WAYS - 1].get(name)?.first().copied()
    }
}

/// Returns a contact as a trailer has it, `path` or `path <uid>`; `None` where `text` is no path.
pub(super) fn to_contact(text: &str) -> Option<ContactId> {
    let (path, uid) = match text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once(" <"))
    {
        Some((path, uid)) => (path, Some(uid.into())),
        None => (text, None),
    };
    let is_path = vault::path::without_extension(path) != path;
    is_path.then(|| ContactId {
        path: path.into(),
        uid,
    })
}
