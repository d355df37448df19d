//! Values: circles, cadences, days, choices, links, tags, languages, and words that other notes use for the same key.

use std::collections::BTreeMap;

use note::{Key, KeyType, NoteKind, TextEdit, Value, edit::quote, fold};
use vault::NoteId;

use super::{
    CompletionItem, CompletionKind, Context, Items,
    dates::{self, Direction},
    filter_text,
    front_matter::is_closed,
    item, matches, note_detail, prefix_len, tag,
    yaml_cursor::{YamlCursor, YamlPart},
};
use crate::{cursor::link_kind, names, words};

/// How many notes are asked for the words they use.
const ASKED: usize = 400;

/// How many people of a circle are counted.
const COUNTED: usize = 1000;

const CADENCES: &[&str] = &[
    "1 week", "2 weeks", "1 month", "2 months", "3 months", "6 months", "1 year", "never",
];

/// What an address or number is for.
const LABELS: &[&str] = &["work", "home", "mobile", "school", "other"];

/// Languages by their BCP 47 tags, the most spoken first.
const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("zh", "Chinese"),
    ("hi", "Hindi"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("ar", "Arabic"),
    ("bn", "Bengali"),
    ("pt", "Portuguese"),
    ("ru", "Russian"),
    ("ur", "Urdu"),
    ("id", "Indonesian"),
    ("de", "German"),
    ("ja", "Japanese"),
    ("mr", "Marathi"),
    ("te", "Telugu"),
    ("tr", "Turkish"),
    ("ta", "Tamil"),
    ("vi", "Vietnamese"),
    ("ko", "Korean"),
    ("it", "Italian"),
    ("ha", "Hausa"),
    ("th", "Thai"),
    ("fa", "Persian"),
    ("pl", "Polish"),
    ("uk", "Ukrainian"),
    ("nl", "Dutch"),
    ("sw", "Swahili"),
    ("yo", "Yoruba"),
    ("ro", "Romanian"),
    ("el", "Greek"),
    ("hu", "Hungarian"),
    ("cs", "Czech"),
    ("sv", "Swedish"),
    ("he", "Hebrew"),
    ("da", "Danish"),
    ("fi", "Finnish"),
    ("nb", "Norwegian Bokmål"),
    ("sk", "Slovak"),
    ("hr", "Croatian"),
    ("sr", "Serbian"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("et", "Estonian"),
    ("sl", "Slovenian"),
    ("is", "Icelandic"),
    ("ga", "Irish"),
    ("eu", "Basque"),
    ("cy", "Welsh"),
    ("pt-BR", "Portuguese, Brazil"),
    ("zh-TW", "Chinese, Taiwan"),
    ("en-GB", "English, United Kingdom"),
    ("en-US", "English, United States"),
];

pub(super) fn complete(cx: &Context<'_>, at: &YamlCursor, key: &Key) -> Items {
    let token = Token::new(cx, at, key);
    if link_kind(key).is_some() {
        return links(cx, &token, key);
    }
    let items = match key.value {
        KeyType::Choice(choices) => matches(token.typed, choices, |choice| choice)
            .into_iter()
            .map(|choice| token.item(choice, choice))
            .collect(),
        KeyType::Circle => circles(cx, &token),
        KeyType::Cadence => matches(token.typed, CADENCES, |cadence| cadence)
            .into_iter()
            .map(|cadence| token.item(cadence, cadence))
            .collect(),
        KeyType::Day | KeyType::PartialDate | KeyType::When => days(cx, &token, key),
        KeyType::Tags => tag::offered(cx, token.typed, token.span.of(&cx.text))
            .into_iter()
            .map(|(tag, detail)| CompletionItem {
                kind: CompletionKind::Tag,
                detail: Some(detail),
                ..token.item(tag, tag)
            })
            .collect(),
        KeyType::Languages => languages(&token),
        KeyType::Text if key.vcard.ends_with("TYPE") && key.name == "label" => {
            matches(token.typed, LABELS, |label| label)
                .into_iter()
                .map(|label| token.item(label, label))
                .collect()
        }
        KeyType::Text | KeyType::Texts => in_use(cx, at, &token, key),
        _ => Vec::new(),
    };
    Items {
        items,
        is_incomplete: false,
    }
}

/// The value being written: what is there of it, and how what replaces it has to be written.
struct Token<'a> {
    typed: &'a str,
    span: note::Span,
    quote: Option<char>,
    /// Whether the quote is closed behind the cursor.
    is_closed: bool,
    is_flow: bool,
    /// What has to come before the value: the space after a colon, the mark of an item.
    before: &'static str,
}

