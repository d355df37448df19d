//! A file that is a note by its name cannot be read: the system refuses, it is not UTF-8, or it is larger than
//! `[vault] max_note_size` allows.
//!
//! Save it as UTF-8, raise the limit, or leave the file out with `[vault] exclude` in `ties.toml`.

use note::Span;
use vault::load::{Unreadable, UnreadableCause};

use crate::finding::{Context, Finding};

/// Finds nothing: a note that was read can be read.
pub(crate) fn check(_: &Context<'_>) -> Vec<Finding> {
    Vec::new()
}

/// Returns what is to say of `file`.
pub(crate) fn of_file(file: &Unreadable) -> Finding {
    let help = match file.cause {
        UnreadableCause::Io(_) => "see that the file exists and may be read",
        UnreadableCause::Name => "give the file another name",
        UnreadableCause::NotUtf8(_) => "save it as UTF-8, or name it in `[vault] exclude`",
        UnreadableCause::TooLarge { .. } => {
            "raise `[vault] max_note_size`, or name it in `[vault] exclude`"
        }
    };
    Finding::new(Span::at(0), file.cause.to_string()).help(help)
}
