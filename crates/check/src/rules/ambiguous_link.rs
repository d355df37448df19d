//! A link may mean several notes that are equally good: two of one name, alias or file name.
//!
//! Write the path (`[[people/ada-lovelace]]`), or give one of the notes another name.

use vault::Resolution;

use crate::finding::{Context, Finding};

/// How many of the candidates are named.
const MOST: usize = 5;

/// Finds links that may mean several notes.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.is_for_ties() {
        return Vec::new();
    }
    let vault = context.world.vault;
    let mut found = Vec::new();
    for (index, link) in context.note.note.links.iter().enumerate() {
        let Resolution::Ambiguous(candidates) = vault.resolution(context.id, index) else {
            continue;
        };
        let message = format!(
            "`{}` may mean {} notes",
            link.target.value,
            candidates.len()
        );
        let mut finding = Finding::new(link.span, message);
        if let Some(&first) = candidates.first() {
            let path = vault::path::without_extension(&vault.note(first).path);
            finding = finding.help(format!("write the path, as in `[[{path}]]`"));
        }
        for &candidate in candidates.iter().take(MOST) {
            finding = finding.related(vault.note(candidate), "may be meant");
        }
        found.push(finding);
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    const PEOPLE: &str = "
//- people/a.md
# Ada
//- people/b.md
# Ada
";

    #[test]
    fn candidates_are_named() {
        check(
            "ambiguous-link",
            &format!("{PEOPLE}//- events/e.md\n---\npeople: [Ada]\n---\n[[ada]] [[people/a]]\n"),
            expect![[r#"
                warning[ambiguous-link] events/e.md:2 |Ada| `Ada` may mean 2 notes
                  help: write the path, as in `[[people/a]]`
                  people/a.md |Ada| may be meant
                  people/b.md |Ada| may be meant
                warning[ambiguous-link] events/e.md:4 |[[ada]]| `ada` may mean 2 notes
                  help: write the path, as in `[[people/a]]`
                  people/a.md |Ada| may be meant
                  people/b.md |Ada| may be meant
            "#]],
        );
    }

    #[test]
    fn another_programs_notes_are_left_alone() {
        check(
            "ambiguous-link",
            &format!("{PEOPLE}//- note.md\n[[Ada]]\n"),
            expect![[""]],
        );
    }
}
