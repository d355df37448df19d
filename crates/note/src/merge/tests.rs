//! Merges by example, and what holds for all of them.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::parse;

#[expect(
    clippy::needless_pass_by_value,
    reason = "`expect!` is written in place"
)]
fn check(base: &str, ours: &str, theirs: &str, expected: Expect) {
    let merged = merge(base, ours, theirs, &MergeOptions::default());
    let visible = merged.text.replace('\r', "␍").replace('\u{feff}', "<BOM>");
    expected.assert_eq(&visible);
    assert_eq!(merged.n_conflicts > 0, merged.text.contains("<<<<<<<"));
    if merged.n_conflicts == 0 && parse(ours).problems.is_empty() {
        assert_eq!(parse(&merged.text).problems, []);
    }
}

const ADA: &str = "---
name: Ada Lovelace
# the best one first
emails: [ada@example.org]
tags:
  - mathematics
circle: close # since the soirée
---
# Ada Lovelace

Met at the soirée.
";

fn ada(from: &str, to: &str) -> String {
    assert!(ADA.contains(from), "{from}");
    ADA.replacen(from, to, 1)
}

#[test]
fn items_that_both_added_stay_in_order() {
    check(
        ADA,
        &ada("[ada@example.org]", "[ada@example.org, home@example.org]")
            .replace("  - math", "  - poetry\n  - math"),
        &ada(
            "[ada@example.org]",
            "[ada@example.org, \"work@example.org\"]",
        )
        .replace("mathematics\n", "mathematics\n  - engines\n"),
        expect![[r#"
            ---
            name: Ada Lovelace
            # the best one first
            emails: [ada@example.org, home@example.org, "work@example.org"]
            tags:
              - poetry
              - mathematics
              - engines
            circle: close # since the soirée
            ---
            # Ada Lovelace

            Met at the soirée.
        "#]],
    );
}

#[test]
fn an_item_that_one_removed_is_gone() {
    check(
        "---\nemails: [a@x, b@x, c@x]\ntags:\n  - one\n  - two # 2\n  - three\n---\n",
        "---\nemails: [a@x, c@x]\ntags:\n  - one\n  - two # 2\n  - three\n  - four\n---\n",
        "---\nemails: [a@x, b@x, c@x, d@x]\ntags:\n  - one\n  - three\n---\n",
        expect![[r#"
            ---
            emails: [a@x, c@x, d@x]
            tags:
              - one
              - three
              - four
            ---
        "#]],
    );
}

#[test]
fn a_scalar_that_both_changed_has_markers_alone() {
    check(
        ADA,
        &ada("circle: close", "circle: inner").replace("name: Ada Lovelace", "name: Ada King"),
        &ada("circle: close", "circle: active").replace("[ada@", "[king@example.org, ada@"),
        expect![[r#"
            ---
            name: Ada King
            # the best one first
            emails: [king@example.org, ada@example.org]
            tags:
              - mathematics
            <<<<<<< ours
            circle: inner # since the soirée
            =======
            circle: active # since the soirée
            >>>>>>> theirs
            ---
            # Ada Lovelace

            Met at the soirée.
        "#]],
    );
}

#[test]
fn a_key_taken_away_by_one_and_changed_by_the_other_conflicts() {
    check(
        ADA,
        &ada("circle: close # since the soirée\n", ""),
        &ada("circle: close", "circle: inner"),
        expect![[r#"
            ---
            name: Ada Lovelace
            # the best one first
            emails: [ada@example.org]
            tags:
              - mathematics
            <<<<<<< ours
            =======
            circle: inner # since the soirée
            >>>>>>> theirs
            ---
            # Ada Lovelace

            Met at the soirée.
        "#]],
    );
    check(
        ADA,
        &ada("circle: close", "circle: inner"),
        &ada("circle: close # since the soirée\n", ""),
        expect![[r#"
            ---
            name: Ada Lovelace
            # the best one first
            emails: [ada@example.org]
            tags:
              - mathematics
            <<<<<<< ours
            circle: inner # since the soirée
            =======
            >>>>>>> theirs
            ---
            # Ada Lovelace

            Met at the soirée.
        "#]],
    );
}

#[test]
fn keys_of_both_are_added_where_they_stand() {
    check(
        ADA,
        &ada("circle:", "title: Mathematician\ncircle:"),
        &ada("circle:", "# for letters\nlocation: London\ncircle:").replace(
            "name: Ada Lovelace\n",
            "name: Ada Lovelace\npronouns: she/her\n",
        ),
        expect![[r#"
            ---
            name: Ada Lovelace
            pronouns: she/her
            # the best one first
            emails: [ada@example.org]
            tags:
              - mathematics
            title: Mathematician
            # for letters
            location: London
            circle: close # since the soirée
            ---
            # Ada Lovelace

            Met at the soirée.
        "#]],
    );
}

#[test]
fn maps_are_merged_by_key() {
    check(
        "---\nfollow_up: {date: 2026-12-01, about: notes}\nbackground:\n  industry: computing\n  culture: English\nmet: {date: 2024-05-03}\n---\n",
        "---\nfollow_up: {date: 2026-12-08, about: notes}\nbackground:\n  industry: computing # still\n  culture: British\nmet: {date: 2024-05-03, how: strategy}\n---\n",
        "---\nfollow_up: {date: 2026-12-01, about: \"Note G\"}\nbackground:\n  industry: engines\n  culture: English\n  function: research\nmet:\n  date: 2024-05-03\n  at: \"[[Soirée]]\"\n---\n",
        expect![[r#"
            ---
            follow_up: {date: 2026-12-08, about: "Note G"}
            # still
            background:
              industry: engines
              culture: British
              function: research
            met: {date: 2024-05-03, how: strategy, at: "[[Soirée]]"}
            ---
        "#]],
    );
}

#[test]
fn maps_in_lists_are_items() {
    check(
        "---\nemails: [{value: a@x, label: home}, b@x]\nknows:\n  - to: \"[[Charles]]\"\n    as: friend\n  - \"[[Mary]]\"\n---\n",
        "---\nemails: [{value: a@x, label: work}, b@x]\nknows:\n  - to: \"[[Charles]]\"\n    as: friend\n  - \"[[Mary]]\"\n  - \"[[William]]\"\n---\n",
        "---\nemails: [{value: a@x, label: home, preferred: true}, b@x, c@x]\nknows:\n    - to: \"[[Charles]]\"\n      as: colleague\n    - \"[[Mary]]\"\n    - to: \"[[Byron]]\"\n      as: father\n---\n",
        expect![[r#"
            ---
            emails: [{value: a@x, label: work, preferred: true}, b@x, c@x]
            knows:
              - to: "[[Charles]]"
                as: colleague
              - "[[Mary]]"
              - "[[William]]"
              - to: "[[Byron]]"
                as: father
            ---
        "#]],
    );
}

#[test]
fn single_values_become_a_list_where_both_added_one() {
    check(
        "---\nname: Ada\n---\n",
        "---\nname: Ada\nemail: a@x\ntags: one\n---\n",
        "---\nname: Ada\nemails:\n  - b@x\ntags: [two]\n---\n",
        expect![[r#"
            ---
            name: Ada
            email: [a@x, b@x]
            tags: [one, two]
            ---
        "#]],
    );
}

#[test]
fn comments_of_both_stay() {
    check(
        "---\ntags: [a, b]\n---\n",
        "---\n# ours above\ntags: [a, b, c] # ours\n---\n",
        "---\n# theirs above\ntags: [a, b, d] # theirs\n# below\n---\n",
        expect![[r#"
            ---
            # ours above
            # theirs above
            # theirs
            tags: [a, b, c, d] # ours
            # below
            ---
        "#]],
    );
}

#[test]
fn a_changed_order_counts_unless_both_changed_it() {
    check(
        "---\nemails: [a@x, b@x]\n---\n",
        "---\nemails: [a@x, b@x, c@x]\n---\n",
        "---\nemails: [b@x, a@x]\n---\n",
        expect![[r#"
            ---
            emails: [b@x, c@x, a@x]
            ---
        "#]],
    );
    check(
        "---\nemails: [a@x, b@x, c@x]\n---\n",
        "---\nemails: [c@x, a@x, b@x]\n---\n",
        "---\nemails: [b@x, a@x, c@x]\n---\n",
        expect![[r#"
            ---
            <<<<<<< ours
            emails: [c@x, a@x, b@x]
            =======
            emails: [b@x, a@x, c@x]
            >>>>>>> theirs
            ---
        "#]],
    );
}

#[test]
fn the_body_is_merged_by_lines() {
    check(
        ADA,
        &ada(
            "Met at the soirée.\n",
            "Met at the soirée.\n\nShe plays chess.\n",
        )
        .replace("circle: close", "circle: inner"),
        &ada("Met at the soirée.\n", "Met at a soirée.\n"),
        expect![[r#"
            ---
            name: Ada Lovelace
            # the best one first
            emails: [ada@example.org]
            tags:
              - mathematics
            circle: inner # since the soirée
            ---
            # Ada Lovelace

            <<<<<<< ours
            Met at the soirée.

            She plays chess.
            =======
            Met at a soirée.
            >>>>>>> theirs
        "#]],
    );
    check(
        "a\nb\nc\nd\ne\n",
        "A\nb\nc\nd\ne\n",
        "a\nb\nc\nd\nE\nf",
        expect![[r#"
            A
            b
            c
            d
            E
            f"#]],
    );
}

#[test]
fn half_typed_front_matter_is_merged_by_lines() {
    check(
        "---\nname: Ada\ntags: [a]\n---\n",
        "---\nname: Ada\ntags: [a, \"b\n---\n",
        "---\nname: Ada\ntags: [a, c]\n---\nMore.\n",
        expect![[r#"
            ---
            name: Ada
            <<<<<<< ours
            tags: [a, "b
            =======
            tags: [a, c]
            >>>>>>> theirs
            ---
            More.
        "#]],
    );
}

#[test]
fn line_ends_and_byte_order_mark_are_those_of_ours() {
    check(
        "---\ntags: [a]\n---\nbody\n",
        "\u{feff}---\r\ntags: [a, b]\r\n---\r\nbody\r\n",
        "---\ntags: [a, c]\nurl: x\n---\nbody\nmore\n",
        expect![[r#"
            <BOM>---␍
            tags: [a, b, c]␍
            url: x␍
            ---␍
            body␍
            more␍
        "#]],
    );
    check(
        "---\r\ncircle: a\r\n---\r\nbody\r\n",
        "---\ncircle: b\n---\nbody\n",
        "---\r\ncircle: c\r\n---\r\nbody!\r\n",
        expect![[r#"
            ---
            <<<<<<< ours
            circle: b
            =======
            circle: c
            >>>>>>> theirs
            ---
            body!
        "#]],
    );
}

#[test]
fn a_front_matter_that_one_added_comes_along() {
    check(
        "# Ada\n",
        "# Ada\n\nText.\n",
        "---\ntags: [a]\n---\n# Ada\n",
        expect![[r#"
        ---
        tags: [a]
        ---
        # Ada

        Text.
    "#]],
    );
    check(
        "# Ada\n",
        "---\ntags: [b]\n---\n# Ada\n\nText.\n",
        "---\ntags: [a]\nname: Ada\n---\n# Ada\n",
        expect![[r#"
            ---
            tags: [b, a]
            name: Ada
            ---
            # Ada

            Text.
        "#]],
    );
}

#[test]
fn markers_are_as_long_as_asked_and_show_the_base() {
    let options = MergeOptions {
        marker_size: 9,
        style: ConflictStyle::Diff3,
        ours: "HEAD",
        base: "1234567",
        theirs: "topic",
    };
    let merged = merge(
        "---\na: 1\n---\nx\n",
        "---\na: 2\n---\ny\n",
        "---\na: 3\n---\nz\n",
        &options,
    );
    assert_eq!(merged.n_conflicts, 2);
    expect![[r#"
        ---
        <<<<<<<<< HEAD
        a: 2
        ||||||||| 1234567
        a: 1
        =========
        a: 3
        >>>>>>>>> topic
        ---
        <<<<<<<<< HEAD
        y
        ||||||||| 1234567
        x
        =========
        z
        >>>>>>>>> topic
    "#]]
    .assert_eq(&merged.text);
}

/// Texts near enough to each other that their lines meet.
fn any_text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "---",
        "name: Ada",
        "tags: [a, b]",
        "tags: [b, \"c\"]",
        "tags:",
        "  - a",
        "  - b",
        "  - {value: a, label: x}",
        "- c",
        "email: a@x",
        "emails: [a@x, {value: b@x}]",
        "follow_up: {date: 2026-12-01, about: x}",
        "# comment",
        "met:",
        "  date: 2024",
        "circle: \"clo",
        "a: |",
        "  text",
        "",
        "# Heading",
        "body",
        "<<<<<<< ours",
        "=======",
        "é: ü",
        "{a: b}",
        "? k",
        "x: *a",
        "...",
    ]);
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r"]);
    let lines = prop::collection::vec((line, end), 0..14);
    (any::<bool>(), any::<bool>(), lines).prop_map(|(marked, fenced, lines)| {
        let mut text = String::from(if marked { "\u{feff}" } else { "" });
        if fenced {
            text.push_str("---\n");
        }
        for (line, end) in lines {
            text.push_str(line);
            text.push_str(end);
        }
        text
    })
}

/// Returns the items of a block list, one a line.
fn block<T: std::fmt::Display>(items: &[T]) -> String {
    items
        .iter()
        .fold(String::new(), |text, item| text + &format!("  - {item}\n"))
}

/// Sound notes: a few keys, each with some of a few values in one of a few styles.
fn any_note() -> impl Strategy<Value = String> {
    let items = vec!["a", "\"b\"", "c d", "{value: e, label: home}", "'f'"];
    let list = prop::sample::subsequence(items, 0..=5).prop_shuffle();
    let key = |name: &'static str| {
        (list.clone(), 0..4_u8).prop_map(move |(items, style)| match (style, items.as_slice()) {
            (0, _) => String::new(),
            (1, [item]) => format!("{name}: {item}\n"),
            (2, [_, ..]) => format!("{name}: # {name}\n{}", block(&items)),
            _ => format!("{name}: [{}]\n", items.join(", ")),
        })
    };
    let lines = prop::sample::select(vec!["# Ada\n", "one\n", "two\n", "\n"]);
    let body = prop::collection::vec(lines, 0..4);
    let single = prop::sample::select(vec![
        "",
        "circle: close\n",
        "circle: inner # dear\n",
        "met: {how: strategy}\n",
        "met:\n  how: serendipity\n  date: 2024\n",
    ]);
    (key("tags"), key("emails"), single, key("offers"), body).prop_map(
        |(tags, emails, single, offers, body)| {
            format!("---\n{tags}{single}{emails}{offers}---\n{}", body.concat())
        },
    )
}

fn plain_merge(base: &str, ours: &str, theirs: &str) -> Merged {
    merge(base, ours, theirs, &MergeOptions::default())
}

type Said = std::collections::BTreeMap<String, std::collections::BTreeSet<String>>;

/// Returns what a note's keys say, without order.
fn said(text: &str) -> Said {
    let parsed = parse(text);
    assert_eq!(parsed.problems, [], "{text}");
    let front_matter = parsed.note.front_matter;
    let fields = front_matter.map_or_else(Default::default, |front_matter| front_matter.fields);
    fields
        .iter()
        .map(|field| {
            let tree = tree::Tree::of(&field.value).expect("it was read");
            let items = tree.items().iter().map(render::canonical).collect();
            (field.key.value.to_string(), items)
        })
        .collect()
}

proptest! {
    #[test]
    fn what_one_side_left_alone_is_the_others(base in any_text(), changed in any_text()) {
        let sides = [[&base, &changed, &base], [&base, &base, &changed], [&base, &changed, &changed]];
        for [base, ours, theirs] in sides {
            let merged = plain_merge(base, ours, theirs);
            prop_assert_eq!(&merged.text, &changed);
            prop_assert_eq!(merged.n_conflicts, 0);
        }
    }

    #[test]
    fn any_texts_merge_without_losing_lines(
        base in any_text(), ours in any_text(), theirs in any_text()
    ) {
        let merged = plain_merge(&base, &ours, &theirs);
        let diff3 = MergeOptions { style: ConflictStyle::Diff3, ..MergeOptions::default() };
        prop_assert_eq!(merge(&base, &ours, &theirs, &diff3).n_conflicts, merged.n_conflicts);
        // A line that says something of its own and that only one side has is in the result.
        for side in [&ours, &theirs] {
            for line in ["# comment", "body", "# Heading", "text", "circle: \"clo"] {
                if side.contains(line) && !base.contains(line) {
                    prop_assert!(merged.text.contains(line), "{}: {}", line, merged.text);
                }
            }
        }
    }

    #[test]
    fn an_item_is_there_unless_one_took_it_away(
        base in any_note(), ours in any_note(), theirs in any_note()
    ) {
        let merged = plain_merge(&base, &ours, &theirs);
        if merged.n_conflicts == 0 {
            let (base, ours, theirs) = (said(&base), said(&ours), said(&theirs));
            for (key, items) in said(&merged.text) {
                if key == "met" || key == "circle" {
                    continue;
                }
                let of = |said: &Said| said.get(&key).cloned().unwrap_or_default();
                let (base, ours, theirs) = (of(&base), of(&ours), of(&theirs));
                for item in base.union(&ours).chain(&theirs) {
                    let is_kept = ours.contains(item) && theirs.contains(item);
                    let is_wanted = is_kept || !base.contains(item);
                    prop_assert_eq!(items.contains(item), is_wanted, "{} {}", key, item);
                }
            }
        }
    }

    #[test]
    fn sides_may_be_exchanged(base in any_note(), ours in any_note(), theirs in any_note()) {
        let one = plain_merge(&base, &ours, &theirs);
        let two = plain_merge(&base, &theirs, &ours);
        prop_assert_eq!(one.n_conflicts == 0, two.n_conflicts == 0);
        if one.n_conflicts == 0 {
            prop_assert_eq!(said(&one.text), said(&two.text));
        }
    }

    #[test]
    fn line_ends_say_nothing(base in any_note(), ours in any_note(), theirs in any_note()) {
        let expected = plain_merge(&base, &ours, &theirs);
        let crlf = |text: &str| text.replace('\n', "\r\n");
        let merged = plain_merge(&base, &crlf(&ours), &theirs);
        if base != ours && base != theirs && ours != theirs {
            prop_assert_eq!(merged.text, crlf(&expected.text));
        }
    }

    #[test]
    fn what_both_added_to_a_list_is_all_there(
        old in prop::collection::btree_set("[a-d]", 0..3),
        ours in prop::collection::btree_set("[e-m]", 1..4),
        theirs in prop::collection::btree_set("[n-z]", 1..4),
        is_block in any::<bool>(),
    ) {
        let note = |sets: &[&std::collections::BTreeSet<String>], is_block: bool| {
            let items: Vec<&str> = sets.iter().flat_map(|set| set.iter().map(String::as_str)).collect();
            match is_block && !items.is_empty() {
                true => format!("---\ntags:\n{}---\n", block(&items)),
                false => format!("---\ntags: [{}]\n---\n", items.join(", ")),
            }
        };
        let base = note(&[&old], is_block);
        let merged = plain_merge(&base, &note(&[&old, &ours], false), &note(&[&old, &theirs], is_block));
        prop_assert_eq!(merged.n_conflicts, 0);
        prop_assert_eq!(said(&merged.text), said(&note(&[&old, &ours, &theirs], false)));
    }
}
