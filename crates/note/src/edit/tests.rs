//! Edits change what they say and nothing else.

use proptest::prelude::*;

use super::*;
use crate::parse;

fn set(text: &str, name: &str, value: &str) -> String {
    let note = parse(text).note;
    apply(text, &[set_key(text, &note, name, value)]).expect("the edit fits")
}

fn add(text: &str, name: &str, value: &str) -> Option<String> {
    let note = parse(text).note;
    Some(apply(text, &[add_to_list(text, &note, name, value)?]).expect("the edit fits"))
}

#[test]
fn edits_are_made_in_any_order_and_refused_where_they_overlap() {
    let replace = |start, end, text: &str| TextEdit::replace(Span::new(start, end), text);
    assert_eq!(
        apply("abc", &[replace(2, 3, "C"), replace(0, 1, "A")]).as_deref(),
        Some("AbC")
    );
    assert_eq!(
        apply("abc", &[replace(1, 1, "1"), replace(1, 1, "2")]).as_deref(),
        Some("a12bc")
    );
    assert_eq!(apply("abc", &[replace(0, 2, ""), replace(1, 3, "")]), None);
    assert_eq!(apply("abc", &[replace(2, 9, "")]), None);
    assert_eq!(apply("é", &[replace(1, 1, "x")]), None);
}

#[test]
fn a_key_is_set_where_it_stands() {
    for (text, new) in [
        (
            "---\nname: a\nsnooze: 2026-01-01 # why\n---\n",
            "---\nname: a\nsnooze: X # why\n---\n",
        ),
        (
            "---\nsnooze:\nname: a\n---\n",
            "---\nsnooze: X\nname: a\n---\n",
        ),
        (
            "---\nsnooze: \nname: a\n---\n",
            "---\nsnooze: X\nname: a\n---\n",
        ),
        (
            "---\nsnooze: # later\nname: a\n---\n",
            "---\nsnooze: X # later\nname: a\n---\n",
        ),
        (
            "---\nsnooze: [a,\n  b]\nname: a\n---\n",
            "---\nsnooze: X\nname: a\n---\n",
        ),
        (
            "---\nsnooze:\n  - a\n  - b\nname: a\n---\n",
            "---\nsnooze: X\nname: a\n---\n",
        ),
        (
            "---\nsnooze:\n- a\nname: a\n---\n",
            "---\nsnooze: X\nname: a\n---\n",
        ),
        (
            "---\nsnooze: |\n  a\n  b\nname: a\n---\n",
            "---\nsnooze: X\nname: a\n---\n",
        ),
        (
            "---\nsnooze: \"open\nname: a\n---\n",
            "---\nsnooze: X\nname: a\n---\n",
        ),
    ] {
        assert_eq!(set(text, "snooze", "X"), new, "{text}");
    }
}

#[test]
fn a_key_that_is_not_there_is_added_last() {
    for (text, new) in [
        ("# A\n", "---\nsnooze: X\n---\n# A\n"),
        ("", "---\nsnooze: X\n---\n"),
        ("\u{feff}x\r\n", "\u{feff}---\r\nsnooze: X\r\n---\r\nx\r\n"),
        (
            "---\r\nname: a\r\n---\r\nx",
            "---\r\nname: a\r\nsnooze: X\r\n---\r\nx",
        ),
        ("---\n---\n", "---\nsnooze: X\n---\n"),
        ("---\nname: a", "---\nname: a\nsnooze: X"),
    ] {
        assert_eq!(set(text, "snooze", "X"), new, "{text:?}");
    }
}

#[test]
fn another_spelling_is_the_same_key() {
    assert_eq!(
        set("---\nemail: a@b\n---\n", "emails", "c@d"),
        "---\nemail: c@d\n---\n"
    );
}

#[test]
fn an_item_is_added_in_the_style_of_the_list() {
    for (text, new) in [
        (
            "---\nname: a\n---\n",
            Some("---\nname: a\naliases: [X]\n---\n"),
        ),
        ("---\naliases:\n---\n", Some("---\naliases: [X]\n---\n")),
        ("---\naliases: []\n---\n", Some("---\naliases: [X]\n---\n")),
        (
            "---\naliases: [ a ] # c\n---\n",
            Some("---\naliases: [ a, X ] # c\n---\n"),
        ),
        (
            "---\naliases: [a,\n  b,\n]\n---\n",
            Some("---\naliases: [a,\n  b, X,\n]\n---\n"),
        ),
        (
            "---\naliases:\n  -  a\n  -  b # c\nname: n\n---\n",
            Some("---\naliases:\n  -  a\n  -  b # c\n  -  X\nname: n\n---\n"),
        ),
        (
            "---\r\naliases:\r\n- a\r\n---\r\n",
            Some("---\r\naliases:\r\n- a\r\n- X\r\n---\r\n"),
        ),
        (
            "---\naliases: a b\n---\n",
            Some("---\naliases: [a b, X]\n---\n"),
        ),
        (
            "---\naliases: \"a, b\"\n---\n",
            Some("---\naliases: [\"a, b\", X]\n---\n"),
        ),
        ("---\nalias: a\n---\n", Some("---\nalias: [a, X]\n---\n")),
        ("---\naliases: [X]\n---\n", None),
        ("---\naliases: X\n---\n", None),
    ] {
        assert_eq!(add(text, "aliases", "X").as_deref(), new, "{text}");
    }
}

