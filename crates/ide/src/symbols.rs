//! Outlines and finding notes by name.

use note::{Data, Field, NoteKind, Span, Value, fold};
use rustc_hash::FxHashMap;
use vault::{
    NoteData, NoteId,
    index::{NameEntry, NameSource},
    path,
};

use crate::{World, matching::Query, names, navigation::name_focus, words};

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A contact, or you.
    Contact,
    /// An organization.
    Organization,
    /// An event.
    Event,
    /// A goal.
    Goal,
    /// A plain note.
    Note,
    /// A heading.
    Heading,
    /// A front matter key.
    Key,
}

impl From<NoteKind> for SymbolKind {
    fn from(kind: NoteKind) -> Self {
        match kind {
            NoteKind::Contact | NoteKind::Me => Self::Contact,
            NoteKind::Organization => Self::Organization,
            NoteKind::Event => Self::Event,
            NoteKind::Goal => Self::Goal,
            NoteKind::Plain => Self::Note,
        }
    }
}

/// A node of a note's outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What is shown; never empty.
    pub name: String,
    /// A few words beside it.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it: a heading's section.
    pub full: Span,
    /// Its name; inside `full`.
    pub focus: Span,
    /// What lies below it.
    pub children: Vec<Symbol>,
}

/// A note found by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    /// The name or alias that matched.
    pub name: String,
    /// The note's name where an alias matched, else its folder.
    pub container: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// The note.
    pub note: NoteId,
    /// Where the name is written.
    pub span: Span,
    /// How well it matched; higher is better.
    pub score: u32,
}

/// Returns the outline of a note: one symbol, the note itself, and below it the front matter with its keys and the
/// headings, each below the one it belongs to.
///
/// Source: LSP 3.17 `textDocument/documentSymbol`.
pub fn document_symbols(world: World<'_>, note: NoteId) -> Vec<Symbol> {
    let Some(data) = world.vault.get(note) else {
        return Vec::new();
    };
    let mut children = Vec::new();
    if let Some(front_matter) = data.note.front_matter.as_deref() {
        children.push(Symbol {
            name: "front matter".to_owned(),
            detail: None,
            kind: SymbolKind::Key,
            full: front_matter.span,
            focus: Span::new(
                front_matter.span.start,
                front_matter.content.start.min(front_matter.span.end),
            ),
            children: front_matter
                .fields
                .iter()
                .filter_map(field_symbol)
                .collect(),
        });
    }
    children.extend(heading_symbols(data));
    vec![Symbol {
        name: shown_name(&data.name),
        detail: note_detail(data),
        kind: data.kind.into(),
        full: Span::new(0, data.note.lines.text_len()),
        focus: name_focus(world, data, data.name_span),
        children,
    }]
}

/// Returns a name that is never empty.
fn shown_name(name: &str) -> String {
    match name.trim() {
        "" => "(no text)".to_owned(),
        name => name.to_owned(),
    }
}

