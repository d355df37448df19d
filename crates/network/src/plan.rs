//! A goal worked out: whom it is about and the warmest way to each, who offers what it needs, where they will be, what to
//! say, and what its note does not say yet.

use jiff::civil::Date;
use note::{NoteKind, value::parse_day};
use vault::{NoteData, NoteId, Resolution};

use crate::{
    World,
    exchange::{self, Match},
    follow_up, history,
    ties::{self, Way},
};

/// How many who offer what a goal needs are named.
const HELPERS: usize = 8;

/// A goal worked out.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The goal.
    pub goal: NoteId,
    /// The day it is for, `by:`.
    pub by: Option<Date>,
    /// Whom it is about, in the order of the note.
    pub who: Vec<Target>,
    /// Whom else to ask: contacts whose offers meet its needs, the best first, with the way to each.
    pub helpers: Vec<(Match, Option<Way>)>,
    /// Where to go, the soonest first.
    pub places: Vec<Place>,
    /// What its note does not say yet.
    pub missing: Vec<Missing>,
}

/// Someone a goal is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A contact, with the way to them: straight where you have spoken, else the warmest.
    Contact(NoteId, Option<Way>),
    /// Words, like `a head of procurement`.
    Words(String),
}

/// Somewhere to go for a goal.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// An event to come, with the day it begins, and those of the targets and helpers who are expected there.
    Event {
        /// The event.
        event: NoteId,
        /// Its first day.
        day: Date,
        /// Who is expected there, targets first.
        people: Vec<NoteId>,
    },
    /// Words, like `the harbour office`.
    Words(String),
}

/// A key that a goal's note lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// `needs`: what you are after.
    Needs,
    /// `who`: whom you are after, by a link or in words.
    Who,
    /// `where`: where to go.
    Where,
    /// `say`: what to open with.
    Say,
}

impl Missing {
    /// Returns the key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Needs => "needs",
            Self::Who => "who",
            Self::Where => "where",
            Self::Say => "say",
        }
    }
}

/// Returns whether a goal is neither done nor dropped.
pub fn is_open(goal: &NoteData) -> bool {
    let status = goal.text_of("status");
    let status = status.map(|status| status.value.trim().to_lowercase());
    goal.kind == NoteKind::Goal && !matches!(status.as_deref(), Some("done" | "dropped"))
}

/// Returns the open goals: those that are for a day first, the soonest first, then by path.
pub fn open_goals(world: World<'_>) -> Vec<NoteId> {
    let goals = world.vault.of_kind(NoteKind::Goal);
    let mut goals: Vec<NoteId> = goals.filter(|id| is_open(world.vault.note(*id))).collect();
    goals.sort_by_key(|id| {
        let data = world.vault.note(*id);
        (by(data).unwrap_or(Date::MAX), &data.path)
    });
    goals
}

/// Returns the day a goal is for.
fn by(goal: &NoteData) -> Option<Date> {
    let by = goal.text_of("by")?;
    note::value::PartialDate::parse(by.value.trim())?.last_day()
}

/// Returns the first day of an event, as its note says it.
pub fn first_day(event: &NoteData) -> Option<Date> {
    let value = event.value_of("date")?;
    let from = value.get("from").unwrap_or(value).as_text()?;
    parse_day(from.value.trim().get(..10)?)
}

/// Returns the last day of an event, as its note says it.
fn last_day(event: &NoteData) -> Option<Date> {
    let to = event
        .value_of("date")?
        .get("to")
        .and_then(note::Value::as_text);
    match to.and_then(|to| parse_day(to.value.trim().get(..10)?)) {
        Some(day) => Some(day),
        None => first_day(event),
    }
}

/// Returns a goal worked out. Costs one pass over the contacts and events.
pub fn plan(world: World<'_>, goal: NoteId) -> Plan {
    let data = world.vault.note(goal);
    let who = targets(world, goal);
    let contacts: Vec<NoteId> = who
        .iter()
        .filter_map(|target| match target {
            Target::Contact(contact, _) => Some(*contact),
            Target::Words(_) => None,
        })
        .collect();
    let helpers: Vec<(Match, Option<Way>)> = exchange::who_offers(world, goal)
        .into_iter()
        .filter(|helper| !contacts.contains(&helper.giver))
        .take(HELPERS)
        .map(|helper| {
            let way = way_to(world, helper.giver);
            (helper, way)
        })
        .collect();
    let mut wanted = contacts;
    wanted.extend(helpers.iter().map(|(helper, _)| helper.giver));
    let missing = [Missing::Needs, Missing::Who, Missing::Where, Missing::Say]
        .into_iter()
        .filter(|missing| data.items_of(missing.key()).is_empty())
        .collect();
    Plan {
        goal,
        by: by(data),
        who,
        places: places(world, goal, &wanted),
        helpers,
        missing,
    }
}

