//! Requests whose document changes while they wait for their turn.
//!
//! A request sees exactly the edits sent before it, so its answer is right for the text it was asked about, and a client
//! knows which text that was. Two kinds are refused all the same (`ContentModified`): those that the client says it will ask
//! again, since nobody needs the answer for a text that is gone; and edits without versions, since a client would make
//! them in another text than they were made for.
//!
//! Source: LSP 3.17 `general.staleRequestSupport`, and "Implementation Considerations".

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::owner::View;

/// The place in the queue of a request.
pub(crate) struct Ticket {
    /// The state in its turn; taken once.
    pub(crate) view: Option<oneshot::Receiver<View>>,
    /// Whether the document it asks about has changed since, where that ends it.
    pub(crate) is_stale: Arc<AtomicBool>,
    /// How many edits were read before it.
    pub(crate) n_edits: u64,
}

/// What the read loop has read, ahead of what was done with it.
#[derive(Default)]
pub(crate) struct Arrivals {
    n_edits: AtomicU64,
    /// Requests that end when their document changes.
    waiting: Mutex<Vec<(PathBuf, Weak<AtomicBool>)>>,
}

impl Arrivals {
    /// Notes that a request was read; `document` is what it asks about, where it is to end with the next edit of that.
    pub(crate) fn asked(&self, view: oneshot::Receiver<View>, document: Option<PathBuf>) -> Ticket {
        let is_stale = Arc::new(AtomicBool::new(false));
        if let Some(document) = document {
            let mut waiting = self.waiting.lock();
            waiting.retain(|(_, request)| request.strong_count() > 0);
            waiting.push((document, Arc::downgrade(&is_stale)));
        }
        Ticket {
            view: Some(view),
            is_stale,
            n_edits: self.n_edits(),
        }
    }

    /// Notes that an edit of a document was read.
    pub(crate) fn edited(&self, document: &Path) {
        self.n_edits.fetch_add(1, Ordering::SeqCst);
        self.waiting.lock().retain(|(path, request)| {
            let Some(request) = request.upgrade() else {
                return false;
            };
            let is_its = path == document;
            if is_its {
                request.store(true, Ordering::SeqCst);
            }
            !is_its
        });
    }

    /// Returns how many edits were read so far.
    pub(crate) fn n_edits(&self) -> u64 {
        self.n_edits.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_ends_the_requests_about_its_document_alone() {
        let arrivals = Arrivals::default();
        let ask = |document: Option<&str>| {
            let (_, view) = oneshot::channel();
            arrivals.asked(view, document.map(PathBuf::from))
        };
        let is_stale = |ticket: &Ticket| ticket.is_stale.load(Ordering::SeqCst);
        let (a, b, any) = (ask(Some("/v/a.md")), ask(Some("/v/b.md")), ask(None));
        arrivals.edited(Path::new("/v/a.md"));
        assert!(is_stale(&a) && !is_stale(&b) && !is_stale(&any));
        let later = ask(Some("/v/a.md"));
        assert!(!is_stale(&later));
        assert_eq!((any.n_edits, later.n_edits, arrivals.n_edits()), (0, 1, 1));
        drop((a, b, later));
        arrivals.edited(Path::new("/v/c.md"));
        assert!(
            arrivals.waiting.lock().is_empty(),
            "nothing is kept of what was answered"
        );
    }
}
