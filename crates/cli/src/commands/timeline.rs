//! `ties timeline`: the journal, newest first; what of it is asked for, and in which form.
//!
//! Which interactions are meant is said by `network::filter`; the story of one is in `story`.

mod story;
mod summary;

use clap::Args;
use jiff::civil::Date;
use journal::{Interaction, Record};
use network::{
    filter::{Filter, Named},
    history,
};
use note::{
    NoteKind,
    human_date::{Period, parse_period},
};
use serde_json::{Value, json};

use super::log;
use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, DIM, Lines, clean, count, cut, one_line, pad, width},
    pager,
    session::{Format, Globals, Session},
};

/// Show the journal, newest first
///
/// For example `ties timeline ada --since 2026-03`, `ties timeline --kind meal --text harbour --since "last year"`. All
/// conditions must hold; of a condition that is given several times, any does.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    asked: Asked,
    /// What was taken back, instead of what stands
    #[arg(long, conflicts_with = "id", help_heading = "Which")]
    retracted: bool,
    /// The whole story of one interaction: every revision, with its commits
    #[arg(long, value_name = "ID", visible_alias = "revisions", conflicts_with_all = ["contacts", "since", "until", "kinds", "by", "event", "goal", "words", "gave", "received", "together", "limit"], help_heading = "Which")]
    id: Option<String>,
    /// How many by month, kind and person, how steadily, and the longest silence
    #[arg(long, conflicts_with_all = ["id", "retracted", "limit", "reverse", "bodies"], help_heading = "How")]
    summary: bool,
    /// At most so many, the newest
    #[arg(
        short = 'n',
        long,
        visible_alias = "number",
        value_name = "N",
        help_heading = "How"
    )]
    limit: Option<usize>,
    /// Oldest first
    #[arg(long, help_heading = "How")]
    reverse: bool,
    /// What was said, too
    #[arg(long, help_heading = "How")]
    bodies: bool,
    /// Print all at once, also on a terminal
    #[arg(long, help_heading = "How")]
    no_pager: bool,
}

/// Which interactions are asked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which")]
pub(super) struct Asked {
    /// Only interactions with any of these: path, name, alias, e-mail address or the beginning of a name
    #[arg(value_name = "CONTACT", help_heading = "Arguments")]
    contacts: Vec<String>,
    /// Only interactions with all of the contacts, not just any of them
    #[arg(long)]
    together: bool,
    /// From this day on: `2026-11-01`, `2026-03`, `2026`, `march`, `last month`, `3 weeks ago`
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Up to and with this day, or the last of this month or year
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// Only this kind: call, meeting, email…
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Only where this side reached out
    #[arg(long, value_name = "me|them", hide_possible_values = true)]
    by: Option<log::By>,
    /// Only at this event
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// Only for this goal
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    /// Only with all of these words in subject or text, ignoring case and diacritics
    #[arg(long = "text", value_name = "WORDS")]
    words: Vec<String>,
    /// Only where you gave something
    #[arg(long)]
    gave: bool,
    /// Only where you received something
    #[arg(long)]
    received: bool,
}

/// Returns the interactions asked for.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    session.timeline()?;
    if let Some(id) = &arguments.id {
        return story::run(&mut session, id);
    }
    let filter = arguments.asked.filter(&session)?;
    let world = session.world();
    let mut found = match arguments.retracted {
        true => filter.retracted(world),
        false => filter.standing(world),
    };
    if arguments.summary {
        let mut answer = summary::run(&session, &filter, &found);
        answer.pager = arguments.pager(&session);
        return Ok(answer);
    }
    let n_found = found.len();
    found.truncate(arguments.limit.unwrap_or(usize::MAX));
    if arguments.reverse {
        found.reverse();
    }
    let mut answer = Answer {
        warnings: session.warnings.clone(),
        ..Answer::default()
    };
    match globals.format {
        Format::Text => {
            answer.text = found
                .iter()
                .map(|interaction| line(interaction, arguments.bodies))
                .collect();
            let what = match arguments.retracted {
                true => "retracted interaction",
                false => "interaction",
            };
            if n_found == 0 {
                answer.text = format!("no {what}s\n");
                answer.remarks = nothing_found(&session, &filter, arguments.retracted);
            } else if found.len() < n_found {
                answer.remarks = format!("{} of {}\n", found.len(), count(n_found, what));
            }
            answer.pager = arguments.pager(&session);
        }
        Format::Json => {
            let interactions = found
                .iter()
                .map(|interaction| to_json(&session, interaction));
            answer.json = json!({"interactions": interactions.collect::<Vec<_>>()});
        }
        Format::Jsonl => {
            let mut lines = Lines::open();
            for interaction in found {
                lines.write(&to_json(&session, interaction))?;
            }
            lines.finish()?;
        }
    }
    Ok(answer)
}

