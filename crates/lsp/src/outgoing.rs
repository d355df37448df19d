//! What the server says unasked, in order with its answers.
//!
//! The framework writes answers and everything else from two queues, and either may overtake the other. An answer that
//! ends a stream of partial results must not, so there is a mark that can be put behind what was said: once it comes out of
//! the queue, all before it is on its way to the client.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::{
    StreamExt, future,
    stream::{BoxStream, Stream},
};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::{
    Client, ClientSocket, Loopback, jsonrpc::Request, ls_types::notification::Notification,
};

/// The mark, a notification that is never written.
enum Mark {}

impl Notification for Mark {
    type Params = Value;
    const METHOD: &'static str = "$/ties/mark";
}

/// A part of an answer.
///
/// Source: LSP 3.17 `$/progress` with a partial result token.
pub(crate) enum PartialResult {}

impl Notification for PartialResult {
    type Params = Value;
    const METHOD: &'static str = "$/progress";
}

/// Who waits for which mark.
#[derive(Default)]
pub(crate) struct Marks {
    last: AtomicU64,
    waiting: Mutex<BTreeMap<u64, oneshot::Sender<()>>>,
}

impl Marks {
    /// Waits until all that was said before is on its way to the client.
    pub(crate) async fn said(&self, connection: &Client) {
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        let (passed, wait) = oneshot::channel();
        self.waiting.lock().insert(number, passed);
        connection.send_notification::<Mark>(number.into()).await;
        let _ = wait.await; // Nobody passes it where the server ends.
    }

    /// Returns what is to be written: everything but the marks.
    fn pass(&self, request: Request) -> Option<Request> {
        if request.method() != Mark::METHOD {
            return Some(request);
        }
        let number = request.params().and_then(Value::as_u64);
        if let Some(passed) = number.and_then(|number| self.waiting.lock().remove(&number)) {
            let _ = passed.send(()); // Its request may have been cancelled.
        }
        None
    }
}

/// The framework's socket with the marks taken out.
pub(crate) struct Outgoing {
    pub(crate) socket: ClientSocket,
    pub(crate) marks: Arc<Marks>,
}

impl Loopback for Outgoing {
    type RequestStream = BoxStream<'static, Request>;
    type ResponseSink = <ClientSocket as Loopback>::ResponseSink;

    fn split(self) -> (Self::RequestStream, Self::ResponseSink) {
        let (requests, responses) = self.socket.split();
        (written(requests, self.marks).boxed(), responses)
    }
}

fn written(
    requests: impl Stream<Item = Request>,
    marks: Arc<Marks>,
) -> impl Stream<Item = Request> {
    requests.filter_map(move |request| future::ready(marks.pass(request)))
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt, stream};

    use super::*;

    #[test]
    fn a_mark_is_passed_after_all_before_it_and_never_written() {
        let marks = Arc::new(Marks::default());
        let (passed, mut wait) = oneshot::channel();
        marks.waiting.lock().insert(7, passed);
        let said = |method: &'static str| Request::build(method).finish();
        let mark = Request::build(Mark::METHOD).params(7).finish();
        let unknown = Request::build(Mark::METHOD).params(8).finish();
        let queue = stream::iter([said("a"), unknown, mark, said("b")]);
        let mut written = written(queue, marks).boxed();
        let mut next = || {
            let next = written.next().now_or_never().expect("the queue is full");
            next.map(|said| said.method().to_owned())
        };
        assert_eq!(next().as_deref(), Some("a"));
        assert!((&mut wait).now_or_never().is_none());
        assert_eq!(next().as_deref(), Some("b"));
        assert_eq!(wait.now_or_never(), Some(Ok(())));
        assert_eq!(next(), None);
    }
}
