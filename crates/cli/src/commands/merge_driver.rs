//! `ties merge-driver`: what git runs to merge two versions of a note, as `gitattributes(5)` says; and how it is set up.
//!
//! It must not fail where git alone would not: what is no text of a note is merged as git merges it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use journal::git::{Repository, merge_files};
use note::merge::{ConflictStyle, MergeOptions, merge};
use serde_json::json;

use crate::{error::CommandError, output::Answer};

/// The name of the driver in `.gitattributes` and in git's configuration.
const NAME: &str = "ties";
/// The files that the driver is for.
const PATTERNS: [&str; 2] = ["*.md", "*.markdown"];

/// Merge two versions of a note key by key, for git
///
/// Git runs it as a merge driver; `ties init --merge-driver` sets that up. The front matter is merged key by key and list
/// item by list item, the body line by line; what both sides changed differently gets conflict markers.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The version that both were made from (`%O`)
    base: PathBuf,
    /// Our version, which the result replaces (`%A`)
    ours: PathBuf,
    /// Their version (`%B`)
    theirs: PathBuf,
    /// How many characters conflict markers are long (`%L`)
    #[arg(long, value_name = "N", default_value_t = 7)]
    marker_size: usize,
    /// What to call the three versions (`%S`, `%X`, `%Y`)
    #[arg(long, num_args = 3, value_names = ["BASE", "OURS", "THEIRS"])]
    labels: Vec<String>,
}

/// Merges; ends with 1 where conflicts are left.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, CommandError> {
    let Arguments {
        base, ours, theirs, ..
    } = arguments;
    // A git that knows no labels passes the placeholders on.
    let label = |index: usize, placeholder: &str, otherwise: &'static str| {
        let label = arguments.labels.get(index).map_or("", |label| label.trim());
        match label {
            "" => otherwise.to_owned(),
            label if label == placeholder => otherwise.to_owned(),
            label => label.to_owned(),
        }
    };
    let labels = [
        label(0, "%S", "base"),
        label(1, "%X", "ours"),
        label(2, "%Y", "theirs"),
    ];
    let read = |path: &PathBuf| fs::read(path).map_err(|error| CommandError::file(path, &error));
    let texts = [read(base)?, read(ours)?, read(theirs)?].map(String::from_utf8);
    let conflicts = if let [Ok(base), Ok(mine), Ok(theirs)] = texts {
        // Git runs drivers at the top of the work tree.
        let setting = Repository::discover(Path::new("."))
            .ok()
            .and_then(|repository| repository.setting("merge.conflictStyle"));
        let style = match setting.as_deref() {
            Some("diff3" | "zdiff3") => ConflictStyle::Diff3,
            _ => ConflictStyle::Merge,
        };
        let options = MergeOptions {
            marker_size: arguments.marker_size.clamp(1, 1000),
            style,
            base: &labels[0],
            ours: &labels[1],
            theirs: &labels[2],
        };
        let merged = merge(&base, &mine, &theirs, &options);
        fs::write(ours, merged.text).map_err(|error| CommandError::file(ours, &error))?;
        merged.n_conflicts
    } else {
        let labels = labels.each_ref().map(String::as_str);
        merge_files(base, ours, theirs, arguments.marker_size, labels).map_err(|error| {
            CommandError::new(format!("git cannot merge what is not UTF-8: {error}"))
        })?
    };
    Ok(Answer {
        json: json!({"conflicts": conflicts}),
        code: u8::from(conflicts > 0),
        ..Answer::default()
    })
}

