//! The table of commands; each is a module of the same name, whose doc comments are its help.

mod demo;
mod lsp;

use clap::Subcommand;

use crate::{error::CommandError, output::Answer, session::Globals};

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Arguments),
    Lsp(lsp::Arguments),
}

/// Does what was asked and returns what to say.
pub(crate) fn run(command: Command, globals: &Globals) -> Result<Answer, CommandError> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments, globals),
        Command::Lsp(arguments) => lsp::run(&arguments, globals),
    }
}
