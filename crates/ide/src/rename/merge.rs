//! Joining two notes of one person: what one says goes into the other, links follow, and the first one's file goes.
//!
//! Nothing is lost and nothing is guessed. What the other note lacks is added, items of lists are joined, and a single value
//! that differs stays as it is there; the one of the note that goes stands in the body, under its name, with its comments and its
//! text. What could not be told apart afterwards (labels of references, block ids) is refused.

use note::{
    Anchor, Data, Field, FrontMatter, Heading, Key, KeyType, Link, LinkForm, Note, Span, TextEdit,
    Value,
    anchor::{Anchors, slugs, wiki_anchor},
    edit, fold,
};
use vault::{NoteData, NoteId, Resolution, SourceChange, path};

use super::{
    RenameError,
    change::{Changes, NewLink, difference, link_edits},
    heading,
};
use crate::{
    World,
    completion::encode_anchor,
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
/// Where both are the same, are of different kinds, a text cannot be read or its front matter not all of it, or where two things
/// of the same name would become one: labels of references and footnotes, ids of blocks that links lead to.
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
    for (note, text) in [(old, &old_text), (data, &before)] {
        check_readable(note, text)?;
    }
    check_labels(old, &old_text, data, &before)?;
    let title = Title::of(old, &old_text);
    let headings = MergedHeadings::new(old, data, &title);
    follow_links(world, from, into, &headings, &mut changes)?;
    let mut change = changes.finish()?;

    let own_edits = change.edits.remove(&*data.path).unwrap_or_default();
    let text = edit::apply(&before, &own_edits).unwrap_or_else(|| before.to_string());
    let old_text_there = seen_from(world, from, into, &headings, &old_text)?;
    let mut joining = Joining {
        world,
        from,
        into,
        text,
        joined: Vec::new(),
        differing: Vec::new(),
        has_body: false,
    };
    joining.without_itself();
    let moved = note::parse(&old_text_there).note;
    if let Some(front_matter) = moved.front_matter.as_deref() {
        for field in &front_matter.fields {
            joining.field(&old_text_there, field);
        }
        joining
            .differing
            .extend(comments(&old_text_there, front_matter));
    }
    joining.names();
    joining.body(&old_text_there, &moved, &title);
    let texts = |headings: &[Heading]| -> Vec<Box<str>> {
        let texts = headings.iter().map(|heading| heading.text.value.clone());
        texts.collect()
    };
    let is_added = *joining.text != *before && joining.has_body;
    if is_added && texts(&note::parse(&joining.text).note.headings) != texts(&headings.all) {
        return Err(RenameError::new(format!(
            "the text of `{}` ends inside of code, math or a comment that is not closed; close it first",
            data.path
        )));
    }
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

/// Refuses a note of whose front matter something would be passed over.
fn check_readable(note: &NoteData, text: &str) -> Result<(), RenameError> {
    match note::parse(text).problems.first() {
        None => Ok(()),
        Some(problem) => Err(RenameError::new(format!(
            "`{}`, line {}: {}; mend that first",
            note.path,
            note.note.lines.line_of(problem.span.start) + 1,
            problem.message
        ))),
    }
}

/// Refuses labels of references and footnotes that both notes define.
fn check_labels(
    old: &NoteData,
    old_text: &str,
    data: &NoteData,
    text: &str,
) -> Result<(), RenameError> {
    let theirs = labels(data, text);
    match labels(old, old_text)
        .iter()
        .find(|label| theirs.contains(label))
    {
        None => Ok(()),
        Some(label) => Err(RenameError::new(format!(
            "`{}` and `{}` both define `[{label}]`; give one of them another label first",
            old.path, data.path
        ))),
    }
}

/// Returns the labels that a note defines, folded.
fn labels(note: &NoteData, text: &str) -> Vec<String> {
    let links = note.note.links.iter();
    let references = links
        .filter(|link| link.form == LinkForm::Definition)
        .map(|link| link.span.of(text));
    let body = &text[note.note.body as usize..];
    let lines = body.lines().map(str::trim_start);
    let footnotes = lines.filter(|line| line.starts_with("[^"));
    references
        .chain(footnotes)
        .filter_map(|line| Some(fold::fold(line.strip_prefix('[')?.split_once("]:")?.0)))
        .collect()
}

/// The heading that the text of the note that goes gets.
struct Title {
    /// As Markdown, without a line break.
    source: String,
    /// Where the text's own heading ends, where it begins with its name.
    own: Option<u32>,
}

impl Title {
    fn of(old: &NoteData, text: &str) -> Self {
        let first = old.note.headings.first().filter(|first| {
            let before = &text[old.note.body as usize..first.span.start as usize];
            is_name_heading(old, 0) && before.trim().is_empty()
        });
        match first {
            Some(first) => Self {
                source: first.span.of(text).trim_end().to_owned(),
                own: Some(first.span.end),
            },
            None => Self {
                source: format!("# {}", heading::written(&old.name)),
                own: None,
            },
        }
    }
}

/// The headings of the note that both become, and where those of the note that goes are among them.
struct MergedHeadings {
    old: Vec<Heading>,
    all: Vec<Heading>,
    /// The index of the title.
    title: usize,
}

impl MergedHeadings {
    fn new(old: &NoteData, data: &NoteData, title: &Title) -> Self {
        let mut all = data.note.headings.to_vec();
        let index = all.len();
        if title.own.is_none() {
            all.extend(note::parse(&title.source).note.headings);
        }
        all.extend(old.note.headings.iter().cloned());
        Self {
            old: old.note.headings.to_vec(),
            all,
            title: index,
        }
    }

    /// Returns what has to stand after the `#` of a link for it to reach the same heading: of the note that goes, or of the
    /// one that stays. `None` where nothing has to change.
    ///
    /// # Errors
    /// Where nothing would reach it.
    fn anchor(&self, link: &Link, goes: bool, of: &str) -> Result<Option<String>, RenameError> {
        let Some(Anchor::Heading(anchor)) = &link.anchor else {
            return Ok(None);
        };
        let (headings, first) = match goes {
            true => (&self.old[..], self.all.len() - self.old.len()),
            false => (&self.all[..self.title], 0),
        };
        let found = Anchors::new(headings).find(&anchor.value);
        let Some(index) = found.and_then(|path| path.last().copied()) else {
            return Ok(None);
        };
        let index = first + index;
        let anchors = Anchors::new(&self.all);
        let reaches = |anchor: &str| {
            anchors
                .find(anchor)
                .is_some_and(|path| path.last() == Some(&index))
        };
        if reaches(&anchor.value) {
            return Ok(None);
        }
        let name = |index: usize| wiki_anchor(&self.all[index].text.value).replace('#', " ");
        let slug = slugs(&self.all).swap_remove(index);
        let mut candidates = vec![name(index)];
        if goes {
            candidates.push(format!("{}#{}", name(self.title), anchor.value));
            candidates.push(format!("{}#{}", name(self.title), name(index)));
        }
        match link.form.is_wiki() {
            true => candidates.push(slug),
            false => candidates.insert(0, slug),
        }
        let found = candidates.into_iter().find(|anchor| reaches(anchor));
        let found = found.ok_or_else(|| {
            RenameError::new(format!(
                "`{of}` links to `#{}`, which both notes have; give one of these headings another text first",
                anchor.value
            ))
        })?;
        Ok(Some(match link.form.is_wiki() {
            true => found,
            false => encode_anchor(&found),
        }))
    }
}

/// Returns the comments of a front matter with the key they stand with, which YAML passes over.
fn comments(text: &str, front_matter: &FrontMatter) -> Vec<(String, String)> {
    let mut scalars = Vec::new();
    for field in &front_matter.fields {
        scalars.push(field.key.span);
        add_scalars(&field.value, &mut scalars);
    }
    let content = front_matter.content;
    let mut found = Vec::new();
    let mut start = content.start;
    for line in content.of(text).split_inclusive('\n') {
        let is_comment = |(at, c): &(usize, char)| {
            let offset = start + *at as u32;
            let is_apart = line[..*at]
                .chars()
                .next_back()
                .is_none_or(char::is_whitespace);
            let is_inside = |span: &Span| span.start <= offset && offset < span.end;
            *c == '#' && is_apart && !scalars.iter().any(is_inside)
        };
        if let Some((at, _)) = line.char_indices().find(is_comment) {
            let offset = start + at as u32;
            let with = front_matter
                .fields
                .iter()
                .rfind(|field| field.key.span.start < offset && !line[..at].trim().is_empty());
            let key = match with {
                Some(field) => format!("comment on {}", field.key.value),
                None => "comment".to_owned(),
            };
            let said = line[at..].trim_start_matches('#').trim();
            if !said.is_empty() {
                found.push((key, said.to_owned()));
            }
        }
        start += line.len() as u32;
    }
    found
}

/// Adds the places of all scalars in a value, in which a `#` is a character like others.
fn add_scalars(value: &Value, scalars: &mut Vec<Span>) {
    match &value.data {
        Data::List(items) => items.iter().for_each(|item| add_scalars(item, scalars)),
        Data::Map(fields) => {
            for field in fields {
                scalars.push(field.key.span);
                add_scalars(&field.value, scalars);
            }
        }
        Data::Null => {}
        Data::Scalar(_) | Data::Raw(_) => scalars.push(value.span),
    }
}

/// Has every link to `from` lead to `into`, except those in `from` itself. What a link says stays where it leads there by
/// itself, since the name and the aliases of the one become aliases of the other.
fn follow_links(
    world: World<'_>,
    from: NoteId,
    into: NoteId,
    headings: &MergedHeadings,
    changes: &mut Changes<'_>,
) -> Result<(), RenameError> {
    for (of, index) in world.vault.backlinks(from) {
        if of == from {
            continue;
        }
        let data = world.vault.note(of);
        let link = &data.note.links[index];
        let new = new_link(
            world,
            (from, into),
            headings,
            link,
            (&data.path, &data.path),
        )?;
        changes.link(of, index, new);
    }
    for (of, index) in world.vault.backlinks(into) {
        let data = world.vault.note(of);
        let anchor = headings.anchor(&data.note.links[index], false, &data.path)?;
        let new = NewLink {
            target: None,
            anchor,
        };
        match of == from {
            // The text of that one is rewritten elsewhere.
            true if new.anchor.is_some() => {
                return Err(RenameError::new(format!(
                    "`{}` links to a heading of `{}` that both notes have; give one of them another text first",
                    data.path,
                    world.vault.note(into).path
                )));
            }
            true => {}
            false => changes.link(of, index, new),
        }
    }
    Ok(())
}

/// Returns what becomes of a link to `from` in the note at the path `at.0`, whose text will stand in the one at `at.1`.
fn new_link(
    world: World<'_>,
    (from, into): (NoteId, NoteId),
    headings: &MergedHeadings,
    link: &Link,
    at: (&str, &str),
) -> Result<NewLink, RenameError> {
    let (old, data) = (world.vault.note(from), world.vault.note(into));
    let is_theirs = |name: &str| {
        let called = world.vault.called(name);
        called.iter().all(|note| *note == from || *note == into)
    };
    let written = &*link.target.value;
    let is_path = written.contains('/') || path::without_extension(written) != written;
    let target = match via(old, link) {
        Via::Own => None,
        Via::Name | Via::Alias(_) if !is_path && is_theirs(written) => None,
        Via::Name | Via::Alias(_) | Via::Stem if !is_path => Some(match is_theirs(&data.name) {
            true => data.name.to_string(),
            false => path::without_extension(&data.path).to_owned(),
        }),
        _ => Some(path_in(link.form, written, at.1, &data.path)),
    };
    match &link.anchor {
        Some(Anchor::Block(id)) if data.note.find_block(&id.value).is_some() => {
            return Err(RenameError::new(format!(
                "`{}` links to `^{}`, and both notes have a block of that id; give one of them another first",
                at.0, id.value
            )));
        }
        _ => {}
    }
    Ok(NewLink {
        target: target.filter(|target| **target != *written),
        anchor: headings.anchor(link, true, at.0)?,
    })
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

/// Returns the text of `from` as it must be in `into`: relative Markdown links lead where they led, and anchors to its own
/// headings too.
fn seen_from(
    world: World<'_>,
    from: NoteId,
    into: NoteId,
    headings: &MergedHeadings,
    text: &str,
) -> Result<String, RenameError> {
    let (old, data) = (world.vault.note(from), world.vault.note(into));
    let mut edits: Vec<TextEdit> = Vec::new();
    for (index, link) in old.note.links.iter().enumerate() {
        let written = &*link.target.value;
        let is_markdown = matches!(
            link.form,
            LinkForm::Inline | LinkForm::InlineImage | LinkForm::Definition
        );
        let target = match world.vault.resolution(from, index) {
            Resolution::Note(note) if note == from => {
                let at = (&*old.path, &*data.path);
                let new = new_link(world, (from, into), headings, link, at)?;
                edits.extend(link_edits(text, link, &new));
                continue;
            }
            Resolution::External if link.is_external() => continue,
            _ if written.is_empty() || written.starts_with(['/', '#']) => continue,
            Resolution::Note(note) => {
                if !is_markdown && world.vault.resolve(&data.path, link) == Resolution::Note(note) {
                    continue;
                }
                let path = &world.vault.note(note).path;
                Some(path_in(link.form, written, &data.path, path))
            }
            _ if !is_markdown => continue,
            _ => path::join(&old.path, written).map(|path| path::relative(&data.path, &path)),
        };
        let new = NewLink {
            target: target.filter(|target| **target != *written),
            anchor: None,
        };
        edits.extend(link_edits(text, link, &new));
    }
    edits.sort();
    edits.dedup();
    Ok(edit::apply(text, &edits).unwrap_or_else(|| text.to_owned()))
}

/// The text of the note that stays, as it grows.
struct Joining<'a> {
    world: World<'a>,
    from: NoteId,
    into: NoteId,
    text: String,
    joined: Vec<String>,
    differing: Vec<(String, String)>,
    /// Whether the body got more.
    has_body: bool,
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

    fn apply(&mut self, edit: Option<TextEdit>) -> bool {
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
            let is_same = |other: &&Value| {
                let texts = (item.item_text(), other.item_text());
                item.data.says(&other.data)
                    || matches!(texts, (Some(one), Some(two))
                        if bare(one.value).to_lowercase() == bare(two.value).to_lowercase())
            };
            if key.is_some_and(is_people) && self.is_self(item) {
                continue;
            }
            if let Some(same) = there.and_then(|there| there.value.items().iter().find(is_same)) {
                is_joined |= self.item(source, item, name, &note, same);
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

    /// Adds to an item what another one says of the same: `{value: …, label: home}` to `…`. Returns whether there was more.
    fn item(&mut self, source: &str, item: &Value, name: &str, note: &Note, same: &Value) -> bool {
        let Data::Map(parts) = &item.data else {
            return false;
        };
        if item.data.says(&same.data) {
            return false;
        }
        let Data::Map(_) = &same.data else {
            // The text alone says less than the map that has it.
            let edit = edit::to_flow(source, item).map(|yaml| TextEdit::replace(same.span, yaml));
            let is_done = self.apply(edit);
            if !is_done {
                self.differs(name.to_owned(), source, item);
            }
            return is_done;
        };
        let text = item
            .item_text()
            .map_or("", |text| bare(text.value))
            .to_owned();
        let mut missing = Vec::new();
        for part in parts {
            match same.get(&part.key.value) {
                Some(there) if there.data.says(&part.value.data) => {}
                Some(there)
                    if matches!((there.as_text(), part.value.as_text()), (Some(one), Some(two))
                        if bare(one.value).to_lowercase() == bare(two.value).to_lowercase()) => {}
                Some(_) => self.differs(
                    format!("{name} {text} {}", part.key.value),
                    source,
                    &part.value,
                ),
                None => match edit::to_flow(source, &part.value) {
                    Some(yaml) => missing.push((part.key.value.clone(), yaml)),
                    None => self.differs(
                        format!("{name} {text} {}", part.key.value),
                        source,
                        &part.value,
                    ),
                },
            }
        }
        // Each after the ones before, at the same place: behind the last part.
        let edits: Vec<TextEdit> = missing
            .iter()
            .filter_map(|(key, yaml)| edit::add_part(&self.text, note, same, key, yaml))
            .collect();
        let is_joined = !edits.is_empty();
        if let Some(text) = edit::apply(&self.text, &edits) {
            self.text = text;
        }
        is_joined
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
        let said = said.trim().replace("\r\n", "\n");
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
    fn body(&mut self, source: &str, moved: &Note, title: &Title) {
        let body = &source[moved.body as usize..];
        if body.trim().is_empty() && self.differing.is_empty() {
            return;
        }
        self.has_body = true;
        let rest = match title.own.and_then(|_| moved.headings.first()) {
            Some(first) => &source[first.span.end as usize..],
            None => body,
        };
        // The first line may be indented, which means something.
        let blank = rest.len() - rest.trim_start().len();
        let first_line = rest[..blank]
            .rfind('\n')
            .map_or(0, |line_break| line_break + 1);
        let rest = rest[first_line..].trim_end().replace("\r\n", "\n");
        let mut text = self.text.trim_end().to_owned();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&title.source);
        text.push('\n');
        let mut list = String::new();
        for (key, said) in &self.differing {
            let said = said.replace('\n', "\n  ");
            list.push_str(&format!("- {key}: {said}\n"));
        }
        // Below a list, indented code would belong to it.
        let parts = match rest.starts_with([' ', '\t']) {
            true => [format!("{rest}\n"), list],
            false => [list, format!("{rest}\n")],
        };
        for part in parts.iter().filter(|part| !part.trim().is_empty()) {
            text.push('\n');
            text.push_str(part);
        }
        if edit::line_ending(&self.text) == "\r\n" {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
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