/// Returns the way to a contact: straight where you have spoken, however long ago, else the warmest.
fn way_to(world: World<'_>, contact: NoteId) -> Option<Way> {
    match history::last_contact(world, contact) {
        Some(_) => Some(Way {
            people: vec![contact],
            warmth: ties::warmth(world, contact),
            evidence: Vec::new(),
        }),
        None => ties::warmest_way(world, contact),
    }
}

/// Returns what each item of a key links, or says in words.
fn items(world: World<'_>, note: NoteId, key: &str) -> Vec<Result<NoteId, String>> {
    let data = world.vault.note(note);
    let links = &data.note.links;
    let items = data.items_of(key).iter();
    items
        .filter_map(|item| {
            let first = links.partition_point(|link| link.span.start < item.span.start);
            let link = links
                .get(first)
                .filter(|link| item.span.contains(link.span));
            let reached = link.and_then(|_| match world.vault.resolution(note, first) {
                Resolution::Note(reached) => Some(reached),
                _ => None,
            });
            let text = item.item_text()?.value.trim();
            let words = text.trim_start_matches("[[").trim_end_matches("]]");
            (!words.is_empty()).then(|| reached.ok_or_else(|| words.to_owned()))
        })
        .collect()
}

fn targets(world: World<'_>, goal: NoteId) -> Vec<Target> {
    let items = items(world, goal, "who").into_iter();
    items
        .map(|item| match item {
            Ok(contact) if history::is_contact(world, contact) => {
                Target::Contact(contact, way_to(world, contact))
            }
            Ok(other) => Target::Words(world.vault.note(other).name.to_string()),
            Err(words) => Target::Words(words),
        })
        .collect()
}

/// Returns the places the goal names, and the events to come where one of `wanted` is expected or that name the goal.
fn places(world: World<'_>, goal: NoteId, wanted: &[NoteId]) -> Vec<Place> {
    let mut words = Vec::new();
    let mut named = Vec::new();
    for item in items(world, goal, "where") {
        match item {
            Ok(event) if world.vault.note(event).kind == NoteKind::Event => named.push(event),
            Ok(other) => words.push(Place::Words(world.vault.note(other).name.to_string())),
            Err(text) => words.push(Place::Words(text)),
        }
    }
    let mut events: Vec<(Date, NoteId, Vec<NoteId>)> = Vec::new();
    for event in world.vault.of_kind(NoteKind::Event) {
        let data = world.vault.note(event);
        let (Some(first), Some(last)) = (first_day(data), last_day(data)) else {
            continue;
        };
        if last < world.today || is_off(data) {
            continue;
        }
        let guests = history::people(world, event, "people");
        let expected = wanted.iter().filter(|one| guests.contains(one));
        let people: Vec<NoteId> = expected.copied().collect();
        let is_for_goal =
            named.contains(&event) || items(world, event, "goals").contains(&Ok(goal));
        if is_for_goal || !people.is_empty() {
            events.push((first, event, people));
        }
    }
    events.sort_by_key(|(day, event, _)| (*day, &world.vault.note(*event).path));
    let events = events
        .into_iter()
        .map(|(day, event, people)| Place::Event { event, day, people });
    events.chain(words).collect()
}

fn is_off(event: &NoteData) -> bool {
    let status = event.text_of("status");
    status.is_some_and(|status| {
        matches!(
            &*status.value.trim().to_lowercase(),
            "cancelled" | "canceled" | "dropped"
        )
    })
}

/// Returns the question to ask the first on a way, in words that can be sent; `None` where you know the one it leads to.
pub fn question(world: World<'_>, goal: NoteId, way: &Way) -> Option<String> {
    let [.., before, target] = way.people[..] else {
        return None;
    };
    let name = |id: NoteId| world.vault.note(id).name.to_string();
    let data = world.vault.note(goal);
    let need = data.items_of("needs").first();
    let need = need
        .and_then(note::Value::item_text)
        .map(|need| need.value.trim());
    let why = match need {
        Some(need) if !need.is_empty() => format!(" I am looking for {need}."),
        _ => String::new(),
    };
    let target = name(target);
    Some(if way.people.len() == 2 {
        format!("Would you introduce me to {target}?{why}")
    } else {
        let before = name(before);
        format!("Would you ask {before} whether {target} would speak with me?{why}")
    })
}

