//! Two people, or two organizations, of one name.
//!
//! A link by that name could mean either, and so could `ties log call NAME`. Names are compared without regard to case.
//! Events, goals and plain notes may share names; a link that cannot tell them apart is an `ambiguous-link` where it stands.
//!
//! **Example** `people/ada.md` and `people/ada-2.md` both say `name: Ada Okafor`.
//!
//! **To mend it** Add what tells them apart to one of the names (`Ada Okafor (Lagos)`), or join the notes by hand if they are
//! about one person.

use note::NoteKind;

use crate::context::{NoteContext, Sink};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if !is_counted(ctx.data.kind) {
        return;
    }
    let mut others = ctx.world.vault.by_name(&ctx.data.name);
    others.retain(|other| *other != ctx.id && is_counted(ctx.world.vault.note(*other).kind));
    let Some(first) = others.first() else {
        return;
    };
    let first = &ctx.world.vault.note(*first).path;
    let and_more = match others.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let message = format!(
        "`{}` is also the name of `{first}`{and_more}",
        ctx.data.name
    );
    sink.report(ctx.name_span(), message)
        .help("add what tells them apart to one of the names, a place or a middle name")
        .related(ctx.world, &others, |_| "the same name".to_owned());
}

fn is_counted(kind: NoteKind) -> bool {
    kind.is_person() || kind == NoteKind::Organization
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    const NAMESAKES: &str = "
//- people/ada.md
---
name: Ada Okafor
---
//- people/b/ada.md
# ada okafor
//- orgs/ada-okafor.md
---
name: Ada Okafor
---
";

    #[test]
    fn namesakes_are_told_at_each_place() {
        check(
            "duplicate-name",
            NAMESAKES,
            &expect![[r#"
            orgs/ada-okafor.md 10..20 `Ada Okafor` warning: `Ada Okafor` is also the name of `people/ada.md` and 1 more
              help: add what tells them apart to one of the names, a place or a middle name
              see people/ada.md 10..20: the same name
              see people/b/ada.md 2..12: the same name
            people/ada.md 10..20 `Ada Okafor` warning: `Ada Okafor` is also the name of `orgs/ada-okafor.md` and 1 more
              help: add what tells them apart to one of the names, a place or a middle name
              see orgs/ada-okafor.md 10..20: the same name
              see people/b/ada.md 2..12: the same name
            people/b/ada.md 2..12 `ada okafor` warning: `ada okafor` is also the name of `orgs/ada-okafor.md` and 1 more
              help: add what tells them apart to one of the names, a place or a middle name
              see orgs/ada-okafor.md 10..20: the same name
              see people/ada.md 10..20: the same name
        "#]],
        );
    }

    #[test]
    fn aliases_and_other_notes_may_share_names() {
        check_silent(
            "duplicate-name",
            "
//- people/ada.md
---
name: Ada
aliases: [Countess]
---
//- people/countess.md
//- notes/ada.md
//- events/ada.md
//- daily/x/untitled.md
//- daily/y/untitled.md
",
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("duplicate-name", NAMESAKES);
    }
}
