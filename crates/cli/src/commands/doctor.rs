//! `ties doctor`: what is set up, and what is not.

mod git;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::merge_driver;
use crate::{
    error::CommandError,
    output::{Answer, BOLD, CYAN, RED, count, one_line},
    session::{Globals, Session},
};

/// Say what is set up and what is not
///
/// Ends with 1 where something is missing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// One thing looked at.
struct Finding {
    what: &'static str,
    is_fine: bool,
    said: String,
    hint: Option<String>,
}

fn fine(what: &'static str, said: impl Into<String>) -> Finding {
    Finding {
        what,
        is_fine: true,
        said: said.into(),
        hint: None,
    }
}

fn missing(what: &'static str, said: impl Into<String>, hint: Option<String>) -> Finding {
    Finding {
        what,
        is_fine: false,
        said: said.into(),
        hint,
    }
}

/// Looks at the vault, the journal and the settings.
pub(crate) fn run(_: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    let mut findings = vec![fine("vault", session.place.root.display().to_string())];
    findings.push(settings(&session));
    findings.push(notes(&session));
    findings.push(match session.vault().me() {
        Some(me) => fine(
            "you",
            format!(
                "{} ({})",
                session.vault().note(me).name,
                session.vault().note(me).path
            ),
        ),
        None => missing(
            "you",
            "no note is about you",
            Some("`ties init` writes `me.md`".to_owned()),
        ),
    });
    findings.push(match session.place.repository() {
        Ok(repository) => {
            let top: PathBuf = repository.top_level().components().collect();
            fine("git", top.display().to_string())
        }
        Err(error) => missing("git", error.message, error.hints.into_iter().next()),
    });
    if session.repository.is_some() {
        let cut = session.warnings.first().cloned();
        findings.push(
            match (
                session
                    .timeline()
                    .map(|timeline| timeline.interactions().len()),
                cut,
            ) {
                (Ok(number), None) => fine("journal", count(number, "interaction")),
                (Ok(number), Some(cut)) => {
                    missing("journal", count(number, "interaction"), Some(cut))
                }
                (Err(error), _) => {
                    missing("journal", error.message, error.hints.into_iter().next())
                }
            },
        );
    }
    let now = session.place.now.clone();
    if let Some(repository) = &mut session.repository {
        findings.push(match repository.check_writable() {
            Ok(()) => fine("logging", "works"),
            Err(error) => missing("logging", error.to_string(), error.hint()),
        });
        findings.extend(git::findings(repository, &now, globals));
    }
    if let Some(repository) = &session.repository {
        findings.push(match merge_driver::state(&session.place.root, repository) {
            merge_driver::State::Set => fine("merging", "notes are merged key by key"),
            merge_driver::State::Unset => fine(
                "merging",
                "as git does; `ties init --merge-driver` has notes merged key by key",
            ),
            merge_driver::State::Unknown => missing(
                "merging",
                "`.gitattributes` asks for ties, and git does not know it in this clone",
                Some("`ties init --merge-driver` tells git".to_owned()),
            ),
        });
    }
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let (style, mark) = if finding.is_fine {
                (BOLD, "ok")
            } else {
                (RED, "!!")
            };
            let hint = finding.hint.as_ref().map_or(String::new(), |hint| {
                format!("              {CYAN}hint{CYAN:#}: {}\n", one_line(hint))
            });
            format!(
                "{style}{mark}{style:#}  {:<8}  {}\n{hint}",
                finding.what,
                one_line(&finding.said)
            )
        })
        .collect();
    let list: Vec<Value> = findings
        .iter()
        .map(|finding| json!({"what": finding.what, "ok": finding.is_fine, "said": finding.said, "hint": finding.hint}))
        .collect();
    Ok(Answer {
        text: lines.concat(),
        json: json!({"findings": list, "version": env!("CARGO_PKG_VERSION")}),
        code: u8::from(findings.iter().any(|finding| !finding.is_fine)),
        ..Answer::default()
    })
}

fn settings(session: &Session) -> Finding {
    let loaded = &session.loaded;
    match (&loaded.config_text, loaded.config_problems.len()) {
        (None, _) => fine("settings", "no ties.toml: the defaults hold"),
        (Some(_), 0) => fine("settings", "ties.toml"),
        (Some(_), number) => missing(
            "settings",
            format!("{} in ties.toml", count(number, "problem")),
            Some("`ties check ties.toml` shows them".to_owned()),
        ),
    }
}

fn notes(session: &Session) -> Finding {
    let vault = session.vault();
    let contacts = vault.of_kind(note::NoteKind::Contact).count();
    let said = format!(
        "{}, {}",
        count(vault.len(), "note"),
        count(contacts, "contact")
    );
    match session.loaded.unreadable.len() {
        0 if contacts == 0 => missing(
            "notes",
            said,
            Some(
                "`ties new contact NAME` writes the first; notes in `people/` are contacts"
                    .to_owned(),
            ),
        ),
        0 => fine("notes", said),
        number => missing(
            "notes",
            format!("{said}, {number} unreadable"),
            Some("`ties check` names those that cannot be read".to_owned()),
        ),
    }
}
