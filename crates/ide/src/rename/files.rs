//! Files that somebody moves, in the editor's tree say: the edits that keep every link right.
//!
//! Whoever moves the files does that, so nothing here moves any. A link is rewritten only where it would lead elsewhere
//! afterwards, or nowhere, and then as it is written now: a path stays a path, a file's name a file's name. What a link
//! will lead to is not guessed but looked up, in a vault of the notes that matter as they will be.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use note::{Link, LinkForm, Parsed, Place, Spanned, TextEdit, fold};
use vault::{NoteData, NoteId, Resolution, SourceChange, Vault, config, path};

use super::{
    RenameError,
    change::{Changes, NewLink},
    contact::file_name,
};
use crate::{
    World,
    cursor::{Via, via},
};

/// The settings file, whose `[vault] me` may name a note.
const CONFIG: &str = "ties.toml";

/// What a move of files asks for.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MovedFiles {
    /// The edits, by the paths before the move.
    pub change: SourceChange,
    /// The links that will no longer lead where they lead, since nothing that can be written there would: the path of
    /// their note and what they say, sorted.
    pub left: Vec<(String, String)>,
}

/// Returns the edits that keep links right when files and folders move from one path to another.
///
/// `is_note` is whether a file at a path would be a note: what moves into an ignored folder leaves the vault. Links into
/// it follow where they are paths, and are left alone where they are names.
///
/// # Errors
/// Where a note would come to lie upon another one, or a text cannot be read or has changed meanwhile.
///
/// Source: LSP 3.17 `workspace/willRenameFiles`.
pub fn move_files(
    world: World<'_>,
    moves: &[(String, String)],
    is_note: &dyn Fn(&str) -> bool,
) -> Result<MovedFiles, RenameError> {
    let moving = Moving::new(world, moves, is_note)?;
    let mut after = After::new(world, &moving);
    let mut changes = Changes::new(world);
    let mut left = Vec::new();
    for (note, index) in affected_links(world, &moving) {
        let data = world.vault.note(note);
        let link = &data.note.links[index];
        let from = moving.path(&data.path);
        let at = (&*data.path, &*from);
        let target = match world.vault.resolution(note, index) {
            Resolution::Note(to) => match after.retarget(at, link, to) {
                Ok(target) => target,
                Err(Lost) => {
                    left.push((data.path.to_string(), link.target.value.to_string()));
                    None
                }
            },
            Resolution::Ambiguous(_) => None,
            // A file that is no note, or none that is there.
            Resolution::Unresolved | Resolution::External => retarget_file(&moving, at, link),
        };
        let anchor = None;
        changes.link(note, index, NewLink { target, anchor });
    }
    let mut change = changes.finish()?;
    if let Some(edit) = me_in_settings(world, &mut after) {
        change.edits.insert(CONFIG.into(), vec![edit]);
    }
    left.sort_unstable();
    left.dedup();
    Ok(MovedFiles { change, left })
}

/// What moves where.
struct Moving {
    moves: Vec<(String, String)>,
    /// The new path of each note that moves; `None` where it will be no note any more.
    notes: BTreeMap<NoteId, Option<String>>,
    /// Whether other files than notes move: with a folder, or by themselves.
    has_others: bool,
}

impl Moving {
    fn new(
        world: World<'_>,
        moves: &[(String, String)],
        is_note: &dyn Fn(&str) -> bool,
    ) -> Result<Self, RenameError> {
        let is_real = |(from, to): &&(String, String)| from != to && !from.is_empty();
        let moves: Vec<_> = moves.iter().filter(is_real).cloned().collect();
        let is_other = |(from, _): &(String, String)| world.vault.id(from).is_none();
        let mut moving = Self {
            has_others: moves.iter().any(is_other),
            moves,
            notes: BTreeMap::new(),
        };
        let ids: Vec<NoteId> = match moving.has_others {
            true => world.vault.ids().collect(),
            false => {
                let paths = moving.moves.iter();
                paths.filter_map(|(from, _)| world.vault.id(from)).collect()
            }
        };
        // Whether a folder is ignored is asked once for all that moves into it.
        let mut known: BTreeMap<String, bool> = BTreeMap::new();
        for id in ids {
            let old = &world.vault.note(id).path;
            let Cow::Owned(new) = moving.path(old) else {
                continue;
            };
            let is_kept = match file_name(old) == file_name(&new) {
                true => *known
                    .entry(path::folder(&new).to_owned())
                    .or_insert_with(|| is_note(&new)),
                false => is_note(&new),
            };
            moving.notes.insert(id, is_kept.then_some(new));
        }
        let mut taken = BTreeSet::new();
        for to in moving.notes.values().flatten() {
            let is_occupied = world
                .vault
                .id(to)
                .is_some_and(|other| !moving.notes.contains_key(&other));
            if is_occupied || !taken.insert(to) {
                return Err(RenameError::new(format!(
                    "another note is at `{to}`; choose another place, or join the two with `ties merge`"
                )));
            }
        }
        Ok(moving)
    }

