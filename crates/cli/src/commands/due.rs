//! `ties due`: whom to get in touch with next, and why.

use std::fmt::Write as _;

use anstyle::Style;
use clap::Args;
use jiff::civil::Date;
use network::{DueStatus, FollowUp, World, follow_up};
use note::{NoteKind, value::PartialDate};
use serde_json::{Value, json};

use crate::{
    error::CommandError,
    output::{Answer, BOLD, RED, YELLOW, count, days_off, one_line, table, width},
    session::{Globals, Session},
};

/// How far ahead birthdays are looked for where nothing is said, days.
const BIRTHDAYS: i32 = 30;

/// Show whom to get in touch with next, and why
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Also those due until then: `14d`, `2 weeks`, `next month`, `2026-12-31`
    #[arg(long, value_name = "TIME")]
    within: Option<String>,
    /// Everyone who is ever due
    #[arg(long, conflicts_with = "within")]
    all: bool,
    /// Birthdays too, of the next 30 days or as far as `--within` says
    #[arg(long)]
    birthdays: bool,
}

/// A birthday to come.
struct Birthday<'a> {
    path: &'a str,
    name: &'a str,
    on: Date,
    days: i32,
    age: Option<i16>,
}

/// Returns the follow-ups asked for.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let world = session.world();
    let within = arguments
        .within
        .as_deref()
        .map(|text| to_day(text, world.today))
        .transpose()?;
    let all = follow_up::all(world);
    let is_shown = |follow_up: &&FollowUp| {
        arguments.all
            || follow_up.status != DueStatus::Ok
            || within.is_some_and(|day| follow_up.due <= day)
    };
    let shown: Vec<&FollowUp> = all.iter().filter(is_shown).collect();
    let mut json = json!({
        "follow_ups": shown.iter().map(|follow_up| to_json(world, follow_up)).collect::<Vec<_>>(),
    });
    let mut rows: Vec<(Style, Vec<String>)> = Vec::new();
    for follow_up in &shown {
        let name = one_line(&world.vault.note(follow_up.contact).name);
        rows.push((
            style(follow_up.status),
            vec![days_off(follow_up.days), name, one_line(&follow_up.reason)],
        ));
    }
    let mut text = table(&rows, width());
    if arguments.birthdays {
        let birthdays = birthdays(world, within);
        let rows: Vec<_> = birthdays
            .iter()
            .map(|birthday| {
                let age = birthday
                    .age
                    .map_or(String::new(), |age| format!(", turns {age}"));
                let said = format!("birthday on {}{age}", birthday.on);
                (
                    Style::new(),
                    vec![days_off(birthday.days), one_line(birthday.name), said],
                )
            })
            .collect();
        if !text.is_empty() && !rows.is_empty() {
            let _ = writeln!(text, "\n{BOLD}Birthdays{BOLD:#}");
        }
        text.push_str(&table(&rows, width()));
        json["birthdays"] = birthdays
            .iter()
            .map(|birthday| {
                json!({
                    "path": birthday.path,
                    "name": birthday.name,
                    "on": birthday.on.to_string(),
                    "days": birthday.days,
                    "age": birthday.age,
                })
            })
            .collect();
    }
    let hidden = all.len() - shown.len();
    let mut remarks = String::new();
    if shown.is_empty() {
        remarks.push_str("nobody is due\n");
    }
    if hidden > 0 {
        let _ = writeln!(
            remarks,
            "{} later: `ties due --all`",
            count(hidden, "follow-up")
        );
    } else if all.is_empty() {
        remarks.push_str(
            "`circle: close` or `cadence: 30d` in a contact's note asks for follow-ups\n",
        );
    }
    Ok(Answer {
        text,
        remarks,
        json,
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

/// Reads a day to come.
pub(super) fn to_day(text: &str, today: Date) -> Result<Date, CommandError> {
    note::human_date::parse_future(text, today).ok_or_else(|| {
        CommandError::new(format!("`{}` is no day to come", one_line(text)))
            .hint("write it as 2026-12-01, tomorrow, friday, 2w, 'in 3 weeks' or 'next month'")
    })
}

/// Returns how a follow-up is coloured.
pub(super) fn style(status: DueStatus) -> Style {
    match status {
        DueStatus::Overdue => RED,
        DueStatus::Today => YELLOW,
        DueStatus::Soon => BOLD,
        DueStatus::Ok => Style::new(),
    }
}

/// Returns a follow-up as JSON.
pub(super) fn to_json(world: World<'_>, follow_up: &FollowUp) -> Value {
    let note = world.vault.note(follow_up.contact);
    let status = match follow_up.status {
        DueStatus::Overdue => "overdue",
        DueStatus::Today => "today",
        DueStatus::Soon => "soon",
        DueStatus::Ok => "ok",
    };
    json!({
        "path": &*note.path,
        "name": note.name,
        "circle": follow_up.circle,
        "cadence": follow_up.cadence.map(|cadence| cadence.to_string()),
        "last": follow_up.last.map(|day| day.to_string()),
        "due": follow_up.due.to_string(),
        "days": follow_up.days,
        "status": status,
        "reason": follow_up.reason,
    })
}

/// Returns the birthdays of contacts from today until `within`, the nearest first.
fn birthdays(world: World<'_>, within: Option<Date>) -> Vec<Birthday<'_>> {
    let mut birthdays: Vec<Birthday<'_>> = world
        .vault
        .of_kind(NoteKind::Contact)
        .filter_map(|id| {
            let note = world.vault.note(id);
            let born = PartialDate::parse(note.text_of("birthday")?.value.trim())?;
            let on = born.next_after(world.today)?;
            let days = (on - world.today).get_days();
            let is_near = within.map_or(days <= BIRTHDAYS, |within| on <= within);
            let age = born
                .year()
                .map(|year| on.year() - year)
                .filter(|age| *age > 0);
            is_near.then_some(Birthday {
                path: &note.path,
                name: &note.name,
                on,
                days,
                age,
            })
        })
        .collect();
    birthdays.sort_by_key(|birthday| (birthday.on, birthday.name, birthday.path));
    birthdays
}
