//! Two people have one name, so that a link by the name may mean either.
//!
//! Say more in one of the names (`name: Ada Lovelace (Ockham)`), or merge the notes where they are about one person.
//! Two real people of one name may stay: silence it in their notes with `<!-- ties: ignore duplicate-name -->`.

use crate::finding::{Context, Finding};

/// How many of the others are named.
const MOST: usize = 5;

/// Finds other people of the same name.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let note = context.note;
    let (Some(span), true) = (note.name_span, note.kind.is_person()) else {
        return Vec::new();
    };
    let vault = context.world.vault;
    let same = vault.by_name(&note.name).into_iter();
    let others = same
        .filter(|id| *id != context.id)
        .map(|id| vault.note(id))
        .filter(|other| other.kind.is_person() && other.name_span.is_some());
    let mut others = others.take(MOST).peekable();
    let Some(first) = others.peek() else {
        return Vec::new();
    };
    let message = format!("`{}` is also the name of `{}`", note.name, first.path);
    let mut finding = Finding::new(span, message)
        .help("add to one of the names what tells them apart, or join the two notes");
    for other in others {
        finding = finding.related(other, "the same name");
    }
    vec![finding]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn both_people_of_a_name_are_told() {
        check(
            "duplicate-name",
            "
//- people/a.md
---
name: Ada Lovelace
---
//- people/b.md
# ada  lovelace
",
            expect![[r#"
                warning[duplicate-name] people/a.md:2 |Ada Lovelace| `Ada Lovelace` is also the name of `people/b.md`
                  help: add to one of the names what tells them apart, or join the two notes
                  people/b.md |ada  lovelace| the same name
                warning[duplicate-name] people/b.md:1 |ada  lovelace| `ada lovelace` is also the name of `people/a.md`
                  help: add to one of the names what tells them apart, or join the two notes
                  people/a.md |Ada Lovelace| the same name
            "#]],
        );
    }

    #[test]
    fn a_person_and_an_organization_may_share_a_name() {
        check(
            "duplicate-name",
            "
//- people/a.md
# Ada
//- orgs/a.md
# Ada
//- ada.md
# Ada
",
            expect![[""]],
        );
    }
}
