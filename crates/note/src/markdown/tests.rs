//! What is found in a text, and where.

use std::fmt::Write;

use expect_test::{Expect, expect};

use crate::{Anchor, Note, Place, Span, parse};

/// Compares what is found in `text` with `expected`, one line for each thing: its range and source, then its parts.
#[expect(
    clippy::needless_pass_by_value,
    reason = "`expect!` is written in place"
)]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&show(text, &parse(text).note));
}

fn show(text: &str, note: &Note) -> String {
    let mut out = String::new();
    let at = |span: Span| format!("{span} {:?}", span.of(text));
    let place = |place: Place| match place {
        Place::Body => String::new(),
        Place::FrontMatter(index) => format!(" in field {index}"),
    };
    // A part's value is shown only where the source reads otherwise.
    let part = |value: &str, span: Span| {
        let decoded = if span.of(text) == value {
            String::new()
        } else {
            format!(" = {value:?}")
        };
        format!("{}{decoded}", at(span))
    };
    for heading in &note.headings {
        let text = part(&heading.text.value, heading.text.span);
        writeln!(out, "h{} {} text {text}", heading.level, at(heading.span)).unwrap();
    }
    for link in &note.links {
        write!(
            out,
            "{:?} {}{}",
            link.form,
            at(link.span),
            place(link.place)
        )
        .unwrap();
        write!(
            out,
            " target {}",
            part(&link.target.value, link.target.span)
        )
        .unwrap();
        match &link.anchor {
            Some(Anchor::Heading(name)) => {
                write!(out, " heading {}", part(&name.value, name.span)).unwrap();
            }
            Some(Anchor::Block(name)) => {
                write!(out, " block {}", part(&name.value, name.span)).unwrap();
            }
            None => {}
        }
        if let Some(label) = link.label {
            write!(out, " label {}", at(label)).unwrap();
        }
        out.push_str(if link.is_external() {
            " external\n"
        } else {
            "\n"
        });
    }
    for tag in &note.tags {
        let name = part(&tag.name.value, tag.name.span);
        writeln!(out, "tag {name}{}", place(tag.place)).unwrap();
    }
    for block in &note.blocks {
        writeln!(out, "block {}", part(&block.id.value, block.id.span)).unwrap();
    }
    for promise in &note.promises {
        let due = match promise.due.value {
            Some(date) => date.to_string(),
            None => "no date".to_owned(),
        };
        writeln!(
            out,
            "promise {} mark {} done {} text {:?} due {} = {due}",
            at(promise.span),
            at(promise.mark),
            promise.done,
            promise.text,
            at(promise.due.span),
        )
        .unwrap();
    }
    for entry in &note.entries {
        writeln!(
            out,
            "entry {:?} {} date {} kind {} summary {:?} extent {}",
            entry.form,
            at(entry.span),
            part(&entry.date.value.to_string(), entry.date.span),
            part(&entry.kind.value, entry.kind.span),
            entry.summary,
            at(entry.extent),
        )
        .unwrap();
    }
    for ignore in &note.ignores {
        writeln!(out, "ignore {}", part(&ignore.code.value, ignore.code.span)).unwrap();
    }
    out
}

/// Asserts that nothing at all is found in `text`.
fn check_nothing(text: &str) {
    assert_eq!(show(text, &parse(text).note), "", "{text:?}");
}

mod headings {
    use super::*;

