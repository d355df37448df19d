//! A new note for a contact, an organization, an event or a goal: where it goes and what stands in it.

use std::{collections::BTreeMap, sync::Arc};

use check::{Diagnostic, Severity};
use note::{Key, NoteKind, edit, fold};
use vault::{Config, SourceChange, TextSource, Vault};

use crate::{World, words};

/// A note that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNote {
    /// Its path from the vault's root. No note is there; a file that is none may be.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl NewNote {
    /// Returns the change that writes it.
    pub fn change(&self) -> SourceChange {
        SourceChange {
            creates: vec![(self.path.as_str().into(), self.text.clone())],
            ..SourceChange::default()
        }
    }
}

/// Why no note can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNoteError {
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
}

impl NewNoteError {
    fn new(message: String) -> Self {
        Self {
            message,
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Returns the note of this kind and name with these keys and values, in the folder where notes of its kind are.
///
/// A list key may come several times, once for each item.
///
/// # Errors
/// Where no link could name it, another note has the name, a key is misspelled, or the checks call something an error.
pub fn new_note(
    world: World<'_>,
    kind: NoteKind,
    name: &str,
    keys: &[(&str, &str)],
) -> Result<NewNote, NewNoteError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty()
        || name.contains(['[', ']', '|', '#', '^'])
        || name.contains(char::is_control)
    {
        let message = format!("`{}` cannot be linked to", words::one_line(&name));
        return Err(
            NewNoteError::new(message).hint("a name is not empty and holds none of [ ] | # ^")
        );
    }
    if let Some(id) = world.vault.by_name(&name).first() {
        let note = world.vault.note(*id);
        let called = words::one_line(&note.name);
        return Err(
            NewNoteError::new(format!("`{}` is called `{called}` already", note.path)).hint(
                format!("something that tells them apart makes both clear: `{name} (Lyon)`"),
            ),
        );
    }
    let path = format!("{}/{}.md", folder(world.vault, kind), fold::slug(&name));
    if world.vault.id(&path).is_some() {
        return Err(note_exists(&path));
    }
    let text = text(kind, &name, keys)?;
    match first_error(world.vault.config(), &path, &text, world) {
        Some(error) => Err(NewNoteError {
            message: error.message,
            hint: error.help,
        }),
        None => Ok(NewNote { path, text }),
    }
}

/// Returns the refusal to write over a file.
pub fn note_exists(path: &str) -> NewNoteError {
    NewNoteError::new(format!("`{path}` exists already"))
        .hint("something that tells them apart makes both clear: a place, a company")
}

/// Returns what the checks call an error in a note that is not written yet. Errors are in the text alone, so that a vault of
/// this one note will do.
fn first_error(config: &Config, path: &str, text: &str, world: World<'_>) -> Option<Diagnostic> {
    let mut vault = Vault::new(config.clone());
    let id = vault.set(path, text);
    let texts = Unwritten {
        path,
        text: text.into(),
    };
    let world = World {
        vault: &vault,
        timeline: None,
        texts: &texts,
        today: world.today,
    };
    let mut found = check::check_note(world, id).into_iter();
    found.find(|found| found.severity == Severity::Error)
}

/// The text of the one note that is not on disk yet.
struct Unwritten<'a> {
    path: &'a str,
    text: Arc<str>,
}

impl TextSource for Unwritten<'_> {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        (path == self.path).then(|| Arc::clone(&self.text))
    }
}

/// Returns the folder of the vault that makes notes be of a kind: the one that holds the most, else the usual one.
fn folder(vault: &Vault, kind: NoteKind) -> String {
    let (usual, names): (&str, &[&str]) = match kind {
        NoteKind::Organization => ("organizations", &["orgs", "organizations", "companies"]),
        NoteKind::Event => ("events", &["events"]),
        NoteKind::Goal => ("goals", &["goals"]),
        _ => ("people", &["people", "contacts", "persons"]),
    };
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for id in vault.of_kind(kind) {
        let folder = vault::path::folder(&vault.note(id).path);
        let last = folder.rsplit('/').next().unwrap_or(folder).to_lowercase();
        if names.contains(&last.as_str()) {
            *folders.entry(folder).or_default() += 1;
        }
    }
    // Of equally full ones the first by name.
    let fullest = folders.into_iter().rev().max_by_key(|(_, number)| *number);
    fullest.map_or(usual, |(folder, _)| folder).to_owned()
}

