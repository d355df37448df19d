//! A contact you want to keep in touch with, and no way to do it.
//!
//! Looked at are contacts with a circle or a cadence. Any of `emails`, `phones`, `chats`, `socials`, `urls` and `addresses` will
//! do, and so will a `household` shared with someone.
//!
//! **Example**
//!
//! ```markdown
//! ---
//! name: Ada Lovelace
//! circle: close
//! ---
//! ```
//!
//! **To mend it** Add an address or number. Where you meet anyway, `<!-- ties: ignore no-way-to-reach -->` in the note says so.

use network::follow_up;
use note::{NoteKind, value::Cadence};

use crate::context::{NoteContext, Sink};

const WAYS: [&str; 7] = [
    "emails",
    "phones",
    "chats",
    "socials",
    "urls",
    "addresses",
    "household",
];

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if ctx.data.kind != NoteKind::Contact || !follow_up::is_tended(ctx.data) {
        return;
    }
    let Some(rhythm) = follow_up::rhythm(ctx.world, ctx.data) else {
        return;
    };
    let is_reachable = WAYS.iter().any(|way| !ctx.data.items_of(way).is_empty());
    if rhythm.cadence == Cadence::Never || is_reachable {
        return;
    }
    let message = format!("there is no way yet to reach `{}`", ctx.data.name);
    sink.report(ctx.name_span(), message)
        .help("add `emails`, `phones` or another address");
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    #[test]
    fn a_circle_without_an_address_is_told() {
        check(
            "no-way-to-reach",
            "
//- people/ada.md
---
name: Ada
circle: close
emails:
---
//- people/bob.md
---
cadence: 3w
---
",
            &expect![[r#"
                people/ada.md 10..13 `Ada` hint: there is no way yet to reach `Ada`
                  help: add `emails`, `phones` or another address
                people/bob.md 0..0 `` hint: there is no way yet to reach `bob`
                  help: add `emails`, `phones` or another address
            "#]],
        );
    }

    #[test]
    fn any_way_will_do_and_others_are_left_alone() {
        check_silent(
            "no-way-to-reach",
            "
//- people/a.md
---
circle: close
phone: 1
---
//- people/b.md
---
circle: close
household: \"[[a]]\"
---
//- people/c.md
---
circle: close
cadence: never
---
//- people/d.md
---
circle: close
status: wish
---
//- people/e.md
",
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches(
            "no-way-to-reach",
            "//- people/a.md\n---\ncircle: close\n---\n",
        );
    }
}
