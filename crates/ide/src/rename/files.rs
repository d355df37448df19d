//! Files and folders that move in the editor's tree: the links into, out of and among them go on leading where they led.
//!
//! A link keeps its form; only its target changes, and only where it would lead elsewhere. What a link would reach
//! afterwards is asked of the resolver itself, over a small vault of the notes that could answer to it.

use std::collections::{BTreeMap, BTreeSet};

use note::{Link, Parsed, fold};
use vault::{NoteId, Resolution, SourceChange, Vault, path};

use super::{
    RenameError,
    change::{Changes, NewLink},
};
use crate::{
    World,
    cursor::{Via, via},
};

/// Returns the edits that keep links right when files and folders move. `moves` are paths from the vault's root, old and
/// new; of a folder that and all below it moves. The edits are for the texts where they are now: nothing is moved here.
///
/// # Errors
/// Where a note that has to be edited cannot be read or has changed since it was.
///
/// Source: LSP 3.17 `workspace/willRenameFiles`.
pub fn move_files(
    world: World<'_>,
    moves: &[(String, String)],
) -> Result<SourceChange, RenameError> {
    let moves = Moves::new(world, moves);
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for (from, index) in moves.affected_links(world) {
        asked.extend(Asked::new(world, &moves, from, index));
    }
    let after = vault_after(world, &moves, &asked);
    let mut changes = Changes::new(world);
    for link in &asked {
        if let Some(target) = link.new_target(&after) {
            let new = NewLink {
                target: Some(target),
                anchor: None,
            };
            changes.link(link.from, link.index, new);
        }
    }
    changes.finish()
}

/// What moves where.
struct Moves {
    /// Old and new paths of files and folders, longer old paths first.
    pairs: Vec<(String, String)>,
    /// The notes that move, with their new paths.
    notes: BTreeMap<NoteId, String>,
}

impl Moves {
    fn new(world: World<'_>, moves: &[(String, String)]) -> Self {
        let mut pairs: Vec<(String, String)> = moves
            .iter()
            .filter(|(old, new)| old != new && !old.is_empty())
            .cloned()
            .collect();
        pairs.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
        let mut moves = Self {
            pairs,
            notes: BTreeMap::new(),
        };
        let are_files = |(old, _): &(String, String)| world.vault.id(old).is_some();
        let ids: Vec<NoteId> = if moves.pairs.iter().all(are_files) {
            let pairs = moves.pairs.iter();
            pairs.filter_map(|(old, _)| world.vault.id(old)).collect()
        } else {
            world.vault.ids().collect()
        };
        for id in ids {
            if let Some(new) = moves.moved(&world.vault.note(id).path) {
                moves.notes.insert(id, new);
            }
        }
        moves
    }

    /// Returns where the file or folder at `path` goes; `None` where it stays.
    fn moved(&self, path: &str) -> Option<String> {
        self.pairs.iter().find_map(|(old, new)| {
            let rest = path.strip_prefix(&**old)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{new}{rest}"))
        })
    }

    /// Returns where the note `id` is afterwards.
    fn path<'a>(&'a self, world: World<'a>, id: NoteId) -> &'a str {
        match self.notes.get(&id) {
            Some(new) => new,
            None => &world.vault.note(id).path,
        }
    }

    /// Returns the links that may have to change: those of and to what moves, and those by what it is called afterwards.
    fn affected_links(&self, world: World<'_>) -> BTreeSet<(NoteId, usize)> {
        let mut links = BTreeSet::new();
        for (&id, new) in &self.notes {
            let own = world.vault.note(id).note.links.len();
            links.extend((0..own).map(|index| (id, index)));
            links.extend(world.vault.backlinks(id));
            for name in [path::stem(new), path::without_extension(new)] {
                links.extend(world.vault.mentions(name));
            }
        }
        let are_notes = |(old, _): &(String, String)| world.vault.id(old).is_some();
        if !self.pairs.iter().all(are_notes) {
            // A folder may hold files that are no notes, and only the links tell of them.
            links.extend(self.links_to_files(world));
        }
        links
    }

    fn links_to_files<'a>(
        &self,
        world: World<'a>,
    ) -> impl Iterator<Item = (NoteId, usize)> + use<'a, '_> {
        world.vault.ids().flat_map(move |id| {
            let data = world.vault.note(id);
            let links = data.note.links.iter().enumerate();
            let moved = links.filter(move |(index, link)| {
                world.vault.resolution(id, *index) == Resolution::External
                    && file_of(&data.path, link).is_some_and(|file| self.moved(&file).is_some())
            });
            moved.map(move |(index, _)| (id, index))
        })
    }
}

/// A link and what it is to lead to.
struct Asked<'a> {
    from: NoteId,
    index: usize,
    link: &'a Link,
    /// The path of its note afterwards.
    new_from: String,
    to: Led,
    /// Targets to write, the one most like what is written first.
    candidates: Vec<String>,
}

/// What a link leads to.
enum Led {
    /// This note, which is at this path afterwards; whether it moved.
    Note(String, bool),
    /// A file that is no note, or a folder, which is at this path afterwards.
    File(String),
}

