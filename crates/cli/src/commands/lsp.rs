//! `ties lsp`: the language server.

use clap::Args;

use crate::{error::CommandError, output::Answer, session::Globals};

/// Run the language server on standard input and output, for editors
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Accepted for editors that insist on naming the channel; there is no other
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves until the editor says `exit`.
pub(crate) fn run(_: &Arguments, globals: &Globals) -> Result<Answer, CommandError> {
    let options = lsp::Options {
        today: globals.today,
    };
    let code = lsp::run(options).map_err(|error| CommandError::new(format!("{error:#}")))?;
    Ok(Answer {
        code: u8::try_from(code).unwrap_or(1),
        ..Answer::default()
    })
}
