//! A contact is worth a call: the day set by its cadence, its circle or `follow_up` has passed.
//!
//! It is an info at first, and a warning once twice the cadence has gone by. Any kind of interaction, logged or written
//! down in the note, answers it; `snooze: 2027-01-15` puts it off, `cadence: never` or `status: closed` ends it.

use network::{
    DueStatus,
    follow_up::{self, ago},
};

use crate::{
    Severity,
    finding::{Context, Finding},
};

/// Finds a contact whose day has passed.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let follow_up = follow_up::of_contact(context.world, context.id);
    let Some(follow_up) = follow_up.filter(|it| it.status == DueStatus::Overdue) else {
        return Vec::new();
    };
    let message = format!(
        "`{}` is worth getting in touch with: {}",
        context.note.name, follow_up.reason
    );
    let mut finding = Finding::new(follow_up.span, message).help(format!(
        "it was due {}; write the conversation down, or set `snooze`",
        ago(context.world.today, follow_up.due)
    ));
    if !follow_up.past_twice {
        finding.severity = Some(Severity::Info);
    }
    vec![finding]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn it_grows_with_twice_the_cadence() {
        check(
            "follow-up-overdue",
            "
//- people/info.md
---
circle: inner
---
- 2026-11-10 call
//- people/warning.md
---
cadence: 1w
---
- 2026-11-01 call
//- people/asked.md
---
follow_up: {date: 2026-11-20, about: the draft}
---
",
            expect![[r#"
                info[follow-up-overdue] people/asked.md:2 |{date: 2026-11-20, about: the draft}| `asked` is worth getting in touch with: to talk about the draft
                  help: it was due 3 days ago; write the conversation down, or set `snooze`
                info[follow-up-overdue] people/info.md:2 |inner| `info` is worth getting in touch with: every week, last call 13 days ago
                  help: it was due 6 days ago; write the conversation down, or set `snooze`
                warning[follow-up-overdue] people/warning.md:2 |1w| `warning` is worth getting in touch with: every week, last call 22 days ago
                  help: it was due 15 days ago; write the conversation down, or set `snooze`
            "#]],
        );
    }

    #[test]
    fn it_is_silent_for_those_in_time_and_those_without_a_rhythm() {
        check(
            "follow-up-overdue",
            "
//- people/today.md
---
cadence: 1w
---
- 2026-11-16 call
//- people/logged.md
---
cadence: 1w
---
//- people/none.md
- 2020-01-01 call
//- people/closed.md
---
circle: inner
status: closed
---
- 2020-01-01 call
//- people/snoozed.md
---
circle: inner
snooze: 2026-11-23
---
- 2020-01-01 call
//- journal
2026-11-20 call people/logged.md
2019-11-20 call people/logged.md
",
            expect![[""]],
        );
    }

    #[test]
    fn the_settings_say_how_much_it_matters_and_a_note_silences_it() {
        check(
            "follow-up-overdue",
            "
//- people/a.md
---
cadence: 1w
---
- 2026-11-10 call
//- people/b.md
---
cadence: 1w
---
- 2026-11-10 call

<!-- ties: ignore follow-up-overdue -->
//- ties.toml
[diagnostics]
follow-up-overdue = \"hint\"
",
            expect![[r#"
                hint[follow-up-overdue] people/a.md:2 |1w| `a` is worth getting in touch with: every week, last call 13 days ago
                  help: it was due 6 days ago; write the conversation down, or set `snooze`
            "#]],
        );
    }
}
