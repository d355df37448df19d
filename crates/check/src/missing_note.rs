//! The note that a link wants and that is not there yet.

use network::World;
use note::{Key, KeyType, Link, LinkForm, NoteKind, Place, edit::quote, fold};
use vault::{NoteId, SourceChange, path};

/// Returns the change that creates the note which the unresolved link at index `link` of `note` names, and its path.
///
/// `None` where no note could mend the link: it leads out of the vault, or to a file that is there already. The key that a
/// link stands in says what the note is about; a link in the body is taken for a contact's. A name gets the usual folder
/// of its kind; a path is taken as it is.
pub fn missing_note(world: World<'_>, note: NoteId, link: usize) -> Option<(String, SourceChange)> {
    let from = world.vault.get(note)?;
    let link = from.note.links.get(link)?;
    let target = link.target.value.trim();
    if target.is_empty() || link.is_external() {
        return None;
    }
    let kind = wanted_kind(from.kind, from.note.front_matter.as_deref(), link);
    let bare = path::without_extension(target);
    let is_path = !link.form.is_wiki() || bare.contains('/');
    let created = if is_path {
        let bare = match link.form {
            LinkForm::Wiki | LinkForm::WikiEmbed | LinkForm::BareName
                if !bare.starts_with("./") && !bare.starts_with("../") =>
            {
                path::join("", bare)?
            }
            _ => path::join(&from.path, bare)?,
        };
        if bare.is_empty() {
            return None;
        }
        format!("{bare}.md")
    } else {
        free_path(world, folder(world, kind), &fold::slug(bare))
    };
    if world.vault.id(&created).is_some() {
        return None;
    }
    let name = bare.rsplit('/').next().unwrap_or(bare);
    // A path in the body says nothing of what is meant; its folder may.
    let kind = (!is_path || link.place != Place::Body).then_some(kind);
    let text = text(&created, name, kind);
    Some((
        created.clone(),
        SourceChange {
            creates: vec![(created.into(), text)],
            ..SourceChange::default()
        },
    ))
}

/// Returns what the key around a link wants; a contact where there is none.
fn wanted_kind(kind: NoteKind, front_matter: Option<&note::FrontMatter>, link: &Link) -> NoteKind {
    let of_type = |value: KeyType| match value {
        KeyType::OrganizationLink => NoteKind::Organization,
        KeyType::Links(kind) => kind,
        _ => NoteKind::Contact,
    };
    let Place::FrontMatter(index) = link.place else {
        return NoteKind::Contact;
    };
    let field = front_matter.and_then(|front_matter| front_matter.fields.get(usize::from(index)));
    let Some((key, field)) =
        field.and_then(|field| Some((Key::find(kind, &field.key.value)?, field)))
    else {
        return NoteKind::Contact;
    };
    let parts = field
        .value
        .items()
        .iter()
        .filter_map(|item| match &item.data {
            note::Data::Map(parts) => Some(parts.iter()),
            _ => None,
        });
    let part = parts
        .flatten()
        .find(|part| part.value.span.contains(link.span))
        .and_then(|part| {
            let mut keys = key.map_keys().iter();
            keys.find(|key| key.is_spelled(&part.key.value))
        });
    of_type(part.unwrap_or(key).value)
}

