//! Edits, and that what they leave reads as it should.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{LinkForm, parse};

/// Makes one edit in `text` and compares the text it leaves.
#[expect(
    clippy::needless_pass_by_value,
    reason = "`expect!` is written in place"
)]
fn check(text: &str, edit: impl Fn(&Note) -> Option<TextEdit>, expected: Expect) {
    let edit = edit(&parse(text).note);
    let after = edit.map(|edit| apply(text, &[edit]).expect("the edit fits the text"));
    let after = after.unwrap_or_else(|| "no edit".to_owned());
    // Neither would be seen in the snapshot.
    expected.assert_eq(&after.replace('\r', "␍").replace('\u{feff}', "<BOM>"));
}

fn set(text: &str, name: &str, value: &str, expected: Expect) {
    check(
        text,
        |note| Some(set_key(text, note, name, value)),
        expected,
    );
}

fn add(text: &str, name: &str, value: &str, expected: Expect) {
    check(text, |note| add_to_list(text, note, name, value), expected);
}

fn remove(text: &str, field: usize, expected: Expect) {
    check(text, |note| remove_field(text, note, field), expected);
}

/// Points the first link of `text` at `new`, and asserts that it reads so afterwards.
fn point(text: &str, new: &str, expected: Expect) {
    let edit = retarget(text, &parse(text).note.links[0], new);
    let after = apply(text, &[edit]).expect("the edit fits the text");
    let parsed = parse(&after);
    assert_eq!(parsed.problems, [], "{after}");
    let link = &parsed.note.links[0];
    assert_eq!(&*link.target.value, new, "{after}");
    expected.assert_eq(&after);
}

#[test]
fn edits_apply_in_any_order() {
    let edits = [
        TextEdit::insert(6, "!"),
        TextEdit::replace(Span::new(0, 2), "é"),
        TextEdit::insert(2, "1"),
        TextEdit::insert(2, "2"),
        TextEdit::replace(Span::new(2, 3), ""),
    ];
    assert_eq!(apply("abcdef", &edits).as_deref(), Some("é12def!"));
    assert_eq!(apply("", &[]).as_deref(), Some(""));
}

#[test]
fn edits_that_do_not_fit_are_refused() {
    let replace = |start, end| TextEdit::replace(Span::new(start, end), "x");
    assert_eq!(apply("abc", &[replace(0, 2), replace(1, 3)]), None);
    assert_eq!(
        apply("abc", &[replace(0, 2), TextEdit::insert(1, "x")]),
        None
    );
    assert_eq!(apply("abc", &[replace(2, 4)]), None);
    assert_eq!(apply("é", &[replace(1, 2)]), None);
}

#[test]
fn first_line_ending_counts() {
    assert_eq!(line_ending("a\r\nb\n"), "\r\n");
    assert_eq!(line_ending("a\nb\r\n"), "\n");
    assert_eq!(line_ending("a\rb"), "\r");
    assert_eq!(line_ending("a"), "\n");
}

