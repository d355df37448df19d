//! Hover: the contact at a glance, or what a key means.

use std::fmt::Write as _;

use network::{follow_up, history, history::WrittenEntry};
use note::{Anchor, Key, KeyType, Link, Span, Tag, value::PartialDate};
use vault::{NoteData, NoteId, Resolution};

use crate::{
    FilePosition, World,
    cursor::{FieldAt, Subject, is_name_heading, subject_at},
    glance::glance,
    words::{self, distance, escape},
};

/// What to show, and for which range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The range it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// Returns what is known of the thing under the cursor.
///
/// Source: LSP 3.17 `textDocument/hover`.
pub fn hover(world: World<'_>, position: FilePosition) -> Option<Hover> {
    let id = position.note;
    let data = world.vault.get(id)?;
    if let Some(hover) = entry_hover(world, position).or_else(|| promise_hover(world, position)) {
        return Some(hover);
    }
    let (span, markdown) = match subject_at(world, position)? {
        Subject::Link(index) => {
            let link = &data.note.links[index];
            let resolution = world.vault.resolution(id, index);
            (link.span, link_hover(world, link, &resolution)?)
        }
        Subject::Heading(index) => {
            let heading = &data.note.headings[index];
            if !is_name_heading(data, index) {
                return None;
            }
            (heading.text.span, glance(world, id)?)
        }
        Subject::Tag(index) => {
            let tag = &data.note.tags[index];
            (tag.name.span, tag_hover(world, tag))
        }
        Subject::Name(span) => (span, glance(world, id)?),
        Subject::Alias(alias) => (alias.span, glance(world, id)?),
        Subject::Key(at) => (at.field().key.span, key_meaning(at.key?)),
        Subject::Value(at) => (at.value?.span, value_hover(world, id, &at)?),
        Subject::Block(_) | Subject::FrontMatter => return None,
    };
    Some(Hover { span, markdown })
}

/// Tells whether the entry, whose date or kind is under the cursor, is in the journal.
fn entry_hover(world: World<'_>, position: FilePosition) -> Option<Hover> {
    let data = world.vault.get(position.note)?;
    let index = data.note.entries.iter().position(|entry| {
        Span::new(entry.date.span.start, entry.kind.span.end).touches(position.offset)
    })?;
    let entry = &data.note.entries[index];
    if !world.vault.config().is_kind(&entry.kind.value) {
        return None;
    }
    let mut lines = vec![format!(
        "{} on {}, {}",
        escape(&entry.kind.value),
        entry.date.value.strftime("%A %-d %B %Y"),
        distance(world.today, entry.date.value)
    )];
    let written = history::entries_in(world, position.note);
    if let Some(written) = written.iter().find(|written| written.entry == index) {
        lines.push(logged(world, written));
    }
    Some(Hover {
        span: Span::new(entry.date.span.start, entry.kind.span.end),
        markdown: lines.join("\n\n"),
    })
}

fn logged(world: World<'_>, entry: &WrittenEntry) -> String {
    let names = |notes: &[NoteId]| {
        let names: Vec<String> = notes
            .iter()
            .map(|&note| escape(&world.vault.note(note).name))
            .collect();
        words::list(&names, 8)
    };
    if entry.contacts.is_empty() {
        return "with nobody that has a note".to_owned();
    }
    if world.timeline.is_none() {
        return format!("with {}", names(&entry.contacts));
    }
    let unlogged = history::unlogged_contacts(world, entry);
    if unlogged.is_empty() {
        format!("logged in the journal, with {}", names(&entry.contacts))
    } else {
        format!("not in the journal yet, with {}", names(&unlogged))
    }
}

fn promise_hover(world: World<'_>, position: FilePosition) -> Option<Hover> {
    let data = world.vault.get(position.note)?;
    let promise = data
        .note
        .promises
        .iter()
        .find(|promise| promise.due.span.touches(position.offset))?;
    let due = promise.due.value?;
    let kept = if promise.done { ", kept" } else { "" };
    Some(Hover {
        span: promise.due.span,
        markdown: format!(
            "promised for {}, {}{kept}",
            due.strftime("%A %-d %B %Y"),
            distance(world.today, due)
        ),
    })
}

