//! Joining two notes of one person: what one says goes into the other, links follow, and the first one's file goes.
//!
//! Nothing is lost and nothing is guessed. What the other note lacks is added, items of lists are joined, and a single value
//! that differs stays as it is there; the one of the note that goes stands in the body, under its name, with its text.

use note::{Data, Field, Key, KeyType, LinkForm, Note, Value, edit};
use vault::{NoteData, NoteId, Resolution, SourceChange, path};

use super::{
    RenameError,
    change::{Changes, NewLink, difference},
    heading,
};
use crate::{
    World,
    cursor::{Via, is_name_heading, via},
};

/// Two notes made one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The whole change; the note that goes is among its removals.
    pub change: SourceChange,
    /// The keys that were added or got more, in the order of the note that goes.
    pub joined: Vec<String>,
    /// Single values that differ, by key: those of the note that goes, which stand in the body now.
    pub differing: Vec<(String, String)>,
}

/// Returns the change that puts all that the note `from` says into `into` and removes it.
///
/// # Errors
/// Where both are the same, are of different kinds, or a text cannot be read.
pub fn merge_notes(world: World<'_>, from: NoteId, into: NoteId) -> Result<Merged, RenameError> {
    let (old, data) = (world.vault.note(from), world.vault.note(into));
    if from == into {
        return Err(RenameError::new(format!(
            "`{}` cannot be merged with itself; name two notes",
            data.path
        )));
    }
    if old.kind != data.kind {
        return Err(RenameError::new(format!(
            "`{}` is of kind `{}`, `{}` of kind `{}`; only notes of one kind are merged",
            old.path,
            old.kind.word(),
            data.path,
            data.kind.word()
        )));
    }
    let mut changes = Changes::new(world);
    let old_text = changes.text(from)?;
    let before = changes.text(into)?;
    follow_links(world, from, into, &mut changes);
    let mut change = changes.finish()?;

    let own_edits = change.edits.remove(&*data.path).unwrap_or_default();
    let text = edit::apply(&before, &own_edits).unwrap_or_else(|| before.to_string());
    let old_text_there = seen_from(world, from, into, &old_text);
    let mut joining = Joining {
        world,
        from,
        into,
        text,
        joined: Vec::new(),
        differing: Vec::new(),
    };
    joining.without_itself();
    let moved = note::parse(&old_text_there).note;
    if let Some(front_matter) = moved.front_matter.as_deref() {
        for field in &front_matter.fields {
            joining.field(&old_text_there, field);
        }
    }
    joining.names();
    joining.body(&old_text_there, &moved);
    if *joining.text != *before {
        let edit = difference(&before, &joining.text);
        change.edits.insert((*data.path).into(), vec![edit]);
    }
    change
        .removes
        .push(((*old.path).into(), old_text.to_string()));
    Ok(Merged {
        change,
        joined: joining.joined,
        differing: joining.differing,
    })
}

/// Has every link to `from` lead to `into`, except those in `from` itself. What a link says stays where it leads there by
/// itself, since the name and the aliases of the one become aliases of the other.
fn follow_links(world: World<'_>, from: NoteId, into: NoteId, changes: &mut Changes<'_>) {
    let (old, data) = (world.vault.note(from), world.vault.note(into));
    let is_theirs = |name: &str| {
        let called = world.vault.called(name);
        called.iter().all(|note| *note == from || *note == into)
    };
    let name = match is_theirs(&data.name) {
        true => data.name.to_string(),
        false => path::without_extension(&data.path).to_owned(),
    };
    for (of, index) in world.vault.backlinks(from) {
        if of == from {
            continue;
        }
        let link = &world.vault.note(of).note.links[index];
        let written = &*link.target.value;
        let is_path = written.contains('/') || path::without_extension(written) != written;
        let target = match via(old, link) {
            Via::Own => None,
            Via::Name | Via::Alias(_) if !is_path && is_theirs(written) => None,
            Via::Name | Via::Alias(_) | Via::Stem if !is_path => Some(name.clone()),
            _ => {
                let of = &world.vault.note(of).path;
                Some(path_in(link.form, written, of, &data.path))
            }
        };
        let new = NewLink {
            target: target.filter(|target| **target != *written),
            anchor: None,
        };
        changes.link(of, index, new);
    }
}