#[test]
fn a_field_goes_with_its_lines() {
    let text = "---\na: 1\nb:\n  - x\n  - y # z\nc: 3\n---\n";
    let note = parse(text).note;
    let edit = remove_field(text, &note, 1).expect("there is one");
    assert_eq!(
        apply(text, &[edit]).as_deref(),
        Some("---\na: 1\nc: 3\n---\n")
    );
    assert_eq!(remove_field(text, &note, 3), None);
}

#[test]
fn quotes_come_where_some_reader_needs_them() {
    for (value, written) in [
        ("Ada Lovelace", "Ada Lovelace"),
        ("2026-12-01", "2026-12-01"),
        ("30 days", "30 days"),
        ("no", "\"no\""),
        ("1984", "\"1984\""),
        ("12:30", "\"12:30\""),
        ("0x1f", "\"0x1f\""),
        ("[[Ada]]", "\"[[Ada]]\""),
        ("a: b", "\"a: b\""),
        ("a #b", "\"a #b\""),
        ("", "\"\""),
        ("say \"x\"", "say \"x\""),
        ("two\nlines", "\"two\\nlines\""),
    ] {
        assert_eq!(quote(value, false), written);
    }
    assert_eq!(quote("a, b", true), "\"a, b\"");
    assert_eq!(quote("a, b", false), "a, b");
}

/// Returns the text with every link pointed at `new`.
fn retargeted(text: &str, new: &str) -> String {
    let note = parse(text).note;
    let edits: Vec<_> = note
        .links
        .iter()
        .map(|link| retarget(text, &note, link, new))
        .collect();
    apply(text, &edits).expect("the edits fit")
}

#[test]
fn a_link_keeps_its_form_anchor_and_label() {
    for (text, new) in [
        (
            "[[Ada]] ![[Ada#H|x]] [[Ada^b]]",
            "[[C d]] ![[C d#H|x]] [[C d^b]]",
        ),
        (
            "| [[Ada\\|x]] |\n| --- |\n| [[Ada\\|x]] |\n",
            "| [[C d\\|x]] |\n| --- |\n| [[C d\\|x]] |\n",
        ),
        ("[x](a%20b.md#h \"t\")", "[x](C%20d#h \"t\")"),
        ("[x](<a b.md#h>)", "[x](<C d#h>)"),
        (
            "[x][r]\n\n[r]: a.md \"t\"\n",
            "[x][r]\n\n[r]: C%20d \"t\"\n",
        ),
        (
            "---\norg: \"[[Ada]]\"\nknows: ['[[Ada|x]]', {to: \"[[Ada]]\"}]\n---\n",
            "---\norg: \"[[C d]]\"\nknows: ['[[C d|x]]', {to: \"[[C d]]\"}]\n---\n",
        ),
    ] {
        let text = text.to_owned();
        let note = parse(&text).note;
        let mut edits: Vec<_> = note
            .links
            .iter()
            .map(|link| retarget(&text, &note, link, "C d"))
            .collect();
        edits.sort();
        edits.dedup();
        assert_eq!(apply(&text, &edits).as_deref(), Some(new), "{text}");
    }
}

#[test]
fn quotes_in_a_name_stay_inside_the_quotes_around_it() {
    assert_eq!(
        retargeted("---\na: \"[[X]]\"\nb: '[[X]]'\n---\n", "O'Brien \"Bob\""),
        "---\na: \"[[O'Brien \\\"Bob\\\"]]\"\nb: '[[O''Brien \"Bob\"]]'\n---\n"
    );
}

#[test]
fn emoji_in_a_path_stay_encoded() {
    assert_eq!(
        retargeted(
            "[Lorem](./%F0%9F%8C%80%20General/Lorem%20Ipsum.md)",
            "./🌀 General/Hello (World).md"
        ),
        "[Lorem](./%F0%9F%8C%80%20General/Hello%20%28World%29.md)"
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
    fn quoted_values_are_read_back(value in value()) {
        for (flow, text) in [
            (false, format!("---\nk: {}\n---\n", quote(&value, false))),
            (true, format!("---\nk: [{}]\n---\n", quote(&value, true))),
        ] {
            let parsed = parse(&text);
            prop_assert_eq!(&parsed.problems, &[], "{}", text);
            let front_matter = parsed.note.front_matter.expect("front matter");
            let read = front_matter.fields[0].value.items();
            prop_assert_eq!(read.len(), 1, "{}", text);
            prop_assert_eq!(read[0].as_text().map(|text| text.value), Some(&*value), "{}", text);
            let yaml = text.trim_start_matches("---\n").trim_end_matches("---\n");
            let other: serde_yaml::Value = serde_yaml::from_str(yaml).expect("the standard reader takes it");
            let other = if flow { &other["k"][0] } else { &other["k"] };
            prop_assert_eq!(other.as_str(), Some(&*value), "{}", text);
        }
    }

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