impl<'a> Token<'a> {
    fn new(cx: &'a Context<'_>, at: &YamlCursor, key: &Key) -> Self {
        let after = cx.after();
        let is_closed = at.quote.is_some_and(|quote| is_closed(after, quote));
        let rest = match at.quote {
            Some(quote) if is_closed => after.find(quote).unwrap_or(0),
            _ if at.is_flow => prefix_len(after, |c| !",]}\"'".contains(c)),
            _ => after.find(" #").unwrap_or(after.len()),
        };
        let rest = after[..rest].trim_end().len();
        let in_list = at.is_item || at.is_flow || at.part == YamlPart::Value;
        let before = match cx.text[..at.start].chars().next_back() {
            Some(':') if at.quote.is_none() => " ",
            // On a line of its own below a list key, the mark of an item is missing.
            _ if key.is_list() && !in_list => "- ",
            _ => "",
        };
        Self {
            typed: &cx.text[at.start..cx.offset],
            span: cx.span(at.start, rest),
            quote: at.quote,
            is_closed,
            is_flow: at.is_flow,
            before,
        }
    }

    /// Returns `value` as it has to be written here.
    fn write(&self, value: &str) -> String {
        let written = match self.quote {
            Some('"') => value.replace('\\', "\\\\").replace('"', "\\\""),
            Some(_) => value.replace('\'', "''"),
            None if matches!(value, "true" | "false") => value.to_owned(),
            None => quote(value, self.is_flow),
        };
        let close = match self.quote {
            Some(quote) if !self.is_closed => quote.to_string(),
            _ => String::new(),
        };
        format!("{}{written}{close}", self.before)
    }

    /// Returns the item that is shown as `label` and writes `value`.
    fn item(&self, label: &str, value: &str) -> CompletionItem {
        item(
            CompletionKind::Value,
            label,
            TextEdit::replace(self.span, self.write(value)),
            filter_text(self.typed, label),
        )
    }
}

fn links(cx: &Context<'_>, token: &Token<'_>, key: &Key) -> Items {
    // A bracket typed so far begins the link itself.
    let typed = token.typed.trim_start_matches('[');
    let candidates = names::candidates(cx.world, cx.note, typed, link_kind(key));
    let items = candidates.found.into_iter().map(|candidate| {
        let (target, label) = names::shortest_form(cx.world, candidate.id, candidate.name);
        let has_label = label.is_some();
        let label = label.map_or(String::new(), |label| format!("|{label}"));
        let mut item = token.item(candidate.name, &format!("[[{target}{label}]]"));
        item.kind = if candidate.is_alias {
            CompletionKind::Alias
        } else {
            CompletionKind::Note
        };
        item.detail = Some(note_detail(&candidate, has_label));
        item.note = Some(candidate.id);
        item
    });
    Items {
        items: items.collect(),
        is_incomplete: candidates.is_incomplete,
    }
}

fn circles(cx: &Context<'_>, token: &Token<'_>) -> Vec<CompletionItem> {
    let circles = &cx.world.vault.config().circles;
    matches(token.typed, circles, |circle| &*circle.name)
        .into_iter()
        .map(|circle| {
            let held = cx.world.vault.in_circle(&circle.name).take(COUNTED).count();
            let more = if held == COUNTED { "+" } else { "" };
            let capacity = match circle.capacity {
                Some(capacity) => format!("{held}{more} of {capacity} people"),
                None => format!("{held}{more} people"),
            };
            CompletionItem {
                detail: Some(format!("every {}, {capacity}", circle.cadence)),
                ..token.item(&circle.name, &circle.name)
            }
        })
        .collect()
}