    /// Returns where the file at `path` will be: owned where that is another place.
    fn path<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let rests = self.moves.iter().filter_map(|(from, to)| {
            let rest = path.strip_prefix(&**from)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((from, to, rest))
        });
        match rests.max_by_key(|(from, ..)| from.len()) {
            Some((_, to, rest)) => format!("{to}{rest}").into(),
            None => path.into(),
        }
    }
}

/// Returns the links that a move may touch, in order: those of the notes that move and those to them; those to notes that
/// are called as one that moves will be; and where other files move, those that may lead to one.
fn affected_links(world: World<'_>, moving: &Moving) -> BTreeSet<(NoteId, usize)> {
    let vault = world.vault;
    let all_of =
        |note: NoteId| (0..vault.note(note).note.links.len()).map(move |link| (note, link));
    let mut links = BTreeSet::new();
    for (&note, new) in &moving.notes {
        links.extend(all_of(note));
        links.extend(vault.backlinks(note));
        for name in new
            .iter()
            .flat_map(|new| [path::stem(new), path::without_extension(new)])
        {
            links.extend(vault.mentions(name));
        }
    }
    if moving.has_others {
        for note in vault.ids() {
            let is_file = |(_, link): &(NoteId, usize)| {
                !matches!(
                    vault.resolution(note, *link),
                    Resolution::Note(_) | Resolution::Ambiguous(_)
                )
            };
            links.extend(all_of(note).filter(is_file));
        }
    }
    links.retain(|(note, link)| {
        let link = &vault.note(*note).note.links[*link];
        !link.target.value.is_empty() && !link.is_external()
    });
    links
}

/// No way of writing a link leads where it led.
struct Lost;

/// The vault as it will be, as far as it was asked about.
struct After<'a> {
    world: World<'a>,
    moving: &'a Moving,
    vault: Vault,
    /// Which note of the vault before each is, by path.
    ids: BTreeMap<String, NoteId>,
    /// The names that were asked about.
    names: BTreeSet<String>,
}

impl<'a> After<'a> {
    fn new(world: World<'a>, moving: &'a Moving) -> Self {
        let mut after = Self {
            world,
            moving,
            vault: Vault::new(world.vault.config().clone()),
            ids: BTreeMap::new(),
            names: BTreeSet::new(),
        };
        for note in moving.notes.keys() {
            after.add(*note);
        }
        after
    }

    /// Returns where a note will be; `None` where it will be none.
    fn path_of(&self, note: NoteId) -> Option<&str> {
        match self.moving.notes.get(&note) {
            Some(path) => path.as_deref(),
            None => Some(&self.world.vault.note(note).path),
        }
    }

    fn add(&mut self, id: NoteId) {
        let Some(path) = self.path_of(id).map(str::to_owned) else {
            return;
        };
        if self.ids.contains_key(&path) {
            return;
        }
        let mut note = note::Note::clone(&self.world.vault.note(id).note);
        // What it is called matters, not whom it links to.
        note.links = Box::default();
        let problems = Vec::new();
        self.vault.set_parsed(&path, Parsed { note, problems });
        self.ids.insert(path, id);
    }

