//! `ties hooks`: git's own hooks log what an ordinary commit writes down in notes, whatever program commits.
//!
//! How the scripts come and go is in `install`; what they do in `offer`. No hook is needed after a merge or a checkout: the
//! journal is asked anew wherever `HEAD` moved.

mod install;
mod message;
mod offer;
mod staged;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{error::CommandError, output::Answer, session::Globals};

/// Let git's own commits log what they write down in notes
///
/// With the hooks installed, a commit that adds a dated entry to a note (`- 2026-11-23 call: the engine`) gets the
/// trailers that log it into its message, from any git client.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What to do with the hooks.
#[derive(Debug, Subcommand)]
enum What {
    /// Put the hooks into this repository; one that is there is kept and runs first
    Install,
    /// Take the hooks away again and put back those that were there
    Uninstall,
    /// Say what is installed
    Status,
    /// What the hooks call
    #[command(hide = true)]
    Run(Run),
}

/// What git tells a hook.
#[derive(Debug, Args)]
struct Run {
    #[command(subcommand)]
    hook: Hook,
}

/// The hooks there are.
#[derive(Debug, Subcommand)]
enum Hook {
    /// Offers the records of what the commit writes down
    PrepareCommitMsg {
        /// The file with the message
        file: PathBuf,
        /// Where the message comes from (message, template, merge, squash or commit), and which commit
        source: Vec<String>,
    },
    /// Empties a message that nobody wrote
    CommitMsg {
        /// The file with the message
        file: PathBuf,
    },
}

pub(crate) use install::{Installed, installed};

/// Does what was asked.
pub(crate) fn run(arguments: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    match &arguments.what {
        What::Install => install::install(globals),
        What::Uninstall => install::uninstall(globals),
        What::Status => install::status(globals),
        What::Run(run) => match &run.hook {
            Hook::PrepareCommitMsg { file, source } => {
                offer::prepare(file, source.first().map(String::as_str), globals)
            }
            Hook::CommitMsg { file } => offer::finish(file),
        },
    }
}