impl Arguments {
    /// Returns the pager to show the answer with, where one is wanted.
    fn pager(&self, session: &Session) -> Option<String> {
        match self.no_pager {
            true => None,
            false => pager::command(session.repository.as_ref()),
        }
    }
}

/// Returns what to do where nothing was found.
fn nothing_found(session: &Session, filter: &Filter, retracted: bool) -> String {
    let Some(timeline) = session.world().timeline else {
        return String::new();
    };
    let all = match retracted {
        true => timeline.retracted().len(),
        false => timeline.interactions().len(),
    };
    match all {
        0 if retracted => String::new(),
        0 => "`ties log KIND CONTACT` logs one\n".to_owned(),
        _ if filter.is_narrow() => {
            format!("{} without these limits\n", count(all, "interaction"))
        }
        _ => String::new(),
    }
}

impl Asked {
    /// Returns the filter that was meant.
    ///
    /// # Errors
    /// Where a day, a kind or a name means nothing.
    pub(super) fn filter(&self, session: &Session) -> Result<Filter, CommandError> {
        let place = &session.place;
        let period = |text: &Option<String>| -> Result<Option<Period>, CommandError> {
            let Some(text) = text else { return Ok(None) };
            let period = parse_period(text, &place.now).ok_or_else(|| {
                CommandError::new(format!("`{}` is no day, month or year", one_line(text)))
                    .hint("write it as 2026-11-20, 2026-11, 2026, yesterday, 'last month' or '3 weeks ago'")
            })?;
            Ok(Some(period))
        };
        let since: Option<Date> = period(&self.since)?.map(|period| period.first);
        let until: Option<Date> = period(&self.until)?.map(|period| period.last);
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err(CommandError::new(format!(
                "no day is both since {since} and until {until}"
            ))
            .hint("both days count; turn them round"));
        }
        let kinds = self.kinds.iter().map(|kind| known_kind(session, kind));
        let contacts = self.contacts.iter();
        let named = |text: &Option<String>, kind| {
            let text = text.as_deref();
            text.map(|text| named(session, text, kind)).transpose()
        };
        Ok(Filter {
            contacts: contacts
                .map(|text| self::named(session, text, NoteKind::Contact))
                .collect::<Result<_, _>>()?,
            together: self.together,
            since,
            until,
            kinds: kinds.collect::<Result<_, _>>()?,
            by: self.by.map(Into::into),
            event: named(&self.event, NoteKind::Event)?,
            goal: named(&self.goal, NoteKind::Goal)?,
            words: self
                .words
                .iter()
                .flat_map(|words| words.split_whitespace())
                .map(str::to_owned)
                .collect(),
            gave: self.gave,
            received: self.received,
        })
    }
}

/// Returns the kind meant: one of the settings, or one that the journal has from elsewhere.
fn known_kind(session: &Session, word: &str) -> Result<Box<str>, CommandError> {
    log::to_kind(&session.place.config, word).or_else(|error| {
        let word = word.trim().to_lowercase();
        let timeline = session.world().timeline;
        let is_used = timeline.is_some_and(|timeline| {
            let mut all = timeline.interactions().iter().chain(timeline.retracted());
            all.any(|interaction| *interaction.record.kind == word)
        });
        if is_used { Ok(word.into()) } else { Err(error) }
    })
}

/// Returns the note meant, or the path as it is where only the journal knows it.
fn named(session: &Session, text: &str, kind: NoteKind) -> Result<Named, CommandError> {
    let found = contacts::find(session.vault(), &session.place, text, &[kind]);
    found.map(Named::Note).or_else(|error| {
        let timeline = session.world().timeline;
        let is_named = timeline.is_some_and(|timeline| {
            let mut all = timeline.interactions().iter().chain(timeline.retracted());
            all.any(|interaction| {
                let record = &interaction.record;
                match kind {
                    NoteKind::Event => record.event.as_deref() == Some(text),
                    NoteKind::Goal => record.goal.as_deref() == Some(text),
                    _ => record.contacts.iter().any(|contact| *contact.path == *text),
                }
            })
        });
        if is_named {
            Ok(Named::Gone(text.into()))
        } else {
            Err(error)
        }
    })
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
        "retracted": record.retracted,
        "trailers": trailers(record),
    })
}

/// Returns the trailers that mean nothing to ties, as they stand in the commit.
pub(crate) fn trailers(record: &Record) -> Vec<String> {
    let other = record.other.iter();
    other
        .map(|(key, value)| format!("{key}: {value}"))
        .collect()
}
