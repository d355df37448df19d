//! `ties timeline --summary`: the numbers of the journal as small charts that read without colour.

use std::fmt::Write as _;

use jiff::civil::Date;
use journal::Interaction;
use network::{
    filter::{Filter, Named},
    summary::{self, Month, Silence, Streak, Summary},
};
use serde_json::{Value, json};

use crate::{
    output::{Answer, BOLD, DIM, columns_of, count, cut, one_line, pad, width},
    session::Session,
};

/// How many months are shown one by one; earlier ones are in their years.
const MONTHS: usize = 24;
/// How many years are shown, those without anything too; of a longer history only those with something.
const YEARS: usize = 40;
/// How many people are shown.
const PEOPLE: usize = 10;
/// The longest bar, in columns.
const LONGEST: usize = 40;

/// Returns the numbers of what was found.
pub(super) fn run(session: &Session, filter: &Filter, found: &[&Interaction]) -> Answer {
    let world = session.world();
    let end = filter
        .until
        .map_or(world.today, |until| until.min(world.today));
    let summary = summary::summarize(world, found, end);
    Answer {
        text: text(session, filter, &summary, end),
        json: to_json(session, &summary, end),
        warnings: session.warnings.clone(),
        ..Answer::default()
    }
}

fn text(session: &Session, filter: &Filter, summary: &Summary, end: Date) -> String {
    let mut text = String::new();
    if let (Some(first), Some(last)) = (summary.first, summary.last) {
        let people = match summary.people.len() {
            1 => "1 person".to_owned(),
            number => format!("{number} people"),
        };
        let _ = writeln!(
            text,
            "{BOLD}{}{BOLD:#} with {people}, {first} to {last}",
            count(summary.total, "interaction")
        );
    } else {
        text.push_str("no interactions\n");
    }
    if summary.later > 0 {
        let _ = writeln!(
            text,
            "{} after {end}, not counted",
            count(summary.later, "interaction")
        );
    }
    if summary.total == 0 {
        return text;
    }
    if summary.months.len() > MONTHS {
        chart("By year", &years(&summary.months), &mut text);
    }
    let shown = &summary.months[summary.months.len().saturating_sub(MONTHS)..];
    let months: Vec<(String, usize)> = shown
        .iter()
        .map(|month| (month_name(month.first_day), month.total))
        .collect();
    chart("By month", &months, &mut text);
    let kinds: Vec<(String, usize)> = summary
        .kinds
        .iter()
        .map(|(kind, total)| (one_line(kind), *total))
        .collect();
    chart("By kind", &kinds, &mut text);
    // Whoever was asked for is in all of them.
    let others = summary
        .people
        .iter()
        .filter(|person| !filter.contacts.contains(&person.contact));
    let people: Vec<(String, usize)> = others
        .take(PEOPLE)
        .map(|person| {
            let name = summary::name(session.world(), &person.contact);
            (one_line(name), person.total)
        })
        .collect();
    let title = match filter.contacts.len() {
        0 => "Most with",
        _ => "Together with",
    };
    chart(title, &people, &mut text);

    text.push('\n');
    let mut fact = |what: &str, said: &str| {
        let _ = writeln!(text, "{DIM}{}{DIM:#}  {said}", pad(what, 15));
    };
    fact(
        "reached out",
        &who(summary.by_me, summary.by_them, summary.total),
    );
    if summary.gave + summary.received > 0 {
        fact(
            "exchanged",
            &format!(
                "something given in {}, received in {}",
                summary.gave, summary.received
            ),
        );
    }
    if let Some(streak) = summary.longest_streak {
        fact("longest streak", &weeks(streak));
    }
    match summary.present_streak {
        Some(streak) if Some(streak) == summary.longest_streak => {
            fact("present streak", "the same, and it goes on");
        }
        Some(streak) => fact("present streak", &weeks(streak)),
        None => fact(
            "present streak",
            "none: neither of the last two weeks has anything",
        ),
    }
    match summary.longest_silence {
        Some(silence) => fact("longest silence", &silent(silence)),
        None => fact("longest silence", "none: not a day without"),
    }
    text
}

fn who(me: usize, them: usize, total: usize) -> String {
    let mut said = format!("you {me}, they {them}");
    if me + them < total {
        let _ = write!(said, ", not written down {}", total - me - them);
    }
    said
}

fn weeks(Streak { weeks, first, last }: Streak) -> String {
    match weeks {
        1 => format!("1 week, {first} to {last}"),
        _ => format!("{weeks} weeks in a row, {first} to {last}"),
    }
}

fn silent(silence: Silence) -> String {
    let Silence {
        days,
        since,
        until,
        is_open,
    } = silence;
    if is_open {
        format!("{days} days, since {since}")
    } else {
        format!("{days} days, {since} to {until}")
    }
}

fn month_name(first_day: Date) -> String {
    format!("{:04}-{:02}", first_day.year(), first_day.month())
}

