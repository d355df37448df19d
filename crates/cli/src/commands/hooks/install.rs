//! The scripts in git's folder of hooks: put there, taken away, never over somebody's own.
//!
//! A hook that is there is kept beside ours under another name, byte for byte, and ours calls it first. A script ends with
//! a sum over itself: what was changed by hand since is told from what ties wrote, and not touched.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use super::staged::text;
use crate::{
    error::CommandError,
    output::{Answer, BOLD, DIM, argument, one_line, pad},
    session::{Globals, Place},
};

/// The hooks that ties takes part in.
const HOOKS: [&str; 2] = ["prepare-commit-msg", "commit-msg"];
/// What the name of a hook that was there before ends with.
const BEFORE: &str = "before-ties";
/// What the last line of a script begins with.
const SUM: &str = "# ties hook ";

/// What is at a hook's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing.
    Absent,
    /// The script as ties wrote it.
    Ours,
    /// The script, changed since.
    Changed,
    /// Someone else's hook.
    Foreign,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Ours => "installed",
            Self::Changed => "changed",
            Self::Foreign => "foreign",
        }
    }
}

/// A hook's place.
struct Hook {
    name: &'static str,
    file: PathBuf,
    /// Where one that was there before is kept.
    before: PathBuf,
    state: State,
}

/// The folder of hooks.
struct Hooks {
    folder: PathBuf,
    /// The same as it is shown: from the current folder, where it is below.
    shown: String,
    /// The vault's folder, from the top of the work tree.
    vault: PathBuf,
    scripts: Vec<Hook>,
    /// Why nothing may be written there.
    refusal: Option<CommandError>,
}

impl Hooks {
    fn find(globals: &Globals) -> Result<Self, CommandError> {
        let place = Place::find(globals)?;
        // Says clearly what is wrong where there is no repository.
        place.repository()?;
        let git = |arguments: &[&str]| -> Result<PathBuf, CommandError> {
            let output = Command::new("git")
                .args(arguments)
                .current_dir(&place.root)
                .output();
            let output = output.map_err(|error| {
                CommandError::new(format!("the git program does not run: {error}"))
                    .hint("hooks are git's, so it must be on PATH")
            })?;
            let said = text(output.stdout)?;
            Ok(place.root.join(said.strip_suffix('\n').unwrap_or(&said)))
        };
        let folder = git(&["rev-parse", "--git-path", "hooks"])?;
        let top = canonical(&git(&["rev-parse", "--show-toplevel"])?)?;
        let common = canonical(&git(&["rev-parse", "--git-common-dir"])?)?;
        let root = canonical(&place.root)?;
        let vault = root.strip_prefix(&top).unwrap_or(Path::new("")).to_owned();
        let real = existing(&folder);
        let refusal = if !(real.starts_with(&top) || real.starts_with(&common)) {
            Some(
                CommandError::new(format!(
                    "`core.hooksPath` names `{}`, whose hooks run in other repositories too",
                    folder.display()
                ))
                .hint("`git config core.hooksPath .git/hooks` gives this one its own, which then run alone")
                .hint("or let your hook there call `ties hooks run prepare-commit-msg \"$@\"`"),
            )
        } else if folder.ends_with(".husky/_") {
            Some(
                CommandError::new(format!("husky makes the hooks in `{}` anew", folder.display()))
                    .hint("add `ties hooks run prepare-commit-msg \"$@\"` to `.husky/prepare-commit-msg`, and `ties hooks run commit-msg \"$@\"` to `.husky/commit-msg`"),
            )
        } else {
            None
        };
        let scripts = HOOKS
            .iter()
            .map(|name| {
                let file = folder.join(name);
                let state = state_of(&file)?;
                let before = folder.join(format!("{name}.{BEFORE}"));
                Ok(Hook {
                    name,
                    file,
                    before,
                    state,
                })
            })
            .collect::<Result<_, CommandError>>()?;
        let below = canonical(&place.folder)
            .ok()
            .and_then(|here| real.strip_prefix(here).ok().map(Path::to_owned));
        let shown = below
            .unwrap_or_else(|| folder.clone())
            .display()
            .to_string();
        Ok(Self {
            folder,
            shown,
            vault,
            scripts,
            refusal,
        })
    }

