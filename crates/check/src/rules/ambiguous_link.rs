//! A link that two notes answer to equally well.
//!
//! An exact spelling beats one that differs in case, and a path beats a name, a name an alias, an alias a file's name. Where
//! that still leaves two, the link reaches neither. In a vault without a `ties.toml` only the notes of contacts,
//! organizations, events, goals and yourself are looked at.
//!
//! **Example** `[[Ada]]` where two notes have the alias `Ada`.
//!
//! **To mend it** Write more of the name, or the path: `[[people/ada-lovelace|Ada]]`.

use note::LinkForm;
use vault::{Resolution, path::without_extension};

use crate::context::{NoteContext, Sink};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if !ctx.is_for_ties() {
        return;
    }
    for (index, link) in ctx.note().links.iter().enumerate() {
        if link.form == LinkForm::Reference {
            continue;
        }
        let Resolution::Ambiguous(candidates) = ctx.world.vault.resolution(ctx.id, index) else {
            continue;
        };
        let path = |n: usize| &*ctx.world.vault.note(candidates[n]).path;
        let and_more = match candidates.len() {
            2 => String::new(),
            n => format!(", or {} more", n - 2),
        };
        let message = format!(
            "`{}` could be `{}` or `{}`{and_more}",
            link.target.value.trim(),
            path(0),
            path(1)
        );
        sink.report(link.span, message)
            .help(format!(
                "write the path, as in `{}`",
                without_extension(path(0))
            ))
            .related(ctx.world, &candidates, |data| format!("`{}`", data.name));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    const TWO: &str = "
//- people/ada.md
---
name: Ada Lovelace
aliases: [Ada]
---
//- people/ada-o.md
---
name: Ada Okafor
aliases: [Ada]
---
//- events/tea.md
---
people: [\"[[Ada]]\", \"[[Ada Okafor]]\", Ada]
---
[[people/ada]] [[ADA]]
";

    #[test]
    fn candidates_are_named() {
        check(
            "ambiguous-link",
            TWO,
            &expect![[r#"
            events/tea.md 14..21 `[[Ada]]` warning: `Ada` could be `people/ada-o.md` or `people/ada.md`
              help: write the path, as in `people/ada-o`
              see people/ada-o.md 10..20: `Ada Okafor`
              see people/ada.md 10..22: `Ada Lovelace`
            events/tea.md 42..45 `Ada` warning: `Ada` could be `people/ada-o.md` or `people/ada.md`
              help: write the path, as in `people/ada-o`
              see people/ada-o.md 10..20: `Ada Okafor`
              see people/ada.md 10..22: `Ada Lovelace`
            events/tea.md 66..73 `[[ADA]]` warning: `ADA` could be `people/ada-o.md` or `people/ada.md`
              help: write the path, as in `people/ada-o`
              see people/ada-o.md 10..20: `Ada Okafor`
              see people/ada.md 10..22: `Ada Lovelace`
        "#]],
        );
    }

    #[test]
    fn a_better_match_is_not_ambiguous() {
        check_silent(
            "ambiguous-link",
            "
//- people/Jane.md
//- people/b/jane.md
//- events/tea.md
[[Jane]] and [x](../people/Jane.md)
//- people/SPEC.md
[./SPEC.md](./SPEC.md)
//- notes/b.md
## Spec
[[untitled]]
//- notes/x/untitled.md
//- notes/y/untitled.md
",
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("ambiguous-link", TWO);
    }
}
