//! Telling the client to ask again, when something changed that it did not change itself: files on disk, git's HEAD, the
//! day, the settings.
//!
//! Each kind of answer has a request of its own, sent only to a client that knows it. None is waited for where another may
//! go out meanwhile, and none holds anything.

use std::sync::Arc;

use futures::future::join4;
use tower_lsp::jsonrpc;
use tracing::warn;

use crate::{
    diagnostics,
    server::{PATIENCE, Shared},
};

/// Tells the client to ask again whenever something changed from outside, until the server ends.
///
/// Source: LSP 3.17 `workspace/diagnostic/refresh`, `workspace/codeLens/refresh`, `workspace/inlayHint/refresh`,
/// `workspace/semanticTokens/refresh`.
pub(crate) async fn refresh(shared: Arc<Shared>) {
    let client = shared.client();
    let (pulls, refreshes) = (client.pulls, client.refreshes);
    loop {
        // Thousands of files are one change.
        diagnostics::wait_for_pause(&shared.outside).await;
        let connection = &shared.connection;
        join4(
            ask(
                pulls,
                "diagnostics",
                connection.workspace_diagnostic_refresh(),
            ),
            ask(refreshes.lenses, "lenses", connection.code_lens_refresh()),
            ask(refreshes.hints, "hints", connection.inlay_hint_refresh()),
            ask(
                refreshes.tokens,
                "tokens",
                connection.semantic_tokens_refresh(),
            ),
        )
        .await;
    }
}

async fn ask(can: bool, what: &str, asked: impl Future<Output = jsonrpc::Result<()>>) {
    if !can {
        return;
    }
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn!("the client did not refresh its {what}: {error}"),
        Err(_) => warn!("the client did not answer that it refreshes its {what}"),
    }
}
