//! A history as a Markdown document: a heading for each year and each interaction, what was said as a quotation.
//!
//! What comes from commits may be anything. In a heading or an item it is kept on its line and can open no HTML; a body is
//! quoted line by line, so that no heading, fence or list in it reaches out of its place, and its HTML is text.

use std::io::{self, Write};

use journal::Interaction;
use network::history;
use note::ContactId;

use crate::{
    output::{clean, count, one_line},
    session::Session,
};

/// Writes the document; `from` is its path from the vault's root, which links start from.
pub(super) fn write(
    session: &Session,
    found: &[&Interaction],
    from: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "# Interactions\n")?;
    match (found.first(), found.last()) {
        (Some(first), Some(last)) => writeln!(
            out,
            "{} from {} to {}.",
            count(found.len(), "interaction"),
            first.record.on.day(),
            last.record.on.day()
        )?,
        _ => writeln!(out, "No interactions.")?,
    }
    let mut year = None;
    for interaction in found {
        let this = interaction.record.on.day().year();
        if year != Some(this) {
            writeln!(out, "\n## {this}")?;
            year = Some(this);
        }
        write_one(session, interaction, from, out)?;
    }
    Ok(())
}

fn write_one(
    session: &Session,
    interaction: &Interaction,
    from: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let record = &interaction.record;
    let subject = plain(&record.summary);
    writeln!(out, "\n### {} {subject}\n", record.on)?;
    let contacts: Vec<String> = record
        .contacts
        .iter()
        .map(|contact| link(session, contact, from))
        .collect();
    let mut item = |name: &str, value: &str| match value {
        "" => Ok(()),
        value => writeln!(out, "- {name}: {value}"),
    };
    item("kind", &plain(&record.kind))?;
    item("with", &contacts.join(", "))?;
    item(
        "reached out",
        record.initiated_by.map_or("", journal::InitiatedBy::as_str),
    )?;
    for gave in &record.gave {
        item("gave", &plain(gave))?;
    }
    for received in &record.received {
        item("received", &plain(received))?;
    }
    for (name, path) in [("event", &record.event), ("goal", &record.goal)] {
        let contact = path.as_deref().map(|path| ContactId {
            path: path.into(),
            uid: None,
        });
        let link = contact.map(|contact| link(session, &contact, from));
        item(name, &link.unwrap_or_default())?;
    }
    for (key, value) in &record.other {
        item(&plain(key), &plain(value))?;
    }
    item("id", &plain(&record.id))?;
    if !record.body.is_empty() {
        writeln!(out)?;
        for line in note::without_html(clean(&record.body)).lines() {
            writeln!(out, "{}", format!("> {line}").trim_end())?;
        }
    }
    Ok(())
}

/// Returns the name of a note as a link to it; the path of one that is no more, as code.
fn link(session: &Session, contact: &ContactId, from: &str) -> String {
    let vault = session.vault();
    let found = history::find_contact(session.world(), contact).or_else(|| vault.id(&contact.path));
    match found {
        Some(id) => {
            let note = vault.note(id);
            let name = plain(&note.name).replace('[', "\\[").replace(']', "\\]");
            let path = vault::path::relative(from, &note.path);
            // The form that takes blanks and parentheses; `<`, `>` and a backslash need an escape in it.
            let path: String = path
                .chars()
                .flat_map(|c| {
                    let escape = matches!(c, '<' | '>' | '\\').then_some('\\');
                    escape.into_iter().chain([c])
                })
                .collect();
            let needs_brackets =
                |c: char| !c.is_alphanumeric() && !matches!(c, '/' | '-' | '_' | '.');
            match path.contains(needs_brackets) {
                true => format!("[{name}](<{path}>)"),
                false => format!("[{name}]({path})"),
            }
        }
        None => format!("`{}`", one_line(&contact.path).replace('`', "'")),
    }
}

/// Returns a text that stays on its line and opens no HTML.
fn plain(text: &str) -> String {
    one_line(text).trim().replace('<', "\\<")
}
