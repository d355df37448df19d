//! The blocks and inline elements of a body as they nest, for features that ask about the shape of a text: folding and
//! growing a selection. Kept nowhere; a note is walked again when it is asked.

use pulldown_cmark::{Event, Parser, Tag};

use super::body::{OPTIONS, skip_mark};
use crate::Span;

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// Lines of text.
    Paragraph,
    /// A heading, without its section.
    Heading,
    /// A list.
    List,
    /// An item of a list with all that is nested in it.
    Item,
    /// A block quote.
    BlockQuote,
    /// A code block, fenced or indented.
    CodeBlock,
    /// A block of HTML, comments among them.
    Html,
    /// A table.
    Table,
    /// A row of a table, its head among them.
    TableRow,
    /// A cell of a table.
    TableCell,
    /// The definition of a footnote.
    Footnote,
    /// Emphasis, code, a link or an image within a line of text.
    Inline,
}

/// A part of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub kind: ElementKind,
    /// Its bytes, without the white space at their end; never empty.
    pub span: Span,
}

/// Returns the elements of the body that begins at `body` in the order of the text, an outer one before those inside it.
/// Any two of them nest or stand apart. Linear in the length of `text`.
///
/// Source: CommonMark 0.31, chapters 4 to 6, with the extensions that [`crate::parse()`] reads.
pub fn elements(text: &str, body: u32) -> Vec<Element> {
    let start = skip_mark(text, body as usize);
    let Some(source) = text.get(start..) else {
        return Vec::new();
    };
    let mut elements: Vec<Element> = Vec::new();
    // The ends of the elements that are open: what is inside ends there at the latest.
    let mut open: Vec<u32> = Vec::new();
    for (event, range) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
        let kind = match &event {
            Event::Start(tag) => kind(tag),
            Event::Code(_) => Some(ElementKind::Inline),
            Event::End(_) => {
                open.pop();
                continue;
            }
            _ => continue,
        };
        let held = open.last().copied().unwrap_or(u32::MAX);
        let trimmed = source[range.clone()].trim_end().len();
        let from = (start + range.start) as u32;
        let span = Span::new(from, ((start + range.start + trimmed) as u32).min(held));
        if matches!(event, Event::Start(_)) {
            open.push(((start + range.end) as u32).min(held));
        }
        if let Some(kind) = kind
            && !span.is_empty()
        {
            elements.push(Element { kind, span });
        }
    }
    elements
}

fn kind(tag: &Tag<'_>) -> Option<ElementKind> {
    Some(match tag {
        Tag::Paragraph => ElementKind::Paragraph,
        Tag::Heading { .. } => ElementKind::Heading,
        Tag::List(_) => ElementKind::List,
        Tag::Item => ElementKind::Item,
        Tag::BlockQuote(_) => ElementKind::BlockQuote,
        Tag::CodeBlock(_) => ElementKind::CodeBlock,
        Tag::HtmlBlock => ElementKind::Html,
        Tag::Table(_) => ElementKind::Table,
        Tag::TableHead | Tag::TableRow => ElementKind::TableRow,
        Tag::TableCell => ElementKind::TableCell,
        Tag::FootnoteDefinition(_) => ElementKind::Footnote,
        Tag::Emphasis
        | Tag::Strong
        | Tag::Strikethrough
        | Tag::Superscript
        | Tag::Subscript
        | Tag::Link { .. }
        | Tag::Image { .. } => ElementKind::Inline,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    #[expect(
        clippy::needless_pass_by_value,
        reason = "`expect!` is written in place"
    )]
    fn check(text: &str, expected: Expect) {
        let body = crate::parse(text).note.body;
        let shown: Vec<String> = elements(text, body)
            .iter()
            .map(|found| format!("{:?} {} {:?}", found.kind, found.span, found.span.of(text)))
            .collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn blocks_and_what_is_in_them_come_in_order() {
        check(
            "---\nname: Ada\n---\n# Ada\n\n- one\n  - *two* `c`\n\n> said [[Bob]]\n\n```\nx\n```\n",
            expect![[r##"
                Heading 18..23 "# Ada"
                List 25..44 "- one\n  - *two* `c`"
                Item 25..44 "- one\n  - *two* `c`"
                List 33..44 "- *two* `c`"
                Item 33..44 "- *two* `c`"
                Inline 35..40 "*two*"
                Inline 41..44 "`c`"
                BlockQuote 46..60 "> said [[Bob]]"
                Paragraph 48..60 "said [[Bob]]"
                Inline 53..60 "[[Bob]]"
                CodeBlock 62..71 "```\nx\n```""##]],
        );
    }

    #[test]
    fn tables_footnotes_and_comments_are_elements() {
        check(
            "| a | b |\n|---|---|\n| 1 | 2 |\n\n<!-- so\nit is -->\n\n[^1]: note\n",
            expect![[r#"
                Table 0..29 "| a | b |\n|---|---|\n| 1 | 2 |"
                TableRow 0..9 "| a | b |"
                TableCell 1..3 " a"
                TableCell 5..7 " b"
                TableRow 20..29 "| 1 | 2 |"
                TableCell 21..23 " 1"
                TableCell 25..27 " 2"
                Html 31..48 "<!-- so\nit is -->"
                Footnote 50..60 "[^1]: note"
                Paragraph 56..60 "note""#]],
        );
    }

    proptest! {
        #[test]
        fn any_two_nest_or_stand_apart(text in r"([-*>#\[\]`| \n\r1.é😀_~<!]|\[\[a\]\]|---\n){0,60}") {
            let mut open: Vec<Span> = Vec::new();
            for element in elements(&text, 0) {
                prop_assert!(text.get(std::ops::Range::from(element.span)).is_some());
                while open.last().is_some_and(|last| last.end <= element.span.start) {
                    open.pop();
                }
                if let Some(last) = open.last() {
                    prop_assert!(last.contains(element.span), "{last} {element:?} {text:?}");
                }
                open.push(element.span);
            }
        }
    }
}
