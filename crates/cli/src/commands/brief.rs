//! `ties brief`: what to know before one meets a contact or goes to an event.

use clap::Args;
use note::NoteKind;
use serde_json::json;

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, clean},
    session::{Globals, Session},
};

/// Show what to know before you meet a contact or go to an event
///
/// Of a contact what you have in common, the last conversations, promises, needs and what you can do, whom they know and
/// whom you could introduce to them; of an event who is new to you and how to reach them, then who is familiar. It is
/// Markdown, with links from the top of the vault.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The contact or event
    name: String,
}

/// Returns the brief.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let note = contacts::find(
        session.vault(),
        &session.place,
        &arguments.name,
        &[NoteKind::Contact, NoteKind::Event],
    )?;
    let data = session.vault().note(note);
    let page = ide::brief_page(session.world(), note, &ide::encode_path)
        .ok_or_else(|| CommandError::new(format!("there is no brief of `{}`", data.path)))?;
    Ok(Answer {
        text: clean(&page.markdown),
        json: json!({"path": &*data.path, "title": page.title, "markdown": page.markdown}),
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}