    /// Has all notes there that may be meant by `name`.
    fn ask_for(&mut self, name: &str) {
        for name in [name, path::without_extension(name)] {
            if self.names.insert(name.to_owned()) {
                for note in self.world.vault.called(name) {
                    self.add(note);
                }
            }
        }
    }

    /// Returns the note that `link` will lead to from the file at `from` if it says `target`.
    fn reached(&mut self, from: &str, link: &Link, target: &str) -> Option<NoteId> {
        let is_path = !link.form.is_wiki() || is_relative(target);
        let name = match is_path {
            true => path::join(from, target)?,
            false => target.trim().trim_start_matches('/').to_owned(),
        };
        self.ask_for(&name);
        let mut link = link.clone();
        link.target.value = target.into();
        let found = self.vault.resolve(from, &link).note()?;
        self.ids.get(&*self.vault.note(found).path).copied()
    }

    /// Returns what `link` has to say so that it leads to the note `to` as it does; `None` where it may stay as it is. The
    /// file it stands in is at the path `at.0` and will be at `at.1`.
    fn retarget(
        &mut self,
        at: (&str, &str),
        link: &Link,
        to: NoteId,
    ) -> Result<Option<String>, Lost> {
        let from = at.1;
        let written = &*link.target.value;
        let data = self.world.vault.note(to);
        // A path that differs in case alone is found here, and by few other programs: it stays exact.
        let exactly = |a: &str, b: &str| a == b;
        let folded = |a: &str, b: &str| fold::fold(a) == fold::fold(b);
        let is_misspelled = self.path_of(to).is_some_and(|path| {
            spells(link, at.0, data, &data.path, exactly)
                && !spells(link, from, data, path, exactly)
                && spells(link, from, data, path, folded)
        });
        if !is_misspelled && self.reached(from, link, written) == Some(to) {
            return Ok(None);
        }
        let Some(path) = self.path_of(to).map(str::to_owned) else {
            // It is no note any more. A path can still lead to the file.
            return Ok(retarget_file(self.moving, at, link));
        };
        let candidates = candidates(link, data, from, &path);
        let found = candidates.into_iter().find(|target| {
            is_writable(link.form, target) && self.reached(from, link, target) == Some(to)
        });
        found.map(Some).ok_or(Lost)
    }
}

/// Returns whether `link` in the file at `from` says the path or the file name of the note `data`, which is at `to`, such
/// that `is_same` finds them the same.
fn spells(
    link: &Link,
    from: &str,
    data: &NoteData,
    to: &str,
    is_same: impl Fn(&str, &str) -> bool,
) -> bool {
    let written = &*link.target.value;
    let is_it =
        |path: &str, to: &str| is_same(path, to) || is_same(path, path::without_extension(to));
    if !link.form.is_wiki() || is_relative(written) {
        return is_it(&place(from, written), to);
    }
    let written = written.strip_prefix('/').unwrap_or(written);
    match via(data, link) {
        Via::Own | Via::Alias(_) => false,
        Via::Name if data.name_span.is_some() => false,
        Via::Name | Via::Stem | Via::Path => is_it(written, to) || is_it(written, file_name(to)),
    }
}

/// Returns what a link to the note `data`, which will be at `to`, may say in the file at `from`: first what is nearest to
/// what it says now.
fn candidates(link: &Link, data: &NoteData, from: &str, to: &str) -> Vec<String> {
    let written = &*link.target.value;
    let has_extension = path::without_extension(written) != written;
    let bare = |path: &str| path::without_extension(path).to_owned();
    let in_style = |path: &str| match has_extension {
        true => path.to_owned(),
        false => bare(path),
    };
    if !link.form.is_wiki() || is_relative(written) {
        let path = in_form(link, from, to);
        return vec![in_style(&path), path];
    }
    let by_path = in_style(&in_form(link, from, to));
    let by_stem = in_style(file_name(to));
    let by_name = data.name.to_string();
    let mut found = match via(data, link) {
        Via::Path if written.contains('/') => vec![by_path],
        Via::Name if data.name_span.is_some() => vec![by_name.clone(), by_stem],
        Via::Alias(_) | Via::Own => vec![by_name.clone(), by_stem],
        Via::Name | Via::Stem | Via::Path => vec![by_stem],
    };
    found.extend([bare(to), to.to_owned(), by_name]);
    found
}

