//! `ties completions` and `ties man`: what shells and `man` know of the commands, made from the same table as their help.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, aot::Generator};
use serde_json::json;

use crate::{error::CommandError, output::Answer};

/// Print the completion of commands and options for a shell
///
/// For example `ties completions bash > ~/.local/share/bash-completion/completions/ties`, `ties completions fish >
/// ~/.config/fish/completions/ties.fish`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

/// Print the manual page, or write those of all commands
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder to write `ties.1`, `ties-log.1` and so on into, as in `~/.local/share/man/man1`; without it the first page is
    /// printed
    folder: Option<PathBuf>,
}

/// Returns the script.
pub(crate) fn completions(arguments: &Completions) -> Answer {
    let mut command = crate::Arguments::command();
    command.set_bin_name("ties");
    command.build();
    let mut script = Vec::new();
    arguments.shell.generate(&command, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Answer {
        json: json!({"shell": arguments.shell.to_string(), "script": script}),
        text: script,
        ..Answer::default()
    }
}

/// Returns the page, or writes all of them.
pub(crate) fn man(arguments: &Man) -> Result<Answer, CommandError> {
    let mut command = crate::Arguments::command();
    command.build();
    let pages = pages(&command)?;
    let Some(folder) = &arguments.folder else {
        let (name, page) = pages.into_iter().next().unwrap_or_default();
        return Ok(Answer {
            json: json!({"pages": [{"name": name, "text": page}]}),
            text: page,
            ..Answer::default()
        });
    };
    std::fs::create_dir_all(folder).map_err(|error| {
        CommandError::file(folder, &error).hint("name a folder that `man` looks into: `manpath`")
    })?;
    let mut written = Vec::new();
    for (name, page) in pages {
        let path = folder.join(&name);
        std::fs::write(&path, page).map_err(|error| CommandError::file(&path, &error))?;
        written.push(name);
    }
    Ok(Answer {
        text: format!("{} pages in {}\n", written.len(), folder.display()),
        json: json!({"folder": folder, "pages": written}),
        ..Answer::default()
    })
}

/// Returns each page with its file name, that of the program first.
fn pages(command: &clap::Command) -> Result<Vec<(String, String)>, CommandError> {
    let mut pages = Vec::new();
    let mut open = vec![command.clone()];
    while let Some(command) = open.pop() {
        let man = clap_mangen::Man::new(command.clone());
        let mut page = Vec::new();
        man.render(&mut page)?;
        pages.push((
            man.get_filename(),
            String::from_utf8_lossy(&page).into_owned(),
        ));
        let below = command.get_subcommands();
        open.extend(
            below
                .filter(|command| !command.is_hide_set() && command.get_name() != "help")
                .cloned(),
        );
    }
    // The program's own came first; the rest in the order of a folder.
    pages[1..].sort();
    Ok(pages)
}
