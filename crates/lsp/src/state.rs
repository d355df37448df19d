//! Everything the server knows: per workspace folder a vault, its journal and the texts of open documents.
//!
//! One thread changes it ([`crate::owner`]); requests read it under a guard taken in the order of the messages.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;
use journal::{Timeline, git::Mark};
use network::World;
use note::LineIndex;
use rustc_hash::FxHashMap;
use vault::{
    Config, NoteId, TextSource, Vault,
    config::ConfigProblem,
    load::{DiskTexts, Unreadable},
};

use crate::{settings::Settings, uri};

/// The settings file's path from a vault's root.
pub(crate) const CONFIG: &str = "ties.toml";

/// All folders and open documents.
#[derive(Default)]
pub(crate) struct State {
    /// The vaults: those of workspace folders, and one for each file that is served alone.
    pub(crate) folders: Vec<Folder>,
    /// The open documents by path.
    pub(crate) documents: BTreeMap<PathBuf, Document>,
    /// What the editor wants to be shown.
    pub(crate) settings: Settings,
}

/// A number that names a folder for as long as the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FolderId(pub(crate) u32);

/// Where a folder's notes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FolderKind {
    /// From the disk below its root.
    Vault,
    /// It is a home folder, or cannot be read: nothing is taken from it.
    Unscanned,
    /// It is one open document, outside every vault.
    Alone,
}

/// A vault with what the server keeps beside it.
pub(crate) struct Folder {
    pub(crate) id: FolderId,
    pub(crate) kind: FolderKind,
    /// The root: cleaned, absolute.
    pub(crate) root: PathBuf,
    /// The URI of the root as the client writes it.
    pub(crate) base: String,
    /// Whether the client has exactly this folder open, and may watch it.
    pub(crate) is_clients: bool,
    pub(crate) vault: Vault,
    /// The journal; `None` outside git.
    pub(crate) timeline: Option<Timeline>,
    /// How far the journal was read.
    pub(crate) mark: Option<Mark>,
    /// What is wrong with `ties.toml`.
    pub(crate) config_problems: Vec<ConfigProblem>,
    /// The text of `ties.toml`.
    pub(crate) config_text: Option<String>,
    /// Notes that could not be read, by path.
    pub(crate) unreadable: BTreeMap<String, Unreadable>,
    /// The texts, those of open documents before those on disk.
    pub(crate) texts: Texts,
}

/// A document that the client has open.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The URI its client sent.
    pub(crate) uri: String,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    /// Which opening this is: a document closed and opened again has another.
    pub(crate) serial: u64,
    /// The folder it belongs to and its path there; `None` for what is neither note nor settings.
    pub(crate) place: Option<(FolderId, String)>,
}

/// Texts of a folder: of open documents as they are in the editor, of others as they are on disk.
pub(crate) struct Texts {
    open: FxHashMap<String, Arc<str>>,
    disk: Option<DiskTexts>,
}

impl Texts {
    pub(crate) fn open(&mut self, path: &str, text: Arc<str>) {
        self.open.insert(path.to_owned(), text);
    }

    pub(crate) fn close(&mut self, path: &str) {
        self.open.remove(path);
    }

    pub(crate) fn is_open(&self, path: &str) -> bool {
        self.open.contains_key(path)
    }
}

impl TextSource for Texts {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        match self.open.get(path) {
            Some(text) => Some(Arc::clone(text)),
            None => self.disk.as_ref().and_then(|disk| disk.text(path)),
        }
    }
}

impl Folder {
    /// Returns a folder without notes.
    pub(crate) fn empty(id: FolderId, kind: FolderKind, root: PathBuf, base: String) -> Self {
        let disk = (kind == FolderKind::Vault).then(|| DiskTexts { root: root.clone() });
        Self {
            id,
            kind,
            root,
            base,
            is_clients: false,
            vault: Vault::new(Config::default()),
            timeline: None,
            mark: None,
            config_problems: Vec::new(),
            config_text: None,
            unreadable: BTreeMap::new(),
            texts: Texts {
                open: FxHashMap::default(),
                disk,
            },
        }
    }

