//! Interactions that were logged in this clone, and that no branch has any more: a reset, a rebase that drops empty commits, a
//! fixup or a deleted branch took them along. Other clones may still have them: `git pull` brings those back.
//!
//! They are kept from git's garbage collection until you say what is to become of them:
//!
//! ```sh
//! ties lost             # which they are
//! ties restore --all    # log them again, as they were
//! ties let-go --all     # they need not be told any more
//! ```
//!
//! It is told at the start of `ties.toml`.

use network::World;
use note::Span;

use crate::finding::{Context, Finding};

/// Finds nothing: the journal is the vault's, not one note's.
pub(crate) fn check(_: &Context<'_>) -> Vec<Finding> {
    Vec::new()
}

/// Finds what the journal has lost, as one finding.
pub(crate) fn of_journal(world: World<'_>) -> Option<Finding> {
    let lost = world.timeline?.lost();
    let newest = lost.iter().max_by_key(|lost| (lost.record.on.sort_key(), &lost.record.id))?;
    let record = &newest.record;
    let what = format!("{}, {}", record.on.day(), record.summary);
    let (message, help) = match lost.len() {
        1 => (
            format!("an interaction that was logged here is in no branch any more: {what}"),
            format!(
                "`ties restore {0}` logs it again, `ties let-go {0}` lets it go",
                record.id
            ),
        ),
        n => (
            format!("{n} interactions that were logged here are in no branch any more (the last: {what})"),
            "`ties lost` lists them, `ties restore --all` logs them again, `ties let-go --all` lets them go".to_owned(),
        ),
    };
    Some(Finding::new(Span::at(0), message).help(help))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::{check_journal, testing::Fixture};

    /// Returns what is told where all interactions of a fixture are lost.
    fn told(journal: &str) -> Vec<String> {
        let mut fixture = Fixture::new(&format!("//- people/ada.md\n//- journal\n{journal}"));
        let timeline = fixture.timeline.take().expect("there is a journal");
        let mut lost: Vec<_> = timeline.interactions().iter().cloned().collect();
        for lost in &mut lost {
            lost.record.summary = "call: Ada".into();
        }
        let mut timeline = journal::Timeline::default();
        timeline.set_lost(lost);
        fixture.timeline = Some(timeline);
        let found = check_journal(fixture.world()).into_iter();
        found
            .map(|found| format!("{}\n{}", found.message, found.help.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn one_is_named_and_of_many_the_last() {
        expect![[r#"
            [
                "an interaction that was logged here is in no branch any more: 2026-11-20, call: Ada\n`ties restore 000000000000` logs it again, `ties let-go 000000000000` lets it go",
            ]
        "#]].assert_debug_eq(&told("2026-11-20 call people/ada.md"));
        expect![[r#"
            [
                "2 interactions that were logged here are in no branch any more (the last: 2026-11-20, call: Ada)\n`ties lost` lists them, `ties restore --all` logs them again, `ties let-go --all` lets them go",
            ]
        "#]].assert_debug_eq(&told(
            "2026-11-20 call people/ada.md\n2026-10-20 meal people/ada.md",
        ));
        assert_eq!(told(""), [""; 0]);
    }
}
