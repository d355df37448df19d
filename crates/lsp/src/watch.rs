//! Hearing of changes from outside: git's HEAD, and notes where the client does not watch them.
//!
//! Events are only hints. They are gathered until they pause, and then the owner reads what they name; HEAD is compared
//! with the one the journal was read at. So a checkout of thousands of notes is one change, and an event that tells
//! nothing new costs one look.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use journal::git::Mark;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::oneshot;
use tracing::{debug, warn};
use vault::{Config, load};

use crate::{
    history::{self, News},
    owner::Job,
    server::Shared,
    state::{CONFIG, FolderId},
    uri,
};

/// Whether each folder is watched by itself: where the system watches no trees, a library would walk them all.
const BY_FOLDER: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// How long events must pause before what they name is read.
const PAUSE: Duration = Duration::from_millis(100);

/// How long events may go on before what they name is read all the same.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How often a folder that has gone is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What the watching thread is to do.
pub(crate) enum Order {
    /// Watch a folder, its notes too or only its repository, and say when it is watched: what happens after that is heard.
    Watch {
        folder: FolderId,
        root: PathBuf,
        notes: bool,
        ready: mpsc::Sender<()>,
    },
    /// The journal of a folder was read up to `mark`.
    WasRead {
        folder: FolderId,
        mark: Option<Mark>,
    },
    /// Read what came to the journal of a folder, and say when the owner has it.
    ReadJournal {
        folder: FolderId,
        done: Option<oneshot::Sender<()>>,
    },
    /// Read the journal of a folder as a whole: its notes moved.
    ReadAfresh(FolderId),
    /// Watch it no longer.
    Unwatch(FolderId),
    /// Something happened on disk.
    Event(notify::Result<notify::Event>),
    /// The server ends.
    Stop,
}

/// Whether the system watches no more folders.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    Unmet,
    Met,
    /// And the user knows.
    Told,
}

/// A folder that is watched.
struct Watched {
    root: PathBuf,
    notes: bool,
    /// Whether the root is not there. Nothing tells when it comes back.
    is_gone: bool,
    limit: Limit,
    /// The folders of notes that are watched, each by itself; empty where the system watches whole trees.
    folders: BTreeSet<PathBuf>,
    /// The folders that git writes to when HEAD moves.
    git: Vec<PathBuf>,
    /// Whether its journal was read for the first time; before that, nothing in it is new.
    was_read: bool,
    /// How far its journal was read.
    mark: Option<Mark>,
}

