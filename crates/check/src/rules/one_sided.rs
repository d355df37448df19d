//! In the last year far more was given to a contact than received, or the other way round: of at least four things that
//! the journal names, four in five or more.
//!
//! What is given and received is what `ties log --gave` and `--received` say. It may be just as you want it: then silence it
//! in that note. `ties balance` shows what they need, and what you could ask for.

use network::{balance, follow_up::is_tended};
use note::Span;

use crate::finding::{Context, Finding};

/// Finds a contact with whom the exchange is one-sided.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let (world, note) = (context.world, context.note);
    if !is_tended(note) {
        return Vec::new();
    }
    let since = balance::a_year_back(world.today);
    let Some(found) = balance::of_contact(world, context.id, since) else {
        return Vec::new();
    };
    let tally = found.tally;
    if !tally.is_one_sided() {
        return Vec::new();
    }
    let (message, help) = if tally.gave > tally.received {
        (
            format!(
                "in a year you gave `{}` {} and received {}",
                note.name,
                times(tally.gave),
                times(tally.received)
            ),
            "asking for something is a gift, too",
        )
    } else {
        (
            format!(
                "in a year you received {} from `{}` and gave {}",
                times(tally.received),
                note.name,
                times(tally.gave)
            ),
            "`ties balance` shows what would help them",
        )
    };
    let span = note.name_span.unwrap_or(Span::at(0));
    vec![Finding::new(span, message).help(help)]
}

fn times(n: u32) -> String {
    match n {
        0 => "nothing".to_owned(),
        1 => "something once".to_owned(),
        n => format!("something {n} times"),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn far_more_on_one_side_is_told_both_ways() {
        check(
            "one-sided",
            "
//- people/given.md
---
name: Ada
---
//- people/taken.md
//- people/even.md
//- people/few.md
//- people/long-ago.md
//- people/closed.md
---
status: closed
---
//- journal
2026-11-01 call people/given.md people/closed.md gave:a gave:b gave:c
2026-11-02 call people/given.md people/closed.md gave:d
2026-11-03 call people/taken.md received:a received:b received:c received:d
2026-11-04 call people/taken.md gave:a
2026-11-05 call people/even.md gave:a gave:b gave:c received:d
2026-11-06 call people/few.md gave:a gave:b gave:c
2025-11-22 call people/long-ago.md gave:a gave:b gave:c gave:d
",
            expect![[r#"
                info[one-sided] people/given.md:2 |Ada| in a year you gave `Ada` something 4 times and received nothing
                  help: asking for something is a gift, too
                info[one-sided] people/taken.md:1 || in a year you received something 4 times from `taken` and gave something once
                  help: `ties balance` shows what would help them
            "#]],
        );
    }
}
