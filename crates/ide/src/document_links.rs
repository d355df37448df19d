//! What can be opened in a note: other notes, web pages, addresses to write to and numbers to call, files beside it.

use note::{Key, KeyType, Link, Span, Value};
use vault::{NoteId, Resolution, path};

use crate::{World, navigation, words};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Into a note.
    Note(navigation::NavTarget),
    /// To what a URI names: `https:`, `mailto:`, `tel:`.
    Uri(String),
    /// To a file that is no note, by its path from the vault's root. It may not be there.
    File(String),
}

/// A range that opens something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLink {
    /// What one clicks on: the target without its brackets, or the label that stands for it.
    pub span: Span,
    /// Where it leads.
    pub target: LinkTarget,
}

/// Returns what can be opened in a note, sorted. Links that reach no note or several open nothing.
///
/// Addresses, numbers and pages in the front matter of a person open as `mailto:`, `tel:` and `https:`.
///
/// Sources: LSP 3.17 `textDocument/documentLink`; RFC 6068, RFC 3966.
pub fn document_links(world: World<'_>, note: NoteId) -> Vec<DocumentLink> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let links = data.note.links.iter().enumerate();
    let mut found: Vec<DocumentLink> = links
        .filter_map(|(index, link)| {
            let resolution = world.vault.resolution(note, index);
            Some(DocumentLink {
                span: clicked(link),
                target: link_target(world, &data.path, link, &resolution)?,
            })
        })
        .collect();
    if let Some(front_matter) = data.note.front_matter.as_deref() {
        for field in &front_matter.fields {
            let Some(key) = Key::find(data.kind, &field.key.value) else {
                continue;
            };
            let items = field.value.items().iter();
            found.extend(items.filter_map(|item| address(world, &data.path, key, item)));
        }
    }
    found.sort_by_key(|link| link.span);
    // A link inside another's label: the outer one is clicked on, since editors take one at a place.
    let mut end = 0;
    found.retain(|link| {
        let is_free = link.span.start >= end && !link.span.is_empty();
        if is_free {
            end = link.span.end;
        }
        is_free
    });
    found
}

/// Returns the part of a link that one clicks on.
fn clicked(link: &Link) -> Span {
    match link.label {
        Some(label) if !label.is_empty() => label,
        _ if link.target.span.is_empty() => link.span,
        _ => link.target.span,
    }
}

fn link_target(
    world: World<'_>,
    from: &str,
    link: &Link,
    resolution: &Resolution,
) -> Option<LinkTarget> {
    let target = &*link.target.value;
    match resolution {
        Resolution::Note(_) => {
            let mut targets = navigation::targets(world, link, resolution);
            Some(LinkTarget::Note(targets.pop()?))
        }
        Resolution::External if link.is_external() => {
            Some(LinkTarget::Uri(match target.strip_prefix("//") {
                Some(rest) => format!("https://{rest}"),
                None => target.to_owned(),
            }))
        }
        Resolution::External | Resolution::Unresolved if has_extension(target) => {
            // A wiki link's path begins at the root.
            let from = if link.form.is_wiki() { "" } else { from };
            Some(LinkTarget::File(path::join(from, target)?))
        }
        Resolution::External | Resolution::Unresolved | Resolution::Ambiguous(_) => None,
    }
}

/// Returns whether a target names a file that is no note: it has another extension than notes have.
fn has_extension(target: &str) -> bool {
    let name = target.rsplit('/').next().unwrap_or(target);
    let is_note = path::without_extension(name) != name;
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    !is_note && !extension.is_empty() && extension.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Returns the address, number or page that a value of the front matter is.
fn address(world: World<'_>, path: &str, key: &Key, item: &Value) -> Option<DocumentLink> {
    let text = item.item_text()?;
    let value = text.value.trim();
    let uri = match key.value {
        KeyType::Emails if note::value::is_email(value) => format!("mailto:{value}"),
        KeyType::Phones => format!("tel:{}", telephone(value)?),
        KeyType::Urls if value.starts_with("https://") || value.starts_with("http://") => {
            value.to_owned()
        }
        _ => return None,
    };
    let span = match world.texts.text(path) {
        Some(source) => words::inside_quotes(&source, text.span),
        None => text.span,
    };
    Some(DocumentLink {
        span,
        target: LinkTarget::Uri(uri),
    })
}

/// Returns a number as RFC 3966 writes it; `None` where it has no digits or something else.
fn telephone(text: &str) -> Option<String> {
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let number: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '(' | ')' | '.' | '/' | '-' | '\u{a0}'))
        .collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = digits.len() >= 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then_some(number)
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
    fn check(fixture: &str, expected: Expect) {
        let vault = TestVault::new(&format!("{fixture}$0"));
        let note = vault.cursor().note;
        let text = vault.text(note);
        let shown: Vec<String> = document_links(vault.world(), note)
            .into_iter()
            .map(|link| {
                let target = match link.target {
                    LinkTarget::Note(target) => {
                        let focus = target.focus.of(&vault.text(target.note)).to_owned();
                        format!("{} {focus:?}", vault.vault.note(target.note).path)
                    }
                    LinkTarget::Uri(uri) => uri,
                    LinkTarget::File(path) => format!("file {path}"),
                };
                format!("{:?} -> {target}", link.span.of(&text))
            })
            .collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn notes_pages_and_files_open() {
        check(
            "//- people/ada.md\n---\nname: Ada\n---\n# Ada\n## Log\n//- notes/a.md\n[[Ada]] [her](../people/ada.md#log) [[Ada#Log|x]] <https://e.org/a_(b)#c> [[nobody]]\n![p](img/a%20b.png) [w](//w.org) [s](/scan.pdf) [out](../../x.pdf) ![[c.png]]\n",
            expect![[r#"
                "Ada" -> people/ada.md "Ada"
                "her" -> people/ada.md "Log"
                "x" -> people/ada.md "Log"
                "https://e.org/a_(b)#c" -> https://e.org/a_(b)#c
                "p" -> file notes/img/a b.png
                "w" -> https://w.org
                "s" -> file scan.pdf
                "c.png" -> file c.png"#]],
        );
    }

    #[test]
    fn one_can_write_to_and_call_a_person() {
        check(
            "//- people/ada.md\n---\nname: Ada\nemails: [ada@e.org, {value: \"b@e.org\", label: home}, no]\nphones: [\"+234 (1) 555-0147\", ask Bob]\nurls: https://ada.org\norg: \"[[Works]]\"\n---\n//- orgs/works.md\n---\nkind: organization\nname: Works\n---\n//- people/bob.md\n---\nemails: x@e.org\n---\n",
            expect![[r#""x@e.org" -> mailto:x@e.org"#]],
        );
        check(
            "//- orgs/works.md\n---\nkind: organization\nname: Works\n---\n//- people/ada.md\n---\nname: Ada\nemails: [ada@e.org, {value: \"b@e.org\", label: home}, no]\nphones: [\"+234 (1) 555-0147\", ask Bob]\nurls: https://ada.org\norg: \"[[Works]]\"\n---\n",
            expect![[r#"
                "ada@e.org" -> mailto:ada@e.org
                "b@e.org" -> mailto:b@e.org
                "+234 (1) 555-0147" -> tel:+23415550147
                "https://ada.org" -> https://ada.org
                "Works" -> orgs/works.md "Works""#]],
        );
    }

    #[test]
    fn code_opens_nothing() {
        check("//- a.md\n`[[a]]` and\n\n    [[a]]\n", expect![""]);
    }
}
