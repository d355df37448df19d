//! `ties show`: one contact at a glance.

use std::fmt::Write as _;

use clap::Args;
use network::{World, follow_up, history};
use note::{NoteKind, Value};
use serde_json::{Value as Json, json};
use vault::{NoteData, NoteId};

use super::{due, find, timeline};
use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, DIM, count, cut, days_off, one_line, pad, width},
    session::{Globals, Session},
};

/// How many interactions are shown.
const RECENT: usize = 5;
/// How many notes that link to the contact are named.
const MENTIONS: usize = 8;
/// The keys shown as they are, with the words for them.
const LINES: [(&str, &str); 15] = [
    ("aliases", "aliases"),
    ("location", "location"),
    ("timezone", "time zone"),
    ("emails", "e-mail"),
    ("phones", "phone"),
    ("urls", "web"),
    ("birthday", "birthday"),
    ("languages", "languages"),
    ("circle", "circle"),
    ("cadence", "cadence"),
    ("status", "status"),
    ("tags", "tags"),
    ("interests", "interests"),
    ("offers", "offers"),
    ("needs", "needs"),
];

/// Show a contact at a glance
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Path, name, alias, e-mail address or the beginning of a name
    contact: String,
}

/// Returns what is known of the contact.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let world = session.world();
    let id = contacts::find(
        session.vault(),
        &session.place,
        &arguments.contact,
        &[NoteKind::Contact, NoteKind::Me],
    )?;
    let note = session.vault().note(id);
    let mut text = format!("{BOLD}{}{BOLD:#}", one_line(&note.name));
    let role = find::role(note);
    if !role.is_empty() {
        let _ = write!(
            text,
            "  {}",
            cut(
                &role,
                width()
                    .saturating_sub(note.name.chars().count() + 2)
                    .max(20)
            )
        );
    }
    let _ = writeln!(text, "\n{DIM}{}{DIM:#}\n", one_line(&note.path));

    let mut keys = serde_json::Map::new();
    for (key, word) in LINES {
        let values = values(note, key);
        if !values.is_empty() {
            line(&mut text, word, &values.join(", "));
            let is_list = note::Key::find(note.kind, key).is_some_and(note::Key::is_list);
            keys.insert(
                key.to_owned(),
                if is_list {
                    json!(values)
                } else {
                    json!(values[0])
                },
            );
        }
    }
    let last = history::last_contact(world, id);
    if let Some((day, kind)) = last {
        let days = (day - world.today).get_days();
        line(
            &mut text,
            "last",
            &format!("{kind} on {day}, {}", days_off(days)),
        );
    }
    let next = follow_up::of_contact(world, id);
    if let Some(next) = &next {
        let style = due::style(next.status);
        line(
            &mut text,
            "due",
            &format!(
                "{style}{}, {}{style:#}: {}",
                next.due,
                days_off(next.days),
                one_line(&next.reason)
            ),
        );
    }
    let interactions = history::interactions(world, id);
    let promises: Vec<_> = note
        .note
        .promises
        .iter()
        .filter(|promise| !promise.done)
        .collect();
    if !promises.is_empty() {
        let _ = writeln!(text, "\n{BOLD}Promises{BOLD:#}");
    }
    for promise in &promises {
        let day = promise
            .due
            .value
            .map_or("no day".to_owned(), |day| day.to_string());
        let _ = writeln!(
            text,
            "{}  {}",
            pad(&day, 10),
            cut(&one_line(&promise.text), width() - 12)
        );
    }
    if !interactions.is_empty() {
        let _ = writeln!(
            text,
            "\n{BOLD}{}{BOLD:#}",
            count(interactions.len(), "interaction")
        );
    }
    for interaction in interactions.iter().take(RECENT) {
        text.push_str(&timeline::line(interaction, false));
    }
    let promises: Vec<Json> = promises
        .iter()
        .map(|promise| json!({"text": promise.text, "due": promise.due.value.map(|day| day.to_string())}))
        .collect();
    let linked_from = linked_from(world, id);
    if !linked_from.is_empty() {
        let _ = writeln!(text, "\n{BOLD}Linked from{BOLD:#}");
        let mut names = linked_from
            .iter()
            .take(MENTIONS)
            .map(|note| one_line(&note.name));
        let mut shown = names.by_ref().collect::<Vec<_>>().join(", ");
        if linked_from.len() > MENTIONS {
            let _ = write!(
                shown,
                " and {}",
                count(linked_from.len() - MENTIONS, "other note")
            );
        }
        wrap(&mut text, 0, &shown);
    }
    Ok(Answer {
        text,
        remarks: String::new(),
        json: json!({
            "path": &*note.path,
            "name": note.name,
            "aliases": note.aliases().map(|alias| alias.value).collect::<Vec<_>>(),
            "uid": note.uid(),
            "title": note.text_of("title").map(|title| title.value),
            "org": note.text_of("org").map(|org| find::unlinked(org.value)),
            "keys": keys,
            "last": last.map(|(day, kind)| json!({"on": day.to_string(), "kind": kind})),
            "follow_up": next.map(|next| due::to_json(world, &next)),
            "promises": promises,
            "interactions": interactions.iter().map(|one| timeline::to_json(&session, one)).collect::<Vec<_>>(),
            "backlinks": world.vault.backlink_count(id),
        }),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

/// Returns the other notes that link to a note, each once, by name.
fn linked_from(world: World<'_>, id: NoteId) -> Vec<&NoteData> {
    let mut ids: Vec<NoteId> = world
        .vault
        .backlinks(id)
        .into_iter()
        .map(|(from, _)| from)
        .collect();
    ids.dedup();
    let others = ids.into_iter().filter(|from| *from != id);
    let mut notes: Vec<&NoteData> = others.map(|from| world.vault.note(from)).collect();
    notes.sort_by_key(|note| (&note.name, &note.path));
    notes
}

fn values(note: &NoteData, key: &str) -> Vec<String> {
    let items = note.items_of(key).iter().filter_map(Value::item_text);
    let texts = items.map(|text| find::unlinked(&one_line(text.value)));
    texts.filter(|text| !text.is_empty()).collect()
}

fn line(text: &mut String, word: &str, value: &str) {
    const INDENT: usize = 11;
    let _ = write!(text, "{DIM}{}{DIM:#}", pad(word, INDENT));
    wrap(text, INDENT, value);
}

/// Appends `value` and a line break, broken at blanks where it reaches the width; `indent` columns are used already, and
/// left free on each further line.
fn wrap(text: &mut String, indent: usize, value: &str) {
    let mut used = indent;
    for (index, part) in value.split(' ').enumerate() {
        let columns = crate::output::columns_of(&anstream::adapter::strip_str(part).to_string());
        if index > 0 && used + columns + 1 > width() {
            let _ = write!(text, "\n{}", " ".repeat(indent));
            used = indent;
        } else if index > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(part);
        used += columns;
    }
    text.push('\n');
}
