//! The journal names a contact whose note is not there: its file was moved or deleted outside git, or it has not been
//! merged yet. The interactions are kept, but count for nobody.
//!
//! A note at that path, or one with that `uid`, brings them back.

use network::{World, history};
use note::Span;

use crate::finding::{Context, Finding};

/// Finds nothing: the journal is the vault's, not one note's.
pub(crate) fn check(_: &Context<'_>) -> Vec<Finding> {
    Vec::new()
}

/// Finds contacts of the journal that have no note, by path.
pub(crate) fn of_journal(world: World<'_>) -> Vec<Finding> {
    let Some(timeline) = world.timeline else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (contact, interactions) in timeline.contacts() {
        if history::find_contact(world, contact).is_some() {
            continue;
        }
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
        let help = match &contact.uid {
            Some(uid) => format!("a note at that path, or with `uid: {uid}`, brings them back"),
            None => "a note at that path brings them back".to_owned(),
        };
        found.push(Finding::new(Span::at(0), message).help(help));
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

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
                  help: a note at that path brings them back
                warning[unresolved-journal-contact] ties.toml:1 || the journal has an interaction of 2026-11-01 with `people/cy.md`, which is no note here (commit 0000000000)
                  help: a note at that path brings them back
            "#]],
        );
    }
}
