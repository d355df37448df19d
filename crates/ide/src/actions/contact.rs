//! Log a conversation with a contact, or put the next one off: what one does about a person under the cursor.

use jiff::{Span as Duration, ToSpan, civil::Date};
use network::{follow_up, history};
use note::edit;
use vault::{NoteId, SourceChange, config::KINDS};

use super::{Action, ActionKind, Command, Selection};
use crate::{
    FilePosition, World,
    cursor::{Subject, is_name_heading, subject_at},
};

/// The kinds that need no setting and are worth an entry in a menu each.
const OFFERED: [&str; 6] = ["call", "video", "meeting", "meal", "email", "message"];

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let Some(contact) = contact_at(at) else {
        return Vec::new();
    };
    let mut actions = log(at.world, contact);
    actions.extend(snooze(at, contact));
    actions
}

/// Returns the contact that the selection is about: of a link its target, else the note's own where the selection begins
/// at its name, in its front matter, or at a follow-up that is due.
fn contact_at(at: &Selection<'_>) -> Option<NoteId> {
    let position = FilePosition {
        note: at.note,
        offset: at.span.start,
    };
    let own = Some(at.note);
    let contact = match subject_at(at.world, position) {
        Some(Subject::Link(index)) => at.world.vault.resolution(at.note, index).note(),
        Some(Subject::Heading(index)) => own.filter(|_| is_name_heading(at.data, index)),
        Some(Subject::Tag(_) | Subject::Block(_)) => None,
        Some(_) => own,
        // The empty line above a note's first heading, as a cursor at the start of the note is.
        None => own.filter(|_| at.span.start == 0),
    };
    contact.filter(|contact| history::is_contact(at.world, *contact))
}

fn log(world: World<'_>, contact: NoteId) -> Vec<Action> {
    // Without a journal there is nowhere to log to.
    if world.timeline.is_none() || follow_up::has_died(world.vault.note(contact)) {
        return Vec::new();
    }
    let data = world.vault.note(contact);
    let own = world.vault.config().kinds.iter().map(|kind| &**kind);
    let own = own.filter(|kind| !KINDS.contains(kind));
    let kinds = OFFERED.into_iter().chain(own);
    kinds
        .map(|kind| Action {
            title: format!("Log {} {kind} with {}", article(kind), data.name),
            kind: ActionKind::Do,
            change: None,
            command: Some(Command::Log {
                kind: kind.to_owned(),
                contacts: vec![data.path.to_string()],
                on: world.today,
                message: String::new(),
                event: None,
                is_written: false,
            }),
            mends: None,
            preferred: false,
        })
        .collect()
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

fn snooze(at: &Selection<'_>, contact: NoteId) -> Vec<Action> {
    let world = at.world;
    if follow_up::of_contact(world, contact).is_none() {
        return Vec::new();
    }
    let name = &world.vault.note(contact).name;
    let due = ["follow-up-overdue", "follow-up-soon"];
    let mends = at
        .findings
        .iter()
        .find(|finding| contact == at.note && due.contains(&finding.code))
        .map(|finding| (finding.code, finding.span));
    let until = |span: Duration, word: &str| {
        let day = world.today.checked_add(span).ok()?;
        Some(Action {
            title: format!("Snooze {name} for {word}, until {day}"),
            kind: match mends {
                Some(_) => ActionKind::QuickFix,
                None => ActionKind::Rewrite,
            },
            change: Some(snooze_until(world, contact, day)?),
            command: None,
            mends,
            preferred: false,
        })
    };
    [(1.week(), "a week"), (1.month(), "a month")]
        .into_iter()
        .filter_map(|(span, word)| until(span, word))
        .collect()
}

/// Returns the change of a contact's note after which no follow-up is due before `day`; `None` where the note cannot be
/// read as it was.
pub fn snooze_until(world: World<'_>, contact: NoteId, day: Date) -> Option<SourceChange> {
    let data = world.vault.get(contact)?;
    let text = world.texts.text(&data.path)?;
    if text.len() as u32 != data.note.lines.text_len() {
        return None;
    }
    let key = data
        .field_of("snooze")
        .map_or("snooze", |field| &*field.key.value);
    let edit = edit::set_key(&text, &data.note, key, &day.to_string());
    Some(SourceChange::edit(&data.path, vec![edit]))
}
