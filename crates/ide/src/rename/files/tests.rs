//! Files that move, and that links go on leading where they led.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use vault::Config;

use super::*;
use crate::{
    rename::tests::{HEADS, LINKS, PATHS, Reached, reached},
    test_vault::TestVault,
};

fn pairs(moves: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |text: &str| text.to_owned();
    moves
        .iter()
        .map(|(old, new)| (own(old), own(new)))
        .collect()
}

fn moved(moves: &[(String, String)], path: &str) -> String {
    let mut longest: Vec<_> = moves.iter().collect();
    longest.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
    let found = longest.into_iter().find_map(|(old, new)| {
        let rest = path.strip_prefix(&**old)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{new}{rest}"))
    });
    found.unwrap_or_else(|| path.to_owned())
}

/// Makes the edits and the moves, and asserts that a link that led to a note leads to that note.
fn after(vault: &TestVault, moves: &[(String, String)]) -> BTreeMap<String, String> {
    let change = move_files(vault.world(), moves).expect("nothing has changed");
    assert!(change.moves.is_empty() && change.creates.is_empty());
    let files: BTreeMap<String, String> = vault
        .after(&change)
        .into_iter()
        .map(|(path, text)| (moved(moves, &path), text))
        .collect();
    let mut now = Vault::new(Config::default());
    for (path, text) in &files {
        now.set(path, text);
    }
    let (before, now) = (reached(&vault.vault), reached(&now));
    for (path, links) in before {
        let context = format!("{path} {moves:?}: {:?} -> {files:?}", vault.texts.0);
        let links_now: &Vec<Reached> = &now[&moved(moves, &path)];
        assert_eq!(links.len(), links_now.len(), "{context}");
        for (old, new) in links.iter().zip(links_now) {
            if let Some((path, heading)) = old {
                let new = new.as_ref().expect(&context);
                assert_eq!(new.0, moved(moves, path), "{context}");
                assert_eq!(new.1, *heading, "{context}");
            }
        }
    }
    files
}

/// Shows the files that are edited, as they are afterwards.
#[expect(
    clippy::needless_pass_by_value,
    reason = "`expect!` is written in place"
)]
fn check(fixture: &str, moves: &[(&str, &str)], expected: Expect) {
    let vault = TestVault::new(fixture);
    let moves = pairs(moves);
    let mut shown = String::new();
    let files = after(&vault, &moves);
    for (path, old) in &vault.texts.0 {
        let path = moved(&moves, path);
        if *files[&path] != **old {
            shown.push_str(&format!("//- {path}\n{}", files[&path]));
        }
    }
    expected.assert_eq(&shown);
}