/// Carries out orders until [`Order::Stop`]. `orders` is where events are put.
pub(crate) fn run(shared: &Shared, orders: mpsc::Sender<Order>, queue: &mpsc::Receiver<Order>) {
    let handler = move |event| {
        // Where nobody listens any more, the server ends.
        let _ = orders.send(Order::Event(event));
    };
    // A link to `/` would have the whole disk watched; what one inside the vault leads to there is watched anyway.
    let config = notify::Config::default().with_follow_symlinks(false);
    let mut watcher = match RecommendedWatcher::new(handler, config) {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            warn!("files are not watched: {error}");
            None
        }
    };
    let mut watched: BTreeMap<FolderId, Watched> = BTreeMap::new();
    loop {
        let order = match watched.values().any(|folder| folder.is_gone) {
            false => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            true => {
                look_again(shared, &mut watched, watcher.as_mut());
                queue.recv_timeout(LOOK_AGAIN)
            }
        };
        let order = match order {
            Ok(order) => order,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut batch = Batch::default();
        if !batch.take(order, &mut watched, watcher.as_mut()) {
            return;
        }
        tell_of_limits(shared, &mut watched);
        let end = Instant::now() + LONGEST_PAUSE;
        let mut pause = Instant::now() + PAUSE;
        while batch.is_gathering() {
            let wait = pause.min(end).saturating_duration_since(Instant::now());
            if wait.is_zero() {
                break;
            }
            match queue.recv_timeout(wait) {
                Ok(order) => {
                    let n_heard = batch.n_heard();
                    if !batch.take(order, &mut watched, watcher.as_mut()) {
                        return;
                    }
                    // That files are read, by this server say, is nothing to wait for.
                    if batch.n_heard() > n_heard {
                        pause = Instant::now() + PAUSE;
                    }
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        batch.report(shared, &mut watched, watcher.as_mut());
    }
}

/// Takes up again what was gone and is there again.
fn look_again(
    shared: &Shared,
    watched: &mut BTreeMap<FolderId, Watched>,
    mut watcher: Option<&mut RecommendedWatcher>,
) {
    for (id, folder) in watched {
        if folder.is_gone && folder.root.is_dir() {
            folder.is_gone = false;
            if let Some(watcher) = watcher.as_deref_mut() {
                folder.start(watcher);
            }
            shared.put(Job::Reload(*id));
        }
    }
}

/// What was heard and not yet told.
#[derive(Default)]
struct Batch {
    /// Files and folders that may have changed.
    paths: BTreeSet<PathBuf>,
    /// Folders whose HEAD may have moved.
    heads: BTreeSet<FolderId>,
    /// Those of them whose journal is read as a whole.
    afresh: BTreeSet<FolderId>,
    /// Who waits for a journal to be read.
    waiting: Vec<(FolderId, oneshot::Sender<()>)>,
    /// Whether events were lost.
    lost: bool,
}

impl Batch {
    /// Returns whether more may be gathered first; not while someone waits.
    fn is_gathering(&self) -> bool {
        self.waiting.is_empty() && self.is_heard()
    }

    fn is_heard(&self) -> bool {
        self.n_heard() > 0
    }

    /// Returns how many different things were heard.
    fn n_heard(&self) -> usize {
        usize::from(self.lost) + self.paths.len() + self.heads.len()
    }

    /// Takes in one order; returns whether to go on.
    fn take(
        &mut self,
        order: Order,
        watched: &mut BTreeMap<FolderId, Watched>,
        watcher: Option<&mut RecommendedWatcher>,
    ) -> bool {
        match order {
            Order::Stop => return false,
            Order::Watch {
                folder,
                root,
                notes,
                ready,
            } => {
                let mut new = Watched {
                    root,
                    notes,
                    is_gone: false,
                    limit: Limit::Unmet,
                    folders: BTreeSet::new(),
                    git: Vec::new(),
                    was_read: false,
                    mark: None,
                };
                if let Some(watcher) = watcher {
                    new.start(watcher);
                }
                watched.insert(folder, new);
                let _ = ready.send(()); // Who waits may have lost patience.
            }
            Order::WasRead { folder, mark } => {
                if let Some(watched) = watched.get_mut(&folder) {
                    watched.was_read = true;
                    watched.mark = mark;
                    // HEAD may have moved meanwhile.
                    self.heads.insert(folder);
                }
            }
            Order::ReadJournal { folder, done } => {
                self.heads.insert(folder);
                self.waiting.extend(done.map(|done| (folder, done)));
            }
            Order::ReadAfresh(folder) => {
                self.heads.insert(folder);
                self.afresh.insert(folder);
            }
            Order::Unwatch(folder) => {
                if let (Some(old), Some(watcher)) = (watched.remove(&folder), watcher) {
                    old.stop(watcher);
                }
            }
            Order::Event(Err(error)) => {
                warn!("watching files failed: {error}");
                self.lost = true;
            }
            Order::Event(Ok(event)) => self.hear(&event, watched),
        }
        true
    }

    fn hear(&mut self, event: &notify::Event, watched: &BTreeMap<FolderId, Watched>) {
        if event.need_rescan() {
            self.lost = true;
        }
        if matches!(event.kind, EventKind::Access(_)) {
            return;
        }
        for path in &event.paths {
            for (id, folder) in watched {
                if *path == folder.root {
                    // It may have gone, and whoever watches its notes with it.
                    self.paths.insert(path.clone());
                } else if folder.is_about_git(path) {
                    self.heads.insert(*id);
                } else if folder.notes && folder.may_matter(path) {
                    self.paths.insert(path.clone());
                }
            }
        }
    }

    /// Tells the owner what was heard.
    fn report(
        self,
        shared: &Shared,
        watched: &mut BTreeMap<FolderId, Watched>,
        mut watcher: Option<&mut RecommendedWatcher>,
    ) {
        if self.lost {
            for folder in watched.keys() {
                shared.put(Job::Reload(*folder));
            }
        } else if !self.paths.is_empty() {
            for folder in watched.values_mut() {
                // First they are watched, then read: what happens in between is heard.
                folder.follow(&self.paths, watcher.as_deref_mut());
            }
            debug!("{} paths may have changed", self.paths.len());
            shared.put(Job::Recheck(self.paths.into_iter().collect()));
        }
        let mut waiting = self.waiting;
        for id in self.heads {
            let Some(folder) = watched.get_mut(&id).filter(|folder| folder.was_read) else {
                continue;
            };
            if let Some(watcher) = watcher.as_deref_mut()
                && folder.git.is_empty()
            {
                folder.start(watcher); // The repository may be new.
            }
            let mark = if self.afresh.contains(&id) {
                None
            } else {
                folder.mark.as_ref()
            };
            let news = match history::read_since(&folder.root, mark) {
                Ok(News::Nothing) if !waiting.iter().any(|(waiting, _)| *waiting == id) => continue,
                Ok(news) => news,
                Err(message) => {
                    shared.say(message);
                    News::Nothing
                }
            };
            match &news {
                News::Nothing => {}
                News::More(journal) => folder.mark = Some(journal.mark.clone()),
                News::Whole(reading) => {
                    folder.mark = reading.as_ref().map(|reading| reading.mark.clone());
                }
            }
            let done = waiting.iter().position(|(waiting, _)| *waiting == id);
            shared.put(Job::News {
                folder: id,
                news,
                done: done.map(|index| waiting.swap_remove(index).1),
            });
        }
    }
}

impl Watched {
    fn start(&mut self, watcher: &mut RecommendedWatcher) {
        let notes = if self.notes && !BY_FOLDER {
            RecursiveMode::Recursive
        } else {
            // Where notes are not watched, only to hear of a repository that is made later.
            RecursiveMode::NonRecursive
        };
        watch(watcher, &self.root, notes);
        if self.notes && BY_FOLDER {
            self.folders.clear();
            self.watch_folders(watcher, &BTreeSet::new());
        }
        self.git = history::watched_folders(&self.root);
        for folder in &self.git {
            // Branches lie in folders of their own where their names have slashes.
            let mode = if folder.ends_with("refs/heads") {
                RecursiveMode::Recursive
            } else {
                RecursiveMode::NonRecursive
            };
            watch(watcher, folder, mode);
        }
    }

    /// Watches the folders that are searched for notes, those that are not yet watched or lie where something new is. What
    /// is ignored is not watched: there is a limit to what a system watches, and `node_modules` would reach it.
    fn watch_folders(&mut self, watcher: &mut RecommendedWatcher, new: &BTreeSet<PathBuf>) {
        let config =
            load::read_config(&self.root).map_or_else(|_| Config::default(), |read| read.0);
        let found = load::folders(&self.root, &config).into_iter();
        let found: BTreeSet<PathBuf> = found.map(|path| self.root.join(path)).collect();
        for folder in &found {
            let is_new = || folder.ancestors().any(|above| new.contains(above));
            let is_watched = *folder == self.root || (self.folders.contains(folder) && !is_new());
            if !is_watched && !watch(watcher, folder, RecursiveMode::NonRecursive) {
                if self.limit == Limit::Unmet {
                    self.limit = Limit::Met;
                }
                break;
            }
        }
        // What has gone is watched no longer by itself; what is ignored now is still there.
        for folder in self
            .folders
            .difference(&found)
            .filter(|folder| folder.is_dir())
        {
            let _ = watcher.unwatch(folder);
        }
        self.folders = found;
    }

    /// Takes note of what is there and what has gone, so that it is heard of from now on.
    fn follow(&mut self, paths: &BTreeSet<PathBuf>, watcher: Option<&mut RecommendedWatcher>) {
        if !self.root.is_dir() {
            self.is_gone = true;
            self.git.clear();
            return;
        }
        let Some(watcher) = watcher.filter(|_| self.notes && BY_FOLDER) else {
            return;
        };
        let within = paths.iter().filter(|path| path.starts_with(&self.root));
        let new: BTreeSet<PathBuf> = within.filter(|path| path.is_dir()).cloned().collect();
        let is_rule = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            matches!(name, Some(".gitignore" | ".ignore" | CONFIG))
        };
        if !new.is_empty() || paths.iter().any(is_rule) {
            self.watch_folders(watcher, &new);
        }
    }

    fn stop(&self, watcher: &mut RecommendedWatcher) {
        for path in self.git.iter().chain(&self.folders).chain([&self.root]) {
            let _ = watcher.unwatch(path); // It may be gone.
        }
    }

    /// Returns whether a file tells that HEAD may have moved.
    fn is_about_git(&self, path: &Path) -> bool {
        let is_lock = path
            .extension()
            .is_some_and(|extension| extension == "lock");
        if self.git.is_empty() {
            return path == self.root.join(".git");
        }
        let within = |folder: &PathBuf| path.starts_with(folder);
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        !is_lock
            && self.git.iter().any(within)
            && (matches!(name, "HEAD" | "packed-refs" | "tables.list")
                || self
                    .git
                    .iter()
                    .any(|folder| folder.ends_with("refs/heads") && within(folder)))
    }

    /// Returns whether a path may be a note, a folder of notes, or a file that says which files are notes.
    fn may_matter(&self, path: &Path) -> bool {
        let Some(relative) = uri::relative(&self.root, path) else {
            return false;
        };
        let (folders, name) = relative.rsplit_once('/').unwrap_or(("", &relative));
        let is_hidden = |part: &str| part.starts_with('.');
        let is_rule = matches!(name, ".gitignore" | ".ignore");
        if folders.split('/').any(is_hidden) || (is_hidden(name) && !is_rule) {
            return false;
        }
        is_rule
            || name == CONFIG
            || vault::path::without_extension(name) != name
            // A folder, or one that is gone.
            || !name.contains('.')
            || path.is_dir()
    }
}

/// Watches a folder; returns whether the system watches any more.
fn watch(watcher: &mut RecommendedWatcher, path: &Path, mode: RecursiveMode) -> bool {
    match watcher.watch(path, mode) {
        Ok(()) => true,
        Err(error) => {
            // What has just gone is nothing to tell of.
            if !matches!(error.kind, notify::ErrorKind::PathNotFound) {
                warn!("`{}` is not watched: {error}", path.display());
            }
            !matches!(error.kind, notify::ErrorKind::MaxFilesWatch)
        }
    }
}

/// Tells once of each folder that the system does not watch as a whole.
fn tell_of_limits(shared: &Shared, watched: &mut BTreeMap<FolderId, Watched>) {
    for folder in watched.values_mut() {
        if folder.limit == Limit::Met {
            folder.limit = Limit::Told;
            shared.say(format!(
                "not all folders of `{}` are watched, since the system's limit is reached; raise `fs.inotify.max_user_watches`, \
                 or leave folders out with `[vault] exclude`",
                folder.root.display()
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched() -> Watched {
        Watched {
            root: "/v".into(),
            notes: true,
            is_gone: false,
            limit: Limit::Unmet,
            folders: BTreeSet::new(),
            git: vec!["/v/.git".into(), "/v/.git/refs/heads".into()],
            was_read: true,
            mark: None,
        }
    }

    #[test]
    fn notes_folders_and_rules_matter() {
        for (path, matters) in [
            ("/v/people/ada.md", true),
            ("/v/ADA.MARKDOWN", true),
            ("/v/people", true),
            ("/v/ties.toml", true),
            ("/v/people/.gitignore", true),
            ("/v/photo.jpg", false),
            ("/v/.obsidian/workspace", false),
            ("/v/.git/index", false),
            ("/v/.ada.md.swp", false),
            ("/w/ada.md", false),
        ] {
            assert_eq!(watched().may_matter(Path::new(path)), matters, "{path}");
        }
    }

    #[test]
    fn refs_and_head_are_about_git_and_locks_are_not() {
        for (path, is_about_git) in [
            ("/v/.git/HEAD", true),
            ("/v/.git/packed-refs", true),
            ("/v/.git/refs/heads/main", true),
            ("/v/.git/refs/heads/topic/a", true),
            ("/v/.git/HEAD.lock", false),
            ("/v/.git/index", false),
            ("/v/HEAD", false),
        ] {
            assert_eq!(
                watched().is_about_git(Path::new(path)),
                is_about_git,
                "{path}"
            );
        }
    }

    #[test]
    fn a_repository_made_later_is_heard_of() {
        let mut watched = watched();
        watched.git.clear();
        assert!(watched.is_about_git(Path::new("/v/.git")));
    }
}
