//! The table of commands; each is a module of the same name, whose doc comments are its help.

mod amend;
mod balance;
mod brief;
mod check;
mod completions;
mod demo;
mod doctor;
mod due;
mod export;
mod find;
mod hooks;
mod init;
mod log;
mod lost;
mod lsp;
mod matches;
mod merge;
mod merge_driver;
mod new;
mod plan;
mod relink;
mod rename;
mod show;
mod snooze;
mod sync;
mod timeline;

use clap::Subcommand;

use crate::{error::CommandError, output::Answer, session::Globals};

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Arguments),
    Demo(demo::Arguments),
    New(new::Arguments),
    Log(log::Arguments),
    Amend(amend::Amend),
    Retract(amend::Retract),
    Relink(relink::Arguments),
    Lost(lost::Lost),
    Restore(lost::Restore),
    LetGo(lost::LetGo),
    Hooks(hooks::Arguments),
    Timeline(timeline::Arguments),
    Due(due::Arguments),
    Snooze(snooze::Arguments),
    Brief(brief::Arguments),
    Plan(plan::Arguments),
    Match(matches::Arguments),
    Balance(balance::Arguments),
    Check(check::Arguments),
    Find(find::Arguments),
    Show(show::Arguments),
    Rename(rename::Arguments),
    Merge(merge::Arguments),
    Doctor(doctor::Arguments),
    Export(export::Arguments),
    Sync(sync::Arguments),
    MergeDriver(merge_driver::Arguments),
    Lsp(lsp::Arguments),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// Does what was asked and returns what to say.
pub(crate) fn run(command: Command, globals: &Globals) -> Result<Answer, CommandError> {
    match command {
        Command::Init(arguments) => init::run(&arguments, globals),
        Command::Demo(arguments) => demo::run(&arguments, globals),
        Command::New(arguments) => new::run(&arguments, globals),
        Command::Log(arguments) => log::run(&arguments, globals),
        Command::Amend(arguments) => amend::amend(&arguments, globals),
        Command::Retract(arguments) => amend::retract(&arguments, globals),
        Command::Relink(arguments) => relink::run(&arguments, globals),
        Command::Lost(arguments) => lost::lost(&arguments, globals),
        Command::Restore(arguments) => lost::restore(&arguments, globals),
        Command::LetGo(arguments) => lost::let_go(&arguments, globals),
        Command::Hooks(arguments) => hooks::run(&arguments, globals),
        Command::Timeline(arguments) => timeline::run(&arguments, globals),
        Command::Due(arguments) => due::run(&arguments, globals),
        Command::Snooze(arguments) => snooze::run(&arguments, globals),
        Command::Brief(arguments) => brief::run(&arguments, globals),
        Command::Plan(arguments) => plan::run(&arguments, globals),
        Command::Match(arguments) => matches::run(&arguments, globals),
        Command::Balance(arguments) => balance::run(&arguments, globals),
        Command::Check(arguments) => check::run(&arguments, globals),
        Command::Find(arguments) => find::run(&arguments, globals),
        Command::Show(arguments) => show::run(&arguments, globals),
        Command::Rename(arguments) => rename::run(&arguments, globals),
        Command::Merge(arguments) => merge::run(&arguments, globals),
        Command::Doctor(arguments) => doctor::run(&arguments, globals),
        Command::Export(arguments) => export::run(&arguments, globals),
        Command::Sync(arguments) => sync::run(&arguments, globals),
        Command::MergeDriver(arguments) => merge_driver::run(&arguments),
        Command::Lsp(arguments) => lsp::run(&arguments, globals),
        Command::Completions(arguments) => Ok(completions::completions(&arguments)),
        Command::Man(arguments) => completions::man(&arguments),
    }
}
