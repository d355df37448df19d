//! `ties log`: one interaction becomes one commit.
//!
//! Where the day is today and every contact is given by the path of its note, or by a name that only that note goes by,
//! only the notes that share the name's words are read: logging takes as long in a vault of a hundred thousand notes as in
//! one of ten.

mod backfill;
mod edit;
mod from_notes;
mod import;

use std::iter::repeat;

use clap::{Args, ValueEnum};
use jiff::{Zoned, civil::Date};
use journal::{
    InitiatedBy, Interaction, Record, Timeline,
    git::{Repository, Warning},
    record,
};
use network::{World, follow_up};
use note::{ContactId, NoteKind, fold, value::When};
use serde_json::json;
use vault::{
    Config, NoteId, Vault,
    load::{self, DiskTexts},
};

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, DIM, cut, days_off, one_line, width},
    session::{self, Globals, Place},
};

/// Log an interaction: one commit, whatever is staged or changed
///
/// For example `ties log call ada -m "the engine's notes"`, `ties log meal bram maartje --on "last friday"`.
#[derive(Clone, Debug, Args)]
pub(crate) struct Arguments {
    /// call, video, meeting, meal, email, message, letter, event, introduction, gift, or what `ties.toml` adds
    #[arg(required_unless_present_any = ["import", "from_notes"])]
    kind: Option<String>,
    /// With whom: path, name, alias, e-mail address or the beginning of a name
    #[arg(required_unless_present_any = ["import", "from_notes"], value_name = "CONTACT")]
    contacts: Vec<String>,
    /// What it was about; the first line goes into the subject
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    message: String,
    /// When: `2026-11-20`, `2026-11-20T15:00`, `yesterday`, `last friday`, `3 days ago`
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    on: Option<String>,
    /// Who reached out
    #[arg(long, value_name = "me|them", hide_possible_values = true)]
    by: Option<By>,
    /// What you gave: help, information, an introduction
    #[arg(long, value_name = "TEXT")]
    gave: Vec<Box<str>>,
    /// What you received
    #[arg(long, value_name = "TEXT")]
    received: Vec<Box<str>>,
    /// The event at which it was
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// The goal that it serves
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    /// Commit the contacts' own notes as they are, too
    #[arg(long)]
    with_notes: bool,
    /// Write the text and the rest in your editor, with what is known of the contacts below
    #[arg(short, long)]
    edit: bool,
    #[command(flatten)]
    many: backfill::Many,
}

/// Who reached out.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum By {
    /// You.
    Me,
    /// The other side.
    Them,
}

impl From<By> for InitiatedBy {
    fn from(by: By) -> Self {
        match by {
            By::Me => Self::Me,
            By::Them => Self::Them,
        }
    }
}

/// Logs the interaction.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    if let Some(answer) = backfill::run(&arguments.many, globals) {
        return answer;
    }
    if arguments.edit {
        return edit::run(arguments, globals);
    }
    log(arguments, globals)
}

fn log(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let place = Place::find(globals)?;
    let kind = to_kind(&place.config, arguments.kind.as_deref().unwrap_or_default())?;
    let on = to_when(arguments.on.as_deref(), &place.now, globals)?;
    let repository = place.repository()?;
    repository.check_writable()?;

    let vault = notes_for(&place, &repository, arguments, on.day())?;
    let mut contacts = Vec::new();
    for text in &arguments.contacts {
        let id = contacts::find(&vault, &place, text, &[NoteKind::Contact])?;
        if !contacts.contains(&id) {
            contacts.push(id);
        }
    }
    let path_of = |text: &Option<String>, kind| -> Result<Option<Box<str>>, CommandError> {
        let Some(text) = text else { return Ok(None) };
        let id = contacts::find(&vault, &place, text, &[kind])?;
        Ok(Some((*vault.note(id).path).into()))
    };
    let event = path_of(&arguments.event, NoteKind::Event)?;
    let goal = path_of(&arguments.goal, NoteKind::Goal)?;
    let names: Vec<&str> = contacts.iter().map(|id| &*vault.note(*id).name).collect();
    let (summary, body) = record::summarize(&kind, &names, &arguments.message);
    let new = Record {
        id: record::new_id(place.now.timestamp()),
        revision: 1,
        retracted: false,
        kind,
        on,
        summary: summary.into(),
        body: body.into(),
        contacts: contacts.iter().map(|id| contact_id(&vault, *id)).collect(),
        initiated_by: arguments.by.map(Into::into),
        gave: arguments.gave.clone(),
        received: arguments.received.clone(),
        event,
        goal,
        other: Vec::new(),
    };
    let notes: Vec<&str> = if arguments.with_notes {
        new.contacts.iter().map(|contact| &*contact.path).collect()
    } else {
        Vec::new()
    };
    let mut answer = write(&repository, &new, &notes, "logged", &place.now)?;
    let commit = answer.json["commit"].as_str().unwrap_or_default().into();
    // What was today is the last contact; what came before need not be read for the next follow-up.
    let timeline = if on.day() < place.today() {
        repository.open_journal()?.timeline
    } else {
        let logged = Interaction {
            record: new,
            commit,
        };
        Timeline::new(vec![logged], Vec::new(), journal::NoteHistory::default())
    };
    let texts = DiskTexts {
        root: place.root.clone(),
    };
    let world = World {
        vault: &vault,
        timeline: Some(&timeline),
        today: place.today(),
        texts: &texts,
    };
    answer.remarks = contacts
        .iter()
        .filter_map(|id| next_follow_up(world, *id))
        .collect();
    Ok(answer)
}

