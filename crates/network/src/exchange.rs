//! Who needs what somebody offers: you and each contact, and contacts whom you could introduce to each other.
//!
//! What you can do for people comes first. Nothing is said of people who are let go or have died.

use std::cmp::Reverse;

use rustc_hash::FxHashSet;
use vault::{NoteData, NoteId};

use crate::{
    World, follow_up, history,
    matching::{Fit, Reader, Terms, fit},
    ties,
};

/// How many people are looked at for introductions: those you are in touch with most.
const INTRODUCED: usize = 500;

/// An offer of one person that meets a need of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Who offers; you where it is your note.
    pub giver: NoteId,
    /// What is offered, as the note says it.
    pub offer: String,
    /// Who needs it.
    pub taker: NoteId,
    /// What is needed, as the note says it.
    pub need: String,
    /// How well the one meets the other.
    pub fit: Fit,
}

/// What you and a contact could do for each other; at least one list is not empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// The contact.
    pub contact: NoteId,
    /// Their needs that you meet, the best first.
    pub gives: Vec<Match>,
    /// Your needs that they meet, the best first.
    pub gets: Vec<Match>,
    /// From 0 to 1: the harmonic mean `2ab / (a + b)` of the best of both; 0 where one has nothing.
    pub mutual: f64,
}

/// Two contacts who do not know each other, of whom one offers what the other needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Introduction {
    /// The two, the one whose need is met best first.
    pub people: [NoteId; 2],
    /// What they could do for each other, the best first; never empty.
    pub matches: Vec<Match>,
    /// The value to both, `2ab / (a + b)` where each gives, else half of the one, times your standing with them, `√(a·b)`
    /// of the warmth of your ties: an introduction costs both a little trust in you.
    pub score: f64,
}

/// The offers and needs of a person, read.
struct Person {
    note: NoteId,
    offers: Vec<(String, Terms)>,
    needs: Vec<(String, Terms)>,
}

impl Person {
    fn of(reader: &Reader, world: World<'_>, note: NoteId) -> Self {
        let data = world.vault.note(note);
        Self {
            note,
            offers: texts(reader, data, "offers"),
            needs: texts(reader, data, "needs"),
        }
    }
}

fn texts(reader: &Reader, data: &NoteData, key: &str) -> Vec<(String, Terms)> {
    let items = data.items_of(key).iter();
    items
        .filter_map(|item| Some(item.item_text()?.value.trim().to_owned()))
        .filter(|text| !text.is_empty())
        .map(|text| {
            let terms = reader.terms(&text);
            (text, terms)
        })
        .collect()
}

/// Returns for each need of `taker` the best offer of `giver`, the best first.
fn matches(giver: &Person, taker: &Person) -> Vec<Match> {
    let met = taker.needs.iter().filter_map(|(need, wanted)| {
        let fits = giver
            .offers
            .iter()
            .filter_map(|(offer, offered)| Some((offer, fit(wanted, offered)?)));
        // Of equally good ones the first in the note.
        let (offer, fit) = fits.reduce(|best, next| {
            if next.1.score > best.1.score {
                next
            } else {
                best
            }
        })?;
        Some(Match {
            giver: giver.note,
            offer: offer.clone(),
            taker: taker.note,
            need: need.clone(),
            fit,
        })
    });
    let mut met: Vec<Match> = met.collect();
    met.sort_by(|a, b| b.fit.score.total_cmp(&a.fit.score));
    met
}

/// Returns whether a contact is one whom things are done for and asked of.
fn is_there(world: World<'_>, contact: NoteId) -> bool {
    let data = world.vault.note(contact);
    let status = data.text_of("status");
    let is_closed = status.is_some_and(|status| status.value.trim().eq_ignore_ascii_case("closed"));
    history::is_contact(world, contact) && !is_closed && !follow_up::has_died(data)
}

fn people(world: World<'_>) -> Vec<NoteId> {
    let contacts = world.vault.of_kind(note::NoteKind::Contact);
    let mut people: Vec<NoteId> = contacts.filter(|id| is_there(world, *id)).collect();
    people.sort_by_key(|id| &world.vault.note(*id).path);
    people
}

/// Returns what you and each contact could do for each other: those where both give first, then those you can do something
/// for, then those who can do something for you; in each the best first. Empty where there is no note of yours.
pub fn with_you(world: World<'_>) -> Vec<Exchange> {
    let Some(me) = world.vault.me() else {
        return Vec::new();
    };
    let reader = Reader::new();
    let own = Person::of(&reader, world, me);
    let mut found: Vec<Exchange> = people(world)
        .into_iter()
        .filter_map(|contact| exchange(&own, &Person::of(&reader, world, contact)))
        .collect();
    found.sort_by(|a, b| {
        let rank = |one: &Exchange| {
            let first = one.gives.first().or(one.gets.first());
            let score = first.map_or(0.0, |first| first.fit.score);
            (one.mutual, !one.gives.is_empty(), score)
        };
        let (a, b) = (rank(a), rank(b));
        b.0.total_cmp(&a.0)
            .then(b.1.cmp(&a.1))
            .then(b.2.total_cmp(&a.2))
    });
    found
}

