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

use std::{cmp::Reverse, sync::Arc};

use jiff::civil::Date;
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
    let capacity = capacity as usize;
    let n_members = match &context.shared.beyond_capacity {
        Some(known) => {
            let mut known = known.borrow_mut();
            let beyond = known
                .entry(fold::fold(&circle.name))
                .or_insert_with(|| beyond_capacity(world, circle, capacity));
            beyond.contains(&context.id).then_some(capacity + beyond.len())
        }
        None => n_members_if_beyond(context, circle, capacity),
    };
    let Some(n_members) = n_members else {
        return Vec::new();
    };
    let message = format!(
        "the circle `{}` has {n_members} people, {} more than it holds",
        circle.name,
        n_members - capacity
    );
    vec![Finding::new(written.span, message).help("choose a wider circle for somebody")]
}

/// Returns the members beyond the capacity: those contacted last stay, then those first by path.
fn beyond_capacity(world: World<'_>, circle: &Circle, capacity: usize) -> FxHashSet<NoteId> {
    let mut members = members(world, circle);
    if members.len() <= capacity {
        return FxHashSet::default();
    }
    members.sort_by_cached_key(|id| place(world, *id));
    members.drain(..capacity);
    members.into_iter().collect()
}

/// Returns the number of people in the circle where the note is beyond its capacity.
///
/// Looks at members only until there are as many before the note as the circle holds.
fn n_members_if_beyond(context: &Context<'_>, circle: &Circle, capacity: usize) -> Option<usize> {
    let world = context.world;
    let members = members(world, circle);
    if members.len() <= capacity {
        return None;
    }
    let own = place(world, context.id);
    let before = members.iter().filter(|id| place(world, **id) < own);
    (before.take(capacity).count() == capacity).then_some(members.len())
}

fn members(world: World<'_>, circle: &Circle) -> Vec<NoteId> {
    let members = world.vault.in_circle(&circle.name);
    members
        .filter(|id| is_tended(world.vault.note(*id)))
        .collect()
}

/// Orders the members of a circle.
fn place(world: World<'_>, id: NoteId) -> (Reverse<Option<Date>>, Arc<str>) {
    let last = history::last_contact(world, id).map(|(day, _)| day);
    (Reverse(last), Arc::clone(&world.vault.note(id).path))
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