/// Returns the folder in which notes of `kind` go: the usual ones, unless those that there are lie elsewhere.
fn folder(world: World<'_>, kind: NoteKind) -> &'static str {
    const FOLDERS: [(NoteKind, &[&str]); 4] = [
        (NoteKind::Contact, &["people", "contacts", "persons"]),
        (
            NoteKind::Organization,
            &["orgs", "organizations", "organisations", "companies"],
        ),
        (NoteKind::Event, &["events"]),
        (NoteKind::Goal, &["goals"]),
    ];
    let folders = FOLDERS.iter().find(|(of, _)| *of == kind);
    let Some((_, folders)) = folders else {
        return "";
    };
    // A few notes tell how the vault calls it.
    let in_use: Vec<&str> = world
        .vault
        .of_kind(kind)
        .take(20)
        .map(|id| path::folder(&world.vault.note(id).path))
        .collect();
    folders
        .iter()
        .find(|folder| in_use.contains(folder))
        .unwrap_or(&folders[0])
}

fn free_path(world: World<'_>, folder: &str, stem: &str) -> String {
    let free = |path: &String| world.vault.id(path).is_none();
    let slash = if folder.is_empty() { "" } else { "/" };
    let first = format!("{folder}{slash}{stem}.md");
    if free(&first) {
        return first;
    }
    (2..)
        .map(|n| format!("{folder}{slash}{stem}-{n}.md"))
        .find(free)
        .expect("some number is free")
}

fn text(created: &str, name: &str, kind: Option<NoteKind>) -> String {
    let mut vault = vault::Vault::new(vault::Config::default());
    let id = vault.set(created, "");
    // The folder says it already where it is one of the usual ones.
    let kind = kind.filter(|kind| vault.note(id).kind != *kind);
    let kind = kind.map_or(String::new(), |kind| format!("kind: {}\n", kind.word()));
    format!("---\n{kind}name: {}\n---\n# {name}\n", quote(name, false))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::Fixture;

    use super::*;

    fn check(text: &str, expected: &Expect) {
        let fixture = Fixture::new(text);
        let world = fixture.world();
        let mut shown = String::new();
        for id in world.vault.ids_by_path() {
            for link in 0..world.vault.note(id).note.links.len() {
                if world.vault.resolution(id, link) != vault::Resolution::Unresolved {
                    continue;
                }
                match missing_note(world, id, link) {
                    Some((path, change)) => {
                        let text = change.creates[0].1.replace('\n', "|");
                        shown.push_str(&format!("{path}: {text}\n"));
                        // What is created mends the link.
                        let mut vault = vault::Vault::new(vault::Config::default());
                        for (path, text) in &fixture.files {
                            vault.set(path, text);
                        }
                        vault.set(&path, &change.creates[0].1);
                        let from = vault.id(&world.vault.note(id).path).unwrap();
                        assert_eq!(vault.resolution(from, link).note(), vault.id(&path));
                    }
                    None => shown.push_str("none\n"),
                }
            }
        }
        expected.assert_eq(&shown);
    }

    #[test]
    fn the_key_says_what_the_note_is_about() {
        check(
            r#"
//- people/ada.md
---
org: "[[Engines: Ltd]]"
met: {at: "[[Soirée]]", through: Bob}
knows: [{to: "[[Zoë M]]", as: friend}]
---
[[In the body]]
"#,
            &expect![[r#"
                orgs/engines-ltd.md: ---|name: "Engines: Ltd"|---|# Engines: Ltd|
                events/soiree.md: ---|name: Soirée|---|# Soirée|
                people/bob.md: ---|name: Bob|---|# Bob|
                people/zoe-m.md: ---|name: Zoë M|---|# Zoë M|
                people/in-the-body.md: ---|name: In the body|---|# In the body|
            "#]],
        );
    }

    #[test]
    fn paths_are_taken_as_they_are() {
        check(
            "
//- notes/a.md
[[people/x y]] [x](b%20c.md) [[./d]] [out](../../x.md)
",
            &expect![[r#"
                people/x y.md: ---|name: x y|---|# x y|
                notes/b c.md: ---|name: b c|---|# b c|
                notes/d.md: ---|name: d|---|# d|
                none
            "#]],
        );
    }

    #[test]
    fn the_folder_in_use_is_taken_and_no_file_twice() {
        check(
            "
//- contacts/other-name.md
---
name: Someone
---
[[Other name!]]
",
            &expect![[r#"
                contacts/other-name-2.md: ---|name: Other name!|---|# Other name!|
            "#]],
        );
    }
}
