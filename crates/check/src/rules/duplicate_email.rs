//! Two people have one e-mail address: mail sent by the address book may reach the wrong one, and often the two notes are
//! about one person.
//!
//! Take the address out of one of the notes, or join them. A couple that shares an address may silence it with
//! `<!-- ties: ignore duplicate-email -->`.

use note::Value;

use crate::finding::{Context, Finding};

/// How many of the others are named.
const MOST: usize = 5;

/// Finds addresses that other people have too.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.note.kind.is_person() {
        return Vec::new();
    }
    let vault = context.world.vault;
    let mut found = Vec::new();
    for email in context.note.items_of("emails").iter().filter_map(Value::item_text) {
        let address = email.value.trim();
        let same = vault.by_email(address).into_iter();
        let others = same.filter(|id| *id != context.id);
        let mut others = others.map(|id| vault.note(id)).take(MOST).peekable();
        let Some(first) = others.peek() else {
            continue;
        };
        let message = format!("`{address}` is also an address of `{}`", first.name);
        let mut finding = Finding::new(email.span, message)
            .help("take it out of one of the notes, or join the two");
        for other in others {
            finding = finding.related(other, "the same address");
        }
        found.push(finding);
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn an_address_of_two_people_is_told_in_both_notes() {
        check(
            "duplicate-email",
            "
//- people/a.md
---
name: Ada
email: Ada@Example.org
---
//- people/b.md
---
name: Bob
emails: [{value: ada@example.org, label: home}, bob@example.org]
---
//- orgs/c.md
---
emails: bob@example.org
---
",
            expect![[r#"
                warning[duplicate-email] people/a.md:3 |Ada@Example.org| `Ada@Example.org` is also an address of `Bob`
                  help: take it out of one of the notes, or join the two
                  people/b.md |Bob| the same address
                warning[duplicate-email] people/b.md:3 |ada@example.org| `ada@example.org` is also an address of `Ada`
                  help: take it out of one of the notes, or join the two
                  people/a.md |Ada| the same address
            "#]],
        );
    }
}
