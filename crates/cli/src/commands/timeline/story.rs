//! `ties timeline --id`: how one interaction came to stand as it does, revision by revision, with the commits of each.

use std::fmt::Write as _;

use journal::{InitiatedBy, Interaction, Record, git::Committed};
use serde_json::{Value, json};

use super::{super::amend, to_json};
use crate::{
    error::CommandError,
    output::{Answer, BOLD, DIM, clean, count, one_line},
    session::Session,
};

/// One revision and the commits it stands in: more than one where history was copied.
struct Revision {
    interaction: Interaction,
    commits: Vec<(Box<str>, Option<Committed>)>,
}

/// Returns every revision of the interaction with an id, the first one first.
pub(super) fn run(session: &mut Session, id: &str) -> Result<Answer, CommandError> {
    let now = amend::find(session, id)?;
    let revisions = revisions(session, &now)?;
    let record = &now.record;
    let mut text = format!(
        "{BOLD}{}{BOLD:#}  {}, {}\n",
        one_line(&record.id),
        count(revisions.len(), "revision"),
        if record.retracted {
            "taken back"
        } else {
            "stands"
        },
    );
    let mut before: Option<&Record> = None;
    for revision in &revisions {
        let record = &revision.interaction.record;
        let counts = *record == now.record;
        let _ = write!(text, "\n{BOLD}revision {}{BOLD:#}", record.revision);
        if record.retracted {
            text.push_str(", retracted");
        }
        if counts && revisions.len() > 1 {
            text.push_str(", counts");
        }
        text.push('\n');
        for (commit, committed) in &revision.commits {
            let _ = write!(text, "  {DIM}commit {}", commit.get(..10).unwrap_or(commit));
            if let Some(Committed { by, at }) = committed {
                let at = at.to_string().replace('T', " ");
                let _ = write!(text, ", {at}, {}", one_line(by));
            }
            let _ = writeln!(text, "{DIM:#}");
        }
        let old = before.map(fields);
        for (name, value) in fields(record) {
            let is_new = match &old {
                Some(old) => !old.contains(&(name, value.clone())),
                None => !value.is_empty(),
            };
            if !is_new {
                continue;
            }
            let value = match &*value {
                "" => "-".to_owned(),
                value => clean(value).replace('\n', "\n             "),
            };
            for line in format!("  {name:<9}  {value}").lines() {
                let _ = writeln!(text, "{}", line.trim_end());
            }
        }
        before = Some(record);
    }
    let json = json!({
        "id": now.record.id,
        "retracted": now.record.retracted,
        "revisions": revisions.iter().map(|revision| shown(session, revision, &now)).collect::<Vec<_>>(),
    });
    Ok(Answer {
        text,
        json,
        warnings: session.warnings.clone(),
        ..Answer::default()
    })
}

/// Returns what the history holds of an interaction: equal records once.
fn revisions(session: &Session, now: &Interaction) -> Result<Vec<Revision>, CommandError> {
    let Some(repository) = &session.repository else {
        return Ok(Vec::new());
    };
    let mut revisions: Vec<Revision> = Vec::new();
    let all = repository.read()?.records.into_iter();
    for interaction in all.filter(|one| one.record.id == now.record.id) {
        let commit = interaction.commit.clone();
        let committed = repository.committed(&commit);
        let known = revisions
            .iter_mut()
            .find(|known| known.interaction.record == interaction.record);
        match known {
            Some(known) => known.commits.push((commit, committed)),
            None => revisions.push(Revision {
                interaction,
                commits: vec![(commit, committed)],
            }),
        }
    }
    for revision in &mut revisions {
        revision.commits.sort_by(|(a, at_a), (b, at_b)| {
            let key = |committed: &Option<Committed>| committed.as_ref().map(|c| c.at.sort_key());
            key(at_a).cmp(&key(at_b)).then_with(|| a.cmp(b))
        });
    }
    // What counts comes last of equal revisions; those that lost to it in an order that stays.
    revisions.sort_by_cached_key(|revision| {
        let record = &revision.interaction.record;
        let fields: Vec<String> = fields(record).into_iter().map(|(_, value)| value).collect();
        (
            record.revision,
            record.retracted,
            *record == now.record,
            fields,
        )
    });
    Ok(revisions)
}

/// Returns what a record says, by name, in the order shown; empty values where it says nothing but could.
fn fields(record: &Record) -> Vec<(&'static str, String)> {
    let list = |values: &[Box<str>]| values.join("\n");
    let contacts: Vec<&str> = record
        .contacts
        .iter()
        .map(|contact| &*contact.path)
        .collect();
    let text = |value: &Option<Box<str>>| value.as_deref().unwrap_or_default().to_owned();
    vec![
        ("subject", record.summary.to_string()),
        ("kind", record.kind.to_string()),
        ("on", record.on.to_string()),
        ("with", contacts.join("\n")),
        (
            "by",
            record
                .initiated_by
                .map_or("", InitiatedBy::as_str)
                .to_owned(),
        ),
        ("gave", list(&record.gave)),
        ("received", list(&record.received)),
        ("event", text(&record.event)),
        ("goal", text(&record.goal)),
        ("trailers", super::trailers(record).join("\n")),
        ("text", record.body.to_string()),
    ]
}

fn shown(session: &Session, revision: &Revision, now: &Interaction) -> Value {
    let mut json = to_json(session, &revision.interaction);
    let commits = revision.commits.iter().map(|(commit, committed)| {
        json!({
            "commit": commit,
            "committed": committed.as_ref().map(|committed| committed.at.to_string()),
            "by": committed.as_ref().map(|committed| &committed.by),
        })
    });
    if let Some(object) = json.as_object_mut() {
        object.remove("commit");
        object.insert("commits".to_owned(), commits.collect());
        let counts = revision.interaction.record == now.record;
        object.insert("counts".to_owned(), counts.into());
    }
    json
}
