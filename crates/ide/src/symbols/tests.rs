//! Outlines and notes by name.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::test_vault::TestVault;

fn outline(text: &str, expected: &Expect) {
    let vault = TestVault::new(text);
    let note = vault.vault.ids().next().expect("there is a note");
    let mut shown = String::new();
    for symbol in document_symbols(vault.world(), note) {
        show(&symbol, &vault.text(note), 0, &mut shown);
    }
    expected.assert_eq(&shown);
}

fn show(symbol: &Symbol, text: &str, depth: usize, shown: &mut String) {
    assert!(!symbol.name.is_empty());
    assert!(symbol.full.contains(symbol.focus), "{symbol:?}");
    assert!(symbol.full.end as usize <= text.len());
    let detail = symbol
        .detail
        .as_deref()
        .map_or(String::new(), |detail| format!(" ({detail})"));
    let _ = writeln!(
        shown,
        "{}{}{detail} {:?} {}",
        "  ".repeat(depth),
        symbol.name,
        symbol.kind,
        symbol.full
    );
    for child in &symbol.children {
        assert!(symbol.full.contains(child.full), "{child:?}");
        show(child, text, depth + 1, shown);
    }
}

fn search(fixture: &str, query: &str, limit: usize) -> Vec<String> {
    let vault = TestVault::new(fixture);
    let world = vault.world();
    workspace_symbols(world, query, limit)
        .into_iter()
        .map(|symbol| {
            let container = symbol.container.unwrap_or_default();
            let path = &world.vault.note(symbol.note).path;
            let at = symbol.span.of(&vault.text(symbol.note)).to_owned();
            format!(
                "{} ({container}) {:?} {path} `{at}`",
                symbol.name, symbol.kind
            )
        })
        .collect()
}

#[test]
fn an_outline_has_the_note_its_keys_and_its_headings() {
    outline(
        r#"
//- people/ada.md
---
name: Ada Lovelace
# a comment is no heading
circle: close
met: {date: 2024-05-03, at: "[[Soirée]]"}
---
# Ada Lovelace

## Life
### Youth
## Work

text
"#,
        &expect![[r#"
            Ada Lovelace (close) Contact 0..158
              front matter Key 0..109
                name (Ada Lovelace) Key 4..22
                circle (close) Key 49..62
                met (2024-05-03) Key 63..105
                  date (2024-05-03) Key 69..85
                  at (Soirée) Key 87..104
              Ada Lovelace Heading 110..158
                Life Heading 126..144
                  Youth Heading 134..144
                Work Heading 144..158
        "#]],
    );
}

#[test]
fn headings_without_text_and_levels_that_skip_are_shown() {
    outline(
        "//- note.md\n### Deep\n#\n## b\n",
        &expect![[r#"
            note Note 0..16
              Deep Heading 0..9
              (no text) Heading 9..16
                b Heading 11..16
        "#]],
    );
}

const PEOPLE: &str = r"
//- people/ada.md
---
name: Ada Lovelace
aliases: [Countess, Ada King]
---
//- people/zoe.md
---
name: Zoë Müller
---
//- orgs/strasse.md
# Straße & Söhne
//- notes/adagio.md
";

#[test]
fn notes_are_found_by_name_alias_and_without_diacritics() {
    assert_eq!(
        search(PEOPLE, "zoe", 10),
        ["Zoë Müller (people) Contact people/zoe.md `Zoë Müller`"]
    );
    assert_eq!(
        search(PEOPLE, "strasse", 10),
        ["Straße & Söhne (orgs) Organization orgs/strasse.md `Straße & Söhne`"]
    );
    assert_eq!(
        search(PEOPLE, "cntss", 10),
        ["Countess (Ada Lovelace) Contact people/ada.md `Countess`"]
    );
    assert_eq!(
        search(PEOPLE, "lovelace ada", 10),
        ["Ada Lovelace (people) Contact people/ada.md `Ada Lovelace`"]
    );
}

#[test]
fn each_note_comes_once_and_no_more_than_asked_for() {
    assert_eq!(
        search(PEOPLE, "ada", 10),
        [
            "Ada Lovelace (people) Contact people/ada.md `Ada Lovelace`",
            "adagio (notes) Note notes/adagio.md ``",
        ]
    );
    assert_eq!(search(PEOPLE, "ada", 1).len(), 1);
    assert_eq!(search(PEOPLE, "", 10).len(), 4);
}
