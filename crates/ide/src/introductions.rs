//! Who introduced whom: the hierarchy that `met.through` makes.

use network::history;
use note::{NoteKind, Span};
use vault::NoteId;

use crate::{
    FilePosition, World,
    cursor::{Subject, is_name_heading, subject_at},
    navigation::name_focus,
};

/// A person of the hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The note.
    pub note: NoteId,
    /// The name.
    pub name: String,
    /// A few words: circle, title, organization.
    pub detail: Option<String>,
    /// The whole note.
    pub full: Span,
    /// Where the name is written.
    pub focus: Span,
}

/// Returns the person under the cursor: of a link its target, of a name or anything in the front matter the note itself.
///
/// Source: LSP 3.17 `textDocument/prepareCallHierarchy`.
pub fn person_at(world: World<'_>, position: FilePosition) -> Option<Person> {
    let data = world.vault.get(position.note)?;
    let note = match subject_at(world, position)? {
        Subject::Link(index) => world.vault.resolution(position.note, index).note()?,
        Subject::Heading(index) if is_name_heading(data, index) => position.note,
        Subject::Heading(_) | Subject::Tag(_) | Subject::Block(_) => return None,
        _ => position.note,
    };
    let is_person = world.vault.note(note).kind.is_person();
    is_person.then(|| person(world, note))
}

/// Returns whom you met a person through.
///
/// Source: LSP 3.17 `callHierarchy/incomingCalls`.
pub fn introduced_by(world: World<'_>, note: NoteId) -> Vec<Person> {
    let through = through(world, note);
    through
        .into_iter()
        .map(|note| person(world, note))
        .collect()
}

/// Returns the people whom you met through a person, sorted by name.
///
/// Source: LSP 3.17 `callHierarchy/outgoingCalls`.
pub fn introduced(world: World<'_>, note: NoteId) -> Vec<Person> {
    let mut from: Vec<NoteId> = world
        .vault
        .backlinks(note)
        .into_iter()
        .map(|(from, _)| from)
        .collect();
    from.dedup();
    let met = from
        .into_iter()
        .filter(|from| world.vault.note(*from).kind == NoteKind::Contact)
        .filter(|from| through(world, *from).contains(&note));
    let mut people: Vec<Person> = met.map(|note| person(world, note)).collect();
    people.sort_by_cached_key(|person| {
        let path = world.vault.note(person.note).path.clone();
        (note::fold::fold(&person.name), path)
    });
    people
}

/// Returns the contacts that `met.through` of a note names.
fn through(world: World<'_>, note: NoteId) -> Vec<NoteId> {
    let met = world.vault.note(note).value_of("met");
    match met.and_then(|met| met.get("through")) {
        Some(value) => history::linked_within(world, note, value.span),
        None => Vec::new(),
    }
}

fn person(world: World<'_>, note: NoteId) -> Person {
    let data = world.vault.note(note);
    Person {
        note,
        name: data.name.to_string(),
        detail: crate::symbols::note_detail(data),
        full: Span::new(0, data.note.lines.text_len()),
        focus: name_focus(world, data, data.name_span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestVault;

    const VAULT: &str = "\
//- people/ann.md\n---\nname: Ann\ncircle: inner\n---\n\
//- people/bob.md\n---\nname: Bob\nmet: {through: [\"[[Ann]]\", Cy], date: 2020-01-01}\n---\n\
//- people/cy.md\n---\nname: Cy\nmet: {through: \"[[Ann]]\"}\n---\nasked [[Bob]]\n\
//- orgs/o.md\n---\nkind: organization\nname: Works\n---\n";

    fn names(people: &[Person]) -> Vec<&str> {
        people.iter().map(|person| &*person.name).collect()
    }

    #[test]
    fn introductions_go_both_ways() {
        let vault = TestVault::new(&format!("{VAULT}//- a.md\n[[Ann]]$0\n"));
        let world = vault.world();
        let ann = person_at(world, vault.cursor()).expect("a person");
        assert_eq!((&*ann.name, ann.detail.as_deref()), ("Ann", Some("inner")));
        assert_eq!(ann.focus.of(&vault.text(ann.note)), "Ann");
        assert_eq!(names(&introduced(world, ann.note)), ["Bob", "Cy"]);
        assert_eq!(names(&introduced_by(world, ann.note)), [""; 0]);
        let bob = world.vault.id("people/bob.md").expect("a note");
        assert_eq!(names(&introduced_by(world, bob)), ["Ann", "Cy"]);
        assert_eq!(names(&introduced(world, bob)), [""; 0]);
    }

    #[test]
    fn only_people_are_in_it() {
        for (text, name) in [("[[Wor$0ks]]", None), ("plain$0", None), ("#t$0ag", None)] {
            let vault = TestVault::new(&format!("{VAULT}//- a.md\n{text}\n"));
            let found = person_at(vault.world(), vault.cursor());
            assert_eq!(found.as_ref().map(|person| &*person.name), name, "{text}");
        }
        let vault =
            TestVault::new("//- people/a.md\n---\nname: Ada\nbirth$0day: 1990-01-01\n---\n");
        let found = person_at(vault.world(), vault.cursor()).expect("the note's own");
        assert_eq!(found.name, "Ada");
    }
}
