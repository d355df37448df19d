//! A circle holds more people than its capacity. It is told in the notes of those beyond it: the ones with whom the last
//! contact is longest ago.
//!
//! Move somebody to a wider circle, or raise the capacity in `ties.toml`:
//!
//! ```toml
//! [circles.inner]
//! capacity = 7
//! ```
//!
//! A few contacts kept well are worth more than many forgotten. Contacts with `status: wish` or `closed` take no place.

use std::cmp::Reverse;

use network::{World, follow_up::is_tended, history};
use note::fold;
use rustc_hash::FxHashSet;
use vault::{Circle, NoteId};

use crate::finding::{Context, Finding};

/// Finds a contact beyond the capacity of its circle.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let (world, note) = (context.world, context.note);
    let Some(written) = note.text_of("circle") else {
        return Vec::new();
    };
    let circle = world.vault.config().circle(written.value);
    let Some((circle, capacity)) = circle.and_then(|circle| Some((circle, circle.capacity?)))
    else {
        return Vec::new();
    };
    if !is_tended(note) {
        return Vec::new();
    }
    let mut shared = context.shared.beyond_capacity.borrow_mut();
    let beyond = shared
        .entry(fold::fold(&circle.name))
        .or_insert_with(|| beyond_capacity(world, circle, capacity));
    if !beyond.contains(&context.id) {
        return Vec::new();
    }
    let message = format!(
        "the circle `{}` has {} people, {} more than it holds",
        circle.name,
        capacity as usize + beyond.len(),
        beyond.len()
    );
    vec![Finding::new(written.span, message).help("choose a wider circle for somebody")]
}

/// Returns the members beyond the capacity: those contacted last stay, then those first by path.
fn beyond_capacity(world: World<'_>, circle: &Circle, capacity: u32) -> FxHashSet<NoteId> {
    let mut members: Vec<NoteId> = world
        .vault
        .in_circle(&circle.name)
        .filter(|id| is_tended(world.vault.note(*id)))
        .collect();
    if members.len() <= capacity as usize {
        return FxHashSet::default();
    }
    members.sort_by_cached_key(|id| {
        let last = history::last_contact(world, *id).map(|(day, _)| day);
        (Reverse(last), world.vault.note(*id).path.clone())
    });
    members.drain(..capacity as usize);
    members.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    const PEOPLE: &str = "
//- people/a.md
---
circle: inner
---
//- people/b.md
---
circle: Inner
---
- 2026-11-01 call
//- people/c.md
---
circle: inner
---
//- people/d.md
---
circle: inner
status: closed
---
- 2026-11-20 call
//- journal
2026-11-10 call people/c.md
//- ties.toml
[circles.inner]
cadence = \"1 week\"
";

    #[test]
    fn those_not_heard_of_longest_are_beyond() {
        check(
            "circle-over-capacity",
            &format!("{PEOPLE}capacity = 1\n"),
            expect![[r#"
                info[circle-over-capacity] people/a.md:2 |inner| the circle `inner` has 3 people, 2 more than it holds
                  help: choose a wider circle for somebody
                info[circle-over-capacity] people/b.md:2 |Inner| the circle `inner` has 3 people, 2 more than it holds
                  help: choose a wider circle for somebody
            "#]],
        );
    }

    #[test]
    fn a_circle_that_holds_all_is_fine() {
        check(
            "circle-over-capacity",
            &format!("{PEOPLE}capacity = 3\n"),
            expect![[""]],
        );
    }
}
