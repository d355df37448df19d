//! Which heading or block the anchor of a link points at, and how to write an anchor that points there.
//!
//! A wiki link names a heading by its text (`[[Ada#Early life]]`), also below another one (`[[Ada#Life#Youth]]`); a Markdown
//! link by its slug (`[x](ada.md#early-life)`). Either is understood in both, since people mix them.

use rustc_hash::FxHashMap;

use crate::{Anchor, Heading, Note, Span, fold::fold};

/// Returns the slug of a heading's text as GitHub makes it: lower case, spaces become `-`, and of the rest only letters,
/// digits, `-` and `_` stay.
pub fn slug(text: &str) -> String {
    text.trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// Returns the slug of each heading, made unique as GitHub does: the second `notes` is `notes-1`.
pub fn slugs(headings: &[Heading]) -> Vec<String> {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut slugs = Vec::with_capacity(headings.len());
    for heading in headings {
        let slug = slug(&heading.text.value);
        let count = seen.entry(slug.clone()).or_default();
        slugs.push(match *count {
            0 => slug,
            n => format!("{slug}-{n}"),
        });
        *count += 1;
    }
    slugs
}

/// Returns the text that names `heading` after the `#` of a wiki link: its own, without what would end the link.
pub fn wiki_anchor(heading: &str) -> String {
    let mut anchor = heading.replace(['[', ']', '|', '\\'], " ");
    if anchor.trim_start().starts_with('^') {
        anchor = anchor.replacen('^', " ", 1);
    }
    anchor.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The headings of a note, to find many anchors in: each look-up costs what the anchor holds.
#[derive(Debug)]
pub struct Anchors<'a> {
    exact: FxHashMap<&'a str, usize>,
    /// By the text as it is compared; in the order of the note.
    plain: FxHashMap<String, Vec<usize>>,
    slugs: FxHashMap<String, usize>,
    /// One past the last heading below each.
    ends: Vec<usize>,
}

impl<'a> Anchors<'a> {
    /// Prepares the look-up of anchors among `headings`, those of one note in order.
    pub fn new(headings: &'a [Heading]) -> Self {
        let mut anchors = Self {
            exact: FxHashMap::default(),
            plain: FxHashMap::default(),
            slugs: FxHashMap::default(),
            ends: vec![headings.len(); headings.len()],
        };
        let mut open: Vec<usize> = Vec::new();
        for (index, heading) in headings.iter().enumerate() {
            while let Some(&above) = open.last()
                && headings[above].level >= heading.level
            {
                anchors.ends[above] = index;
                open.pop();
            }
            open.push(index);
            anchors.exact.entry(&heading.text.value).or_insert(index);
            let plain = plain(&heading.text.value);
            if !plain.is_empty() {
                anchors.plain.entry(plain).or_default().push(index);
            }
        }
        for (index, slug) in slugs(headings).into_iter().enumerate() {
            if !slug.is_empty() {
                anchors.slugs.entry(slug).or_insert(index);
            }
        }
        anchors
    }

    /// Finds the headings that the text after `#` names, outermost first; the last one is what is meant. An anchor without
    /// a further `#` gives one. Of several headings with the same text the first is taken.
    ///
    /// Looked for in this order: the text as written, a path of headings parted by `#`, the text without case and marks,
    /// the slug.
    pub fn find(&self, anchor: &str) -> Option<Vec<usize>> {
        if anchor.is_empty() {
            return None;
        }
        if let Some(&index) = self.exact.get(anchor) {
            return Some(vec![index]);
        }
        if anchor.contains('#')
            && let Some(path) = self.find_path(anchor)
        {
            return Some(path);
        }
        let index = match self.plain.get(&plain(anchor)) {
            Some(indices) => indices[0],
            None => *self.slugs.get(&anchor.to_lowercase())?,
        };
        Some(vec![index])
    }

    /// Finds each part of `A#B` below the part before it.
    fn find_path(&self, anchor: &str) -> Option<Vec<usize>> {
        let mut path: Vec<usize> = Vec::new();
        for part in anchor.split('#') {
            let (from, end) = match path.last() {
                Some(&parent) => (parent + 1, self.ends[parent]),
                None => (0, usize::MAX),
            };
            let indices = self.plain.get(&plain(part))?;
            let first = indices.partition_point(|&index| index < from);
            path.push(*indices.get(first).filter(|&&index| index < end)?);
        }
        Some(path)
    }
}

/// Returns a heading's text as it is compared: folded, and without the marks that a wiki link cannot hold.
fn plain(text: &str) -> String {
    fold(&text.replace(['[', ']', '|', '#', '^', ':', '%', '\\'], " "))
}

impl Note {
    /// Returns the index of the heading that `anchor` names. For many anchors of one note, see [`Anchors`].
    pub fn find_heading(&self, anchor: &str) -> Option<usize> {
        Anchors::new(&self.headings).find(anchor)?.pop()
    }

    /// Returns the index of the block called `id`, ignoring case.
    pub fn find_block(&self, id: &str) -> Option<usize> {
        let exact = self.blocks.iter().position(|block| *block.id.value == *id);
        let folded = || {
            let id = fold(id);
            self.blocks
                .iter()
                .position(|block| fold(&block.id.value) == id)
        };
        exact.or_else(folded)
    }

    /// Returns whether what `anchor` points at is in this note.
    pub fn has_anchor(&self, anchor: &Anchor) -> bool {
        match anchor {
            Anchor::Heading(text) => self.find_heading(&text.value).is_some(),
            Anchor::Block(id) => self.find_block(&id.value).is_some(),
        }
    }

    /// Returns the section of the heading with this index: up to the next heading of its level or above, else to the end
    /// of the text.
    pub fn section(&self, heading: usize) -> Span {
        let start = self.headings[heading].span.start;
        let level = self.headings[heading].level;
        let next = self.headings[heading + 1..]
            .iter()
            .find(|next| next.level <= level);
        Span::new(
            start,
            next.map_or(self.lines.text_len(), |next| next.span.start),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn find(text: &str, anchor: &str) -> Option<String> {
        let note = parse(text).note;
        note.find_heading(anchor)
            .map(|index| note.headings[index].span.start.to_string())
    }

    #[test]
    fn anchors_are_texts_or_slugs() {
        let text = "# Early life\n\n## A_b: c\n";
        assert_eq!(find(text, "Early life").as_deref(), Some("0"));
        assert_eq!(find(text, "early  LIFE").as_deref(), Some("0"));
        assert_eq!(find(text, "early-life").as_deref(), Some("0"));
        assert_eq!(find(text, "A_b c").as_deref(), Some("14"));
        assert_eq!(find(text, "a_b-c").as_deref(), Some("14"));
        assert_eq!(find(text, "life"), None);
        assert_eq!(find(text, ""), None);
    }

    #[test]
    fn anchors_with_hash_marks_name_a_path_or_a_text_that_holds_them() {
        let text = "# One\n## Notes\n# Two\n## Notes\n# C# and F#\n";
        assert_eq!(find(text, "Notes").as_deref(), Some("6"));
        assert_eq!(find(text, "Two#Notes").as_deref(), Some("21"));
        assert_eq!(find(text, "two#notes").as_deref(), Some("21"));
        assert_eq!(find(text, "Notes#Two"), None);
        assert_eq!(find(text, "C# and F#").as_deref(), Some("30"));
    }

    #[test]
    fn equal_headings_get_numbered_slugs() {
        let note = parse("# Notes\n# Notes\n# \u{1f300} Notes\n").note;
        assert_eq!(slugs(&note.headings), ["notes", "notes-1", "-notes"]);
        assert_eq!(note.find_heading("notes-1"), Some(1));
    }

    #[test]
    fn sections_end_at_the_next_heading_of_their_level() {
        let note = parse("# A\n## B\ntext\n## C\n# D\n").note;
        let sections: Vec<_> = (0..4).map(|i| note.section(i).to_string()).collect();
        assert_eq!(sections, ["0..19", "4..14", "14..19", "19..23"]);
    }

    #[test]
    fn what_is_offered_for_a_heading_finds_it() {
        for heading in [
            "Ada's [life]",
            "#foo #bar",
            "^up",
            "a|b",
            "x^2",
            "50 % of it: y",
        ] {
            let text = format!("# first\n# {}\n", heading.replace('[', "\\["));
            let note = parse(&text).note;
            assert_eq!(*note.headings[1].text.value, *heading);
            let link = parse(&format!("[[#{}]]", wiki_anchor(heading))).note;
            let Some(Anchor::Heading(anchor)) = &link.links[0].anchor else {
                panic!("{heading} is no heading anchor: {:?}", link.links);
            };
            assert_eq!(note.find_heading(&anchor.value), Some(1), "{heading}");
        }
    }

    #[test]
    fn blocks_are_found_ignoring_case() {
        let note = parse("text ^Abc\n\nmore ^abc\n").note;
        assert_eq!(note.find_block("abc"), Some(1));
        assert_eq!(note.find_block("ABC"), Some(0));
        assert_eq!(note.find_block("x"), None);
    }
}