    #[test]
    fn atx_and_setext_lose_their_marks() {
        check(
            "# One\n\n## Two ##\n\nThree\n===\n\nFour\nlines\n---\n\n###### Six\n#hash\n",
            expect![[r#######"
                h1 0..5 "# One" text 2..5 "One"
                h2 7..16 "## Two ##" text 10..13 "Two"
                h1 18..27 "Three\n===" text 18..23 "Three"
                h2 29..43 "Four\nlines\n---" text 29..39 "Four\nlines" = "Four lines"
                h6 45..55 "###### Six" text 52..55 "Six"
                tag 57..61 "hash"
            "#######]],
        );
    }

    #[test]
    fn markup_is_dropped_from_the_text() {
        check(
            "## [[Ada]] *now* `x` \\* &amp; [[B|see]] [c](d.md) <b>e</b> %%no%%f\n",
            expect![[r###"
                h2 0..66 "## [[Ada]] *now* `x` \\* &amp; [[B|see]] [c](d.md) <b>e</b> %%no%%f" text 3..66 "[[Ada]] *now* `x` \\* &amp; [[B|see]] [c](d.md) <b>e</b> %%no%%f" = "Ada now x * & see c e f"
                Wiki 3..10 "[[Ada]]" target 5..8 "Ada"
                Wiki 30..39 "[[B|see]]" target 32..33 "B" label 34..37 "see"
                Inline 40..49 "[c](d.md)" target 44..48 "d.md" label 41..42 "c"
            "###]],
        );
    }

    #[test]
    fn underscores_and_hashes_stay() {
        check(
            "## My Heading With_Underscore\n# #foo #bar\n# C# and F#\n",
            expect![[r###"
                h2 0..29 "## My Heading With_Underscore" text 3..29 "My Heading With_Underscore"
                h1 30..41 "# #foo #bar" text 32..41 "#foo #bar"
                h1 42..53 "# C# and F#" text 44..53 "C# and F#"
                tag 33..36 "foo"
                tag 38..41 "bar"
            "###]],
        );
    }

    #[test]
    fn attributes_are_text() {
        check(
            "# One {#id .c}\n",
            expect![[r##"
                h1 0..14 "# One {#id .c}" text 2..14 "One {#id .c}"
            "##]],
        );
    }

    #[test]
    fn empty_heading_has_an_empty_text() {
        check(
            "a\n\n#\n\n##   \nb\n\n> # \n",
            expect![[r###"
                h1 3..4 "#" text 4..4 ""
                h2 6..8 "##" text 8..8 ""
                h1 17..18 "#" text 18..18 ""
            "###]],
        );
    }

    #[test]
    fn heading_stands_after_a_byte_order_mark() {
        check(
            "\u{feff}# One\r\n\r\nTwo\r\n===\r\n",
            expect![[r##"
            h1 3..8 "# One" text 5..8 "One"
            h1 12..20 "Two\r\n===" text 12..15 "Two"
        "##]],
        );
    }

    #[test]
    fn lone_carriage_returns_end_lines() {
        check(
            "# One\r## Two [[A]]\rtext [[B]] ^id\r\r- [ ] x due:2026-01-02\r",
            expect![[r###"
                h1 0..5 "# One" text 2..5 "One"
                h2 6..18 "## Two [[A]]" text 9..18 "Two [[A]]" = "Two A"
                Wiki 13..18 "[[A]]" target 15..16 "A"
                Wiki 24..29 "[[B]]" target 26..27 "B"
                block 31..33 "id"
                promise 37..57 "[ ] x due:2026-01-02" mark 37..40 "[ ]" done false text "x" due 47..57 "2026-01-02" = 2026-01-02
            "###]],
        );
    }
}

mod links {
    use super::*;

    #[test]
    fn wiki_links_of_every_form() {
        check(
            "[[Ada]] [[Ada Lovelace|the countess]] [[people/ada]] [[Ada#Life]] [[Ada#Life#Youth|y]] [[#Here]] [[Ada^b1]] [[Ada#^b1]] ![[ada.png|100]]",
            expect![[r#"
                Wiki 0..7 "[[Ada]]" target 2..5 "Ada"
                Wiki 8..37 "[[Ada Lovelace|the countess]]" target 10..22 "Ada Lovelace" label 23..35 "the countess"
                Wiki 38..52 "[[people/ada]]" target 40..50 "people/ada"
                Wiki 53..65 "[[Ada#Life]]" target 55..58 "Ada" heading 59..63 "Life"
                Wiki 66..86 "[[Ada#Life#Youth|y]]" target 68..71 "Ada" heading 72..82 "Life#Youth" label 83..84 "y"
                Wiki 87..96 "[[#Here]]" target 89..89 "" heading 90..94 "Here"
                Wiki 97..107 "[[Ada^b1]]" target 99..102 "Ada" block 103..105 "b1"
                Wiki 108..119 "[[Ada#^b1]]" target 110..113 "Ada" block 115..117 "b1"
                WikiEmbed 120..136 "![[ada.png|100]]" target 123..130 "ada.png" label 131..134 "100"
            "#]],
        );
    }

    #[test]
    fn white_space_around_the_parts_is_not_theirs() {
        check(
            "[[ Ada # Life | shown ]] [[ Ada ]]",
            expect![[r#"
            Wiki 0..24 "[[ Ada # Life | shown ]]" target 3..6 "Ada" heading 9..13 "Life" label 16..21 "shown"
            Wiki 25..34 "[[ Ada ]]" target 28..31 "Ada"
        "#]],
        );
    }

    #[test]
    fn links_that_name_nothing_are_text() {
        check_nothing("[[]] [[ ]] [[|x]] [[#]] [[ | ]] \\[[x]] [[Na");
    }

    #[test]
    fn an_anchor_still_to_be_typed_is_none() {
        check(
            "[[Ada#]] [[Ada#^]] [[Ada|]] [x](y.md#)",
            expect![[r#"
                Wiki 0..8 "[[Ada#]]" target 2..5 "Ada"
                Wiki 9..18 "[[Ada#^]]" target 11..14 "Ada"
                Wiki 19..27 "[[Ada|]]" target 21..24 "Ada" label 25..25 ""
                Inline 28..38 "[x](y.md#)" target 32..36 "y.md" label 29..30 "x"
            "#]],
        );
    }

    #[test]
    fn caret_in_a_name_is_no_block() {
        check(
            "[[x^2 notes]] [[2^10]]",
            expect![[r#"
            Wiki 0..13 "[[x^2 notes]]" target 2..11 "x^2 notes"
            Wiki 14..22 "[[2^10]]" target 16..17 "2" block 18..20 "10"
        "#]],
        );
    }

    #[test]
    fn line_break_inside_a_wiki_link_is_refused() {
        check_nothing("[[a\nb]] and [[a|b\nc]] and [[a\r\nb]]");
    }

    #[test]
    fn brackets_around_and_inside() {
        check(
            "[[Na]me]] [[[a]]] [[a|[b]]] ![[[c]]]",
            expect![[r#"
            Wiki 0..9 "[[Na]me]]" target 2..7 "Na]me"
            Wiki 11..16 "[[a]]" target 13..14 "a"
            Wiki 18..26 "[[a|[b]]" target 20..21 "a" label 22..24 "[b"
            Wiki 30..35 "[[c]]" target 32..33 "c"
        "#]],
        );
    }

    #[test]
    fn table_cells_escape_the_bar() {
        check(
            "| a | b |\n| - | - |\n| [[N\\|al]] | [[M]] [x](y.md) #t |\n",
            expect![[r#"
                Wiki 22..31 "[[N\\|al]]" target 24..25 "N" label 27..29 "al"
                Wiki 34..39 "[[M]]" target 36..37 "M"
                Inline 40..49 "[x](y.md)" target 44..48 "y.md" label 41..42 "x"
                tag 51..52 "t"
            "#]],
        );
    }

    #[test]
    fn inline_links_give_the_destination_as_written() {
        check(
            "[a](b.md) [c d](<e f.md#g> \"title\") ![h](i%20j.png) [k](l\\_m.md#n%20o) [p](#q) [r](s.md 't') []( u.md ) [v](w.md#^x) [é](ü.md)",
            expect![[r#"
                Inline 0..9 "[a](b.md)" target 4..8 "b.md" label 1..2 "a"
                Inline 10..35 "[c d](<e f.md#g> \"title\")" target 17..23 "e f.md" heading 24..25 "g" label 11..14 "c d"
                InlineImage 36..51 "![h](i%20j.png)" target 41..50 "i%20j.png" = "i j.png" label 38..39 "h"
                Inline 52..70 "[k](l\\_m.md#n%20o)" target 56..63 "l\\_m.md" = "l_m.md" heading 64..69 "n%20o" = "n o" label 53..54 "k"
                Inline 71..78 "[p](#q)" target 75..75 "" heading 76..77 "q" label 72..73 "p"
                Inline 79..92 "[r](s.md 't')" target 83..87 "s.md" label 80..81 "r"
                Inline 93..103 "[]( u.md )" target 97..101 "u.md" label 94..94 ""
                Inline 104..116 "[v](w.md#^x)" target 108..112 "w.md" block 114..115 "x" label 105..106 "v"
                Inline 117..128 "[é](ü.md)" target 122..127 "ü.md" label 118..120 "é"
            "#]],
        );
    }

    #[test]
    fn escapes_and_entities_in_destinations_are_decoded() {
        check(
            "[a](b&amp;c.md#d&#35;e) [a](b\\#c.md) [a](x&#35;y.md) [a](<a\\>b.md>) [a](100%.md) [a](%ff.md) [a](a%23b.md#%5Ec)",
            expect![[r#"
                Inline 0..23 "[a](b&amp;c.md#d&#35;e)" target 4..14 "b&amp;c.md" = "b&c.md" heading 15..22 "d&#35;e" = "d#e" label 1..2 "a"
                Inline 24..36 "[a](b\\#c.md)" target 28..29 "b" heading 31..35 "c.md" label 25..26 "a"
                Inline 37..52 "[a](x&#35;y.md)" target 41..51 "x&#35;y.md" = "x#y.md" label 38..39 "a"
                Inline 53..67 "[a](<a\\>b.md>)" target 58..65 "a\\>b.md" = "a>b.md" label 54..55 "a"
                Inline 68..80 "[a](100%.md)" target 72..79 "100%.md" label 69..70 "a"
                Inline 81..92 "[a](%ff.md)" target 85..91 "%ff.md" label 82..83 "a"
                Inline 93..111 "[a](a%23b.md#%5Ec)" target 97..105 "a%23b.md" = "a#b.md" block 109..110 "c" label 94..95 "a"
            "#]],
        );
    }

    #[test]
    fn external_links_stay_whole() {
        check(
            "[x](https://e.org/a_(b)#c) <https://e.org/%20#x> <me@e.org> [m](mailto:a@b.c) [d](c:/x.md) ![i](//cdn/x.png)",
            expect![[r#"
                Inline 0..26 "[x](https://e.org/a_(b)#c)" target 4..25 "https://e.org/a_(b)#c" label 1..2 "x" external
                Inline 27..48 "<https://e.org/%20#x>" target 28..47 "https://e.org/%20#x" external
                Inline 49..59 "<me@e.org>" target 50..58 "me@e.org" = "mailto:me@e.org" external
                Inline 60..77 "[m](mailto:a@b.c)" target 64..76 "mailto:a@b.c" label 61..62 "m" external
                Inline 78..90 "[d](c:/x.md)" target 82..89 "c:/x.md" label 79..80 "d"
                InlineImage 91..108 "![i](//cdn/x.png)" target 96..107 "//cdn/x.png" label 93..94 "i" external
            "#]],
        );
    }

    #[test]
    fn reference_links_point_into_their_definition() {
        check(
            "[Ada][a], [a][], [A] and ![pic][a]\n\n[a]: <people/ada l.md#Life> \"title\"\n[b]:\n  c.md\n",
            expect![[r#"
                Reference 0..8 "[Ada][a]" target 42..57 "people/ada l.md" heading 58..62 "Life" label 1..4 "Ada"
                Reference 10..15 "[a][]" target 42..57 "people/ada l.md" heading 58..62 "Life" label 11..12 "a"
                Reference 17..20 "[A]" target 42..57 "people/ada l.md" heading 58..62 "Life" label 18..19 "A"
                Reference 25..34 "![pic][a]" target 42..57 "people/ada l.md" heading 58..62 "Life" label 27..30 "pic"
                Definition 36..71 "[a]: <people/ada l.md#Life> \"title\"" target 42..57 "people/ada l.md" heading 58..62 "Life" label 37..38 "a"
                Definition 72..83 "[b]:\n  c.md" target 79..83 "c.md" label 73..74 "b"
            "#]],
        );
    }

    #[test]
    fn definitions_stand_in_quotes_and_lists() {
        check(
            "> [a]: b.md\n> [a]\n\n- [c]: d%20e.md\n\n  [c]\n",
            expect![[r#"
                Definition 2..11 "[a]: b.md" target 7..11 "b.md" label 3..4 "a"
                Reference 14..17 "[a]" target 7..11 "b.md" label 15..16 "a"
                Definition 21..34 "[c]: d%20e.md" target 26..34 "d%20e.md" = "d e.md" label 22..23 "c"
                Reference 38..41 "[c]" target 26..34 "d%20e.md" = "d e.md" label 39..40 "c"
            "#]],
        );
    }

    #[test]
    fn a_link_inside_a_link_is_not_lost() {
        check(
            "[x [[N]] y](z.md) [![i](p.png)](q.md) ![alt [a](b.md)](c.png) [[M|*x* ![j](k.png)]]",
            expect![[r#"
                Wiki 3..8 "[[N]]" target 5..6 "N"
                Inline 18..37 "[![i](p.png)](q.md)" target 32..36 "q.md" label 19..30 "![i](p.png)"
                InlineImage 19..30 "![i](p.png)" target 24..29 "p.png" label 21..22 "i"
                InlineImage 38..61 "![alt [a](b.md)](c.png)" target 55..60 "c.png" label 40..53 "alt [a](b.md)"
                Inline 44..53 "[a](b.md)" target 48..52 "b.md" label 45..46 "a"
                Wiki 62..83 "[[M|*x* ![j](k.png)]]" target 64..65 "M" label 66..81 "*x* ![j](k.png)"
                InlineImage 70..81 "![j](k.png)" target 75..80 "k.png" label 72..73 "j"
            "#]],
        );
    }

    #[test]
    fn links_stand_in_headings_quotes_lists_and_footnotes() {
        check(
            "# [[A]]\n\n> [[B]]\n> > - [[C]]\n\n1. x\n   * [[D]]\n\ny[^1] ~~[[F]]~~ **[[G]]**\n\n[^1]: [[E]]\n",
            expect![[r##"
                h1 0..7 "# [[A]]" text 2..7 "[[A]]" = "A"
                Wiki 2..7 "[[A]]" target 4..5 "A"
                Wiki 11..16 "[[B]]" target 13..14 "B"
                Wiki 23..28 "[[C]]" target 25..26 "C"
                Wiki 40..45 "[[D]]" target 42..43 "D"
                Wiki 55..60 "[[F]]" target 57..58 "F"
                Wiki 65..70 "[[G]]" target 67..68 "G"
                Wiki 80..85 "[[E]]" target 82..83 "E"
            "##]],
        );
    }

    #[test]
    fn link_text_may_span_lines() {
        check(
            "> [two\n> lines](a.md) and [x](\n> b.md)\n",
            expect![[r#"
                Inline 2..21 "[two\n> lines](a.md)" target 16..20 "a.md" label 3..14 "two\n> lines"
                Inline 26..38 "[x](\n> b.md)" target 33..37 "b.md" label 27..28 "x"
            "#]],
        );
    }

    #[test]
    fn links_after_an_escaped_backtick_are_found() {
        check(
            "\\`[[A]]` `[[B]]` [[C]]",
            expect![[r#"
            Wiki 2..7 "[[A]]" target 4..5 "A"
            Wiki 10..15 "[[B]]" target 12..13 "B"
            Wiki 17..22 "[[C]]" target 19..20 "C"
        "#]],
        );
    }

    #[test]
    fn ranges_are_exact_after_wide_characters_and_crlf() {
        check(
            "😀 [[Ann]]\r\n測定 [[测#标|é]] x\r\n",
            expect![[r#"
            Wiki 5..12 "[[Ann]]" target 7..10 "Ann"
            Wiki 21..35 "[[测#标|é]]" target 23..26 "测" heading 27..30 "标" label 31..33 "é"
        "#]],
        );
    }
}

mod nothing {
    use super::*;

    #[test]
    fn code_holds_nothing() {
        check_nothing(
            "`[[A]] #t` ``x ` [[B]]``\n\n```md\n# H\n[[C]] #t ^id\n- [ ] x due:2026-01-01\n<!-- ties: ignore x -->\n```\n\n    [[D]] #t\n\n~~~\n[[E]]\n\n%%\n~~~\n\n- x\n\n      [[F]] due:2026-01-01\n",
        );
    }

    #[test]
    fn unclosed_fence_reaches_the_end() {
        check_nothing("```\n[[A]]\n\n# x\n");
    }

    #[test]
    fn html_comments_hold_nothing() {
        check_nothing("<!-- [[A]] #t\n\n# no\n\n[[B]] -->\n\nx <!-- [[C]]\n#t --> y\n");
    }

    #[test]
    fn html_attributes_hold_nothing() {
        check(
            "x <a href=\"[[A]]\" title='#t'>[[B]]</a> <b>#t</b>\n",
            expect![[r#"
                Wiki 29..34 "[[B]]" target 31..32 "B"
                tag 43..44 "t"
            "#]],
        );
    }

    #[test]
    fn percent_comments_hold_nothing() {
        check(
            "a %%[[A]] #t%% [[B]]\n\n%%\n# no\n\n- [ ] x due:2026-01-01\n- 2026-01-01 call\n\n[[C]] ^id\n%%\n\n# yes\n",
            expect![[r##"
                h1 87..92 "# yes" text 89..92 "yes"
                Wiki 15..20 "[[B]]" target 17..18 "B"
            "##]],
        );
    }

    #[test]
    fn unclosed_percent_comment_hides_nothing() {
        check(
            "100 %% [[A]]\n\n`%%` [[B]] \\%% x %% #t %\n\n%%\n[[C]]\n",
            expect![[r#"
                Wiki 7..12 "[[A]]" target 9..10 "A"
                Wiki 19..24 "[[B]]" target 21..22 "B"
                Wiki 43..48 "[[C]]" target 45..46 "C"
                tag 35..36 "t"
            "#]],
        );
    }

    #[test]
    fn math_holds_nothing() {
        check(
            "$[[A]]$ $x #t$ $$[[B]]$$ [[C]]\n\n$$\n[[D]]\n\n#t\n$$\n\n[[E]] $$ x $$ #u\n",
            expect![[r#"
                Wiki 25..30 "[[C]]" target 27..28 "C"
                Wiki 49..54 "[[E]]" target 51..52 "E"
                tag 64..65 "u"
            "#]],
        );
    }

    #[test]
    fn prices_are_no_math() {
        check(
            "$5 and [[A]] $6, US$5 [[B]] (CA$6) $$$ [[C]] $$$, $7-[[D]]-$10, \\$[[E]]\\$\n",
            expect![[r#"
                Wiki 7..12 "[[A]]" target 9..10 "A"
                Wiki 22..27 "[[B]]" target 24..25 "B"
                Wiki 39..44 "[[C]]" target 41..42 "C"
                Wiki 53..58 "[[D]]" target 55..56 "D"
                Wiki 66..71 "[[E]]" target 68..69 "E"
            "#]],
        );
    }

    #[test]
    fn an_obsidian_rating_in_dollars_is_no_math() {
        check(
            "- $$$ [[A]]\n- $$ [[B]]\n- $$ [[C]]\n",
            expect![[r#"
            Wiki 6..11 "[[A]]" target 8..9 "A"
            Wiki 17..22 "[[B]]" target 19..20 "B"
            Wiki 28..33 "[[C]]" target 30..31 "C"
        "#]],
        );
    }
}

mod tags {
    use super::*;

    #[test]
    fn letters_digits_and_slashes_of_any_script() {
        check(
            "#rust #a_b-c/d #été #标签 #y1984 #e\u{301}t #🌱/seed #2026-01 (#x) \"#y\", *#z*_ **#w_v** ~~#u~~",
            expect![[r#"
                tag 1..5 "rust"
                tag 7..14 "a_b-c/d"
                tag 16..21 "été"
                tag 23..29 "标签"
                tag 31..36 "y1984"
                tag 38..42 "e\u{301}t"
                tag 44..53 "🌱/seed"
                tag 55..62 "2026-01"
                tag 65..66 "x"
                tag 70..71 "y"
                tag 76..77 "z"
                tag 83..86 "w_v"
                tag 92..93 "u"
            "#]],
        );
    }

    #[test]
    fn other_hashes_are_none() {
        check_nothing(
            "#1984 C# a#b ## #- #/x \\#x &#35;x https://e.org/#x https://e.org/a#x #! # x ##y {#z} `#w`",
        );
    }

    #[test]
    fn tags_end_where_punctuation_begins() {
        check(
            "#a, #b. #c/ #d: #e's #f，x\n#g\n## #h i\n",
            expect![[r###"
                h2 31..38 "## #h i" text 34..38 "#h i"
                tag 1..2 "a"
                tag 5..6 "b"
                tag 9..10 "c"
                tag 13..14 "d"
                tag 17..18 "e"
                tag 22..23 "f"
                tag 29..30 "g"
                tag 35..36 "h"
            "###]],
        );
    }

    #[test]
    fn link_texts_hold_no_tags() {
        check(
            "[see #t](a.md) [[N|#t]] [[#t]]",
            expect![[r##"
                Inline 0..14 "[see #t](a.md)" target 9..13 "a.md" label 1..7 "see #t"
                Wiki 15..23 "[[N|#t]]" target 17..18 "N" label 19..21 "#t"
                Wiki 24..30 "[[#t]]" target 26..26 "" heading 27..28 "t"
            "##]],
        );
    }
}

mod blocks {
    use super::*;

    #[test]
    fn block_ids_stand_at_line_ends() {
        check(
            "text ^one\nmore ^two  \n\n- item ^three\n  - [[A]] ^fo-ur\n\n> q\n\n^five\n\n# H ^six\n",
            expect![[r##"
                h1 67..75 "# H ^six" text 69..75 "H ^six"
                Wiki 41..46 "[[A]]" target 43..44 "A"
                block 6..9 "one"
                block 16..19 "two"
                block 31..36 "three"
                block 48..53 "fo-ur"
                block 61..65 "five"
                block 72..75 "six"
            "##]],
        );
    }

    #[test]
    fn carets_elsewhere_are_no_block_ids() {
        check_nothing("x^2 y^id\n\n^a b\n\nx \\^id\n\n`x ^id`\n\n| a |\n| - |\n| x ^id |\n");
    }
}

mod promises {
    use super::*;

    #[test]
    fn every_list_mark_and_every_box() {
        check(
            "- [ ] send *the* [[Paper|paper]] due:2026-12-01\n* [x] a due:2026-12-02\n+ [X] b due:2026-12-03\n1. [ ] c due:2026-12-04\n2) [/] d due:2026-12-05 now\n- [-] due:2026-12-06 e\n",
            expect![[r#"
                Wiki 17..32 "[[Paper|paper]]" target 19..24 "Paper" label 25..30 "paper"
                promise 2..47 "[ ] send *the* [[Paper|paper]] due:2026-12-01" mark 2..5 "[ ]" done false text "send the paper" due 37..47 "2026-12-01" = 2026-12-01
                promise 50..70 "[x] a due:2026-12-02" mark 50..53 "[x]" done true text "a" due 60..70 "2026-12-02" = 2026-12-02
                promise 73..93 "[X] b due:2026-12-03" mark 73..76 "[X]" done true text "b" due 83..93 "2026-12-03" = 2026-12-03
                promise 97..117 "[ ] c due:2026-12-04" mark 97..100 "[ ]" done false text "c" due 107..117 "2026-12-04" = 2026-12-04
                promise 121..145 "[/] d due:2026-12-05 now" mark 121..124 "[/]" done false text "d now" due 131..141 "2026-12-05" = 2026-12-05
                promise 148..168 "[-] due:2026-12-06 e" mark 148..151 "[-]" done false text "e" due 156..166 "2026-12-06" = 2026-12-06
            "#]],
        );
    }

    #[test]
    fn a_date_that_is_none_keeps_its_range() {
        check(
            "- [ ] a due:tomorrow.\n- [ ] b due:2026-02-30\n- [ ] c due:2026_01\n",
            expect![[r#"
                promise 2..21 "[ ] a due:tomorrow." mark 2..5 "[ ]" done false text "a." due 12..20 "tomorrow" = no date
                promise 24..44 "[ ] b due:2026-02-30" mark 24..27 "[ ]" done false text "b" due 34..44 "2026-02-30" = no date
                promise 47..64 "[ ] c due:2026_01" mark 47..50 "[ ]" done false text "c" due 57..64 "2026_01" = no date
            "#]],
        );
    }

    #[test]
    fn one_space_may_stand_before_a_date() {
        check(
            "- [ ] a due: 2026-12-01, b\n",
            expect![[r#"
                promise 2..26 "[ ] a due: 2026-12-01, b" mark 2..5 "[ ]" done false text "a, b" due 13..23 "2026-12-01" = 2026-12-01
            "#]],
        );
    }

    #[test]
    fn tasks_without_a_date_and_dates_without_a_task_are_none() {
        check_nothing(
            "- [ ] a\n- b due:2026-01-01\n- [ ] due:\n- [ ] due: Friday\n- [ ] overdue:2026-01-01\n- [ ] `due:2026-01-01`\n- [] x due:2026-01-01\n- [ab] x due:2026-01-01\n\n[ ] x due:2026-01-01\n",
        );
    }

    #[test]
    fn nested_loose_and_quoted_tasks_with_crlf() {
        check(
            "- [ ] a\r\n  - [ ] b\r\n    c due:2026-01-01\r\n\r\n  - [ ] d\r\n\r\n    due:2026-01-02\r\n> - [x] e (due:2026-01-03)\r\n> - [?] f\r\n>   due:2026-01-04 g\r\n",
            expect![[r#"
                promise 13..40 "[ ] b\r\n    c due:2026-01-01" mark 13..16 "[ ]" done false text "b c" due 30..40 "2026-01-01" = 2026-01-01
                promise 81..103 "[x] e (due:2026-01-03)" mark 81..84 "[x]" done true text "e" due 92..102 "2026-01-03" = 2026-01-03
                promise 109..136 "[?] f\r\n>   due:2026-01-04 g" mark 109..112 "[?]" done false text "f g" due 124..134 "2026-01-04" = 2026-01-04
            "#]],
        );
    }

    #[test]
    fn only_the_first_date_counts() {
        check(
            "- [ ] a due:2026-01-01 due:2026-01-02\n",
            expect![[r#"
                promise 2..37 "[ ] a due:2026-01-01 due:2026-01-02" mark 2..5 "[ ]" done false text "a due:2026-01-02" due 12..22 "2026-01-01" = 2026-01-01
            "#]],
        );
    }
}

mod entries {
    use super::*;

    #[test]
    fn headings_and_items_that_begin_with_date_and_word() {
        check(
            "## 2026-11-23 call\n\nabout the engine\n\n### more\n\n## 2026-11-24 Meal: with *[[B]]*\n\n# Log\n\n- 2026-11-20 call: the engine\n  more\n  - nested\n\n- 2026-11-19 email\n\n\n1. 2026-11-18 meeting. Then: `x`\n",
            expect![[r####"
                h2 0..18 "## 2026-11-23 call" text 3..18 "2026-11-23 call"
                h3 38..46 "### more" text 42..46 "more"
                h2 48..80 "## 2026-11-24 Meal: with *[[B]]*" text 51..80 "2026-11-24 Meal: with *[[B]]*" = "2026-11-24 Meal: with B"
                h1 82..87 "# Log" text 84..87 "Log"
                Wiki 74..79 "[[B]]" target 76..77 "B"
                entry Heading 3..18 "2026-11-23 call" date 3..13 "2026-11-23" kind 14..18 "call" summary "" extent 0..46 "## 2026-11-23 call\n\nabout the engine\n\n### more"
                entry Heading 51..80 "2026-11-24 Meal: with *[[B]]*" date 51..61 "2026-11-24" kind 62..66 "Meal" = "meal" summary "with B" extent 48..80 "## 2026-11-24 Meal: with *[[B]]*"
                entry ListItem 91..118 "2026-11-20 call: the engine" date 91..101 "2026-11-20" kind 102..106 "call" summary "the engine" extent 89..136 "- 2026-11-20 call: the engine\n  more\n  - nested"
                entry ListItem 140..156 "2026-11-19 email" date 140..150 "2026-11-19" kind 151..156 "email" summary "" extent 138..156 "- 2026-11-19 email"
                entry ListItem 162..191 "2026-11-18 meeting. Then: `x`" date 162..172 "2026-11-18" kind 173..180 "meeting" summary "Then: x" extent 159..191 "1. 2026-11-18 meeting. Then: `x`"
            "####]],
        );
    }

    #[test]
    fn dates_without_a_word_are_no_entries() {
        check_nothing(
            "- 2026-11-23\n- 2026-11-23: call\n- 2026-13-23 call\n- 2026-11-23 15:00 call\n- 2026-11-23T10:00 call\n- 2026-11 call\n- on 2026-11-23 call\n- 2026-11-23 *call*\n- 2026-11-23 e.g. this\n- 2026-11-231 call\n\n2026-11-23 call\n",
        );
    }

    #[test]
    fn a_task_is_no_entry_but_what_is_nested_in_it_may_be() {
        check(
            "- [ ] 2026-11-23 call\n  - 2026-11-22 call\n",
            expect![[r#"
                entry ListItem 26..41 "2026-11-22 call" date 26..36 "2026-11-22" kind 37..41 "call" summary "" extent 24..41 "- 2026-11-22 call"
            "#]],
        );
    }

    #[test]
    fn sections_end_with_their_container() {
        check(
            "> ## 2026-11-23 call\n> a\n> b\n\nc\n\n- # 2026-11-22 call\n\n  d\n\ne\n",
            expect![[r###"
                h2 2..20 "## 2026-11-23 call" text 5..20 "2026-11-23 call"
                h1 35..52 "# 2026-11-22 call" text 37..52 "2026-11-22 call"
                entry Heading 5..20 "2026-11-23 call" date 5..15 "2026-11-23" kind 16..20 "call" summary "" extent 2..28 "## 2026-11-23 call\n> a\n> b"
                entry Heading 37..52 "2026-11-22 call" date 37..47 "2026-11-22" kind 48..52 "call" summary "" extent 35..57 "# 2026-11-22 call\n\n  d"
            "###]],
        );
    }

    #[test]
    fn crlf_is_not_part_of_an_entry() {
        check(
            "- 2026-11-23 call: x\r\n- 2026-11-22\tcall  \r\n\r\n## 2026-11-21 café ##\r\n",
            expect![[r###"
                h2 45..67 "## 2026-11-21 café ##" text 48..64 "2026-11-21 café"
                entry ListItem 2..20 "2026-11-23 call: x" date 2..12 "2026-11-23" kind 13..17 "call" summary "x" extent 0..20 "- 2026-11-23 call: x"
                entry ListItem 24..39 "2026-11-22\tcall" date 24..34 "2026-11-22" kind 35..39 "call" summary "" extent 22..39 "- 2026-11-22\tcall"
                entry Heading 48..67 "2026-11-21 café ##" date 48..58 "2026-11-21" kind 59..64 "café" summary "" extent 45..67 "## 2026-11-21 café ##"
            "###]],
        );
    }
}

mod ignores {
    use super::*;

    #[test]
    fn codes_are_read_from_comments() {
        check(
            "<!-- ties: ignore unresolved-link -->\nx <!--ties:ignore a b,c--> y\n\n<div>\n<!-- ties: ignore d\n e -->\n</div>\n\n> <!-- ties: ignore: f -->\n",
            expect![[r#"
                ignore 18..33 "unresolved-link"
                ignore 56..57 "a"
                ignore 58..59 "b"
                ignore 60..61 "c"
                ignore 92..93 "d"
                ignore 95..96 "e"
                ignore 130..131 "f"
            "#]],
        );
    }

    #[test]
    fn other_comments_and_code_are_not() {
        check_nothing(
            "<!-- ignore x -->\n\n<!-- ties: ignored x -->\n\n`<!-- ties: ignore x -->`\n\n<!-- ties: ignore -->\n",
        );
    }
}

mod front_matter {
    use super::*;

    #[test]
    fn wiki_links_stand_in_scalars_of_every_style() {
        check(
            "---\nplain: see [[A]] and [[B|b]]\nsingle: '[[C]]'\ndouble: \"[[D#H]]\"\nliteral: |\n  [[E]]\n  x [[F]]\nfolded: >-\n  [[G]]\n---\n",
            expect![[r#"
                Wiki 15..20 "[[A]]" in field 0 target 17..18 "A"
                Wiki 25..32 "[[B|b]]" in field 0 target 27..28 "B" label 29..30 "b"
                Wiki 42..47 "[[C]]" in field 1 target 44..45 "C"
                Wiki 58..65 "[[D#H]]" in field 2 target 60..61 "D" heading 62..63 "H"
                Wiki 80..85 "[[E]]" in field 3 target 82..83 "E"
                Wiki 90..95 "[[F]]" in field 3 target 92..93 "F"
                Wiki 109..114 "[[G]]" in field 4 target 111..112 "G"
            "#]],
        );
    }

    #[test]
    fn wiki_links_stand_at_any_depth() {
        check(
            "---\nmet: {at: \"[[A]]\", through: [\"[[B]]\", '[[C]]']}\nknows:\n  - \"[[D]]\"\n  - to: \"[[E]]\"\n    as: friend of [[F]]\n---\n",
            expect![[r#"
                Wiki 15..20 "[[A]]" in field 0 target 17..18 "A"
                Wiki 34..39 "[[B]]" in field 0 target 36..37 "B"
                Wiki 43..48 "[[C]]" in field 0 target 45..46 "C"
                Wiki 64..69 "[[D]]" in field 1 target 66..67 "D"
                Wiki 80..85 "[[E]]" in field 1 target 82..83 "E"
                Wiki 105..110 "[[F]]" in field 1 target 107..108 "F"
            "#]],
        );
    }

    #[test]
    fn unquoted_links_are_lists_of_lists() {
        check(
            "---\norg: [[X]]\nat: [[Y Z|y]]\nwho:\n  - [[Ada#H]]\nwhere: [[[P]], \"[[Q]]\"]\nflow: {a: [[R, S]]}\nnot: [[a], [b]]\nbroken: [[T]] and more\n---\n",
            expect![[r#"
                Wiki 9..14 "[[X]]" in field 0 target 11..12 "X"
                Wiki 19..28 "[[Y Z|y]]" in field 1 target 21..24 "Y Z" label 25..26 "y"
                Wiki 38..47 "[[Ada#H]]" in field 2 target 40..43 "Ada" heading 44..45 "H"
                Wiki 56..61 "[[P]]" in field 3 target 58..59 "P"
                Wiki 64..69 "[[Q]]" in field 3 target 66..67 "Q"
                Wiki 82..90 "[[R, S]]" in field 4 target 84..88 "R, S"
                Wiki 116..121 "[[T]]" in field 6 target 118..119 "T"
            "#]],
        );
    }

    #[test]
    fn keys_and_comments_hold_no_links() {
        check_nothing("---\n# [[A]]\n\"[[B]]\": x # [[C]]\nlist: # [[D]]\n  - y # [[E]]\n---\n");
    }

    #[test]
    fn escapes_in_quoted_names_are_decoded() {
        check(
            "---\na: \"[[Ada \\\"Countess\\\" \\u00e9|\\x41]]\"\nb: '[[O''Neill]]'\nc: \"![[p.png]]\"\n---\n",
            expect![[r#"
                Wiki 8..40 "[[Ada \\\"Countess\\\" \\u00e9|\\x41]]" in field 0 target 10..33 "Ada \\\"Countess\\\" \\u00e9" = "Ada \"Countess\" é" label 34..38 "\\x41"
                Wiki 46..58 "[[O''Neill]]" in field 1 target 48..56 "O''Neill" = "O'Neill"
                WikiEmbed 64..74 "![[p.png]]" in field 2 target 67..72 "p.png"
            "#]],
        );
    }

    #[test]
    fn line_breaks_inside_a_link_are_refused() {
        check_nothing("---\na: \"[[x\n  y]]\"\nb: |\n  [[x\n  y]]\n---\n");
    }

    #[test]
    fn tags_are_read_from_every_form() {
        check(
            "---\ntags: a, b/c\ntag: [d, \"#e\", '#f g', {value: h}, 2024, ]\n---\n",
            expect![[r#"
                tag 10..11 "a" in field 0
                tag 13..16 "b/c" in field 0
                tag 23..24 "d" in field 1
                tag 28..29 "e" in field 1
                tag 34..37 "f g" in field 1
                tag 48..49 "h" in field 1
                tag 52..56 "2024" in field 1
            "#]],
        );
        check(
            "---\ntags:\n  - a # no\n  - \"b\"\ntag: \"#c, d\"\n---\n",
            expect![[r#"
                tag 14..15 "a" in field 0
                tag 26..27 "b" in field 0
                tag 36..37 "c" in field 1
                tag 39..40 "d" in field 1
            "#]],
        );
        check(
            "---\ntags: |\n  a\n  b, c\n---\n",
            expect![[r#"
            tag 14..15 "a" in field 0
            tag 18..19 "b" in field 0
            tag 21..22 "c" in field 0
        "#]],
        );
        check(
            "---\ntags: foo\n---\n",
            expect![[r#"
            tag 10..13 "foo" in field 0
        "#]],
        );
    }

    #[test]
    fn empty_tags_are_none() {
        check_nothing("---\ntags:\ntag: []\n---\n");
        check_nothing("---\ntags: \"\"\ntag: ['#', \" \", ~]\n---\n");
        check_nothing("---\ntags: #a\n---\n");
    }

    #[test]
    fn ranges_are_exact_with_crlf_and_a_byte_order_mark() {
        check(
            "\u{feff}---\r\nname: é😀\r\ntags: [測, a]\r\norg: \"[[測|x]]\"\r\n---\r\n# H [[B]]\r\n",
            expect![[r##"
                h1 61..70 "# H [[B]]" text 63..70 "H [[B]]" = "H B"
                Wiki 44..53 "[[測|x]]" in field 2 target 46..49 "測" label 50..51 "x"
                Wiki 65..70 "[[B]]" target 67..68 "B"
                tag 29..32 "測" in field 1
                tag 34..35 "a" in field 1
            "##]],
        );
    }

    #[test]
    fn a_broken_field_loses_no_other_links() {
        check(
            "---\na: \"[[A]]\nb: [[B]\nc: \"[[C]]\"\n---\n[[D]]\n",
            expect![[r#"
                Wiki 8..13 "[[A]]" in field 0 target 10..11 "A"
                Wiki 26..31 "[[C]]" in field 2 target 28..29 "C"
                Wiki 37..42 "[[D]]" target 39..40 "D"
            "#]],
        );
    }

    #[test]
    fn body_begins_after_the_closing_line() {
        for (text, body) in [
            ("---\na: b\n---\nx", 13),
            ("---\r\n---\r\nx", 10),
            ("---\n---", 7),
            ("---\na: b\n---  \n\nx", 15),
            ("x\n---\na: b\n---\n", 0),
            ("----\na: b\n---\n", 0),
            ("", 0),
        ] {
            assert_eq!(parse(text).note.body, body, "{text:?}");
        }
    }

    #[test]
    fn comments_in_front_matter_are_no_headings() {
        check_nothing("---\n# comment\nname: A\n# [[x]] #tag\n---\n");
    }
}
