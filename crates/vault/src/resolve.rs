//! What a link reaches.
//!
//! All exact spellings first (path, name, alias, stem, in that order), then the same ranks folded. Two equally good
//! targets are ambiguous. A Markdown link that begins with `/` starts at the vault's root, any other at its own folder;
//! what escapes the vault matches nothing.

use memchr::memrchr;
use note::{Link, LinkForm, fold};

use crate::{
    NoteId, Vault,
    index::hash_folded,
    path::{self, join, without_extension},
};

/// What a link reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// This note; its anchor is not looked at.
    Note(NoteId),
    /// One of these equally good notes, sorted by path.
    Ambiguous(Vec<NoteId>),
    /// Nothing.
    Unresolved,
    /// Something outside the vault's notes, never judged: a URL, or a file that is no note (`![](photo.jpg)`).
    External,
}

impl Resolution {
    /// Returns the note, if there is exactly one.
    pub fn note(&self) -> Option<NoteId> {
        match self {
            Self::Note(id) => Some(*id),
            _ => None,
        }
    }
}

/// What a link reaches, as the index keeps it: of equally good notes only that there are several, since a hundred notes
/// called `index` that link each other would otherwise be kept a hundred times a hundred times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Note(NoteId),
    Ambiguous,
    Unresolved,
    External,
}

impl From<&Resolution> for Target {
    fn from(resolution: &Resolution) -> Self {
        match resolution {
            Resolution::Note(id) => Self::Note(*id),
            Resolution::Ambiguous(_) => Self::Ambiguous,
            Resolution::Unresolved => Self::Unresolved,
            Resolution::External => Self::External,
        }
    }
}

/// How good a name is; lower is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rank {
    Path,
    Name,
    Alias,
    Stem,
}

/// How a link is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lookup<'a> {
    /// It means the note it stands in.
    Own,
    /// It leads out of the vault's notes.
    External,
    /// By the words of a wiki link.
    Name {
        /// As written.
        name: &'a str,
        /// Whether it is an attachment rather than a note if no note has the name.
        is_file: bool,
    },
    /// By a path from the root: of a Markdown link, or of a wiki link that begins with `./` or `../`.
    Path {
        /// The path; `None` where it escapes the vault.
        path: Option<String>,
        /// Whether it has the extension of another file than a note.
        is_file: bool,
    },
}

impl<'a> Lookup<'a> {
    /// Returns how `link` is looked up from the note at `from`.
    pub(crate) fn new(from: &str, link: &'a Link) -> Self {
        let target = &*link.target.value;
        if link.is_external() {
            return Self::External;
        }
        if target.is_empty() {
            return Self::Own;
        }
        if link.form.is_wiki() {
            let mut lookup = Self::of_name(from, target);
            if let Self::Name { is_file, .. } | Self::Path { is_file, .. } = &mut lookup {
                *is_file |= link.form == LinkForm::WikiEmbed && extension(target).is_some();
            }
            return lookup;
        }
        if matches!(path::name(target), "" | "." | "..") {
            // A folder, as in `[all of them](people/)`.
            return Self::External;
        }
        Self::Path {
            path: join(from, target),
            is_file: extension(target).is_some(),
        }
    }

    /// Returns how a name is looked up.
    pub(crate) fn of_name(from: &str, name: &'a str) -> Self {
        let name = name.trim();
        let is_file = extension(name).is_some_and(is_attachment);
        if name.starts_with("./") || name.starts_with("../") {
            let path = join(from, name);
            return Self::Path { path, is_file };
        }
        Self::Name {
            name: name.strip_prefix('/').unwrap_or(name),
            is_file,
        }
    }

    /// Returns the keys whose names decide the outcome, at most two.
    pub(crate) fn keys(&self) -> [Option<u64>; 2] {
        let key = hash_folded;
        match self {
            Self::Own | Self::External => [None, None],
            Self::Path { path, .. } => [
                path.as_deref().map(|path| key(without_extension(path))),
                None,
            ],
            Self::Name { name, .. } => {
                let bare = without_extension(name);
                [Some(key(name)), (bare != *name).then(|| key(bare))]
            }
        }
    }
}

