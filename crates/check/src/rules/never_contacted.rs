//! A contact has a circle or a cadence, but no conversation with it is known: neither logged nor written down.
//!
//! Get in touch for a first time, or take the circle out. Nothing is said within one cadence after `met.date`, of contacts
//! with `status: wish` or `closed`, and where there is no journal yet.

use network::history;

use super::card_without_conversation::met;
use crate::finding::{Context, Finding};

/// Finds a contact with a rhythm and no conversation.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let world = context.world;
    let Some(rhythm) = context.rhythm() else {
        return Vec::new();
    };
    let is_new = met(context.note).is_some_and(|(_, met)| {
        rhythm
            .cadence
            .after(met)
            .is_none_or(|first| first >= world.today)
    });
    if !context.has_journal() || is_new || history::last_contact(world, context.id).is_some() {
        return Vec::new();
    }
    let message = format!("no conversation with `{}` yet", context.note.name);
    vec![Finding::new(rhythm.span, message).help("a first hello, or no circle for now")]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    const PEOPLE: &str = "
//- people/never.md
---
circle: close
---
//- people/card.md
---
cadence: 1w
met: {date: 2026-11-01}
---
//- people/new.md
---
circle: close
met: {date: 2026-11-01}
---
//- people/written.md
---
circle: close
---
- 2026-11-01 call
//- people/logged.md
---
circle: close
---
//- people/wish.md
---
circle: close
status: wish
---
//- people/none.md
";

    #[test]
    fn a_rhythm_without_a_conversation_is_told() {
        check(
            "never-contacted",
            &format!("{PEOPLE}//- journal\n2020-11-20 call people/logged.md\n"),
            expect![[r#"
                hint[never-contacted] people/card.md:2 |1w| no conversation with `card` yet
                  help: a first hello, or no circle for now
                hint[never-contacted] people/never.md:2 |close| no conversation with `never` yet
                  help: a first hello, or no circle for now
            "#]],
        );
    }

    #[test]
    fn without_a_journal_nothing_is_said() {
        check("never-contacted", PEOPLE, expect![[""]]);
    }
}