fn link_hover(world: World<'_>, link: &Link, resolution: &Resolution) -> Option<String> {
    match resolution {
        Resolution::Note(id) => {
            section(world, *id, link.anchor.as_ref()).or_else(|| glance(world, *id))
        }
        Resolution::Ambiguous(notes) => {
            let notes: Vec<String> = notes
                .iter()
                .map(|&note| world.vault.note(note))
                .map(|data| format!("- {} ({})", escape(&data.name), escape(&data.path)))
                .collect();
            Some(format!(
                "several notes are called this:\n\n{}",
                notes.join("\n")
            ))
        }
        Resolution::Unresolved | Resolution::External => None,
    }
}

/// Returns the beginning of the section or the line of the block that `anchor` names.
fn section(world: World<'_>, id: NoteId, anchor: Option<&Anchor>) -> Option<String> {
    let data = world.vault.note(id);
    let span = match anchor? {
        Anchor::Heading(heading) => data.note.section(data.note.find_heading(&heading.value)?),
        Anchor::Block(block) => {
            let block = &data.note.blocks[data.note.find_block(&block.value)?];
            let line = data.note.lines.line_of(block.id.span.start);
            Span::new(data.note.lines.line_start(line), block.id.span.end)
        }
    };
    let text = world.texts.text(&data.path)?;
    Some(format!(
        "**{}**\n\n{}",
        escape(&data.name),
        words::excerpt(&text, span, 10)
    ))
}

fn tag_hover(world: World<'_>, tag: &Tag) -> String {
    let notes = world.vault.by_tag(&tag.name.value);
    let names: Vec<String> = notes
        .iter()
        .take(11)
        .map(|&note| escape(&world.vault.note(note).name))
        .collect();
    let mut markdown = format!(
        "\\#{} · {}",
        escape(&tag.name.value),
        words::count(notes.len(), "note")
    );
    if !names.is_empty() {
        let _ = write!(markdown, "\n\n{}", names[..names.len().min(10)].join(", "));
        if notes.len() > 10 {
            let _ = write!(markdown, " and {} more", notes.len() - 10);
        }
    }
    markdown
}

/// Returns what a key means, the form of its value and what becomes of it on export, as Markdown.
pub(crate) fn key_meaning(key: &Key) -> String {
    let mut markdown = format!("**{}** · {}\n\n{}", key.name, key_form(key), key.meaning);
    if !key.spellings.is_empty() {
        let spellings: Vec<String> = key
            .spellings
            .iter()
            .map(|spelling| format!("`{spelling}`"))
            .collect();
        let _ = write!(markdown, "\n\nAlso read: {}", spellings.join(", "));
    }
    if !key.vcard.is_empty() {
        let _ = write!(markdown, "\n\nvCard, iCalendar: `{}`", key.vcard);
    }
    markdown
}

/// Returns the form of a key's value in a few words.
pub(crate) fn key_form(key: &Key) -> String {
    let parts = |keys: &[Key]| {
        let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
        names.join(", ")
    };
    let form = match key.value {
        KeyType::Text => "text",
        KeyType::Texts => "list of text",
        KeyType::Day => "day, `2026-11-23`",
        KeyType::PartialDate => "date, or a part of one: `2026-11-23`, `2026-11`, `--11-23`",
        KeyType::When => "day, instant or `{from, to}`",
        KeyType::Cadence => "how often: `30d`, `2w`, `3 months`, `1 year`, `never`",
        KeyType::Circle => "a circle",
        KeyType::Choice(choices) => {
            let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
            return choices.join(", ");
        }
        KeyType::Emails => "list of e-mail addresses",
        KeyType::Phones => "list of telephone numbers",
        KeyType::Urls => "list of web addresses",
        KeyType::OrganizationLink => "link to an organization, or its name",
        KeyType::ContactLinks => "links to contacts, or names",
        KeyType::Links(kind) => {
            return format!("links to notes of kind {}, or words", kind.word());
        }
        KeyType::ContactLinksOrWords => "links to contacts, or words",
        KeyType::Tags => "list of tags",
        KeyType::Languages => "list of language tags",
        KeyType::Map(keys) => return format!("map of {}", parts(keys)),
        KeyType::Maps(keys) => return format!("list of text, or of maps of {}", parts(keys)),
        KeyType::FreeMap => "map of any keys to text",
        KeyType::Any => "anything",
    };
    form.to_owned()
}

