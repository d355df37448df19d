//! `ties log --edit`: the interaction is written in the user's editor, with what is known of the contacts below.
//!
//! The file is `key: value` lines, a blank line, the text, and a line that cuts off the rest. Lines with `#` are text: they
//! are headings and tags. What was typed is never lost: where something is wrong the file stays, and is named.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use network::history;
use note::{NoteKind, fold};

use super::{super::timeline, Arguments, By};
use crate::{
    contacts,
    error::CommandError,
    output::{Answer, one_line},
    session::{Globals, Place},
};

/// How the line begins that cuts off what is only to be read.
const SCISSORS: &str = "# ---- >8 ----";
/// What follows that line begins with this.
const EXPLANATION: &str = "What it was about stands above";
/// How many conversations are shown for each contact.
const RECENT: usize = 3;
/// The keys that may stand above the text.
const KEYS: [&str; 7] = ["kind", "on", "by", "gave", "received", "event", "goal"];

/// Has the interaction written, and logs it.
pub(super) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let Prepared {
        named,
        template,
        folder,
        root,
    } = prepare(arguments, globals)?;
    let file =
        write_new(&folder, &template).map_err(|error| CommandError::file(&folder, &error))?;
    let edited = edit(&file, &root).and_then(|()| {
        let text = fs::read(&file).map_err(|error| CommandError::file(&file, &error))?;
        String::from_utf8(text).map_err(|_| CommandError::new("what was written is not UTF-8"))
    });
    let is_untouched = edited.as_ref().is_ok_and(|text| *text == template)
        || fs::read(&file).is_ok_and(|text| text == template.as_bytes());
    let answer = edited
        .and_then(|text| read(&text, &named))
        .and_then(|written| super::log(&written, globals));
    if answer.is_ok() || is_untouched {
        // What is left over harms nobody.
        let _ = fs::remove_file(&file);
        return answer;
    }
    answer.map_err(|error| error.hint(format!("what was written is kept in `{}`", file.display())))
}

/// What there is before the editor opens.
struct Prepared {
    /// The arguments, every contact named by its path.
    named: Arguments,
    /// The text to begin with.
    template: String,
    /// Where the file goes.
    folder: PathBuf,
    /// The vault's root.
    root: PathBuf,
}

fn prepare(arguments: &Arguments, globals: &Globals) -> Result<Prepared, CommandError> {
    let place = Place::find(globals)?;
    // What is wrong already is better said before anything is typed.
    let kind = super::to_kind(&place.config, arguments.kind.as_deref().unwrap_or_default())?;
    let on = super::to_when(arguments.on.as_deref(), &place.now, globals)?;
    let repository = place.repository()?;
    repository.check_writable()?;
    let folder = repository.git_dir().to_owned();
    let session = place.load()?;
    let world = session.world();
    let vault = session.vault();
    let find = |text: &String, kind| contacts::find(vault, &session.place, text, &[kind]);
    let mut named = arguments.clone();
    let mut facts = String::new();
    for text in &mut named.contacts {
        let id = find(text, NoteKind::Contact)?;
        *text = vault.note(id).path.to_string();
        facts.push('\n');
        facts.push_str(&ide::glance(world, id).unwrap_or_default());
        facts.push('\n');
        let recent = history::interactions(world, id);
        if !recent.is_empty() {
            facts.push_str("\nLast conversations\n\n");
        }
        for interaction in recent.into_iter().take(RECENT) {
            let line = timeline::line(interaction, false);
            facts.push_str(&format!("- {}", anstream::adapter::strip_str(&line)));
        }
    }
    for (text, kind) in [
        (&mut named.event, NoteKind::Event),
        (&mut named.goal, NoteKind::Goal),
    ] {
        if let Some(text) = text {
            *text = vault.note(find(text, kind)?).path.to_string();
        }
    }
    named.kind = Some(kind.to_string());
    named.on = Some(on.to_string());
    named.edit = false;
    Ok(Prepared {
        template: template(&named, &facts),
        named,
        folder,
        root: session.place.root.clone(),
    })
}

fn template(named: &Arguments, facts: &str) -> String {
    let mut text = String::new();
    let mut field = |key: &str, value: &str| {
        text.push_str(format!("{key}: {}", one_line(value)).trim_end());
        text.push('\n');
    };
    let by = named.by.map_or("", |by| match by {
        By::Me => "me",
        By::Them => "them",
    });
    field("kind", named.kind.as_deref().unwrap_or_default());
    field("on", named.on.as_deref().unwrap_or_default());
    field("by", by);
    for (key, values) in [("gave", &named.gave), ("received", &named.received)] {
        if values.is_empty() {
            field(key, "");
        }
        for value in values {
            field(key, value);
        }
    }
    for (key, value) in [("event", &named.event), ("goal", &named.goal)] {
        if let Some(value) = value {
            field(key, value);
        }
    }
    format!(
        "{text}\n{}\n\n{SCISSORS} this line and what follows is for you to read, and is not logged\n\n\
         {EXPLANATION}; its first line goes into the subject. Lines with # stay.\n\
         `by` is me or them; `gave` and `received` may have several lines. Without a text nothing is logged.\n{facts}",
        named.message.trim_end()
    )
}

