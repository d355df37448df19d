//! The one owner of the state: a thread that takes jobs from a queue in the order they were put there.
//!
//! The read loop puts every edit and every request there as it reads them, so a request sees exactly the edits sent
//! before it, whatever the framework does with handlers, and the read loop itself never waits: cancellations are heard
//! while an edit waits for a slow reader. Loading a vault is a job like any other, which is why requests wait for it.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering, mpsc},
};

use journal::git::Repository;
use note::Parsed;
use parking_lot::{ArcRwLockReadGuard, RawRwLock, RwLock};
use rayon::prelude::*;
use tokio::sync::oneshot;
use tower_lsp::ls_types::TextDocumentContentChangeEvent;
use tracing::{debug, error, info, warn};
use vault::{
    NoteData, NoteId,
    load::{self, LoadOptions, Snapshot, Unreadable, UnreadableCause, names},
};

use crate::{
    history::{self, News},
    server::Shared,
    settings::Settings,
    state::{CONFIG, Document, Folder, FolderId, FolderKind, State},
    text_sync, uri,
};

/// The state as a request reads it: nothing changes while this is held.
pub(crate) type View = ArcRwLockReadGuard<RawRwLock, State>;

/// Something to do with the state, in its turn.
pub(crate) enum Job {
    /// Load the vault of a workspace folder.
    AddFolder { uri: String, path: PathBuf },
    /// Forget the vault of a workspace folder.
    RemoveFolder { path: PathBuf },
    /// `textDocument/didOpen`
    Open {
        uri: String,
        path: PathBuf,
        version: i32,
        text: String,
    },
    /// `textDocument/didChange`
    Change {
        path: PathBuf,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    },
    /// `textDocument/didClose`
    Close { path: PathBuf },
    /// These files or folders may have changed on disk; they are read to find out.
    Recheck(Vec<PathBuf>),
    /// A folder is to be read again as a whole: what changed is not known.
    Reload(FolderId),
    /// Something came to the journal.
    News {
        folder: FolderId,
        news: News,
        done: Option<oneshot::Sender<()>>,
    },
    /// The editor's settings are these.
    Settings(serde_json::Value),
    /// It is another day.
    Tomorrow,
    /// Keep notes that were looked at as bytes again, of this folder from this note on; `None` for the first of all.
    Rest(Option<(FolderId, NoteId)>),
    /// A request wants to read.
    Read(oneshot::Sender<View>),
    /// The server ends.
    Stop,
}

/// How many notes are packed before others have their turn: some milliseconds.
const PACKED_AT_ONCE: usize = 2_000;

/// Does the jobs until [`Job::Stop`]. What panics is logged and the vaults are read afresh; the server lives on.
pub(crate) fn run(shared: &Shared, jobs: &mpsc::Receiver<Job>) {
    let mut owner = Owner {
        shared,
        state: Arc::clone(&shared.state),
        n_folders: 0,
        n_openings: 0,
    };
    for job in jobs {
        if matches!(job, Job::Stop) {
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| owner.run(job))).is_err() {
            error!("a change could not be made; the vaults are read again");
            if catch_unwind(AssertUnwindSafe(|| owner.reload_all())).is_err() {
                error!("the vaults could not be read again");
            }
        }
    }
}

struct Owner<'a> {
    shared: &'a Shared,
    state: Arc<RwLock<State>>,
    n_folders: u32,
    n_openings: u64,
}

/// Who knows of a change already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The client made it.
    Client,
    /// It came from outside; a client that pulls has to be told.
    Outside,
}