    fn answer(&self, done: &str) -> Answer {
        let mut text = String::new();
        for hook in &self.scripts {
            let chained = match is_there(&hook.before) && hook.state == State::Ours {
                true => ", after the hook that was there",
                false => "",
            };
            let _ = writeln!(
                text,
                "{BOLD}{}{BOLD:#}  {}{chained}",
                pad(hook.name, 18),
                hook.state.word()
            );
        }
        let _ = writeln!(text, "{DIM}in {}{DIM:#}", one_line(&self.shown));
        let hooks: Vec<Value> = self
            .scripts
            .iter()
            .map(|hook| {
                json!({
                    "name": hook.name,
                    "path": hook.file.to_string_lossy(),
                    "state": hook.state.word(),
                    "chained": is_there(&hook.before) && hook.state == State::Ours,
                })
            })
            .collect();
        Answer {
            text,
            remarks: done.to_owned(),
            json: json!({"folder": self.folder.to_string_lossy(), "hooks": hooks}),
            ..Answer::default()
        }
    }
}

/// How much of the hooks is in a repository.
pub(crate) enum Installed {
    /// All, as ties wrote them.
    All,
    /// Some, or changed since.
    Partly,
    /// None of ours; there may be others.
    None,
}

/// Returns whether the hooks are installed in this repository.
pub(crate) fn installed(globals: &Globals) -> Result<Installed, CommandError> {
    let hooks = Hooks::find(globals)?;
    let all_are = |states: &[State]| {
        hooks
            .scripts
            .iter()
            .all(|hook| states.contains(&hook.state))
    };
    Ok(if all_are(&[State::Ours]) {
        Installed::All
    } else if all_are(&[State::Absent, State::Foreign]) {
        Installed::None
    } else {
        Installed::Partly
    })
}

/// Says what is installed.
pub(super) fn status(globals: &Globals) -> Result<Answer, CommandError> {
    let hooks = Hooks::find(globals)?;
    let remark = match hooks.scripts.iter().any(|hook| hook.state == State::Absent) {
        true => "`ties hooks install` lets ordinary commits log what they write down\n",
        false => "",
    };
    Ok(hooks.answer(remark))
}

/// Puts the hooks there; those that are there are made anew.
pub(super) fn install(globals: &Globals) -> Result<Answer, CommandError> {
    let mut hooks = Hooks::find(globals)?;
    if let Some(refusal) = hooks.refusal {
        return Err(refusal);
    }
    for hook in &hooks.scripts {
        match hook.state {
            State::Changed => return Err(changed(hook)),
            State::Foreign if is_there(&hook.before) => {
                return Err(CommandError::new(format!(
                    "`{}` is a hook of your own, and `{}` keeps another one",
                    hook.file.display(),
                    hook.before.display()
                ))
                .hint("make one of the two, and remove the other"));
            }
            _ => {}
        }
    }
    fs::create_dir_all(&hooks.folder).map_err(|error| CommandError::file(&hooks.folder, &error))?;
    let program = std::env::current_exe()
        .map_err(|error| CommandError::new(format!("where ties is cannot be said: {error}")))?;
    for hook in &mut hooks.scripts {
        let script = script(hook.name, &program, &hooks.vault);
        put(hook, &script, &hooks.folder)
            .map_err(|error| CommandError::file(&hook.file, &error))?;
        hook.state = State::Ours;
    }
    Ok(hooks.answer("a commit that adds dated entries to notes now logs them; `ties hooks uninstall` ends that\n"))
}

/// Takes the hooks away and puts back those that were there.
pub(super) fn uninstall(globals: &Globals) -> Result<Answer, CommandError> {
    let mut hooks = Hooks::find(globals)?;
    if let Some(hook) = hooks
        .scripts
        .iter()
        .find(|hook| hook.state == State::Changed)
    {
        return Err(changed(hook));
    }
    for hook in hooks
        .scripts
        .iter_mut()
        .filter(|hook| hook.state == State::Ours)
    {
        let done = match is_there(&hook.before) {
            true => fs::rename(&hook.before, &hook.file),
            false => fs::remove_file(&hook.file),
        };
        done.map_err(|error| CommandError::file(&hook.file, &error))?;
        hook.state = state_of(&hook.file)?;
    }
    Ok(hooks.answer(""))
}

