//! `ties rename`: a note gets another name, with its file and every link, as one change.

use clap::Args;
use note::NoteKind;
use serde_json::json;
use vault::load;

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, count, one_line},
    session::{Globals, Session},
};

/// Rename a note: its name, its file and every link to it
///
/// All of it is done or nothing. The journal follows the note; committing the change is left to you.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The note: path, name or alias
    old: String,
    /// The new name
    new: String,
}

/// Renames the note.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let vault = session.vault();
    let id = contacts::find(vault, &session.place, &arguments.old, &NoteKind::ALL)?;
    let note = vault.note(id);
    let change = ide::rename::rename_note(session.world(), id, &arguments.new, true)?;
    if change.is_empty() {
        return Err(
            CommandError::new(format!("`{}` is called so already", note.path))
                .hint("give another name; the case of letters counts"),
        );
    }
    load::apply(&session.place.root, &change)?;
    let to = change.moves.iter().find(|(from, _)| **from == *note.path);
    let path = to.map_or(&*note.path, |(_, to)| &**to);
    let edited: Vec<&str> = change.edits.keys().map(|path| &**path).collect();
    let n_others = edited
        .iter()
        .filter(|edited| ***edited != *note.path)
        .count();
    let links = match n_others {
        0 => String::new(),
        _ => format!(", links in {} follow", count(n_others, "other note")),
    };
    let moved = if path == &*note.path {
        String::new()
    } else {
        format!(" in {BOLD}{path}{BOLD:#}")
    };
    Ok(Answer {
        text: format!(
            "{} is now {}{moved}{links}\n",
            one_line(&note.name),
            one_line(&arguments.new)
        ),
        remarks: "`git diff` shows the change\n".to_owned(),
        json: json!({"old_path": &*note.path, "path": path, "name": arguments.new.trim(), "edited": edited}),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}
