//! Moves as they leave the files, and that links go on leading where they led.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use vault::{Config, Vault};

use super::*;
use crate::{
    rename::tests::{HEADS, LINKS, PATHS},
    test_vault::TestVault,
};

fn owned(moves: &[(&str, &str)]) -> Vec<(String, String)> {
    let moves = moves.iter();
    moves
        .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
        .collect()
}

/// Returns where a path is after the moves, by the innermost.
fn moved(moves: &[(String, String)], path: &str) -> String {
    let mut best: Option<(usize, String)> = None;
    for (from, to) in moves {
        let is_it = path == from || path.starts_with(&format!("{from}/"));
        if is_it && best.as_ref().is_none_or(|(len, _)| *len < from.len()) {
            best = Some((from.len(), format!("{to}{}", &path[from.len()..])));
        }
    }
    best.map_or_else(|| path.to_owned(), |(_, path)| path)
}

/// Returns the files after the edits and the move.
fn files(
    vault: &TestVault,
    moves: &[(String, String)],
    change: &SourceChange,
) -> BTreeMap<String, String> {
    let files = vault.after(change).into_iter();
    files
        .map(|(path, text)| (moved(moves, &path), text))
        .collect()
}

/// Asserts that each link that led to a note leads to that note, except those that are said to be left.
fn check_resolves_alike(vault: &TestVault, moves: &[(String, String)], found: &MovedFiles) {
    let after_files = files(vault, moves, &found.change);
    let mut after = Vault::new(Config::default());
    for (path, text) in &after_files {
        after.set(path, text);
    }
    for note in vault.vault.ids_by_path() {
        let data = vault.vault.note(note);
        let now = after.id(&moved(moves, &data.path)).expect("it moved there");
        // Names without brackets are links in notes of some kinds only, and a folder may make the kind.
        let brackets = |data: &NoteData| -> Vec<(usize, Link)> {
            let links = data.note.links.iter().cloned().enumerate();
            links
                .filter(|(_, link)| link.form != LinkForm::BareName)
                .collect()
        };
        let is_same_kind = data.kind == after.note(now).kind;
        let (old, new) = match is_same_kind {
            true => (
                data.note.links.iter().cloned().enumerate().collect(),
                after
                    .note(now)
                    .note
                    .links
                    .iter()
                    .cloned()
                    .enumerate()
                    .collect(),
            ),
            false => (brackets(data), brackets(after.note(now))),
        };
        let context = format!("{moves:?} {:?} -> {after_files:?}", vault.texts.0);
        assert_eq!(old.len(), new.len(), "{context}");
        for ((index, link), (new_index, new_link)) in old.iter().zip(&new) {
            let Some(to) = vault.vault.resolution(note, *index).note() else {
                continue;
            };
            let to = moved(moves, &vault.vault.note(to).path);
            let said = (data.path.to_string(), link.target.value.to_string());
            if found.left.contains(&said) {
                continue;
            }
            let reached = after.resolution(now, *new_index).note();
            let reached = reached.map(|note| after.note(note).path.to_string());
            assert_eq!(reached, Some(to), "{link:?} {new_link:?} {context}");
            assert_eq!(
                link.anchor.is_some(),
                new_link.anchor.is_some(),
                "{context}"
            );
        }
    }
}

fn check_where(
    fixture: &str,
    moves: &[(&str, &str)],
    is_note: &dyn Fn(&str) -> bool,
    expected: &Expect,
) {
    let vault = TestVault::new(fixture);
    let moves = owned(moves);
    let shown = match move_files(vault.world(), &moves, is_note) {
        Ok(found) => {
            if moves.iter().all(|(_, to)| is_note(to)) {
                check_resolves_alike(&vault, &moves, &found);
            }
            assert!(found.change.moves.is_empty() && found.change.creates.is_empty());
            let mut shown = String::new();
            for (path, text) in vault.after(&found.change) {
                if *vault.texts.0[&path] != *text {
                    let _ = write!(shown, "//- {path}\n{}", text.replace('\r', "␍"));
                }
            }
            for (path, target) in found.left {
                let _ = writeln!(shown, "-- left in {path}: {target}");
            }
            shown
        }
        Err(error) => format!("refused: {error}\n"),
    };
    expected.assert_eq(&shown);
}