impl Owner<'_> {
    fn run(&mut self, job: Job) {
        match job {
            Job::AddFolder { uri, path } => self.add_folder(&uri, &path),
            Job::RemoveFolder { path } => self.remove_folder(&path),
            Job::Open {
                uri,
                path,
                version,
                text,
            } => self.open(uri, path, version, text),
            Job::Change {
                path,
                version,
                changes,
            } => self.change(&path, version, &changes),
            Job::Close { path } => self.close(&path),
            Job::Recheck(paths) => self.recheck(&paths),
            Job::Reload(folder) => {
                self.reload(folder);
                self.changed(Origin::Outside);
            }
            Job::News { folder, news, done } => {
                self.hear(folder, news);
                if let Some(done) = done {
                    let _ = done.send(()); // The one who asked may have gone.
                }
            }
            Job::Settings(settings) => self.take_settings(&settings),
            Job::Tomorrow => self.changed(Origin::Outside),
            Job::Rest(from) => self.rest(from),
            Job::Read(reader) => {
                if !reader.is_closed() {
                    // A guard that cannot be sent, its request being cancelled, is dropped with the error.
                    let _ = reader.send(self.state.read_arc());
                }
            }
            Job::Stop => {}
        }
    }

    /// Packs some notes and puts the rest at the end of the queue, so that nothing waits for long.
    fn rest(&self, from: Option<(FolderId, NoteId)>) {
        let mut state = self.state.write();
        let ids: Vec<FolderId> = state.folders.iter().map(|folder| folder.id).collect();
        let ids = ids
            .into_iter()
            .skip_while(|id| from.is_some_and(|(folder, _)| *id != folder));
        for id in ids {
            let Some(folder) = state.folder_mut(id) else {
                continue;
            };
            let first = from.filter(|(folder, _)| *folder == id);
            let first = first.map_or(NoteId(0), |(_, note)| note);
            let (vault, texts) = (&mut folder.vault, &folder.texts);
            if let Some(next) = vault.pack(first, PACKED_AT_ONCE, |path| texts.is_open(path)) {
                self.shared.put(Job::Rest(Some((id, next))));
                return;
            }
        }
    }

    fn changed(&self, origin: Origin) {
        self.shared.generation.fetch_add(1, Ordering::SeqCst);
        self.shared.changed.notify_one();
        if origin == Origin::Outside {
            self.shared.outside.notify_one();
        }
    }

    fn take_settings(&self, said: &serde_json::Value) {
        let (settings, problems) = Settings::read(said);
        for problem in problems {
            self.shared.say(problem);
        }
        let mut state = self.state.write();
        if state.settings == settings {
            return;
        }
        state.settings = settings;
        // A client without documents has been shown nothing yet.
        let origin = match state.documents.is_empty() {
            true => Origin::Client,
            false => Origin::Outside,
        };
        drop(state);
        self.changed(origin);
    }

    fn hear(&self, folder: FolderId, news: News) {
        if let Some(folder) = self.state.write().folder_mut(folder) {
            match news {
                News::Nothing => return,
                News::More(journal) => {
                    let timeline = folder.timeline.get_or_insert_default();
                    timeline.extend(journal.records, journal.moves);
                    folder.mark = Some(journal.mark);
                }
                News::Whole(reading) => {
                    let (timeline, mark) = reading
                        .map(|reading| (reading.timeline, reading.mark))
                        .unzip();
                    folder.timeline = timeline;
                    folder.mark = mark;
                }
            }
        }
        self.changed(Origin::Outside);
    }

    // Folders.

    fn add_folder(&mut self, given: &str, path: &Path) {
        let root = vault_root(path);
        let held = |folder: &Folder| folder.kind != FolderKind::Alone && folder.root == root;
        if self.state.read().folders.iter().any(held) {
            return; // Two folders of one vault.
        }
        let mut base = given.trim_end_matches('/');
        for _ in 0..path
            .strip_prefix(&root)
            .map_or(0, |below| below.components().count())
        {
            base = base.rsplit_once('/').map_or(base, |(above, _)| above);
        }
        let base = base.to_owned();
        let is_clients = root == path;
        self.load_folder(root, base, is_clients);
        // A client without documents has asked for nothing yet that it would have to ask again.
        let origin = if self.state.read().documents.is_empty() {
            Origin::Client
        } else {
            Origin::Outside
        };
        self.place_documents();
        self.changed(origin);
    }

    fn load_folder(&mut self, root: PathBuf, base: String, is_clients: bool) {
        let id = self.new_id();
        let kind = if is_home(&root, std::env::home_dir().as_deref()) {
            self.shared.say(format!(
                "`{}` is not searched for notes; open a folder below it",
                root.display()
            ));
            FolderKind::Unscanned
        } else {
            FolderKind::Vault
        };
        let mut folder = Folder::empty(id, kind, root, base);
        folder.is_clients = is_clients;
        if kind == FolderKind::Vault {
            self.shared.watch(&folder);
            self.read_folder(&mut folder);
        }
        self.state.write().folders.push(folder);
    }

    /// Reads vault and journal of a folder from the disk.
    fn read_folder(&self, folder: &mut Folder) {
        let root = &folder.root;
        let repository = history::open(root).ok().flatten();
        let cache = repository.as_ref().map(Repository::notes_file);
        let options = LoadOptions {
            packed: true,
            cache: cache.as_deref(),
        };
        let (loaded, reading) =
            rayon::join(|| load::load_with(root, options), || history::read(root));
        match loaded {
            Ok(loaded) => {
                if let Some(repository) = repository {
                    self.keep(loaded.snapshot(), &repository, root.clone());
                }
                folder.vault = loaded.vault;
                folder.config_problems = loaded.config_problems;
                folder.config_text = loaded.config_text;
                let unreadable = loaded.unreadable.into_iter();
                folder.unreadable = unreadable.map(|file| (file.path.clone(), file)).collect();
            }
            Err(error) => {
                self.shared
                    .say(format!("`{}` cannot be read: {error}", root.display()));
            }
        }
        match reading {
            Ok(Some(reading)) => {
                folder.timeline = Some(reading.timeline);
                folder.mark = Some(reading.mark);
            }
            Ok(None) => {}
            Err(message) => self.shared.say(message),
        }
        info!("{} notes in {}", folder.vault.len(), root.display());
        self.shared.was_read(folder);
    }

    /// Writes what makes the next start and `ties log` fast, while others have their answers. Nobody needs it.
    fn keep(&self, snapshot: Snapshot, repository: &Repository, root: PathBuf) {
        let top = repository.root().to_owned();
        let (names, cache) = (repository.names_file(), repository.notes_file());
        self.shared.in_background(move || {
            let _ = snapshot.write_names(&names, &top);
            let _ = snapshot.write_cache(&cache, &root);
        });
    }

    fn remove_folder(&mut self, path: &Path) {
        let root = vault_root(path);
        {
            let mut state = self.state.write();
            for folder in &state.folders {
                if folder.root == root {
                    self.shared.unwatch(folder.id);
                }
            }
            state
                .folders
                .retain(|folder| folder.kind == FolderKind::Alone || folder.root != root);
        }
        self.place_documents();
        self.changed(Origin::Outside);
    }

    fn reload(&mut self, id: FolderId) {
        let state = self.state.read();
        let Some(old) = state
            .folder(id)
            .filter(|folder| folder.kind == FolderKind::Vault)
        else {
            return;
        };
        let mut folder = Folder::empty(id, old.kind, old.root.clone(), old.base.clone());
        folder.is_clients = old.is_clients;
        drop(state);
        self.read_folder(&mut folder);
        if let Some(place) = self.state.write().folder_mut(id) {
            *place = folder;
        }
        // What the settings leave out, or no longer do, is another than it was.
        self.place_documents();
    }

    fn reload_all(&mut self) {
        let ids: Vec<FolderId> = self
            .state
            .read()
            .folders
            .iter()
            .map(|folder| folder.id)
            .collect();
        for id in ids {
            self.reload(id);
        }
        self.changed(Origin::Outside);
    }

    fn new_id(&mut self) -> FolderId {
        self.n_folders += 1;
        FolderId(self.n_folders)
    }

    // Documents.

    fn open(&mut self, uri: String, path: PathBuf, version: i32, text: String) {
        self.n_openings += 1;
        let place = self.find_place(&path);
        let document = Document {
            uri,
            version,
            text: text.into(),
            serial: self.n_openings,
            place,
        };
        self.show(path, document);
        self.changed(Origin::Client);
    }

    fn change(&mut self, path: &Path, version: i32, changes: &[TextDocumentContentChangeEvent]) {
        let Some(mut document) = self.state.read().documents.get(path).cloned() else {
            debug!(
                "a change of a document that is not open: {}",
                path.display()
            );
            return;
        };
        let encoding = self.shared.client().encoding;
        document.version = version;
        document.text = text_sync::apply(document.text.to_string(), changes, encoding).into();
        self.show(path.to_owned(), document);
        self.changed(Origin::Client);
    }

    fn close(&mut self, path: &Path) {
        let Some(document) = self.state.write().documents.remove(path) else {
            return;
        };
        self.hide(&document);
        self.changed(Origin::Client);
    }

    /// Keeps an open document, and makes its text the one that its folder knows. Readers see all of it or nothing.
    fn show(&self, file: PathBuf, document: Document) {
        let (text, place) = (Arc::clone(&document.text), document.place.clone());
        let is_note = place.as_ref().is_some_and(|(_, path)| path != CONFIG);
        let parsed = is_note.then(|| parse(&text));
        let mut state = self.state.write();
        // The text first: whatever happened to the index, it would stay what the client has.
        state.documents.insert(file, document);
        let Some((id, path)) = place else {
            return;
        };
        let Some(folder) = state.folder_mut(id) else {
            return;
        };
        folder.texts.open(&path, Arc::clone(&text));
        match parsed {
            Some(parsed) => {
                folder.vault.set_parsed(&path, parsed);
            }
            None => folder.config_problems = vault::config::parse(&text).1,
        }
    }

    /// Makes the text on disk the one that the folder of a closed document knows.
    fn hide(&mut self, document: &Document) {
        let Some((id, path)) = &document.place else {
            return;
        };
        let mut state = self.state.write();
        let Some(folder) = state.folder_mut(*id) else {
            return;
        };
        folder.texts.close(path);
        if folder.kind == FolderKind::Alone {
            let id = folder.id;
            state.folders.retain(|folder| folder.id != id);
            return;
        }
        if path == CONFIG {
            let text = folder.config_text.as_deref().unwrap_or("");
            folder.config_problems = vault::config::parse(text).1;
        }
        let file = folder.root.join(path);
        drop(state);
        self.recheck(&[file]);
    }

    /// Returns the folder that an opened file belongs to and its path there, loading or making one where needed.
    fn find_place(&mut self, file: &Path) -> Option<(FolderId, String)> {
        if let Some(place) = self.existing_place(file) {
            return Some(place);
        }
        let name = file.file_name()?.to_str()?.to_owned();
        if name == CONFIG {
            return None;
        }
        let folder = file.parent()?;
        if let Some(root) = load::find_root(folder)
            && !is_home(&root, std::env::home_dir().as_deref())
        {
            // A vault of its own where it says so; a mere repository only where nothing else is open.
            let state = self.state.read();
            let known = state.folders.iter().any(|known| known.root == root);
            let alone = state
                .folders
                .iter()
                .all(|known| known.kind == FolderKind::Alone);
            drop(state);
            if !known && (alone || root.join(CONFIG).is_file()) {
                let base = uri::from_path(&root);
                self.load_folder(root, base, false);
                if let Some(place) = self.existing_place(file) {
                    return Some(place);
                }
            }
        }
        let id = self.new_id();
        let base = uri::from_path(folder);
        let folder = Folder::empty(id, FolderKind::Alone, folder.to_owned(), base);
        self.state.write().folders.push(folder);
        Some((id, name))
    }

    fn existing_place(&self, file: &Path) -> Option<(FolderId, String)> {
        let state = self.state.read();
        if let Some((id, path)) = state
            .documents
            .get(file)
            .and_then(|open| open.place.clone())
        {
            return Some((id, path));
        }
        let (folder, path) = state.holding(file)?;
        let belongs = path == CONFIG
            || folder.vault.id(&path).is_some()
            || folder.unreadable.contains_key(&path)
            || load::is_note(&folder.root, &path, folder.vault.config());
        belongs.then_some((folder.id, path))
    }

    /// Puts every open document where it belongs now that the folders are others.
    fn place_documents(&mut self) {
        let documents = std::mem::take(&mut self.state.write().documents);
        for document in documents.values() {
            self.hide(document);
        }
        for (path, mut document) in documents {
            document.place = self.find_place(&path);
            self.show(path, document);
        }
    }

    // Files.

    fn recheck(&mut self, paths: &[PathBuf]) {
        let mut by_folder: BTreeMap<FolderId, BTreeSet<String>> = BTreeMap::new();
        {
            let state = self.state.read();
            for path in paths {
                for folder in &state.folders {
                    if folder.kind == FolderKind::Vault
                        && let Some(relative) = uri::relative(&folder.root, path)
                    {
                        by_folder.entry(folder.id).or_default().insert(relative);
                    }
                }
            }
        }
        let mut changed = false;
        for (id, paths) in by_folder {
            let saved = paths.clone();
            changed |= self.recheck_folder(id, paths);
            self.recheck_names(id, &saved);
        }
        if changed {
            self.changed(Origin::Outside);
        }
    }

    /// Takes the remembered names away where notes that were written in place go by others now.
    fn recheck_names(&self, id: FolderId, saved: &BTreeSet<String>) {
        // Names from before the change may be about to be written.
        self.shared.wait_for_background();
        let state = self.state.read();
        let Some(folder) = state.folder(id) else {
            return;
        };
        let notes: Vec<&NoteData> = saved
            .iter()
            .filter_map(|path| folder.vault.id(path))
            .map(|id| folder.vault.note(id))
            .collect();
        if let Some(repository) = history::open(&folder.root).ok().flatten()
            && let Err(error) = names::verify(&repository.names_file(), &notes)
        {
            debug!("the remembered names cannot be taken away: {error}");
        }
    }

    fn recheck_folder(&mut self, id: FolderId, paths: BTreeSet<String>) -> bool {
        if paths.contains(CONFIG) && self.config_changed(id) {
            self.reload(id);
            return true;
        }
        let state = self.state.read();
        let Some(folder) = state.folder(id) else {
            return false;
        };
        let mut files: BTreeSet<String> = BTreeSet::new();
        let mut rescan = false;
        for path in paths {
            let name = path.rsplit('/').next().unwrap_or(&path);
            let on_disk = folder.root.join(&path);
            if matches!(name, ".gitignore" | ".ignore") || on_disk.is_dir() {
                rescan = true;
            } else if folder.vault.id(&path).is_some()
                || folder.unreadable.contains_key(&path)
                || (path != CONFIG && load::is_note(&folder.root, &path, folder.vault.config()))
            {
                files.insert(path);
            } else if !on_disk.exists() {
                rescan = true; // It may have been a folder.
            }
        }
        if rescan {
            let found: BTreeSet<String> = load::discover(&folder.root, folder.vault.config())
                .into_iter()
                .collect();
            let known = |path: &str| folder.vault.id(path).is_some();
            files.extend(found.iter().filter(|path| !known(path)).cloned());
            for note in folder.vault.ids() {
                let path = &*folder.vault.note(note).path;
                if !found.contains(path) {
                    files.insert(path.to_owned());
                }
            }
        }
        let read: Vec<(String, Read)> = files
            .par_iter()
            .filter(|path| !folder.texts.is_open(path))
            .map(|path| (path.clone(), read_note(folder, path)))
            .filter(|(path, read)| !read.is_known(folder, path))
            .collect();
        drop(state);
        if read.is_empty() {
            return false;
        }
        let mut state = self.state.write();
        let Some(folder) = state.folder_mut(id) else {
            return false;
        };
        if folder.timeline.is_some() && read.iter().any(|(_, read)| matches!(read, Read::Gone)) {
            // It may have moved, and its history with it.
            self.shared.notes_moved(id);
        }
        for (path, read) in read {
            folder.unreadable.remove(&path);
            match read {
                Read::Note(parsed) => {
                    folder.vault.set_parsed(&path, *parsed);
                }
                Read::Gone => {
                    folder.vault.remove(&path);
                }
                Read::Unreadable(cause) => {
                    folder.vault.remove(&path);
                    folder
                        .unreadable
                        .insert(path.clone(), Unreadable { path, cause });
                }
            }
        }
        true
    }

    /// Returns whether `ties.toml` on disk is another than the one that was read.
    fn config_changed(&self, id: FolderId) -> bool {
        let state = self.state.read();
        let Some(folder) = state.folder(id) else {
            return false;
        };
        match load::read_config(&folder.root) {
            Ok((_, _, text)) => text != folder.config_text,
            Err(error) => {
                warn!("`{CONFIG}` cannot be read: {error}");
                false
            }
        }
    }
}

