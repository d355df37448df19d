//! What can be written in a front matter: links wherever they are open, else keys and values.

use note::{Key, KeyType, Span};

use super::{
    Context, Items, front_matter_key, front_matter_value, wiki_link,
    wiki_link::Quoting,
    yaml_cursor::{YamlCursor, YamlPart, YamlPlace, locate},
};
use crate::cursor::link_kind;

pub(super) fn complete(cx: &Context<'_>, content: Span) -> Option<Items> {
    let at = match locate(&cx.text, content.start as usize, cx.offset) {
        YamlPlace::Comment => return None,
        YamlPlace::Text => return wiki_link::complete_quoted(cx, |_| Quoting::None, None),
        YamlPlace::At(at) => at,
    };
    let key = key_of(cx, &at);
    if at.part != YamlPart::Key {
        let quoting = |brackets: usize| match at.quote {
            Some(quote) => Quoting::Inside {
                quote,
                closed: is_closed(cx.after(), quote),
            },
            None if brackets == at.start => Quoting::Needed,
            None => Quoting::None,
        };
        let kind = key.as_ref().and_then(|key| link_kind(&item_key(key)));
        if let Some(items) = wiki_link::complete_quoted(cx, quoting, kind) {
            return Some(items);
        }
    }
    match (at.part, key) {
        (YamlPart::Key, _) => Some(front_matter_key::complete(cx, &at)),
        (_, None) => None,
        (YamlPart::Either, Some(key)) => Some(below(cx, &at, &key)),
        (YamlPart::Value, Some(key)) => {
            Some(front_matter_value::complete(cx, &at, &item_key(&key)))
        }
    }
}

/// Completes the beginning of a line or item below `key`: keys of a map, or values.
fn below(cx: &Context<'_>, at: &YamlCursor, key: &Key) -> Items {
    let takes_map = !key.map_keys().is_empty();
    let takes_value = !matches!(key.value, KeyType::Map(_) | KeyType::FreeMap);
    let mut items = Items::default();
    if takes_value {
        let found = front_matter_value::complete(cx, at, &item_key(key));
        items.items.extend(found.items);
        items.is_incomplete = found.is_incomplete;
    }
    if takes_map && (at.is_item || !takes_value) {
        items.items.extend(front_matter_key::complete(cx, at).items);
    }
    items
}

/// Returns the key whose value the cursor is in, as far as the vocabulary knows it.
pub(super) fn key_of(cx: &Context<'_>, at: &YamlCursor) -> Option<Key> {
    let (first, rest) = at.keys.split_first()?;
    let mut key = *Key::find(cx.data.kind, first)?;
    for name in rest {
        if key.value == KeyType::FreeMap {
            return Some(Key {
                value: KeyType::Text,
                ..key
            });
        }
        key = *key.map_keys().iter().find(|key| key.is_spelled(name))?;
    }
    Some(key)
}

/// Returns what an item of `key` is: of a list of maps, the value of the first key.
fn item_key(key: &Key) -> Key {
    match key.value {
        KeyType::Maps(keys) => Key {
            value: keys[0].value,
            ..*key
        },
        _ => *key,
    }
}

/// Returns whether `quote` closes on the rest of the line.
pub(super) fn is_closed(after: &str, quote: char) -> bool {
    let mut chars = after.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote == '"' => {
                chars.next();
            }
            '\'' if quote == '\'' && chars.peek() == Some(&'\'') => {
                chars.next();
            }
            // A quote that opens the next item is not the end of this one.
            _ if c == quote => {
                return matches!(
                    chars.find(|c| *c != ' '),
                    None | Some(',' | ']' | '}' | '#' | ':')
                );
            }
            _ => {}
        }
    }
    false
}
