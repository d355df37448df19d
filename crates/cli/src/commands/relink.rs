//! `ties relink`: what the journal says of a note that is no more is said of another one.

use clap::Args;
use journal::git::Warning;
use network::history;
use note::{ContactId, NoteKind, fold};
use serde_json::json;

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, DIM, count, one_line},
    session::{Globals, Session},
};

/// Tell the journal where a contact's note is now
///
/// Needed only where neither git nor a `uid` tells: a note deleted and written anew, two notes made one. It appends a
/// commit that every clone reads.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The path that interactions name and that no note has any more
    old: String,
    /// The contact it means now
    new: String,
}

/// Appends the move.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    session.timeline()?;
    let world = session.world();
    let lost = history::unresolved_contacts(world);
    let old = arguments.old.trim();
    let is_meant = |contact: &ContactId| {
        *contact.path == *old || vault::path::without_extension(&contact.path) == old
    };
    let meant: Vec<_> = lost
        .iter()
        .filter(|(contact, _)| is_meant(contact))
        .collect();
    let Some((contact, _)) = meant.first() else {
        let error = CommandError::new(format!("the journal misses no note `{}`", one_line(old)));
        let paths = || lost.keys().map(|contact| &*contact.path);
        return Err(match (fold::nearest(old, paths()), paths().next()) {
            (Some(near), _) => error.hint(format!("did you mean `{}`?", one_line(near))),
            (None, None) => error.hint("every contact of every interaction has its note"),
            (None, Some(_)) => error.hint(format!(
                "it misses {}",
                paths().map(one_line).collect::<Vec<_>>().join(", ")
            )),
        });
    };
    let number = meant.iter().map(|(_, with)| with.len()).sum();
    let id = contacts::find(
        session.vault(),
        &session.place,
        &arguments.new,
        &[NoteKind::Contact],
    )?;
    let data = session.vault().note(id);
    let new = &data.path;
    let repository = session.place.repository()?;
    let moved = meant.iter().map(|(contact, _)| {
        let new = ContactId {
            path: (**new).into(),
            uid: data.uid().map(Into::into),
        };
        ((*contact).clone(), new)
    });
    let moved: Vec<_> = moved.collect();
    let written = repository.append_moves("relink", &moved, &session.place.now)?;
    let commit = written.commits.last().cloned().unwrap_or_default();
    let mut warnings = session.warnings.clone();
    warnings.extend(written.warnings.iter().map(Warning::to_string));
    Ok(Answer {
        text: format!(
            "{BOLD}{}{BOLD:#} is {BOLD}{}{BOLD:#} now, in {}  {DIM}{}{DIM:#}\n",
            one_line(&contact.path),
            one_line(new),
            count(number, "interaction"),
            commit.get(..10).unwrap_or(&commit),
        ),
        json: json!({"commit": commit, "old": contact.path, "new": &**new, "interactions": number}),
        warnings,
        ..Answer::default()
    })
}
