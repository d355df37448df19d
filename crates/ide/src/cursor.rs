//! What stands under the cursor, the question every feature begins with.
//!
//! What is done about it is left to the features.

use note::{Data, Field, Key, KeyType, Link, NoteKind, Place, Span, Spanned, Value, fold};
use vault::NoteData;

use crate::{FilePosition, World};

/// The thing under a cursor.
#[derive(Debug)]
pub(crate) enum Subject<'a> {
    /// A link, by its index in the note.
    Link(usize),
    /// A tag, by its index in the note.
    Tag(usize),
    /// A heading, by its index in the note.
    Heading(usize),
    /// A block id, by its index in the note.
    Block(usize),
    /// An alias of the note, in its list.
    Alias(Spanned<&'a str>),
    /// The value of `name`.
    Name(Span),
    /// A key of the front matter.
    Key(FieldAt<'a>),
    /// A value of the front matter that is nothing of the above.
    Value(FieldAt<'a>),
    /// Some other place in the front matter.
    FrontMatter,
}

/// A place in the tree of a front matter.
#[derive(Debug)]
pub(crate) struct FieldAt<'a> {
    /// The fields around the cursor, outermost first; never empty.
    pub(crate) fields: Vec<&'a Field>,
    /// The vocabulary's key of the innermost field, if it is one.
    pub(crate) key: Option<&'static Key>,
    /// The scalar under the cursor.
    pub(crate) value: Option<&'a Value>,
}

impl<'a> FieldAt<'a> {
    /// Returns the innermost field.
    pub(crate) fn field(&self) -> &'a Field {
        self.fields[self.fields.len() - 1]
    }

    /// Returns the key that says what the scalar under the cursor is: that of the field, or the first of the map an item
    /// of which it stands for.
    pub(crate) fn value_key(&self) -> Option<&'static Key> {
        let key = self.key?;
        match key.value {
            KeyType::Maps(keys) => keys.first(),
            _ => Some(key),
        }
    }
}

/// Returns what stands at `position`; `None` for plain text.
pub(crate) fn subject_at(world: World<'_>, position: FilePosition) -> Option<Subject<'_>> {
    let data = world.vault.get(position.note)?;
    let offset = position.offset;
    let note = &data.note;
    if let Some(index) = link_at(&note.links, offset) {
        return Some(Subject::Link(index));
    }
    if let Some(index) = nearest(
        note.tags
            .iter()
            .map(|tag| with_mark(tag.name.span, tag.place)),
        offset,
    ) {
        return Some(Subject::Tag(index));
    }
    if let Some(front_matter) = note.front_matter.as_deref()
        && (offset < note.body || front_matter.span.touches(offset))
    {
        return Some(front_matter_subject(data, offset));
    }
    if let Some(index) = nearest(note.headings.iter().map(|heading| heading.span), offset) {
        return Some(Subject::Heading(index));
    }
    nearest(
        note.blocks
            .iter()
            .map(|block| with_mark(block.id.span, Place::Body)),
        offset,
    )
    .map(Subject::Block)
}

/// Returns the span of a tag's name or a block's id with the mark before it, which belongs to it for a cursor.
fn with_mark(name: Span, place: Place) -> Span {
    match place {
        Place::Body => Span::new(name.start.saturating_sub(1), name.end),
        Place::FrontMatter(_) => name,
    }
}

/// Finds the link at `offset`: the innermost one that holds it, before one that only ends there.
pub(crate) fn link_at(links: &[Link], offset: u32) -> Option<usize> {
    nearest(links.iter().map(|link| link.span), offset)
}

/// Finds the shortest of the spans that hold `offset`, else one that ends there.
fn nearest(spans: impl Iterator<Item = Span>, offset: u32) -> Option<usize> {
    spans
        .enumerate()
        .filter(|(_, span)| span.touches(offset))
        .min_by_key(|(_, span)| (offset == span.end, span.len()))
        .map(|(index, _)| index)
}

fn front_matter_subject(data: &NoteData, offset: u32) -> Subject<'_> {
    let Some((at, on_key)) = field_at(data, offset) else {
        return Subject::FrontMatter;
    };
    if on_key {
        return Subject::Key(at);
    }
    let Some(value) = at.value else {
        return Subject::FrontMatter;
    };
    if let Some(alias) = data.aliases().find(|alias| alias.span.touches(offset)) {
        return Subject::Alias(alias);
    }
    if at.fields.len() == 1 && at.key.is_some_and(|key| key.name == "name") {
        return Subject::Name(value.span);
    }
    Subject::Value(at)
}