/// Returns what you and one contact could do for each other; `None` where there is nothing, or no note of yours.
pub fn with_contact(world: World<'_>, contact: NoteId) -> Option<Exchange> {
    let me = world.vault.me().filter(|_| is_there(world, contact))?;
    let reader = Reader::new();
    let person = |note| Person::of(&reader, world, note);
    exchange(&person(me), &person(contact))
}

fn exchange(own: &Person, other: &Person) -> Option<Exchange> {
    let (gives, gets) = (matches(own, other), matches(other, own));
    let best = |matches: &[Match]| matches.first().map_or(0.0, |best| best.fit.score);
    (!gives.is_empty() || !gets.is_empty()).then(|| Exchange {
        contact: other.note,
        mutual: mutual(best(&gives), best(&gets)),
        gives,
        gets,
    })
}

/// Returns the harmonic mean of two values from 0 to 1; 0 where one is 0.
fn mutual(a: f64, b: f64) -> f64 {
    if a + b > 0.0 {
        2.0 * a * b / (a + b)
    } else {
        0.0
    }
}

/// Returns the introductions worth making, the best first: of two contacts you are in touch with, of whom nothing says
/// that they know each other, and who are not in one organization.
///
/// Looks at the 500 contacts with whom your ties are warmest.
///
/// Sources: Granovetter 1973 (the forbidden triad), Obstfeld 2005 (tertius iungens).
pub fn introductions(world: World<'_>) -> Vec<Introduction> {
    let reader = Reader::new();
    let warm = warm(world, &reader);
    let pairs = warm
        .iter()
        .enumerate()
        .flat_map(|(index, one)| introductions_among(world, one, &warm[index + 1..]));
    sorted(world, pairs.collect())
}

/// Returns the introductions of one contact to others, like [`introductions`].
pub fn introductions_of(world: World<'_>, contact: NoteId) -> Vec<Introduction> {
    let reader = Reader::new();
    let mut warm = warm(world, &reader);
    let at = warm.iter().position(|(_, person)| person.note == contact);
    match at {
        Some(at) => {
            let one = warm.remove(at);
            sorted(world, introductions_among(world, &one, &warm))
        }
        None => Vec::new(),
    }
}

/// Returns those with whom your ties are warmest and who have something to offer or need something, with the warmth.
fn warm(world: World<'_>, reader: &Reader) -> Vec<(f64, Person)> {
    let mut warm: Vec<(f64, NoteId)> = people(world)
        .into_iter()
        .map(|contact| (ties::warmth(world, contact), contact))
        .filter(|(warmth, _)| *warmth > 0.0)
        .collect();
    warm.sort_by(|a, b| b.0.total_cmp(&a.0));
    warm.truncate(INTRODUCED);
    let people = warm.into_iter();
    people
        .map(|(warmth, contact)| (warmth, Person::of(reader, world, contact)))
        .filter(|(_, person)| !person.offers.is_empty() || !person.needs.is_empty())
        .collect()
}

/// Returns the introductions of one to each of `others`.
fn introductions_among(
    world: World<'_>,
    (warmth, one): &(f64, Person),
    others: &[(f64, Person)],
) -> Vec<Introduction> {
    let mut found = Vec::new();
    let mut known: Option<FxHashSet<NoteId>> = None;
    for (other_warmth, other) in others {
        let (to_one, to_other) = (matches(other, one), matches(one, other));
        if to_one.is_empty() && to_other.is_empty() {
            continue;
        }
        let known = known.get_or_insert_with(|| {
            let ties = ties::of_contact(world, one.note).into_iter();
            ties.map(|tie| tie.contact).collect()
        });
        if known.contains(&other.note) || is_one_org(world, one.note, other.note) {
            continue;
        }
        let best = |matches: &[Match]| matches.first().map_or(0.0, |best| best.fit.score);
        let (a, b) = (best(&to_one), best(&to_other));
        let value = if a > 0.0 && b > 0.0 {
            mutual(a, b)
        } else {
            a.max(b) / 2.0
        };
        let mut people = [one.note, other.note];
        if b > a {
            people.reverse();
        }
        let mut matches = [to_one, to_other].concat();
        matches.sort_by(|a, b| b.fit.score.total_cmp(&a.fit.score));
        found.push(Introduction {
            people,
            matches,
            score: value * (warmth * other_warmth).sqrt(),
        });
    }
    found
}

fn sorted(world: World<'_>, mut found: Vec<Introduction>) -> Vec<Introduction> {
    found.sort_by(|a, b| {
        let paths = |one: &Introduction| one.people.map(|id| world.vault.note(id).path.clone());
        (b.score.total_cmp(&a.score)).then_with(|| paths(a).cmp(&paths(b)))
    });
    found
}

/// Returns whether two contacts say that they are in the same organization.
fn is_one_org(world: World<'_>, one: NoteId, other: NoteId) -> bool {
    let common = crate::common_ground(world, one, other);
    common
        .iter()
        .any(|common| common.kind == crate::CommonKind::Organization)
}

