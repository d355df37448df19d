//! What holds of every text, however broken, and that links written by a generator are found with exactly their parts.

use std::fmt::Write;

use proptest::prelude::*;

use crate::{Anchor, Link, LinkForm, Note, Place, Span, parse};

/// Asserts everything that must hold of what is found in `text`.
fn assert_sound(text: &str) {
    let parsed = parse(text);
    assert_eq!(parsed, parse(text), "the same text gives the same note");
    let note = &parsed.note;
    let len = text.len() as u32;
    let check = |span: Span| {
        assert!(span.start <= span.end && span.end <= len, "{span} of {len}");
        assert!(text.is_char_boundary(span.start as usize), "{span}");
        assert!(text.is_char_boundary(span.end as usize), "{span}");
        span
    };
    let body = check(Span::new(note.body, len));
    assert!(is_sorted(
        parsed.problems.iter().map(|problem| problem.span.start)
    ));
    for problem in &parsed.problems {
        check(problem.span);
    }
    check_front_matter(text, note);

    assert!(is_sorted(
        note.headings.iter().map(|heading| heading.span.start)
    ));
    for heading in &note.headings {
        assert!((1..=6).contains(&heading.level));
        assert!(body.contains(check(heading.span)));
        assert!(
            heading.span.contains(check(heading.text.span)),
            "{heading:?}"
        );
        assert!(!heading.span.of(text).ends_with(['\n', '\r']));
        assert!(!heading.text.value.contains(['\n', '\r']));
    }

    assert!(is_sorted(note.links.iter().map(|link| link.span.start)));
    for link in &note.links {
        check_link(text, note, link, &check);
    }

    assert!(is_sorted(note.tags.iter().map(|tag| tag.name.span.start)));
    for tag in &note.tags {
        check(tag.name.span);
        assert!(!tag.name.value.is_empty());
        if tag.place == Place::Body {
            assert_eq!(tag.name.span.of(text), &*tag.name.value);
            assert!(text[..tag.name.span.start as usize].ends_with('#'));
            assert!(tag.name.value.chars().all(crate::is_tag_char));
        }
    }

    assert!(is_sorted(
        note.blocks.iter().map(|block| block.id.span.start)
    ));
    for block in &note.blocks {
        assert_eq!(check(block.id.span).of(text), &*block.id.value);
        assert!(text[..block.id.span.start as usize].ends_with('^'));
    }

    assert!(is_sorted(
        note.promises.iter().map(|promise| promise.span.start)
    ));
    for promise in &note.promises {
        check(promise.span);
        assert!(promise.span.contains(check(promise.mark)), "{promise:?}");
        assert!(
            promise.span.contains(check(promise.due.span)),
            "{promise:?}"
        );
        assert_eq!(promise.span.start, promise.mark.start);
        assert!(promise.mark.of(text).starts_with('[') && promise.mark.of(text).ends_with(']'));
        assert!(!promise.due.span.is_empty());
        if let Some(day) = promise.due.value {
            assert_eq!(promise.due.span.of(text), day.to_string());
        }
    }

    assert!(is_sorted(note.entries.iter().map(|entry| entry.span.start)));
    for entry in &note.entries {
        assert!(check(entry.extent).contains(check(entry.span)), "{entry:?}");
        assert!(entry.span.contains(check(entry.date.span)));
        assert!(entry.span.contains(check(entry.kind.span)));
        assert_eq!(entry.date.span.of(text), entry.date.value.to_string());
        assert_eq!(entry.kind.span.of(text).to_lowercase(), &*entry.kind.value);
        assert!(!entry.span.of(text).contains(['\n', '\r']));
    }

    assert!(is_sorted(
        note.ignores.iter().map(|ignore| ignore.code.span.start)
    ));
    for ignore in &note.ignores {
        assert_eq!(check(ignore.code.span).of(text), &*ignore.code.value);
    }
}

fn check_front_matter(text: &str, note: &Note) {
    let Some(front_matter) = &note.front_matter else {
        assert_eq!(note.body, 0);
        return;
    };
    let span = front_matter.span;
    assert!(span.end <= note.body || !front_matter.closed || span.end == text.len() as u32);
    assert!(span.contains(front_matter.content));
    let mut pending: Vec<_> = front_matter.fields.iter().collect();
    while let Some(field) = pending.pop() {
        for part in [field.key.span, field.value.span] {
            assert!(text.get(std::ops::Range::from(part)).is_some(), "{part}");
            assert!(span.contains(part), "{part} in {span}");
        }
        let mut values = vec![&field.value];
        while let Some(value) = values.pop() {
            assert!(
                field.value.span.contains(value.span),
                "{value:?} in {field:?}"
            );
            match &value.data {
                crate::Data::List(items) => values.extend(items.iter()),
                crate::Data::Map(fields) => pending.extend(fields.iter()),
                _ => {}
            }
        }
    }
}

