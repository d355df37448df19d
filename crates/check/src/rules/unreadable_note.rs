//! A file that is a note by its name and cannot be read.
//!
//! It is not UTF-8, larger than the settings allow, or the system does not let it be read. The rest of the vault is read
//! all the same.
//!
//! **Example** A note saved by an old editor in Latin-1.
//!
//! **To mend it** Save the file as UTF-8, raise `max_note_size`, or name the file under `exclude`.
//!
//! **Settings** `[vault] max_note_size` (bytes, 8 MiB) and `[vault] exclude` (patterns as in `.gitignore`);
//! `unreadable-note = "off"` under `[diagnostics]`.

use note::Span;
use vault::load::{Unreadable, UnreadableCause};

use crate::context::Sink;

pub(super) fn check(file: &Unreadable, sink: &mut Sink<'_>) {
    let help = match file.cause {
        UnreadableCause::Io(_) => {
            "see whether the file may be read, or name it under `[vault] exclude`"
        }
        UnreadableCause::NotUtf8(_) => "save it as UTF-8, or name it under `[vault] exclude`",
        UnreadableCause::TooLarge { .. } => {
            "raise `[vault] max_note_size`, or name it under `[vault] exclude`"
        }
    };
    sink.report(Span::default(), file.cause.to_string())
        .help(help);
}

#[cfg(test)]
mod tests {
    use vault::{Config, load::Unreadable};

    use crate::testing::Fixture;

    use super::*;

    fn message(cause: UnreadableCause) -> Option<String> {
        let fixture = Fixture::new("//- a.md\n");
        let path = "b.md".to_owned();
        let found = crate::unreadable(fixture.world(), &Unreadable { path, cause })?;
        assert_eq!((&*found.path, found.code), ("b.md", "unreadable-note"));
        Some(format!("{}; {}", found.message, found.help?))
    }

    #[test]
    fn the_cause_is_said_with_what_to_do() {
        assert_eq!(
            message(UnreadableCause::NotUtf8(7)).as_deref(),
            Some(
                "not UTF-8: byte 7 begins no character; save it as UTF-8, or name it under `[vault] exclude`"
            )
        );
        assert_eq!(
            message(UnreadableCause::TooLarge { size: 9, limit: 8 }).as_deref(),
            Some(
                "9 bytes, more than the 8 that `max_note_size` allows; raise `[vault] max_note_size`, or name it under `[vault] exclude`"
            )
        );
    }

    #[test]
    fn it_can_be_turned_off() {
        let mut fixture = Fixture::new("//- a.md\n");
        let mut config = Config::default();
        config.severities.insert("unreadable-note".into(), None);
        fixture.vault = vault::Vault::new(config);
        let file = Unreadable {
            path: "b.md".to_owned(),
            cause: UnreadableCause::NotUtf8(0),
        };
        assert_eq!(crate::unreadable(fixture.world(), &file), None);
    }
}
