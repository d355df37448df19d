//! `workspace/executeCommand`: what needs more than an edit.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::{jsonrpc::Result, ls_types::ExecuteCommandParams};

use crate::{
    owner::View,
    server::{Shared, refused},
};

/// Logs an interaction.
pub(crate) const LOG: &str = "ties.log";

pub(crate) async fn execute(
    shared: &Arc<Shared>,
    view: View,
    params: ExecuteCommandParams,
) -> Result<Option<Value>> {
    let _ = (shared, view);
    Err(refused(format!(
        "`{}` is no command of ties",
        params.command
    )))
}