fn check_link(text: &str, note: &Note, link: &Link, check: &impl Fn(Span) -> Span) {
    let source = check(link.span).of(text);
    check(link.target.span);
    let in_link = |span: Span| assert!(link.span.contains(check(span)), "{link:?} {source:?}");
    if let Some(label) = link.label {
        in_link(label);
    }
    let anchor = match &link.anchor {
        Some(Anchor::Heading(name) | Anchor::Block(name)) => Some(check(name.span)),
        None => None,
    };
    if link.form != LinkForm::Reference {
        in_link(link.target.span);
        anchor.into_iter().for_each(in_link);
    }
    if let Some(anchor) = anchor {
        assert!(link.target.span.end < anchor.start, "{link:?}");
    }
    match link.place {
        Place::Body => assert!(link.span.start >= note.body),
        Place::FrontMatter(index) => {
            let front_matter = note.front_matter.as_ref().expect("the link stands in it");
            let field = &front_matter.fields[usize::from(index)];
            assert!(
                field.value.span.contains(link.span),
                "{link:?} in {field:?}"
            );
        }
    }
    match link.form {
        LinkForm::Wiki | LinkForm::WikiEmbed => {
            let open = if link.form == LinkForm::Wiki {
                "[["
            } else {
                "![["
            };
            assert!(
                source.starts_with(open) && source.ends_with("]]"),
                "{source:?}"
            );
            assert!(!source.contains(['\n', '\r']), "{source:?}");
            assert!(!link.target.value.is_empty() || link.anchor.is_some());
        }
        LinkForm::Inline => assert!(
            source.starts_with('[') && source.ends_with(')')
                || source.starts_with('<') && source.ends_with('>'),
            "{source:?}"
        ),
        LinkForm::InlineImage => assert!(source.starts_with("![") && source.ends_with(')')),
        LinkForm::Reference => assert!(source.starts_with(['[', '!']) && source.ends_with(']')),
        LinkForm::Definition => assert!(source.starts_with('['), "{source:?}"),
        LinkForm::BareName => panic!("never made by the parser"),
    }
}

fn is_sorted(starts: impl Iterator<Item = u32>) -> bool {
    starts.is_sorted()
}

/// What breaks parsers of notes, in pieces.
const FRAGMENTS: &[&str] = &[
    "[[",
    "]]",
    "[",
    "]",
    "(",
    ")",
    "](",
    "]:",
    "|",
    "\\|",
    "#",
    "^",
    "`",
    "``",
    "```",
    "~~~",
    "%%",
    "%",
    "$",
    "$$",
    "---",
    "---\n",
    "***",
    "- ",
    "* ",
    "1. ",
    "- [ ] ",
    "- [x] ",
    "- [/] ",
    "> ",
    "\t",
    "    ",
    "\r",
    "\n",
    "\r\n",
    "\n\n",
    "😀",
    "é",
    "e\u{301}",
    "測",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "<",
    ">",
    "<!--",
    "-->",
    "<!-- ties: ignore a b -->",
    "<b>",
    "</b>",
    "<div>",
    "\\",
    "\\\\",
    "&amp;",
    "&",
    "&#35;",
    "!",
    "![",
    "![[",
    "*",
    "**",
    "_",
    "~~",
    "due:",
    "due:2026-01-02",
    "2026-11-23 call",
    "2026-11-23",
    ": ",
    "# ",
    "## ",
    "===\n",
    "a",
    "Ada",
    " ",
    "  ",
    "#tag",
    "^id",
    "[^1]",
    "[^1]: ",
    "[a]: b.md\n",
    "[[Ada]]",
    "[[Ada#H|x]]",
    "[x](y%20z.md#h)",
    "<https://e.org>",
    "| a | b |\n| - | - |\n",
    "| ",
    "name: ",
    "tags: [a, b]",
    "tags: x, y\n",
    "org: [[X]]\n",
    "- \"[[Q]]\"\n",
    "{",
    "}",
    ",",
    "'",
    "\"",
    "key: |\n  ",
];

fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(FRAGMENTS);
    let body = prop::collection::vec(fragment.clone(), 0..40).prop_map(|parts| parts.concat());
    let front = prop::collection::vec(fragment, 0..12).prop_map(|parts| parts.concat());
    (prop::option::of(front), body).prop_map(|(front, body)| match front {
        Some(front) => format!("---\n{front}\n---\n{body}"),
        None => body,
    })
}

/// A link and what must be found of it.
#[derive(Clone, Debug)]
struct Written {
    source: String,
    form: LinkForm,
    target: String,
    anchor: Option<String>,
    is_block: bool,
    label: Option<String>,
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-zé測😀][A-Za-z0-9 é.測-]{0,8}[A-Za-z0-9é]"
}

