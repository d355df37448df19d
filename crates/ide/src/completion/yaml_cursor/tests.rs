//! Cursors in half-typed YAML.

use super::*;

/// Shows where `|` is in the content of a front matter: keys, part, what is typed so far, and marks for a quote, flow
/// style and list items.
fn at(marked: &str) -> String {
    let offset = marked.find('‸').expect("the cursor is marked");
    let text = marked.replace('‸', "");
    match locate(&text, 0, offset) {
        YamlPlace::Comment => "comment".to_owned(),
        YamlPlace::Text => "text".to_owned(),
        YamlPlace::At(cursor) => {
            let quote = cursor
                .quote
                .map_or(String::new(), |quote| format!(" {quote}"));
            format!(
                "{} {:?} `{}`{quote}{}{}",
                cursor.keys.join("."),
                cursor.part,
                &text[cursor.start..offset],
                if cursor.is_flow { " flow" } else { "" },
                if cursor.is_item { " item" } else { "" },
            )
        }
    }
}

#[test]
fn keys_begin_lines() {
    assert_eq!(at("‸"), " Key ``");
    assert_eq!(at("na‸"), " Key `na`");
    assert_eq!(at("na‸me: x"), " Key `na`");
    assert_eq!(at("name: x\nci‸"), " Key `ci`");
    assert_eq!(at("tags:\n- a\n‸"), " Key ``");
    assert_eq!(at("tags: [a,\n  b]\nci‸\nx: y"), " Key `ci`");
    assert_eq!(at("a: \"open\nb: c\nci‸"), " Key `ci`");
}

#[test]
fn values_follow_colons() {
    assert_eq!(at("name: ‸"), "name Value ``");
    assert_eq!(at("name:‸"), "name Value ``");
    assert_eq!(at("name: Ada L‸ove"), "name Value `Ada L`");
    assert_eq!(at("url: https://e‸"), "url Value `https://e`");
    assert_eq!(at("name: \"Ada ‸"), "name Value `Ada ` \"");
    assert_eq!(at("name: 'it''s‸"), "name Value `it''s` '");
    assert_eq!(at("name: \"a\\\"b‸"), "name Value `a\\\"b` \"");
    assert_eq!(at("\"name\": A‸"), "name Value `A`");
}

#[test]
fn lists_and_maps_in_brackets_may_be_open() {
    assert_eq!(at("tags: [‸"), "tags Value `` flow item");
    assert_eq!(at("tags: [a, b‸"), "tags Value `b` flow item");
    assert_eq!(at("tags: [\"a\", 'b‸"), "tags Value `b` ' flow item");
    assert_eq!(at("tags: [\n  a,\n  b‸\n]"), "tags Value `b` flow item");
    assert_eq!(at("met: {‸"), "met Key `` flow");
    assert_eq!(at("met: {date: 2024-05-03, ho‸"), "met Key `ho` flow");
    assert_eq!(at("met: {how: s‸"), "met.how Value `s` flow");
    assert_eq!(at("met: {how:‸"), "met.how Value `` flow");
    assert_eq!(at("met: {\"how\": s‸"), "met.how Value `s` flow");
    assert_eq!(
        at("knows: [{to: \"[[A‸"),
        "knows.to Value `[[A` \" flow item"
    );
    assert_eq!(at("knows: [{to: x}, ‸"), "knows Value `` flow item");
    assert_eq!(
        at("knows: [{to: [a, b], as: c‸"),
        "knows.as Value `c` flow item"
    );
}

#[test]
fn lists_and_maps_in_blocks_are_known_by_their_columns() {
    assert_eq!(at("tags:\n  - a\n  - b‸"), "tags Either `b` item");
    assert_eq!(at("tags:\n- ‸"), "tags Either `` item");
    assert_eq!(at("tags:\n-‸"), "tags Either `` item");
    assert_eq!(at("tags:\n  - \"b‸"), "tags Value `b` \" item");
    assert_eq!(at("met:\n  ‸"), "met Either ``");
    assert_eq!(at("met:\n  date: x\n  ho‸"), "met Either `ho`");
    assert_eq!(at("met:\n  date: x\n  how: s‸"), "met.how Value `s`");
    assert_eq!(at("knows:\n  - to: A\n    as: f‸"), "knows.as Value `f`");
    assert_eq!(at("knows:\n- to: A\n- to: B‸"), "knows.to Value `B`");
    assert_eq!(at("knows:\n- to: A\n- ‸"), "knows Either `` item");
    assert_eq!(at("met:\n  date: x\nname: ‸"), "name Value ``");
}

#[test]
fn wiki_links_without_quotes_are_no_lists() {
    assert_eq!(at("org: [[An‸"), "org Value `[[An`");
    assert_eq!(at("org: [[Ann]]‸"), "org Value `[[Ann]]`");
    assert_eq!(at("knows: [[[An‸"), "knows Value `[[An` flow item");
    assert_eq!(at("knows: [[[Ann]], b‸"), "knows Value `b` flow item");
}

#[test]
fn comments_texts_and_finished_values_are_told_apart() {
    assert_eq!(at("# a‸"), "comment");
    assert_eq!(at("name: x # a‸"), "comment");
    assert_eq!(at("name: x#a‸"), "name Value `x#a`");
    assert_eq!(at("tags: [a, # b‸"), "comment");
    assert_eq!(at("name: \"x\" # ‸"), "comment");
    assert_eq!(at("name: |\n  a‸"), "text");
    assert_eq!(at("name: >-\n  a\n\n  b‸"), "text");
    assert_eq!(at("name: |\n  a\nb: c‸"), "b Value `c`");
    assert_eq!(at("name: \"x\" ‸"), "text");
    assert_eq!(at("tags: [a] ‸"), "text");
    assert_eq!(at("tags: [\"a\" ‸"), "text");
}

#[test]
fn line_ends_of_windows_change_nothing() {
    assert_eq!(at("met:\r\n  date: x\r\n  ho‸"), "met Either `ho`");
    assert_eq!(at("tags: [a,\r\n  b‸"), "tags Value `b` flow item");
    assert_eq!(at("name: |\r\n  a\r\nb: c‸"), "b Value `c`");
}
