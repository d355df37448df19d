//! The day of an open goal (`by`) has passed.
//!
//! Say what became of it with `status: done` or `status: dropped`, or give it another day.

use network::{follow_up::days_between, plan};
use note::value::PartialDate;

use crate::finding::{Context, Finding};

/// Finds a goal whose day has passed.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let note = context.note;
    let Some(by) = note.text_of("by").filter(|_| plan::is_open(note)) else {
        return Vec::new();
    };
    let last = PartialDate::parse(by.value.trim()).and_then(PartialDate::last_day);
    let Some(day) = last.filter(|day| *day < context.world.today) else {
        return Vec::new();
    };
    let days = match days_between(day, context.world.today) {
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    let message = format!("the day of `{}` passed {days}", note.name);
    vec![Finding::new(by.span, message).help("say what became of it in `status`, or give it another day")]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn an_open_goal_whose_day_has_passed_is_told() {
        check(
            "goal-overdue",
            "
//- goals/yesterday.md
---
name: A boat
by: 2026-11-22
---
//- goals/month.md
---
by: 2026-10
---
//- goals/today.md
---
by: 2026-11-23
---
//- goals/this-year.md
---
by: 2026
---
//- goals/dropped.md
---
by: 2020-01-01
status: Dropped
---
//- goals/words.md
---
by: soon
---
",
            expect![[r#"
                warning[goal-overdue] goals/month.md:2 |2026-10| the day of `month` passed 23 days ago
                  help: say what became of it in `status`, or give it another day
                warning[goal-overdue] goals/yesterday.md:3 |2026-11-22| the day of `A boat` passed yesterday
                  help: say what became of it in `status`, or give it another day
            "#]],
        );
    }
}