/// Returns the path of the note at `to`, as a link in the note at `from` that is `written` otherwise would say it.
fn path_in(form: LinkForm, written: &str, from: &str, to: &str) -> String {
    let is_markdown = matches!(
        form,
        LinkForm::Inline | LinkForm::InlineImage | LinkForm::Reference | LinkForm::Definition
    );
    let to = match is_markdown && !written.starts_with('/') {
        true => path::relative(from, to),
        false => to.to_owned(),
    };
    let to = match path::without_extension(written) == written {
        true => path::without_extension(&to).to_owned(),
        false => to,
    };
    match written.starts_with('/') {
        true => format!("/{to}"),
        false => to,
    }
}

/// Returns the text of `from` as it must be in the folder of `into`: relative Markdown links lead where they led.
fn seen_from(world: World<'_>, from: NoteId, into: NoteId, text: &str) -> String {
    let (old, data) = (world.vault.note(from), world.vault.note(into));
    let mut edits = Vec::new();
    for (index, link) in old.note.links.iter().enumerate() {
        let written = &*link.target.value;
        let is_markdown = matches!(
            link.form,
            LinkForm::Inline | LinkForm::InlineImage | LinkForm::Definition
        );
        let target = match world.vault.resolution(from, index) {
            Resolution::External if link.is_external() => continue,
            Resolution::Note(note) if note == from && via(old, link) == Via::Path => {
                path_in(link.form, written, &data.path, &data.path)
            }
            _ if !is_markdown || written.is_empty() || written.starts_with(['/', '#']) => continue,
            Resolution::Note(note) => {
                path_in(link.form, written, &data.path, &world.vault.note(note).path)
            }
            _ => match path::join(&old.path, written) {
                Some(path) => path::relative(&data.path, &path),
                None => continue,
            },
        };
        if *target != *written {
            edits.push(edit::retarget(text, link, &target));
        }
    }
    edits.sort();
    edits.dedup();
    edit::apply(text, &edits).unwrap_or_else(|| text.to_owned())
}

/// The text of the note that stays, as it grows.
struct Joining<'a> {
    world: World<'a>,
    from: NoteId,
    into: NoteId,
    text: String,
    joined: Vec<String>,
    differing: Vec<(String, String)>,
}