/// Returns the number of each year, the earliest first.
fn years(months: &[Month]) -> Vec<(String, usize)> {
    let mut years: Vec<(String, usize)> = Vec::new();
    for month in months {
        let year = format!("{:04}", month.first_day.year());
        match years.last_mut() {
            Some((last, total)) if *last == year => *total += month.total,
            _ => years.push((year, month.total)),
        }
    }
    if years.len() > YEARS {
        years.retain(|(_, total)| *total > 0);
    }
    years
}

/// Writes a title and a bar for each row; nothing where there is no row.
fn chart(title: &str, rows: &[(String, usize)], text: &mut String) {
    let Some(most) = rows.iter().map(|(_, total)| *total).max() else {
        return;
    };
    let is_plain = std::env::var("TERM").is_ok_and(|terminal| terminal == "dumb");
    let widest = rows.iter().map(|(name, _)| columns_of(name)).max();
    let names = widest.unwrap_or(0).min(width() / 3);
    let digits = most.to_string().len();
    let room = width().saturating_sub(names + digits + 4).min(LONGEST);
    let _ = writeln!(text, "\n{BOLD}{title}{BOLD:#}");
    for (name, total) in rows {
        let row = format!(
            "{}  {total:>digits$}  {}",
            pad(&cut(name, names), names),
            bar(*total, most, room, is_plain)
        );
        text.push_str(row.trim_end());
        text.push('\n');
    }
}

/// Returns a bar of at most `room` columns for `total` of `most`, in eighths of a column, or plain in whole ones. What is not
/// zero shows.
fn bar(total: usize, most: usize, room: usize, is_plain: bool) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let steps = if is_plain { 1 } else { 8 };
    let length = (total * room * steps).checked_div(most).unwrap_or(0);
    let length = length.max(usize::from(total > 0));
    if is_plain {
        return "#".repeat(length);
    }
    format!("{}{}", "█".repeat(length / 8), EIGHTHS[length % 8])
}

fn to_json(session: &Session, summary: &Summary, end: Date) -> Value {
    let world = session.world();
    let streak = |streak: Option<Streak>| {
        streak.map(|Streak { weeks, first, last }| json!({"weeks": weeks, "first": first.to_string(), "last": last.to_string()}))
    };
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let months = summary.months.iter().map(|month| {
        json!({"month": month_name(month.first_day), "interactions": month.total, "kinds": month.kinds})
    });
    let kinds = summary
        .kinds
        .iter()
        .map(|(kind, total)| json!({"kind": kind, "interactions": total}));
    let people = summary.people.iter().map(|person| {
        let path = match &person.contact {
            Named::Note(note) => &*session.vault().note(*note).path,
            Named::Gone(path) => path,
        };
        json!({
            "path": path,
            "name": summary::name(world, &person.contact),
            "interactions": person.total,
            "last": person.last.to_string(),
        })
    });
    json!({
        "until": end.to_string(),
        "interactions": summary.total,
        "later": summary.later,
        "first": day(summary.first),
        "last": day(summary.last),
        "months": months.collect::<Vec<_>>(),
        "kinds": kinds.collect::<Vec<_>>(),
        "people": people.collect::<Vec<_>>(),
        "initiated_by": {"me": summary.by_me, "them": summary.by_them},
        "gave": summary.gave,
        "received": summary.received,
        "longest_streak": streak(summary.longest_streak),
        "present_streak": streak(summary.present_streak),
        "longest_silence": summary.longest_silence.map(|silence| json!({
            "days": silence.days,
            "since": silence.since.to_string(),
            "until": silence.until.to_string(),
            "open": silence.is_open,
        })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share_and_what_is_there_shows() {
        let bars =
            |room, is_plain| [0, 1, 50, 99, 100].map(|total| bar(total, 100, room, is_plain));
        assert_eq!(
            bars(10, true),
            ["", "#", "#####", "#########", "##########"]
        );
        assert_eq!(bars(3, false), ["", "▏", "█▌", "██▉", "███"]);
        assert_eq!(bar(0, 0, 10, false), "");
        // A narrow terminal has no room at all.
        assert_eq!(bar(7, 7, 0, false), "▏");
    }

    #[test]
    fn years_sum_their_months() {
        let month = |year, month, total| Month {
            first_day: Date::constant(year, month, 1),
            total,
            kinds: std::collections::BTreeMap::new(),
        };
        let months = [month(2024, 11, 1), month(2024, 12, 2), month(2025, 1, 4)];
        assert_eq!(
            years(&months),
            [("2024".to_owned(), 3), ("2025".to_owned(), 4)]
        );
        let long: Vec<Month> = (1900..2000)
            .map(|year| month(year, 1, usize::from(year == 1950)))
            .collect();
        assert_eq!(years(&long), [("1950".to_owned(), 1)]);
    }
}
