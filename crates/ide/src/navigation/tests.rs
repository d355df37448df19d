//! Definitions and references.

use expect_test::{Expect, expect};

use super::*;
use crate::test_vault::TestVault;

fn check(fixture: &str, expected: &Expect) {
    let vault = TestVault::new(fixture);
    let world = vault.world();
    let shown = match definition(world, vault.cursor()) {
        None => "nothing".to_owned(),
        Some(navigation) => {
            let text = vault.text(vault.cursor().note);
            let mut lines = vec![navigation.origin.of(&text).to_owned()];
            for target in navigation.targets {
                let data = world.vault.note(target.note);
                let focus = target.focus.of(&vault.text(target.note)).to_owned();
                assert!(target.full.contains(target.focus));
                lines.push(format!(
                    "{} {}, focus {} `{focus}`",
                    data.path, target.full, target.focus
                ));
            }
            lines.join("\n")
        }
    };
    expected.assert_eq(&shown);
}

fn check_references(fixture: &str, expected: &Expect) {
    let vault = TestVault::new(fixture);
    let world = vault.world();
    let show = |found: Vec<FileSpan>| {
        let lines: Vec<String> = found
            .into_iter()
            .map(|found| {
                let path = &world.vault.note(found.note).path;
                format!(
                    "{path} {} {}",
                    found.span,
                    found.span.of(&vault.text(found.note))
                )
            })
            .collect();
        lines.join("\n")
    };
    let found = references(world, vault.cursor(), false);
    let all = references(world, vault.cursor(), true);
    let declared: Vec<FileSpan> = all
        .iter()
        .copied()
        .filter(|it| !found.contains(it))
        .collect();
    expected.assert_eq(&format!("{}\ndeclared: {}\n", show(found), show(declared)));
}