impl Joining<'_> {
    fn old(&self) -> &NoteData {
        self.world.vault.note(self.from)
    }

    fn data(&self) -> &NoteData {
        self.world.vault.note(self.into)
    }

    fn parsed(&self) -> Note {
        note::parse(&self.text).note
    }

    fn apply(&mut self, edit: Option<note::TextEdit>) -> bool {
        let done = edit.and_then(|edit| edit::apply(&self.text, &[edit]));
        let is_done = done.is_some();
        self.text = done.unwrap_or_else(|| std::mem::take(&mut self.text));
        is_done
    }

    /// Returns whether `item` names one of the two notes, which nobody knows of himself.
    fn is_self(&self, item: &Value) -> bool {
        let Some(text) = item.item_text() else {
            return false;
        };
        let name = bare(text.value);
        matches!(self.world.vault.resolve_name(name), Resolution::Note(note)
            if note == self.from || note == self.into)
    }

    /// Takes the other note out of the lists of people in this one.
    fn without_itself(&mut self) {
        loop {
            let note = self.parsed();
            let fields = note
                .front_matter
                .iter()
                .flat_map(|front_matter| &front_matter.fields);
            let found = fields.enumerate().find_map(|(index, field)| {
                let is_people = key_of(self.data(), field).is_some_and(is_people);
                let items = field.value.items().iter();
                let item = items
                    .enumerate()
                    .find(|(_, item)| is_people && self.is_self(item))?;
                Some((index, item.0))
            });
            let Some((field, item)) = found else { return };
            let edit = edit::remove_item(&self.text, &note, field, item);
            if !self.apply(edit) {
                return;
            }
        }
    }

    /// Takes one field of the other note in.
    fn field(&mut self, source: &str, field: &Field) {
        let name = &*field.key.value;
        let key = key_of(self.old(), field);
        if matches!(key.map_or(name, |key| key.name), "name" | "kind")
            || matches!(field.value.data, Data::Null)
        {
            return;
        }
        let note = self.parsed();
        let there = note
            .front_matter
            .as_deref()
            .and_then(|front_matter| same_field(self.data(), &front_matter.fields, field, key));
        let Some(there) = there.filter(|there| !matches!(there.value.data, Data::Null)) else {
            return self.add(source, field, key, &note);
        };
        let is_list = key.is_some_and(is_list)
            || [field, there]
                .iter()
                .any(|field| matches!(field.value.data, Data::List(_)));
        if is_list {
            let written = there.key.value.clone();
            return self.items(source, field, key, &written);
        }
        let parts = match (&field.value.data, &there.value.data) {
            (Data::Map(parts), Data::Map(_)) => parts,
            _ if field.value.data.says(&there.value.data) => return,
            _ => return self.differs(name.to_owned(), source, &field.value),
        };
        let written = there.key.value.clone();
        for part in parts {
            self.part(source, &written, part);
        }
    }

    /// Adds a field that is not there.
    fn add(&mut self, source: &str, field: &Field, key: Option<&Key>, note: &Note) {
        let name = &*field.key.value;
        if key.is_some_and(is_people) && field.value.items().iter().any(|item| self.is_self(item)) {
            return self.items(source, field, key, name);
        }
        match edit::to_flow(source, &field.value) {
            Some(yaml) => {
                let edit = edit::set_key_raw(&self.text, note, name, &yaml);
                self.apply(Some(edit));
                self.joined.push(name.to_owned());
            }
            None => self.differs(name.to_owned(), source, &field.value),
        }
    }

    /// Adds the items that are not there to the list under `name`.
    fn items(&mut self, source: &str, field: &Field, key: Option<&Key>, name: &str) {
        let mut is_joined = false;
        if let (Some(KeyType::Tags), Data::Scalar(tags)) =
            (key.map(|key| key.value), &field.value.data)
        {
            // `tags: one, two`
            for tag in tags.text.split([',', '\n']) {
                let tag = tag.trim().trim_start_matches('#');
                let edit = edit::add_to_list(&self.text, &self.parsed(), name, tag);
                is_joined |= !tag.is_empty() && self.apply(edit);
            }
            self.joined.extend(is_joined.then(|| name.to_owned()));
            return;
        }
        for item in field.value.items() {
            let note = self.parsed();
            let front_matter = note.front_matter.as_deref();
            let there = front_matter.and_then(|front_matter| {
                let mut fields = front_matter.fields.iter();
                fields.find(|field| *field.key.value == *name)
            });
            let is_same = |other: &Value| {
                let texts = (item.item_text(), other.item_text());
                item.data.says(&other.data)
                    || matches!(texts, (Some(one), Some(two))
                        if bare(one.value).to_lowercase() == bare(two.value).to_lowercase())
            };
            let is_there = there.is_some_and(|there| there.value.items().iter().any(is_same));
            if is_there || (key.is_some_and(is_people) && self.is_self(item)) {
                continue;
            }
            let edit = edit::to_flow(source, item)
                .and_then(|yaml| edit::add_to_list_raw(&self.text, &note, name, &yaml));
            if self.apply(edit) {
                is_joined = true;
            } else {
                self.differs(name.to_owned(), source, item);
            }
        }
        if is_joined {
            self.joined.push(field.key.value.to_string());
        }
    }

    /// Adds a part to the map under `name`, where it is not there.
    fn part(&mut self, source: &str, name: &str, part: &Field) {
        let note = self.parsed();
        let map = note.front_matter.as_deref().and_then(|front_matter| {
            let mut fields = front_matter.fields.iter();
            fields.find(|field| *field.key.value == *name)
        });
        let Some(map) = map else { return };
        match map.value.get(&part.key.value) {
            Some(there) if there.data.says(&part.value.data) => {}
            Some(_) => self.differs(format!("{name}.{}", part.key.value), source, &part.value),
            None => {
                let edit = edit::to_flow(source, &part.value).and_then(|yaml| {
                    edit::add_part(&self.text, &note, &map.value, &part.key.value, &yaml)
                });
                if self.apply(edit) {
                    if self.joined.last().is_none_or(|last| *last != *name) {
                        self.joined.push(name.to_owned());
                    }
                } else {
                    self.differs(format!("{name}.{}", part.key.value), source, &part.value);
                }
            }
        }
    }

    fn differs(&mut self, name: String, source: &str, value: &Value) {
        let said = match value.as_text() {
            Some(text) => text.value,
            None => value.span.of(source),
        };
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        self.differing.push((name, said));
    }

    /// Keeps the name of each: that of the note that stays where it could change, that of the other as an alias.
    fn names(&mut self) {
        let data = self.data();
        let (name, has_name) = (data.name.clone(), data.name_span.is_some());
        if !has_name {
            // It is called by its file, and the headings to come would be taken for its name.
            let edit = edit::set_key(&self.text, &self.parsed(), "name", &name);
            self.apply(Some(edit));
        }
        let old = self.old().name.clone();
        let is_known = *old == *name || data_aliases(self.world, self.into, &old);
        if !is_known {
            let edit = edit::add_to_list(&self.text, &self.parsed(), "aliases", &old);
            if self.apply(edit) && !self.joined.iter().any(|key| key == "aliases") {
                self.joined.push("aliases".to_owned());
            }
        }
    }

    /// Adds the other note's text under its name, with what differs.
    fn body(&mut self, source: &str, moved: &Note) {
        let body = source[moved.body as usize..].trim();
        if body.is_empty() && self.differing.is_empty() {
            return;
        }
        let line_break = edit::line_ending(&self.text);
        let old = self.old();
        let first = moved.headings.first();
        let own_heading = first.filter(|first| {
            is_name_heading(old, 0)
                && source[moved.body as usize..first.span.start as usize]
                    .trim()
                    .is_empty()
        });
        let (title, rest) = match own_heading {
            Some(first) => (
                first.span.of(source).trim_end().to_owned(),
                source[first.span.end as usize..].trim(),
            ),
            None => (format!("# {}", heading::written(&old.name)), body),
        };
        let mut text = self.text.trim_end().to_owned();
        if !text.is_empty() {
            text.push_str(line_break);
            text.push_str(line_break);
        }
        text.push_str(&title);
        text.push_str(line_break);
        if !self.differing.is_empty() {
            text.push_str(line_break);
        }
        for (key, said) in &self.differing {
            text.push_str(&format!("- {key}: {said}{line_break}"));
        }
        if !rest.is_empty() {
            text.push_str(line_break);
            let rest = rest.replace("\r\n", "\n");
            text.push_str(&rest.replace('\n', line_break));
            text.push_str(line_break);
        }
        self.text = text;
    }
}

