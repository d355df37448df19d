//! Two people with one e-mail address.
//!
//! Often they are one person in two notes, which an import or a hasty evening made.
//!
//! **Example** `people/ada.md` and `people/a-okafor.md` both list `ada@example.org`.
//!
//! **To mend it** Join the notes, or correct the address. Where two people do share one, as couples do,
//! `<!-- ties: ignore duplicate-email -->` in both notes says so.

use note::Value;

use crate::context::{NoteContext, Sink};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if !ctx.data.kind.is_person() {
        return;
    }
    let emails = ctx.data.items_of("emails").iter();
    for email in emails.filter_map(Value::item_text) {
        let mut others = ctx.world.vault.by_email(email.value);
        others.retain(|other| *other != ctx.id);
        let Some(first) = others.first() else {
            continue;
        };
        let name = &ctx.world.vault.note(*first).name;
        let message = format!("`{}` is also an address of `{name}`", email.value.trim());
        sink.report(email.span, message)
            .help("join the two notes if they are about one person")
            .related(ctx.world, &others, |_| "the same address".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    const SHARED: &str = "
//- people/ada.md
---
name: Ada
emails: [a@example.org, {value: Home@example.org, label: home}]
---
//- people/bob.md
---
name: Bob
email: home@example.org
---
";

    #[test]
    fn a_shared_address_is_told_at_both() {
        check(
            "duplicate-email",
            SHARED,
            &expect![[r#"
            people/ada.md 46..62 `Home@example.org` warning: `Home@example.org` is also an address of `Bob`
              help: join the two notes if they are about one person
              see people/bob.md 10..13: the same address
            people/bob.md 21..37 `home@example.org` warning: `home@example.org` is also an address of `Ada`
              help: join the two notes if they are about one person
              see people/ada.md 10..13: the same address
        "#]],
        );
    }

    #[test]
    fn organizations_and_own_repeats_are_no_finding() {
        check_silent(
            "duplicate-email",
            "
//- people/ada.md
---
emails: [a@example.org, A@example.org]
---
//- orgs/x.md
---
emails: [a@example.org]
---
",
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("duplicate-email", SHARED);
    }
}