#[test]
fn values_are_quoted_only_if_they_must_be() {
    let quoted: Vec<_> = [
        "Ada Lovelace",
        "1815-12-10",
        "2026-11",
        "--12-10",
        "30d",
        "ada@example.org",
        "https://e.org/a?b#c",
        "Zoë",
        "don't",
        "a \"b\" c",
        "",
        " a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "[[Ada]]",
        "{a}",
        "- a",
        "* a",
        "@a",
        "no",
        "Yes",
        "null",
        "~",
        "1984",
        "012",
        "1_000",
        "12:30",
        "+44 20 7946",
        "+442079460958",
        "0x1F",
        "1e3",
        "2026-1-2",
        "2001-12-14 21:59:43",
        "2026-11-20T15:00+01:00",
        "2026-11-23 call",
        ".5",
        ".inf",
        "1.10",
        "'a'",
        "\"a: b",
        "a\nb",
        "a\tb",
        "\u{feff}",
        "%a",
        "a, b",
        "---",
        "...",
    ]
    .iter()
    .map(|value| quote(value, false))
    .collect();
    expect![[r##"
        Ada Lovelace
        1815-12-10
        2026-11
        --12-10
        30d
        ada@example.org
        https://e.org/a?b#c
        Zoë
        don't
        a "b" c
        ""
        " a"
        "a: b"
        "a:"
        "a #b"
        "#a"
        "[[Ada]]"
        "{a}"
        "- a"
        "* a"
        "@a"
        "no"
        "Yes"
        "null"
        "~"
        "1984"
        "012"
        "1_000"
        "12:30"
        +44 20 7946
        "+442079460958"
        "0x1F"
        "1e3"
        "2026-1-2"
        "2001-12-14 21:59:43"
        "2026-11-20T15:00+01:00"
        2026-11-23 call
        ".5"
        ".inf"
        "1.10"
        "'a'"
        '"a: b'
        "a\nb"
        "a\tb"
        "\ufeff"
        "%a"
        a, b
        "---"
        "...""##]]
    .assert_eq(&quoted.join("\n"));
    assert_eq!(quote("a, b", true), "\"a, b\"");
    assert_eq!(quote("a]", true), "\"a]\"");
}

#[test]
fn set_key_replaces_the_value_alone() {
    set(
        "---\nname: A # c\nb: 'x'\n---\n",
        "name",
        "B: c",
        expect![[r#"
            ---
            name: "B: c" # c
            b: 'x'
            ---
        "#]],
    );
    set(
        "---\nb: 'x' # c\n---\n",
        "b",
        "y",
        expect![[r#"
        ---
        b: "y" # c
        ---
    "#]],
    );
    set(
        "---\r\na: |\r\n  x\r\n  y\r\nb: z\r\n---\r\n",
        "a",
        "w",
        expect![[r#"
            ---␍
            a: w␍
            b: z␍
            ---␍
        "#]],
    );
    set(
        "---\na: [1,\n  2]\nb: {c: d}\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: w
        b: {c: d}
        ---
    "#]],
    );
}

#[test]
fn set_key_fills_an_empty_value() {
    set(
        "---\na:\nb: \n---\n",
        "a",
        "x",
        expect![[r#"
        ---
        a: x
        b: 
        ---
    "#]],
    );
    set(
        "---\na:\nb: \n---\n",
        "b",
        "x",
        expect![[r#"
        ---
        a:
        b: x
        ---
    "#]],
    );
    set(
        "---\na: # c\n---\n",
        "a",
        "x",
        expect![[r#"
        ---
        a: x # c
        ---
    "#]],
    );
    set(
        "---\na: ~\n---\n",
        "a",
        "x",
        expect![[r#"
        ---
        a: x
        ---
    "#]],
    );
}

#[test]
fn set_key_moves_a_block_up() {
    set(
        "---\na: # c\n- x\n- y\nb: z\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: w # c
        b: z
        ---
    "#]],
    );
    set(
        "---\na:\n  x: y\nb: z\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: w
        b: z
        ---
    "#]],
    );
}

#[test]
fn set_key_adds_a_line_at_the_end() {
    set(
        "---\r\na: b\r\n---\r\nx",
        "c",
        "d",
        expect![[r#"
            ---␍
            a: b␍
            c: d␍
            ---␍
            x"#]],
    );
    set(
        "---\n---\nx",
        "c",
        "d",
        expect![[r#"
        ---
        c: d
        ---
        x"#]],
    );
    set(
        "---\na: b",
        "c",
        "d",
        expect![[r#"
        ---
        a: b
        c: d"#]],
    );
    set(
        "---\na: b\n\n# Title\n",
        "c",
        "d",
        expect![[r#"
        ---
        a: b
        c: d

        # Title
    "#]],
    );
    set(
        "---\n{a: b}\n---\n",
        "c",
        "d, e",
        expect![[r#"
        ---
        {a: b, c: "d, e"}
        ---
    "#]],
    );
}

#[test]
fn set_key_makes_a_front_matter() {
    set(
        "# Ada\r\n",
        "name",
        "Ada",
        expect![[r#"
            ---␍
            name: Ada␍
            ---␍
            # Ada␍
        "#]],
    );
    set(
        "\u{feff}# Ada\n",
        "name",
        "Ada",
        expect![[r#"
            <BOM>---
            name: Ada
            ---
            # Ada
        "#]],
    );
    set(
        "",
        "name",
        "Ada",
        expect![[r#"
        ---
        name: Ada
        ---
    "#]],
    );
}

#[test]
fn set_key_mends_a_value_that_cannot_be_read() {
    set(
        "---\na: \"x\nb: y\n---\n",
        "a",
        "z",
        expect![[r#"
        ---
        a: z
        b: y
        ---
    "#]],
    );
}

#[test]
fn items_are_added_in_the_style_of_the_list() {
    add(
        "---\nt: [a, 'b' ] # c\n---\n",
        "t",
        "c d",
        expect![[r#"
        ---
        t: [a, 'b', c d ] # c
        ---
    "#]],
    );
    add(
        "---\nt: []\n---\n",
        "t",
        "c, d",
        expect![[r#"
        ---
        t: ["c, d"]
        ---
    "#]],
    );
    add(
        "---\nt: [\n  a,\n  b,\n]\n---\n",
        "t",
        "c",
        expect![[r#"
            ---
            t: [
              a,
              b,
              c,
            ]
            ---
        "#]],
    );
    add(
        "---\nt:\n  - a\n  - {value: b} # c\nu: v\n---\n",
        "t",
        "c: d",
        expect![[r#"
            ---
            t:
              - a
              - {value: b} # c
              - "c: d"
            u: v
            ---
        "#]],
    );
    add(
        "---\r\nt:\r\n- a\r\n- x: 1\r\n  y: 2\r\n---\r\n",
        "t",
        "c",
        expect![[r#"
            ---␍
            t:␍
            - a␍
            - x: 1␍
              y: 2␍
            - c␍
            ---␍
        "#]],
    );
}

#[test]
fn other_values_become_lists() {
    add(
        "---\nt: a\n---\n",
        "t",
        "b",
        expect![[r#"
        ---
        t: [a, b]
        ---
    "#]],
    );
    add(
        "---\nt: \"a, b\"\n---\n",
        "t",
        "b",
        expect![[r#"
        ---
        t: ["a, b", b]
        ---
    "#]],
    );
    add(
        "---\nt: a, b\n---\n",
        "t",
        "c",
        expect![[r#"
        ---
        t: ["a, b", c]
        ---
    "#]],
    );
    add(
        "---\ntags: a, b\n---\n",
        "tags",
        "c",
        expect![[r#"
        ---
        tags: [a, b, c]
        ---
    "#]],
    );
    add(
        "---\nt: {value: a}\n---\n",
        "t",
        "c",
        expect![[r#"
        ---
        t: [{value: a}, c]
        ---
    "#]],
    );
    add(
        "---\nt:\n---\n",
        "t",
        "c",
        expect![[r#"
        ---
        t: [c]
        ---
    "#]],
    );
    add(
        "---\nu: v\n---\n",
        "t",
        "c",
        expect![[r#"
        ---
        u: v
        t: [c]
        ---
    "#]],
    );
    add(
        "x\n",
        "t",
        "c",
        expect![[r#"
        ---
        t: [c]
        ---
        x
    "#]],
    );
}

#[test]
fn an_item_that_is_there_is_not_added_again() {
    for text in [
        "---\nt: a\n---\n",
        "---\nt: [b, \"a\"]\n---\n",
        "---\nt:\n  - {value: a, label: x}\n---\n",
    ] {
        add(text, "t", "a", expect!["no edit"]);
    }
    add("---\ntags: b, a\n---\n", "tags", "a", expect!["no edit"]);
    add("---\ntags: '#a, b'\n---\n", "tags", "a", expect!["no edit"]);
    add("---\nt: [[X]]\n---\n", "t", "[[X]]", expect!["no edit"]);
}

#[test]
fn nothing_is_added_to_what_cannot_be_read() {
    add("---\nt: \"a\nu: v\n---\n", "t", "b", expect!["no edit"]);
    add("---\nt: a: b\n---\n", "t", "b", expect!["no edit"]);
    add(
        "---\nt: {a: b,\n  c: d}\n---\n",
        "t",
        "b",
        expect!["no edit"],
    );
}

#[test]
fn lists_keep_their_lines_dashes_and_comments() {
    add(
        "---\nt: [\n  a, # one\n  b # two\n]\n---\n",
        "t",
        "c",
        expect![[r#"
            ---
            t: [
              a, # one
              b, # two
              c
            ]
            ---
        "#]],
    );
    add(
        "---\nt:\n-   a\n-   b # c\nu: v\n---\n",
        "t",
        "c",
        expect![[r#"
            ---
            t:
            -   a
            -   b # c
            -   c
            u: v
            ---
        "#]],
    );
    add(
        "---\nt:\n  v: a\n  l: |\n    x\n\n    y\nu: v\n---\n",
        "t",
        "c",
        expect![[r#"
            ---
            t:
              - v: a
                l: |
                  x

                  y
              - c
            u: v
            ---
        "#]],
    );
}

#[test]
fn a_link_without_quotes_is_one_item() {
    add(
        "---\nknows: [[X]] # c\n---\n",
        "knows",
        "[[Y]]",
        expect![[r#"
            ---
            knows: ["[[X]]", "[[Y]]"] # c
            ---
        "#]],
    );
}

#[test]
fn comments_between_key_and_value_stay() {
    set(
        "---\na: # one\n  # two\n  - x # three\nb: z\n---\n",
        "a",
        "w",
        expect![[r#"
            ---
            a: w # one
              # two # three
            b: z
            ---
        "#]],
    );
    set(
        "---\na: B: C # c\nb: z\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: w # c
        b: z
        ---
    "#]],
    );
}

#[test]
fn anchors_and_tags_end_where_the_value_begins() {
    set(
        "---\na: &x # c\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: w # c
        ---
    "#]],
    );
    set(
        "---\na: &x\n  - y\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: &x w
        ---
    "#]],
    );
    set(
        "---\na: !t &x y\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: !t &x w
        ---
    "#]],
    );
}

#[test]
fn keys_of_every_form_take_a_value() {
    set(
        "---\n? a\n: b\nc: d\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        ? a
        : w
        c: d
        ---
    "#]],
    );
    set(
        "---\n? a\nc: d\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        a: w
        c: d
        ---
    "#]],
    );
    set(
        "---\n{a, c: d}\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        {a: w, c: d}
        ---
    "#]],
    );
    set(
        "---\n{\"a\":1,\"c\":2}\n---\n",
        "a",
        "w",
        expect![[r#"
        ---
        {"a":w,"c":2}
        ---
    "#]],
    );
    set(
        "---\n# c\n{c: d}\n---\n",
        "a",
        "w, x",
        expect![[r#"
        ---
        # c
        {c: d, a: "w, x"}
        ---
    "#]],
    );
    set(
        "---\nc: d\n---\n",
        "a: b",
        "w",
        expect![[r#"
        ---
        c: d
        "a: b": w
        ---
    "#]],
    );
}

/// Texts that are hard to edit: whatever is done to `k`, the rest stays as it was.
const HARD: &[&str] = &[
    "",
    "x",
    "---\n---",
    "---\n\n---\n",
    "---\n# c\n---\n",
    "---\nz: 1",
    "---\nz: 1\n...\nb",
    "---\nz:\n  - a\n  ",
    "---\nz: |\n  a\n\n\nprose here\n",
    "---\nz: [a,\n---\n",
    "---\nz: a\nfoo\n---\n",
    "---\nprose prose\n\nmore\n---\n",
    "---\nk:\nz: 1\n---\n",
    "---\nk:   # c\nz: 1\n---\n",
    "---\nk: &x\nz: 1\n---\n",
    "---\nk: !t # c\nz: 1\n---\n",
    "---\nk: &x a # c\nz: 1\n---\n",
    "---\nk: &x\n  - a\nz: 1\n---\n",
    "---\nk: # one\n  # two\n  - a # three\nz: 1\n---\n",
    "---\nk: # one\n# two\n- a\nz: 1\n---\n",
    "---\n? k\n: a\nz: 1\n---\n",
    "---\n? k\nz: 1\n---\n",
    "---\n\"k\": a\n---\n",
    "---\n'k' : a\n---\n",
    "---\nk: |+\n  a\n\n\nz: 1\n---\n",
    "---\nk: a\n  b\n  c\nz: 1\n---\n",
    "---\nk: a#b\nz: 1\n---\n",
    "---\nk: [[X]]\nz: 1\n---\n",
    "---\nk: {{title}}\nz: 1\n---\n",
    "---\nk: [a,\n  b]\nz: 1\n---\n",
    "---\nk: [a, ]\nz: 1\n---\n",
    "---\nk: [\n  a,\n  b,\n] # c\nz: 1\n---\n",
    "---\nk: [\n  a\n  , b\n]\nz: 1\n---\n",
    "---\nk: [ ]\nz: 1\n---\n",
    "---\nk: {v: a}\nz: 1\n---\n",
    "---\nk:\n  - a\n  -\nz: 1\n---\n",
    "---\nk:\n-\nz: 1\n---\n",
    "---\nk:\n  - - a\nz: 1\n---\n",
    "---\nk:\n  - |\n    a\n\n    b\nz: 1\n---\n",
    "---\n{k: a, z: 1}\n---\n",
    "---\n{k: , z: 1}\n---\n",
    "---\n{k, z: 1}\n---\n",
    "---\n{z: 1}\n---\n",
    "---\n# c\n{z: 1}\n---\n",
    "---\n{}\n---\n",
    "---\n{{title}}\n---\n",
    "---\n{ \"k\":1,\"z\":1}\n---\n",
    "---\nk: \"a\nz: 1\n---\n",
    "---\nk: A: B\nz: 1\n---\n",
    "---\nk:\n\tx: y\nz: 1\n---\n",
    "---\nk: *a\nz: 1\n---\n",
    "\u{feff}---\r\nk: a\r\nz: 1\r\n---\r\nb",
    "---\rk: a\rz: 1\r---\rb",
];

/// Returns the fields but `k` with the text of each, for comparison.
fn other_fields(text: &str) -> Vec<String> {
    let front_matter = parse(text).note.front_matter;
    let fields = front_matter
        .iter()
        .flat_map(|front_matter| &front_matter.fields);
    fields
        .filter(|field| &*field.key.value != "k")
        .map(|field| format!("{}={:?}", field.key.value, field.value.span.of(text)))
        .collect()
}

/// Returns the texts of the items of `k`.
fn items(text: &str) -> Vec<String> {
    let note = parse(text).note;
    let field = note
        .front_matter
        .as_ref()
        .and_then(|front_matter| front_matter.field("k"));
    let item_text = |item: &Value| match item.item_text() {
        Some(text) => text.value.trim_end().to_owned(),
        None => item.span.of(text).to_owned(),
    };
    match field.map(|field| &field.value) {
        Some(value) if value.span.of(text) == "[[X]]" => vec!["[[X]]".to_owned()],
        Some(value) => value.items().iter().map(item_text).collect(),
        None => Vec::new(),
    }
}

#[test]
fn hard_texts_keep_everything_else() {
    for text in HARD {
        let before = parse(text);
        let check_rest = |after: &str| {
            let n_problems = parse(after).problems.len();
            assert!(n_problems <= before.problems.len(), "{text:?} -> {after:?}");
            assert_eq!(
                other_fields(text),
                other_fields(after),
                "{text:?} -> {after:?}"
            );
        };
        for value in ["new", "a: b", "x, y", "[[Z]]"] {
            let edit = set_key(text, &before.note, "k", value);
            let after = apply(text, &[edit]).expect("the edit fits the text");
            assert_eq!(items(&after), [value], "{text:?} -> {after:?}");
            check_rest(&after);

            let Some(edit) = add_to_list(text, &before.note, "k", value) else {
                continue;
            };
            let after = apply(text, &[edit]).expect("the edit fits the text");
            let mut expected = items(text);
            expected.push(value.to_owned());
            assert_eq!(items(&after), expected, "{text:?} -> {after:?}");
            check_rest(&after);
        }
        let fields = before
            .note
            .front_matter
            .as_ref()
            .map(|front_matter| &front_matter.fields);
        let index =
            fields.and_then(|fields| fields.iter().position(|field| &*field.key.value == "k"));
        if let Some(edit) = index.and_then(|index| remove_field(text, &before.note, index)) {
            let after = apply(text, &[edit]).expect("the edit fits the text");
            assert_eq!(items(&after), [""; 0], "{text:?} -> {after:?}");
            check_rest(&after);
        }
    }
}

#[test]
fn paths_stay_paths_in_markdown() {
    for text in [
        "[x](a.md)",
        "[x](<a b.md#h>)",
        "[x](%C3%A9.md \"t\")",
        "[x]: a.md\n\n[x]",
        "| a |\n|-|\n| [x](a.md) |\n",
    ] {
        for path in [
            "a&copy;b",
            "a%20b",
            "a#b?c",
            "a|b",
            "a`b`",
            "a$b$c",
            "a[b]",
            "[[z]]",
            "<a>",
            "a\"b'c",
            "\\a",
            "*a* _b_",
            "ab:c",
            " a ",
            "a(b",
            "../é b/x.md",
        ] {
            let note = parse(text).note;
            let edit = retarget(text, &note.links[0], path);
            let after = apply(text, &[edit]).expect("the edit fits the text");
            let links = parse(&after).note.links;
            assert_eq!(links.len(), note.links.len(), "{after:?}");
            assert_eq!(&*links[0].target.value, path, "{after:?}");
        }
    }
}

#[test]
fn a_field_is_removed_with_its_lines() {
    let text = "---\r\n# k\r\na: b # c\r\nd:\r\n  - e\r\n  - f\r\ng:\r\n---\r\n";
    remove(
        text,
        0,
        expect![[r#"
            ---␍
            # k␍
            d:␍
              - e␍
              - f␍
            g:␍
            ---␍
        "#]],
    );
    remove(
        text,
        1,
        expect![[r#"
            ---␍
            # k␍
            a: b # c␍
            g:␍
            ---␍
        "#]],
    );
    remove(
        text,
        2,
        expect![[r#"
            ---␍
            # k␍
            a: b # c␍
            d:␍
              - e␍
              - f␍
            ---␍
        "#]],
    );
    remove(text, 3, expect!["no edit"]);
    remove(
        "---\n{a: b, c: d}\n---\n",
        0,
        expect![[r#"
        ---
        {c: d}
        ---
    "#]],
    );
    remove(
        "---\n{a: b, c: d}\n---\n",
        1,
        expect![[r#"
        ---
        {a: b}
        ---
    "#]],
    );
    remove(
        "---\n{a: b}\n---\n",
        0,
        expect![[r#"
        ---
        {}
        ---
    "#]],
    );
}

#[test]
fn wiki_links_keep_anchor_and_label() {
    point(
        "see [[Ada#Life|her]]",
        "Zoë Müller",
        expect!["see [[Zoë Müller#Life|her]]"],
    );
    point("![[a.png|100]]", "b c.png", expect!["![[b c.png|100]]"]);
    point(
        "| [[A\\|b]] |\n| - |\n",
        "C",
        expect![[r#"
        | [[C\|b]] |
        | - |
    "#]],
    );
}

#[test]
fn markdown_links_stay_as_they_were_written() {
    let encoded = "[x](./%F0%9F%8C%80%20General/Lorem%20Ipsum.md)";
    point(
        encoded,
        "./🌀 General/Hello World.md",
        expect!["[x](./%F0%9F%8C%80%20General/Hello%20World.md)"],
    );
    point("[x](<a b.md#h>)", "c d.md", expect!["[x](<c d.md#h>)"]);
    point(
        "[x](a%20b.md \"t\")",
        "ç (d) #1.md",
        expect![[r#"[x](ç%20%28d%29%20%231.md "t")"#]],
    );
    point(
        "[x](<a%20b.md>)",
        "c d|e.md",
        expect!["[x](<c%20d%7Ce.md>)"],
    );
    point(
        "[x]\n\n[x]: a.md#b\n",
        "100% c.md",
        expect![[r#"
        [x]

        [x]: 100%25%20c.md#b
    "#]],
    );
}

#[test]
fn links_in_front_matter_stay_valid_there() {
    point(
        "---\na: \"[[X|y]]\"\n---\n",
        "A \"B\" \\ C",
        expect![[r#"
        ---
        a: "[[A \"B\" \\ C|y]]"
        ---
    "#]],
    );
    point(
        "---\na: '[[X]]'\n---\n",
        "O'Neill",
        expect![[r#"
        ---
        a: '[[O''Neill]]'
        ---
    "#]],
    );
    point(
        "---\na: see [[X]]\n---\n",
        "Y",
        expect![[r#"
        ---
        a: see [[Y]]
        ---
    "#]],
    );
    point(
        "---\na: see [[X]] it's\n---\n",
        "Y: z",
        expect![[r#"
        ---
        a: "see [[Y: z]] it's"
        ---
    "#]],
    );
    point(
        "---\na: |\n  [[X]]\n---\n",
        "Y: z",
        expect![[r#"
        ---
        a: |
          [[Y: z]]
        ---
    "#]],
    );
    point(
        "---\na: [[X]]\n---\n",
        "Y",
        expect![[r#"
            ---
            a: [[Y]]
            ---
        "#]],
    );
    point(
        "---\na: [[X]]\n---\n",
        "Y: z",
        expect![[r#"
        ---
        a: "[[Y: z]]"
        ---
    "#]],
    );
    point(
        "---\na: [b, \"[[X]]\"]\n---\n",
        "Y, z",
        expect![[r#"
        ---
        a: [b, "[[Y, z]]"]
        ---
    "#]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quoted_values_read_as_themselves_elsewhere(value in ".*") {
        let oracle = |yaml: &str| serde_yaml::from_str::<serde_yaml::Value>(yaml).ok();
        let wanted = serde_yaml::Value::String(value.clone());
        let block = oracle(&format!("k: {}\n", quote(&value, false)));
        prop_assert_eq!(block.as_ref().and_then(|map| map.get("k")), Some(&wanted));
        let flow = oracle(&format!("k: [{}, x]\n", quote(&value, true)));
        prop_assert_eq!(flow.as_ref().and_then(|map| map.get("k")?.get(0)), Some(&wanted));
    }

    #[test]
    fn words_that_look_like_others_read_as_themselves(value in "[-+.~:0-9a-fnulyeosrtNYT_x#,'\" ]{1,6}") {
        let yaml = format!("k: {}\n", quote(&value, false));
        let read = serde_yaml::from_str::<serde_yaml::Value>(&yaml).ok();
        let read = read.as_ref().and_then(|map| map.get("k")?.as_str());
        prop_assert_eq!(read, Some(&value[..]), "{}", yaml);
    }

    #[test]
    fn what_is_set_is_read_back(value in ".*", body in "[a-z#\n ]*") {
        for text in [
            format!("---\na: b\nk: [old]\nz: 1\n---\n{body}"),
            format!("---\na: b\nz: 1\n---\n{body}"),
            body.clone(),
        ] {
            let note = parse(&text).note;
            let after = apply(&text, &[set_key(&text, &note, "k", &value)]).expect("it fits");
            let parsed = parse(&after);
            prop_assert_eq!(&parsed.problems, &[]);
            let front_matter = parsed.note.front_matter.expect("one is there");
            let read = front_matter.field("k").and_then(|field| field.value.as_text());
            prop_assert_eq!(read.map(|text| text.value), Some(&value[..]), "{}", after);
            prop_assert!(after.ends_with(&body));
        }
    }

    #[test]
    fn retargeted_links_read_as_the_new_target(
        target in "[A-Za-zé🌀(][A-Za-z0-9é🌀 ()'\"&:,%!?-]{0,10}[A-Za-z0-9é]",
        source in prop::sample::select(vec![
            "[[Ada]]", "![[Ada#H|x]]", "[x](a.md)", "[x](<a b.md#h>)", "[x](%C3%A9%20b.md \"t\")", "[r]\n\n[r]: a.md\n",
            "---\nk: \"[[Ada]]\"\n---\n", "---\nk: '[[Ada|b]]'\n---\n", "---\nk: x [[Ada]] y\n---\n", "---\nk: [[Ada]]\n---\n",
            "---\nk: [\"[[Ada]]\", b]\n---\n", "---\nk: >\n  [[Ada]]\n---\n", "---\nk: {to: '[[Ada]]'}\n---\n",
        ]),
    ) {
        let before = parse(source).note;
        let link = &before.links[0];
        // References and definitions share one target.
        let edit = retarget(source, link, &target);
        let after = apply(source, &[edit]).expect("it fits");
        let parsed = parse(&after);
        prop_assert_eq!(&parsed.problems, &[], "{}", after);
        let found = &parsed.note.links[0];
        prop_assert_eq!(&*found.target.value, &target[..], "{}", after);
        prop_assert_eq!(found.form, link.form);
        prop_assert_eq!(found.anchor.is_some(), link.anchor.is_some());
        prop_assert_eq!(found.form == LinkForm::WikiEmbed, link.form == LinkForm::WikiEmbed);
    }
}

#[test]
fn another_spelling_is_the_same_key() {
    let text = "---\nemail: a@b.example\n---\n";
    let note = parse(text).note;
    let edit = set_key(text, &note, "emails", "c@d.example");
    assert_eq!(
        apply(text, &[edit]).as_deref(),
        Some("---\nemail: c@d.example\n---\n")
    );
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,30}",
        "(no|Yes|on|null|~|1984|12:30|1_000|0x1f|1e3|\\.inf|-|=|<<|!a|&a|\\*a|@a|%a|: |#| |,|\\[|\\]|\\{|\\}|'|\"|\\\\|é|😀|\n|\t){0,5}",
    ]
}

proptest! {
    #[test]
    fn a_set_key_has_that_value_and_the_rest_stays(
        old in prop_oneof![
            Just(String::new()),
            Just(" old # comment".to_owned()),
            Just(" [a, b]".to_owned()),
            Just("\n  - a\n  - b".to_owned()),
            Just(" >-\n  text\n  more".to_owned()),
            Just(" {a: b}".to_owned()),
            Just(" \"open".to_owned()),
        ],
        value in value(),
        crlf in any::<bool>(),
    ) {
        let mut text = format!("---\nname: Ada # x\nkey:{old}\ntags: [t]\n---\n# Body\n\n[[Link]]\n");
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let note = parse(&text).note;
        let edit = set_key(&text, &note, "key", &value);
        prop_assert!(edit.span.start as usize >= text.find("key:").expect("it is there") + 4);
        prop_assert!(edit.span.end as usize <= text.find("tags:").expect("it is there"));
        let new = apply(&text, &[edit]).expect("it fits");
        let parsed = parse(&new);
        let front_matter = parsed.note.front_matter.expect("front matter");
        let read = front_matter.field("key").expect("the key stays").value.as_text();
        prop_assert_eq!(read.map(|text| text.value.to_owned()), Some(value), "{}", new);
        prop_assert_eq!(front_matter.fields.len(), 3);
    }

    #[test]
    fn an_added_item_is_the_last(
        old in prop_oneof![
            Just(String::new()), Just(" one".to_owned()), Just(" 'o, ne'".to_owned()), Just(" []".to_owned()),
            Just(" [one]".to_owned()), Just(" [one, \"two\",]".to_owned()), Just("\n  - one\n  - two".to_owned()),
            Just("\n- one # c".to_owned()),
        ],
        value in value(),
    ) {
        let text = format!("---\nkey:{old}\nname: Ada\n---\n");
        let note = parse(&text).note;
        let before = note.front_matter.as_ref().expect("front matter").fields[0].value.items().len();
        prop_assume!(!["one", "two", "o, ne"].contains(&value.as_str()));
        let edit = add_to_list(&text, &note, "key", &value).expect("it is not there yet");
        let new = apply(&text, &[edit]).expect("it fits");
        let parsed = parse(&new);
        prop_assert_eq!(&parsed.problems, &[], "{}", new);
        let front_matter = parsed.note.front_matter.expect("front matter");
        let items = front_matter.fields[0].value.items();
        prop_assert_eq!(items.len(), before + 1, "{}", new);
        prop_assert_eq!(items[before].as_text().map(|text| text.value), Some(&*value), "{}", new);
        prop_assert_eq!(front_matter.fields.len(), 2);
    }
}
