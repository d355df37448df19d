//! Renames as they leave the files, and that links go on leading where they led.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use vault::{Config, Resolution, Vault};

use super::*;
use crate::test_vault::TestVault;

fn check(fixture: &str, new_name: &str, expected: &Expect) {
    let vault = TestVault::new(fixture);
    let shown = match rename(vault.world(), vault.cursor(), new_name, true) {
        Ok(change) => {
            check_resolves_alike(&vault, &change);
            // A carriage return would not be seen in the snapshot.
            vault.show(&change).replace('\r', "␍")
        }
        Err(error) => format!("refused: {error}\n"),
    };
    expected.assert_eq(&shown);
}

/// Where a link leads: a note's path, and the heading in it that the anchor names.
pub(super) type Reached = Option<(String, Option<usize>)>;

/// What each note's links reach, by path, in order.
pub(super) fn reached(vault: &Vault) -> BTreeMap<String, Vec<Reached>> {
    let notes = vault.ids_by_path().into_iter().map(|id| {
        let data = vault.note(id);
        let links = data.note.links.iter().enumerate().map(|(index, link)| {
            let to = vault.note(vault.resolution(id, index).note()?);
            let heading = match &link.anchor {
                Some(Anchor::Heading(anchor)) => to.note.find_heading(&anchor.value),
                _ => None,
            };
            Some((to.path.to_string(), heading))
        });
        (data.path.to_string(), links.collect())
    });
    notes.collect()
}

/// Asserts the one thing that matters: a link that led to a note leads to that note.
fn check_resolves_alike(vault: &TestVault, change: &SourceChange) {
    let mut after = Vault::new(Config::default());
    for (path, text) in vault.after(change) {
        after.set(&path, &text);
    }
    let moved = |path: &str| {
        let to = change.moves.iter().find(|(from, _)| **from == *path);
        to.map_or_else(|| path.to_owned(), |(_, to)| to.to_string())
    };
    let before = reached(&vault.vault);
    let after_links = reached(&after);
    for (path, links) in before {
        let now = &after_links[&moved(&path)];
        let context = format!("{path}: {:?} -> {:?}", vault.texts.0, vault.after(change));
        assert_eq!(links.len(), now.len(), "{context}");
        for (old, new) in links.iter().zip(now) {
            if let Some((path, heading)) = old {
                let new = new.as_ref().expect(&context);
                assert_eq!(new.0, moved(path), "{context}");
                // An anchor that led nowhere may have come to mean something.
                assert!(heading.is_none() || new.1 == *heading, "{context}");
            }
        }
    }
}

fn prepared(fixture: &str) -> String {
    let vault = TestVault::new(fixture);
    match prepare_rename(vault.world(), vault.cursor()) {
        Ok(range) => {
            let text = vault.text(vault.cursor().note);
            assert!(range.span.touches(vault.cursor().offset), "{range:?}");
            format!("{} `{}`", range.span.of(&text), range.placeholder)
        }
        Err(error) => format!("refused: {error}"),
    }
}

