//! `ties new`: a note for a contact, an organization, an event or a goal.

use check::Severity;
use clap::{Args, Subcommand};
use note::NoteKind;
use serde_json::json;
use vault::load;

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
    let keys = named.set.iter().map(|setting| {
        setting.split_once('=').ok_or_else(|| {
            CommandError::new(format!("`{}` sets nothing", one_line(setting)))
                .hint("write `--set key=value`, as in `--set circle=close`")
        })
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let note = ide::new_note(session.world(), kind, &named.name, &keys).map_err(refused)?;
    let path = &note.path;
    if session.place.root.join(path).exists() {
        return Err(refused(ide::note_exists(path)));
    }
    load::apply(&session.place.root, &note.change())?;

    let id = session.loaded.vault.set(path, &note.text);
    let name = session.vault().note(id).name.to_string();
    let found = check::check_note(session.world(), id).into_iter();
    let worth_saying = found.filter(|found| found.severity == Severity::Warning);
    let mut warnings = session.warnings.clone();
    warnings.extend(worth_saying.map(|found| found.message));
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

fn refused(error: ide::NewNoteError) -> CommandError {
    let refused = CommandError::new(error.message);
    match error.hint {
        Some(hint) => refused.hint(hint),
        None => refused,
    }
}