/// Returns the text of the note.
fn text(kind: NoteKind, name: &str, keys: &[(&str, &str)]) -> Result<String, NewNoteError> {
    let mut text = format!("---\nname: {}\n---\n# {name}\n", edit::quote(name, false));
    for (key, value) in keys {
        let (key, value) = (key.trim(), value.trim());
        let is_word = !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !is_word {
            let message = format!("`{}` is no key", words::one_line(key));
            return Err(NewNoteError::new(message).hint("a key is one word, such as `circle`"));
        }
        let known = Key::find(kind, key);
        let names = Key::of_kind(kind).map(|key| key.name);
        if let (None, Some(near)) = (known, fold::nearest(key, names)) {
            let message = format!("`{key}` is no key that ties knows");
            return Err(NewNoteError::new(message).hint(format!("did you mean `{near}`?")));
        }
        let parsed = note::parse(&text).note;
        let change = match known {
            Some(key) if key.is_list() => edit::add_to_list(&text, &parsed, key.name, value),
            Some(key) => Some(edit::set_key(&text, &parsed, key.name, value)),
            None => Some(edit::set_key(&text, &parsed, key, value)),
        };
        if let Some(change) = change {
            text = edit::apply(&text, &[change]).expect("the edit was made for this text");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestVault;

    fn made(fixture: &str, kind: NoteKind, name: &str, keys: &[(&str, &str)]) -> String {
        let vault = TestVault::new(fixture);
        match new_note(vault.world(), kind, name, keys) {
            Ok(note) => {
                assert_eq!(note.change().creates.len(), 1);
                format!("{}\n{}", note.path, note.text)
            }
            Err(error) => format!("{}; {}", error.message, error.hint.unwrap_or_default()),
        }
    }

    #[test]
    fn a_note_goes_where_its_kind_is_and_says_what_it_is_given() {
        let vault = "//- crm/contacts/a.md\n//- crm/contacts/b.md\n//- people/c.md\n";
        assert_eq!(
            made(
                vault,
                NoteKind::Contact,
                " Zoë  Müller ",
                &[
                    ("circle", "close"),
                    ("email", "z@m.example"),
                    ("emails", "z@x.example")
                ],
            ),
            "crm/contacts/zoe-mueller.md\n---\nname: Zoë Müller\ncircle: close\nemails: [z@m.example, z@x.example]\n---\n# Zoë Müller\n"
        );
        let event = made(vault, NoteKind::Event, "Tea: at five", &[]);
        assert!(event.starts_with("events/tea-at-five.md\n---\nname: \"Tea: at five\"\n"));
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_next_step() {
        let vault = "//- people/ada.md\n---\nname: Ada\n---\n//- people/x.md\n---\nname: Y\n---\n";
        for (name, keys, refused) in [
            ("a [b]", &[][..], "cannot be linked to"),
            ("", &[], "cannot be linked to"),
            ("Ada", &[], "`people/ada.md` is called `Ada` already"),
            ("X", &[], "`people/x.md` exists already"),
            ("Z", &[("circel", "close")], "did you mean `circle`?"),
            ("Z", &[("a b", "close")], "`a b` is no key"),
            ("Z", &[("circle", "nowhere")], "`nowhere`"),
            ("Z", &[("birthday", "31-31-31")], "`31-31-31`"),
        ] {
            let told = made(vault, NoteKind::Contact, name, keys);
            assert!(told.contains(refused), "{name:?}: {told}");
        }
    }
}
