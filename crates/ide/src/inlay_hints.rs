//! What one would like to know beside what is written: how far off a date is, who at an event is new to you, how to reach
//! those you are after.

use jiff::{Span as Duration, civil::Date};
use network::{common_ground, history, ties};
use note::{Data, Field, Key, KeyType, NoteKind, Span, Value, value::PartialDate};
use vault::{NoteData, NoteId};

use crate::{
    World,
    words::{self, distance, escape},
};

/// A birthday this many days away or fewer says when it is.
const NEAR_BIRTHDAY: i32 = 30;
/// How many things in common are named.
const SHARED: usize = 3;

/// A few words after something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlayHint {
    /// After which byte it stands.
    pub offset: u32,
    /// Plain text.
    pub text: String,
    /// Why, as Markdown.
    pub tooltip: Option<String>,
}

/// Returns the hints of a note that stand in `range`, sorted.
///
/// Dates say how far off they are and birthdays the age; in an event each of its people is new or familiar, with what
/// you have in common; in an open goal each of those it is about has the warmest way to them.
///
/// Source: LSP 3.17 `textDocument/inlayHint`.
pub fn inlay_hints(world: World<'_>, note: NoteId, range: Span) -> Vec<InlayHint> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let mut hints = Vec::new();
    if let Some(front_matter) = data.note.front_matter.as_deref() {
        for field in &front_matter.fields {
            if let Some(key) = Key::find(data.kind, &field.key.value) {
                date_hints(world, data, field, key, &mut hints);
            }
        }
    }
    for promise in data.note.promises.iter().filter(|promise| !promise.done) {
        if let Some(due) = promise.due.value {
            hints.push(plain(promise.due.span.end, distance(world.today, due)));
        }
    }
    hints.retain(|hint| range.touches(hint.offset));
    let people = match data.kind {
        NoteKind::Event => people_in(data, "people", range),
        NoteKind::Goal if is_open(data) => people_in(data, "who", range),
        _ => Vec::new(),
    };
    for item in people {
        let Some(&person) = history::linked_within(world, note, item).first() else {
            continue;
        };
        let (text, tooltip) = match data.kind {
            NoteKind::Event => familiarity(world, data, person),
            _ => way_to(world, person),
        };
        hints.push(InlayHint {
            offset: item.end,
            text,
            tooltip: Some(tooltip),
        });
    }
    hints.sort_by_key(|hint| hint.offset);
    hints
}

fn plain(offset: u32, text: String) -> InlayHint {
    InlayHint {
        offset,
        text,
        tooltip: None,
    }
}

fn date_hints(
    world: World<'_>,
    data: &NoteData,
    field: &Field,
    key: &Key,
    hints: &mut Vec<InlayHint>,
) {
    match (&field.value.data, key.value) {
        (Data::Scalar(scalar), KeyType::Day | KeyType::PartialDate | KeyType::When) => {
            if let Some(text) = date_hint(world.today, data, key, scalar.text.trim()) {
                hints.push(plain(field.value.span.end, text));
            }
        }
        (Data::Map(fields), _) => {
            let inner = match key.value {
                KeyType::When => fields.iter().map(|field| (field, Some(key))).collect(),
                _ => fields
                    .iter()
                    .map(|field| {
                        let keys = key.map_keys().iter();
                        let mut spelled = keys.filter(|key| key.is_spelled(&field.key.value));
                        (field, spelled.next())
                    })
                    .collect::<Vec<_>>(),
            };
            for (field, key) in inner {
                if let Some(key) = key {
                    date_hints(world, data, field, key, hints);
                }
            }
        }
        _ => {}
    }
}

fn date_hint(today: Date, data: &NoteData, key: &Key, text: &str) -> Option<String> {
    if !matches!(key.name, "birthday" | "anniversary") {
        let day = note::value::parse_day(text.get(..10)?)?;
        return Some(distance(today, day));
    }
    if key.name == "birthday" && data.text_of("died").is_some() {
        return None;
    }
    let date = PartialDate::parse(text)?;
    let next = date.next_after(today)?;
    let is_near = words::days_between(today, next) <= NEAR_BIRTHDAY;
    match words::age_on(date, next) {
        Some(age) if is_near && key.name == "birthday" => {
            Some(format!("turns {age} {}", distance(today, next)))
        }
        Some(age) if is_near => Some(format!("{age} years {}", distance(today, next))),
        Some(age) => Some(words::count(usize::try_from(age - 1).ok()?, "year")),
        None => Some(distance(today, next)),
    }
}

