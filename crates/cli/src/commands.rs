//! The table of commands; each is a module of the same name, whose doc comments are its help.

mod amend;
mod demo;
mod log;
mod lsp;
mod timeline;

use clap::Subcommand;

use crate::{error::CommandError, output::Answer, session::Globals};

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Arguments),
    Log(log::Arguments),
    Amend(amend::Amend),
    Retract(amend::Retract),
    Timeline(timeline::Arguments),
    Lsp(lsp::Arguments),
}

/// Does what was asked and returns what to say.
pub(crate) fn run(command: Command, globals: &Globals) -> Result<Answer, CommandError> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments, globals),
        Command::Log(arguments) => log::run(&arguments, globals),
        Command::Amend(arguments) => amend::amend(&arguments, globals),
        Command::Retract(arguments) => amend::retract(&arguments, globals),
        Command::Timeline(arguments) => timeline::run(&arguments, globals),
        Command::Lsp(arguments) => lsp::run(&arguments, globals),
    }
}
