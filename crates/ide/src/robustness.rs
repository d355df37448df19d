//! That no feature panics, whatever the text and wherever the cursor.

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::{
    FilePosition, completion, definition, document_symbols, hover, prepare_rename, references,
    rename, resolve_completion, test_vault::TestVault,
};

const NASTY: [&str; 26] = [
    "",
    "---",
    "---\n",
    "---\nname",
    "---\nname:",
    "---\nname: \"Ada",
    "---\r\nname: Zoë\r\naliases: [C, \"D\"\r\nmet: {at: [[\r\n---\r\n[[Zo",
    "\u{feff}---\nkind: contact\nmet:\n  at: '[[A\n---\n",
    "---\nkind: contact\nknows:\n- to: A\n  as\n-\n  - x\n---\n",
    "---\nkind: contact\ntags: [a, #b\n circle: \n---\n",
    "---\nkind: event\npeople: [Zoë, \"[[Zoë]]\", {value: x\n---\n- 2026-11-20 call\n",
    "---\nx: |\n  [[Zoë\n ]]\ny: >\n\n---\n",
    "---\nx: &a [*a, {? a : b}]\n? b\n: c\n- d\n---\n",
    "---\n\"a\": 'b'':\n'c\": d\n---\n",
    "[[",
    "[[Zoë#[[|^#]]",
    "![[Zoë^]] [[#^]] [[^]] [[|]] [[Zoë\\|x]]",
    "| [[Zoë\\|a]] | [[Zo |",
    "[a](b%20c%FF.md#%) [](<) [x](<a b",
    "`[[Zoë` <!-- [[Zoë --> %% [[Zoë %% $[[Zoë$",
    "# #foo #bar\n## \n#a/b #1 #a/\n@Zoë @",
    "測定 [[Zo😀] é[[é",
    "- [ ] due: x due:2026-99-99\n- [x] a due:2026-11-23",
    "## 2026-11-23 call: [[Zoë]]\n- 2026-11-23 ca\n1. 2026-11-23 x",
    "[a]: zoe.md#x\n[a][] [a] [b][a]",
    "\r\r\n\u{2028}[[Zoë]]\u{0}",
];

/// Asks everything at every offset of `text`, those inside characters and past the end too.
fn ask(text: &str) {
    let vault = TestVault::from_files([
        ("note.md".to_owned(), text.to_owned()),
        (
            "people/zoe.md".to_owned(),
            "---\nname: Zoë\naliases: [A]\nbirthday: 1990-02-29\n---\n# H\n^b\n".to_owned(),
        ),
    ]);
    let world = vault.world();
    let note = vault.vault.id("note.md").expect("it was added");
    for offset in 0..=text.len() as u32 + 2 {
        let position = FilePosition { note, offset };
        let answer = completion(world, position);
        for item in answer.items {
            let span = item.edit.span;
            let replaced = text.get(span.start as usize..span.end as usize);
            let replaced = replaced.expect("an edit lies between characters");
            assert!(!replaced.contains(['\n', '\r']), "{item:?}");
            assert!(span.start <= offset, "{item:?} at {offset}");
            assert!(!item.label.is_empty() && !item.sort_text.is_empty());
            let _ = resolve_completion(world, item.note, item.key);
        }
        let _ = hover(world, position);
        if let Some(navigation) = definition(world, position) {
            for target in navigation.targets {
                assert!(target.full.contains(target.focus));
            }
        }
        let _ = references(world, position, true);
        if prepare_rename(world, position).is_ok()
            && let Ok(change) = rename(world, position, "Grace Hopper", true)
        {
            vault.after(&change);
        }
    }
    let _ = document_symbols(world, note);
}

#[test]
fn nasty_texts_are_answered_at_every_offset() {
    for text in NASTY {
        ask(text);
    }
}

#[test]
fn nasty_texts_are_answered_in_pairs() {
    for first in NASTY {
        let mut text = String::new();
        for second in NASTY.iter().step_by(5) {
            let _ = write!(text, "{first}\n{second}\n");
        }
        ask(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_answered_at_every_offset(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("[["), Just("]]"), Just("---\n"), Just("kind: contact\n"), Just("Zoë"), Just("|"),
                Just("#"), Just("^"), Just("\n"), Just("\r\n"), Just("met: {"), Just("at: "), Just("\""),
                Just("'"), Just("["), Just("]"), Just("}"), Just("- "), Just("  "), Just("]("), Just(")"),
                Just("`"), Just("@"), Just("tags:"), Just("circle:"), Just("😀"), Just(", "), Just("\\"),
                Just("2026-11-23 "), Just("due:"), Just("- [ ] "), Just("knows:\n"), Just("x"), Just("|\n"),
            ],
            0..24,
        )
    ) {
        ask(&pieces.concat());
    }
}
