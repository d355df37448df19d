//! A link that reaches no note.
//!
//! Links that lead out of the vault, and links to files that are no notes, are never judged. In a vault without a
//! `ties.toml` only the notes of contacts, organizations, events, goals and yourself are looked at: elsewhere, links to notes
//! yet to be written are a habit, not a mistake. A bare name in a key that wants contacts is an `unresolved-contact`.
//!
//! **Example** `Tea with [[Ada Lovlace]].` where the note is called `Ada Lovelace`.
//!
//! **To mend it** Correct the name, or create the note. The fix takes the name that was probably meant where one is near, else it
//! creates the note in the folder that the vault uses for its kind.

use note::{Link, LinkForm, edit::retarget};
use vault::Resolution;

use crate::{
    Applicability, Fix,
    context::{NoteContext, Sink},
    missing_note,
    near_name::near_name,
};

/// For how many links of a note the near names are looked for.
const SUGGESTED: usize = 8;

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if !ctx.is_for_ties() {
        return;
    }
    let mut n_found = 0;
    for (index, link) in ctx.note().links.iter().enumerate() {
        // A reference is told at its definition.
        if matches!(link.form, LinkForm::BareName | LinkForm::Reference)
            || ctx.world.vault.resolution(ctx.id, index) != Resolution::Unresolved
        {
            continue;
        }
        n_found += 1;
        let target = link.target.value.trim();
        let message = if link.form.is_wiki() {
            format!("no note is called `{target}`")
        } else {
            format!("there is no note at `{target}`")
        };
        let found = sink.report(link.span, message);
        let near = (n_found <= SUGGESTED)
            .then(|| near_name(ctx.world, target))
            .flatten();
        match near {
            Some(near) if link.form.is_wiki() => {
                found
                    .help(format!("did you mean `{near}`?"))
                    .fix(rename(ctx, link, near));
            }
            _ => match missing_note(ctx.world, ctx.id, index) {
                Some((path, change)) => {
                    found.help(format!("create `{path}`, or correct the link"));
                    found.fix(Fix {
                        title: format!("Create `{path}`"),
                        change,
                        applicability: Applicability::NeedsConsent,
                    });
                }
                None => {
                    found.help("links stay inside the vault");
                }
            },
        }
    }
}

fn rename(ctx: &NoteContext<'_>, link: &Link, near: &str) -> Option<Fix> {
    let edit = retarget(ctx.text()?, link, near);
    let title = format!("Change it to `{near}`");
    Some(ctx.fix(title, edit, Applicability::NeedsConsent))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    #[test]
    fn a_near_name_is_offered_else_the_note_is_created() {
        check(
            "unresolved-link",
            r#"
//- people/ada.md
---
name: Ada Lovelace
org: "[[Analytical Engines]]"
---
Tea with [[Ada Lovlace|her]] and [Bob](bob%20b.md), [out](../../x.md).
"#,
            &expect![[r#"
                people/ada.md 29..51 `[[Analytical Engines]]` warning: no note is called `Analytical Engines`
                  help: create `orgs/analytical-engines.md`, or correct the link
                  fix (NeedsConsent): Create `orgs/analytical-engines.md`
                    new orgs/analytical-engines.md: ---\nname: Analytical Engines\n---\n# Analytical Engines\n
                people/ada.md 66..85 `[[Ada Lovlace|her]]` warning: no note is called `Ada Lovlace`
                  help: did you mean `Ada Lovelace`?
                  fix (NeedsConsent): Change it to `Ada Lovelace`
                    - Tea with [[Ada Lovlace|her]] and [Bob](bob%20b.md), [out](../../x.md).
                    + Tea with [[Ada Lovelace|her]] and [Bob](bob%20b.md), [out](../../x.md).
                people/ada.md 90..107 `[Bob](bob%20b.md)` warning: there is no note at `bob b.md`
                  help: create `people/bob b.md`, or correct the link
                  fix (NeedsConsent): Create `people/bob b.md`
                    new people/bob b.md: ---\nname: bob b\n---\n# bob b\n
                people/ada.md 109..126 `[out](../../x.md)` warning: there is no note at `../../x.md`
                  help: links stay inside the vault
            "#]],
        );
    }

    #[test]
    fn a_reference_is_told_once() {
        check(
            "unresolved-link",
            "
//- people/ada.md
See [this][x] and [x].

[x]: nowhere.md
",
            &expect![[r#"
                people/ada.md 24..39 `[x]: nowhere.md` warning: there is no note at `nowhere.md`
                  help: create `people/nowhere.md`, or correct the link
                  fix (NeedsConsent): Create `people/nowhere.md`
                    new people/nowhere.md: ---\nname: nowhere\n---\n# nowhere\n
            "#]],
        );
    }

    #[test]
    fn what_is_there_or_outside_is_no_finding() {
        check_silent(
            "unresolved-link",
            "
//- people/ada.md
# Ada
[[ada]] [[Ada#x]] [[#Ada]] [a](#ada) [u](https://example.org/a_(b)#c) ![](photo.jpg) ![[photo.png]] [m](mailto:a@example.org)
`[[code]]` <!-- [[comment]] -->
",
        );
    }

    #[test]
    fn plain_notes_count_where_there_are_settings() {
        check_silent("unresolved-link", "//- notes/a.md\n[[Yet to be written]]\n");
        check(
            "unresolved-link",
            "//- notes/a.md\n[[Yet to be written]]\n//- ties.toml\n",
            &expect![[r#"
                notes/a.md 0..21 `[[Yet to be written]]` warning: no note is called `Yet to be written`
                  help: create `people/yet-to-be-written.md`, or correct the link
                  fix (NeedsConsent): Create `people/yet-to-be-written.md`
                    new people/yet-to-be-written.md: ---\nname: Yet to be written\n---\n# Yet to be written\n
            "#]],
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("unresolved-link", "//- people/a.md\n[[Nobody]]\n");
    }
}
