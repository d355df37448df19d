//! The one place where errors become a message, hints and an exit code.
//!
//! Messages begin in lower case, quote the offending thing and have no full stop; a hint is the next step.

use std::{fmt::Display, io, path::Path};

use journal::git::{OpenError, ReadError, SyncError, WriteError};
use vault::load::ApplyError;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// What is wrong; empty where nobody is left to read it.
    pub(crate) message: String,
    /// The next steps, and the candidates to choose from, one a line.
    pub(crate) hints: Vec<String>,
    /// Whether the reader of the output went away, which is no error.
    pub(crate) is_closed_pipe: bool,
}

impl CommandError {
    /// Returns the failure that `message` describes.
    pub(crate) fn new(message: impl Display) -> Self {
        Self {
            message: message.to_string(),
            hints: Vec::new(),
            is_closed_pipe: false,
        }
    }

    /// Returns the failure to do something with the file at `path`.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::with(
            format!("`{}`: {}", path.display(), plain(error)),
            remedy(error),
        )
    }

    /// Adds a next step.
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hints.push(hint.to_string());
        self
    }

    /// Returns the exit code: 2, or 0 for a closed pipe.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.is_closed_pipe { 0 } else { 2 }
    }

    fn with(message: impl Display, hint: Option<impl Display>) -> Self {
        let error = Self::new(message);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Returns what helps against what the system says.
fn remedy(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::PermissionDenied => Some("`ls -l` shows who may write there"),
        io::ErrorKind::ReadOnlyFilesystem => Some("choose a disk that can be written to"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some("make room on the disk"),
        io::ErrorKind::NotADirectory => {
            Some("a file stands where a folder is needed: move it away")
        }
        _ => None,
    }
}

/// Returns what the system says without its number, and without the passing name of a file not yet in its place.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self {
            is_closed_pipe: error.kind() == io::ErrorKind::BrokenPipe,
            ..Self::new(plain(&error))
        }
    }
}

impl From<OpenError> for CommandError {
    fn from(error: OpenError) -> Self {
        Self::with(&error, error.hint())
    }
}

impl From<ReadError> for CommandError {
    fn from(error: ReadError) -> Self {
        Self::with(&error, Some(error.hint()))
    }
}

impl From<WriteError> for CommandError {
    fn from(error: WriteError) -> Self {
        Self::with(&error, error.hint())
    }
}

impl From<SyncError> for CommandError {
    fn from(error: SyncError) -> Self {
        Self::with(&error, error.hint())
    }
}

impl From<ide::rename::RenameError> for CommandError {
    fn from(error: ide::rename::RenameError) -> Self {
        Self::new(error)
    }
}

impl From<ApplyError> for CommandError {
    fn from(error: ApplyError) -> Self {
        let hint = error.hint();
        match &error {
            ApplyError::Io { path, source } => Self::file(Path::new(path), source).hint(hint),
            _ => Self::new(error).hint(hint),
        }
    }
}