#[test]
fn a_contact_is_renamed_with_its_file_and_every_form_of_link() {
    check(
        r#"
//- people/ada-lovelace.md
---
name: Ada Love$0lace # her
aliases: [Countess]
---
# Ada Lovelace

[[#Ada Lovelace]] [[Ada Lovelace#Life|me]]

## Life
//- people/bob.md
---
knows: ["[[Ada Lovelace]]", {to: '[[people/ada-lovelace|her]]'}]
household: Ada Lovelace
---
[[Ada Lovelace]] [[ada lovelace]] [[Countess]] [[ada-lovelace]] ![[people/ada-lovelace#Life]]
[Ada](ada-lovelace.md#life) [root](/people/ada-lovelace.md "t") [angled](<ada-lovelace.md>) [ref][a] [a]

| a | b |
| - | - |
| [[Ada Lovelace\|A]] | x |

`[[Ada Lovelace]]`

[a]: ../people/ada-lovelace.md
"#,
        "Ada King",
        &expect![[r#"
            //- people/ada-king.md
            ---
            name: Ada King # her
            aliases: [Countess]
            ---
            # Ada King

            [[#Ada King]] [[Ada King#Life|me]]

            ## Life
            //- people/bob.md
            ---
            knows: ["[[Ada King]]", {to: '[[people/ada-king|her]]'}]
            household: Ada King
            ---
            [[Ada King]] [[Ada King]] [[Countess]] [[ada-king]] ![[people/ada-king#Life]]
            [Ada](ada-king.md#life) [root](/people/ada-king.md "t") [angled](<ada-king.md>) [ref][a] [a]

            | a | b |
            | - | - |
            | [[Ada King\|A]] | x |

            `[[Ada Lovelace]]`

            [a]: ../people/ada-king.md
        "#]],
    );
}

#[test]
fn mo124_a_rename_on_a_link_acts_on_its_target_not_on_the_current_file() {
    check(
        "//- file1.md\n[[fi$0le2]] and [[file1]]\n//- file2.md\ntext\n",
        "file3",
        &expect![[r#"
            //- file1.md
            [[file3]] and [[file1]]
            //- file3.md
            text
        "#]],
    );
}

#[test]
fn mo331_markdown_links_keep_folder_extension_encoding_and_text() {
    check(
        "//- n.md\n[Lorem Ip$0sum](./%F0%9F%8C%80%20General/Lorem%20Ipsum.md)\n//- 🌀 General/Lorem Ipsum.md\n",
        "Hello World",
        &expect![[r#"
            //- n.md
            [Lorem Ipsum](./%F0%9F%8C%80%20General/Hello%20World.md)
            //- 🌀 General/Hello World.md
        "#]],
    );
}

#[test]
fn vsl150_angle_brackets_and_anchors_survive() {
    check(
        "//- n.md\n[x](<a b.md#h>) [y\nz](<a b.md>)\n//- a b.md\n# $0a b\n",
        "c d",
        &expect![[r#"
            //- c d.md
            # c d
            //- n.md
            [x](<c d.md#h>) [y
            z](<c d.md>)
        "#]],
    );
}

#[test]
fn vscode235422_encoded_targets_stay_encoded() {
    check(
        "//- n.md\n[x](a%20b.md)\n//- a b.md\n# $0a b\n",
        "c d",
        &expect![[r#"
            //- c d.md
            # c d
            //- n.md
            [x](c%20d.md)
        "#]],
    );
}

#[test]
fn iw061_a_name_that_is_taken_is_refused() {
    let ada = "//- ada.md\n---\nname: A$0da\naliases: [Countess]\n---\n";
    for (other, new) in [
        ("//- b.md\n---\nname: Bob\n---\n", "Bob"),
        ("//- b.md\n---\nname: Bob\n---\n", "BOB"),
        ("//- b.md\n---\naliases: [Bob]\n---\n", "bob"),
        ("//- x/bob.md\n# Robert\n", "Bob"),
        ("//- x/bob.md\n# Robert\n", "x/bob"),
    ] {
        let vault = TestVault::new(&format!("{ada}{other}"));
        let error = rename(vault.world(), vault.cursor(), new, true);
        let error = error.expect_err("the name is taken");
        assert!(error.message.contains("already leads to"), "{error}");
    }
    check(
        &format!("{ada}//- b.md\n---\nname: Bob\n---\n"),
        "Bob",
        &expect![[r#"
            refused: `Bob` already leads to `b.md`; choose another name, or rename that note first
        "#]],
    );
}

#[test]
fn iw040_a_note_in_a_folder_stays_there_with_its_content() {
    check(
        "//- a/b/old.md\n---\nx: 1  # kept\n---\ntext\n//- n.md\n[[ol$0d]]\n",
        "new",
        &expect![[r#"
            //- a/b/new.md
            ---
            x: 1  # kept
            ---
            text
            //- n.md
            [[new]]
        "#]],
    );
}

#[test]
fn iw0181_a_link_in_a_table_is_updated() {
    check(
        "//- n.md\n| a |\n| - |\n| [[ol$0d\\|x]] |\n//- old.md\n",
        "new",
        &expect![[r#"
            //- n.md
            | a |
            | - |
            | [[new\|x]] |
            //- new.md
        "#]],
    );
}

#[test]
fn iw013_a_rename_on_a_broken_link_is_refused_with_the_next_step() {
    expect!["refused: no note is called `nobody`; create it first, or change the link by hand"]
        .assert_eq(&prepared("[[no$0body]]"));
    check(
        "[[no$0body]]",
        "x",
        &expect![[r#"
        refused: no note is called `nobody`; create it first, or change the link by hand
    "#]],
    );
    expect!["refused: `x` may be `a/x.md` or `b/x.md`; link one of them by its path first"]
        .assert_eq(&prepared("//- a/x.md\n//- b/x.md\n//- n.md\n[[$0x]]"));
    expect!["refused: `https://e.org` is no note; only notes are renamed"]
        .assert_eq(&prepared("[x](https://e$0.org)"));
    expect!["refused: nothing here has a name; put the cursor on a link, a heading, a tag or the note's `name`"].assert_eq(&prepared("pla$0in"));
    expect!["refused: block ids are not renamed; change the id and the links to it by hand"]
        .assert_eq(&prepared("text ^bl$0ock\n"));
}

#[test]
fn mo163_no_folder_is_put_into_a_link_that_had_none() {
    check(
        "//- notes/file1.md\n//- n.md\n[[fil$0e1]]\n",
        "file2",
        &expect![[r#"
            //- n.md
            [[file2]]
            //- notes/file2.md
        "#]],
    );
}

#[test]
fn iw125_nothing_but_the_name_changes_in_a_front_matter() {
    check(
        "//- a.md\n---\r\n# c\r\nname:   'Ad$0a'   # d\r\ntags: [ x,y ]\r\n---\r\ntext\r\n",
        "Bob's",
        &expect![[r#"
            //- a.md
            ---␍
            # c␍
            name:   Bob's   # d␍
            tags: [ x,y ]␍
            ---␍
            text␍
        "#]],
    );
}

#[test]
fn the_box_is_put_on_the_name_alone() {
    expect!["Ada `Ada`"].assert_eq(&prepared("---\nname: \"A$0da\"\n---\n"));
    expect!["Ada L `Ada L`"].assert_eq(&prepared("//- a.md\n# Ada $0L\n"));
    expect!["ada `Ada L`"].assert_eq(&prepared("//- ada.md\n# Ada L\n//- n.md\n[[ad$0a|x]]"));
    expect!["C `C`"].assert_eq(&prepared("//- ada.md\n---\naliases: ['C$0']\n---\n"));
    expect!["Life `Life`"].assert_eq(&prepared(
        "//- ada.md\n# A\n## Life\n//- n.md\n[[ada#Li$0fe]]",
    ));
    expect!["tag `tag`"].assert_eq(&prepared("a #ta$0g"));
    let ada = "//- ada.md\n# Ada L\n//- n.md\n";
    expect!["text `Ada L`"].assert_eq(&prepared(&format!("{ada}[tex$0t](ada.md)")));
    expect!["ada.md `Ada L`"].assert_eq(&prepared(&format!("{ada}[text](a$0da.md)")));
    expect!["[text][a] `Ada L`"].assert_eq(&prepared(&format!("{ada}[text]$0[a]\n\n[a]: ada.md")));
    expect!["ada `Ada L`"].assert_eq(&prepared(&format!("{ada}[[$0ada]]")));
}

#[test]
fn a_file_named_otherwise_than_its_note_keeps_its_name() {
    check(
        "//- p/2024-01.md\n---\nname: A$0da\n---\n//- n.md\n[[Ada]] [[2024-01]] [[p/2024-01]]\n",
        "Bob",
        &expect![[r#"
            //- n.md
            [[Bob]] [[2024-01]] [[p/2024-01]]
            //- p/2024-01.md
            ---
            name: Bob
            ---
        "#]],
    );
}

#[test]
fn without_file_moves_a_note_called_by_its_file_gets_a_name() {
    let vault = TestVault::new("//- n.md\n[[ol$0d]] [x](old.md)\n//- old.md\ntext\n");
    let change = rename(vault.world(), vault.cursor(), "new", false).expect("the name is free");
    check_resolves_alike(&vault, &change);
    expect![[r#"
        //- n.md
        [[new]] [x](old.md)
        //- old.md
        ---
        name: new
        ---
        text
    "#]]
    .assert_eq(&vault.show(&change));
}

#[test]
fn a_name_that_no_file_can_have_is_written_into_the_note() {
    check(
        "//- n.md\n[[ol$0d]] [x](old.md)\n//- old.md\ntext\n",
        "a: b/c?",
        &expect![[r#"
            //- a b c.md
            ---
            name: "a: b/c?"
            ---
            text
            //- n.md
            [[a: b/c?]] [x](a%20b%20c.md)
        "#]],
    );
}

#[test]
fn files_of_namesakes_are_numbered() {
    check(
        "//- p/ada.md\n---\nname: A$0da\n---\n//- q/bob-ray.md\n---\nname: Robert\n---\n[[ada]] [[bob-ray]]\n",
        "Bob Ray!",
        &expect![[r#"
            //- p/bob-ray-2.md
            ---
            name: Bob Ray!
            ---
            //- q/bob-ray.md
            ---
            name: Robert
            ---
            [[bob-ray-2]] [[bob-ray]]
        "#]],
    );
}

#[test]
fn only_case_may_change() {
    check(
        "//- people/ada.md\n---\nname: a$0da\n---\n//- n.md\n[[ada]] [[ADA]] [[people/ada]]\n",
        "Ada",
        &expect![[r#"
            //- n.md
            [[Ada]] [[Ada]] [[people/ada]]
            //- people/ada.md
            ---
            name: Ada
            ---
        "#]],
    );
}

#[test]
fn names_that_links_cannot_hold_are_refused() {
    let vault = TestVault::new("//- ada.md\n# A$0da\n");
    let messages: Vec<String> = [
        "", "  ", "a]b", "a|b", "a#b", "a^b", "a\nb", "../a", "50%% x",
    ]
    .iter()
    .map(|name| {
        rename(vault.world(), vault.cursor(), name, true)
            .expect_err("the name is refused")
            .message
    })
    .collect();
    expect![[r#"
        a name cannot be empty; type one
        a name cannot be empty; type one
        a name cannot hold `]`, which means something in links; choose one without it
        a name cannot hold `|`, which means something in links; choose one without it
        a name cannot hold `#`, which means something in links; choose one without it
        a name cannot hold `^`, which means something in links; choose one without it
        a name is one line without control characters; choose one
        `../a` begins like a path; choose a name that begins with a word
        a name cannot hold `%%` or `\`, which mean something in Markdown; choose one without them"#]].assert_eq(&messages.join("\n"));
}

#[test]
fn a_heading_that_repeats_the_name_is_renamed_and_others_are_not() {
    check(
        "//- ada.md\n---\nname: A$0da\n---\n# Ada\n# Ada\n//- n.md\n[[ada#Ada]]\n",
        "Bo*b*",
        &expect![[r#"
            //- bo-b.md
            ---
            name: Bo*b*
            ---
            # Bo\*b\*
            # Ada
            //- n.md
            [[bo-b#Bo*b*]]
        "#]],
    );
}

#[test]
fn an_alias_is_renamed_in_its_list_and_in_the_links_that_use_it() {
    let files = "
//- ada.md
---
name: Ada
aliases:
  - 'Countess' # title
  - AL
---
//- n.md
[[Countess]] [[countess|her]] [[Ada]] [[AL]]
";
    check(
        &files.replace("'Countess'", "'Coun$0tess'"),
        "Lady L.",
        &expect![[r#"
            //- ada.md
            ---
            name: Ada
            aliases:
              - 'Lady L.' # title
              - AL
            ---
            //- n.md
            [[Lady L.]] [[Lady L.|her]] [[Ada]] [[AL]]
        "#]],
    );
    check(
        &files.replace("[[countess|", "[[coun$0tess|"),
        "Lady's",
        &expect![[r#"
            //- ada.md
            ---
            name: Ada
            aliases:
              - 'Lady''s' # title
              - AL
            ---
            //- n.md
            [[Lady's]] [[Lady's|her]] [[Ada]] [[AL]]
        "#]],
    );
}

#[test]
fn a_heading_is_renamed_with_the_anchors_that_lead_to_it() {
    check(
        "
//- ada.md
# Ada
## Early $0life
### Youth
## Notes
//- n.md
[[ada#Early life]] [[ada#early LIFE|x]] [[ada#Early life#Youth]] [[ada#Youth]] [a](ada.md#early-life) [b](ada.md#notes)
",
        "Life & work: [1]",
        &expect![[r#"
            //- ada.md
            # Ada
            ## Life & work: [1]
            ### Youth
            ## Notes
            //- n.md
            [[ada#Life & work: 1]] [[ada#Life & work: 1|x]] [[ada#Life & work: 1#Youth]] [[ada#Youth]] [a](ada.md#life--work-1) [b](ada.md#notes)
        "#]],
    );
}

#[test]
fn slugs_of_equal_headings_are_kept_apart() {
    check(
        "//- a.md\n# t\n## No$0tes\n## Notes\n[1](#notes) [2](#notes-1) [[#Notes]]\n",
        "Other",
        &expect![[r#"
            //- a.md
            # t
            ## Other
            ## Notes
            [1](#other) [2](#notes) [[#Other]]
        "#]],
    );
    check(
        "//- a.md\n# t\n## Notes\n## Oth$0er\n",
        "notes",
        &expect![[r#"
            refused: `t` has a heading `Notes` already, which links could not tell from this one; choose another text
        "#]],
    );
}

#[test]
fn a_tag_is_renamed_with_those_below_it() {
    check(
        "
//- a.md
---
tags: [rust, 'rust/async', Rust, other]
---
#ru$0st #rust/web #rusty `#rust` #RUST
//- b.md
---
tags: rust, x
---
//- c.md
---
tags:
  - rust # c
---
",
        "lang/rs",
        &expect![[r#"
            //- a.md
            ---
            tags: [lang/rs, 'lang/rs/async', lang/rs, other]
            ---
            #lang/rs #lang/rs/web #rusty `#rust` #lang/rs
            //- b.md
            ---
            tags: lang/rs, x
            ---
            //- c.md
            ---
            tags:
              - lang/rs # c
            ---
        "#]],
    );
}

#[test]
fn tags_that_yaml_would_misread_are_quoted() {
    check(
        "//- a.md\n---\ntags: [rust, \"rust\"]\n---\n#ru$0st\n",
        "null",
        &expect![[r#"
            //- a.md
            ---
            tags: ["null", "null"]
            ---
            #null
        "#]],
    );
    check(
        "//- a.md\n#ru$0st\n",
        "two words",
        &expect![[r#"
        refused: `two words` is no tag; use letters, digits, `-`, `_` and `/`, and not digits alone
    "#]],
    );
    check(
        "//- a.md\n#ru$0st\n",
        "#1984",
        &expect![[r#"
        refused: `1984` is no tag; use letters, digits, `-`, `_` and `/`, and not digits alone
    "#]],
    );
}

#[test]
fn a_text_that_has_changed_meanwhile_refuses_the_rename() {
    let mut vault = TestVault::new("//- ada.md\n# A$0da\n//- n.md\n[[Ada]]\n");
    vault
        .texts
        .0
        .insert("n.md".to_owned(), "x [[Ada]]\n".into());
    let error = rename(vault.world(), vault.cursor(), "Bob", true).expect_err("it is stale");
    expect!["`n.md` has changed since it was read; nothing was renamed, so try again in a moment"]
        .assert_eq(&error.message);
    vault.texts.0.insert("n.md".to_owned(), "{[Ada]]\n".into());
    rename(vault.world(), vault.cursor(), "Bob", true).expect_err("the link is gone");
    vault.texts.0.remove("n.md");
    let error = rename(vault.world(), vault.cursor(), "Bob", true).expect_err("it is gone");
    expect!["`n.md` cannot be read; nothing was renamed, so see to that file and try again"]
        .assert_eq(&error.message);
}

#[test]
fn two_links_in_one_bare_value_are_quoted_together() {
    check(
        "//- n.md\n---\nx: see [[Ada]] and [[Ada]]\n---\n//- ada.md\n# A$0da\n",
        "A: b",
        &expect![[r#"
            //- a-b.md
            # A: b
            //- n.md
            ---
            x: "see [[A: b]] and [[A: b]]"
            ---
        "#]],
    );
}

pub(super) const PATHS: [&str; 6] = [
    "a.md",
    "ada-b.md",
    "p/a.md",
    "p/ada-b.md",
    "q/r/x y.md",
    "q/Ada B.md",
];
pub(super) const HEADS: [&str; 11] = [
    "",
    "# Ada B\n",
    "---\nname: Ada B\n---\n",
    "---\nname: 'Ada B'\naliases: [A, x]\n---\n# Ada B\n",
    "---\nkind: contact\nname: a\nknows: [Ada B, \"[[p/a]]\", {to: x y}]\n---\n",
    "---\naliases: C\nx: about [[Ada B]] and [[a]]\n---\n## H\n",
    "---\nname: ''\n---\n# X Y\n",
    "---\nkind: event\npeople:\n  - A\n  - '[[Ada B|b]]'\norg: [[a]]\n---\n",
    "---\nkind: goal\nname: C\nwho: [x y, a patron, A]\nwhere: \"Ada B\"\n---\n",
    "---\nkind: contact\nname: x\norg: a\nmet: {at: C, through: Ada B}\n---\n",
    "# a\n## a\n## H\n### I: 1\n",
];
pub(super) const LINKS: [&str; 27] = [
    "[[a]]",
    "[[A]]",
    "[[Ada B]]",
    "[[ada b|l]]",
    "[[p/a]]",
    "[[P/ADA-B]]",
    "[[ada-b]]",
    "[[x y#H]]",
    "[[q/r/x y]]",
    "![[C]]",
    "[[#H]]",
    "[[X Y]]",
    "[[./a]]",
    "[[../a]]",
    "[[a.md]]",
    "[t](a.md)",
    "[t](/p/a.md#h)",
    "[t](../a.md)",
    "[t](x%20y.md)",
    "[t](<q/r/x y.md>)",
    "[t](/q/Ada%20B.md)",
    "[t][d] [d]\n\n[d]: /ada-b.md\n\n",
    "[[x]]",
    "[[/a]]",
    "[[#a]] [[#a#H]] [[#H#I 1]]",
    "[[a#A]] [[Ada B#Ada B]] [[X Y#x y]]",
    "[t](#a-1) [t](#a) [t](#i-1)",
];
const NEW_NAMES: [&str; 12] = [
    "a", "b", "Ada B", "ADA B", "New Name", "new-name", "x y", "C", "C# x", "Ü: ß/d", "p/a", "null",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn links_lead_where_they_led_after_any_rename(
        notes in proptest::collection::btree_map(
            0..PATHS.len(),
            (0..HEADS.len(), proptest::collection::vec(0..LINKS.len(), 0..5)),
            1..6,
        ),
        note in 0..6_usize,
        offset in 0..160_u32,
        new_name in 0..NEW_NAMES.len(),
        move_files: bool,
    ) {
        let files = notes.iter().map(|(path, (head, links))| {
            let links: Vec<&str> = links.iter().map(|link| LINKS[*link]).collect();
            (PATHS[*path].to_owned(), format!("{}{}\n", HEADS[*head], links.join(" ")))
        });
        let vault = TestVault::from_files(files);
        let ids = vault.vault.ids_by_path();
        let note = ids[note % ids.len()];
        let new_name = NEW_NAMES[new_name];
        if let Ok(change) = rename(vault.world(), FilePosition { note, offset }, new_name, move_files) {
            check_resolves_alike(&vault, &change);
        }
        if let Ok(change) = rename_note(vault.world(), note, new_name, move_files) {
            check_resolves_alike(&vault, &change);
            let moved = change.moves.iter().map(|(_, to)| to.to_string()).next();
            let path = moved.unwrap_or_else(|| vault.vault.note(note).path.to_string());
            let mut after = Vault::new(Config::default());
            for (path, text) in vault.after(&change) {
                after.set(&path, &text);
            }
            let renamed = after.id(&path).expect("the note is there");
            prop_assert_eq!(&*after.note(renamed).name, new_name);
            // What is said to be free is free.
            if new_name != &*vault.vault.note(note).name {
                prop_assert_eq!(after.resolve_name(new_name), Resolution::Note(renamed));
            }
        }
    }
}

/// Merges the first note with the second, and asserts that every link leads where it led.
fn merged(vault: &TestVault, from: NoteId, into: NoteId) -> Result<Merged, RenameError> {
    let merged = merge_notes(vault.world(), from, into)?;
    let mut after = Vault::new(Config::default());
    for (path, text) in vault.after(&merged.change) {
        after.set(&path, &text);
    }
    let (old, data) = (vault.vault.note(from), vault.vault.note(into));
    let context = format!("{:?} -> {:?}", vault.texts.0, vault.after(&merged.change));
    let now = after.note(after.id(&data.path).expect("the note stays"));
    assert_eq!(now.name, data.name, "{context}");
    assert_eq!(after.id(&old.path), None, "{context}");
    // Headings of the note that goes follow those of the note that stays, and its name where it is not among them.
    let n_added = now.note.headings.len() - data.note.headings.len();
    let first = match n_added {
        0 => 0,
        _ => data.note.headings.len() + n_added - old.note.headings.len(),
    };
    let to = |reached: &Reached| {
        let (path, heading) = reached.clone()?;
        match path == *old.path {
            true => Some((data.path.to_string(), heading.map(|index| first + index))),
            false => Some((path, heading)),
        }
    };
    let check = |old: &Reached, new: &Reached| {
        let Some(expected) = to(old) else { return };
        let new = new
            .as_ref()
            .unwrap_or_else(|| panic!("{expected:?} {context}"));
        assert_eq!(new.0, expected.0, "{context}");
        // An anchor that led nowhere may have come to mean something.
        assert!(
            expected.1.is_none() || new.1 == expected.1,
            "{expected:?} {new:?} {context}"
        );
    };
    let (before_links, after_links) = (reached(&vault.vault), reached(&after));
    for (path, links) in &before_links {
        if *path == *old.path || *path == *data.path {
            continue;
        }
        let now = &after_links[path];
        assert_eq!(links.len(), now.len(), "{context}");
        for (old, new) in links.iter().zip(now) {
            check(old, new);
        }
    }
    let in_body = |note: &vault::NoteData, links: &[Reached]| -> Vec<Reached> {
        let links = note.note.links.iter().zip(links);
        let links = links.filter(|(link, _)| link.place == note::Place::Body);
        links.map(|(_, reached)| reached.clone()).collect()
    };
    let moved = in_body(old, &before_links[&*old.path]);
    let all = in_body(now, &after_links[&*data.path]);
    for (old, new) in moved.iter().rev().zip(all.iter().rev()) {
        check(old, new);
    }
    for (old, new) in in_body(data, &before_links[&*data.path]).iter().zip(&all) {
        check(old, new);
    }
    // Every line of the text that goes is in the text that stays, but for links that were retargeted.
    let text = &vault.after(&merged.change)[&*data.path];
    for heading in &old.note.headings {
        assert!(text.contains(&*heading.text.value), "{context}");
    }
    Ok(merged)
}

fn check_merge(fixture: &str, from: &str, into: &str, expected: &Expect) {
    let vault = TestVault::new(fixture);
    let id = |path: &str| vault.vault.id(path).expect("the fixture has it");
    let shown = match merged(&vault, id(from), id(into)) {
        Ok(merged) => {
            let removed: Vec<_> = merged.change.removes.iter().map(|(path, _)| path).collect();
            format!(
                "{}-- joined {:?}, differing {:?}, removed {removed:?}\n",
                vault.show(&merged.change).replace('\r', "␍"),
                merged.joined,
                merged.differing
            )
        }
        Err(error) => format!("refused: {error}\n"),
    };
    expected.assert_eq(&shown);
}

const TWO_NOTES: &str = "
//- people/ada-king.md
---
name: Ada King
aliases: [Countess]
uid: 17
email: ada@king.example
phones:
  - {value: '+44 1', label: home}
tags: maths, poetry
location: Ockham Park
title: Countess of Lovelace   # since 1838
knows: [\"[[Charles]]\", \"[[Ada Lovelace]]\", {to: Mary, as: teacher}]
met: {date: 1833-06-05, how: chance}
background: {culture: English}
x: {note: 'a: b'}
---
# Ada King

A letter from [Ada](ada-king.md), see [Charles](../charles.md) and ![seal](img/seal.png).

## Notes
- 1840-01-05 letter: the new house
//- contacts/ada-lovelace.md
---
name: Ada Lovelace # the programmer
emails: [ada@lovelace.example]
tags:
  - engines
  - maths
title: Analyst
knows: ['[[Ada King]]']
met:
  date: 1833-06-05
  where: London
---
Likes engines.
//- charles.md
# Charles
[[Ada King]], [[Countess|her]], [[ada-king]], [[people/ada-king#Notes]] and [her](people/ada-king.md#notes)
";

#[test]
fn two_notes_of_one_person_become_one() {
    check_merge(
        TWO_NOTES,
        "people/ada-king.md",
        "contacts/ada-lovelace.md",
        &expect![[r#"
            //- charles.md
            # Charles
            [[Ada King]], [[Countess|her]], [[Ada Lovelace]], [[contacts/ada-lovelace#Notes]] and [her](contacts/ada-lovelace.md#notes)
            //- contacts/ada-lovelace.md
            ---
            name: Ada Lovelace # the programmer
            emails: [ada@lovelace.example, ada@king.example]
            tags:
              - engines
              - maths
              - poetry
            title: Analyst
            met:
              date: 1833-06-05
              where: London
              how: chance
            aliases: [Countess, Ada King]
            uid: 17
            phones: [{value: '+44 1', label: home}]
            location: Ockham Park
            knows: ["[[Charles]]", {to: Mary, as: teacher}]
            background: {culture: English}
            x: {note: 'a: b'}
            ---
            Likes engines.

            # Ada King

            - title: Countess of Lovelace
            - comment on title: since 1838

            A letter from [Ada](ada-lovelace.md), see [Charles](../charles.md) and ![seal](../people/img/seal.png).

            ## Notes
            - 1840-01-05 letter: the new house
            -- joined ["aliases", "uid", "email", "phones", "tags", "location", "knows", "met", "background", "x"], differing [("title", "Countess of Lovelace"), ("comment on title", "since 1838")], removed ["people/ada-king.md"]
        "#]],
    );
}

#[test]
fn a_note_without_front_matter_or_name_gets_what_it_needs() {
    check_merge(
        "
//- bob.md
Plumber.
//- robert.md
# Robert Brown

Has a van.
",
        "robert.md",
        "bob.md",
        &expect![[r#"
            //- bob.md
            ---
            name: bob
            aliases: [Robert Brown]
            ---
            Plumber.

            # Robert Brown

            Has a van.
            -- joined ["aliases"], differing [], removed ["robert.md"]
        "#]],
    );
    check_merge(
        "
//- bob.md
---
name: Bob
---
//- robert.md
---
name: Bob
---
",
        "robert.md",
        "bob.md",
        &expect![[r#"
            -- joined [], differing [], removed ["robert.md"]
        "#]],
    );
}

#[test]
fn items_that_say_more_and_comments_are_kept() {
    check_merge(
        "
//- people/a.md
---
# met at the fair
name: A
emails: [{value: x@y.example, label: home, preferred: true}, {value: Z@y.example, label: work}]
knows: [{to: '[[C]]', as: spouse}, {to: D, as: friend, since: 2001}]
title: '#1' # since 1838
phones: # several
  - '1#2' # home
how: |
  one
  two
---
    code

text
//- people/b.md
---
name: B
emails: [x@y.example, {value: z@y.example, label: home}]
knows:
  - \"[[C]]\"
  - to: D
    as: neighbor
how: three
---
# B
//- people/c.md
# C
",
        "people/a.md",
        "people/b.md",
        &expect![[r#"
            //- people/b.md
            ---
            name: B
            emails: [{value: x@y.example, label: home, preferred: true}, {value: z@y.example, label: home}]
            knows:
              - {to: '[[C]]', as: spouse}
              - to: D
                as: neighbor
                since: 2001
            how: three
            title: '#1'
            phones: ['1#2']
            aliases: [A]
            ---
            # B

            # A

                code

            text

            - emails Z@y.example label: work
            - knows D as: friend
            - how: one
              two
            - comment: met at the fair
            - comment on title: since 1838
            - comment on phones: several
            - comment on phones: home
            -- joined ["emails", "knows", "title", "phones", "aliases"], differing [("emails Z@y.example label", "work"), ("knows D as", "friend"), ("how", "one\ntwo"), ("comment", "met at the fair"), ("comment on title", "since 1838"), ("comment on phones", "several"), ("comment on phones", "home")], removed ["people/a.md"]
        "#]],
    );
}

#[test]
fn headings_of_one_name_are_told_apart() {
    check_merge(
        "
//- people/a.md
# A
[[#Notes]] [up](#notes) [[#A]]
## Notes
### Notes
//- people/b.md
# B
## Notes
[[#Notes]] [[A#Notes]]
//- people/c.md
[[A#Notes]] [x](a.md#notes) [y](a.md#notes-1) [[a#A#Notes#Notes]] [[A]] [[B#Notes]]
",
        "people/a.md",
        "people/b.md",
        &expect![[r#"
            //- people/b.md
            ---
            aliases: [A]
            ---
            # B
            ## Notes
            [[#Notes]] [[A#A#Notes]]

            # A

            [[#A#Notes]] [up](#notes-1) [[#A]]
            ## Notes
            ### Notes
            //- people/c.md
            [[A#A#Notes]] [x](b.md#notes-1) [y](b.md#notes-2) [[B#A#Notes#Notes]] [[A]] [[B#Notes]]
            -- joined ["aliases"], differing [], removed ["people/a.md"]
        "#]],
    );
}

#[test]
fn what_could_not_be_told_apart_is_refused() {
    let check = |a: &str, b: &str, c: &str, expected: &Expect| {
        let fixture =
            format!("\n//- people/a.md\n{a}\n//- people/b.md\n{b}\n//- people/c.md\n{c}\n");
        check_merge(&fixture, "people/a.md", "people/b.md", expected);
    };
    check(
        "---\nname: A\nhalf typed\n---",
        "# B",
        "",
        &expect![[r#"
        refused: `people/a.md`, line 3: `half typed` is no `key: value`; mend that first
    "#]],
    );
    check(
        "---\ntitle: one\ntitle: two\n---",
        "# B",
        "",
        &expect![[r#"
            refused: `people/a.md`, line 3: `title` stands here a second time; mend that first
        "#]],
    );
    check(
        "---\n<<<<<<< ours\ntitle: one\n=======\ntitle: two\n>>>>>>> theirs\n---",
        "# B",
        "",
        &expect![[r#"
            refused: `people/a.md`, line 2: `<<<<<<< ours` is no `key: value`; mend that first
        "#]],
    );
    check(
        "# A\nx ^k",
        "# B\ny ^K",
        "[[A^k]]",
        &expect![[r#"
        refused: `people/c.md` links to `^k`, and both notes have a block of that id; give one of them another first
    "#]],
    );
    check(
        "# A\n[x][1]\n\n[1]: u",
        "# B\n[y][1]\n\n[1]: v",
        "",
        &expect![[r#"
            refused: `people/a.md` and `people/b.md` both define `[1]`; give one of them another label first
        "#]],
    );
    check(
        "# A\n[^1]\n\n[^1]: u",
        "# B\n[^1]\n\n[^1]: v",
        "",
        &expect![[r#"
            refused: `people/a.md` and `people/b.md` both define `[^1]`; give one of them another label first
        "#]],
    );
    check(
        "# A\ntext",
        "# B\n```\nopen",
        "",
        &expect![[r#"
        refused: the text of `people/b.md` ends inside of code, math or a comment that is not closed; close it first
    "#]],
    );
}

#[test]
fn notes_that_are_not_of_one_person_are_refused() {
    let fixture = "
//- people/ada.md
# Ada
//- orgs/acme.md
---
kind: organization
name: Acme
---
";
    check_merge(
        fixture,
        "people/ada.md",
        "people/ada.md",
        &expect![[r#"
        refused: `people/ada.md` cannot be merged with itself; name two notes
    "#]],
    );
    check_merge(
        fixture,
        "people/ada.md",
        "orgs/acme.md",
        &expect![[r#"
        refused: `people/ada.md` is of kind `contact`, `orgs/acme.md` of kind `organization`; only notes of one kind are merged
    "#]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn links_lead_where_they_led_after_any_merge(
        notes in proptest::collection::btree_map(
            0..PATHS.len(),
            (0..HEADS.len(), proptest::collection::vec(0..LINKS.len(), 0..5)),
            2..6,
        ),
        from in 0..6_usize,
        into in 0..6_usize,
    ) {
        let files = notes.iter().map(|(path, (head, links))| {
            let links: Vec<&str> = links.iter().map(|link| LINKS[*link]).collect();
            (PATHS[*path].to_owned(), format!("{}{}\n", HEADS[*head], links.join(" ")))
        });
        let vault = TestVault::from_files(files);
        let ids = vault.vault.ids_by_path();
        let (from, into) = (ids[from % ids.len()], ids[into % ids.len()]);
        let is_one_kind = vault.vault.note(from).kind == vault.vault.note(into).kind;
        let merged = merged(&vault, from, into);
        let can_be = from != into && is_one_kind;
        prop_assert!(can_be || merged.is_err());
        if let Err(error) = merged {
            let is_clear = ["both notes have", "both define"].iter().any(|why| error.message.contains(why));
            prop_assert!(!can_be || is_clear, "{}", error);
        }
    }
}