/// Reads what was written over `named`.
fn read(text: &str, named: &Arguments) -> Result<Arguments, CommandError> {
    let text = text.replace("\r\n", "\n");
    let cut = text
        .lines()
        .scan(0, |offset, line| {
            let start = *offset;
            *offset += line.len() + 1;
            Some((start, line))
        })
        .find(|(_, line)| line.starts_with(SCISSORS));
    let end = match cut {
        Some((start, _)) => start,
        // Whoever wrote a text in place of everything meant all of it.
        None if !text.contains(EXPLANATION) => text.len(),
        None => {
            return Err(CommandError::new(format!(
                "the line `{SCISSORS}` is gone, so where the text ends cannot be said"
            )));
        }
    };
    let mut written = Arguments {
        by: None,
        gave: Vec::new(),
        received: Vec::new(),
        event: None,
        goal: None,
        on: None,
        ..named.clone()
    };
    let mut rest = &text[..end];
    while let Some((line, after)) = rest.split_once('\n') {
        let Some((key, value)) = field(line)? else {
            break;
        };
        rest = after;
        if value.is_empty() {
            continue;
        }
        match key {
            "kind" => written.kind = Some(value.to_owned()),
            "on" => written.on = Some(value.to_owned()),
            "by" => {
                written.by = Some(match value.to_lowercase().as_str() {
                    "me" => By::Me,
                    "them" => By::Them,
                    _ => {
                        return Err(CommandError::new(format!(
                            "`by: {}` is nobody: `me` or `them` reached out",
                            one_line(value)
                        )));
                    }
                });
            }
            "gave" => written.gave.push(value.into()),
            "received" => written.received.push(value.into()),
            "event" => written.event = Some(value.to_owned()),
            _ => written.goal = Some(value.to_owned()),
        }
    }
    let lines: Vec<&str> = rest.lines().map(str::trim_end).collect();
    lines
        .join("\n")
        .trim_matches('\n')
        .clone_into(&mut written.message);
    if written.message.trim().is_empty() {
        return Err(CommandError::new("there is no text, so nothing was logged")
            .hint("`ties log KIND CONTACT` without `--edit` logs without one"));
    }
    Ok(written)
}

/// Returns a field's key and value; `None` where the line is text, or blank.
fn field(line: &str) -> Result<Option<(&'static str, &str)>, CommandError> {
    let Some((key, value)) = line.split_once(':') else {
        return Ok(None);
    };
    let key = key.trim().to_lowercase();
    if let Some(known) = KEYS.iter().find(|known| **known == key) {
        return Ok(Some((known, value.trim())));
    }
    match fold::nearest(&key, KEYS) {
        Some(near) if key.len() > 2 => Err(CommandError::new(format!("`{key}` is no field")).hint(
            format!("did you mean `{near}`? A blank line begins the text"),
        )),
        _ => Ok(None),
    }
}

/// Writes a file that nobody has yet.
fn write_new(folder: &Path, text: &str) -> std::io::Result<PathBuf> {
    let mut file = tempfile::Builder::new()
        .prefix("TIES_LOG_")
        .suffix(".md")
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}

/// Opens the editor that git would open and waits for it.
fn edit(file: &Path, root: &Path) -> Result<(), CommandError> {
    let editor = editor(root);
    let words = shlex::split(&editor).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return Err(CommandError::new(format!(
            "the editor `{}` cannot be read",
            one_line(&editor)
        ))
        .hint("`git config core.editor` names it, as in `code --wait`"));
    };
    // Git's word for no editor at all.
    if program == ":" {
        return Ok(());
    }
    let home = program.strip_prefix("~/").zip(std::env::home_dir());
    let program = home.map_or_else(|| PathBuf::from(program), |(rest, home)| home.join(rest));
    let status = Command::new(&program).args(arguments).arg(file).status();
    let status = status.map_err(|error| {
        CommandError::new(format!(
            "the editor `{}` does not start: {error}",
            program.display()
        ))
        .hint("`git config core.editor` names another; it is run without a shell")
    })?;
    if !status.success() {
        return Err(CommandError::new(format!(
            "the editor `{}` failed ({status})",
            program.display()
        ))
        .hint("nothing was logged"));
    }
    Ok(())
}

/// Returns the editor as `git var GIT_EDITOR` does: `GIT_EDITOR`, `core.editor`, `VISUAL`, `EDITOR`, what git was built with.
fn editor(root: &Path) -> String {
    let said = Command::new("git")
        .args(["var", "GIT_EDITOR"])
        .current_dir(root)
        .output();
    let said = said.ok().filter(|said| said.status.success());
    let said = said.and_then(|said| String::from_utf8(said.stdout).ok());
    let named = |name: &str| std::env::var(name).ok();
    said.map(|said| said.trim_end().to_owned())
        .or_else(|| named("GIT_EDITOR"))
        .or_else(|| named("VISUAL"))
        .or_else(|| named("EDITOR"))
        .filter(|editor| !editor.is_empty())
        .unwrap_or_else(|| "vi".to_owned())
}