/// Returns the path `to` in the form in which `link` has its own: from the root with a slash or without, or from the folder
/// of the file at `from`, with `./` if it had that.
fn in_form(link: &Link, from: &str, to: &str) -> String {
    let written = &*link.target.value;
    if written.starts_with('/') {
        return format!("/{to}");
    }
    if link.form.is_wiki() && !is_relative(written) {
        return to.to_owned();
    }
    let path = path::relative(from, to);
    let has_dot = written.starts_with("./") || link.form.is_wiki();
    match has_dot && !path.starts_with("../") {
        true => format!("./{path}"),
        false => path,
    }
}

/// Returns what a link has to say that leads to a file which is no note, or is not there: it leads to the same place, or to
/// where that moves. `None` where it may stay as it is.
fn retarget_file(moving: &Moving, at: (&str, &str), link: &Link) -> Option<String> {
    let written = &*link.target.value;
    let is_name = link.form.is_wiki() && !is_relative(written);
    let is_place = matches!(file_name(written.trim_end_matches('/')), "" | "." | "..");
    if is_place || (is_name && !written.contains('/')) {
        return None;
    }
    let place = |from: &str| match is_name {
        true => written.trim_matches('/').to_owned(),
        false => place(from, written),
    };
    let old = place(at.0);
    let with_extension = ["", ".md", ".markdown"].map(|extension| format!("{old}{extension}"));
    let new = with_extension
        .iter()
        .zip(["", ".md", ".markdown"])
        .find_map(|(path, extension)| match moving.path(path) {
            Cow::Owned(new) => Some(new.strip_suffix(extension)?.to_owned()),
            Cow::Borrowed(_) => None,
        });
    let new = new.unwrap_or(old);
    if place(at.1) == new {
        return None;
    }
    let mut target = in_form(link, at.1, &new);
    if written.ends_with('/') {
        target.push('/');
    }
    is_writable(link.form, &target).then_some(target)
}

/// Returns the place that `target` means in the file at `from`: a path from the root, with `../` first where it lies outside.
fn place(from: &str, target: &str) -> String {
    let (base, target) = match target.strip_prefix('/') {
        Some(target) => ("", target),
        None => (path::folder(from), target),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns whether a wiki link's target begins at the link's own folder.
fn is_relative(target: &str) -> bool {
    target.starts_with("./") || target.starts_with("../")
}

/// Returns whether a link of this form can say `target`; Markdown encodes whatever it must.
fn is_writable(form: LinkForm, target: &str) -> bool {
    let is_plain = !target.contains(['[', ']', '|', '#', '^', '\\'])
        && !target.contains("%%")
        && !target.contains(char::is_control)
        && target.trim() == target;
    !form.is_wiki() || is_plain
}

/// Returns the edit of `[vault] me` in the settings, where that names a note which it would not name afterwards.
fn me_in_settings(world: World<'_>, after: &mut After<'_>) -> Option<TextEdit> {
    let me = world.vault.config().me.as_ref()?;
    let note = world.vault.resolve_name(&me.value).note()?;
    let link = Link {
        span: me.span,
        form: LinkForm::Wiki,
        place: Place::Body,
        target: Spanned::new(me.value.clone(), me.span),
        anchor: None,
        label: None,
    };
    // A path there begins at the root, as in a file that lies there.
    let target = after
        .retarget((CONFIG, CONFIG), &link, note)
        .ok()
        .flatten()?;
    let text = world.texts.text(CONFIG)?;
    // Where the text is another by now, it stays.
    if config::parse(&text).0.me.as_ref() != Some(me) {
        return None;
    }
    let new = match me.span.of(&text).starts_with("[[") {
        true => format!("[[{target}]]"),
        false => target.clone(),
    };
    let edit = TextEdit::replace(me.span, new);
    let written = note::edit::apply(&text, std::slice::from_ref(&edit))?;
    // So it does where the name would have to be escaped.
    let after = config::parse(&written).0.me?;
    (*after.value == *target).then_some(edit)
}

#[cfg(test)]
mod tests;
