//! `textDocument/codeAction` and `codeAction/resolve`.

use std::path::PathBuf;

use ide::{Action, ActionKind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::{
    jsonrpc::{Error, ErrorCode},
    ls_types::{
        CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
        Command, Diagnostic, NumberOrString, Range,
    },
};

use crate::{
    from_proto,
    owner::Job,
    requests::command,
    server::{Ask, Shared},
    state::Located,
    to_proto::{self, Refused},
};

/// Every kind of action that is offered.
pub(crate) const KINDS: [CodeActionKind; 6] = [
    CodeActionKind::QUICKFIX,
    CodeActionKind::REFACTOR,
    CodeActionKind::REFACTOR_REWRITE,
    CodeActionKind::SOURCE_FIX_ALL,
    CodeActionKind::new("source.organizeFrontMatter"),
    CodeActionKind::new("ties"),
];

pub(crate) fn actions(ask: &Ask<'_>, params: &CodeActionParams) -> Option<CodeActionResponse> {
    let uri = params.text_document.uri.as_str();
    let (at, world) = ask.note(uri)?;
    let lines = &at.lines;
    let span = from_proto::span(&lines.index, &lines.text, params.range, ask.client.encoding);
    let actions = ide::actions(world, at.note, span).into_iter();
    let wanted = |kind: &CodeActionKind| match &params.context.only {
        Some(only) => only.iter().any(|only| is_a(kind.as_str(), only.as_str())),
        None => true,
    };
    let version = ask
        .state
        .version(at.folder, &world.vault.note(at.note).path);
    let offered = actions.filter_map(|action| {
        let kind = kind(action.kind);
        wanted(&kind).then_some(())?;
        let diagnostics = mended(ask, &at, &action, &params.context.diagnostics);
        let mut edit = match &action.change {
            // What the client cannot do is not offered to it.
            Some(change) => {
                Some(to_proto::workspace_edit(ask.state, at.folder, change, ask.client).ok()?)
            }
            None => None,
        };
        let run = action
            .command
            .map(|command| to_command(&action.title, command, uri, params.range));
        if !ask.client.action_literals {
            return match edit {
                Some(_) => None,
                None => run.map(CodeActionOrCommand::Command),
            };
        }
        let mut data = None;
        if ask.client.resolves_actions && edit.take().is_some() {
            let offered = Offered {
                uri: uri.to_owned(),
                version,
                range: params.range,
            };
            data = serde_json::to_value(offered).ok();
        }
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title: action.title,
            kind: Some(kind),
            diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
            edit,
            command: run,
            is_preferred: action.preferred.then_some(true),
            data,
            ..CodeAction::default()
        }))
    });
    Some(offered.collect())
}

/// What an action carries until it is chosen.
#[derive(Serialize, Deserialize)]
struct Offered {
    uri: String,
    /// The version of the document that it was offered for.
    version: Option<i32>,
    range: Range,
}

/// Why an action has no edit any more.
pub(crate) enum Stale {
    /// The document is another than the one it was offered for.
    Document,
    /// A file that it would change is not as it was read.
    File(PathBuf),
}

impl Stale {
    /// Returns the answer, and has a file that changed read again.
    pub(crate) fn into_error(self, shared: &Shared) -> Error {
        if let Self::File(path) = self {
            shared.put(Job::Recheck(vec![path]));
        }
        // LSP 3.17, `ContentModified`: the client asks for actions again.
        Error {
            code: ErrorCode::ContentModified,
            message: "the note has changed since this was offered; ask for actions again".into(),
            data: None,
        }
    }
}

/// Adds the edit to an action that was chosen; one that carries nothing stays as it is.
pub(crate) fn resolve(ask: &Ask<'_>, mut chosen: CodeAction) -> Result<CodeAction, Stale> {
    let data = chosen.data.clone();
    let Some(offered) = data.and_then(|data| serde_json::from_value::<Offered>(data).ok()) else {
        return Ok(chosen);
    };
    let (at, world) = ask.note(&offered.uri).ok_or(Stale::Document)?;
    if ask
        .state
        .version(at.folder, &world.vault.note(at.note).path)
        != offered.version
    {
        return Err(Stale::Document);
    }
    let lines = &at.lines;
    let span = from_proto::span(
        &lines.index,
        &lines.text,
        offered.range,
        ask.client.encoding,
    );
    let mut actions = ide::actions(world, at.note, span).into_iter();
    let same = actions
        .find(|action| action.title == chosen.title && Some(kind(action.kind)) == chosen.kind);
    let change = same
        .and_then(|action| action.change)
        .ok_or(Stale::Document)?;
    match to_proto::workspace_edit(ask.state, at.folder, &change, ask.client) {
        Ok(edit) => chosen.edit = Some(edit),
        Err(Refused::Changed(path)) => return Err(Stale::File(at.folder.root.join(path))),
        Err(Refused::Unsupported) => return Err(Stale::Document),
    }
    Ok(chosen)
}

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Refactor => CodeActionKind::REFACTOR,
        ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        ActionKind::FixAll => CodeActionKind::SOURCE_FIX_ALL,
        ActionKind::Organize => CodeActionKind::new("source.organizeFrontMatter"),
        ActionKind::Do => CodeActionKind::new("ties"),
    }
}

/// Returns whether `kind` is `asked` or lies below it (`refactor.rewrite` below `refactor`).
fn is_a(kind: &str, asked: &str) -> bool {
    kind.strip_prefix(asked)
        .is_some_and(|rest| rest.is_empty() || asked.is_empty() || rest.starts_with('.'))
}

/// Returns those of the client's diagnostics that the action mends.
fn mended(
    ask: &Ask<'_>,
    at: &Located<'_>,
    action: &Action,
    diagnostics: &[Diagnostic],
) -> Vec<Diagnostic> {
    let Some((code, span)) = action.mends else {
        return Vec::new();
    };
    let range = to_proto::range(&at.lines, span, ask.client.encoding);
    let code = NumberOrString::String(code.to_owned());
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code.as_ref() == Some(&code) && diagnostic.range == range)
        .cloned()
        .collect()
}

fn to_command(title: &str, command: ide::Command, uri: &str, range: Range) -> Command {
    let ide::Command::Log {
        kind,
        contacts,
        on,
        message,
        event,
        is_written,
    } = command;
    let mut argument = json!({
        "kind": kind,
        "contacts": contacts,
        "on": on.to_string(),
        "range": range,
    });
    argument[if is_written { "uri" } else { "near" }] = uri.into();
    if !message.is_empty() {
        argument["message"] = message.into();
    }
    if let Some(event) = event {
        argument["event"] = event.into();
    }
    Command {
        title: title.to_owned(),
        command: command::LOG.to_owned(),
        arguments: Some(vec![argument]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_asked_for_with_all_below_them() {
        assert!(is_a("refactor.rewrite", "refactor"));
        assert!(is_a("refactor", ""));
        assert!(!is_a("refactor", "refactor.rewrite"));
        assert!(!is_a("refactoring", "refactor"));
    }
}
