//! Headings of a note, as anchors of links.

use note::anchor::{Anchors, slugs, wiki_anchor};
use vault::NoteId;

use super::{Context, matches};

/// A heading that can be pointed at.
pub(super) struct Offered {
    /// Its text.
    pub(super) label: String,
    /// What to write after the `#` of a wiki link.
    pub(super) anchor: String,
    /// The marks of its level.
    pub(super) detail: String,
    /// What to write after the `#` of a Markdown link.
    pub(super) slug: String,
}

/// Returns the headings of `note` that match `typed` and that an anchor can reach, best first.
pub(super) fn offered(cx: &Context<'_>, note: NoteId, typed: &str) -> Vec<Offered> {
    let headings = &cx.world.vault.note(note).note.headings;
    let anchors = Anchors::new(headings);
    let slugs = slugs(headings);
    let found = headings
        .iter()
        .zip(slugs)
        .enumerate()
        .filter_map(|(index, (heading, slug))| {
            let anchor = wiki_anchor(&heading.text.value);
            let reaches =
                |anchor: &str| anchors.find(anchor).and_then(|mut path| path.pop()) == Some(index);
            // A wiki link cannot tell the second of two equal headings from the first, a slug can.
            let anchor = match reaches(&anchor) {
                true => anchor,
                false if reaches(&slug) => slug.clone(),
                false => return None,
            };
            Some(Offered {
                label: heading.text.value.to_string(),
                anchor,
                detail: "#".repeat(usize::from(heading.level)),
                slug,
            })
        });
    matches(typed, found, |offered| &offered.label)
}