fn days(cx: &Context<'_>, token: &Token<'_>, key: &Key) -> Vec<CompletionItem> {
    let direction = match (key.value, key.name) {
        // A birthday is not found by words.
        (_, "birthday" | "anniversary" | "died") => return Vec::new(),
        (KeyType::Day, _) => Direction::Ahead,
        (KeyType::PartialDate, _) => Direction::Back,
        _ => Direction::Both,
    };
    dates::offered(cx.world.today, direction, token.typed)
        .into_iter()
        .map(|(word, iso, matched)| CompletionItem {
            filter_text: filter_text(token.typed, &matched),
            detail: Some(iso.clone()),
            ..token.item(word, &iso)
        })
        .collect()
}

fn languages(token: &Token<'_>) -> Vec<CompletionItem> {
    let named = LANGUAGES
        .iter()
        .map(|(tag, name)| (tag, name, format!("{tag} {name}")));
    matches(token.typed, named, |(.., both)| both)
        .into_iter()
        .map(|(tag, name, both)| CompletionItem {
            detail: Some((*name).to_owned()),
            filter_text: filter_text(token.typed, &both),
            ..token.item(tag, tag)
        })
        .collect()
}

/// Returns the words that other notes have for this key, the most used first.
fn in_use(cx: &Context<'_>, at: &YamlCursor, token: &Token<'_>, key: &Key) -> Vec<CompletionItem> {
    const UNIQUE: [&str; 10] = [
        "name", "uid", "geo", "photo", "logo", "sound", "key", "because", "url", "why",
    ];
    let Some(outer) = at.keys.first() else {
        return Vec::new();
    };
    if UNIQUE.contains(&key.name) || matches!(&**outer, "aliases" | "name_parts" | "x") {
        return Vec::new();
    }
    let inner = at.keys.get(1).map(String::as_str);
    // Each word once, as it was first written, with the number of notes that use it.
    let mut used: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for id in asked(cx) {
        for text in texts(cx.world.vault.note(id), outer, inner) {
            let text = text.trim();
            if !text.is_empty() && !text.contains("[[") {
                used.entry(fold::fold(text))
                    .or_insert_with(|| (text.to_owned(), 0))
                    .1 += 1;
            }
        }
    }
    let mut used: Vec<(String, usize)> = used.into_values().collect();
    used.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    matches(token.typed, used, |(text, _)| text)
        .into_iter()
        .map(|(text, count)| CompletionItem {
            detail: Some(words::count(count, "note")),
            ..token.item(&text, &text)
        })
        .collect()
}

/// Returns the notes whose words are asked for: you, the circles, then others of the note's kind; never the note itself.
fn asked(cx: &Context<'_>) -> Vec<NoteId> {
    let vault = cx.world.vault;
    let mut ids: Vec<NoteId> = vault.me().into_iter().collect();
    if cx.data.kind.is_person() || cx.data.kind == NoteKind::Goal {
        for circle in &vault.config().circles {
            ids.extend(
                vault
                    .in_circle(&circle.name)
                    .take(ASKED - ids.len().min(ASKED)),
            );
        }
        ids.extend(
            vault
                .of_kind(NoteKind::Contact)
                .take(ASKED - ids.len().min(ASKED)),
        );
    }
    ids.extend(vault.of_kind(cx.data.kind).take(ASKED));
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| *id != cx.note);
    ids
}

/// Returns the texts under a key, or under one key inside it.
fn texts<'a>(data: &'a vault::NoteData, outer: &str, inner: Option<&str>) -> Vec<&'a str> {
    let items = data.items_of(outer).iter();
    let text = |value: &'a Value| match inner {
        Some(inner) => value.get(inner).and_then(Value::as_text),
        None => value.item_text(),
    };
    items.filter_map(text).map(|text| text.value).collect()
}
