//! `ties amend` and `ties retract`: corrections, which append to the journal and never rewrite it.

use clap::Args;
use journal::{Interaction, Record, record, timeline::Found};
use note::NoteKind;

use super::log;
use crate::{
    contacts,
    error::CommandError,
    output::{Answer, one_line},
    session::{Globals, Session},
};

/// Correct an interaction; what is not named stays as it was
///
/// Amending an interaction that was retracted restores it.
#[derive(Debug, Args)]
pub(crate) struct Amend {
    /// The interaction's id, or at least four characters of its beginning
    id: String,
    /// The kind it should have been
    #[arg(long)]
    kind: Option<String>,
    /// The contacts it should have named, instead of those it names
    #[arg(long = "contact", value_name = "CONTACT")]
    contacts: Vec<String>,
    /// What it was about
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// When it was
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    on: Option<String>,
    /// Who reached out
    #[arg(long, value_name = "me|them", hide_possible_values = true)]
    by: Option<log::By>,
    /// What you gave, instead of what is there
    #[arg(long, value_name = "TEXT")]
    gave: Vec<Box<str>>,
    /// What you received, instead of what is there
    #[arg(long, value_name = "TEXT")]
    received: Vec<Box<str>>,
    /// The event at which it was
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// The goal that it serves
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
}

/// Take an interaction back, as if it had not been logged
#[derive(Debug, Args)]
pub(crate) struct Retract {
    /// The interaction's id, or at least four characters of its beginning
    id: String,
}

/// Appends a corrected revision.
pub(crate) fn amend(arguments: &Amend, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    let old = find(&mut session, &arguments.id)?.record;
    let vault = session.vault();
    let place = &session.place;
    let mut new = Record {
        revision: old.revision.saturating_add(1),
        retracted: false,
        ..old.clone()
    };
    if let Some(kind) = &arguments.kind {
        new.kind = log::to_kind(&place.config, kind)?;
    }
    if let Some(on) = &arguments.on {
        new.on = log::to_when(Some(on), &place.now, globals)?;
    }
    if !arguments.contacts.is_empty() {
        new.contacts.clear();
        for text in &arguments.contacts {
            let id = contacts::find(vault, place, text, &[NoteKind::Contact])?;
            new.contacts.push(log::contact_id(vault, id));
        }
    }
    for (place_of, text, kind) in [
        (&mut new.event, &arguments.event, NoteKind::Event),
        (&mut new.goal, &arguments.goal, NoteKind::Goal),
    ] {
        if let Some(text) = text {
            let id = contacts::find(vault, place, text, &[kind])?;
            *place_of = Some((*vault.note(id).path).into());
        }
    }
    if let Some(by) = arguments.by {
        new.initiated_by = Some(by.into());
    }
    if !arguments.gave.is_empty() {
        new.gave.clone_from(&arguments.gave);
    }
    if !arguments.received.is_empty() {
        new.received.clone_from(&arguments.received);
    }
    let names = |record: &Record| -> Vec<Box<str>> {
        let found = record.contacts.iter();
        let found = found.map(|contact| network::history::find_contact(session.world(), contact));
        found
            .flatten()
            .map(|id| vault.note(id).name.clone())
            .collect()
    };
    let summarize = |record: &Record, message: &str| {
        let names = names(record);
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        record::summarize(&record.kind, &names, message)
    };
    match &arguments.message {
        Some(message) => {
            let (summary, body) = summarize(&new, message);
            (new.summary, new.body) = (summary.into(), body.into());
        }
        // The subject names kind and contacts; where ties wrote it, it follows them.
        None if new.kind != old.kind || new.contacts != old.contacts => {
            let (head, _) = summarize(&old, "");
            if let Some(message) = old.summary.strip_prefix(&*head) {
                let message = message.trim_start_matches(", ");
                let (summary, _) = summarize(&new, message);
                new.summary = summary.into();
            }
        }
        None => {}
    }
    if (Record {
        revision: old.revision,
        ..new.clone()
    }) == old
    {
        return Err(CommandError::new(format!("nothing of `{}` would change", old.id))
            .hint("name what to correct: --kind, --on, --contact, --message, --by, --gave, --received, --event, --goal"));
    }
    append(session, &new, "amended")
}

/// Appends a retraction.
pub(crate) fn retract(arguments: &Retract, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    let old = find(&mut session, &arguments.id)?.record;
    if old.retracted {
        return Err(
            CommandError::new(format!("`{}` is retracted already", old.id))
                .hint(format!("`ties amend {}` restores it", old.id)),
        );
    }
    let new = Record {
        revision: old.revision.saturating_add(1),
        retracted: true,
        ..old
    };
    let mut answer = append(session, &new, "retracted")?;
    answer.remarks = format!("`ties amend {}` restores it\n", new.id);
    Ok(answer)
}

fn append(session: Session, new: &Record, done: &str) -> Result<Answer, CommandError> {
    let repository = session.place.repository()?;
    let mut answer = log::write(&repository, new, &[], done, &session.place.now)?;
    answer.warnings.splice(0..0, session.warnings);
    Ok(answer)
}

/// Returns the interaction with an id, retracted or not.
pub(super) fn find(session: &mut Session, id: &str) -> Result<Interaction, CommandError> {
    let timeline = session.timeline()?;
    let found = match timeline.find(id) {
        Found::None => timeline.find_retracted(id),
        found => found,
    };
    match found {
        Found::One(interaction) => Ok(interaction.clone()),
        Found::Ambiguous(several) => {
            let mut error = CommandError::new(format!(
                "the ids of {} interactions begin with `{}`",
                several.len(),
                one_line(id)
            ));
            for interaction in several.iter().take(6) {
                let record = &interaction.record;
                error = error.hint(format!(
                    "`{}`  {}  {}",
                    record.id,
                    record.on.day(),
                    one_line(&record.summary)
                ));
            }
            Err(error)
        }
        Found::None => Err(CommandError::new(format!(
            "no interaction has the id `{}`",
            one_line(id)
        ))
        .hint("`ties timeline` shows the ids; four characters of the beginning are enough")),
    }
}
