//! `ties sync`: the vault's branch and a remote brought together, and what came, or what is in the way, said.

use std::{collections::HashMap, fs, path::Path};

use clap::Args;
use journal::{
    Interaction, Timeline,
    git::{Conflict, Join, Repository, Sides, SyncOptions, Synced},
};
use serde_json::{Value, json};

use super::{merge_driver, timeline};
use crate::{
    error::CommandError,
    output::{Answer, BOLD, RED, count, one_line},
    session::{Globals, Place},
};

/// How many of the interactions that came are shown.
const SHOWN: usize = 10;

/// Fetch from a remote, merge, and push
///
/// Git does it, with your configuration, credentials and hooks. Nothing is forced: where both sides changed the same lines,
/// the merge waits for you. What is not committed stays here.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The remote; by default that of the branch, or the only one
    remote: Option<String>,
    /// Join what both sides did by a merge commit, whatever git is configured to do
    #[arg(long)]
    merge: bool,
    /// Join what both sides did by writing own commits anew on top of the remote's
    #[arg(long, conflicts_with = "merge")]
    rebase: bool,
}

/// Brings both together.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let place = Place::find(globals)?;
    let repository = place.repository()?;
    let before = repository.open_journal()?.timeline;
    let join = match (arguments.merge, arguments.rebase) {
        (true, _) => Some(Join::Merge),
        (_, true) => Some(Join::Rebase),
        _ => None,
    };
    let synced = repository.sync(&SyncOptions {
        remote: arguments.remote.as_deref(),
        join,
    })?;
    if !synced.conflicts.is_empty() {
        return Ok(in_conflict(&place, &repository, &synced));
    }
    let after = repository.open_journal()?.timeline;
    let news = news(&before, &after);
    let mut text = match (synced.received, synced.sent) {
        (0, 0) => format!(
            "{BOLD}{}{BOLD:#} and {} are the same already\n",
            one_line(&synced.branch),
            one_line(&synced.upstream)
        ),
        (received, sent) => {
            let how = match synced.join {
                None => "",
                Some(Join::Merge) => ", merged",
                Some(Join::Rebase) => ", rebased",
            };
            format!(
                "{BOLD}{}{BOLD:#} is in step with {}: {} received{how}, {sent} sent\n",
                one_line(&synced.branch),
                one_line(&synced.upstream),
                count(received, "commit"),
            )
        }
    };
    for interaction in news.iter().take(SHOWN) {
        text.push_str(&timeline::line(interaction, true));
    }
    let mut remarks = String::new();
    if news.len() > SHOWN {
        let rest = count(news.len() - SHOWN, "more interaction");
        remarks += &format!("{rest}: `ties timeline`\n");
    }
    if synced.uncommitted > 0 {
        remarks += &format!(
            "{} not committed, and so not sent\n",
            match synced.uncommitted {
                1 => "1 changed file is".to_owned(),
                n => format!("{n} changed files are"),
            }
        );
    }
    let ids: Vec<&str> = news.iter().map(|new| &*new.record.id).collect();
    Ok(Answer {
        text,
        remarks,
        json: to_json(&synced, &ids, &[]),
        ..Answer::default()
    })
}

/// Returns the interactions that are new, or that read differently, newest first.
fn news<'a>(before: &Timeline, after: &'a Timeline) -> Vec<&'a Interaction> {
    let known: HashMap<&str, u32> = before
        .interactions()
        .iter()
        .map(|known| (&*known.record.id, known.record.revision))
        .collect();
    let is_new =
        |new: &&Interaction| known.get(&*new.record.id).copied() != Some(new.record.revision);
    let mut news: Vec<&Interaction> = after.interactions().iter().filter(is_new).collect();
    news.sort_by_key(|new| std::cmp::Reverse((new.record.on.sort_key(), &new.record.id)));
    news
}

/// Says which files need the user, and how to go on.
fn in_conflict(place: &Place, repository: &Repository, synced: &Synced) -> Answer {
    let mut text = format!(
        "{RED}conflict{RED:#}: {} and {} changed {} differently\n",
        one_line(&synced.branch),
        one_line(&synced.upstream),
        count(synced.conflicts.len(), "file"),
    );
    let mut files = Vec::new();
    for conflict in &synced.conflicts {
        let lines = marked_lines(&repository.top_level().join(&conflict.path));
        let path = one_line(&conflict.path);
        if lines.is_empty() {
            text += &format!("  {path}: {}\n", what_happened(conflict, synced));
        }
        for line in &lines {
            text += &format!("  {path}:{line}\n");
        }
        files.push(json!({"path": conflict.path, "lines": lines}));
    }
    let command = match synced.join {
        Some(Join::Rebase) => "rebase",
        _ => "merge",
    };
    let mut remarks = format!(
        "between `<<<<<<<` and `>>>>>>>` are both versions: leave the lines that are right, then \
         `git add` the files, `git {command} --continue`, and `ties sync` once more\n\
         `git {command} --abort` goes back to how it was here; nothing was sent\n"
    );
    let is_note =
        |conflict: &Conflict| vault::path::without_extension(&conflict.path) != conflict.path;
    if synced.conflicts.iter().any(is_note)
        && merge_driver::state(&place.root, repository) != merge_driver::State::Set
    {
        remarks +=
            "`ties init --merge-driver` has git merge notes key by key, with fewer conflicts\n";
    }
    Answer {
        text,
        remarks,
        json: to_json(synced, &[], &files),
        code: 1,
        ..Answer::default()
    }
}

/// Returns the lines, from 1, at which conflicts begin.
fn marked_lines(file: &Path) -> Vec<usize> {
    let bytes = fs::read(file).unwrap_or_default();
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| line.starts_with(b"<<<<<<<"))
        .map(|(index, _)| index + 1)
        .collect()
}

/// Says what the sides did to a file without conflict markers.
fn what_happened(conflict: &Conflict, synced: &Synced) -> String {
    // In a rebase git calls the remote's version ours.
    let is_rebase = synced.join == Some(Join::Rebase);
    let deleted_here = match conflict.sides {
        Sides::OursDeleted => !is_rebase,
        Sides::TheirsDeleted => is_rebase,
        Sides::Changed | Sides::Added => {
            return "no text, `git checkout --ours` or `--theirs` takes one".to_owned();
        }
        Sides::Renamed => return "renamed by one side or both, `git status` says more".to_owned(),
    };
    let (deleted, changed) = match deleted_here {
        true => ("here", "there"),
        false => ("there", "here"),
    };
    format!("deleted {deleted}, changed {changed}: `git add` keeps it, `git rm` deletes it")
}

fn to_json(synced: &Synced, interactions: &[&str], conflicts: &[Value]) -> Value {
    json!({
        "remote": synced.remote,
        "branch": synced.branch,
        "upstream": synced.upstream,
        "received": synced.received,
        "sent": synced.sent,
        "join": synced.join.map(|join| match join {
            Join::Merge => "merge",
            Join::Rebase => "rebase",
        }),
        "uncommitted": synced.uncommitted,
        "interactions": interactions,
        "conflicts": conflicts,
    })
}
