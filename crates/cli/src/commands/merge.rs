//! `ties merge`: two notes of one person become one, with every link and all history.

use clap::Args;
use ide::rename::{Merged, merge_notes};
use journal::git::{Repository, Warning};
use note::{ContactId, NoteKind};
use serde_json::json;
use vault::{NoteData, load};

use crate::{
    contacts,
    error::CommandError,
    output::{Answer, BOLD, count, one_line},
    session::{Globals, Session},
};

/// Join two notes of one person: what CONTACT says goes into INTO
///
/// Keys and items of lists that INTO lacks are added; where both have another single value, INTO's stays, and CONTACT's stands in
/// the body with CONTACT's text. Links and history follow, and CONTACT's file is removed, all of it or nothing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The contact whose note goes: path, name, alias or e-mail address
    contact: String,
    /// The contact whose note stays
    into: String,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// Joins the notes.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let session = Session::open(globals)?;
    let vault = session.vault();
    let find = |text: &str| contacts::find(vault, &session.place, text, &[NoteKind::Contact]);
    let (from, into) = (find(&arguments.contact)?, find(&arguments.into)?);
    if from == into {
        let path = &vault.note(from).path;
        return Err(
            CommandError::new(format!("both names mean `{}`", one_line(path)))
                .hint("name two notes, by their paths where names are not clear"),
        );
    }
    let merged = merge_notes(session.world(), from, into)?;
    let (old, data) = (vault.note(from), vault.note(into));
    let timeline = session.world().timeline;
    let interactions = timeline.map_or(0, |timeline| {
        timeline.of_contact(&old.path, old.uid()).len()
    });
    let mut warnings = session.warnings.clone();
    let mut commit = None;
    if !arguments.dry_run {
        if let Some(repository) = &session.repository {
            repository.check_writable()?;
        }
        load::apply(&session.place.root, &merged.change)?;
        if let Some(repository) = &session.repository {
            let written = follow(repository, old, data, &session)?;
            warnings.extend(written.1);
            commit = written.0;
        }
    }
    let edited = merged.change.edits.keys();
    let others: Vec<&str> = edited
        .map(|path| &**path)
        .filter(|path| *path != &*data.path)
        .collect();
    Ok(Answer {
        text: text(
            &merged,
            old,
            data,
            others.len(),
            interactions,
            arguments.dry_run,
        ),
        remarks: match arguments.dry_run {
            true => "nothing was changed: without `--dry-run` it is\n".to_owned(),
            false => "`git diff` shows the change; committing it is left to you\n".to_owned(),
        },
        json: json!({
            "path": &*data.path,
            "removed": &*old.path,
            "joined": merged.joined,
            "differing": merged.differing.iter().map(|(key, said)| json!({"key": key, "said": said})).collect::<Vec<_>>(),
            "edited": others,
            "interactions": interactions,
            "commit": commit,
            "dry_run": arguments.dry_run,
        }),
        warnings,
        ..Answer::default()
    })
}

/// Says in the journal where the contact's note is now. On a branch without commits there is nothing to say.
fn follow(
    repository: &Repository,
    old: &NoteData,
    data: &NoteData,
    session: &Session,
) -> Result<(Option<String>, Vec<String>), CommandError> {
    if repository.head().is_none() {
        return Ok((None, Vec::new()));
    }
    let id = |note: &NoteData| ContactId {
        path: (*note.path).into(),
        uid: note.uid().map(Into::into),
    };
    let mut new = id(data);
    // The note that stays takes the uid where it had none.
    new.uid = new.uid.or_else(|| old.uid().map(Into::into));
    let written = repository.append_moves("merge", &[(id(old), new)], &session.place.now);
    let written = written.map_err(|error| {
        CommandError::from(error).hint(format!(
            "the notes are merged; `ties relink '{}' '{}'` has the history follow",
            old.path, data.path
        ))
    })?;
    let warnings = written.warnings.iter().map(Warning::to_string);
    let commit = written.commits.last().map(ToString::to_string);
    Ok((commit, warnings.collect()))
}

fn text(
    merged: &Merged,
    old: &NoteData,
    data: &NoteData,
    n_others: usize,
    interactions: usize,
    is_trial: bool,
) -> String {
    let is = match is_trial {
        true => "would be",
        false => "is",
    };
    let mut text = format!(
        "{} {is} part of {BOLD}{}{BOLD:#} in {}; {} {is} removed\n",
        one_line(&old.name),
        one_line(&data.name),
        one_line(&data.path),
        one_line(&old.path)
    );
    if !merged.joined.is_empty() {
        text += &format!("joined       {}\n", one_line(&merged.joined.join(", ")));
    }
    for (key, said) in &merged.differing {
        text += &format!("in the text  {}: {}\n", one_line(key), one_line(said));
    }
    if n_others > 0 {
        text += &format!("links        in {} follow\n", count(n_others, "other note"));
    }
    if interactions > 0 {
        text += &format!(
            "history      {} along\n",
            match interactions {
                1 => "1 interaction goes".to_owned(),
                n => format!("{n} interactions go"),
            }
        );
    }
    text
}
