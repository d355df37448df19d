//! A contact was met two weeks ago or longer (`met.date`), and no conversation has followed: a card was swapped.
//!
//! A line soon after meeting makes a card a contact. Log it or write it down, or set `status: wish` for someone still to
//! come to know. After a year nothing more is said. Where the contact has a circle or a cadence, `never-contacted` speaks instead.

use jiff::civil::Date;
use network::{
    follow_up::{days_between, is_tended},
    history,
};
use note::{Span, value::PartialDate};
use vault::NoteData;

use super::never_contacted;
use crate::finding::{Context, Finding};

/// After so many days a conversation would have followed.
const DAYS: i32 = 14;

/// After so many days a word about the meeting has lost its point.
const AT_MOST: i32 = 366;

/// Finds a contact that was met, and no more.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let world = context.world;
    let Some((span, met)) = met(context.note) else {
        return Vec::new();
    };
    let is_card = context.has_journal()
        && is_tended(context.note)
        && (DAYS..=AT_MOST).contains(&days_between(met, world.today))
        && history::last_contact(world, context.id).is_none()
        && never_contacted::check(context).is_empty();
    if !is_card {
        return Vec::new();
    }
    let message = format!(
        "no conversation with `{}` since you met {} days ago",
        context.note.name,
        days_between(met, world.today)
    );
    vec![Finding::new(span, message).help("write a line about what you talked of")]
}

/// Returns when the contact was met, at the latest, with the range of the date.
pub(crate) fn met(note: &NoteData) -> Option<(Span, Date)> {
    let met = note.value_of("met")?;
    let written = met.get("date").unwrap_or(met).as_text()?;
    let day = match PartialDate::parse(written.value.trim())? {
        PartialDate::Day(day) => day,
        PartialDate::Month { year, month } => Date::new(year, month, 1).ok()?.last_of_month(),
        PartialDate::Year(year) => Date::new(year, 12, 31).ok()?,
        PartialDate::MonthDay { .. } | PartialDate::DayOfMonth(_) => return None,
    };
    Some((written.span, day))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    const PEOPLE: &str = "
//- people/card.md
---
met: {date: 2026-11-09, how: serendipity}
---
//- people/month.md
---
met: {date: 2026-10}
---
//- people/this-month.md
---
met: {date: 2026-11}
---
//- people/yesterday.md
---
met: {date: 2026-11-10}
---
//- people/talked.md
---
met: {date: 2026-10-01}
---
- 2026-10-02 call
//- people/years-ago.md
---
met: 2025-11-21
---
//- people/bare.md
---
met: 2025-11-23
---
//- people/circle.md
---
circle: close
met: {date: 2026-10-01}
---
//- people/closed.md
---
status: closed
met: {date: 2026-10-01}
---
";

    #[test]
    fn a_meeting_without_a_word_after_is_told() {
        check(
            "card-without-conversation",
            &format!("{PEOPLE}//- journal\n2026-11-01 call people/talked.md\n"),
            expect![[r#"
                hint[card-without-conversation] people/bare.md:2 |2025-11-23| no conversation with `bare` since you met 365 days ago
                  help: write a line about what you talked of
                hint[card-without-conversation] people/card.md:2 |2026-11-09| no conversation with `card` since you met 14 days ago
                  help: write a line about what you talked of
                hint[card-without-conversation] people/month.md:2 |2026-10| no conversation with `month` since you met 23 days ago
                  help: write a line about what you talked of
            "#]],
        );
    }

    #[test]
    fn without_a_journal_nothing_is_said() {
        check("card-without-conversation", PEOPLE, expect![[""]]);
    }
}