/// Returns the items of a key that end in `range`.
fn people_in(data: &NoteData, key: &str, range: Span) -> Vec<Span> {
    let items = data.items_of(key).iter().map(|item: &Value| item.span);
    items.filter(|item| range.touches(item.end)).collect()
}

fn is_open(goal: &NoteData) -> bool {
    goal.text_of("status")
        .is_none_or(|status| status.value.trim().eq_ignore_ascii_case("open"))
}

/// Returns whether a person at an event was new to you before it, with what you have in common.
pub(crate) fn familiarity(world: World<'_>, event: &NoteData, person: NoteId) -> (String, String) {
    let day = first_day(event).unwrap_or(world.today.saturating_add(Duration::new().days(1)));
    let name = escape(&world.vault.note(person).name);
    let (word, why) = if ties::was_known(world, person, day) {
        let last = history::last_contact(world, person);
        let last = last.map_or_else(String::new, |(day, kind)| {
            format!(
                ", last contact {} ({})",
                distance(world.today, day),
                escape(kind)
            )
        });
        ("familiar", format!("You know {name}{last}."))
    } else {
        let had = if day > world.today { "have" } else { "had" };
        ("new", format!("You and {name} {had} not spoken before."))
    };
    let shared: Vec<String> = match world.vault.me() {
        Some(me) => common_ground(world, me, person),
        None => Vec::new(),
    }
    .into_iter()
    .map(|common| common.text)
    .collect();
    if shared.is_empty() {
        return (word.to_owned(), why);
    }
    let named: Vec<String> = shared.iter().map(|text| escape(text)).collect();
    (
        format!("{word} · {}", words::list(&shared, SHARED)),
        format!("{why}\n\nIn common: {}", named.join(", ")),
    )
}

/// Returns the first day of an event.
pub(crate) fn first_day(event: &NoteData) -> Option<Date> {
    let value = event.value_of("date")?;
    let from = value.get("from").unwrap_or(value).as_text()?;
    note::value::parse_day(from.value.trim().get(..10)?)
}

