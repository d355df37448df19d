//! `ties demo`: a filled vault with three years of history, made of the example notes that the program carries.

use std::fmt::Write as _;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::{Span, Timestamp, ToSpan, Zoned, civil::Date};
use journal::{InitiatedBy, Record, git::Repository, record};
use note::{ContactId, value::When};
use serde::Deserialize;
use serde_json::json;
use vault::Vault;

use crate::{
    error::CommandError,
    output::{Answer, BOLD, count},
    session::{Globals, current_folder},
};

/// The example notes: path from the vault's root, text with placeholders.
const NOTES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/demo_vault.rs"));
/// The example interactions, one JSON object a line.
const HISTORY: &str = include_str!(concat!(env!("OUT_DIR"), "/history.jsonl"));
/// How many days before today the notes are committed: before the first interaction.
const BEGAN: i64 = 1095;

/// Make a filled vault to try things on
///
/// It holds invented people and three years of history, dated back from today, in a git repository of its own.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where to make it; a folder that does not exist yet or is empty
    #[arg(default_value = "ties-demo")]
    dir: PathBuf,
}

/// One line of the history.
#[derive(Debug, Deserialize)]
struct Told {
    days_ago: i64,
    time: Option<String>,
    kind: String,
    contacts: Vec<String>,
    summary: String,
    #[serde(default)]
    body: String,
    by: Option<String>,
    #[serde(default)]
    gave: Vec<Box<str>>,
    #[serde(default)]
    received: Vec<Box<str>>,
    event: Option<Box<str>>,
    goal: Option<Box<str>>,
}

/// Makes the vault.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let now = globals.now()?;
    let today = now.date();
    let root = current_folder()?.join(&arguments.dir);
    refuse_filled(&root, &arguments.dir)?;
    let write = |path: &str, text: &str| {
        let file = root.join(path);
        let folder = file.parent().unwrap_or(&root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| CommandError::file(&file, &error))
    };
    let mut vault = Vault::new(vault::Config::default());
    for (path, text) in NOTES {
        let text = fill(text, today);
        write(path, &text)?;
        if vault::path::without_extension(path) != *path {
            vault.set(path, &text);
        }
    }
    let repository = start_repository(&root)?;
    let began = When::Day(before(today, BEGAN));
    let paths: Vec<&str> = NOTES.iter().map(|(path, _)| *path).collect();
    repository.commit_files(&paths, "notes: begin", began, &now)?;
    let records = records(&vault, &now)?;
    repository.append(&records, &now)?;

    let dir = arguments.dir.display().to_string();
    let n_notes = vault.len();
    let (contacts, interactions) = (
        vault.of_kind(note::NoteKind::Contact).count(),
        records.len(),
    );
    Ok(Answer {
        text: format!(
            "{BOLD}{dir}{BOLD:#}: {}, {} of them people, and {} since {}\n",
            count(n_notes, "note"),
            contacts,
            count(interactions, "interaction"),
            records.first().map_or(today, |record| record.on.day()),
        ),
        remarks: next_steps(&dir, records.last().map_or("ID", |newest| &newest.id)),
        json: json!({"path": dir, "notes": n_notes, "contacts": contacts, "interactions": interactions}),
        ..Answer::default()
    })
}

fn refuse_filled(root: &Path, named: &Path) -> Result<(), CommandError> {
    match fs::read_dir(root).map(|mut entries| entries.next().is_some()) {
        Ok(false) => Ok(()),
        Ok(true) => Err(
            CommandError::new(format!("`{}` is not empty", named.display()))
                .hint("`ties demo DIR` makes the demo in another folder"),
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CommandError::file(root, &error)),
    }
}

/// Makes the repository, with an own identity: the demo works where git knows nobody, and signs nothing.
fn start_repository(root: &Path) -> Result<Repository, CommandError> {
    let repository = Repository::init(root)?;
    let settings = repository.git_dir().join("config");
    let own = "[user]\n\tname = Robin Achterberg\n\temail = robin@tidewatt.example\n[commit]\n\tgpgsign = false\n";
    let text = fs::read_to_string(&settings).unwrap_or_default();
    fs::write(&settings, text + own).map_err(|error| CommandError::file(&settings, &error))?;
    Ok(Repository::discover(root)?)
}

fn before(today: Date, days: i64) -> Date {
    today.saturating_sub(days.days())
}

