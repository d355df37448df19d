//! Bare names in keys that want notes (`people: [Ada]`, `org: Analytical Engines`): links in all but brackets.
//!
//! The parser cannot tell them, since a note's kind says which keys it has. Keys that take words as well (`who`, `met.at`) have
//! them too: words that are a note's name lead there, others reach nothing and mean themselves.

use note::{Data, Key, KeyType, Link, LinkForm, Note, NoteKind, Place, Spanned, Value};

/// Adds to the links of `note` the bare names in keys that want notes ([`LinkForm::BareName`]), in place of those it
/// has: they are looked up, found again and renamed as links are.
pub(crate) fn with_bare_names(mut note: Note, kind: NoteKind) -> Note {
    let mut found = Vec::new();
    if let Some(front_matter) = &note.front_matter {
        for (index, field) in front_matter.fields.iter().enumerate() {
            let (Some(key), Ok(index)) = (Key::find(kind, &field.key.value), u16::try_from(index))
            else {
                continue;
            };
            let place = Place::FrontMatter(index);
            find_bare_names(&field.value, key, place, &note.links, &mut found);
        }
    }
    let has_bare_names = note
        .links
        .iter()
        .any(|link| link.form == LinkForm::BareName);
    if !found.is_empty() || has_bare_names {
        let mut links = note.links.into_vec();
        links.retain(|link| link.form != LinkForm::BareName);
        links.extend(found);
        links.sort_by_key(|link| (link.span.start, std::cmp::Reverse(link.span.end)));
        note.links = links.into();
    }
    note
}

fn find_bare_names(value: &Value, key: &Key, place: Place, links: &[Link], found: &mut Vec<Link>) {
    match key.value {
        KeyType::ContactLinks
        | KeyType::ContactLinksOrWords
        | KeyType::OrganizationLink
        | KeyType::Links(_) => {
            for item in value.items() {
                let Some(text) = item.item_text() else {
                    continue;
                };
                let name = text.value.trim();
                let first = links.partition_point(|link| link.span.start < text.span.start);
                let is_linked = links[first..]
                    .iter()
                    .take_while(|link| link.span.start < text.span.end)
                    .any(|link| link.form != LinkForm::BareName);
                if !name.is_empty() && !is_linked {
                    found.push(Link {
                        span: text.span,
                        form: LinkForm::BareName,
                        place,
                        target: Spanned::new(name.into(), text.span),
                        anchor: None,
                        label: None,
                    });
                }
            }
        }
        KeyType::Map(parts) | KeyType::Maps(parts) => {
            for item in value.items() {
                match (&item.data, parts) {
                    (Data::Map(fields), _) => {
                        for field in fields {
                            if let Some(part) =
                                parts.iter().find(|part| part.is_spelled(&field.key.value))
                            {
                                find_bare_names(&field.value, part, place, links, found);
                            }
                        }
                    }
                    // The text of the first key alone.
                    (Data::Scalar(_), [first, ..]) if key.is_list() => {
                        find_bare_names(item, first, place, links, found);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare_names(kind: NoteKind, front_matter: &str) -> Vec<String> {
        let text = format!("---\n{front_matter}\n---\n[[Body]]\n");
        let note = with_bare_names(note::parse(&text).note, kind);
        // Doing it again, as a move does, changes nothing.
        assert_eq!(with_bare_names(note.clone(), kind), note);
        assert!(note.links.is_sorted_by_key(|link| link.span.start));
        let bare = note
            .links
            .iter()
            .filter(|link| link.form == LinkForm::BareName);
        bare.map(|link| format!("{} {}", link.target.value, link.span.of(&text)))
            .collect()
    }

    #[test]
    fn names_in_keys_that_want_contacts_are_links() {
        assert_eq!(
            bare_names(
                NoteKind::Event,
                "people: [Ada, \"Bob B\", \"[[Cy]]\"]\nhost: Dee"
            ),
            ["Ada Ada", "Bob B \"Bob B\"", "Dee Dee"]
        );
        assert_eq!(
            bare_names(
                NoteKind::Contact,
                "met: {through: Ada, because: Bob}\nknows:\n  - Cy\n  - to: Dee\n    as: friend"
            ),
            ["Ada Ada", "Cy Cy", "Dee Dee"]
        );
    }

    #[test]
    fn organizations_and_what_may_be_words_are_links_too() {
        assert_eq!(
            bare_names(NoteKind::Contact, "org: Acme\nmet: {at: the fair}"),
            ["Acme Acme", "the fair the fair"]
        );
        assert_eq!(
            bare_names(NoteKind::Goal, "who: [Ada, a patron]\nsay: [Ada]"),
            ["Ada Ada", "a patron a patron"]
        );
    }

    #[test]
    fn words_and_keys_of_other_kinds_are_not() {
        assert!(bare_names(NoteKind::Goal, "why: Ada\npeople: [Bob]").is_empty());
        assert!(bare_names(NoteKind::Contact, "title: Acme\nmet: Ada").is_empty());
        assert!(bare_names(NoteKind::Event, "people: [[Ada]]\nhost:").is_empty());
    }

    #[test]
    fn a_note_of_another_kind_loses_them() {
        let note = with_bare_names(note::parse("---\npeople: Ada\n---\n").note, NoteKind::Event);
        assert_eq!(note.links.len(), 1);
        assert_eq!(with_bare_names(note, NoteKind::Plain).links.len(), 0);
    }
}
