//! How warm your tie with someone is, who is tied with whom, and the way from you to someone you are after.
//!
//! Everything is asked of one contact and costs what that contact and those around it have, so that an editor may ask
//! while one types.

use jiff::civil::Date;
use note::{NoteKind, value::Cadence};
use vault::NoteId;

use crate::{World, follow_up, history};

/// The half-life, in days, of a tie without a circle or cadence.
const HALF_LIFE: f64 = 90.0;
/// How many ties of someone are followed on the way to you: the strongest.
const FOLLOWED: usize = 64;

/// Returns how strong your own tie with a contact is: the sum over all conversations until today of `w · 2^(−age/h)`,
/// where `w` is the weight of the kind, `age` is in days and the half-life `h` is the cadence in force, else 90 days.
/// At least 0; it falls by half in `h` days without a word.
///
/// Sources: Granovetter 1973; Gilbert and Karahalios 2009; Roberts and Dunbar 2011.
pub fn strength(world: World<'_>, contact: NoteId) -> f64 {
    let half_life = half_life(world, contact);
    history::conversations(world, contact)
        .iter()
        .map(|(day, kind)| {
            let age = follow_up::days_between(*day, world.today);
            weight(kind) * (-f64::from(age) / half_life).exp2()
        })
        .sum()
}

/// Returns [`strength`] as a share from 0 (a stranger) towards 1: `s / (1 + s)`.
pub fn warmth(world: World<'_>, contact: NoteId) -> f64 {
    let strength = strength(world, contact);
    strength / (1.0 + strength)
}

/// Returns how much a conversation of this kind does for a tie: being together most, a message least.
fn weight(kind: &str) -> f64 {
    match kind {
        "meeting" | "meal" | "event" => 1.0,
        "call" | "video" => 0.8,
        _ => 0.5,
    }
}

/// Returns the half-life in days: the cadence in force, a month taken as 30.4375 days, so that it is the same all year.
fn half_life(world: World<'_>, contact: NoteId) -> f64 {
    match follow_up::rhythm(world, world.vault.note(contact)).map(|rhythm| rhythm.cadence) {
        Some(Cadence::Every { months, days }) => f64::from(months) * 30.4375 + f64::from(days),
        Some(Cadence::Never) | None => HALF_LIFE,
    }
}

/// Why two contacts are taken to know each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// `knows` in the note of one names the other.
    Knows,
    /// One met you through the other.
    MetThrough,
    /// You spoke with both at once.
    Together,
    /// Both are named by this event, which has begun.
    Event(NoteId),
    /// The note of one links the other.
    Link,
}

impl Evidence {
    /// Returns how likely it makes a tie, from 0 to 1.
    fn weight(self) -> f64 {
        match self {
            Self::Knows => 0.8,
            Self::MetThrough => 0.7,
            Self::Together => 0.5,
            Self::Event(_) => 0.3,
            Self::Link => 0.2,
        }
    }
}

/// A tie of a contact with another.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// The other.
    pub contact: NoteId,
    /// From 0 to 1: `1 − Π(1 − w)` over the evidence.
    pub weight: f64,
    /// Why, the best reason first; never empty.
    pub evidence: Vec<Evidence>,
}

/// Returns the ties of a contact with other contacts, the strongest first, then by path.
pub fn of_contact(world: World<'_>, contact: NoteId) -> Vec<Tie> {
    let mut found: Vec<(NoteId, Evidence)> = Vec::new();
    let data = world.vault.note(contact);
    // What the contact's own note says.
    let own = (0..data.note.links.len()).filter_map(|link| {
        let other = world.vault.resolution(contact, link).note()?;
        Some((other, link_evidence(world, contact, link)))
    });
    found.extend(own);
    for (from, link) in world.vault.backlinks(contact) {
        match world.vault.note(from).kind {
            NoteKind::Contact => found.push((from, link_evidence(world, from, link))),
            NoteKind::Event if is_in(world, from, link, "people") && !is_to_come(world, from) => {
                let people = history::people(world, from, "people").into_iter();
                found.extend(people.map(|person| (person, Evidence::Event(from))));
            }
            _ => {}
        }
    }
    for interaction in history::interactions(world, contact) {
        if interaction.record.contacts.len() > 1 {
            let contacts = interaction.record.contacts.iter();
            let others = contacts.filter_map(|other| history::find_contact(world, other));
            found.extend(others.map(|other| (other, Evidence::Together)));
        }
    }
    found.retain(|(other, _)| *other != contact && history::is_contact(world, *other));
    found.sort_unstable();
    found.dedup();
    let mut ties: Vec<Tie> = Vec::new();
    for (other, evidence) in found {
        match ties.last_mut() {
            Some(tie) if tie.contact == other => tie.evidence.push(evidence),
            _ => ties.push(Tie {
                contact: other,
                weight: 0.0,
                evidence: vec![evidence],
            }),
        }
    }
    for tie in &mut ties {
        let doubt: f64 = tie.evidence.iter().map(|why| 1.0 - why.weight()).product();
        tie.weight = 1.0 - doubt;
    }
    ties.sort_by(|a, b| {
        let path = |tie: &Tie| &world.vault.note(tie.contact).path;
        (b.weight.total_cmp(&a.weight)).then_with(|| path(a).cmp(path(b)))
    });
    ties
}