fn check(fixture: &str, moves: &[(&str, &str)], expected: &Expect) {
    check_where(fixture, moves, &|_| true, expected);
}

#[test]
fn links_of_every_form_follow_a_file_that_moves() {
    check(
        r#"
//- people/ada.md
---
name: Ada Lovelace
aliases: [Countess]
---
[Bob](bob.md) [[Bob]] [[#Life]] ![](../img/ada.png) [home](../index.md) [[./bob]]

## Life
//- people/bob.md
---
knows: ["[[Ada Lovelace]]", {to: '[[people/ada|her]]'}]
household: ada
---
[[Ada Lovelace]] [[Countess]] [[ada#Life|x]] [[ada.md]] ![[people/ada]] [[/people/ada]] [[./ada]]
[a](ada.md#life) [b](./ada.md "t") [c](/people/ada.md) [d](<ada.md>) [e](ada) [ref][r] [r] `[[people/ada]]`

| [[people/ada\|A]] |
| - |

[r]: ada.md
//- index.md
[all](people/) [[people/ada]] [Ada](people/ada.md)
"#,
        &[("people/ada.md", "friends/close/lady ada.md")],
        &expect![[r#"
            //- index.md
            [all](people/) [[friends/close/lady ada]] [Ada](friends/close/lady%20ada.md)
            //- people/ada.md
            ---
            name: Ada Lovelace
            aliases: [Countess]
            ---
            [Bob](../../people/bob.md) [[Bob]] [[#Life]] ![](../../img/ada.png) [home](../../index.md) [[../../people/bob]]

            ## Life
            //- people/bob.md
            ---
            knows: ["[[Ada Lovelace]]", {to: '[[friends/close/lady ada|her]]'}]
            household: lady ada
            ---
            [[Ada Lovelace]] [[Countess]] [[lady ada#Life|x]] [[lady ada.md]] ![[friends/close/lady ada]] [[/friends/close/lady ada]] [[../friends/close/lady ada]]
            [a](../friends/close/lady%20ada.md#life) [b](../friends/close/lady%20ada.md "t") [c](/friends/close/lady%20ada.md) [d](<../friends/close/lady ada.md>) [e](../friends/close/lady%20ada) [ref][r] [r] `[[people/ada]]`

            | [[friends/close/lady ada\|A]] |
            | - |

            [r]: ../friends/close/lady%20ada.md
        "#]],
    );
}

#[test]
fn a_folder_moves_with_links_into_it_out_of_it_and_within() {
    check(
        r#"
//- people/ada.md
[Bob](bob.md) [[people/bob]] [up](../tea.md) ![](img/ada.png) [[people/nobody]]
//- people/bob.md
[Ada](/people/ada.md) [[ada]]
//- people/img/notes.md
[Ada](../ada.md)
//- tea.md
[[people/ada]] ![](people/img/ada.png) ![[people/img/ada.png]] [all](people/) [not](peoples/x.md) [later](people/later.md)
"#,
        &[("people", "archive/2026")],
        &expect![[r#"
            //- people/ada.md
            [Bob](bob.md) [[archive/2026/bob]] [up](../../tea.md) ![](img/ada.png) [[archive/2026/nobody]]
            //- people/bob.md
            [Ada](/archive/2026/ada.md) [[ada]]
            //- tea.md
            [[archive/2026/ada]] ![](archive/2026/img/ada.png) ![[archive/2026/img/ada.png]] [all](archive/2026/) [not](peoples/x.md) [later](archive/2026/later.md)
        "#]],
    );
}

#[test]
fn mo331_percent_encoding_stays_and_the_text_is_untouched() {
    check(
        "
//- 🌀 General/Lorem Ipsum.md
# Lorem
//- n.md
[Lorem Ipsum](./%F0%9F%8C%80%20General/Lorem%20Ipsum.md) and [x](<🌀 General/Lorem Ipsum.md#lorem>)
",
        &[("🌀 General/Lorem Ipsum.md", "🌀 General/Hello World.md")],
        &expect![[r#"
            //- n.md
            [Lorem Ipsum](./%F0%9F%8C%80%20General/Hello%20World.md) and [x](<🌀 General/Hello World.md#lorem>)
        "#]],
    );
}

#[test]
fn angle_brackets_and_line_ends_stay() {
    check(
        "//- n.md\n[x](<a b.md#h>)\r\n[two\r\nlines](a%20b.md)\r\n//- a b.md\n# H\n",
        &[("a b.md", "c d.md")],
        &expect![[r#"
            //- n.md
            [x](<c d.md#h>)␍
            [two␍
            lines](c%20d.md)␍
        "#]],
    );
}

#[test]
fn several_at_once_even_in_a_ring() {
    check(
        "
//- a.md
[[b]] [to b](b.md)
//- b.md
[[a]] [to a](a.md)
//- c/d.md
[a](../a.md) [b](../b.md) [[a]] [[b]]
",
        &[("a.md", "b.md"), ("b.md", "a.md"), ("c/d.md", "d.md")],
        &expect![[r#"
            //- a.md
            [[a]] [to b](a.md)
            //- b.md
            [[b]] [to a](b.md)
            //- c/d.md
            [a](b.md) [b](a.md) [[b]] [[a]]
        "#]],
    );
}

#[test]
fn a_file_within_a_folder_that_moves_elsewhere_goes_its_own_way() {
    check(
        "
//- a/x.md
[y](y.md)
//- a/y.md
[x](x.md)
//- n.md
[x](a/x.md) [y](a/y.md)
",
        &[("a", "b"), ("a/x.md", "c/x.md")],
        &expect![[r#"
            //- a/x.md
            [y](../b/y.md)
            //- a/y.md
            [x](../c/x.md)
            //- n.md
            [x](c/x.md) [y](b/y.md)
        "#]],
    );
}

#[test]
fn a_name_that_another_note_would_take_is_written_out() {
    check(
        "
//- people/ada.md
---
name: Ada Lovelace
---
//- box/other.md
# Other
//- n.md
[[ada]] [[Ada Lovelace]] [[other]]
",
        &[("box/other.md", "box/ada.md")],
        &expect![[r#"
            //- n.md
            [[people/ada]] [[Ada Lovelace]] [[other]]
        "#]],
    );
}

#[test]
fn a_note_called_by_its_file_is_called_by_the_new_one() {
    check(
        "
//- people/Ada Lovelace.md
Mathematician.
//- n.md
[[Ada Lovelace]] [[ada lovelace#x]] [[Ada Lovelace|her]]
",
        &[("people/Ada Lovelace.md", "people/Ada King.md")],
        &expect![[r#"
            //- n.md
            [[Ada King]] [[Ada King#x]] [[Ada King|her]]
        "#]],
    );
}

#[test]
fn nothing_is_edited_where_nothing_has_to_be() {
    check(
        "
//- people/ada.md
# Ada
[[Bob]] [[#Ada]]
//- people/bob.md
# Bob
[[Ada]] [[ada]]
",
        &[("people/ada.md", "crew/ada.md")],
        &expect![[""]],
    );
    check(
        "//- a.md\n[[b]]\n",
        &[("x.md", "y.md"), ("a.md", "a.md")],
        &expect![[""]],
    );
}

#[test]
fn a_move_onto_another_note_is_refused() {
    let fixture = "//- a.md\n[[b]]\n//- b.md\n[[a]]\n//- c/a.md\n";
    check(
        fixture,
        &[("a.md", "b.md")],
        &expect![[r#"
        refused: another note is at `b.md`; choose another place, or join the two with `ties merge`
    "#]],
    );
    check(
        fixture,
        &[("a.md", "x.md"), ("b.md", "x.md")],
        &expect![[r#"
        refused: another note is at `x.md`; choose another place, or join the two with `ties merge`
    "#]],
    );
}

#[test]
fn a_folder_renamed_in_case_only_is_followed() {
    check(
        "
//- People/ada.md
[Bob](bob.md)
//- People/bob.md
//- n.md
[[People/ada]] [Ada](People/ada.md) [[ada]]
",
        &[("People", "people")],
        &expect![[r#"
            //- n.md
            [[people/ada]] [Ada](people/ada.md) [[ada]]
        "#]],
    );
}

#[test]
fn paths_follow_into_an_ignored_folder_and_names_are_left_alone() {
    check_where(
        "
//- ada.md
# Ada
[Bob](bob.md) [[Bob]]
//- bob.md
# Bob
[[Ada]] [[ada]] [Ada](ada.md) [[./ada]]
",
        &[("ada.md", "ignored/ada.md")],
        &|path| !path.starts_with("ignored/"),
        &expect![[r#"
            //- ada.md
            # Ada
            [Bob](../bob.md) [[Bob]]
            //- bob.md
            # Bob
            [[Ada]] [[ada]] [Ada](ignored/ada.md) [[./ignored/ada]]
        "#]],
    );
}

#[test]
fn links_out_of_the_vault_lead_out_of_it_from_elsewhere_too() {
    check(
        "//- a/b/n.md\n[x](../../../x.md) [y](../../y.pdf) [z](z.md) <https://e.org/a.md>\n",
        &[("a/b/n.md", "n.md")],
        &expect![[r#"
            //- a/b/n.md
            [x](../x.md) [y](y.pdf) [z](a/b/z.md) <https://e.org/a.md>
        "#]],
    );
}

#[test]
fn what_no_wiki_link_can_say_is_told() {
    check(
        "
//- ada.md
//- n.md
[[ada]] [Ada](ada.md)
",
        &[("ada.md", "a#1 [x].md")],
        &expect![[r#"
            //- n.md
            [[ada]] [Ada](a%231%20[x].md)
            -- left in n.md: ada
        "#]],
    );
    check(
        "
//- ada.md
# Ada
//- n.md
[[ada]]
",
        &[("ada.md", "a#1.md")],
        &expect![""],
    );
}

#[test]
fn a_value_that_yaml_would_misread_is_quoted() {
    check(
        "
//- people/ada.md
//- events/tea.md
---
people: [ada, people/ada]
---
",
        &[("people/ada.md", "people/Ada, 1815: A.md")],
        &expect![[r#"
            //- events/tea.md
            ---
            people: ["Ada, 1815: A", "people/Ada, 1815: A"]
            ---
        "#]],
    );
}

#[test]
fn the_settings_name_the_same_me() {
    let text = "[vault]\nme = \"[[robin]]\" # me\n";
    let mut vault = TestVault::new("//- robin.md\n");
    vault.vault = Vault::new(config::parse(text).0);
    vault.vault.set("robin.md", "");
    vault.texts.0.insert(CONFIG.to_owned(), text.into());
    let moves = owned(&[("robin.md", "people/robin a.md")]);
    let found = move_files(vault.world(), &moves, &|_| true).expect("it may move");
    let edited = note::edit::apply(text, &found.change.edits[CONFIG]).expect("it fits");
    expect![[r#"
        [vault]
        me = "[[robin a]]" # me
    "#]]
    .assert_eq(&edited);
    // A text that is another by now is left alone.
    vault
        .texts
        .0
        .insert(CONFIG.to_owned(), "# new\n[vault]\n".into());
    let found = move_files(vault.world(), &moves, &|_| true).expect("it may move");
    assert!(found.change.edits.is_empty());
}

#[test]
fn a_text_that_changed_meanwhile_is_not_edited() {
    let mut vault = TestVault::new("//- ada.md\n//- n.md\n[[ada]]\n");
    vault
        .texts
        .0
        .insert("n.md".to_owned(), "x [[ada]]\n".into());
    let moves = owned(&[("ada.md", "bob.md")]);
    let error = move_files(vault.world(), &moves, &|_| true).expect_err("it is stale");
    assert!(error.message.contains("`n.md` has changed"), "{error}");
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
        &expect![[r#"
            //- people/ada.md
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
fn a_name_that_would_come_to_mean_the_moved_note_is_written_as_a_path() {
    // A path is a better answer than a name.
    check(
        "//- people/x.md\n---\nname: Ada\n---\n//- old.md\n//- c.md\n[[Ada]] [[old]]\n",
        &[("old.md", "Ada.md")],
        &expect![[r#"
            //- c.md
            [[x]] [[Ada]]
        "#]],
    );
    // Two files of one name are told apart by their folders.
    check(
        "//- p/ada.md\n# Ada\n//- q/bob.md\n# Bob\n//- c.md\n[[ada]] [[bob]]\n",
        &[("q/bob.md", "q/ada.md")],
        &expect![[r#"
            //- c.md
            [[p/ada]] [[bob]]
        "#]],
    );
}

#[test]
fn what_is_no_note_moves_too() {
    check(
        "//- c.md\n![p](img/a.png) [[x]] ![q](img/b.png)\n//- n/d.md\n[p](../img/a.png) ![[img/a.png]] ![[a.png]] [a](https://e.org/img/a.png)\n",
        &[("img/a.png", "pictures/a.png")],
        &expect![[r#"
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
        owned(&[("a.md", "a.md")]),
        owned(&[("gone.md", "here.md")]),
        owned(&[("", "all")]),
    ] {
        let change = move_files(vault.world(), &moves, &|_| true).expect("nothing has changed");
        assert!(change.change.is_empty(), "{moves:?}");
    }
}

/// Links that a move touches beside those that a rename does.
const PATH_LINKS: [&str; 9] = [
    "[t](./ada-b.md)",
    "[[./ada-b]]",
    "[[../p/a.md|l]]",
    "[t](../p/ada-b)",
    "![](img/x.png)",
    "![[q/img/x.png]]",
    "[t](<../q/Ada B.md#h>)",
    "[[Q/ada b]]",
    "[t](/q/r/)",
];

const MOVES: [(&str, &str); 22] = [
    ("a.md", "z/x y.md"),
    ("ada-b.md", "C.md"),
    ("p/a.md", "q/r/s/t.md"),
    ("q/r/x y.md", "p/C.markdown"),
    ("p", "q/p"),
    ("q", "Q"),
    ("a.md", "b.md"),
    ("a.md", "p/q/a.md"),
    ("a.md", "ADA-B.md"),
    ("ada-b.md", "p/x y.md"),
    ("p/a.md", "a.md"),
    ("p/a.md", "p/A.md"),
    ("p/ada-b.md", "q/r/Ada B.md"),
    ("q/Ada B.md", "Ada B.md"),
    ("q/Ada B.md", "q/x.md"),
    ("q/r/x y.md", "C.md"),
    ("p", "P"),
    ("p", "q"),
    ("p", "people"),
    ("q", "p/q"),
    ("q", "events"),
    ("q/r", "r"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn links_lead_where_they_led_after_any_move(
        notes in proptest::collection::btree_map(
            0..PATHS.len(),
            (0..HEADS.len(), proptest::collection::vec(0..LINKS.len() + PATH_LINKS.len(), 0..6)),
            1..6,
        ),
        moves in proptest::collection::btree_set(0..MOVES.len(), 1..4),
    ) {
        let link = |index: &usize| LINKS.iter().chain(&PATH_LINKS).copied().nth(*index).unwrap_or("");
        let texts = notes.iter().map(|(path, (head, links))| {
            let links: Vec<&str> = links.iter().map(link).collect();
            (PATHS[*path].to_owned(), format!("{}{}\n", HEADS[*head], links.join(" ")))
        });
        let vault = TestVault::from_files(texts);
        // Nothing moves to two places.
        let moves: BTreeMap<_, _> = moves.into_iter().map(|index| MOVES[index]).collect();
        let moves = owned(&Vec::from_iter(moves));
        match move_files(vault.world(), &moves, &|_| true) {
            Ok(found) => {
                prop_assert!(found.left.is_empty(), "{:?}", found.left);
                check_resolves_alike(&vault, &moves, &found);
                // What was done is done: there is nothing left to do when it is asked again for no move.
                let after = TestVault::from_files(files(&vault, &moves, &found.change));
                let again = move_files(after.world(), &[], &|_| true).expect("nothing moves");
                prop_assert_eq!(again, MovedFiles::default());
            }
            Err(error) => {
                // Only where two notes would be at one place.
                let paths = vault.texts.0.keys().map(|path| moved(&moves, path));
                let places: BTreeSet<String> = paths.collect();
                prop_assert!(places.len() < notes.len(), "{}", error);
            }
        }
    }
}
