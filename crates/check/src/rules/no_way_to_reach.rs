//! A contact that is to be kept up with has no address of any kind: no `emails`, `phones`, `chats`, `socials`, `urls` or
//! `addresses`.
//!
//! Add one, so that the day it is due nothing has to be looked for. It speaks only of contacts with a circle or a cadence,
//! and not of those with `status: wish` or `closed`.

use crate::finding::{Context, Finding};

/// Finds a contact with a rhythm and no address.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let note = context.note;
    let Some(rhythm) = context.rhythm() else {
        return Vec::new();
    };
    let ways = ["emails", "phones", "chats", "socials", "urls", "addresses"];
    if ways.iter().any(|key| !note.items_of(key).is_empty()) {
        return Vec::new();
    }
    let message = format!("`{}` has no address of any kind", note.name);
    vec![Finding::new(rhythm.span, message).help("add `emails` or `phones`")]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn a_contact_with_a_rhythm_wants_an_address() {
        check(
            "no-way-to-reach",
            "
//- people/a.md
---
name: Ada
circle: close
emails:
---
//- people/b.md
---
name: Bob
cadence: 2w
---
",
            expect![[r#"
                hint[no-way-to-reach] people/a.md:3 |close| `Ada` has no address of any kind
                  help: add `emails` or `phones`
                hint[no-way-to-reach] people/b.md:3 |2w| `Bob` has no address of any kind
                  help: add `emails` or `phones`
            "#]],
        );
    }

    #[test]
    fn others_do_not() {
        check(
            "no-way-to-reach",
            "
//- people/no-rhythm.md
# Ada
//- people/never.md
---
circle: close
cadence: never
---
//- people/reached.md
---
circle: close
tel: '+44 20 7946 0958'
---
//- people/wish.md
---
circle: close
status: wish
---
//- people/unknown-circle.md
---
circle: closest
---
",
            expect![[""]],
        );
    }
}
