//! The `ties` program: arguments in, text or JSON out.
//!
//! What a command does is in `commands`; what it says on failure in `error`; how answers reach the terminal in `output`.
//! Everything about notes, git and people is the business of the other crates.

mod commands;
mod contacts;
mod error;
mod output;
mod pager;
mod question;
mod session;

use std::process::ExitCode;

use clap::Parser;

use crate::{commands::Command, session::Globals};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A plain-text, git-backed toolkit for your personal network
///
/// Notes are Markdown files in a folder; each conversation is one git commit. `ties demo` makes a filled vault to try it
/// on, `ties init` starts your own.
#[derive(Debug, Parser)]
#[command(name = "ties", version, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let Arguments { globals, command } = Arguments::parse();
    let result = commands::run(command, &globals)
        .and_then(|answer| output::print(&answer, &globals).map(|()| answer.code));
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => output::fail(&error, &globals),
    }
}
