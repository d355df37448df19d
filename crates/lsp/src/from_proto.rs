//! From what a client says to what ties means: positions to offsets. The other way is [`crate::to_proto`].

use note::{Encoding, LineColumn, LineIndex, Span};
use tower_lsp::ls_types::{Position, Range};

/// Returns the byte offset of a position, clamped to its line and the text. `text` is the one `lines` was made from.
pub(crate) fn offset(lines: &LineIndex, text: &str, position: Position, encoding: Encoding) -> u32 {
    let position = LineColumn {
        line: position.line,
        column: position.character,
    };
    lines.offset(text, position, encoding)
}

/// Returns the byte range of a range; empty where it ends before it starts.
pub(crate) fn span(lines: &LineIndex, text: &str, range: Range, encoding: Encoding) -> Span {
    Span::new(
        offset(lines, text, range.start, encoding),
        offset(lines, text, range.end, encoding),
    )
}