/// Returns the history as records, oldest first.
fn records(vault: &Vault, now: &Zoned) -> Result<Vec<Record>, CommandError> {
    let mut records = Vec::new();
    for line in HISTORY.lines().filter(|line| !line.trim().is_empty()) {
        let told: Told = serde_json::from_str(line).map_err(CommandError::new)?;
        let named = told
            .contacts
            .iter()
            .map(|path| vault.id(path).map(|id| vault.note(id)));
        let contacts: Vec<_> = named.flatten().collect();
        let names: Vec<&str> = contacts.iter().map(|contact| &*contact.name).collect();
        let (summary, rest) =
            record::summarize(&told.kind, &names, &fill(&told.summary, now.date()));
        let body = format!("{rest}\n\n{}", fill(&told.body, now.date()));
        let day = before(now.date(), told.days_ago);
        let on = told
            .time
            .and_then(|time| note::human_date::parse_past(&format!("{day}T{time}"), now));
        let on = on.unwrap_or(When::Day(day));
        let logged = Timestamp::from_second(on.sort_key()).unwrap_or(now.timestamp());
        records.push(Record {
            id: record::new_id(logged),
            revision: 1,
            retracted: false,
            kind: told.kind.into(),
            on,
            summary: summary.into(),
            body: body.trim().into(),
            contacts: contacts
                .iter()
                .map(|contact| ContactId {
                    path: (*contact.path).into(),
                    uid: contact.uid().map(Into::into),
                })
                .collect(),
            initiated_by: told.by.as_deref().and_then(InitiatedBy::parse),
            gave: told.gave,
            received: told.received,
            event: told.event,
            goal: told.goal,
            other: Vec::new(),
        });
    }
    records.sort_by_key(|record| record.on.sort_key());
    Ok(records)
}

/// Returns `text` with its placeholders replaced: `{{today+12d}}` by that day, `{{md-5d}}` by its month and day.
fn fill(text: &str, today: Date) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        filled.push_str(&rest[..start]);
        let inside = &rest[start + 2..];
        let found = inside
            .find("}}")
            .and_then(|end| Some((end, placeholder(&inside[..end], today)?)));
        match found {
            Some((end, value)) => {
                filled.push_str(&value);
                rest = &inside[end + 2..];
            }
            None => {
                filled.push_str("{{");
                rest = inside;
            }
        }
    }
    filled + rest
}

fn placeholder(name: &str, today: Date) -> Option<String> {
    let (is_short, offset) = match (name.strip_prefix("today"), name.strip_prefix("md")) {
        (Some(offset), _) => (false, offset),
        (None, Some(offset)) => (true, offset),
        (None, None) => return None,
    };
    let days: i64 = match offset {
        "" => 0,
        _ => offset.strip_suffix('d')?.parse().ok()?,
    };
    let day = today.saturating_add(Span::new().days(days));
    let text = day.to_string();
    Some(if is_short { text[5..].to_owned() } else { text })
}

/// Returns the commands to try next, with the program's own path where `ties` would not be found.
fn next_steps(dir: &str, newest: &str) -> String {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let program = format!("ties{}", std::env::consts::EXE_SUFFIX);
    let is_found = std::env::split_paths(&folders).any(|folder| folder.join(&program).is_file());
    let ties = match std::env::current_exe() {
        Ok(own) if !is_found => own.display().to_string(),
        _ => "ties".to_owned(),
    };
    let mut text = "\nTry:\n".to_owned();
    for step in [
        format!("cd {dir}"),
        format!("{ties} check"),
        format!("{ties} due"),
        format!("{ties} log call ada -m \"what we spoke about\""),
        "git log -1".to_owned(),
        format!("{ties} timeline ada"),
        "$EDITOR people/ada-okafor.md".to_owned(),
    ] {
        let _ = writeln!(text, "  {step}");
    }
    text.push_str(
        "\nAnd for slips, for commits from any other program, and for a second machine:\n",
    );
    for step in [
        format!("{ties} amend {newest} -m \"what it really was\""),
        format!("{ties} retract {newest}"),
        format!("{ties} hooks install"),
        "git init --bare ../network.git && git remote add origin ../network.git".to_owned(),
        format!("{ties} sync"),
    ] {
        let _ = writeln!(text, "  {step}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_days() {
        let today = Date::constant(2026, 11, 23);
        let text = "{{today}} {{today+12d}} {{today-30d}} {{md+5d}} {{other}} {{";
        assert_eq!(
            fill(text, today),
            "2026-11-23 2026-12-05 2026-10-24 11-28 {{other}} {{"
        );
    }

    #[test]
    fn the_history_names_only_notes_that_are_there() {
        let paths: Vec<&str> = NOTES.iter().map(|(path, _)| *path).collect();
        for line in HISTORY.lines() {
            let told: Told = serde_json::from_str(line).unwrap();
            assert!(told.days_ago < BEGAN, "{line}");
            for path in told
                .contacts
                .iter()
                .map(String::as_str)
                .chain(told.event.as_deref())
                .chain(told.goal.as_deref())
            {
                assert!(paths.contains(&path), "{path}");
            }
        }
    }
}