fn written() -> impl Strategy<Value = Written> {
    let forms = prop::sample::select(vec![
        LinkForm::Wiki,
        LinkForm::WikiEmbed,
        LinkForm::Inline,
        LinkForm::InlineImage,
    ]);
    let anchor = prop::option::of((any::<bool>(), "[A-Za-z0-9é]{1,6}"));
    (forms, name(), anchor, prop::option::of(name()), 0..3_u8).prop_map(
        |(form, target, anchor, label, style)| {
            let mark = match &anchor {
                Some((true, id)) => format!("#^{id}"),
                Some((false, heading)) => format!("#{heading}"),
                None => String::new(),
            };
            let bang = if matches!(form, LinkForm::WikiEmbed | LinkForm::InlineImage) {
                "!"
            } else {
                ""
            };
            let (source, target, label) = if form.is_wiki() {
                let bar = label
                    .as_ref()
                    .map_or(String::new(), |label| format!("|{label}"));
                (format!("{bang}[[{target}{mark}{bar}]]"), target, label)
            } else {
                let path = format!("{target}.md");
                let label = label.unwrap_or_default();
                let destination = match style {
                    0 => format!("<{path}{mark}>"),
                    1 => format!("{}{mark} \"title\"", path.replace(' ', "%20")),
                    _ => format!(" {}{mark} ", path.replace(' ', "%20").replace('-', "\\-")),
                };
                (format!("{bang}[{label}]({destination})"), path, Some(label))
            };
            let is_block = matches!(anchor, Some((true, _)));
            Written {
                source,
                form,
                target,
                anchor: anchor.map(|(_, anchor)| anchor),
                is_block,
                label,
            }
        },
    )
}

fn assert_found(text: &str, written: &[Written], places: &[Span]) {
    let note = parse(text).note;
    let mut found = String::new();
    let mut wanted = String::new();
    for link in &note.links {
        let (anchor, is_block) = match &link.anchor {
            Some(Anchor::Heading(name)) => (Some(name.value.to_string()), false),
            Some(Anchor::Block(name)) => (Some(name.value.to_string()), true),
            None => (None, false),
        };
        let label = link.label.map(|label| label.of(text));
        let parts = (
            link.span,
            link.form,
            &*link.target.value,
            anchor,
            is_block,
            label,
        );
        writeln!(found, "{parts:?}").expect("a string takes all");
    }
    for (link, span) in written.iter().zip(places) {
        let label = link.label.as_deref();
        let parts = (
            *span,
            link.form,
            &*link.target,
            link.anchor.clone(),
            link.is_block,
            label,
        );
        writeln!(wanted, "{parts:?}").expect("a string takes all");
    }
    assert_eq!(found, wanted, "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_soundly(text in any::<String>()) {
        assert_sound(&text);
    }

    #[test]
    fn any_ascii_is_read_soundly(text in "[\\x00-\\x7f]{0,80}") {
        assert_sound(&text);
    }

    #[test]
    fn any_fragments_are_read_soundly(text in fragments()) {
        assert_sound(&text);
    }

    #[test]
    fn any_cut_of_a_note_is_read_soundly(text in fragments(), cut in any::<prop::sample::Index>()) {
        let mut end = cut.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        assert_sound(&text[..end]);
    }

    #[test]
    fn links_are_found_as_they_were_written(
        written in prop::collection::vec((written(), prop::sample::select(vec![" ", "\n", " é 😀 ", "\r\n\r\n", "\n- ", "\n> "])), 1..8),
        is_marked in any::<bool>(),
    ) {
        let mut text = String::from(if is_marked { "\u{feff}" } else { "" });
        let mut places = Vec::new();
        for (link, gap) in &written {
            text.push_str(gap);
            let start = text.len();
            text.push_str(&link.source);
            places.push(Span::from(start..text.len()));
        }
        let written: Vec<_> = written.into_iter().map(|(link, _)| link).collect();
        assert_found(&text, &written, &places);
    }
}

#[test]
fn texts_that_once_broke_something_are_read_soundly() {
    for text in [
        "",
        "\u{feff}",
        "---",
        "---\n",
        "---\n---",
        "---\r\n---\r\n",
        "\u{feff}---\nname: A\n---\n# H",
        "#",
        "- [ ]",
        "- [ ] due:",
        "%%",
        "$$",
        "$",
        "[[]]",
        "![[",
        "[a]:",
        "[a]: <",
        "[a]: <b\n",
        "\r",
        "- \r\r  x",
        "[a]:\u{2028}",
        "- [ ] x due:2026-01-01\n  ---",
        "\0[[\0]]",
    ] {
        assert_sound(text);
    }
}