fn value_hover(world: World<'_>, id: NoteId, at: &FieldAt<'_>) -> Option<String> {
    let key = at.value_key()?;
    let text = at.value?.as_text()?;
    match key.value {
        KeyType::Circle => circle_hover(world, text.value),
        KeyType::Cadence => cadence_hover(world, id, text.value),
        KeyType::Day | KeyType::PartialDate | KeyType::When => {
            date_hover(world, world.vault.note(id), key, text.value)
        }
        _ => None,
    }
}

fn circle_hover(world: World<'_>, name: &str) -> Option<String> {
    let circle = world.vault.config().circle(name)?;
    let members: Vec<NoteId> = world.vault.in_circle(&circle.name).collect();
    let mut names: Vec<String> = members
        .iter()
        .map(|&note| escape(&world.vault.note(note).name))
        .collect();
    names.sort();
    let held = match circle.capacity {
        Some(capacity) => format!("{} of {capacity} people", members.len()),
        None => format!("{} without a bound", words::count(members.len(), "contact")),
    };
    let mut markdown = format!(
        "**{}** · {held} · every {}",
        escape(&circle.name),
        circle.cadence
    );
    if !names.is_empty() {
        let _ = write!(markdown, "\n\n{}", words::list(&names, 10));
    }
    Some(markdown)
}

fn cadence_hover(world: World<'_>, id: NoteId, text: &str) -> Option<String> {
    let cadence = note::value::Cadence::parse(text)?;
    let mut markdown = match cadence {
        note::value::Cadence::Never => "no follow-ups".to_owned(),
        note::value::Cadence::Every { .. } => format!("every {cadence}"),
    };
    if let Some(follow_up) = follow_up::of_contact(world, id) {
        if let Some(last) = follow_up.last {
            let _ = write!(
                markdown,
                " · last contact {last} ({})",
                distance(world.today, last)
            );
        }
        let _ = write!(
            markdown,
            " · due {} ({})",
            follow_up.due,
            distance(world.today, follow_up.due)
        );
    }
    Some(markdown)
}

fn date_hover(world: World<'_>, data: &NoteData, key: &Key, text: &str) -> Option<String> {
    let date = match text.get(..10).and_then(note::value::parse_day) {
        Some(day) => PartialDate::Day(day),
        None => PartialDate::parse(text)?,
    };
    let mut lines = Vec::new();
    if let PartialDate::Day(day) = date {
        lines.push(format!(
            "{}, {}",
            day.strftime("%A %-d %B %Y"),
            distance(world.today, day)
        ));
    }
    let comes_round = matches!(key.name, "birthday" | "anniversary");
    let is_alive = key.name != "birthday" || data.text_of("died").is_none();
    if let Some(next) = date.next_after(world.today)
        && comes_round
        && is_alive
    {
        let mut line = format!(
            "next on {}, {}",
            next.strftime("%A %-d %B %Y"),
            distance(world.today, next)
        );
        if let Some(age) = words::age_on(date, next) {
            match key.name {
                "birthday" => {
                    let _ = write!(line, ", turns {age}");
                }
                _ => {
                    let _ = write!(line, ", {age} years");
                }
            }
        }
        lines.push(line);
    }
    (!lines.is_empty()).then(|| lines.join("\n\n"))
}

#[cfg(test)]
mod tests;
