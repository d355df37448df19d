//! Watching files.
use crate::{server::Shared, state::FolderId};
use std::{path::PathBuf, sync::mpsc};
/// What the watcher is to do.
pub(crate) enum Order {
    /// Watch a folder.
    Watch {
        folder: FolderId,
        root: PathBuf,
        notes: bool,
    },
    /// No longer.
    Unwatch(FolderId),
    /// End.
    Stop,
}
pub(crate) fn run(shared: &Shared, orders: mpsc::Sender<Order>, queue: &mpsc::Receiver<Order>) {
    let _ = (shared, orders, queue);
}
