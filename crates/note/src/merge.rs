//! Merging two versions of one note, made from the same earlier one.
//!
//! The front matter is merged key by key and list item by list item, the body line by line. The result is ours with the
//! changes of theirs made in it: comments, order, quoting and line ends of ours stay. Where both changed one thing
//! differently, ordinary conflict markers stand around that thing alone. A front matter that cannot be read, in any of the
//! three, is merged line by line too: nothing is guessed and nothing is lost.

use std::borrow::Cow;

mod fields;
mod lines;
mod render;
mod tree;

/// How conflicts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeOptions<'a> {
    /// How many characters a marker is long, 7 unless the attribute `conflict-marker-size` says otherwise.
    pub marker_size: usize,
    /// Whether the earlier version is shown.
    pub style: ConflictStyle,
    /// What stands after `<<<<<<<`.
    pub ours: &'a str,
    /// What stands after `|||||||`.
    pub base: &'a str,
    /// What stands after `>>>>>>>`.
    pub theirs: &'a str,
}

impl Default for MergeOptions<'_> {
    fn default() -> Self {
        Self {
            marker_size: 7,
            style: ConflictStyle::Merge,
            ours: "ours",
            base: "base",
            theirs: "theirs",
        }
    }
}

/// What a conflict shows, as git's `merge.conflictStyle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictStyle {
    /// Both versions.
    Merge,
    /// Both versions, and the earlier one between them.
    Diff3,
}

/// What [`merge`] returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The merged text; with conflict markers where `n_conflicts` is not 0.
    pub text: String,
    /// How many places are left to the reader.
    pub n_conflicts: usize,
}

/// Merges what `ours` and `theirs` each changed since `base`. Never fails, never drops what only one of them has added.
pub fn merge(base: &str, ours: &str, theirs: &str, options: &MergeOptions<'_>) -> Merged {
    let whole = |text: &str| Merged {
        text: text.to_owned(),
        n_conflicts: 0,
    };
    if base == theirs || ours == theirs {
        return whole(ours);
    }
    if base == ours {
        return whole(theirs);
    }
    let is_marked = ours.starts_with('\u{feff}');
    let [base, ours, theirs] =
        [base, ours, theirs].map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut merged = merge_unmarked(base, ours, theirs, options);
    if is_marked {
        merged.text.insert(0, '\u{feff}');
    }
    merged
}

/// Merges texts that have lost their byte order marks.
fn merge_unmarked(base: &str, ours: &str, theirs: &str, options: &MergeOptions<'_>) -> Merged {
    let line_end = line_end_of(ours, theirs);
    if let Some(merged) = fields::merge_parts(base, ours, theirs, line_end, options) {
        return merged;
    }
    let merged = lines::merge_lines(base, ours, theirs, line_end, options);
    Merged {
        text: merged.text,
        n_conflicts: merged.n_conflicts,
    }
}

/// Returns the line end of `ours`, else of `theirs`: `"\n"` or `"\r\n"`.
fn line_end_of(ours: &str, theirs: &str) -> &'static str {
    let first = [ours, theirs].into_iter().find_map(|text| {
        let end = text.find('\n')?;
        Some(text[..end].ends_with('\r'))
    });
    if first == Some(true) { "\r\n" } else { "\n" }
}

/// Returns `text` with all its line ends as `line_end`, which is one of `"\n"` and `"\r\n"`.
fn to_line_ends<'a>(text: &'a str, line_end: &str) -> Cow<'a, str> {
    if !text.contains('\n') {
        return text.into();
    }
    match line_end {
        "\r\n" => text.replace("\r\n", "\n").replace('\n', "\r\n").into(),
        _ if text.contains("\r\n") => text.replace("\r\n", "\n").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests;