/// Returns the contacts whose offers meet one of the needs of `taker`, a goal say, the best first, then those closest to you, then by path.
pub fn who_offers(world: World<'_>, taker: NoteId) -> Vec<Match> {
    let reader = Reader::new();
    let data = world.vault.note(taker);
    let wanting = Person {
        note: taker,
        offers: Vec::new(),
        needs: texts(&reader, data, "needs"),
    };
    if wanting.needs.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Match> = Vec::new();
    for contact in people(world) {
        let offering = Person {
            needs: Vec::new(),
            ..Person::of(&reader, world, contact)
        };
        found.extend(matches(&offering, &wanting).into_iter().next());
    }
    found.sort_by_cached_key(|one| {
        let warmth = ties::warmth(world, one.giver);
        let order = |value: f64| Reverse((value * 1e9) as i64);
        (
            order(one.fit.score),
            order(warmth),
            world.vault.note(one.giver).path.clone(),
        )
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    const PEOPLE: &str = "//- me.md\n---\nkind: me\noffers: [grant applications, a desk]\nneeds: [a mechanical engineer]\n---\n\
        //- people/ann.md\n---\nkind: contact\nneeds: [reviewing grant applications, a piano]\n---\n\
        //- people/bob.md\n---\nkind: contact\norg: Works\noffers: [mechanical engineering, piano lessons]\nneeds: [a desk for a week]\n---\n\
        //- people/cy.md\n---\nkind: contact\norg: Mill\nneeds: [mechanical engineers]\noffers: [quay access]\n---\n\
        //- people/dee.md\n---\nkind: contact\norg: Works\nneeds: [mechanical engineers]\nstatus: closed\n---\n\
        //- people/eve.md\n---\nkind: contact\norg: Works\nneeds: [mechanical engineers]\n---\n";

    fn name(fixture: &Fixture, id: NoteId) -> String {
        fixture.vault.note(id).name.to_string()
    }

    #[test]
    fn what_both_gain_from_comes_first_then_what_you_can_do() {
        let fixture = Fixture::new(PEOPLE, "");
        let found = with_you(fixture.world());
        let told: Vec<_> = found
            .iter()
            .map(|one| {
                let (gives, gets) = (one.gives.len(), one.gets.len());
                (name(&fixture, one.contact), gives, gets, one.mutual > 0.0)
            })
            .collect();
        assert_eq!(
            told,
            [("bob".into(), 1, 1, true), ("ann".into(), 1, 0, false)]
        );
        assert_eq!(found[1].gives[0].need, "reviewing grant applications");
        assert_eq!(found[1].gives[0].offer, "grant applications");
        for one in &found {
            let alone = with_contact(fixture.world(), one.contact);
            assert_eq!(alone.as_ref(), Some(one));
        }
        assert_eq!(
            with_contact(fixture.world(), fixture.id("people/dee.md")),
            None
        );
        let alone = Fixture::new(
            "//- people/ann.md\n---\nkind: contact\nneeds: [x]\n---\n",
            "",
        );
        assert!(with_you(alone.world()).is_empty());
    }

    #[test]
    fn introductions_are_of_people_you_know_who_do_not_know_each_other() {
        let talks = "2026-11-20 call people/bob.md\n2026-11-20 call people/cy.md\n\
                     2026-11-20 call people/dee.md\n2026-11-20 call people/eve.md";
        let fixture = Fixture::new(PEOPLE, talks);
        let told = |fixture: &Fixture| -> Vec<[String; 2]> {
            let found = introductions(fixture.world()).into_iter();
            found
                .map(|one| {
                    assert!(one.score > 0.0 && one.score < 1.0);
                    one.people.map(|id| name(fixture, id))
                })
                .collect()
        };
        // Eve and Bob are colleagues, Dee is let go.
        assert_eq!(told(&fixture), [["cy".to_owned(), "bob".to_owned()]]);
        let all = introductions(fixture.world());
        for path in ["people/cy.md", "people/bob.md"] {
            assert_eq!(introductions_of(fixture.world(), fixture.id(path)), all);
        }
        assert!(introductions_of(fixture.world(), fixture.id("people/eve.md")).is_empty());
        let met = format!("{talks}\n2026-11-01 meal people/bob.md people/cy.md");
        assert!(told(&Fixture::new(PEOPLE, &met)).is_empty());
        assert!(told(&Fixture::new(PEOPLE, "")).is_empty(), "nobody to ask");
    }

    #[test]
    fn harmonic_mean_wants_both() {
        assert!(mutual(0.0, 1.0).abs() < f64::EPSILON && mutual(0.0, 0.0).abs() < f64::EPSILON);
        assert!((mutual(1.0, 0.5) - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn those_who_offer_what_a_goal_needs_are_found() {
        let goal = "//- goals/g.md\n---\nkind: goal\nneeds: [a mechanical engineer]\n---\n";
        let fixture = Fixture::new(&format!("{PEOPLE}{goal}"), "");
        let found = who_offers(fixture.world(), fixture.id("goals/g.md"));
        let told: Vec<_> = found.iter().map(|one| name(&fixture, one.giver)).collect();
        assert_eq!(told, ["bob"]);
    }
}