    /// Returns the view that features ask their questions of.
    pub(crate) fn world(&self, today: Date) -> World<'_> {
        World {
            vault: &self.vault,
            timeline: self.timeline.as_ref(),
            today,
            texts: &self.texts,
        }
    }

    /// Returns the text and lines of a note, or of `ties.toml`.
    pub(crate) fn lines(&self, path: &str) -> Option<Lines> {
        if path == CONFIG {
            let text = if self.texts.is_open(path) {
                self.texts.text(path)?
            } else {
                self.config_text.as_deref()?.into()
            };
            return Some(Lines::of(text));
        }
        let Some(note) = self.vault.id(path) else {
            return self.texts.text(path).map(Lines::of);
        };
        let index = &self.vault.note(note).note.lines;
        if index.is_ascii() && !self.texts.is_open(path) {
            // Positions need no text; the file may stay closed.
            return Some(Lines {
                index: index.clone(),
                text: "".into(),
            });
        }
        let text = self.texts.text(path)?;
        if text.len() == index.text_len() as usize {
            let index = index.clone();
            return Some(Lines { index, text });
        }
        Some(Lines::of(text))
    }
}

/// A text and where its lines begin. The text is empty where it is ASCII and was not needed.
pub(crate) struct Lines {
    pub(crate) index: LineIndex,
    pub(crate) text: Arc<str>,
}

impl Lines {
    /// Returns the lines of `text`.
    pub(crate) fn of(text: Arc<str>) -> Self {
        Self {
            index: LineIndex::new(&text),
            text,
        }
    }
}

/// A note that a request names.
pub(crate) struct Located<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) note: NoteId,
    pub(crate) lines: Lines,
}

impl State {
    /// Returns the folder called `id`.
    pub(crate) fn folder(&self, id: FolderId) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.id == id)
    }

    /// Returns the folder called `id`, to change it.
    pub(crate) fn folder_mut(&mut self, id: FolderId) -> Option<&mut Folder> {
        self.folders.iter_mut().find(|folder| folder.id == id)
    }

    /// Returns the vault that holds the file, the deepest where several do, with its path there.
    pub(crate) fn holding(&self, file: &Path) -> Option<(&Folder, String)> {
        self.folders
            .iter()
            .filter(|folder| folder.kind == FolderKind::Vault)
            .filter_map(|folder| Some((folder, uri::relative(&folder.root, file)?)))
            .max_by_key(|(folder, _)| folder.root.as_os_str().len())
    }

    /// Returns the folder and path that a file has here, open or not.
    pub(crate) fn place(&self, file: &Path) -> Option<(&Folder, String)> {
        match self.documents.get(file) {
            Some(document) => {
                let (id, path) = document.place.as_ref()?;
                Some((self.folder(*id)?, path.clone()))
            }
            None => self.holding(file),
        }
    }

    /// Returns the note that `uri` names; `None` for what is no note of any folder.
    pub(crate) fn locate(&self, uri: &str) -> Option<Located<'_>> {
        let (folder, path) = self.place(&uri::to_path(uri)?)?;
        let note = folder.vault.id(&path)?;
        let lines = if folder.texts.is_open(&path) {
            folder.lines(&path)?
        } else {
            Lines::of(folder.texts.text(&path)?)
        };
        Some(Located {
            folder,
            note,
            lines,
        })
    }

    /// Returns the URI of a file of a folder: as its client sent it where it is open.
    pub(crate) fn uri(&self, folder: &Folder, path: &str) -> String {
        match self.documents.get(&folder.root.join(path)) {
            Some(document) => document.uri.clone(),
            None => uri::child(&folder.base, path),
        }
    }

    /// Returns the version of an open file; `None` for one on disk.
    pub(crate) fn version(&self, folder: &Folder, path: &str) -> Option<i32> {
        let document = self.documents.get(&folder.root.join(path))?;
        Some(document.version)
    }
}
