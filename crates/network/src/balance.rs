//! Give and take: who reaches out, and what was given and received, for each contact and overall, over a window.
//!
//! A thing given or received with several people counts for each of them, and once overall. Nothing is said where there is
//! nothing to say it of: no balance without an exchange, no reciprocity where nobody is known to have begun.

use std::cmp::Reverse;

use jiff::civil::Date;
use journal::InitiatedBy;
use note::NoteKind;
use vault::NoteId;

use crate::{World, history};

/// A balance at least so far from 0 is one-sided.
pub const ONE_SIDED: f64 = 0.6;
/// … where at least so many things were exchanged.
pub const EXCHANGED: u32 = 4;
/// After so many conversations in a row that you began, the other has gone quiet.
pub const QUIET: u32 = 3;

/// The give and take of some interactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many interactions there were.
    pub interactions: u32,
    /// How many of them you began.
    pub begun_by_me: u32,
    /// How many the other began; what is left over is not known.
    pub begun_by_them: u32,
    /// How many things were given (`Gave`).
    pub gave: u32,
    /// How many were received (`Received`).
    pub received: u32,
}

impl Tally {
    /// Returns `(G − R) / (G + R)`, from −1 (all received) to 1 (all given); `None` where nothing was exchanged.
    pub fn balance(&self) -> Option<f64> {
        let (gave, received) = (f64::from(self.gave), f64::from(self.received));
        (gave + received > 0.0).then(|| (gave - received) / (gave + received))
    }

    /// Returns `1 − |out − in| / (out + in)` of who began, from 0 (always the same) to 1 (evenly); `None` where that is not
    /// known of any.
    pub fn reciprocity(&self) -> Option<f64> {
        let (out, back) = (f64::from(self.begun_by_me), f64::from(self.begun_by_them));
        (out + back > 0.0).then(|| 1.0 - (out - back).abs() / (out + back))
    }

    /// Returns whether far more was given than received, or the other way round, of at least four things.
    pub fn is_one_sided(&self) -> bool {
        self.gave + self.received >= EXCHANGED
            && self
                .balance()
                .is_some_and(|balance| balance.abs() >= ONE_SIDED)
    }

    fn add(&mut self, interaction: &journal::Interaction) {
        let record = &interaction.record;
        self.interactions += 1;
        match record.initiated_by {
            Some(InitiatedBy::Me) => self.begun_by_me += 1,
            Some(InitiatedBy::Them) => self.begun_by_them += 1,
            None => {}
        }
        self.gave += record.gave.len() as u32;
        self.received += record.received.len() as u32;
    }
}

/// The give and take with one contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The contact.
    pub contact: NoteId,
    /// What there was in the window.
    pub tally: Tally,
    /// How many of the last interactions in the window you began, without one between that the other began; those of which
    /// it is not known do not count.
    pub in_a_row: u32,
}

impl Balance {
    /// Returns whether the last conversations all were begun by you.
    pub fn is_quiet(&self) -> bool {
        self.in_a_row >= QUIET
    }
}

/// Returns the give and take with a contact from `since` until today; `None` where there was no interaction.
pub fn of_contact(world: World<'_>, contact: NoteId, since: Date) -> Option<Balance> {
    let mut tally = Tally::default();
    let (mut in_a_row, mut is_row) = (0, true);
    for interaction in history::interactions(world, contact) {
        let day = interaction.record.on.day();
        if day > world.today {
            continue;
        }
        // Newest first.
        if day < since {
            break;
        }
        tally.add(interaction);
        match interaction.record.initiated_by {
            Some(InitiatedBy::Me) if is_row => in_a_row += 1,
            Some(InitiatedBy::Them) => is_row = false,
            _ => {}
        }
    }
    (tally.interactions > 0).then_some(Balance {
        contact,
        tally,
        in_a_row,
    })
}

