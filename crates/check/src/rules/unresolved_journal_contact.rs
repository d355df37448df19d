//! The journal names a contact whose note is not there: its file was moved or deleted outside git, or it has not been
//! merged yet. The interactions are kept, but count for nobody.
//!
//! A note at that path, or one with that `uid`, brings them back. Where another note means the contact now, `ties relink` says
//! so in the journal, for every clone:
//!
//! ```sh
//! ties relink people/ada.md people/ada-lovelace.md
//! ```
//!
//! It is told at the start of `ties.toml`.

use network::{World, history};
use note::Span;

use crate::finding::{Context, Finding, shell_word};

/// Finds nothing: the journal is the vault's, not one note's.
pub(crate) fn check(_: &Context<'_>) -> Vec<Finding> {
    Vec::new()
}

/// Finds contacts of the journal that have no note, by path.
pub(crate) fn of_journal(world: World<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (contact, interactions) in history::unresolved_contacts(world) {
        let Some(newest) = interactions.first() else {
            continue;
        };
        let commit = newest.commit.get(..10).unwrap_or(&newest.commit);
        let how_many = match interactions.len() {
            1 => format!("an interaction of {}", newest.record.on.day()),
            n => format!("{n} interactions (the last of {})", newest.record.on.day()),
        };
        let message = format!(
            "the journal has {how_many} with `{}`, which is no note here (commit {commit})",
            contact.path
        );
        // What leaves the vault is kept as data and never looked for.
        let is_inside = vault::path::join("", &contact.path).is_some();
        let note = match &contact.uid {
            Some(uid) if is_inside => {
                format!("a note at that path, or with `uid: {uid}`, brings them back, or ")
            }
            Some(uid) => format!("a note with `uid: {uid}` brings them back, or "),
            None if is_inside => "a note at that path brings them back, or ".to_owned(),
            None => String::new(),
        };
        let help = format!(
            "{note}say which note it is now: `ties relink {} NEW`",
            shell_word(&contact.path)
        );
        found.push(Finding::new(Span::at(0), message).help(help));
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use journal::ContactMove;
    use note::ContactId;

    use crate::{
        check_config, check_journal,
        testing::{Fixture, check},
    };

    #[test]
    fn contacts_without_a_note_are_told_with_what_is_theirs() {
        check(
            "unresolved-journal-contact",
            "
//- people/ada.md
//- journal
2026-11-20 call people/ada.md people/bob.md
2026-11-10 meal people/bob.md
2026-11-01 meal people/cy.md
",
            expect![[r#"
                warning[unresolved-journal-contact] ties.toml:1 || the journal has 2 interactions (the last of 2026-11-20) with `people/bob.md`, which is no note here (commit 0000000000)
                  help: a note at that path brings them back, or say which note it is now: `ties relink people/bob.md NEW`
                warning[unresolved-journal-contact] ties.toml:1 || the journal has an interaction of 2026-11-01 with `people/cy.md`, which is no note here (commit 0000000000)
                  help: a note at that path brings them back, or say which note it is now: `ties relink people/cy.md NEW`
            "#]],
        );
    }

    #[test]
    fn once_relinked_it_is_told_no_more() {
        let mut fixture =
            Fixture::new("//- people/ada.md\n//- journal\n2026-11-20 call people/bob.md\n");
        assert_eq!(check_journal(fixture.world()).len(), 1);
        let timeline = fixture.timeline.as_mut().expect("there is a journal");
        let contact = |path: &str| ContactId {
            path: path.into(),
            uid: None,
        };
        let moved = ContactMove {
            at: 1,
            old: contact("people/bob.md"),
            new: contact("people/ada.md"),
        };
        timeline.extend(Vec::new(), vec![moved]);
        assert_eq!(check_journal(fixture.world()), []);
    }

    #[test]
    fn the_settings_show_it_where_there_are_any() {
        let journal = "//- journal\n2026-11-20 call people/bob.md\n";
        let without = Fixture::new(journal);
        assert_eq!(check_config(without.world(), &[]), []);
        let with = Fixture::new(&format!("{journal}//- ties.toml\n"));
        let found = check_config(with.world(), &[]);
        assert_eq!(found, check_journal(with.world()));
        assert_eq!((found.len(), with.diagnostics()), (1, found));
    }
}
