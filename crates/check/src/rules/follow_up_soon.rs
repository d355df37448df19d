//! A contact is due today or within `[follow_ups] soon` days, 7 by default.
//!
//! Any kind of interaction answers it; `snooze: 2027-01-15` puts it off.

use network::{DueStatus, follow_up};

use crate::finding::{Context, Finding, in_days};

/// Finds a contact that is due in these days.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let follow_up = follow_up::of_contact(context.world, context.id);
    let is_soon = |status| matches!(status, DueStatus::Today | DueStatus::Soon);
    let Some(follow_up) = follow_up.filter(|it| is_soon(it.status)) else {
        return Vec::new();
    };
    let message = format!(
        "`{}` is due {}: {}",
        context.note.name,
        in_days(follow_up.days),
        follow_up.reason
    );
    vec![Finding::new(follow_up.span, message)]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    const PEOPLE: &str = "
//- people/today.md
---
cadence: 1w
---
- 2026-11-16 call
//- people/tomorrow.md
---
follow_up: 2026-11-24
---
//- people/in-a-week.md
---
cadence: 1w
---
- 2026-11-23 call
//- people/later.md
---
cadence: 8d
---
- 2026-11-23 call
";

    #[test]
    fn today_and_the_next_days_count() {
        check("follow-up-soon", PEOPLE, expect![[r#"
            hint[follow-up-soon] people/in-a-week.md:2 |1w| `in-a-week` is due in 7 days: every week, last call today
            hint[follow-up-soon] people/today.md:2 |1w| `today` is due today: every week, last call 7 days ago
            hint[follow-up-soon] people/tomorrow.md:2 |2026-11-24| `tomorrow` is due tomorrow: a day you set
        "#]]);
    }

    #[test]
    fn the_settings_say_what_soon_is() {
        check(
            "follow-up-soon",
            &format!("{PEOPLE}//- ties.toml\n[follow_ups]\nsoon = 0\n"),
            expect![[r#"
                hint[follow-up-soon] people/today.md:2 |1w| `today` is due today: every week, last call 7 days ago
            "#]],
        );
    }
}
