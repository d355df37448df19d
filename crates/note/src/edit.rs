//! The smallest text edits that do a job. Nothing is ever re-emitted: comments, order, quoting and line ends
//! stay byte for byte.

use crate::{Link, Note, Span};

/// Replaces a range with a text; an empty range inserts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextEdit {
    /// What to replace.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl TextEdit {
    /// Returns an edit that puts `text` in place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }

    /// Returns an edit that inserts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self {
            span: Span::at(offset),
            text: text.into(),
        }
    }
}

/// Returns `text` with `edits` made; `None` where two overlap or one lies outside.
///
/// The edits may come in any order; insertions at the same place keep theirs.
pub fn apply(text: &str, edits: &[TextEdit]) -> Option<String> {
    let _ = (text, edits);
    todo!()
}

/// Returns the line ending that `text` uses first, `"\n"` where it has none.
pub fn line_ending(text: &str) -> &'static str {
    let _ = text;
    todo!()
}

/// Returns `value` as a YAML scalar that YAML 1.1 and 1.2 readers both take for that text, quoted only if it must be.
///
/// `flow` is whether it will stand inside `[…]` or `{…}`. Line breaks are escaped in double quotes.
pub fn quote(value: &str, flow: bool) -> String {
    let _ = (value, flow);
    todo!()
}

/// Returns the edit that gives the top-level key `name` the scalar `value`, replacing the value that is there, else
/// adding a line at the end of the front matter, else a front matter at the start of the note.
///
/// `value` is plain text and is quoted as needed; `raw_value` variants take YAML as it is.
pub fn set_key(text: &str, note: &Note, name: &str, value: &str) -> TextEdit {
    set_key_raw(text, note, name, &quote(value, false))
}

/// Like [`set_key`], with `yaml` written as it is: it must be one line of valid flow YAML.
pub fn set_key_raw(text: &str, note: &Note, name: &str, yaml: &str) -> TextEdit {
    let _ = (text, note, name, yaml);
    todo!()
}

/// Returns the edit that adds `value` to the list under the top-level key `name`: to a flow or block list in its own
/// style, a scalar becoming a flow list of two, an absent key a new line `name: [value]`.
///
/// `None` where the item is there already.
pub fn add_to_list(text: &str, note: &Note, name: &str, value: &str) -> Option<TextEdit> {
    let _ = (text, note, name, value);
    todo!()
}

/// Returns the edit that removes the top-level field at index `field` of the front matter, with its line.
pub fn remove_field(text: &str, note: &Note, field: usize) -> Option<TextEdit> {
    let _ = (text, note, field);
    todo!()
}

/// Returns the edit that makes `link` point at `new_target`, touching only the target inside it.
///
/// `new_target` is a plain name or path. A Markdown target stays percent-encoded or in `<>` as it was (and is encoded
/// where it must be), `|` in a table cell stays escaped, a name inside quotes in front matter stays valid there. The
/// anchor and the label stay.
pub fn retarget(text: &str, link: &Link, new_target: &str) -> TextEdit {
    let _ = (text, link, new_target);
    todo!()
}