#[test]
fn mm308_a_moved_note_keeps_the_links_into_and_out_of_it() {
    check(
        r#"
//- people/ada.md
---
name: Ada
knows: ["[[people/bob]]"]
---
[me](./ada.md#x) [bob](bob.md) [tea](../tea.md) [pic](img/a%20b.png "t") [all](../people/) [[Bob]] [web](https://e.org/ada.md)
//- people/bob.md
[her](ada.md#log) [[Ada]] [[ada]] [[people/ada|she]] [[people/ada.md]] ![[/people/ada]]
//- tea.md
[a](people/ada.md) [b](./people/ada.md) [c](/people/ada) [d][d] [[./people/ada]]

[d]: <people/ada.md> "t"

`[[people/ada]]`
"#,
        &[("people/ada.md", "archive/old/ada.md")],
        expect![[r#"
            //- archive/old/ada.md
            ---
            name: Ada
            knows: ["[[people/bob]]"]
            ---
            [me](./ada.md#x) [bob](../../people/bob.md) [tea](../../tea.md) [pic](../../people/img/a%20b.png "t") [all](../../people/) [[Bob]] [web](https://e.org/ada.md)
            //- people/bob.md
            [her](../archive/old/ada.md#log) [[Ada]] [[ada]] [[archive/old/ada|she]] [[archive/old/ada.md]] ![[/archive/old/ada]]
            //- tea.md
            [a](archive/old/ada.md) [b](./archive/old/ada.md) [c](/archive/old/ada) [d][d] [[./archive/old/ada]]

            [d]: <archive/old/ada.md> "t"

            `[[people/ada]]`
        "#]],
    );
}

#[test]
fn mo331_a_new_file_name_keeps_folder_extension_encoding_and_text() {
    check(
        "
//- 🌀 General/Lorem Ipsum.md
//- a.md
[Lorem Ipsum](./%F0%9F%8C%80%20General/Lorem%20Ipsum.md) [x](<🌀 General/Lorem Ipsum.md#h>) [[Lorem Ipsum]]
",
        &[("🌀 General/Lorem Ipsum.md", "🌀 General/Hello World.md")],
        expect![[r#"
            //- a.md
            [Lorem Ipsum](./%F0%9F%8C%80%20General/Hello%20World.md) [x](<🌀 General/Hello World.md#h>) [[Hello World]]
        "#]],
    );
}

#[test]
fn a_folder_moves_with_links_into_out_of_and_within_it() {
    check(
        "
//- people/ada.md
[bob](bob.md) [tea](../tea.md) [[people/bob]] [pic](img/a.png)
//- people/bob.md
# Bob
//- people/deep/cy.md
[bob](../bob.md) [tea](../../tea.md)
//- peopleless.md
[bob](people/bob.md)
//- tea.md
[cy](people/deep/cy.md) [pic](people/img/a.png) [[people/deep/cy]] [[Bob]]
",
        &[("people", "contacts/people")],
        expect![[r#"
            //- contacts/people/ada.md
            [bob](bob.md) [tea](../../tea.md) [[contacts/people/bob]] [pic](img/a.png)
            //- contacts/people/deep/cy.md
            [bob](../bob.md) [tea](../../../tea.md)
            //- peopleless.md
            [bob](contacts/people/bob.md)
            //- tea.md
            [cy](contacts/people/deep/cy.md) [pic](contacts/people/img/a.png) [[contacts/people/deep/cy]] [[Bob]]
        "#]],
    );
}

#[test]
fn several_files_move_at_once_and_change_places() {
    check(
        "//- a.md\n# A\n[b](b.md)\n//- b.md\n# B\n[a](a.md)\n//- c.md\n[[a]] [[b]] [a](a.md) [b](b.md) [[A]]\n",
        &[("a.md", "b.md"), ("b.md", "a.md")],
        expect![[r#"
            //- b.md
            # A
            [b](a.md)
            //- a.md
            # B
            [a](b.md)
            //- c.md
            [[b]] [[a]] [a](b.md) [b](a.md) [[A]]
        "#]],
    );
}

#[test]
fn a_name_that_would_come_to_mean_the_moved_note_is_written_as_a_path() {
    // A path is a better answer than a name.
    check(
        "//- people/x.md\n---\nname: Ada\n---\n//- old.md\n//- c.md\n[[Ada]] [[old]]\n",
        &[("old.md", "Ada.md")],
        expect![[r#"
            //- c.md
            [[x]] [[Ada]]
        "#]],
    );
    // Two files of one name are told apart by their folders.
    check(
        "//- p/ada.md\n# Ada\n//- q/bob.md\n# Bob\n//- c.md\n[[ada]] [[bob]]\n",
        &[("q/bob.md", "q/ada.md")],
        expect![[r#"
            //- c.md
            [[p/ada]] [[bob]]
        "#]],
    );
}

#[test]
fn only_the_case_of_a_folder_may_change() {
    check(
        "//- people/ada.md\n//- c.md\n[a](people/ada.md) [[people/ada]] [[ada]]\n",
        &[("people", "People")],
        expect![[r#"
            //- c.md
            [a](People/ada.md) [[People/ada]] [[ada]]
        "#]],
    );
}

#[test]
fn what_is_no_note_moves_too() {
    check(
        "//- c.md\n![p](img/a.png) [[x]] ![q](img/b.png)\n//- n/d.md\n[p](../img/a.png) ![[img/a.png]] ![[a.png]] [a](https://e.org/img/a.png)\n",
        &[("img/a.png", "pictures/a.png")],
        expect![[r#"
            //- c.md
            ![p](pictures/a.png) [[x]] ![q](img/b.png)
            //- n/d.md
            [p](../pictures/a.png) ![[pictures/a.png]] ![[a.png]] [a](https://e.org/img/a.png)
        "#]],
    );
}

#[test]
fn nothing_that_moves_nowhere_is_edited() {
    let vault = TestVault::new("//- a.md\n[[a]] [x](a.md)\n");
    for moves in [
        vec![],
        pairs(&[("a.md", "a.md")]),
        pairs(&[("gone.md", "here.md")]),
        pairs(&[("", "all")]),
    ] {
        let change = move_files(vault.world(), &moves).expect("nothing has changed");
        assert!(change.is_empty(), "{moves:?}");
    }
}

#[test]
fn a_text_that_has_changed_meanwhile_is_not_edited() {
    let mut vault = TestVault::new("//- a.md\n//- b.md\n[a](a.md)\n");
    vault
        .texts
        .0
        .insert("b.md".into(), "new\n\n[a](a.md)\n".into());
    let refused = move_files(vault.world(), &pairs(&[("a.md", "c.md")]));
    assert!(refused.is_err_and(|error| error.message.contains("`b.md` has changed")));
}

const TARGETS: [&str; 9] = [
    "a.md",
    "b.md",
    "p/a.md",
    "z/x y.md",
    "Ada B.md",
    "C.md",
    "q/x.md",
    "q/r/s/t.md",
    "p/C.markdown",
];
const FOLDERS: [(&str, &str); 5] = [
    ("p", "z"),
    ("p", "q/p"),
    ("q/r", "r"),
    ("q", "Q"),
    ("p", "P"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn links_lead_where_they_led_after_any_move(
        notes in proptest::collection::btree_map(
            0..PATHS.len(),
            (0..HEADS.len(), proptest::collection::vec(0..LINKS.len(), 0..6)),
            1..6,
        ),
        files in proptest::collection::btree_map(0..PATHS.len(), 0..TARGETS.len(), 0..4),
        folder in proptest::option::of(0..FOLDERS.len()),
    ) {
        let texts = notes.iter().map(|(path, (head, links))| {
            let links: Vec<&str> = links.iter().map(|link| LINKS[*link]).collect();
            (PATHS[*path].to_owned(), format!("{}{}\n", HEADS[*head], links.join(" ")))
        });
        let vault = TestVault::from_files(texts);
        let mut moves: Vec<(String, String)> = files
            .into_iter()
            .map(|(from, to)| (PATHS[from].to_owned(), TARGETS[to].to_owned()))
            .filter(|(from, to)| from != to && vault.texts.0.contains_key(from))
            .collect();
        moves.extend(folder.map(|folder| pairs(&FOLDERS[folder..=folder]).remove(0)));
        // An editor moves nothing onto something else.
        let places: BTreeSet<String> = vault.texts.0.keys().map(|path| moved(&moves, path)).collect();
        prop_assume!(places.len() == vault.texts.0.len());
        after(&vault, &moves);
    }
}
