//! The day of a promise is today or within `[follow_ups] soon` days, 7 by default.
//!
//! Keep it and mark it with `[x]`, or give it another day.

use network::follow_up::days_between;

use super::promise_overdue::{open, shown};
use crate::finding::{Context, Finding, in_days};

/// Finds open promises whose day is near.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let soon = i32::from(context.world.vault.config().soon);
    let mut found = Vec::new();
    for (promise, due) in open(context) {
        let days = days_between(context.world.today, due);
        if (0..=soon).contains(&days) {
            let message = format!("{} is due {}", shown(promise), in_days(days));
            found.push(Finding::new(promise.due.span, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn open_promises_of_the_next_days_are_told() {
        check(
            "promise-soon",
            "
//- people/ada.md
- [ ] yesterday due:2026-11-22
- [ ] send the paper due:2026-11-23
- [ ] call due:2026-11-24
- [ ] write due:2026-11-30
- [ ] later due:2026-12-01
- [x] done due:2026-11-24
//- day.md
- [ ] buy milk due:2026-11-24
",
            expect![[r#"
                hint[promise-soon] people/ada.md:2 |2026-11-23| the promise `send the paper` is due today
                hint[promise-soon] people/ada.md:3 |2026-11-24| the promise `call` is due tomorrow
                hint[promise-soon] people/ada.md:4 |2026-11-30| the promise `write` is due in 7 days
            "#]],
        );
    }
}
