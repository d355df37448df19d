//! `ties new`: a note for a contact, an organization, an event or a goal.

use std::{collections::BTreeMap, sync::Arc};

use check::Severity;
use clap::{Args, Subcommand};
use network::World;
use note::{Key, NoteKind, edit, fold};
use serde_json::json;
use vault::{SourceChange, TextSource, Vault, load};

use crate::{
    error::CommandError,
    output::{Answer, BOLD, argument, one_line},
    session::{Globals, Session},
};

/// Write a new note
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What the note is about.
#[derive(Debug, Subcommand)]
enum What {
    /// A person
    Contact(Named),
    /// An organization
    #[command(alias = "organization", alias = "organisation")]
    Org(Named),
    /// An event
    Event(Named),
    /// A goal
    Goal(Named),
}

/// Its name and what else is known.
#[derive(Debug, Args)]
struct Named {
    /// The name
    name: String,
    /// A key of the front matter and its value; once for each item of a list
    #[arg(long = "set", value_name = "KEY=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
}

/// Writes the note; one that is there already is never touched.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let (kind, named) = match &arguments.what {
        What::Contact(named) => (NoteKind::Contact, named),
        What::Org(named) => (NoteKind::Organization, named),
        What::Event(named) => (NoteKind::Event, named),
        What::Goal(named) => (NoteKind::Goal, named),
    };
    let mut session = Session::open(globals)?;
    let name = named.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty()
        || name.contains(['[', ']', '|', '#', '^'])
        || name.contains(char::is_control)
    {
        return Err(
            CommandError::new(format!("`{}` cannot be linked to", one_line(&name)))
                .hint("a name is not empty and holds none of [ ] | # ^"),
        );
    }
    if let Some(id) = session.vault().by_name(&name).first() {
        let note = session.vault().note(*id);
        let path = &note.path;
        return Err(CommandError::new(format!(
            "`{path}` is called `{}` already",
            one_line(&note.name)
        ))
        .hint(format!(
            "something that tells them apart makes both clear: `{name} (Lyon)`"
        )));
    }
    let folder = folder(session.vault(), kind);
    let path = format!("{folder}/{}.md", fold::slug(&name));
    if session.place.root.join(&path).exists() {
        return Err(CommandError::new(format!("`{path}` exists already"))
            .hint("something that tells them apart makes both clear: a place, a company"));
    }
    let text = text(kind, &name, &named.set)?;

    // What the checks call an error is refused before anything is written.
    let id = session.loaded.vault.set(&path, &text);
    let texts = Unwritten {
        path: &path,
        text: text.as_str().into(),
    };
    let world = World {
        texts: &texts,
        ..session.world()
    };
    let found = check::check_note(world, id);
    if let Some(error) = found.iter().find(|found| found.severity == Severity::Error) {
        let refused = CommandError::new(&error.message);
        return Err(match &error.help {
            Some(help) => refused.hint(help),
            None => refused,
        });
    }
    let change = SourceChange {
        creates: vec![(path.as_str().into(), text)],
        ..SourceChange::default()
    };
    load::apply(&session.place.root, &change)?;
    let mut warnings = session.warnings.clone();
    let worth_saying = found
        .iter()
        .filter(|found| found.severity == Severity::Warning);
    warnings.extend(worth_saying.map(|found| found.message.clone()));
    Ok(Answer {
        text: format!("created {BOLD}{path}{BOLD:#}\n"),
        remarks: match kind {
            NoteKind::Contact => format!(
                "`ties log KIND {}` logs the first conversation\n",
                argument(&name)
            ),
            _ => String::new(),
        },
        json: json!({"path": path, "name": name, "kind": kind.word()}),
        warnings,
        ..Answer::default()
    })
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
fn text(kind: NoteKind, name: &str, settings: &[String]) -> Result<String, CommandError> {
    let mut text = format!("---\nname: {}\n---\n# {name}\n", edit::quote(name, false));
    for setting in settings {
        let (key, value) = setting.split_once('=').ok_or_else(|| {
            CommandError::new(format!("`{}` sets nothing", one_line(setting)))
                .hint("write `--set key=value`, as in `--set circle=close`")
        })?;
        let (key, value) = (key.trim(), value.trim());
        let is_word = !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !is_word {
            return Err(CommandError::new(format!("`{}` is no key", one_line(key)))
                .hint("a key is one word, such as `circle`"));
        }
        let known = Key::find(kind, key);
        let names = Key::of_kind(kind).map(|key| key.name);
        if let (None, Some(near)) = (known, fold::nearest(key, names)) {
            return Err(
                CommandError::new(format!("`{key}` is no key that ties knows"))
                    .hint(format!("did you mean `{near}`?")),
            );
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
