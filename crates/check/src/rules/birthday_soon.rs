//! A contact's birthday is today or within `[follow_ups] soon` days, 7 by default.
//!
//! A birthday without a year (`--12-10`) counts as well. Contacts with `died` or `status: closed` have none.

use network::{
    follow_up::{days_between, has_died},
    history,
};
use note::{fold::fold, value::PartialDate};

use crate::finding::{Context, Finding, in_days};

/// Finds a birthday that is near.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let (note, today) = (context.note, context.world.today);
    let status = note.text_of("status").map(|status| fold(status.value));
    let is_closed = status.is_some_and(|status| status == "closed");
    if !history::is_contact(context.world, context.id) || has_died(note) || is_closed {
        return Vec::new();
    }
    let found = note.text_of("birthday").and_then(|written| {
        let birthday = PartialDate::parse(written.value.trim())?;
        let next = birthday.next_after(today)?;
        let days = days_between(today, next);
        if days > i32::from(context.world.vault.config().soon) {
            return None;
        }
        let age = birthday.year().map(|year| next.year() - year);
        let turning = match age {
            Some(age) if age > 0 => format!(", turning {age}"),
            _ => String::new(),
        };
        let message = format!("birthday of `{}` {}{turning}", note.name, in_days(days));
        Some(Finding::new(written.span, message))
    });
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn birthdays_of_the_next_days_are_told() {
        check(
            "birthday-soon",
            "
//- people/a.md
---
birthday: 1990-11-23
---
//- people/b.md
---
bday: --11-24
---
//- people/c.md
---
birthday: 1990-11-30
---
//- people/d.md
---
birthday: 1990-12-01
---
//- people/e.md
---
birthday: 1990-11
---
//- people/f.md
---
birthday: 1890-11-24
died: 1950
---
//- people/g.md
---
birthday: 1990-11-24
status: Closed
---
//- me.md
---
birthday: 1990-11-24
---
",
            expect![[r#"
                hint[birthday-soon] people/a.md:2 |1990-11-23| birthday of `a` today, turning 36
                hint[birthday-soon] people/b.md:2 |--11-24| birthday of `b` tomorrow
                hint[birthday-soon] people/c.md:2 |1990-11-30| birthday of `c` in 7 days, turning 36
            "#]],
        );
    }
}
