//! The text of an open document after a `textDocument/didChange`.

use note::{Encoding, LineIndex};
use tower_lsp::ls_types::TextDocumentContentChangeEvent;

use crate::from_proto;

/// Returns `text` after `changes`, each of which is counted in the text the one before it left.
///
/// Positions past a line's or the text's end are clamped, those inside a character move to its start, and a range that
/// ends before it starts is empty: an editor that drifts must not end the server.
///
/// Source: LSP 3.17 `textDocument/didChange`.
pub(crate) fn apply(
    mut text: String,
    changes: &[TextDocumentContentChangeEvent],
    encoding: Encoding,
) -> String {
    // Editors send the thousands of changes of one replacement last first. Lines before a change stay where they are, so
    // that those need to be found only once.
    let mut known: Option<(LineIndex, u32)> = None;
    for change in changes {
        let Some(range) = change.range else {
            text.clone_from(&change.text);
            known = None;
            continue;
        };
        let last = range.start.line.max(range.end.line);
        let (lines, _) = match known.take() {
            Some((lines, first_changed)) if last < first_changed => (lines, first_changed),
            _ => (LineIndex::new(&text), u32::MAX),
        };
        let span = from_proto::span(&lines, &text, range, encoding);
        let first_changed = lines.line_of(span.start);
        text.replace_range(std::ops::Range::from(span), &change.text);
        known = Some((lines, first_changed));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tower_lsp::ls_types::{Position, Range};

    use super::*;

    fn change(range: Option<[u32; 4]>, text: &str) -> TextDocumentContentChangeEvent {
        TextDocumentContentChangeEvent {
            range: range.map(|[line, column, end_line, end_column]| Range {
                start: Position::new(line, column),
                end: Position::new(end_line, end_column),
            }),
            range_length: None,
            text: text.to_owned(),
        }
    }

    #[test]
    fn changes_are_applied_in_order_each_to_what_the_one_before_left() {
        let changes = [
            change(Some([0, 0, 0, 1]), "😀"),
            change(Some([0, 2, 0, 3]), "x\r\n"),
        ];
        assert_eq!(apply("abc".into(), &changes, Encoding::Utf16), "😀x\r\nc");
    }

    #[test]
    fn a_change_without_a_range_replaces_everything() {
        assert_eq!(
            apply("a\nb".into(), &[change(None, "ü")], Encoding::Utf8),
            "ü"
        );
    }

    #[test]
    fn positions_outside_are_clamped() {
        let far = u32::MAX;
        assert_eq!(
            apply(
                "ab\ncd".into(),
                &[change(Some([0, 9, far, far]), "!")],
                Encoding::Utf16
            ),
            "ab!"
        );
        // The second half of a surrogate pair, and an end before the start.
        assert_eq!(
            apply(
                "😀b".into(),
                &[change(Some([0, 1, 0, 0]), "!")],
                Encoding::Utf16
            ),
            "!😀b"
        );
        assert_eq!(
            apply(
                String::new(),
                &[change(Some([3, 3, 4, 4]), "!")],
                Encoding::Utf32
            ),
            "!"
        );
    }

    #[test]
    fn a_replacement_in_thousands_of_places_is_made_in_one_go() {
        let n_lines = 20_000;
        let text = "some words to replace here\r\n".repeat(n_lines);
        let changes: Vec<_> = (0..n_lines as u32)
            .rev()
            .map(|line| change(Some([line, 5, line, 10]), "😀\n"))
            .collect();
        let replaced = apply(text, &changes, Encoding::Utf16);
        assert_eq!(replaced, "some 😀\n to replace here\r\n".repeat(n_lines));
    }

    /// A second opinion, slow and simple: the text as a list of lines, each a list of columns.
    struct Model(Vec<char>);

    impl Model {
        fn width(character: char, encoding: Encoding) -> u32 {
            match encoding {
                Encoding::Utf8 => character.len_utf8() as u32,
                Encoding::Utf16 => character.len_utf16() as u32,
                Encoding::Utf32 => 1,
            }
        }

        /// The index of the character at a position: walks from the start of the text.
        fn find(&self, position: Position, encoding: Encoding) -> usize {
            let (mut line, mut index) = (0, 0);
            while line < position.line {
                match (self.0.get(index), self.0.get(index + 1)) {
                    (None, _) => return index,
                    (Some('\r'), Some('\n')) => {
                        index += 2;
                        line += 1;
                    }
                    (Some('\r' | '\n'), _) => {
                        index += 1;
                        line += 1;
                    }
                    _ => index += 1,
                }
            }
            let mut column = 0;
            while let Some(&character) = self.0.get(index) {
                let width = Self::width(character, encoding);
                if matches!(character, '\r' | '\n') || column + width > position.character {
                    break;
                }
                column += width;
                index += 1;
            }
            index
        }

        fn apply(&mut self, change: &TextDocumentContentChangeEvent, encoding: Encoding) {
            let (start, end) = match change.range {
                None => (0, self.0.len()),
                Some(range) => (
                    self.find(range.start, encoding),
                    self.find(range.end, encoding),
                ),
            };
            self.0.splice(start..end.max(start), change.text.chars());
        }
    }

    fn piece() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![
                Just("a"),
                Just("[["),
                Just("é"),
                Just("e\u{301}"),
                Just("測"),
                Just("😀"),
                Just("👩‍👩‍👧"),
                Just("\n"),
                Just("\r\n"),
                Just("\r"),
                Just("\u{2028}"),
                Just("\t"),
                Just("\u{feff}"),
            ],
            0..6,
        )
        .prop_map(|pieces| pieces.concat())
    }

    fn edit() -> impl Strategy<Value = TextDocumentContentChangeEvent> {
        // Few lines and columns, so that edits are often before, on and after the lines of those before them.
        let number = || prop_oneof![8 => 0..8u32, 1 => 8..40u32, 1 => Just(u32::MAX)];
        let range = proptest::option::weighted(0.95, [number(), number(), number(), number()]);
        (range, piece()).prop_map(|(range, text)| change(range, &text))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn any_edits_leave_the_text_that_a_simple_model_has(
            start in piece(),
            edits in proptest::collection::vec(edit(), 1..40),
        ) {
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let mut model = Model(start.chars().collect());
                for change in &edits {
                    model.apply(change, encoding);
                }
                let text = apply(start.clone(), &edits, encoding);
                prop_assert_eq!(text, model.0.into_iter().collect::<String>());
            }
        }
    }
}