/// Returns the warmest way to a person in a few words and in sentences.
pub(crate) fn way_to(world: World<'_>, person: NoteId) -> (String, String) {
    let name = |note: NoteId| world.vault.note(note).name.to_string();
    let Some(way) = ties::warmest_way(world, person) else {
        return (
            "no way there yet".to_owned(),
            format!(
                "Nobody you have spoken with is known to know {}.",
                escape(&name(person))
            ),
        );
    };
    let first = way.people[0];
    let last = history::last_contact(world, first);
    let last = last.map_or_else(String::new, |(day, _)| distance(world.today, day));
    let mut why = format!("You last spoke with {} {last}.", escape(&name(first)));
    for (pair, evidence) in way.people.windows(2).zip(&way.evidence) {
        let (one, other) = (escape(&name(pair[0])), escape(&name(pair[1])));
        why.push_str("\n\n");
        why.push_str(&match evidence {
            ties::Evidence::Knows => format!("{one} and {other} know each other, as a note says."),
            ties::Evidence::MetThrough => {
                format!("You met one of {one} and {other} through the other.")
            }
            ties::Evidence::Together => format!("You spoke with {one} and {other} together."),
            ties::Evidence::Event(event) => {
                format!(
                    "{one} and {other} are both named at {}.",
                    escape(&name(*event))
                )
            }
            ties::Evidence::Link => format!("The notes of {one} and {other} are linked."),
        });
    }
    let text = match &way.people[..] {
        [_] => format!("last contact {last}"),
        [through @ .., _] => {
            let through: Vec<String> = through.iter().map(|note| name(*note)).collect();
            format!("through {}", through.join(", then "))
        }
        [] => String::new(),
    };
    (text, why)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::test_vault::TestVault;

    #[expect(
        clippy::needless_pass_by_value,
        reason = "`expect!` is written in place"
    )]
    fn check(fixture: &str, expected: Expect) {
        let vault = TestVault::new(fixture);
        let note = vault.cursor().note;
        let text = vault.text(note);
        let all = Span::new(0, text.len() as u32);
        let shown: Vec<String> = inlay_hints(vault.world(), note, all)
            .into_iter()
            .map(|hint| {
                let before = &text[..hint.offset as usize];
                let line = before.rsplit('\n').next().unwrap_or(before);
                let why = hint.tooltip.map_or_else(String::new, |why| {
                    format!("\n    {}", why.replace("\n\n", "\n    "))
                });
                format!("{line} «{}»{why}", hint.text)
            })
            .collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn dates_say_how_far_off_they_are_and_birthdays_the_age() {
        check(
            "//- people/a.md\n---\nbirthday: 1990-12-10\nanniversary: 2015-03-01\nsnooze: 2026-12-01\nmet: {date: 2017-09-14, how: strategy}\nfollow_up: {date: 2026-11-20, about: x}\n---\n- [ ] send it due:2026-11-30\n- [x] done due:2026-11-01\n$0",
            expect![[r#"
                birthday: 1990-12-10 «turns 36 in 17 days»
                anniversary: 2015-03-01 «11 years»
                snooze: 2026-12-01 «in 8 days»
                met: {date: 2017-09-14 «9 years ago»
                follow_up: {date: 2026-11-20 «3 days ago»
                - [ ] send it due:2026-11-30 «in 7 days»"#]],
        );
    }

    #[test]
    fn birthdays_without_a_year_come_round_and_the_dead_grow_no_older() {
        check(
            "//- people/a.md\n---\nbirthday: --12-10\n---\n$0",
            expect!["birthday: --12-10 «in 17 days»"],
        );
        check(
            "//- people/a.md\n---\nbirthday: 1990-12-10\ndied: 2020-01-02\n---\n$0",
            expect!["died: 2020-01-02 «6 years ago»"],
        );
        check(
            "//- people/a.md\n---\nbirthday: next year\n---\n$0",
            expect![[""]],
        );
    }

    const PEOPLE: &str = "\
//- me.md\n---\nkind: me\nname: Me\ninterests: [Chess, rowing, go, poems]\n---\n\
//- people/ann.md\n---\nname: Ann\nknows: [\"[[Bob]]\"]\ninterests: [chess]\n---\n- 2026-11-20 call: x\n\
//- people/bob.md\n---\nname: Bob\ninterests: [go, poems, rowing, chess]\n---\n\
//- people/cy.md\n---\nname: Cy\n---\n";

    #[test]
    fn at_an_event_people_are_new_or_familiar() {
        check(
            &format!(
                "{PEOPLE}//- events/fair.md\n---\ndate: {{from: 2026-12-01, to: 2026-12-02}}\npeople: [\"[[Ann]]\", '[[Bob]]', Cy, Nobody]\n---\n$0"
            ),
            expect![[r#"
                date: {from: 2026-12-01 «in 8 days»
                date: {from: 2026-12-01, to: 2026-12-02 «in 9 days»
                people: ["[[Ann]]" «familiar · chess»
                    You know Ann, last contact 3 days ago (call).
                    In common: chess
                people: ["[[Ann]]", '[[Bob]]' «new · go, poems, rowing and 1 more»
                    You and Bob have not spoken before.
                    In common: go, poems, rowing, chess
                people: ["[[Ann]]", '[[Bob]]', Cy «new»
                    You and Cy have not spoken before."#]],
        );
        // Ann was new then.
        check(
            &format!(
                "{PEOPLE}//- events/fair.md\n---\ndate: 2026-11-20\npeople:\n  - \"[[Ann]]\"\n---\n$0"
            ),
            expect![[r#"
                date: 2026-11-20 «3 days ago»
                  - "[[Ann]]" «new · chess»
                    You and Ann had not spoken before.
                    In common: chess"#]],
        );
    }

    #[test]
    fn a_goal_says_the_warmest_way_to_each() {
        check(
            &format!(
                "{PEOPLE}//- goals/g.md\n---\nfor: job\nby: 2027-01-31\nwho: [\"[[Ann]]\", \"[[Bob]]\", \"[[Cy]]\", a lawyer]\n---\n$0"
            ),
            expect![[r#"
                by: 2027-01-31 «in 2 months»
                who: ["[[Ann]]" «last contact 3 days ago»
                    You last spoke with Ann 3 days ago.
                who: ["[[Ann]]", "[[Bob]]" «through Ann»
                    You last spoke with Ann 3 days ago.
                    Ann and Bob know each other, as a note says.
                who: ["[[Ann]]", "[[Bob]]", "[[Cy]]" «no way there yet»
                    Nobody you have spoken with is known to know Cy."#]],
        );
        check(
            &format!("{PEOPLE}//- goals/g.md\n---\nstatus: dropped\nwho: [\"[[Ann]]\"]\n---\n$0"),
            expect![[""]],
        );
    }

    #[test]
    fn only_what_is_asked_for_is_worked_out() {
        let vault = TestVault::new(
            "//- people/a.md\n---\nsnooze: 2026-12-01\n---\n- [ ] x due:2026-11-30\n$0",
        );
        let hints = inlay_hints(vault.world(), vault.cursor().note, Span::new(0, 10));
        assert_eq!(hints, []);
    }
}