impl<'a> Asked<'a> {
    /// Returns the link, where it leads to something that can be led to afterwards.
    fn new(world: World<'a>, moves: &Moves, from: NoteId, index: usize) -> Option<Self> {
        let data = world.vault.note(from);
        let link = &data.note.links[index];
        let target = &*link.target.value;
        if target.is_empty() || link.is_external() {
            return None;
        }
        let new_from = moves.path(world, from).to_owned();
        let like_now = |new: &str| match begins_at_root(link) {
            true => from_root(target, new),
            false => like(target, &new_from, new, link.form.is_wiki()),
        };
        let (to, candidates) = match world.vault.resolution(from, index) {
            Resolution::Note(id) => {
                let new = moves.path(world, id).to_owned();
                let mut candidates = Vec::new();
                if begins_at_root(link) {
                    match via(world.vault.note(id), link) {
                        Via::Path => candidates.push(like_now(&new)),
                        Via::Name | Via::Stem => candidates.push(path::stem(&new).to_owned()),
                        Via::Alias(_) | Via::Own => {}
                    }
                    candidates.push(path::without_extension(&new).to_owned());
                    candidates.push(new.clone());
                } else {
                    candidates.push(like_now(&new));
                    candidates.push(format!("/{new}"));
                }
                (Led::Note(new, moves.notes.contains_key(&id)), candidates)
            }
            Resolution::External => {
                let old = file_of(&data.path, link)?;
                let new = moves.moved(&old).unwrap_or(old);
                let mut written = like_now(&new);
                if target.ends_with('/') && !written.ends_with('/') {
                    written.push('/');
                }
                (Led::File(new), vec![written])
            }
            _ => return None,
        };
        Some(Self {
            from,
            index,
            link,
            new_from,
            to,
            candidates,
        })
    }

    /// Returns the target to write; `None` where the present one will do, or nothing would.
    fn new_target(&self, after: &Vault) -> Option<String> {
        let now = &*self.link.target.value;
        let (to, has_moved) = match &self.to {
            // A file beside the notes is where its path says.
            Led::File(to) => {
                let is_there = file_of(&self.new_from, self.link).as_ref() == Some(to);
                return (!is_there).then(|| self.candidates[0].clone());
            }
            Led::Note(to, has_moved) => (to, *has_moved),
        };
        let wanted = after.id(to)?;
        let leads_there = |target: &str| {
            let mut link = self.link.clone();
            link.target.value = target.into();
            after.resolve(&self.new_from, &link) == Resolution::Note(wanted)
        };
        // A path that differs in case alone is found here, and by few other programs.
        let is_off = has_moved
            && (self.link.target.value.contains('/') || !self.link.form.is_wiki())
            && file_of(&self.new_from, self.link).is_some_and(|path| {
                let (path, to) = (path::without_extension(&path), path::without_extension(to));
                path != to && fold::fold(path) == fold::fold(to)
            });
        if leads_there(now) && !is_off {
            return None;
        }
        let mut candidates = self.candidates.iter();
        candidates.find(|target| leads_there(target)).cloned()
    }
}

/// Returns whether a path in the link begins at the root by its form: that of a wiki link without dots.
fn begins_at_root(link: &Link) -> bool {
    let target = &*link.target.value;
    link.form.is_wiki() && !target.starts_with("./") && !target.starts_with("../")
}

/// Returns the path of the file that a link in the note at `from` names, if it names one by a path.
fn file_of(from: &str, link: &Link) -> Option<String> {
    let target = &*link.target.value;
    if target.is_empty() || link.is_external() {
        return None;
    }
    match begins_at_root(link) {
        true if !target.contains('/') => None,
        true => path::join("", target),
        false => path::join(from, target),
    }
}

/// Returns `new` as seen from the note at `from`, written as `old` was: from the root or relative, with `./` or without,
/// with its extension or without.
fn like(old: &str, from: &str, new: &str, is_wiki: bool) -> String {
    let bare = path::without_extension(new);
    let has_extension = path::without_extension(old) != old || bare == new;
    let new = if has_extension { new } else { bare };
    if old.starts_with('/') {
        return format!("/{new}");
    }
    let relative = path::relative(from, new);
    // Without the dots a wiki link would begin at the root.
    let wants_dot = is_wiki || old.starts_with("./");
    if wants_dot && !relative.starts_with("../") {
        format!("./{relative}")
    } else {
        relative
    }
}

/// Returns `new` as a wiki link's path from the root, written as `old` was.
fn from_root(old: &str, new: &str) -> String {
    let has_extension = path::without_extension(old) != old;
    let new = if has_extension {
        new
    } else {
        path::without_extension(new)
    };
    match old.strip_prefix('/') {
        Some(_) => format!("/{new}"),
        None => new.to_owned(),
    }
}

/// Returns a vault of every note that one of the links may reach afterwards, where it is then. They have names, and no
/// links.
fn vault_after(world: World<'_>, moves: &Moves, asked: &[Asked<'_>]) -> Vault {
    let mut ids: BTreeSet<NoteId> = moves.notes.keys().copied().collect();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for link in asked {
        let written = [&*link.link.target.value].into_iter();
        for target in written.chain(link.candidates.iter().map(|target| &**target)) {
            names.insert(target.trim_start_matches('/').to_owned());
            names.extend(path::join(&link.new_from, target));
        }
        if let Led::Note(to, _) = &link.to {
            names.insert(to.clone());
        }
    }
    for name in names {
        ids.extend(world.vault.id(&name));
        for name in [&*name, path::without_extension(&name)] {
            ids.extend(world.vault.called(name));
        }
    }
    let mut after = Vault::new(world.vault.config().clone());
    for id in ids {
        let mut note = world.vault.note(id).note.clone();
        note.links = Box::default();
        let parsed = Parsed {
            note,
            problems: Vec::new(),
        };
        after.set_parsed(moves.path(world, id), parsed);
    }
    after
}

#[cfg(test)]
mod tests;
