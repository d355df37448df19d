//! A bare name in a key that wants people (`people` and `host` of an event, `met.through`, `knows`, `household`), or in
//! `[vault] me` of `ties.toml`, is nobody's.
//!
//! ```yaml
//! people: [Ada Lovelace, Charles Babage]
//! ```
//!
//! Mend the name, or create the contact. The `who` of a goal and the `org` of a person may be words and are not judged.

use network::World;
use note::{Data, Key, KeyType, Link, LinkForm, Place};
use vault::{NoteData, Resolution};

use super::unresolved_link::{describe, near_name, unresolved};
use crate::finding::{Context, Finding};

/// Finds names that are nobody's.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let note = context.note;
    unresolved(context, |link| wants_contact(note, link))
        .map(|(nth, link)| {
            let message = format!("nobody is called `{}`", link.target.value);
            describe(context, nth, link, Finding::new(link.span, message))
        })
        .collect()
}

/// Returns whether `link` is a bare name in a key that wants people and nothing else.
fn wants_contact(note: &NoteData, link: &Link) -> bool {
    let Place::FrontMatter(index) = link.place else {
        return false;
    };
    let front_matter = note.note.front_matter.as_deref();
    let field = front_matter.and_then(|block| block.fields.get(usize::from(index)));
    let key = field.and_then(|field| {
        let key = Key::find(note.kind, &field.key.value)?;
        let items = field.value.items().iter();
        let item = items.into_iter().find(|item| item.span.contains(link.span))?;
        match (&item.data, key.map_keys()) {
            (_, []) => Some(key),
            (Data::Map(parts), keys) => {
                let part = parts.iter().find(|part| part.value.span.contains(link.span))?;
                keys.iter().find(|key| key.is_spelled(&part.key.value))
            }
            (_, keys) => keys.first(),
        }
    });
    link.form == LinkForm::BareName && key.is_some_and(|key| key.value == KeyType::ContactLinks)
}

/// Finds a name for you that is nobody's.
pub(crate) fn of_config(world: World<'_>) -> Option<Finding> {
    let me = world.vault.config().me.as_ref()?;
    let name = me.value.trim();
    let candidates = match world.vault.resolve_name(name) {
        Resolution::Note(_) | Resolution::External => return None,
        Resolution::Unresolved => {
            let help = match near_name(world.vault, name) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a note, or take the key out".to_owned(),
            };
            return Some(Finding::new(me.span, format!("nobody is called `{name}`")).help(help));
        }
        Resolution::Ambiguous(candidates) => candidates,
    };
    let message = format!("`{name}` may mean {} notes", candidates.len());
    let mut finding = Finding::new(me.span, message).help("write the note's path");
    for candidate in candidates {
        finding = finding.related(world.vault.note(candidate), "may be meant");
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, fixed};

    #[test]
    fn names_of_nobody_are_told_wherever_people_are_wanted() {
        check(
            "unresolved-contact",
            "
//- people/ada.md
---
name: Ada Lovelace
met: {through: Charles}
knows: [Ada Lovelace, {to: Bob, as: friend}]
---
//- events/e.md
---
people: [Ada Lovelac, '[[Nobody]]']
---
//- goals/g.md
---
who: [someone who builds engines]
where: the fair
---
",
            expect![[r#"
                warning[unresolved-contact] events/e.md:2 |Ada Lovelac| nobody is called `Ada Lovelac`
                  help: did you mean `Ada Lovelace`?
                  fix: change it to `Ada Lovelace` (NeedsConsent)
                warning[unresolved-contact] people/ada.md:3 |Charles| nobody is called `Charles`
                  help: mend the name, or create the note
                  fix: create `people/charles.md` (NeedsConsent)
                warning[unresolved-contact] people/ada.md:4 |Bob| nobody is called `Bob`
                  help: mend the name, or create the note
                  fix: create `people/bob.md` (NeedsConsent)
            "#]],
        );
    }

    #[test]
    fn the_fix_creates_the_contact() {
        fixed(
            "unresolved-contact",
            "//- events/e.md\n---\npeople: [Ada Lovelace]\n---\n",
            expect![[r#"
                //- people/ada-lovelace.md
                ---
                name: Ada Lovelace
                ---
            "#]],
        );
    }

    #[test]
    fn you_are_looked_up_in_the_settings() {
        let vault = "//- people/ada.md\n# Ada Lovelace\n//- ties.toml\n[vault]\n";
        check(
            "unresolved-contact",
            &format!("{vault}me = \"[[Ada Lovelac]]\"\n"),
            expect![[r#"
                warning[unresolved-contact] ties.toml:2 |[[Ada Lovelac]]| nobody is called `Ada Lovelac`
                  help: did you mean `Ada Lovelace`?
            "#]],
        );
        check(
            "unresolved-contact",
            &format!("{vault}me = \"Ada Lovelace\"\n"),
            expect![[""]],
        );
    }
}
