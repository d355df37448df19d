//! `textDocument/codeAction`.

use ide::{Action, ActionKind};
use serde_json::json;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command,
    Diagnostic, NumberOrString,
};

use crate::{from_proto, requests::command, server::Ask, state::Located, to_proto};

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
    let offered = actions.filter_map(|action| {
        let kind = kind(action.kind);
        wanted(&kind).then_some(())?;
        let diagnostics = mended(ask, &at, &action, &params.context.diagnostics);
        let edit = match &action.change {
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
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title: action.title,
            kind: Some(kind),
            diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
            edit,
            command: run,
            is_preferred: action.preferred.then_some(true),
            ..CodeAction::default()
        }))
    });
    Some(offered.collect())
}

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Refactor => CodeActionKind::REFACTOR,
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

fn to_command(
    title: &str,
    command: ide::Command,
    uri: &str,
    range: tower_lsp::ls_types::Range,
) -> Command {
    let ide::Command::Log {
        kind,
        contacts,
        on,
        message,
        event,
    } = command;
    let mut argument = json!({
        "kind": kind,
        "contacts": contacts,
        "on": on.to_string(),
        "uri": uri,
        "range": range,
    });
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
