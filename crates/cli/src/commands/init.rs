//! `ties init`: a folder becomes a vault. What is there already stays as it is.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use journal::git::{OpenError, Repository};
use serde_json::json;
use vault::load;

use super::merge_driver;
use crate::{
    error::CommandError,
    output::{Answer, BOLD},
    session::{Globals, current_folder},
};

/// The settings as they are without a file, to be changed.
const SETTINGS: &str = r#"# Settings of this vault. Every key has a default, shown here; take out the `#` to change one.

# [vault]
# exclude = []                 # gitignore patterns of files that are no notes
# max_note_size = 8388608      # bytes

# [follow_ups]
# soon = 7                     # days

# [circles.inner]
# capacity = 5
# cadence = "1 week"

# [circles.close]
# capacity = 15
# cadence = "1 month"

# [circles.active]
# capacity = 50
# cadence = "3 months"

# [circles.wide]
# capacity = 150
# cadence = "1 year"

# [journal]
# kinds = []                   # beside call, video, meeting, meal, email, message, letter, event, introduction, gift

# [diagnostics]
# unresolved-link = "warning"  # or "off", "error", "info", "hint"
"#;
/// Your own note, to be filled in.
const ME: &str = "---\nkind: me\nemails: []\ninterests: []\noffers: []\nneeds: []\n---\n# Me\n";
/// The folders whose notes are of a kind.
const FOLDERS: [&str; 4] = ["people", "organizations", "events", "goals"];

/// Start a vault: a git repository, settings, a note about you
///
/// A folder that has notes already, such as an Obsidian vault, gets only what is missing; nothing is overwritten.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Have git merge notes key by key: `.gitattributes` and this clone's configuration
    #[arg(long)]
    merge_driver: bool,
}

/// Makes what is missing.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    // Where the day cannot be told, nothing is begun.
    globals.now()?;
    let root = current_folder()?.join(&arguments.dir);
    fs::create_dir_all(&root).map_err(|error| CommandError::file(&root, &error))?;
    let loaded = load::load(&root).map_err(|error| CommandError::file(&root, &error))?;
    let mut made: Vec<&str> = Vec::new();
    let repository = match Repository::discover(&root) {
        Ok(repository) => repository,
        Err(OpenError::NotFound { .. }) => {
            made.push("git repository");
            Repository::init(&root)?
        }
        Err(error) => return Err(error.into()),
    };
    if create(&root, "ties.toml", SETTINGS)? {
        made.push("ties.toml");
    }
    if loaded.vault.me().is_none() && create(&root, "me.md", ME)? {
        made.push("me.md");
    }
    if loaded.vault.is_empty() {
        for folder in FOLDERS {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(|error| CommandError::file(&folder, &error))?;
        }
    }
    let mut remarks = "";
    if arguments.merge_driver {
        made.extend(merge_driver::set_up(&root, &repository)?);
        remarks = "notes are merged key by key now: commit `.gitattributes`, and run `ties init --merge-driver` in every other clone\n";
    }
    let dir = arguments.dir.display().to_string();
    let text = match made[..] {
        [] => format!("{BOLD}{dir}{BOLD:#} is a vault already\n"),
        _ => format!("{BOLD}{dir}{BOLD:#}: made {}\n", made.join(", ")),
    };
    Ok(Answer {
        text,
        remarks: format!(
            "{remarks}`ties new contact NAME` writes the first note, `ties doctor` says what else is missing\n"
        ),
        json: json!({"path": dir, "made": made}),
        ..Answer::default()
    })
}

/// Writes a file that is not there yet; returns whether it was so.
fn create(root: &Path, name: &str, text: &str) -> Result<bool, CommandError> {
    let file = root.join(name);
    let made = OpenOptions::new().write(true).create_new(true).open(&file);
    match made.and_then(|mut made| made.write_all(text.as_bytes())) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(CommandError::file(&file, &error)),
    }
}
