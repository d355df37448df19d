//! `ties timeline`: the journal, newest first.

use clap::Args;
use jiff::civil::Date;
use journal::Interaction;
use network::history;
use note::NoteKind;
use serde_json::{Value, json};

use super::log;
use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, DIM, clean, count, cut, one_line, pad, width},
    session::{Globals, Session},
};

/// Show the journal, newest first
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only interactions with this contact
    contact: Option<String>,
    /// From this day on: `2026-11-01`, `last month`, `3 weeks ago`
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Up to and with this day
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Only this kind: call, meeting, email…
    #[arg(long)]
    kind: Option<String>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "N")]
    number: Option<usize>,
    /// What was said, too
    #[arg(long)]
    bodies: bool,
}

/// Returns the interactions asked for.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    session.timeline()?;
    let session = session;
    let place = &session.place;
    let day = |text: &Option<String>| -> Result<Option<Date>, CommandError> {
        let Some(text) = text else { return Ok(None) };
        let when = note::human_date::parse_past(text, &place.now);
        let when = when.ok_or_else(|| {
            CommandError::new(format!("`{}` is no day", one_line(text)))
                .hint("write it as 2026-11-20, yesterday, 'last month' or '3 weeks ago'")
        })?;
        Ok(Some(when.day()))
    };
    let (since, until) = (day(&arguments.since)?, day(&arguments.until)?);
    let kind = arguments
        .kind
        .as_deref()
        .map(|kind| log::to_kind(&place.config, kind))
        .transpose()?;
    let world = session.world();
    let contact = match &arguments.contact {
        Some(text) => Some(contacts::find(
            session.vault(),
            place,
            text,
            &[NoteKind::Contact],
        )?),
        None => None,
    };
    let all: Vec<&Interaction> = match contact {
        Some(contact) => history::interactions(world, contact),
        None => world
            .timeline
            .into_iter()
            .flat_map(journal::Timeline::interactions)
            .collect(),
    };
    let is_wanted = |interaction: &&&Interaction| {
        let day = interaction.record.on.day();
        since.is_none_or(|since| day >= since)
            && until.is_none_or(|until| day <= until)
            && kind
                .as_ref()
                .is_none_or(|kind| *kind == interaction.record.kind)
    };
    let found: Vec<&Interaction> = all.iter().filter(is_wanted).copied().collect();
    let shown = &found[..found.len().min(arguments.number.unwrap_or(usize::MAX))];

    let mut answer = Answer {
        text: shown
            .iter()
            .map(|interaction| line(interaction, arguments.bodies))
            .collect(),
        json: json!({"interactions": shown.iter().map(|interaction| to_json(&session, interaction)).collect::<Vec<_>>()}),
        warnings: session.warnings.clone(),
        ..Answer::default()
    };
    if shown.is_empty() {
        "no interactions\n".clone_into(&mut answer.text);
        answer.remarks = match all.len() {
            0 => "`ties log KIND CONTACT` logs one\n".to_owned(),
            number => format!("{} without these limits\n", count(number, "interaction")),
        };
    } else if shown.len() < found.len() {
        answer.remarks = format!("{} of {}\n", shown.len(), count(found.len(), "interaction"));
    }
    Ok(answer)
}

/// Returns an interaction as a line: day, id, subject; and its body below it.
pub(crate) fn line(interaction: &Interaction, with_body: bool) -> String {
    let record = &interaction.record;
    let start = format!("{}  {}  ", record.on.day(), pad(&one_line(&record.id), 12));
    let room = width().saturating_sub(start.chars().count());
    let mut text = format!(
        "{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}  {}\n",
        record.on.day(),
        pad(&one_line(&record.id), 12),
        cut(&one_line(&record.summary), room),
    );
    if with_body {
        for line in clean(&record.body).lines() {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        }
    }
    text
}

/// Returns an interaction as JSON, with the notes' present paths.
pub(crate) fn to_json(session: &Session, interaction: &Interaction) -> Value {
    let record = &interaction.record;
    let world = session.world();
    let contacts: Vec<&str> = record
        .contacts
        .iter()
        .map(|contact| match history::find_contact(world, contact) {
            Some(id) => &*session.vault().note(id).path,
            None => &*contact.path,
        })
        .collect();
    json!({
        "id": record.id,
        "revision": record.revision,
        "commit": interaction.commit,
        "on": record.on.to_string(),
        "kind": record.kind,
        "summary": record.summary,
        "body": record.body,
        "contacts": contacts,
        "initiated_by": record.initiated_by.map(journal::InitiatedBy::as_str),
        "gave": record.gave,
        "received": record.received,
        "event": record.event,
        "goal": record.goal,
    })
}
