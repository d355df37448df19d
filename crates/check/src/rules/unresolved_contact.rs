//! A bare name, in a key that wants contacts, that no note has.
//!
//! The keys are `people` and `host` of events, `met.through`, `knows` and `household` of people, and `me` in `ties.toml`. `who` of
//! a goal takes words as well, so only its links are looked at. A name in brackets is a link, and an `unresolved-link`.
//!
//! **Example** `people: [Ada Lovlace]` in an event.
//!
//! **To mend it** Correct the name, or create the note of the contact. The fix takes the name that was probably meant where
//! one is near, else it creates the note.

use network::World;
use note::{LinkForm, edit::retarget};
use vault::{Resolution, config::ConfigProblem};

use crate::{
    Applicability, Fix,
    context::{NoteContext, Sink},
    missing_note,
    near_name::near_name,
};

/// For how many names of a note the near ones are looked for.
const SUGGESTED: usize = 8;

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let mut n_found = 0;
    for (index, link) in ctx.note().links.iter().enumerate() {
        if link.form != LinkForm::BareName
            || ctx.world.vault.resolution(ctx.id, index) != Resolution::Unresolved
        {
            continue;
        }
        n_found += 1;
        let name = &link.target.value;
        let found = sink.report(link.span, format!("no contact is called `{name}`"));
        let near = (n_found <= SUGGESTED)
            .then(|| near_name(ctx.world, name))
            .flatten();
        if let Some(near) = near {
            found.help(format!("did you mean `{near}`?"));
            found.fix(ctx.text().map(|text| {
                ctx.fix(
                    format!("Change it to `{near}`"),
                    retarget(text, link, near),
                    Applicability::NeedsConsent,
                )
            }));
        } else if let Some((path, change)) = missing_note(ctx.world, ctx.id, index) {
            found.help(format!("create `{path}`, or correct the name"));
            found.fix(Fix {
                title: format!("Create `{path}`"),
                change,
                applicability: Applicability::NeedsConsent,
            });
        }
    }
}

pub(super) fn check_config(world: World<'_>, _: &[ConfigProblem], sink: &mut Sink<'_>) {
    let Some(me) = &world.vault.config().me else {
        return;
    };
    let name = &me.value;
    let message = match world.vault.resolve_name(name) {
        Resolution::Unresolved => format!("no contact is called `{name}`"),
        Resolution::Ambiguous(_) => format!("`{name}` could be several notes"),
        Resolution::Note(_) | Resolution::External => return,
    };
    let help = match near_name(world, name) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`me` takes the name or the path of your own note".to_owned(),
    };
    sink.report(me.span, message).help(help);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    const VAULT: &str = r#"
//- people/ada.md
---
name: Ada Lovelace
knows: [Bob, {to: "Adda Lovelace", as: friend}]
---
//- events/tea.md
---
people: [Ada Lovlace, "[[Nobody]]"]
---
//- ties.toml
[vault]
me = "Ada Lovelacee"
"#;

    #[test]
    fn bare_names_are_told_with_the_near_one() {
        check(
            "unresolved-contact",
            VAULT,
            &expect![[r#"
            events/tea.md 13..24 `Ada Lovlace` warning: no contact is called `Ada Lovlace`
              help: did you mean `Ada Lovelace`?
              fix (NeedsConsent): Change it to `Ada Lovelace`
                - people: [Ada Lovlace, "[[Nobody]]"]
                + people: [Ada Lovelace, "[[Nobody]]"]
            people/ada.md 31..34 `Bob` warning: no contact is called `Bob`
              help: create `people/bob.md`, or correct the name
              fix (NeedsConsent): Create `people/bob.md`
                new people/bob.md: ---\nname: Bob\n---\n# Bob\n
            people/ada.md 41..56 `\"Adda Lovelace\"` warning: no contact is called `Adda Lovelace`
              help: did you mean `Ada Lovelace`?
              fix (NeedsConsent): Change it to `Ada Lovelace`
                - knows: [Bob, {to: "Adda Lovelace", as: friend}]
                + knows: [Bob, {to: Ada Lovelace, as: friend}]
            ties.toml 14..27 `Ada Lovelacee` warning: no contact is called `Ada Lovelacee`
              help: did you mean `Ada Lovelace`?
        "#]],
        );
    }

    #[test]
    fn words_and_names_that_are_there_are_no_finding() {
        check_silent(
            "unresolved-contact",
            r#"
//- people/ada.md
---
aliases: [Countess]
met: {through: countess, at: somewhere}
org: Analytical Engines
---
//- goals/a.md
---
who: [a mechanical engineer, Nobody]
---
//- notes/x.md
---
people: [Nobody]
---
//- ties.toml
[vault]
me = "ada"
"#,
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches(
            "unresolved-contact",
            "//- events/a.md\n---\npeople: Bob\n---\n",
        );
    }
}