/// Returns the few words that tell a note from its namesakes: the circle, the date, the day to reach it by.
pub(crate) fn note_detail(data: &NoteData) -> Option<String> {
    let keys: &[&str] = match data.kind {
        NoteKind::Contact => &["circle", "title", "org"],
        NoteKind::Me => return Some("you".to_owned()),
        NoteKind::Organization => &["industry", "location"],
        NoteKind::Event => &["date", "at"],
        NoteKind::Goal => &["for", "by"],
        NoteKind::Plain => &[],
    };
    let values: Vec<String> = keys
        .iter()
        .filter_map(|key| data.text_of(key))
        .map(|value| words::without_brackets(value.value))
        .filter(|value| !value.trim().is_empty())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

fn field_symbol(field: &Field) -> Option<Symbol> {
    let name = field.key.value.trim();
    (!name.is_empty()).then(|| Symbol {
        name: name.to_owned(),
        detail: value_detail(&field.value),
        kind: SymbolKind::Key,
        full: field.span(),
        focus: field.key.span,
        children: match &field.value.data {
            Data::Map(fields) => fields.iter().filter_map(field_symbol).collect(),
            _ => Vec::new(),
        },
    })
}

/// Returns a value in a few words.
fn value_detail(value: &Value) -> Option<String> {
    let mut texts = value
        .items()
        .iter()
        .filter_map(Value::item_text)
        .map(|text| words::without_brackets(text.value));
    let mut detail = texts.next()?;
    for text in texts.take(2) {
        detail.push_str(", ");
        detail.push_str(&text);
    }
    let line = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(line.chars().take(60).collect()).filter(|line: &String| !line.is_empty())
}

/// Returns the headings as a forest by their levels.
fn heading_symbols(data: &NoteData) -> Vec<Symbol> {
    let headings = &data.note.headings;
    let end = data.note.lines.text_len();
    let mut roots: Vec<Symbol> = Vec::new();
    // The headings still open, each with its level; a heading closes those of its level and below.
    let mut open: Vec<(u8, Symbol)> = Vec::new();
    let close = |open: &mut Vec<(u8, Symbol)>, roots: &mut Vec<Symbol>, level: u8, at: u32| {
        while open.last().is_some_and(|(other, _)| *other >= level) {
            let Some((_, mut symbol)) = open.pop() else {
                return;
            };
            symbol.full.end = at.max(symbol.full.start);
            match open.last_mut() {
                Some((_, parent)) => parent.children.push(symbol),
                None => roots.push(symbol),
            }
        }
    };
    for heading in headings {
        close(&mut open, &mut roots, heading.level, heading.span.start);
        open.push((
            heading.level,
            Symbol {
                name: shown_name(&heading.text.value),
                detail: None,
                kind: SymbolKind::Heading,
                full: heading.span,
                focus: heading.text.span,
                children: Vec::new(),
            },
        ));
    }
    close(&mut open, &mut roots, 0, end);
    roots
}

/// Returns the notes whose name or alias matches `query` fuzzily, diacritics ignored, best first, at most `limit`.
/// Each note comes once. An empty query matches all.
///
/// Source: LSP 3.17 `workspace/symbol`.
pub fn workspace_symbols(world: World<'_>, query: &str, limit: usize) -> Vec<WorkspaceSymbol> {
    let mut query = Query::new(query);
    let mut best: FxHashMap<NoteId, (u32, &NameEntry)> = FxHashMap::default();
    for entry in names::search(world, &query, limit) {
        let (Some(note), Some(score)) = (entry.note, query.score_folded(&entry.search)) else {
            continue;
        };
        let found = best.entry(note).or_insert((score, entry));
        if (score, found.1.source) > (found.0, entry.source) {
            *found = (score, entry);
        }
    }
    let mut symbols: Vec<WorkspaceSymbol> = best
        .into_iter()
        .map(|(note, (score, entry))| to_symbol(world, note, entry, score))
        .collect();
    symbols.sort_by_cached_key(|symbol| {
        (
            std::cmp::Reverse(symbol.score),
            fold::fold(&symbol.name),
            world.vault.note(symbol.note).path.clone(),
        )
    });
    symbols.truncate(limit);
    for symbol in &mut symbols {
        let data = world.vault.note(symbol.note);
        symbol.span = name_focus(
            world,
            data,
            Some(symbol.span).filter(|span| !span.is_empty()),
        );
    }
    symbols
}

/// Returns the entry as a symbol whose range may still have quotes around it.
fn to_symbol(world: World<'_>, note: NoteId, entry: &NameEntry, score: u32) -> WorkspaceSymbol {
    let data = world.vault.note(note);
    let folder = path::folder(&data.path);
    let alias = data
        .aliases()
        .find(|alias| entry.source == NameSource::Alias && *alias.value == *entry.text);
    WorkspaceSymbol {
        name: match alias {
            Some(_) => entry.text.to_string(),
            None => shown_name(&data.name),
        },
        container: match alias {
            Some(_) => Some(data.name.to_string()),
            None => (!folder.is_empty()).then(|| folder.to_owned()),
        },
        kind: data.kind.into(),
        note,
        span: alias
            .map(|alias| alias.span)
            .or(data.name_span)
            .unwrap_or_default(),
        score,
    }
}

#[cfg(test)]
mod tests;
