//! `ties export`: the history in a form that needs no git, to read or to import elsewhere.
//!
//! Which interactions are meant is said as with `ties timeline`. JSON Lines are what `ties log --import` reads back, ids and
//! revisions included; Markdown is for people.

mod markdown;

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use journal::Interaction;
use network::history;
use serde_json::{Value, json};

use super::timeline::{self, Asked};
use crate::{
    error::CommandError,
    output::{Answer, BOLD, count, escaped},
    session::{Globals, Session},
};

/// Write the history in a form that needs no git
///
/// `ties export jsonl` is a copy that `ties log --import` reads back as it was; `ties export md` is for reading. All that
/// stands is written, the oldest first, or what the conditions say, as with `ties timeline`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The form
    form: Form,
    #[command(flatten)]
    asked: Asked,
    /// What was taken back, too; only JSON Lines say so
    #[arg(long, help_heading = "Which")]
    retracted: bool,
    /// The file to write instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "How")]
    output: Option<PathBuf>,
    /// Replace the file where it is there
    #[arg(long, requires = "output", help_heading = "How")]
    force: bool,
}

/// The forms there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Markdown, by year and day.
    #[value(alias = "markdown")]
    Md,
    /// JSON Lines, one interaction each.
    Jsonl,
}

/// Writes what is asked for.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    if arguments.retracted && arguments.form == Form::Md {
        return Err(CommandError::new("`--retracted` is for JSON Lines")
            .hint("`ties timeline --retracted` shows what was taken back"));
    }
    let mut session = Session::open(globals)?;
    session.timeline()?;
    let filter = arguments.asked.filter(&session)?;
    let world = session.world();
    let mut found = filter.standing(world);
    if arguments.retracted {
        found.extend(filter.retracted(world));
    }
    found.sort_by_key(|one| (one.record.on.sort_key(), &*one.record.id));
    let place = Place::of(&session, arguments.output.as_deref());
    let write = |out: &mut dyn Write| -> io::Result<()> {
        match arguments.form {
            Form::Jsonl => {
                for interaction in &found {
                    let line = to_json(&session, interaction).to_string();
                    writeln!(out, "{}", escaped(&line))?;
                }
            }
            Form::Md => markdown::write(&session, &found, &place.from, out)?,
        }
        out.flush()
    };
    let Some(file) = &arguments.output else {
        write(&mut io::BufWriter::new(io::stdout().lock()))?;
        return Ok(Answer {
            warnings: session.warnings.clone(),
            ..Answer::default()
        });
    };
    let new = |error: &io::Error| {
        let failure = CommandError::file(file, error);
        match error.kind() {
            io::ErrorKind::NotFound => failure.hint("make the folder first"),
            _ => failure,
        }
    };
    if !arguments.force && fs::symlink_metadata(file).is_ok() {
        return Err(
            CommandError::new(format!("`{}` is there already", file.display()))
                .hint("`--force` replaces it"),
        );
    }
    // Whole or not at all: an export that was cut off would look like one. Its owner alone may read it.
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut passing = tempfile::Builder::new();
    let mut passing = passing
        .prefix(".ties-")
        .tempfile_in(folder)
        .map_err(|error| new(&error))?;
    write(&mut io::BufWriter::new(&mut passing)).map_err(|error| new(&error))?;
    let kept = match arguments.force {
        true => passing.persist(file),
        false => passing.persist_noclobber(file),
    };
    kept.map_err(|error| new(&error.error))?;
    Ok(Answer {
        text: format!(
            "{} in {BOLD}{}{BOLD:#}\n",
            count(found.len(), "interaction"),
            file.display()
        ),
        json: json!({"path": file, "interactions": found.len()}),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

/// From where links lead to notes.
struct Place {
    /// The export's own path from the vault's root; a name at the root where it lies elsewhere.
    from: String,
}

impl Place {
    fn of(session: &Session, output: Option<&Path>) -> Self {
        let inside = output.and_then(|output| {
            let root = session.place.root.canonicalize().ok()?;
            let folder = output.parent()?;
            let folder = session.place.folder.join(folder).canonicalize().ok()?;
            let below = folder.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
            Some(format!("{below}/export").trim_start_matches('/').to_owned())
        });
        Self {
            from: inside.unwrap_or_else(|| "export".to_owned()),
        }
    }
}

/// Returns an interaction as an import needs it: as `ties timeline --format json` has it, without the commit, which is
/// another one elsewhere, and with the uids of contacts, by which they are found whatever their notes are called there.
fn to_json(session: &Session, interaction: &Interaction) -> Value {
    let mut json = timeline::to_json(session, interaction);
    if let Some(object) = json.as_object_mut() {
        object.remove("commit");
    }
    let world = session.world();
    let contacts = interaction.record.contacts.iter().map(|contact| {
        let note = history::find_contact(world, contact).map(|id| session.vault().note(id));
        let path = note.map_or(&*contact.path, |note| &*note.path);
        let uid = note.and_then(|note| note.uid()).or(contact.uid.as_deref());
        uid.map_or_else(|| path.to_owned(), |uid| format!("{path} <{uid}>"))
    });
    json["contacts"] = contacts.collect();
    json
}
