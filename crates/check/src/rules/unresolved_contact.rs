//! A bare name in a key that wants people (`people` and `host` of an event, `met.through`, `knows`, `household`), or in
//! `[vault] me` of `ties.toml`, is nobody's.
//!
//! ```yaml
//! people: [Ada Lovelace, Charles Babage]
//! ```
//!
//! Mend the name, or create the contact. The `who` of a goal may be words and is not judged.

use network::World;
use note::LinkForm;
use vault::Resolution;

use super::unresolved_link::{describe, near_name, unresolved};
use crate::finding::{Context, Finding};

/// Finds names that are nobody's.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    unresolved(context, |link| link.form == LinkForm::BareName)
        .map(|(nth, link)| {
            let message = format!("nobody is called `{}`", link.target.value);
            describe(context, nth, link, Finding::new(link.span, message))
        })
        .collect()
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
