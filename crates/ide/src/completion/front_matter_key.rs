//! Keys: those of the note's kind that are missing, and those of maps inside (`met`, `follow_up`).

use std::sync::LazyLock;

use note::{Data, Field, Key, KeyType, TextEdit, Value, edit::line_ending, key::KEYS};

use super::{
    CompletionKind, Context, Items, filter_text,
    front_matter::key_of,
    item, matches, prefix_len,
    yaml_cursor::{YamlCursor, YamlPart},
};
use crate::hover::key_form;

/// What items are known by until they are resolved, in the order of the vocabulary: the name of a key, with the kind of
/// note where another key has that name too (`status@event`), with the key around it where it belongs to a map (`met.how`).
static IDS: LazyLock<Vec<(String, &'static Key)>> = LazyLock::new(|| {
    let mut ids = Vec::new();
    for (index, key) in KEYS.iter().enumerate() {
        let is_first = KEYS[..index].iter().all(|other| other.name != key.name);
        let kind = key.kinds.first().map_or("", |kind| kind.word());
        let id = if is_first {
            key.name.to_owned()
        } else {
            format!("{}@{kind}", key.name)
        };
        ids.extend(
            key.map_keys()
                .iter()
                .map(|inner| (format!("{id}.{}", inner.name), inner)),
        );
        ids.push((id, key));
    }
    ids
});

/// Finds a key by what its item is known by.
pub(super) fn find(id: &str) -> Option<&'static Key> {
    IDS.iter()
        .find(|(other, _)| other == id)
        .map(|(_, key)| *key)
}

/// Returns what the item of `key` is known by.
fn id_of(key: &'static Key) -> Option<&'static str> {
    IDS.iter()
        .find(|(_, other)| *other == key)
        .map(|(id, _)| id.as_str())
}

pub(super) fn complete(cx: &Context<'_>, at: &YamlCursor) -> Items {
    let parent = if at.keys.is_empty() {
        None
    } else {
        match key_of(cx, at) {
            Some(parent) => Some(parent),
            None => return Items::default(),
        }
    };
    let keys: Vec<&'static Key> = match &parent {
        None => Key::of_kind(cx.data.kind).collect(),
        Some(parent) => parent.map_keys().iter().collect(),
    };
    let typed = &cx.text[at.start..cx.offset];
    let rest = prefix_len(cx.after(), |c| c.is_alphanumeric() || c == '_' || c == '-');
    let span = cx.span(at.start, rest);
    let behind = cx.after()[rest..].trim_start();
    let has_colon =
        behind.starts_with(':') || behind.starts_with("\":") || behind.starts_with("':");
    let present = present(cx, at);
    let missing = keys
        .into_iter()
        .filter(|key| !present.iter().any(|name| key.is_spelled(name)));
    let items = matches(typed, missing, |key| key.name)
        .into_iter()
        .map(|key| {
            let after = if has_colon {
                String::new()
            } else {
                after_key(cx, at, key)
            };
            let mut item = item(
                CompletionKind::Key,
                key.name,
                TextEdit::replace(span, format!("{}{after}", key.name)),
                filter_text(typed, key.name),
            );
            item.detail = Some(key_form(key).replace('`', ""));
            item.key = id_of(key);
            item
        });
    Items {
        items: items.collect(),
        is_incomplete: false,
    }
}

/// Returns what to write after a key: a space for a value, a deeper line for a map.
fn after_key(cx: &Context<'_>, at: &YamlCursor, key: &Key) -> String {
    let quote = at.quote.map_or(String::new(), |quote| quote.to_string());
    if !at.is_flow && matches!(key.value, KeyType::Map(_) | KeyType::FreeMap) {
        let column = at.start - cx.line.start;
        return format!(
            "{quote}:{}{}",
            line_ending(&cx.text),
            " ".repeat(column + 2)
        );
    }
    format!("{quote}: ")
}

/// Returns the keys that the map around the cursor has, without the one being written.
fn present<'a>(cx: &Context<'a>, at: &YamlCursor) -> Vec<&'a str> {
    let Some(front_matter) = cx.data.note.front_matter.as_deref() else {
        return Vec::new();
    };
    let fields = match at.keys.first() {
        None => &*front_matter.fields,
        Some(outer) => {
            let field = front_matter
                .fields
                .iter()
                .find(|field| &*field.key.value == outer);
            match field.and_then(|field| map_at(&field.value, cx.offset as u32)) {
                Some(fields) => fields,
                None => return Vec::new(),
            }
        }
    };
    let is_here =
        |field: &&Field| at.part != YamlPart::Value && field.key.span.touches(cx.offset as u32);
    fields
        .iter()
        .filter(|field| !is_here(field))
        .map(|field| &*field.key.value)
        .collect()
}

/// Returns the fields of the map at `offset` in `value`: itself, or the item of a list there.
fn map_at(value: &Value, offset: u32) -> Option<&[Field]> {
    match &value.data {
        Data::Map(fields) => Some(fields),
        Data::List(items) => items
            .iter()
            .find(|item| item.span.touches(offset))
            .and_then(|item| map_at(item, offset)),
        _ => None,
    }
}
