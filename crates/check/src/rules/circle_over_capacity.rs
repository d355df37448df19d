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
//!
//! Where a circle holds more than twice its capacity, and more than 500 people, nobody has a place in it before others: it
//! is told in the notes of all.

use std::{cmp::Reverse, rc::Rc, sync::Arc};

use jiff::civil::Date;
use network::{World, follow_up::is_tended, history};
use note::fold;
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
    let most = (2 * capacity).max(RANKED);
    let members = match &context.shared.members {
        Some(known) => {
            let mut known = known.borrow_mut();
            let entry = known.entry(fold::fold(&circle.name));
            Rc::clone(entry.or_insert_with(|| {
                let mut members = members(world, circle, most);
                if members.len() <= most {
                    members.sort_by_cached_key(|id| place(world, *id));
                }
                members.into()
            }))
        }
        None => members(world, circle, most).into(),
    };
    let name = &circle.name;
    let message = if members.len() > most {
        format!("the circle `{name}` has more than {most} people, and holds {capacity}")
    } else if members.len() > capacity && is_beyond(context, &members, capacity) {
        format!(
            "the circle `{name}` has {} people, {} more than it holds",
            members.len(),
            members.len() - capacity
        )
    } else {
        return Vec::new();
    };
    vec![Finding::new(written.span, message).help("choose a wider circle for somebody")]
}

/// The most people of a circle that are told apart, unless it holds half of that.
const RANKED: usize = 500;

/// Returns whether the note comes behind as many members as the circle holds: those contacted last come first, then those
/// first by path.
fn is_beyond(context: &Context<'_>, members: &[NoteId], capacity: usize) -> bool {
    if context.shared.members.is_some() {
        return members[capacity..].contains(&context.id);
    }
    let own = place(context.world, context.id);
    let before = members
        .iter()
        .filter(|id| place(context.world, **id) < own);
    before.take(capacity).count() == capacity
}

/// Returns the people of a circle, at most one more than `most`.
fn members(world: World<'_>, circle: &Circle, most: usize) -> Vec<NoteId> {
    let members = world.vault.in_circle(&circle.name);
    members
        .filter(|id| is_tended(world.vault.note(*id)))
        .take(most + 1)
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

    use crate::{
        Diagnostic,
        testing::{Fixture, check},
    };

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
    #[test]
    fn in_a_crowd_nobody_has_a_place_before_others() {
        let told = |n_people: usize| -> String {
            let mut text = String::from("//- ties.toml\n[circles.inner]\ncapacity = 1\n");
            for index in 0..n_people {
                let note = "---\nkind: contact\ncircle: inner\n---\n";
                text.push_str(&format!("//- people/p{index:03}.md\n{note}"));
            }
            let fixture = Fixture::new(&text);
            let is_told = |found: &Diagnostic| found.code == "circle-over-capacity";
            let all = fixture.diagnostics().into_iter().filter(is_told);
            all.map(|found| {
                let id = fixture.vault.id(&found.path).expect("it is there");
                let alone = crate::check_note(fixture.world(), id);
                assert_eq!(alone.iter().find(|alone| is_told(alone)), Some(&found));
                found.message + "\n"
            })
            .collect()
        };
        assert_eq!(
            told(500),
            "the circle `inner` has 500 people, 499 more than it holds\n".repeat(499)
        );
        assert_eq!(
            told(501),
            "the circle `inner` has more than 500 people, and holds 1\n".repeat(501)
        );
    }
}
