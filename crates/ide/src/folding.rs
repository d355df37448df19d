//! What can be folded away: front matter and its longer values, sections, list items, quotes, code, tables, comments.

use note::{ElementKind, Field, LineIndex, Span, elements};
use vault::NoteId;

use crate::World;

/// What a fold is, where the protocol has a word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoldKind {
    /// An HTML comment.
    Comment,
    /// The front matter.
    FrontMatter,
    /// A section, an item, a quote, …
    Block,
}

/// Lines that fold into their first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the first line, which stays, to the end of the last; at least two lines.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

/// Returns what can be folded in a note, in the order of the text; of those that begin on one line the longest.
///
/// Source: LSP 3.17 `textDocument/foldingRange`.
pub fn folds(world: World<'_>, note: NoteId) -> Vec<Fold> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let Some(text) = world.texts.text(&data.path) else {
        return Vec::new();
    };
    let note = &data.note;
    let mut folds = Vec::new();
    let mut add = |span: Span, kind| {
        let span = Span::new(
            span.start,
            span.start + span.of(&text).trim_end().len() as u32,
        );
        if note.lines.line_of(span.start) < note.lines.line_of(span.end) {
            folds.push(Fold { span, kind });
        }
    };
    if let Some(front_matter) = note.front_matter.as_deref() {
        add(front_matter.span, FoldKind::FrontMatter);
        fold_fields(&front_matter.fields, &mut |span| {
            add(span, FoldKind::Block);
        });
    }
    for heading in 0..note.headings.len() {
        add(note.section(heading), FoldKind::Block);
    }
    for element in elements(&text, note.body) {
        let kind = match element.kind {
            ElementKind::Html if element.span.of(&text).starts_with("<!--") => FoldKind::Comment,
            ElementKind::Item
            | ElementKind::BlockQuote
            | ElementKind::CodeBlock
            | ElementKind::Html
            | ElementKind::Table
            | ElementKind::Footnote => FoldKind::Block,
            _ => continue,
        };
        add(element.span, kind);
    }
    one_a_line(folds, &note.lines)
}

fn fold_fields(fields: &[Field], add: &mut dyn FnMut(Span)) {
    for field in fields {
        add(field.span());
        let mut values = vec![&field.value];
        while let Some(value) = values.pop() {
            match &value.data {
                note::Data::Map(inner) => fold_fields(inner, add),
                note::Data::List(items) => values.extend(items),
                _ => {}
            }
        }
    }
}

fn one_a_line(mut folds: Vec<Fold>, lines: &LineIndex) -> Vec<Fold> {
    folds.sort_by_key(|fold| {
        (
            lines.line_of(fold.span.start),
            std::cmp::Reverse(fold.span.end),
            fold.span.start,
        )
    });
    folds.dedup_by_key(|fold| lines.line_of(fold.span.start));
    folds
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::test_vault::TestVault;

    #[expect(
        clippy::needless_pass_by_value,
        reason = "`expect!` is written in place"
    )]
    fn check(text: &str, expected: Expect) {
        let vault = TestVault::from_files([("a.md".to_owned(), text.to_owned())]);
        let note = vault.vault.id("a.md").expect("it is a note");
        let lines = &vault.vault.note(note).note.lines;
        let line = |offset| lines.line_of(offset) + 1;
        let shown: Vec<String> = folds(vault.world(), note)
            .into_iter()
            .map(|fold| {
                let (from, to) = (line(fold.span.start), line(fold.span.end));
                format!("{from}-{to} {:?}", fold.kind)
            })
            .collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn front_matter_folds_and_so_do_its_longer_values() {
        check(
            "---\nname: Ada\nmet:\n  at: x\n  through:\n    - Bob\n    - Cy\nbio: |\n  one\n  two\n---\n\ntext\n",
            expect![[r"
                1-11 FrontMatter
                3-7 Block
                5-7 Block
                8-10 Block"]],
        );
    }

    #[test]
    fn a_section_ends_with_its_last_line_and_holds_those_below_it() {
        check(
            "# Ada\n\none\n\n## Log\n\n- a\n- b\n\n\n# Next\n\nend\n\n\n",
            expect![[r"
                1-8 Block
                5-8 Block
                11-13 Block"]],
        );
    }

    #[test]
    fn a_heading_without_a_section_does_not_fold() {
        check("# Ada\n\n# Bob\n\n\n", expect![""]);
    }

    #[test]
    fn items_quotes_code_tables_and_comments_fold() {
        check(
            "- 2026-11-23 call: x\n  - more\n  - yet more\n- one line\n\n> a\n> b\n\n```sh\nls\n```\n\n| a |\n|---|\n| b |\n\n<!-- a\nb -->\n\n    code\n    more\n",
            expect![[r"
                1-3 Block
                6-7 Block
                9-11 Block
                13-15 Block
                17-18 Comment
                20-21 Block"]],
        );
    }

    #[test]
    fn other_line_ends_make_no_difference() {
        check(
            "# Ada\r\n\r\none\r\n\r\n# Bob\r\ntwo\r\n",
            expect![[r"
            1-3 Block
            5-6 Block"]],
        );
    }
}