/// Finds the field at `offset` and whether the offset lies on its key.
pub(crate) fn field_at(data: &NoteData, offset: u32) -> Option<(FieldAt<'_>, bool)> {
    let mut fields: &[Field] = &data.note.front_matter.as_deref()?.fields;
    let mut at = FieldAt {
        fields: Vec::new(),
        key: None,
        value: None,
    };
    loop {
        let Some(field) = fields.iter().find(|field| field.span().touches(offset)) else {
            return (!at.fields.is_empty()).then_some((at, false));
        };
        at.key = match at.key {
            _ if at.fields.is_empty() => Key::find(data.kind, &field.key.value),
            Some(key) => key
                .map_keys()
                .iter()
                .find(|key| key.is_spelled(&field.key.value)),
            None => None,
        };
        at.fields.push(field);
        if field.key.span.touches(offset) {
            return Some((at, true));
        }
        let mut value = &field.value;
        while let Data::List(items) = &value.data {
            match items.iter().find(|item| item.span.touches(offset)) {
                Some(item) => value = item,
                None => return Some((at, false)),
            }
        }
        match &value.data {
            Data::Map(inner) => fields = inner,
            _ => {
                at.value = value.span.touches(offset).then_some(value);
                return Some((at, false));
            }
        }
    }
}

/// Returns the kind of note that a key's links lead to; `None` where it takes no links.
pub(crate) fn link_kind(key: &Key) -> Option<NoteKind> {
    match key.value {
        KeyType::OrganizationLink => Some(NoteKind::Organization),
        KeyType::ContactLinks | KeyType::ContactLinksOrWords => Some(NoteKind::Contact),
        KeyType::Links(kind) => Some(kind),
        _ => None,
    }
}

/// Returns whether the heading at `index` is where the note's name stands: it is the name's source, or the first level-1
/// heading and repeats the name.
pub(crate) fn is_name_heading(data: &NoteData, index: usize) -> bool {
    let heading = &data.note.headings[index];
    let is_first = data
        .note
        .headings
        .iter()
        .position(|heading| heading.level == 1)
        == Some(index);
    is_first && fold::fold(&heading.text.value) == fold::fold(&data.name)
}

/// Which of a note's names a link uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// None: it points into its own note (`[[#Heading]]`).
    Own,
    /// Its path, from the root or relative.
    Path,
    /// Its name.
    Name,
    /// This one of its aliases.
    Alias(usize),
    /// Its file's stem.
    Stem,
}

/// Returns by which of its names `link` reaches the note `data`.
///
/// A target without `/` may be both a path and a stem; the name and the aliases are asked first, since those are what
/// people mean by a word in brackets.
pub(crate) fn via(data: &NoteData, link: &Link) -> Via {
    let target = &*link.target.value;
    if target.is_empty() {
        return Via::Own;
    }
    if !link.form.is_wiki() {
        return Via::Path;
    }
    // A wiki link begins at the root with or without a slash.
    let target = target.strip_prefix('/').unwrap_or(target);
    let exact = |name: &str| name == target;
    if let Some(via) = via_by(data, &exact) {
        return via;
    }
    let folded = fold::fold(target);
    via_by(data, &|name| fold::fold(name) == folded).unwrap_or(Via::Path)
}

fn via_by(data: &NoteData, is_target: &dyn Fn(&str) -> bool) -> Option<Via> {
    if is_target(&data.name) {
        return Some(Via::Name);
    }
    if let Some(index) = data.aliases().position(|alias| is_target(alias.value)) {
        return Some(Via::Alias(index));
    }
    is_target(data.stem()).then_some(Via::Stem)
}