#[test]
fn definition_follows_an_alias() {
    check(
        r"
//- ada.md
---
aliases: [Countess]
---
//- tea.md
Tea with [[Coun$0tess]].
",
        &expect![[r#"
            [[Countess]]
            ada.md 0..28, focus 14..22 `Countess`"#]],
    );
}

#[test]
fn every_form_of_link_leads_to_the_name() {
    for link in [
        "[[Ada Love$0lace]]",
        "![[ada$0]]",
        "[[people/a$0da|her]]",
        "[her](people/ad$0a.md)",
        "[her](</people/ad$0a.md>)",
        "[he$0r][a]\n\n[a]: people/ada.md",
        "[a]: people/ada$0.md\n\n[a]",
    ] {
        let fixture =
            format!("//- people/ada.md\n---\nname: \"Ada Lovelace\"\n---\n//- tea.md\n{link}\n");
        let vault = TestVault::new(&fixture);
        let navigation = definition(vault.world(), vault.cursor()).expect(link);
        let target = &navigation.targets[0];
        assert_eq!(
            target.focus.of(&vault.text(target.note)),
            "Ada Lovelace",
            "{link}"
        );
    }
}

#[test]
fn definition_works_in_the_front_matter_with_and_without_brackets() {
    let others = "
//- people/ada.md
---
name: Ada Lovelace
---
//- orgs/engines.md
# Analytical Engines
//- events/tea.md
---
";
    check(
        &format!("{others}people: [Ada Love$0lace]\n---\n"),
        &expect![[r#"
            Ada Lovelace
            people/ada.md 0..27, focus 10..22 `Ada Lovelace`"#]],
    );
    check(
        &format!("{others}people: [\"[[Ada$0]]\"]\n---\n"),
        &expect![[r#"
            [[Ada]]
            people/ada.md 0..27, focus 10..22 `Ada Lovelace`"#]],
    );
    check(
        &format!("{others}---\n//- people/bob.md\n---\norg: Analytical$0 Engines\n---\n"),
        &expect![[r#"
            Analytical Engines
            orgs/engines.md 0..21, focus 2..20 `Analytical Engines`"#]],
    );
}

#[test]
fn an_anchor_leads_to_its_heading_or_block() {
    let ada = "//- ada.md\n# Ada\n\n## Early life\n\nBorn. ^birth\n\n## Later\n//- tea.md\n";
    check(
        &format!("{ada}[[ada#Early l$0ife]]"),
        &expect![[r#"
            [[ada#Early life]]
            ada.md 7..36, focus 10..20 `Early life`"#]],
    );
    check(
        &format!("{ada}[x](ada.md#early-$0life)"),
        &expect![[r#"
            [x](ada.md#early-life)
            ada.md 7..36, focus 10..20 `Early life`"#]],
    );
    check(
        &format!("{ada}[[ada^bi$0rth]]"),
        &expect![[r#"
            [[ada^birth]]
            ada.md 22..34, focus 29..34 `birth`"#]],
    );
    check(
        &format!("{ada}[[ada#gone$0]]"),
        &expect![[r#"
            [[ada#gone]]
            ada.md 0..45, focus 2..5 `Ada`"#]],
    );
}

#[test]
fn an_ambiguous_link_leads_to_each_note() {
    check(
        "//- a/ada.md\n//- b/ada.md\n//- tea.md\n[[$0ada]]",
        &expect![[r#"
            [[ada]]
            a/ada.md 0..0, focus 0..0 ``
            b/ada.md 0..0, focus 0..0 ``"#]],
    );
}

#[test]
fn nothing_is_found_for_text_code_and_broken_links() {
    for text in [
        "pl$0ain",
        "`[[a$0da]]`",
        "[[no$0body]]",
        "https://e$0.org",
        "#ta$0g",
    ] {
        check(
            &format!("//- ada.md\n//- tea.md\n{text}\n"),
            &expect!["nothing"],
        );
    }
}

#[test]
fn emoji_before_a_link_do_not_shift_it() {
    check(
        "//- Ann.md\n//- tea.md\n😀 [[A$0nn]]",
        &expect![[r#"
            [[Ann]]
            Ann.md 0..0, focus 0..0 ``"#]],
    );
}

const REFERENCES: &str = "
//- people/ada.md
---
name: Ada
aliases: [Countess]
---
## Life

[[#Life]]
//- people/bob.md
---
name: Bob
knows: [Ada]
---
Tea with [[Countess]] and [Ada](ada.md#life). #math
//- zoo.md
---
tags: [Math]
---
[[Ada#Life]]
";

fn at(path: &str, text: &str) -> String {
    let marked = text.replace("$0", "");
    let (before, after) = REFERENCES.split_once(&format!("//- {path}\n")).expect(path);
    format!("{before}//- {path}\n{}", after.replacen(&marked, text, 1))
}

#[test]
fn references_of_a_contact_from_a_link_or_its_own_name() {
    let expected = expect![[r#"
        people/bob.md 22..25 Ada
        people/bob.md 40..52 [[Countess]]
        people/bob.md 57..75 [Ada](ada.md#life)
        zoo.md 21..33 [[Ada#Life]]
        declared: people/ada.md 10..13 Ada
    "#]];
    for (path, text) in [
        ("zoo.md", "[[A$0da#"),
        ("people/ada.md", "name: A$0da"),
        ("people/ada.md", "na$0me: Ada"),
        ("people/bob.md", "knows: [A$0da]"),
    ] {
        check_references(&at(path, text), &expected);
    }
}

#[test]
fn references_of_an_alias_are_the_links_that_use_it() {
    check_references(
        &at("people/ada.md", "[Count$0ess]"),
        &expect![[r#"
            people/bob.md 40..52 [[Countess]]
            declared: people/ada.md 24..32 Countess
        "#]],
    );
}

#[test]
fn references_of_a_heading_and_of_a_tag() {
    let expected = expect![[r#"
        people/ada.md 47..56 [[#Life]]
        people/bob.md 57..75 [Ada](ada.md#life)
        zoo.md 21..33 [[Ada#Life]]
        declared: people/ada.md 41..45 Life
    "#]];
    check_references(&at("people/ada.md", "## Li$0fe"), &expected);
    check_references(&at("zoo.md", "Ada#Li$0fe"), &expected);
    check_references(
        &at("zoo.md", "tags: [Ma$0th]"),
        &expect![[r#"
            people/bob.md 78..82 math
            zoo.md 11..15 Math
            declared: 
        "#]],
    );
}

#[test]
fn a_reference_link_and_its_definition_are_both_references() {
    check_references(
        "//- ada.md\n# Ad$0a\n//- b.md\n[x][a] and [a]\n\n[a]: ada.md\n",
        &expect![[r#"
            b.md 0..6 [x][a]
            b.md 11..14 [a]
            b.md 16..27 [a]: ada.md
            declared: ada.md 2..5 Ada
        "#]],
    );
}