/// Returns whether an event has yet to begin, so that nobody has met there.
fn is_to_come(world: World<'_>, event: NoteId) -> bool {
    let day = crate::plan::first_day(world.vault.note(event));
    day.is_some_and(|day| day > world.today)
}

fn link_evidence(world: World<'_>, from: NoteId, link: usize) -> Evidence {
    if is_in(world, from, link, "knows") {
        Evidence::Knows
    } else if is_in(world, from, link, "met") {
        Evidence::MetThrough
    } else {
        Evidence::Link
    }
}

/// Returns whether a link stands in the value of `key`.
fn is_in(world: World<'_>, note: NoteId, link: usize, key: &str) -> bool {
    let data = world.vault.note(note);
    let span = data.note.links[link].span;
    data.value_of(key)
        .is_some_and(|value| value.span.contains(span))
}

/// A way from you to someone.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The people on it, from the one you speak to, to the one it leads to; alone where you know each other.
    pub people: Vec<NoteId>,
    /// The product of the warmth of your tie and the weights of theirs, from 0 to 1.
    pub warmth: f64,
    /// Why each is taken to know the next; one fewer than the people.
    pub evidence: Vec<Evidence>,
}

/// Returns the warmest way to a contact over at most two people; `None` where there is none yet.
///
/// It is the strongest product of tie strengths. Who is dead or let go is asked nothing.
pub fn warmest_way(world: World<'_>, target: NoteId) -> Option<Way> {
    let mut best: Option<Way> = None;
    let mut offer = |people: &[NoteId], warmth: f64, evidence: &[Evidence]| {
        if warmth > best.as_ref().map_or(0.0, |best| best.warmth) {
            best = Some(Way {
                people: people.to_vec(),
                warmth,
                evidence: evidence.to_vec(),
            });
        }
    };
    offer(&[target], warmth(world, target), &[]);
    let near = of_contact(world, target);
    for tie in near
        .iter()
        .take(FOLLOWED)
        .filter(|tie| can_ask(world, tie.contact))
    {
        let (first, why) = (tie.contact, tie.evidence[0]);
        offer(&[first, target], warmth(world, first) * tie.weight, &[why]);
    }
    for tie in near
        .iter()
        .take(FOLLOWED)
        .filter(|tie| can_ask(world, tie.contact))
    {
        for next in of_contact(world, tie.contact).iter().take(FOLLOWED) {
            let is_new = next.contact != target && can_ask(world, next.contact);
            if is_new && !near.iter().any(|near| near.contact == next.contact) {
                let warmth = warmth(world, next.contact) * next.weight * tie.weight;
                let evidence = [next.evidence[0], tie.evidence[0]];
                offer(&[next.contact, tie.contact, target], warmth, &evidence);
            }
        }
    }
    best
}

fn can_ask(world: World<'_>, contact: NoteId) -> bool {
    let data = world.vault.note(contact);
    let closed = data
        .text_of("status")
        .is_some_and(|status| status.value.trim().eq_ignore_ascii_case("closed"));
    !closed && !follow_up::has_died(data)
}