/// Returns how many days are left until the day a goal is for; negative once it has passed.
pub fn days_left(world: World<'_>, plan: &Plan) -> Option<i32> {
    Some(follow_up::days_between(world.today, plan.by?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, day};

    const NOTES: &str = "//- goals/site.md\n---\nname: Site\nby: 2026-12-01\nneeds: [a harbour site]\nwho: [\"[[Bob]]\", \"[[Cy]]\", a mayor, \"[[Works]]\"]\nwhere: [the quay, \"[[Fair]]\"]\n---\n\
        //- goals/later.md\n---\nname: Later\n---\n\
        //- goals/old.md\n---\nname: Old\nstatus: done\nby: 2020-01-01\n---\n\
        //- people/ann.md\n---\nname: Ann\nknows: [\"[[Bob]]\"]\n---\n\
        //- people/bob.md\n---\nname: Bob\n---\n\
        //- people/cy.md\n---\nname: Cy\noffers: [quay access]\n---\n\
        //- people/dee.md\n---\nname: Dee\noffers: [introductions in the port]\n---\n\
        //- orgs/works.md\n---\nname: Works\n---\n\
        //- events/fair.md\n---\nname: Fair\ndate: {from: 2026-11-22, to: 2026-11-24}\npeople: [\"[[Dee]]\", \"[[Bob]]\", \"[[Ann]]\"]\n---\n\
        //- events/past.md\n---\nname: Past\ndate: 2026-11-01\npeople: [\"[[Bob]]\"]\n---\n\
        //- events/off.md\n---\nname: Off\ndate: 2027-01-01\nstatus: cancelled\npeople: [\"[[Bob]]\"]\n---\n\
        //- events/own.md\n---\nname: Own\ndate: 2026-12-24\ngoals: [\"[[Site]]\"]\n---\n";

    fn fixture() -> Fixture {
        Fixture::new(
            NOTES,
            "2026-11-20 call people/ann.md\n2026-11-20 call people/cy.md",
        )
    }

    #[test]
    fn a_goal_says_who_how_where_and_what_is_missing() {
        let fixture = fixture();
        let world = fixture.world();
        let plan = plan(world, fixture.id("goals/site.md"));
        let name = |id: &NoteId| fixture.vault.note(*id).name.to_string();
        let who: Vec<String> = plan
            .who
            .iter()
            .map(|target| match target {
                Target::Contact(contact, way) => {
                    let people = way.iter().flat_map(|way| &way.people).map(name);
                    format!("{} {:?}", name(contact), people.collect::<Vec<_>>())
                }
                Target::Words(words) => words.clone(),
            })
            .collect();
        assert_eq!(
            who,
            [r#"Bob ["Ann", "Bob"]"#, r#"Cy ["Cy"]"#, "a mayor", "Works"]
        );
        let helpers: Vec<String> = plan
            .helpers
            .iter()
            .map(|(one, _)| name(&one.giver))
            .collect();
        assert_eq!(
            helpers,
            ["Dee"],
            "whom it is about already is not named twice"
        );
        let places: Vec<String> = plan
            .places
            .iter()
            .map(|place| match place {
                Place::Event { event, day, people } => {
                    let people: Vec<String> = people.iter().map(name).collect();
                    format!("{day} {} {people:?}", name(event))
                }
                Place::Words(words) => words.clone(),
            })
            .collect();
        assert_eq!(
            places,
            [
                r#"2026-11-22 Fair ["Bob", "Dee"]"#,
                "2026-12-24 Own []",
                "the quay"
            ]
        );
        assert_eq!(plan.missing, [Missing::Say]);
        assert_eq!(plan.by, Some(day("2026-12-01")));
        assert_eq!(days_left(world, &plan), Some(8));
    }

    #[test]
    fn open_goals_come_in_the_order_of_their_days() {
        let fixture = fixture();
        let goals = open_goals(fixture.world()).into_iter();
        let goals: Vec<_> = goals
            .map(|id| fixture.vault.note(id).path.to_string())
            .collect();
        assert_eq!(goals, ["goals/site.md", "goals/later.md"]);
        let nothing = plan(fixture.world(), fixture.id("goals/later.md"));
        assert_eq!(nothing.missing.len(), 4);
        assert!(nothing.who.is_empty() && nothing.helpers.is_empty() && nothing.places.is_empty());
    }

    #[test]
    fn the_question_names_whom_to_ask_for() {
        let fixture = fixture();
        let (world, site) = (fixture.world(), fixture.id("goals/site.md"));
        let way = |paths: &[&str]| Way {
            people: paths.iter().map(|path| fixture.id(path)).collect(),
            warmth: 0.5,
            evidence: vec![ties::Evidence::Knows; paths.len() - 1],
        };
        let asked = |paths: &[&str]| question(world, site, &way(paths));
        assert_eq!(asked(&["people/bob.md"]), None);
        assert_eq!(
            asked(&["people/ann.md", "people/bob.md"]).as_deref(),
            Some("Would you introduce me to Bob? I am looking for a harbour site.")
        );
        assert_eq!(
            asked(&["people/dee.md", "people/ann.md", "people/bob.md"]).as_deref(),
            Some(
                "Would you ask Ann whether Bob would speak with me? I am looking for a harbour site."
            )
        );
    }
}
