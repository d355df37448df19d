//! What the front matter reader makes of sound, half-typed and hostile texts.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// Shows the tree with the source text of each range, and the problems.
fn check(text: &str, expected: &Expect) {
    let mut shown = String::new();
    match parse(text) {
        None => shown.push_str("no front matter\n"),
        Some((front_matter, problems)) => {
            for field in &front_matter.fields {
                show_field(text, field, 0, &mut shown);
            }
            for problem in &problems {
                let at = problem.span;
                let _ = writeln!(
                    shown,
                    "{:?} {at} {:?}: {}",
                    problem.kind,
                    at.of(text),
                    problem.message
                );
            }
        }
    }
    expected.assert_eq(&shown);
}

fn show_field(text: &str, field: &Field, depth: usize, out: &mut String) {
    let key = field.key.span;
    let _ = write!(
        out,
        "{:depth$}{} {key}: ",
        "",
        key.of(text),
        depth = depth * 2
    );
    show_value(text, &field.value, depth, out);
}

fn show_value(text: &str, value: &Value, depth: usize, out: &mut String) {
    let (at, source) = (value.span, value.span.of(text));
    match &value.data {
        Data::Null => writeln!(out, "{at} {source:?} null"),
        Data::Scalar(scalar) if &*scalar.text == source => writeln!(out, "{at} {source:?}"),
        Data::Scalar(scalar) => writeln!(out, "{at} {source:?} = {:?}", scalar.text),
        Data::Raw(raw) => writeln!(out, "{at} raw {raw:?}"),
        Data::List(items) => {
            let _ = writeln!(out, "{at} list");
            for item in items {
                let _ = write!(out, "{:depth$}- ", "", depth = depth * 2 + 2);
                show_value(text, item, depth + 1, out);
            }
            Ok(())
        }
        Data::Map(fields) => {
            let _ = writeln!(out, "{at} map");
            for field in fields {
                show_field(text, field, depth + 1, out);
            }
            Ok(())
        }
    }
    .expect("a string takes everything");
}