fn changed(hook: &Hook) -> CommandError {
    let error = CommandError::new(format!(
        "`{}` was changed since ties wrote it",
        hook.file.display()
    ));
    match is_there(&hook.before) {
        true => error.hint(format!(
            "keep what is yours elsewhere; `mv {} {}` then puts back the hook that was there before",
            argument(&hook.before.to_string_lossy()),
            argument(&hook.file.to_string_lossy())
        )),
        false => error.hint("keep what is yours elsewhere, and remove the file"),
    }
}

/// Writes a script whole, beside its place first; the hook that is there steps aside.
fn put(hook: &Hook, script: &[u8], folder: &Path) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(script)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    let steps_aside = hook.state == State::Foreign;
    if steps_aside {
        fs::rename(&hook.file, &hook.before)?;
    }
    match file.persist(&hook.file) {
        Ok(_) => Ok(()),
        Err(error) => {
            if steps_aside {
                fs::rename(&hook.before, &hook.file)?;
            }
            Err(error.error)
        }
    }
}

/// Returns the script of a hook.
fn script(name: &str, program: &Path, vault: &Path) -> Vec<u8> {
    let vault = match vault.as_os_str().is_empty() {
        true => Path::new("."),
        false => vault,
    };
    let mut script = Vec::new();
    let mut add = |text: &str| script.extend_from_slice(text.as_bytes());
    add("#!/bin/sh\n");
    add("# Made by `ties hooks install`; `ties hooks uninstall` takes it away.\n");
    add(
        "# The hook that was here before is kept beside this one. It runs first, and its answer counts.\n",
    );
    add(&format!("before=\"${{0%/*}}/{name}.{BEFORE}\"\n"));
    add("if [ -x \"$before\" ]; then\n    \"$before\" \"$@\" || exit $?\nfi\n");
    add("vault=");
    script.extend(quoted(vault));
    script.extend_from_slice(b"\n[ -d \"$vault\" ] || exit 0\nties=");
    script.extend(quoted(program));
    let rest = format!(
        "\n[ -x \"$ties\" ] || ties=$(command -v ties) || {{\n    \
         echo 'ties is not found, so this commit logs nothing; ties hooks uninstall ends this' >&2\n    \
         exit 0\n}}\n\
         # Whatever happens to ties, the commit goes on.\n\
         \"$ties\" --vault \"$vault\" hooks run {name} \"$@\" >&2 || echo 'ties: the commit goes on without it' >&2\n\
         exit 0\n"
    );
    script.extend_from_slice(rest.as_bytes());
    let sum = format!("{SUM}{:016x}\n", sum(&script));
    script.extend_from_slice(sum.as_bytes());
    script
}

/// Returns a path as one word of the shell.
fn quoted(path: &Path) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\'' => quoted.extend_from_slice(br"'\''"),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

fn state_of(file: &Path) -> Result<State, CommandError> {
    if !is_there(file) {
        return Ok(State::Absent);
    }
    if file.is_dir() {
        return Err(
            CommandError::new(format!("`{}` is a folder", file.display())).hint("move it away"),
        );
    }
    // A link that leads nowhere and a program are someone's own.
    let script = fs::read(file).unwrap_or_default();
    let last = script
        .trim_ascii_end()
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let Some(said) = last.strip_prefix(SUM.as_bytes()) else {
        let mark = b"ties hooks run";
        let names_us = script.windows(mark.len()).any(|part| part == mark)
            && script.starts_with(b"#!/bin/sh\n# Made by `ties hooks install`");
        return Ok(match names_us {
            true => State::Changed,
            false => State::Foreign,
        });
    };
    let end = script.trim_ascii_end().len() - last.len();
    let is_whole = format!("{:016x}", sum(&script[..end])).as_bytes() == said
        && script.len() == end + last.len() + 1;
    Ok(match is_whole {
        true => State::Ours,
        false => State::Changed,
    })
}

/// Returns the 64-bit FNV-1a sum (draft-eastlake-fnv, section 2): it tells a change by hand, and is no proof against a forger.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn is_there(file: &Path) -> bool {
    file.symlink_metadata().is_ok()
}

/// Returns the real path of the nearest folder upward that is there, with the rest below it.
fn existing(folder: &Path) -> PathBuf {
    for above in folder.ancestors() {
        if let (Ok(real), Ok(rest)) = (above.canonicalize(), folder.strip_prefix(above)) {
            return real.join(rest);
        }
    }
    folder.to_owned()
}

fn canonical(path: &Path) -> Result<PathBuf, CommandError> {
    path.canonicalize()
        .map_err(|error| CommandError::file(path, &error))
}
