//! What two people have in common, as their notes say it.

use note::{Value, fold};
use rustc_hash::FxHashSet;
use vault::NoteId;

use crate::{World, history};

/// What sort of thing is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommonKind {
    /// An interest or hobby.
    Interest,
    /// An organization.
    Organization,
    /// Someone both know.
    Person,
    /// A place where both live.
    Place,
    /// A language.
    Language,
}

/// Something shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// What sort of thing.
    pub kind: CommonKind,
    /// The thing, as the other's note writes it; of a link its text.
    pub text: String,
}

/// Returns what `other` shares with `one`: interests first, then organizations, people, places and languages, each kind
/// in the order of `other`'s note. Costs what the two notes hold.
///
/// Two things are the same where they read the same without case and diacritics, or where both link one note.
pub fn common_ground(world: World<'_>, one: NoteId, other: NoteId) -> Vec<Common> {
    use CommonKind::{Interest, Language, Organization, Person, Place};
    let mut found = Vec::new();
    for (kind, keys) in [
        (Interest, &["interests", "hobbies"][..]),
        (Organization, &["org"]),
        (Place, &["location"]),
        (Language, &["languages"]),
    ] {
        let mut theirs: FxHashSet<String> = FxHashSet::default();
        for key in keys {
            theirs.extend(items(world, one, key).map(|(same, _)| same));
        }
        for (same, text) in keys.iter().flat_map(|key| items(world, other, key)) {
            // What stands twice is shared once.
            if theirs.remove(&same) {
                found.push(Common { kind, text });
            }
        }
    }
    let known = history::people(world, one, "knows");
    let shared = history::people(world, other, "knows");
    for person in shared.into_iter().filter(|person| known.contains(person)) {
        found.push(Common {
            kind: Person,
            text: world.vault.note(person).name.to_string(),
        });
    }
    found.sort_by_key(|common| common.kind);
    found
}

/// Returns the values of a key, each as what tells whether it is the same and as it is written.
fn items<'a>(
    world: World<'a>,
    note: NoteId,
    key: &str,
) -> impl Iterator<Item = (String, String)> + use<'a> {
    let items = world.vault.note(note).items_of(key).iter();
    items.filter_map(move |item| {
        let text = item.item_text()?.value.trim();
        let reached = reached(world, note, item);
        let shown = match reached {
            Some(reached) => world.vault.note(reached).name.to_string(),
            None => text.to_owned(),
        };
        // No text holds a slash at its start and a zero byte.
        let same = match reached {
            Some(reached) => format!("/\0{}", world.vault.note(reached).path),
            None => fold::fold(text),
        };
        (!text.is_empty()).then_some((same, shown))
    })
}

/// Returns the note that a value links.
fn reached(world: World<'_>, note: NoteId, value: &Value) -> Option<NoteId> {
    let links = &world.vault.note(note).note.links;
    let from = links.partition_point(|link| link.span.start < value.span.start);
    let link = links
        .get(from)
        .filter(|link| value.span.contains(link.span))?;
    debug_assert!(value.span.contains(link.span));
    world.vault.resolution(note, from).note()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    fn shared(one: &str, other: &str) -> Vec<String> {
        let fixture = Fixture::new(
            &format!(
                "//- one.md\n---\nkind: contact\n{one}\n---\n//- other.md\n---\nkind: contact\n{other}\n---\n\
                 //- orgs/works.md\n---\nkind: organization\nname: Works\naliases: [The Works]\n---\n\
                 //- people/bob.md\n---\nkind: contact\nname: Bob\n---\n"
            ),
            "",
        );
        let (one, other) = (fixture.id("one.md"), fixture.id("other.md"));
        let found = common_ground(fixture.world(), one, other);
        found
            .into_iter()
            .map(|common| format!("{:?} {}", common.kind, common.text))
            .collect()
    }

    #[test]
    fn interests_and_hobbies_are_one_and_read_alike_in_any_case() {
        let one = "interests: [Chess, \"book: 1984\"]\nhobbies: rowing";
        let other = "interests: [{value: Rowing, level: high}, go]\nhobbies: [chess, chess]";
        assert_eq!(shared(one, other), ["Interest Rowing", "Interest chess"]);
    }

    #[test]
    fn organizations_are_one_by_the_note_they_reach() {
        let (one, other) = ("org: \"[[Works]]\"", "org: The Works");
        assert_eq!(shared(one, other), ["Organization Works"]);
        assert_eq!(shared("org: Elsewhere", other), [""; 0]);
    }

    #[test]
    fn people_places_and_languages_come_after() {
        let one = "location: Graz\nlanguages: [de, en]\nknows: [\"[[Bob]]\"]";
        let other = "languages: [EN, fr]\nlocation: graz\nknows: [{to: \"[[Bob]]\", as: friend}]";
        assert_eq!(
            shared(one, other),
            ["Person Bob", "Place graz", "Language EN"]
        );
    }

    #[test]
    fn nothing_said_is_nothing_shared() {
        assert_eq!(
            shared("interests: []\norg:", "interests: ''\norg: "),
            [""; 0]
        );
    }
}
