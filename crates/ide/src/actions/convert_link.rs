//! Write a wiki link as a Markdown link, and the other way round. It leads where it led, and shows what it showed.

use note::{
    Anchor, Link, LinkForm, Place, TextEdit,
    anchor::{Anchors, slugs, wiki_anchor},
    edit,
};
use vault::{NoteId, Resolution, SourceChange, path};

use super::{Action, ActionKind, Selection, meet};
use crate::{completion, names};

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let links = at.data.note.links.iter().enumerate();
    // An outer link comes before those inside its label; the innermost is meant.
    let mut here = links.filter(|(_, link)| link.place == Place::Body && meet(link.span, at.span));
    let Some((index, link)) = here.next_back() else {
        return Vec::new();
    };
    converted(at, index, link).into_iter().collect()
}

fn converted(at: &Selection<'_>, index: usize, link: &Link) -> Option<Action> {
    let text = at.world.texts.text(&at.data.path)?;
    let target = at.world.vault.resolution(at.note, index).note()?;
    let (title, written) = match link.form {
        LinkForm::Wiki => (
            "Write as a Markdown link",
            as_markdown(at, link, target, &text)?,
        ),
        LinkForm::Inline => ("Write as a wiki link", as_wiki(at, link, target, &text)?),
        _ => return None,
    };
    let change = TextEdit::replace(link.span, written);
    leads_alike(at, link, target, &text, &change).then(|| Action {
        title: title.to_owned(),
        kind: ActionKind::Rewrite,
        change: Some(SourceChange::edit(&at.data.path, vec![change])),
        command: None,
        mends: None,
        preferred: false,
    })
}

fn as_markdown(at: &Selection<'_>, link: &Link, target: NoteId, text: &str) -> Option<String> {
    let note = &at.world.vault.note(target).note;
    let shown = match (link.label, &link.anchor) {
        (Some(label), _) => label.of(text).trim(),
        (None, Some(Anchor::Heading(heading))) if link.target.value.is_empty() => &heading.value,
        (None, _) => &link.target.value,
    };
    let path = match &*link.target.value {
        "" => String::new(),
        _ => path::relative(&at.data.path, &at.world.vault.note(target).path),
    };
    // `a: b.md` would name a scheme.
    let dot = if path.contains(':') && !path.starts_with("../") {
        "./"
    } else {
        ""
    };
    let path = completion::encode_path(&format!("{dot}{path}"));
    let anchor = match &link.anchor {
        None => String::new(),
        Some(Anchor::Heading(heading)) => match note.find_heading(&heading.value) {
            Some(index) => format!("#{}", slugs(&note.headings)[index]),
            None => format!("#{}", completion::encode_anchor(&heading.value)),
        },
        Some(Anchor::Block(id)) => format!("#^{}", id.value),
    };
    let fits = !shown.is_empty() && !shown.contains(['[', ']', '`', '<']);
    fits.then(|| format!("[{shown}]({path}{anchor})"))
}

fn as_wiki(at: &Selection<'_>, link: &Link, target: NoteId, text: &str) -> Option<String> {
    let data = at.world.vault.note(target);
    // A title would be lost.
    let end = match &link.anchor {
        Some(Anchor::Heading(part) | Anchor::Block(part)) => part.span.end,
        None => link.target.span.end,
    };
    let rest = text.get(end as usize..link.span.end as usize)?;
    if !matches!(rest.trim_matches([' ', '#']), ")" | ">)") {
        return None;
    }
    let label = link.label?.of(text).trim();
    let name = match &*link.target.value {
        "" => String::new(),
        _ => names::shortest_form(at.world, target, &data.name).0,
    };
    let anchor = match &link.anchor {
        None => String::new(),
        Some(Anchor::Block(id)) => format!("#^{}", id.value),
        Some(Anchor::Heading(heading)) => {
            let index = data.note.find_heading(&heading.value)?;
            let words = wiki_anchor(&data.note.headings[index].text.value);
            let anchors = Anchors::new(&data.note.headings);
            let reached = anchors.find(&words).and_then(|mut path| path.pop());
            // The second of two equal headings has a slug of its own, and no words.
            let anchor = match reached == Some(index) {
                true => words,
                false => slugs(&data.note.headings)[index].clone(),
            };
            format!("#{anchor}")
        }
    };
    if label.contains(['[', ']', '|', '\\', '\n', '\r']) {
        return None;
    }
    let lines = &at.data.note.lines;
    let line = lines.line_start(lines.line_of(link.span.start)) as usize;
    let in_table = text.get(line..)?.trim_start().starts_with('|');
    let bar = if in_table { "\\|" } else { "|" };
    Some(match (label, &*anchor) {
        ("", _) => format!("[[{name}{anchor}]]"),
        (label, "") if label == name => format!("[[{name}]]"),
        (label, anchor) => format!("[[{name}{anchor}{bar}{label}]]"),
    })
}

/// Returns whether the link, written anew, is one link that leads where it led.
fn leads_alike(
    at: &Selection<'_>,
    link: &Link,
    target: NoteId,
    text: &str,
    change: &TextEdit,
) -> bool {
    let Some(after) = edit::apply(text, std::slice::from_ref(change)) else {
        return false;
    };
    let parsed = note::parse(&after).note;
    let written = parsed.links.iter().find(|other| {
        other.span.start == link.span.start && other.span.len() as usize == change.text.len()
    });
    let Some(written) = written.filter(|written| written.form != link.form) else {
        return false;
    };
    // In its own note, the headings are those of the text as it was: a link changes none.
    let goal = &at.world.vault.note(target).note;
    at.world.vault.resolve(&at.data.path, written) == Resolution::Note(target)
        && match (&written.anchor, &link.anchor) {
            (None, None) => true,
            (Some(Anchor::Block(one)), Some(Anchor::Block(other))) => one.value == other.value,
            (Some(Anchor::Heading(one)), Some(Anchor::Heading(other))) => {
                goal.find_heading(&one.value) == goal.find_heading(&other.value)
            }
            _ => false,
        }
}
