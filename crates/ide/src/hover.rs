//! Hover: the contact at a glance, or what a key means.

use note::Span;

use crate::{FilePosition, World};

/// What to show, and for which range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The range it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// Returns what is known of the thing under the cursor.
///
/// Source: LSP 3.17 `textDocument/hover`.
pub fn hover(world: World<'_>, position: FilePosition) -> Option<Hover> {
    let _ = (world, position);
    todo!()
}