/// Tells git to merge the notes of the vault at `root` with ties; returns what was changed for it.
pub(super) fn set_up(
    root: &Path,
    repository: &Repository,
) -> Result<Vec<&'static str>, CommandError> {
    let mut done = Vec::new();
    let file = root.join(".gitattributes");
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(CommandError::file(&file, &error)),
    };
    if let Some(added) = with_attributes(&text) {
        let change = match text.is_empty() {
            true => fs::write(&file, added),
            false => replace(&file, &added),
        };
        change.map_err(|error| CommandError::file(&file, &error))?;
        done.push(".gitattributes");
    }
    let program = std::env::current_exe()
        .map_err(|error| CommandError::new(format!("where ties is cannot be said: {error}")))?;
    let driver = driver(&program);
    let name = "notes, key by key";
    for (key, value) in [("merge.ties.name", name), ("merge.ties.driver", &driver)] {
        if repository.setting(key).as_deref() != Some(value) {
            repository.set_setting(key, value).map_err(|error| {
                CommandError::new(format!("git cannot be told `{key}`: {error}"))
            })?;
            if done.last() != Some(&"git's configuration") {
                done.push("git's configuration");
            }
        }
    }
    Ok(done)
}

/// How far the driver is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody asked for it.
    Unset,
    /// `.gitattributes` asks for it, and this clone does not know it.
    Unknown,
    /// It merges.
    Set,
}

/// Returns how far the driver is set up for the vault at `root`.
pub(super) fn state(root: &Path, repository: &Repository) -> State {
    let text = fs::read_to_string(root.join(".gitattributes")).unwrap_or_default();
    let is_asked_for = PATTERNS
        .iter()
        .any(|pattern| attribute(&text, pattern) == Some(NAME));
    match (is_asked_for, repository.setting("merge.ties.driver")) {
        (false, _) => State::Unset,
        (true, None) => State::Unknown,
        (true, Some(_)) => State::Set,
    }
}

/// Returns the merge driver that the last line for a pattern names.
fn attribute<'a>(text: &'a str, pattern: &str) -> Option<&'a str> {
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        (words.next()? == pattern).then_some(words)
    });
    lines
        .flatten()
        .filter_map(|word| word.strip_prefix("merge="))
        .next_back()
}

/// Returns `.gitattributes` with the lines for the driver; `None` where it has a driver for each pattern.
fn with_attributes(text: &str) -> Option<String> {
    let missing: Vec<&str> = PATTERNS
        .into_iter()
        .filter(|pattern| attribute(text, pattern).is_none())
        .collect();
    if missing.is_empty() {
        return None;
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut added = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        added.push_str(end);
    }
    for pattern in missing {
        added.push_str(&format!("{pattern} merge={NAME}{end}"));
    }
    Some(added)
}

/// Replaces a file as a whole.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut new, text.as_bytes())?;
    new.as_file()
        .set_permissions(fs::metadata(file)?.permissions())?;
    new.persist(file)?;
    Ok(())
}

/// Returns the command that git runs through a shell: this program, else the one on the search path, else git's own merge.
fn driver(program: &Path) -> String {
    let program = program.to_string_lossy().replace('\'', r"'\''");
    format!(
        "ties='{program}'; test -x \"$ties\" || ties=$(command -v ties); \
         if test -n \"$ties\"; then \"$ties\" merge-driver --marker-size %L --labels %S %X %Y -- %O %A %B; \
         else git merge-file -q --marker-size %L %A %O %B; fi"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_added_where_there_are_none() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(with_attributes(text).as_deref(), expected, "{text:?}");
        };
        check("", Some("*.md merge=ties\n*.markdown merge=ties\n"));
        check(
            "* text=auto\r\n*.md eol=lf",
            Some("* text=auto\r\n*.md eol=lf\r\n*.md merge=ties\r\n*.markdown merge=ties\r\n"),
        );
        check("*.md text merge=ties\n*.markdown merge=union\n", None);
    }

    #[test]
    fn the_last_line_for_a_pattern_counts() {
        let text = "*.md merge=union\n# *.md merge=no\n*.md -text merge=ties\n";
        assert_eq!(attribute(text, "*.md"), Some("ties"));
        assert_eq!(attribute(text, "*.markdown"), None);
    }
}
