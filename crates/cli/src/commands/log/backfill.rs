//! Many interactions at once: what an import or the notes hold is shown, agreed to, and written in one go.

use std::{fmt::Write as _, path::PathBuf};

use clap::Args;
use journal::{Interaction, Record};
use serde_json::{Value, json};

use super::{super::timeline, from_notes, import};
use crate::{
    error::CommandError,
    output::{Answer, count},
    session::{Globals, Session},
};

/// What `ties log` takes in place of one interaction.
#[derive(Clone, Debug, Args)]
pub(crate) struct Many {
    /// Log what a file holds, JSON Lines or CSV, all or nothing; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["kind", "contacts", "message", "on", "by", "gave", "received", "event", "goal", "with_notes", "edit"], help_heading = "Many at once")]
    import: Option<PathBuf>,
    /// How the file is written, where its name does not say
    #[arg(
        long = "as",
        value_name = "jsonl|csv",
        requires = "import",
        hide_possible_values = true,
        help_heading = "Many at once"
    )]
    form: Option<import::Form>,
    /// Log every dated entry of the notes that the journal does not hold, after showing them
    #[arg(long, conflicts_with_all = ["import", "kind", "contacts", "message", "on", "by", "gave", "received", "event", "goal", "with_notes", "edit"], help_heading = "Many at once")]
    from_notes: bool,
    /// Show what would be logged, and log nothing
    #[arg(long, conflicts_with = "kind", help_heading = "Many at once")]
    dry_run: bool,
    /// Log what the notes tell without asking
    #[arg(short, long, requires = "from_notes", help_heading = "Many at once")]
    yes: bool,
}

/// Logs many interactions, where that is asked for.
pub(super) fn run(arguments: &Many, globals: &Globals) -> Option<Result<Answer, CommandError>> {
    let how = match arguments.dry_run {
        true => How::DryRun,
        false => How::Write,
    };
    if arguments.from_notes {
        return Some(from_notes::run(how, arguments.yes, globals));
    }
    let file = arguments.import.as_deref()?;
    Some(import::run(file, arguments.form, how, globals))
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Show what would be written.
    DryRun,
    /// Write it.
    Write,
}

/// How many interactions a text answer lists after they are written.
const LISTED: usize = 10;

/// Shows or writes `new`, oldest first; `known` is how many more there were that the journal has.
pub(super) fn finish(
    session: Session,
    mut new: Vec<Record>,
    known: usize,
    how: How,
) -> Result<Answer, CommandError> {
    new.sort_by_key(|record| record.on.sort_key());
    let mut answer = Answer {
        warnings: session.warnings,
        ..Answer::default()
    };
    let already = match known {
        0 => String::new(),
        _ => format!("{} already in the journal\n", count(known, "interaction")),
    };
    if new.is_empty() {
        answer.text = format!("nothing to log\n{already}");
        answer.json =
            json!({"interactions": [], "logged": 0, "known": known, "dry_run": how == How::DryRun});
        return Ok(answer);
    }
    let repository = session.place.repository()?;
    let commits = match how {
        How::DryRun => {
            if repository.signs()? {
                answer.warnings.push(
                    "`commit.gpgSign` is set: each commit is signed by itself, a hundred take a second or more"
                        .to_owned(),
                );
            }
            Vec::new()
        }
        How::Write => {
            let written = repository.append(&new, &session.place.now)?;
            let warnings = written.warnings.iter().map(ToString::to_string);
            answer.warnings.extend(warnings);
            written.commits
        }
    };
    let to_json = |(index, record): (usize, &Record)| -> Value {
        let contacts: Vec<&str> = record
            .contacts
            .iter()
            .map(|contact| &*contact.path)
            .collect();
        json!({
            "id": record.id,
            "commit": commits.get(index),
            "on": record.on.to_string(),
            "kind": record.kind,
            "summary": record.summary,
            "contacts": contacts,
        })
    };
    answer.json = json!({
        "interactions": new.iter().enumerate().map(to_json).collect::<Vec<_>>(),
        "logged": commits.len(),
        "known": known,
        "dry_run": how == How::DryRun,
    });
    let listed = match how {
        How::DryRun => new.len(),
        How::Write => LISTED,
    };
    answer.text = list(&new, listed);
    let what = count(new.len(), "interaction");
    let _ = match how {
        How::DryRun => writeln!(answer.text, "would log {what}"),
        How::Write => writeln!(answer.text, "logged {what}"),
    };
    answer.text.push_str(&already);
    Ok(answer)
}

/// Returns the interactions as lines of the timeline, the last `most` of them.
pub(super) fn list(records: &[Record], most: usize) -> String {
    let left_out = records.len().saturating_sub(most);
    let mut text = String::new();
    if left_out > 0 {
        let _ = writeln!(text, "… {left_out} more");
    }
    for record in &records[left_out..] {
        let interaction = Interaction {
            record: record.clone(),
            commit: Box::default(),
        };
        text.push_str(&timeline::line(&interaction, false));
    }
    text
}
