//! Many interactions at once: what an import or the notes hold is shown, agreed to, and written in one go.

use std::fmt::Write as _;

use journal::{Interaction, Record};
use serde_json::{Value, json};

use super::super::timeline;
use crate::{
    error::CommandError,
    output::{Answer, count},
    session::Session,
};

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
    repository.check_writable()?;
    let commits = match how {
        How::DryRun => Vec::new(),
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
