//! `ties lost`, `ties restore` and `ties let-go`: interactions that were logged here and that history has no more.

use clap::Args;
use journal::{Interaction, Record, git::Warning};
use serde_json::json;

use super::timeline;
use crate::{
    error::CommandError,
    output::{Answer, BOLD, count, one_line},
    session::{Globals, Session},
};

/// List interactions that were logged here and that no branch has any more
///
/// A reset, a rebase, a fixup or a deleted branch takes them out of history. A local ref, `refs/ties/kept`, keeps them from
/// git's garbage collection.
#[derive(Debug, Args)]
pub(crate) struct Lost {}

/// Log lost interactions again, as they were
#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    which: Which,
}

/// Let lost interactions go: they are told no more, and git may delete them
#[derive(Debug, Args)]
pub(crate) struct LetGo {
    #[command(flatten)]
    which: Which,
}

/// Which of those that are lost.
#[derive(Debug, Args)]
#[group(required = true)]
struct Which {
    /// Their ids, or at least four characters of the beginning of each
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// All of them
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

/// Shows what is lost.
pub(crate) fn lost(_: &Lost, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    let lost = session.timeline()?.lost().to_vec();
    let mut text = String::new();
    for interaction in newest_first(&lost) {
        text.push_str(&timeline::line(interaction, true));
    }
    let mut remarks = String::new();
    match lost.len() {
        0 => text.push_str("nothing is lost\n"),
        n => {
            remarks = format!(
                "{}: `ties restore ID` logs one again, `ties let-go ID` lets it go, `--all` takes all\n",
                count(n, "interaction")
            );
        }
    }
    let interactions: Vec<_> = newest_first(&lost)
        .map(|interaction| timeline::to_json(&session, interaction))
        .collect();
    Ok(Answer {
        text,
        json: json!({"interactions": interactions}),
        remarks,
        warnings: session.warnings,
        ..Answer::default()
    })
}

/// Logs again what is lost.
pub(crate) fn restore(arguments: &Restore, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    let found = which(&mut session, &arguments.which)?;
    let records: Vec<Record> = found.iter().map(|lost| lost.record.clone()).collect();
    let repository = session.place.repository()?;
    let written = repository.append(&records, &session.place.now)?;
    let warnings = written.warnings.iter().map(Warning::to_string);
    session.warnings.extend(warnings);
    Ok(answer("restored", &found, session.warnings))
}

/// Lets go what is lost.
pub(crate) fn let_go(arguments: &LetGo, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    let found = which(&mut session, &arguments.which)?;
    let ids: Vec<&str> = found.iter().map(|lost| &*lost.record.id).collect();
    let repository = session.place.repository()?;
    let mark = session.mark.clone().unwrap_or_default();
    repository.let_go(&mark, session.timeline()?, &ids)?;
    Ok(answer("let go", &found, session.warnings))
}

fn answer(done: &str, found: &[Interaction], warnings: Vec<String>) -> Answer {
    let mut text = format!(
        "{BOLD}{done}{BOLD:#} {}\n",
        count(found.len(), "interaction")
    );
    for interaction in newest_first(found) {
        text.push_str(&timeline::line(interaction, true));
    }
    let ids: Vec<_> = newest_first(found).map(|lost| &lost.record.id).collect();
    Answer {
        text,
        json: json!({"ids": ids}),
        warnings,
        ..Answer::default()
    }
}

/// Returns the interactions that are meant; each id must be that of one that is lost.
fn which(session: &mut Session, which: &Which) -> Result<Vec<Interaction>, CommandError> {
    let lost = session.timeline()?.lost();
    if which.all {
        return match lost {
            [] => Err(CommandError::new("nothing is lost")
                .hint("every interaction that was logged here is in a branch")),
            lost => Ok(oldest_first(lost)),
        };
    }
    let mut found = Vec::new();
    for id in &which.ids {
        let starts = |lost: &&Interaction| {
            let start = lost.record.id.as_bytes().get(..id.len());
            id.chars().count() >= 4
                && start.is_some_and(|start| start.eq_ignore_ascii_case(id.as_bytes()))
        };
        let is_it = |lost: &&Interaction| *lost.record.id == **id;
        let mut meant: Vec<&Interaction> = lost.iter().filter(is_it).collect();
        if meant.is_empty() {
            meant = lost.iter().filter(starts).collect();
        }
        match meant[..] {
            [one] => found.push(one.clone()),
            [] => {
                return Err(CommandError::new(format!(
                    "no lost interaction has the id `{}`",
                    one_line(id)
                ))
                .hint("`ties lost` lists them; four characters of the beginning are enough"));
            }
            _ => {
                return Err(CommandError::new(format!(
                    "the ids of {} lost interactions begin with `{}`",
                    meant.len(),
                    one_line(id)
                ))
                .hint("`ties lost` shows the whole ids"));
            }
        }
    }
    let mut found = oldest_first(&found);
    found.dedup();
    Ok(found)
}

fn newest_first(lost: &[Interaction]) -> impl Iterator<Item = &Interaction> {
    let mut sorted: Vec<&Interaction> = lost.iter().collect();
    sorted.sort_by_key(|lost| std::cmp::Reverse((lost.record.on.sort_key(), &lost.record.id)));
    sorted.into_iter()
}

/// Returns them in the order in which they are logged again.
fn oldest_first(lost: &[Interaction]) -> Vec<Interaction> {
    let mut sorted: Vec<Interaction> = newest_first(lost).cloned().collect();
    sorted.reverse();
    sorted
}
