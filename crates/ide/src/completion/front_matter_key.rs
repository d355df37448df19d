//! Keys: those of the note's kind that are missing, and those of maps inside (`met`, `follow_up`).

use note::{Data, Field, Key, KeyType, TextEdit, Value, edit::line_ending, key::KEYS};

use super::{
    CompletionKind, Context, Items, filter_text,
    front_matter::key_of,
    item, matches, prefix_len,
    yaml_cursor::{YamlCursor, YamlPart},
};
use crate::hover::key_form;

/// The keys of an e-mail address, telephone number or web address that is written as a map.
const CONTACT_POINT: &[Key] = &[
    point("value", KeyType::Text, "The address or number itself."),
    point(
        "label",
        KeyType::Choice(&["work", "home", "mobile", "school", "other"]),
        "What it is for.",
    ),
    point(
        "preferred",
        KeyType::Choice(&["true", "false"]),
        "Whether it is the one to use.",
    ),
];

const fn point(name: &'static str, value: KeyType, meaning: &'static str) -> Key {
    Key {
        name,
        spellings: &[],
        kinds: &[],
        value,
        meaning,
        vcard: "",
    }
}

/// The parts of a span of time.
const PERIOD: &[Key] = &[
    point("from", KeyType::When, "When it begins."),
    point("to", KeyType::When, "When it ends."),
];

/// Returns the keys of the map that `key` takes; empty where it takes none, or any.
pub(super) fn keys_below(key: &Key) -> &'static [Key] {
    match key.value {
        KeyType::Emails | KeyType::Phones | KeyType::Urls => CONTACT_POINT,
        KeyType::When if key.kinds.is_empty() => &[],
        KeyType::When => PERIOD,
        _ => key.map_keys(),
    }
}

/// Finds a key by its name, or by `met.how` inside another.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    match name.split_once('.') {
        None => KEYS.iter().find(|key| key.name == name),
        Some((outer, inner)) => {
            let outer = KEYS.iter().find(|key| key.name == outer)?;
            keys_below(outer).iter().find(|key| key.name == inner)
        }
    }
}

pub(super) fn complete(cx: &Context<'_>, at: &YamlCursor) -> Items {
    let parent = match at.keys.is_empty() {
        true => None,
        false => match key_of(cx, at) {
            Some(parent) => Some(parent),
            None => return Items::default(),
        },
    };
    let keys: Vec<&'static Key> = match &parent {
        None => Key::of_kind(cx.data.kind).collect(),
        Some(parent) => keys_below(parent).iter().collect(),
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
            let after = match has_colon {
                true => String::new(),
                false => after_key(cx, at, key),
            };
            let mut item = item(
                CompletionKind::Key,
                key.name,
                TextEdit::replace(span, format!("{}{after}", key.name)),
                filter_text(typed, key.name),
            );
            item.detail = Some(key_form(key).replace('`', ""));
            item.key = match &parent {
                // Only the vocabulary's own keys can be told from a name alone.
                None => Some(key.name),
                Some(parent) => inner_name(parent, key),
            };
            item
        });
    Items {
        items: items.collect(),
        is_incomplete: false,
    }
}

/// Returns `met.how` for `how` inside `met`.
fn inner_name(parent: &Key, key: &Key) -> Option<&'static str> {
    const NAMES: &[&str] = &[
        "met.date",
        "met.at",
        "met.how",
        "met.through",
        "met.because",
        "follow_up.date",
        "follow_up.about",
        "knows.to",
        "knows.as",
        "knows.since",
        "dates.date",
        "dates.label",
        "name_parts.family",
        "name_parts.given",
        "name_parts.middle",
        "name_parts.prefix",
        "name_parts.suffix",
        "name_parts.family2",
        "name_parts.generation",
    ];
    NAMES.iter().copied().find(|name| {
        name.split_once('.')
            .is_some_and(|(outer, inner)| outer == parent.name && inner == key.name)
    })
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