/// Returns the notes that are needed: all, where an earlier follow-up may count or where it takes all to say who is meant.
fn notes_for(
    place: &Place,
    repository: &Repository,
    arguments: &Arguments,
    on: Date,
) -> Result<Vault, CommandError> {
    if on == place.today()
        && let Some(vault) = named_notes(place, repository, arguments)?
    {
        return Ok(vault);
    }
    let loaded = place.load_notes()?;
    session::remember_names(repository, &loaded);
    Ok(loaded.vault)
}

/// Returns the notes that the arguments name by their paths, and by names that only they go by; `None` where only all notes
/// can tell which are meant.
fn named_notes(
    place: &Place,
    repository: &Repository,
    arguments: &Arguments,
) -> Result<Option<Vault>, CommandError> {
    let contacts = arguments.contacts.iter().zip(repeat(NoteKind::Contact));
    let event = arguments.event.iter().zip(repeat(NoteKind::Event));
    let goal = arguments.goal.iter().zip(repeat(NoteKind::Goal));
    let mut vault = Vault::new(place.config.clone());
    let mut by_name = Vec::new();
    for (text, kind) in contacts.chain(event).chain(goal) {
        let Some(path) = place.note_path(text) else {
            by_name.push((text, kind));
            continue;
        };
        let text = load::read_note(&place.root, &path, &place.config)
            .map_err(|cause| CommandError::new(format!("`{path}`: {cause}")))?;
        vault.set(&path, &text);
    }
    if by_name.is_empty() {
        return Ok(Some(vault));
    }
    let Some(names) = session::names(repository) else {
        return Ok(None);
    };
    for (text, _) in &by_name {
        let Some(paths) = names.candidates(contacts::without_brackets(text)) else {
            return Ok(None);
        };
        for path in paths {
            match load::read_note(&place.root, path, &place.config) {
                Ok(text) => vault.set(path, &text),
                Err(_) => return Ok(None),
            };
        }
    }
    let is_sure =
        |(text, kind): (&String, NoteKind)| contacts::find_among(&vault, text, kind).is_some();
    Ok(by_name.into_iter().all(is_sure).then_some(vault))
}

/// Returns the value of `Contact:` for a note.
pub(crate) fn contact_id(vault: &Vault, id: NoteId) -> ContactId {
    let note = vault.note(id);
    ContactId {
        path: (*note.path).into(),
        uid: note.uid().map(Into::into),
    }
}

/// Returns the kind of interaction that `word` is.
pub(crate) fn to_kind(config: &Config, word: &str) -> Result<Box<str>, CommandError> {
    if config.is_kind(word) {
        return Ok(word.trim().to_lowercase().into());
    }
    let error = CommandError::new(format!("`{}` is no kind of interaction", one_line(word)));
    let kinds = || config.kinds.iter().map(|kind| &**kind);
    Err(match fold::nearest(&word.to_lowercase(), kinds()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error
            .hint(format!(
                "the kinds are {}",
                kinds().collect::<Vec<_>>().join(", ")
            ))
            .hint("`[journal] kinds` in `ties.toml` adds others"),
    })
}

/// Returns when it was, today where nothing is said.
pub(crate) fn to_when(
    text: Option<&str>,
    now: &Zoned,
    globals: &Globals,
) -> Result<When, CommandError> {
    let Some(text) = text else {
        return Ok(When::Day(now.date()));
    };
    let when = note::human_date::parse_past(text, now).ok_or_else(|| {
        CommandError::new(format!("`{}` is no day", one_line(text))).hint(
            "write it as 2026-11-20, 2026-11-20T15:00, yesterday, last friday or '3 days ago'",
        )
    })?;
    // With `--today` the time of day is not known, so that only the day is judged.
    let is_later_today = globals.today.is_none()
        && matches!(when, When::Instant { .. })
        && when.sort_key() > now.timestamp().as_second();
    if when.day() > now.date() || is_later_today {
        return Err(
            CommandError::new(format!("`{}` is yet to come ({when})", one_line(text)))
                .hint("log it once it has been; a plan is a `follow_up:` or a promise with `due:`"),
        );
    }
    Ok(when)
}

/// Writes a record, with `notes` as they are, and returns what to say about it, `done` being what was done.
pub(crate) fn write(
    repository: &Repository,
    new: &Record,
    notes: &[&str],
    done: &str,
    now: &Zoned,
) -> Result<Answer, CommandError> {
    let written = repository.append_with_notes(std::slice::from_ref(new), notes, now)?;
    let commit = written.commits.last().cloned().unwrap_or_default();
    let short = commit.get(..10).unwrap_or(&commit);
    let contacts: Vec<&str> = new.contacts.iter().map(|contact| &*contact.path).collect();
    Ok(Answer {
        text: format!(
            "{BOLD}{done}{BOLD:#} {}  {}\n{} {}  {DIM}commit {short}{DIM:#}\n",
            new.on.day(),
            cut(
                &one_line(&new.summary),
                width().saturating_sub(done.len() + 13)
            ),
            " ".repeat(done.len()),
            new.id,
        ),
        json: json!({
            "id": new.id,
            "commit": commit,
            "on": new.on.to_string(),
            "kind": new.kind,
            "contacts": contacts,
        }),
        warnings: written.warnings.iter().map(Warning::to_string).collect(),
        ..Answer::default()
    })
}

/// Returns a line that says when a contact is due again.
fn next_follow_up(world: World<'_>, contact: NoteId) -> Option<String> {
    let next = follow_up::of_contact(world, contact)?;
    let name = one_line(&world.vault.note(contact).name);
    Some(format!(
        "next follow-up with {name}: {} ({})\n",
        next.due,
        days_off(next.days)
    ))
}