#[test]
fn every_key_and_value_has_its_range() {
    check(
        "---\nname: Ada Lovelace # the countess\nemails: [ada@example.org, {value: \"a@b\", label: home}]\ntags:\n  - one\n  - 'two words'\nmet: {date: 2024-05-03}\nempty:\nnothing: ~\n---\nbody\n",
        &expect![[r#"
            name 4..8: 10..22 "Ada Lovelace"
            emails 38..44: 46..92 list
              - 47..62 "ada@example.org"
              - 64..91 map
                value 65..70: 72..77 "\"a@b\"" = "a@b"
                label 79..84: 86..90 "home"
            tags 93..97: 101..122 list
              - 103..106 "one"
              - 111..122 "'two words'" = "two words"
            met 123..126: 128..146 map
              date 129..133: 135..145 "2024-05-03"
            empty 147..152: 153..153 "" null
            nothing 154..161: 163..164 "~" null
        "#]],
    );
}

#[test]
fn block_scalars_begin_at_their_mark() {
    check(
        "---\nsay: |\n  one\n  two\n\nwhy: >-\n  folded\n  text\nname: x\n---\n",
        &expect![[r#"
            say 4..7: 9..22 "|\n  one\n  two" = "one\ntwo\n"
            why 24..27: 29..47 ">-\n  folded\n  text" = "folded text"
            name 48..52: 54..55 "x"
        "#]],
    );
}

#[test]
fn nested_blocks_end_with_what_they_hold() {
    check(
        "---\nmet:\n  date: 2024-05-03\n  at: \"[[Tea]]\"\nknows:\n- to: A\n  as: friend\n- B\nname: x\n---\n",
        &expect![[r#"
            met 4..7: 11..43 map
              date 11..15: 17..27 "2024-05-03"
              at 30..32: 34..43 "\"[[Tea]]\"" = "[[Tea]]"
            knows 44..49: 51..75 list
              - 53..71 map
                to 53..55: 57..58 "A"
                as 61..63: 65..71 "friend"
              - 74..75 "B"
            name 76..80: 82..83 "x"
        "#]],
    );
}

#[test]
fn words_that_yaml_1_1_takes_for_something_else_stay_text() {
    check(
        "---\ncountry: no\nbook: 1984\nversion: 1.10\ntime: 12:30\nbirthday: 1815-12-10\n---\n",
        &expect![[r#"
            country 4..11: 13..15 "no"
            book 16..20: 22..26 "1984"
            version 27..34: 36..40 "1.10"
            time 41..45: 47..52 "12:30"
            birthday 53..61: 63..73 "1815-12-10"
        "#]],
    );
}

#[test]
fn a_half_typed_value_costs_no_other_key() {
    check(
        "---\nname: \"Ada\naliases: [A, B\nna\norg: [[X]]\ntitle: A: B\nrole: @me\nlocation: London\n---\n",
        &expect![[r#"
            name 4..8: 10..14 raw "\"Ada"
            aliases 15..22: 24..29 raw "[A, B"
            org 33..36: 38..43 list
              - 39..42 list
                - 40..41 "X"
            title 44..49: 51..55 raw "A: B"
            role 56..60: 62..65 raw "@me"
            location 66..74: 76..82 "London"
            FrontMatterSyntax 10..14 "\"Ada": the `"` of `name` is not closed
            FrontMatterSyntax 24..29 "[A, B": the `[` of `aliases` is not closed
            FrontMatterSyntax 30..32 "na": `na` is no `key: value`
            FrontMatterSyntax 51..55 "A: B": a value with a colon needs quotes: `A: B`
            FrontMatterSyntax 62..65 "@me": a value cannot begin with `@`; put quotes around `@me`
        "#]],
    );
}

#[test]
fn tabs_are_named() {
    check(
        "---\nmet:\n\tdate: 2024-05-03\nname: x\n---\n",
        &expect![[r#"
            met 4..7: 10..26 raw "date: 2024-05-03"
            name 27..31: 33..34 "x"
            FrontMatterSyntax 10..26 "date: 2024-05-03": `met` is indented by a tab; YAML takes spaces only
        "#]],
    );
}

#[test]
fn duplicate_keys_are_both_read() {
    check(
        "---\nname: a\nmet: {at: x, at: y}\nname: b\n---\n",
        &expect![[r#"
            name 4..8: 10..11 "a"
            met 12..15: 17..31 map
              at 18..20: 22..23 "x"
              at 25..27: 29..30 "y"
            name 32..36: 38..39 "b"
            DuplicateKey 25..27 "at": `at` stands here a second time
            DuplicateKey 32..36 "name": `name` stands here a second time
        "#]],
    );
}

#[test]
fn duplicate_keys_are_found_among_many() {
    let fields: String = (0..40)
        .flat_map(|index| ["k".to_owned(), (index % 39).to_string(), ": v\n".to_owned()])
        .collect();
    let problems = crate::parse(&format!("---\n{fields}---\n")).problems;
    let messages: Vec<_> = problems
        .iter()
        .map(|problem| &problem.message[..])
        .collect();
    assert_eq!(messages, ["`k0` stands here a second time"]);
}

#[test]
fn aliases_are_not_expanded() {
    check(
        "---\na: &x [1, 2]\nb: *x\nc: *nowhere\n---\n",
        &expect![[r#"
            a 4..5: 10..16 list
              - 11..12 "1"
              - 14..15 "2"
            b 17..18: 20..22 raw "*x"
            c 23..24: 26..34 raw "*nowhere"
        "#]],
    );
}

#[test]
fn line_ends_marks_and_empty_blocks() {
    check(
        "\u{feff}---\r\nname: Zoë\r\ntags:\r\n- é\r\n---\r\nbody",
        &expect![[r#"
            name 8..12: 14..18 "Zoë"
            tags 20..24: 27..31 list
              - 29..31 "é"
        "#]],
    );
    check(
        "---\rname: a\r---\rbody",
        &expect![[r#"
        name 4..8: 10..11 "a"
    "#]],
    );
    check("---\n---\n", &expect![[r#""#]]);
    check("---\n# only a comment\n---\n", &expect![[r#""#]]);
    check(
        "---\ntags: #a\nname: x\n...\n",
        &expect![[r#"
        tags 4..8: 10..10 "" null
        name 13..17: 19..20 "x"
    "#]],
    );
    check(
        "---\ntitle: {{title}}\n---\n",
        &expect![[r#"
        title 4..9: 11..20 map
          {title} 12..19: 19..19 "" null
    "#]],
    );
}

#[test]
fn an_unclosed_block_reaches_as_far_as_it_looks_like_one() {
    check(
        "---\nname: Ada\ntags:\n  - x\nloc\n\n# Ada\n\nText: here.\n",
        &expect![[r#"
            name 4..8: 10..13 "Ada"
            tags 14..18: 22..25 list
              - 24..25 "x"
            FrontMatterSyntax 0..3 "---": the front matter has no closing `---` line
            FrontMatterSyntax 26..29 "loc": `loc` is no `key: value`
        "#]],
    );
    check(
        "---\nname: Ada",
        &expect![[r#"
        name 4..8: 10..13 "Ada"
        FrontMatterSyntax 0..3 "---": the front matter has no closing `---` line
    "#]],
    );
}

#[test]
fn rulers_are_no_front_matter() {
    check(
        "---\n\nSome prose, and more.\n\n---\n",
        &expect![[r#"
        no front matter
    "#]],
    );
    check(
        "---\nJust prose\n",
        &expect![[r#"
        no front matter
    "#]],
    );
    check(
        "----\nname: x\n---\n",
        &expect![[r#"
        no front matter
    "#]],
    );
    check(
        "\n---\nname: x\n---\n",
        &expect![[r#"
        no front matter
    "#]],
    );
    check(
        "---",
        &expect![[r#"
        no front matter
    "#]],
    );
}

#[test]
fn bombs_are_refused_in_place() {
    for bomb in [
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        "\"".repeat(9_999),
    ] {
        let text = format!("---\nname: x\nbomb: {bomb}\ntags: [a]\n---\n");
        let (front_matter, problems) = parse(&text).expect("front matter");
        let keys: Vec<_> = front_matter
            .fields
            .iter()
            .map(|field| &*field.key.value)
            .collect();
        assert_eq!(keys, ["name", "bomb", "tags"]);
        assert_eq!(problems.len(), 1);
    }
}

fn in_bounds(text: &str, value: &Value, outer: Span) -> Result<(), TestCaseError> {
    prop_assert!(
        outer.contains(value.span),
        "{:?} in {:?}",
        value.span,
        outer
    );
    prop_assert!(text.get(std::ops::Range::from(value.span)).is_some());
    match &value.data {
        Data::List(items) => items
            .iter()
            .try_for_each(|item| in_bounds(text, item, outer)),
        Data::Map(fields) => fields.iter().try_for_each(|field| {
            prop_assert!(outer.contains(field.key.span));
            in_bounds(text, &field.value, outer)
        }),
        _ => Ok(()),
    }
}

/// Reads a value as the field's standard reader does; text of scalars only.
fn oracle(value: &serde_yaml::Value) -> String {
    match value {
        serde_yaml::Value::Null => "null".to_owned(),
        serde_yaml::Value::Sequence(items) => {
            format!(
                "[{}]",
                items.iter().map(oracle).collect::<Vec<_>>().join("|")
            )
        }
        serde_yaml::Value::Mapping(map) => {
            let fields: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{}={}", oracle(key), oracle(value)))
                .collect();
            format!("{{{}}}", fields.join("|"))
        }
        serde_yaml::Value::String(text) => text.clone(),
        other => panic!("the generator writes strings only: {other:?}"),
    }
}

fn ours(value: &Value) -> String {
    match &value.data {
        Data::Null => "null".to_owned(),
        Data::Scalar(scalar) => scalar.text.to_string(),
        Data::List(items) => format!("[{}]", items.iter().map(ours).collect::<Vec<_>>().join("|")),
        Data::Map(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{}={}", field.key.value, ours(&field.value)))
                .collect();
            format!("{{{}}}", fields.join("|"))
        }
        Data::Raw(raw) => format!("raw {raw}"),
    }
}

/// Trees of strings, as the standard writer writes them.
fn tree() -> impl Strategy<Value = serde_yaml::Value> {
    let leaf = prop_oneof![
        Just(serde_yaml::Value::Null),
        "[ -~é測]{0,12}".prop_map(serde_yaml::Value::String),
        "[a-z]{1,5}(\n[a-z]{1,5}){0,2}\n?".prop_map(serde_yaml::Value::String),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_yaml::Value::Sequence),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4).prop_map(|map| {
                serde_yaml::Value::Mapping(
                    map.into_iter()
                        .map(|(key, value)| (serde_yaml::Value::String(key), value))
                        .collect(),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_with_ranges_in_bounds(
        text in prop_oneof![".{0,200}", "(name|a|\"b\"|[\\[\\]{}:,&*#|>'\"@-]|  |\t|\n|\r\n|é|😀| ){0,60}"],
    ) {
        let text = format!("---\n{text}\n---\n");
        if let Some((front_matter, problems)) = parse(&text) {
            let all = Span::from(0..text.len());
            for field in &front_matter.fields {
                prop_assert!(all.contains(field.key.span));
                in_bounds(&text, &field.value, all)?;
            }
            for problem in problems {
                prop_assert!(text.get(std::ops::Range::from(problem.span)).is_some());
            }
        }
    }

    #[test]
    fn what_the_standard_writer_writes_is_read_as_it_was(
        map in prop::collection::btree_map("[a-z]{1,6}", tree(), 1..5),
    ) {
        let value = serde_yaml::Value::Mapping(
            map.into_iter().map(|(key, value)| (serde_yaml::Value::String(key), value)).collect(),
        );
        let text = format!("---\n{}---\n", serde_yaml::to_string(&value).expect("it can be written"));
        let (front_matter, problems) = parse(&text).expect("front matter");
        prop_assert_eq!(&problems, &[], "{}", text);
        let read = Value { span: front_matter.content, data: Data::Map(front_matter.fields) };
        prop_assert_eq!(ours(&read), oracle(&value), "{}", text);
    }
}

#[test]
fn a_bar_in_a_comment_begins_no_block_scalar() {
    check(
        "---\nsay:\n  - x # a | b\n  # c | d\n  - | # e > f\n    one\nwhy: # g | h\n  >-\n  two\n---\n",
        &expect![[r#"
            say 4..7: 11..54 list
              - 13..14 "x"
              - 37..54 "| # e > f\n    one" = "one\n"
            why 55..58: 70..78 ">-\n  two" = "two"
        "#]],
    );
}

#[test]
fn a_ruler_further_down_closes_no_half_typed_block() {
    check(
        "---\nname: Ada\ntags: [a]\n\n# Ada\n\nSome prose about her.\n\n---\n\nAnd more: this.\n",
        &expect![[r#"
            name 4..8: 10..13 "Ada"
            tags 14..18: 20..23 list
              - 21..22 "a"
            FrontMatterSyntax 0..3 "---": the front matter has no closing `---` line
        "#]],
    );
}

#[test]
fn a_stray_line_leaves_a_closed_block_whole() {
    check(
        "---\nname: Ada\nsome stray words\n\nwhat we talked about the last time: tea\n\n- item\nrole: x\n---\n",
        &expect![[r#"
            name 4..8: 10..13 "Ada"
            role 80..84: 86..87 "x"
            FrontMatterSyntax 14..30 "some stray words": `some stray words` is no `key: value`
            FrontMatterSyntax 32..71 "what we talked about the last time: tea": `what we talked about the last time: tea` is no `key: value`
            FrontMatterSyntax 73..79 "- item": `- item` belongs to no key
        "#]],
    );
}