/// Returns the extension of a file that is no note: letters and digits after the last dot, at most twelve.
fn extension(target: &str) -> Option<&str> {
    let name = path::name(target);
    let dot = memrchr(b'.', name.as_bytes())?;
    let extension = &name[dot + 1..];
    let is_extension = dot > 0
        && (1..=12).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_extension && without_extension(name) == name).then_some(extension)
}

/// Returns whether wiki links with this extension mean attachments; others may be names with a dot.
fn is_attachment(extension: &str) -> bool {
    const KNOWN: [&str; 38] = [
        "avif",
        "base",
        "bmp",
        "canvas",
        "csv",
        "docx",
        "epub",
        "excalidraw",
        "flac",
        "gif",
        "gz",
        "heic",
        "html",
        "ics",
        "jpeg",
        "jpg",
        "json",
        "m4a",
        "mkv",
        "mov",
        "mp3",
        "mp4",
        "odt",
        "ogg",
        "opus",
        "pdf",
        "png",
        "pptx",
        "svg",
        "tiff",
        "txt",
        "vcf",
        "wav",
        "webm",
        "webp",
        "xlsx",
        "yaml",
        "zip",
    ];
    KNOWN
        .iter()
        .any(|known| known.eq_ignore_ascii_case(extension))
}

/// Finds what a lookup reaches, ambiguous notes in no order that means anything; [`Lookup::Own`] is the caller's to
/// answer.
pub(crate) fn find(vault: &Vault, lookup: &Lookup<'_>) -> Resolution {
    let any = |_: Rank| true;
    let is_path = |rank: Rank| rank == Rank::Path;
    let is_file_name = |rank: Rank| matches!(rank, Rank::Path | Rank::Stem);
    match lookup {
        Lookup::External => Resolution::External,
        Lookup::Own => Resolution::Unresolved,
        Lookup::Path { path, is_file } => {
            let found = match path {
                Some(path) => by_path(vault, path, is_path),
                None => Resolution::Unresolved,
            };
            or_file(found, *is_file)
        }
        Lookup::Name { name, is_file } => {
            if let Some(id) = vault.id(name) {
                return Resolution::Note(id);
            }
            let bare = without_extension(name);
            let mut found = by_name(vault, name, any);
            if found == Resolution::Unresolved && bare != *name {
                found = by_name(vault, bare, is_file_name);
            }
            or_file(found, *is_file)
        }
    }
}

fn or_file(found: Resolution, is_file: bool) -> Resolution {
    match found {
        Resolution::Unresolved if is_file => Resolution::External,
        found => found,
    }
}

fn by_path(vault: &Vault, path: &str, ranks: impl Fn(Rank) -> bool) -> Resolution {
    match vault.id(path) {
        Some(id) => Resolution::Note(id),
        None => by_name(vault, without_extension(path), ranks),
    }
}

/// Finds the notes called `name`, in the ranks that `ranks` allows.
fn by_name(vault: &Vault, name: &str, ranks: impl Fn(Rank) -> bool) -> Resolution {
    let filed = vault.filed_under(hash_folded(name));
    // Folding is seldom needed: most links are spelled as the name is.
    let mut folded = None;
    // (spelled otherwise, rank): the least wins.
    let mut best = None;
    let mut winners: Vec<NoteId> = Vec::new();
    for &(id, rank) in filed {
        if !ranks(rank) {
            continue;
        }
        let data = vault.note(id);
        let quality = if data.is_spelled(rank, |spelling| spelling == name) {
            (false, rank)
        } else {
            let folded: &String = folded.get_or_insert_with(|| fold::fold(name));
            if folded.is_empty()
                || !data.is_spelled(rank, |spelling| fold::fold(spelling) == *folded)
            {
                continue;
            }
            (true, rank)
        };
        if best.is_none_or(|best| quality < best) {
            best = Some(quality);
            winners.clear();
        }
        if best == Some(quality) && winners.last() != Some(&id) {
            winners.push(id);
        }
    }
    match winners[..] {
        [] => Resolution::Unresolved,
        [one] => Resolution::Note(one),
        _ => Resolution::Ambiguous(winners),
    }
}