/// Returns whether you knew a contact before `day`: you spoke, or your note says that you met.
pub fn was_known(world: World<'_>, contact: NoteId, day: Date) -> bool {
    let data = world.vault.note(contact);
    let met = data.value_of("met").and_then(|met| {
        let date = met.get("date")?.as_text()?;
        note::value::PartialDate::parse(date.value.trim())?.first_day()
    });
    met.is_some_and(|met| met < day)
        || history::conversations(world, contact)
            .iter()
            .any(|(talked, _)| *talked < day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, day};

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn strength_falls_by_half_in_a_cadence() {
        let fixture = Fixture::new(
            "//- people/a.md\n---\nkind: contact\ncadence: 10d\n---\n- 2026-11-13 call: x\n//- people/b.md\n---\nkind: contact\n---\n",
            "2026-11-23 meeting people/a.md\n2026-11-13 call people/a.md\n2026-08-25 message people/b.md\n2027-01-01 call people/b.md",
        );
        let world = fixture.world();
        assert!(near(
            strength(world, fixture.id("people/a.md")),
            1.0 + 0.8 / 2.0
        ));
        assert!(near(strength(world, fixture.id("people/b.md")), 0.5 / 2.0));
        assert!(near(warmth(world, fixture.id("people/b.md")), 0.2));
    }

    #[test]
    fn without_a_word_more_a_tie_only_fades() {
        let mut fixture = Fixture::new(
            "//- people/a.md\n---\nkind: contact\ncircle: close\n---\n",
            "2026-11-20 meal people/a.md\n2026-10-01 message people/a.md",
        );
        let a = fixture.id("people/a.md");
        let mut last = f64::INFINITY;
        for days in 0..100 {
            fixture.today = day("2026-11-23").saturating_add(jiff::Span::new().days(days));
            let now = strength(fixture.world(), a);
            assert!(now < last && now > 0.0);
            last = now;
        }
    }

    const PEOPLE: &str = "//- people/ann.md\n---\nkind: contact\nname: Ann\nknows: [{to: \"[[Bob]]\", as: friend}]\n---\n\
        //- people/bob.md\n---\nkind: contact\nname: Bob\nmet: {through: \"[[Ann]]\", date: 2020-01-01}\n---\n\
        //- people/cy.md\n---\nkind: contact\nname: Cy\n---\nasked about [[Bob]]\n\
        //- people/dee.md\n---\nkind: contact\nname: Dee\n---\n\
        //- events/fair.md\n---\nkind: event\npeople: [\"[[Cy]]\", \"[[Dee]]\"]\n---\nseen by [[Ann]]\n";

    fn show(fixture: &Fixture, path: &str) -> Vec<String> {
        of_contact(fixture.world(), fixture.id(path))
            .into_iter()
            .map(|tie| {
                let evidence = tie.evidence.iter().map(|why| match why {
                    Evidence::Event(event) => fixture.vault.note(*event).path.to_string(),
                    why => format!("{why:?}"),
                });
                let evidence: Vec<String> = evidence.collect();
                let name = &fixture.vault.note(tie.contact).name;
                format!("{name} {:.3} {}", tie.weight, evidence.join(", "))
            })
            .collect()
    }

    #[test]
    fn ties_tell_their_evidence_the_strongest_first() {
        let fixture = Fixture::new(PEOPLE, "2026-11-01 meal people/bob.md people/dee.md");
        assert_eq!(
            show(&fixture, "people/bob.md"),
            [
                "Ann 0.940 Knows, MetThrough",
                "Dee 0.500 Together",
                "Cy 0.200 Link",
            ]
        );
        assert_eq!(
            show(&fixture, "people/dee.md"),
            ["Bob 0.500 Together", "Cy 0.300 events/fair.md"]
        );
    }

    #[test]
    fn nobody_has_met_at_an_event_to_come() {
        let ties = |date: &str| {
            let people = "//- people/a.md\n//- people/b.md\n";
            let event = format!(
                "//- events/e.md\n---\ndate: {date}\npeople: [\"[[a]]\", \"[[b]]\"]\n---\n"
            );
            let fixture = Fixture::new(&format!("{people}{event}"), "");
            of_contact(fixture.world(), fixture.id("people/a.md")).len()
        };
        let met = [
            "2026-11-23",
            "{from: 2026-11-20, to: 2026-11-24}",
            "some day",
            "2026-11-24",
        ];
        assert_eq!(met.map(ties), [1, 1, 1, 0]);
    }

    fn way(interactions: &str, target: &str) -> Option<(Vec<String>, Vec<Evidence>)> {
        let fixture = Fixture::new(PEOPLE, interactions);
        let way = warmest_way(fixture.world(), fixture.id(target))?;
        assert!(way.warmth > 0.0 && way.warmth < 1.0);
        assert_eq!(way.evidence.len() + 1, way.people.len());
        let name = |id: &NoteId| fixture.vault.note(*id).name.to_string();
        Some((way.people.iter().map(name).collect(), way.evidence))
    }

    #[test]
    fn the_warmest_way_is_direct_or_through_those_you_speak_with() {
        assert_eq!(way("", "people/bob.md"), None);
        let direct = way("2026-11-20 call people/bob.md", "people/bob.md").expect("a way");
        assert_eq!(direct, (vec!["Bob".to_owned()], vec![]));
        let (people, evidence) =
            way("2026-11-20 call people/ann.md", "people/bob.md").expect("a way");
        assert_eq!(people, ["Ann", "Bob"]);
        assert_eq!(evidence, [Evidence::Knows]);
        let (people, _) = way("2026-11-20 call people/ann.md", "people/cy.md").expect("a way");
        assert_eq!(people, ["Ann", "Bob", "Cy"]);
        // An old direct tie is colder than a fresh one to a friend.
        let both = "2020-11-20 call people/bob.md\n2026-11-20 call people/ann.md";
        assert_eq!(way(both, "people/bob.md").expect("a way").0, ["Ann", "Bob"]);
    }

    #[test]
    fn one_is_known_from_the_day_after_one_met() {
        let fixture = Fixture::new(PEOPLE, "2026-11-01 call people/cy.md");
        let known = |path: &str, on: &str| was_known(fixture.world(), fixture.id(path), day(on));
        assert!(known("people/bob.md", "2020-01-02") && !known("people/bob.md", "2020-01-01"));
        assert!(known("people/cy.md", "2026-11-02") && !known("people/cy.md", "2026-11-01"));
        assert!(!known("people/dee.md", "2026-11-23"));
    }
}