fn data_aliases(world: World<'_>, note: NoteId, name: &str) -> bool {
    let data = world.vault.note(note);
    data.aliases().any(|alias| alias.value == name)
}

fn key_of(data: &NoteData, field: &Field) -> Option<&'static Key> {
    Key::find(data.kind, &field.key.value)
}

/// Returns the field that is about the same as `field`: of the same key in any spelling, else of the same name.
fn same_field<'a>(
    data: &NoteData,
    fields: &'a [Field],
    field: &Field,
    key: Option<&Key>,
) -> Option<&'a Field> {
    fields.iter().find(|other| {
        other.key.value == field.key.value
            || key
                .is_some_and(|key| key_of(data, other).is_some_and(|other| other.name == key.name))
    })
}

fn is_list(key: &Key) -> bool {
    matches!(
        key.value,
        KeyType::Texts
            | KeyType::Emails
            | KeyType::Phones
            | KeyType::Urls
            | KeyType::Links(_)
            | KeyType::Tags
            | KeyType::Languages
            | KeyType::Maps(_)
    ) || is_people(key)
}

fn is_people(key: &Key) -> bool {
    let knows =
        matches!(key.value, KeyType::Maps(parts) if parts.iter().any(|part| part.name == "to"));
    knows
        || matches!(
            key.value,
            KeyType::ContactLinks | KeyType::ContactLinksOrWords
        )
}

/// Returns what stands between the brackets of a link, without its label.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let inside = text
        .strip_prefix("[[")
        .and_then(|text| text.strip_suffix("]]"));
    let inside = inside.unwrap_or(text);
    inside.split('|').next().unwrap_or(inside).trim()
}