/// Returns the give and take with every contact from `since` until today: the one-sided first, then those with whom most was
/// exchanged, then by path.
pub fn all(world: World<'_>, since: Date) -> Vec<Balance> {
    let contacts = world.vault.of_kind(NoteKind::Contact);
    let mut found: Vec<Balance> = contacts
        .filter(|contact| history::is_contact(world, *contact))
        .filter_map(|contact| of_contact(world, contact, since))
        .collect();
    found.sort_by_key(|one| {
        let tally = &one.tally;
        (
            !tally.is_one_sided(),
            Reverse(tally.gave + tally.received),
            Reverse(tally.interactions),
            &world.vault.note(one.contact).path,
        )
    });
    found
}

/// Returns the give and take of all interactions from `since` until today, each counted once.
pub fn overall(world: World<'_>, since: Date) -> Tally {
    let mut tally = Tally::default();
    let timeline = world.timeline.into_iter();
    for interaction in timeline.flat_map(journal::Timeline::interactions) {
        if (since..=world.today).contains(&interaction.record.on.day()) {
            tally.add(interaction);
        }
    }
    tally
}

/// Returns the first day of a window of a year that ends today.
pub fn a_year_back(today: Date) -> Date {
    today.saturating_sub(jiff::Span::new().years(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(gave: u32, received: u32) -> Tally {
        Tally {
            gave,
            received,
            ..Tally::default()
        }
    }

    #[test]
    fn balance_is_undefined_without_an_exchange_and_one_sided_from_four_things_on() {
        assert_eq!(tally(0, 0).balance(), None);
        assert_eq!(tally(4, 0).balance(), Some(1.0));
        assert_eq!(tally(3, 1).balance(), Some(0.5));
        assert_eq!(tally(0, 3).balance(), Some(-1.0));
        let one_sided = [
            (0, 0),
            (3, 0),
            (4, 0),
            (3, 1),
            (4, 1),
            (1, 4),
            (0, 4),
            (8, 2),
            (7, 3),
        ]
        .map(|(gave, received)| tally(gave, received).is_one_sided());
        assert_eq!(
            one_sided,
            [false, false, true, false, true, true, true, true, false]
        );
    }

    #[test]
    fn reciprocity_is_of_those_of_whom_it_is_known_who_began() {
        let begun = |by_me, by_them| Tally {
            begun_by_me: by_me,
            begun_by_them: by_them,
            interactions: 10,
            ..Tally::default()
        };
        assert_eq!(begun(0, 0).reciprocity(), None);
        assert_eq!(begun(3, 0).reciprocity(), Some(0.0));
        assert_eq!(begun(2, 2).reciprocity(), Some(1.0));
        assert_eq!(begun(1, 3).reciprocity(), Some(0.5));
    }

    #[test]
    fn each_contact_has_a_balance_and_shared_things_count_once_overall() {
        let fixture = crate::testing::Fixture::new(
            "//- people/a.md\n//- people/b.md\n//- people/c.md\n",
            "2026-11-24 call people/a.md by:them gave:future\n\
             2026-11-20 call people/a.md by:me gave:x gave:y\n\
             2026-11-10 call people/a.md people/b.md by:me gave:z\n\
             2026-11-09 call people/a.md\n\
             2026-11-05 call people/a.md by:me gave:w\n\
             2026-11-04 call people/a.md by:them received:v\n\
             2026-11-03 call people/a.md by:me\n\
             2025-11-22 call people/a.md by:them received:old",
        );
        let world = fixture.world();
        let since = a_year_back(world.today);
        assert_eq!(since, crate::testing::day("2025-11-23"));
        let found = all(world, since);
        let [a, b] = found[..] else {
            panic!("two were spoken with: {found:?}");
        };
        assert_eq!(a.contact, fixture.id("people/a.md"));
        let expected = Tally {
            interactions: 6,
            begun_by_me: 4,
            begun_by_them: 1,
            gave: 4,
            received: 1,
        };
        assert_eq!(a.tally, expected);
        assert!(a.tally.is_one_sided() && a.is_quiet() && a.in_a_row == 3);
        assert_eq!((b.tally.gave, b.in_a_row, b.is_quiet()), (1, 1, false));
        assert_eq!(overall(world, since), expected);
        let silent = World {
            timeline: None,
            ..world
        };
        assert!(all(silent, since).is_empty());
        assert_eq!(overall(silent, since), Tally::default());
    }
}
