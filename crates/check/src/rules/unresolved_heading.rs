//! A link to a heading or block that its note does not have.
//!
//! A heading is found by its text (`[[Ada#Early life]]`, case and marks aside), below another one (`[[Ada#Life#Youth]]`), or by
//! its slug as GitHub makes it (`ada.md#early-life`, a second heading of the same text being `early-life-1`). In a vault
//! without a `ties.toml` only the notes of contacts, organizations, events, goals and yourself are looked at.
//!
//! **Example** `[[Ada Lovelace#Erly life]]`.
//!
//! **To mend it** Correct the text after `#`. Where a heading is near, the fix takes that.

use std::collections::BTreeMap;

use note::{
    Anchor, Link, LinkForm, TextEdit,
    anchor::{Anchors, slug, wiki_anchor},
    fold::{fold, nearest},
};
use vault::{NoteData, NoteId, Resolution};

use crate::{
    Applicability, Fix,
    context::{NoteContext, Sink},
};

pub(super) fn check(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    if !ctx.is_for_ties() {
        return;
    }
    let mut prepared: BTreeMap<NoteId, Anchors<'_>> = BTreeMap::new();
    for (index, link) in ctx.note().links.iter().enumerate() {
        let Some(anchor) = &link.anchor else { continue };
        if link.form == LinkForm::Reference {
            continue;
        }
        let Resolution::Note(target) = ctx.world.vault.resolution(ctx.id, index) else {
            continue;
        };
        let data = ctx.world.vault.note(target);
        match anchor {
            Anchor::Heading(text) => {
                let anchors = prepared
                    .entry(target)
                    .or_insert_with(|| Anchors::new(&data.note.headings));
                if text.value.is_empty() || anchors.find(&text.value).is_some() {
                    continue;
                }
                let message = format!("`{}` has no heading `{}`", data.name, text.value);
                let near = near_heading(data, &text.value);
                let found = sink.report(link.span, message);
                match near {
                    Some(near) => {
                        found
                            .help(format!("did you mean `{near}`?"))
                            .fix(correct(ctx, link, text.span, near));
                    }
                    None if data.note.headings.is_empty() => {
                        found.help("the note has no headings");
                    }
                    None => {
                        found.help("write a heading of that note after `#`");
                    }
                }
            }
            Anchor::Block(id) => {
                if data.note.find_block(&id.value).is_some() {
                    continue;
                }
                let message = format!("`{}` has no block `^{}`", data.name, id.value);
                sink.report(link.span, message).help(format!(
                    "write `^{}` at the end of the paragraph that is meant",
                    id.value
                ));
            }
        }
    }
}

fn near_heading<'a>(data: &'a NoteData, wanted: &str) -> Option<&'a str> {
    let headings = || {
        data.note
            .headings
            .iter()
            .map(|heading| &*heading.text.value)
    };
    let folded: Vec<(String, &str)> = headings().map(|text| (fold(text), text)).collect();
    let by_text = nearest(&fold(wanted), folded.iter().map(|(folded, _)| &**folded));
    if let Some(near) = by_text {
        return folded
            .iter()
            .find(|(folded, _)| folded == near)
            .map(|(_, text)| *text);
    }
    let slugs: Vec<(String, &str)> = headings().map(|text| (slug(text), text)).collect();
    let near = nearest(&slug(wanted), slugs.iter().map(|(slug, _)| &**slug))?;
    slugs
        .iter()
        .find(|(slug, _)| slug == near)
        .map(|(_, text)| *text)
}

/// Returns the fix that writes the heading `near`, by text in a wiki link and by slug in a Markdown link.
fn correct(ctx: &NoteContext<'_>, link: &Link, span: note::Span, near: &str) -> Option<Fix> {
    let is_in_body = link.place == note::Place::Body;
    let new = if link.form.is_wiki() {
        wiki_anchor(near)
    } else {
        slug(near)
    };
    // In quotes of the front matter or within a table other characters would need care.
    let is_plain = new
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    (is_in_body || is_plain).then(|| {
        ctx.fix(
            format!("Change it to `{near}`"),
            TextEdit::replace(span, new),
            Applicability::NeedsConsent,
        )
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_silent, check_switches};

    #[test]
    fn near_headings_are_offered() {
        check(
            "unresolved-heading",
            "
//- people/ada.md
# Ada
## Early life

[[#Erly life]] [x](#erly-life) [[Ada#Nothing of the kind]] [[tea#x]] [[Ada^b2]]

Text. ^b1
//- events/tea.md
",
            &expect![[r#"
                people/ada.md 21..35 `[[#Erly life]]` warning: `Ada` has no heading `Erly life`
                  help: did you mean `Early life`?
                  fix (NeedsConsent): Change it to `Early life`
                    - [[#Erly life]] [x](#erly-life) [[Ada#Nothing of the kind]] [[tea#x]] [[Ada^b2]]
                    + [[#Early life]] [x](#erly-life) [[Ada#Nothing of the kind]] [[tea#x]] [[Ada^b2]]
                people/ada.md 36..51 `[x](#erly-life)` warning: `Ada` has no heading `erly-life`
                  help: did you mean `Early life`?
                  fix (NeedsConsent): Change it to `Early life`
                    - [[#Erly life]] [x](#erly-life) [[Ada#Nothing of the kind]] [[tea#x]] [[Ada^b2]]
                    + [[#Erly life]] [x](#early-life) [[Ada#Nothing of the kind]] [[tea#x]] [[Ada^b2]]
                people/ada.md 52..79 `[[Ada#Nothing of the kind]]` warning: `Ada` has no heading `Nothing of the kind`
                  help: write a heading of that note after `#`
                people/ada.md 80..89 `[[tea#x]]` warning: `tea` has no heading `x`
                  help: the note has no headings
                people/ada.md 90..100 `[[Ada^b2]]` warning: `Ada` has no block `^b2`
                  help: write `^b2` at the end of the paragraph that is meant
            "#]],
        );
    }

    #[test]
    fn headings_are_found_by_text_path_and_slug() {
        check_silent(
            "unresolved-heading",
            "
//- people/ada.md
# Ada
## My Heading With_Underscore
## Notes
## Notes
## #foo #bar
## 🎉 Party
### Cake

[a](#my-heading-with_underscore) [[#My Heading With_Underscore]] [b](#notes-1) [[#🎉 Party#Cake]] [c](#-party) [[#foo #bar]]
[d](#foo-bar) [[Ada#notes]] [[Ada#^B1]] [e](nowhere.md#x) [f](https://example.org#x) [[#]]

Text. ^b1
//- notes/plain.md
[[#Nowhere]]
",
        );
    }

    #[test]
    fn it_can_be_silenced() {
        check_switches("unresolved-heading", "//- people/a.md\n[[#Nowhere]]\n");
    }
}
