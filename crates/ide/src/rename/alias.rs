//! Renaming an alias: in its list, and in the links that use it.

use note::{Data, ScalarStyle, TextEdit, Value, edit, fold};
use vault::{NoteId, SourceChange};

use super::{
    RenameError,
    change::{Changes, NewLink},
    checked_name,
};
use crate::{
    World,
    cursor::{Via, via},
};

pub(super) fn rename(
    world: World<'_>,
    note: NoteId,
    index: usize,
    new_name: &str,
) -> Result<SourceChange, RenameError> {
    let data = world.vault.note(note);
    let new_name = checked_name(world, note, new_name)?;
    let Some(alias) = data.aliases().nth(index) else {
        return Err(RenameError::new("the alias is gone; try again in a moment"));
    };
    if *new_name == *alias.value {
        return Ok(SourceChange::default());
    }
    let mut changes = Changes::new(world);
    let text = changes.text(note)?;
    let list = data.value_of("aliases");
    let item = data
        .items_of("aliases")
        .iter()
        .find_map(|item| value_at(item, alias.span));
    let written = match item {
        Some(value) => requote(
            value,
            &new_name,
            list.is_some_and(|list| is_flow(&text, list)),
        ),
        None => edit::quote(&new_name, true),
    };
    changes.edit(note, TextEdit::replace(alias.span, written));
    let folded = fold::fold(alias.value);
    for (from, link_index) in world.vault.backlinks(note) {
        let link = &world.vault.note(from).note.links[link_index];
        let uses_it = match via(data, link) {
            Via::Alias(other) => {
                other == index || fold::fold(&link.target.value) == folded && !is_exact(data, link)
            }
            _ => false,
        };
        if uses_it {
            let new = NewLink {
                target: Some(new_name.clone()),
                anchor: None,
            };
            changes.link(from, link_index, new);
        }
    }
    changes.finish()
}

/// Returns whether the link spells some alias exactly.
fn is_exact(data: &vault::NoteData, link: &note::Link) -> bool {
    data.aliases()
        .any(|alias| *alias.value == *link.target.value)
}

/// Finds the scalar at `span`: the item itself, or the one inside its map.
fn value_at(item: &Value, span: note::Span) -> Option<&Value> {
    match &item.data {
        _ if item.span == span => Some(item),
        Data::Map(fields) => fields
            .iter()
            .map(|field| &field.value)
            .find(|value| value.span == span),
        _ => None,
    }
}

/// Returns `new` in the quotes that `value` has.
fn requote(value: &Value, new: &str, flow: bool) -> String {
    let style = match &value.data {
        Data::Scalar(scalar) => scalar.style,
        _ => ScalarStyle::Plain,
    };
    match style {
        ScalarStyle::DoubleQuoted => {
            format!("\"{}\"", new.replace('\\', "\\\\").replace('"', "\\\""))
        }
        ScalarStyle::SingleQuoted => format!("'{}'", new.replace('\'', "''")),
        ScalarStyle::Plain | ScalarStyle::Block => edit::quote(new, flow),
    }
}

fn is_flow(text: &str, list: &Value) -> bool {
    list.span.of(text).starts_with(['[', '{'])
}
