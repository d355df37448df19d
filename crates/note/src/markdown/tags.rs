//! Tags: `#name` in the body.
//!
//! The rules are Obsidian's: letters, digits, `_`, `-` and `/`, at least one of them no digit. Those of the front
//! matter are read by [`super::properties`].

use unicode_normalization::char::is_combining_mark;

use crate::work::count;

/// Returns whether a tag's name may hold `c`: letters, digits, `_`, `-`, `/` and emoji.
pub fn is_tag_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
    }
    c.is_alphanumeric() || is_combining_mark(c) || is_emoji(c)
}

/// Emoji, and the joiner and selector that build them.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Returns the end of the tag whose `#` stands at `hash`, where one does and ends before `end`.
///
/// `after` is the character before the `#`, `None` at the beginning of a block.
pub(super) fn end(text: &str, hash: usize, end: usize, after: Option<char>) -> Option<usize> {
    if !after.is_none_or(may_precede) {
        return None;
    }
    let rest = &text[hash + 1..end];
    let len = rest.find(|c| !is_tag_char(c)).unwrap_or(rest.len());
    count(len);
    let name = rest[..len].trim_end_matches('/');
    let is_name = !name.starts_with('/')
        && name.contains(|c: char| !c.is_ascii_digit())
        && name.contains(|c: char| !matches!(c, '-' | '_' | '/'));
    is_name.then_some(hash + 1 + name.len())
}

/// Returns whether a word such as `#tag` or `due:` may follow `c` directly: white space, opening punctuation, markup.
pub(super) fn may_precede(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '(' | '['
                | '<'
                | '>'
                | '"'
                | '\''
                | '*'
                | '_'
                | '~'
                | '|'
                | ','
                | ';'
                | ':'
                | '!'
                | '?'
        )
        || (!c.is_ascii() && !is_tag_char(c))
}
