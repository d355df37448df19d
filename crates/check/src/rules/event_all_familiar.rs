//! You know everyone who is listed at an event to come that is for networking (`purpose: network`).
//!
//! At such events half of the talks are with friends, though nearly everybody came to meet somebody new. List who else will
//! be there, `status: wish` in their note will do, and `ties plan` and the hints of the editor help you to reach them.
//! Events with friends and family (`purpose: social`, `purpose: family`) are for being with friends.

use network::{history, plan, ties};
use note::NoteKind;

use crate::finding::{Context, Finding};

/// Finds an event where you would only meet those you know.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let (world, note) = (context.world, context.note);
    let purpose = note.text_of("purpose");
    let is_for_networking = note.kind == NoteKind::Event
        && purpose.is_some_and(|purpose| purpose.value.trim().eq_ignore_ascii_case("network"));
    if !is_for_networking {
        return Vec::new();
    }
    let (Some(people), Some(first)) = (note.value_of("people"), plan::first_day(note)) else {
        return Vec::new();
    };
    let guests = history::people(world, context.id, "people");
    let is_familiar = first >= world.today
        && !guests.is_empty()
        && guests.iter().all(|guest| ties::was_known(world, *guest, first));
    if !is_familiar {
        return Vec::new();
    }
    let message = "you know everyone listed here".to_owned();
    vec![Finding::new(people.span, message).help("list whom else you could meet there")]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn an_event_to_come_among_the_familiar_is_told() {
        check(
            "event-all-familiar",
            "
//- people/ada.md
- 2026-01-01 call
//- people/bob.md
---
met: {date: 2025-05-05}
---
//- people/new.md
//- events/old-friends.md
---
date: 2026-12-01
purpose: network
people: [\"[[ada]]\", \"[[bob]]\"]
---
//- events/mixed.md
---
date: 2026-12-01
purpose: network
people: [\"[[ada]]\", \"[[new]]\"]
---
//- events/supper.md
---
date: 2026-12-01
purpose: social
people: [\"[[ada]]\"]
---
//- events/past.md
---
date: 2026-11-22
purpose: network
people: [\"[[ada]]\"]
---
//- events/nobody.md
---
date: 2026-12-01
purpose: network
people: []
---
",
            expect![[r#"
                info[event-all-familiar] events/old-friends.md:4 |["[[ada]]", "[[bob]]"]| you know everyone listed here
                  help: list whom else you could meet there
            "#]],
        );
    }
}