/// What a file was found to be.
enum Read {
    Note(Box<Parsed>),
    Gone,
    Unreadable(UnreadableCause),
}

impl Read {
    /// Returns whether the folder knows that already. Notes are compared by what is indexed of them.
    fn is_known(&self, folder: &Folder, path: &str) -> bool {
        let known = folder.vault.id(path).map(|note| folder.vault.note(note));
        match (self, known) {
            (Self::Note(parsed), Some(known)) => {
                known.note == parsed.note && *known.problems == *parsed.problems
            }
            (Self::Gone, None) => !folder.unreadable.contains_key(path),
            (Self::Unreadable(cause), None) => folder
                .unreadable
                .get(path)
                .is_some_and(|known| known.cause.to_string() == cause.to_string()),
            _ => false,
        }
    }
}

fn read_note(folder: &Folder, path: &str) -> Read {
    let config = folder.vault.config();
    if !folder.root.join(path).is_file() || !load::is_note(&folder.root, path, config) {
        return Read::Gone;
    }
    match load::read_note(&folder.root, path, config) {
        Ok(text) => Read::Note(Box::new(parse(&text))),
        Err(UnreadableCause::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            Read::Gone
        }
        Err(cause) => Read::Unreadable(cause),
    }
}

/// Parses a text. The parser does not panic; if it did, the note would be empty and the server would live.
fn parse(text: &str) -> Parsed {
    catch_unwind(AssertUnwindSafe(|| note::parse(text))).unwrap_or_else(|_| {
        error!("a note could not be parsed");
        Parsed::default()
    })
}

/// Returns the vault's root for a workspace folder: where a `ties.toml` lies at or above it, else the folder itself.
fn vault_root(folder: &Path) -> PathBuf {
    match load::find_root(folder) {
        Some(root) if root.join(CONFIG).is_file() => root,
        _ => folder.to_owned(),
    }
}

/// Returns whether `root` is the home folder or holds it.
fn is_home(root: &Path, home: Option<&Path>) -> bool {
    root.parent().is_none() || home.is_some_and(|home| uri::clean(home).starts_with(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_and_what_holds_it_are_home() {
        let home = Some(Path::new("/home/ada"));
        assert!(is_home(Path::new("/home/ada"), home));
        assert!(is_home(Path::new("/home"), home));
        assert!(is_home(Path::new("/"), None));
        assert!(!is_home(Path::new("/home/ada/notes"), home));
        assert!(!is_home(Path::new("/srv/notes"), home));
    }
}
