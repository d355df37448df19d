//! What the client can do, digested once, and what the server offers it. Features go by capability, never by the
//! editor's name.

use note::Encoding;
use tower_lsp::ls_types::{
    CallHierarchyServerCapability, ClientCapabilities, CodeActionOptions,
    CodeActionProviderCapability, CodeLensOptions, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, DocumentLinkOptions, ExecuteCommandOptions,
    FoldingRangeProviderCapability, HoverProviderCapability, LinkedEditingRangeServerCapabilities,
    MarkupKind, OneOf, PositionEncodingKind, RenameOptions, ResourceOperationKind, SaveOptions,
    SelectionRangeProviderCapability, SemanticTokensFullOptions, SemanticTokensOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions,
    WorkspaceFileOperationsServerCapabilities, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use crate::requests::{actions, command, files, hints, tokens};

/// What the client can do, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one capability of the protocol"
)]
pub(crate) struct Client {
    /// How columns are counted: the first offered that is known, UTF-16 where none is.
    pub(crate) encoding: Encoding,
    /// Whether a workspace edit may list versioned edits and file operations in order.
    pub(crate) document_changes: bool,
    /// Whether a workspace edit may create files.
    pub(crate) creates_files: bool,
    /// Whether a workspace edit may move files.
    pub(crate) moves_files: bool,
    /// Whether diagnostics are pulled: only by a client that can be told to pull again.
    pub(crate) pulls: bool,
    /// Whether diagnostics may point at other places.
    pub(crate) related_information: bool,
    /// Whether a pulled report may hold those of other documents.
    pub(crate) related_documents: bool,
    /// Whether symbols of a document may nest.
    pub(crate) nested_symbols: bool,
    /// Whether a definition may say what under the cursor it is of.
    pub(crate) location_links: bool,
    /// Whether code actions may be more than commands.
    pub(crate) action_literals: bool,
    /// Whether a rename can be prepared with a placeholder.
    pub(crate) prepares_rename: bool,
    /// Whether hovers are shown as Markdown.
    pub(crate) markdown_hover: bool,
    /// Whether the documentation of completion items is shown as Markdown.
    pub(crate) markdown_completion: bool,
    /// Whether it watches files for the server.
    pub(crate) watches_files: bool,
    /// The requests that it asks again where a document changed meanwhile, by method.
    pub(crate) retries: Vec<String>,
    /// Whether it can be asked for its settings.
    pub(crate) tells_settings: bool,
    /// Whether it can be asked to tell when they change.
    pub(crate) registers_settings: bool,
    /// What it can be told to ask for again.
    pub(crate) refreshes: Refreshes,
    /// Whether it shows progress.
    pub(crate) progress: bool,
    /// Whether it makes edits that the server asks for.
    pub(crate) applies_edits: bool,
    /// Whether it shows documents that the server asks for.
    pub(crate) shows_documents: bool,
    /// Whether it asks for the edit of an action when the action is chosen.
    pub(crate) resolves_actions: bool,
    /// How many folds of a file it takes; `None` for any number.
    pub(crate) folding_limit: Option<u32>,
    /// Whether it runs [`hints::SHOW_REFERENCES`], which it says in `experimental.commands.commands`.
    pub(crate) shows_references: bool,
}

impl Client {
    /// Digests what `initialize` says.
    pub(crate) fn new(capabilities: &ClientCapabilities) -> Self {
        let text = capabilities.text_document.clone().unwrap_or_default();
        let workspace = capabilities.workspace.clone().unwrap_or_default();
        let general = capabilities.general.clone().unwrap_or_default();
        let edit = workspace.workspace_edit.unwrap_or_default();
        let can = |operation| {
            edit.resource_operations
                .as_ref()
                .is_some_and(|operations| operations.contains(&operation))
        };
        let watched = workspace.did_change_watched_files.unwrap_or_default();
        let markdown = |formats: Option<Vec<MarkupKind>>| {
            formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown))
        };
        let action = text.code_action;
        let refreshes = Refreshes {
            lenses: workspace
                .code_lens
                .as_ref()
                .is_some_and(|lens| lens.refresh_support == Some(true)),
            hints: workspace
                .inlay_hint
                .as_ref()
                .is_some_and(|hint| hint.refresh_support == Some(true)),
            tokens: workspace
                .semantic_tokens
                .as_ref()
                .is_some_and(|tokens| tokens.refresh_support == Some(true)),
        };
        Self {
            encoding: general
                .position_encodings
                .unwrap_or_default()
                .iter()
                .find_map(encoding)
                .unwrap_or(Encoding::Utf16),
            // Neovim lists resource operations without saying `documentChanges`, and applies both.
            document_changes: edit.document_changes == Some(true)
                || edit
                    .resource_operations
                    .as_ref()
                    .is_some_and(|list| !list.is_empty()),
            creates_files: can(ResourceOperationKind::Create),
            moves_files: can(ResourceOperationKind::Rename),
            pulls: text.diagnostic.is_some()
                && workspace
                    .diagnostics
                    .is_some_and(|diagnostics| diagnostics.refresh_support == Some(true)),
            related_documents: text
                .diagnostic
                .as_ref()
                .is_some_and(|diagnostic| diagnostic.related_document_support == Some(true)),
            related_information: text
                .publish_diagnostics
                .is_some_and(|publish| publish.related_information == Some(true)),
            nested_symbols: text
                .document_symbol
                .is_some_and(|symbol| symbol.hierarchical_document_symbol_support == Some(true)),
            location_links: text
                .definition
                .is_some_and(|definition| definition.link_support == Some(true)),
            action_literals: action
                .as_ref()
                .is_some_and(|action| action.code_action_literal_support.is_some()),
            prepares_rename: text
                .rename
                .is_some_and(|rename| rename.prepare_support == Some(true)),
            markdown_hover: markdown(text.hover.and_then(|hover| hover.content_format)),
            markdown_completion: markdown(
                text.completion
                    .and_then(|completion| completion.completion_item)
                    .and_then(|item| item.documentation_format),
            ),
            watches_files: watched.dynamic_registration == Some(true),
            retries: general
                .stale_request_support
                .map(|stale| stale.retry_on_content_modified)
                .unwrap_or_default(),
            tells_settings: workspace.configuration == Some(true),
            registers_settings: workspace
                .did_change_configuration
                .is_some_and(|configuration| configuration.dynamic_registration == Some(true)),
            refreshes,
            progress: capabilities
                .window
                .as_ref()
                .is_some_and(|window| window.work_done_progress == Some(true)),
            applies_edits: workspace.apply_edit == Some(true),
            shows_documents: capabilities
                .window
                .as_ref()
                .and_then(|window| window.show_document.as_ref())
                .is_some_and(|show| show.support),
            resolves_actions: action.is_some_and(|action| {
                let resolved = action.resolve_support.map(|support| support.properties);
                action.data_support == Some(true)
                    && resolved.is_some_and(|keys| keys.iter().any(|key| key == "edit"))
            }),
            folding_limit: text.folding_range.and_then(|folding| folding.range_limit),
            shows_references: capabilities
                .experimental
                .as_ref()
                .and_then(|experimental| experimental.pointer("/commands/commands")?.as_array())
                .is_some_and(|commands| {
                    commands
                        .iter()
                        .any(|command| command == hints::SHOW_REFERENCES)
                }),
        }
    }
}

/// What a client can be told to ask for again, beside diagnostics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refreshes {
    pub(crate) lenses: bool,
    pub(crate) hints: bool,
    pub(crate) tokens: bool,
}

fn encoding(kind: &PositionEncodingKind) -> Option<Encoding> {
    match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    }
}

/// Returns what the server offers to `client`.
///
/// Source: LSP 3.17 `ServerCapabilities`.
pub(crate) fn server(client: &Client) -> ServerCapabilities {
    let no_progress = WorkDoneProgressOptions::default();
    ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions {
                    include_text: Some(false),
                })),
                ..TextDocumentSyncOptions::default()
            },
        )),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            // The space is for names of two words and for values after `key: `.
            trigger_characters: Some(
                ["[", "@", "#", "^", "(", "/", ":", " "]
                    .map(str::to_owned)
                    .into(),
            ),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: no_progress,
        }),
        document_symbol_provider: Some(OneOf::Left(true)),
        call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(true),
        }),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                work_done_progress_options: no_progress,
                legend: tokens::legend(),
                range: Some(true),
                full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
            }
            .into(),
        ),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        rename_provider: Some(if client.prepares_rename {
            OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: no_progress,
            })
        } else {
            OneOf::Left(true)
        }),
        code_action_provider: Some(if client.action_literals {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(actions::KINDS.into()),
                resolve_provider: Some(client.resolves_actions),
                ..CodeActionOptions::default()
            })
        } else {
            CodeActionProviderCapability::Simple(true)
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: command::ALL.map(str::to_owned).into(),
            work_done_progress_options: no_progress,
        }),
        diagnostic_provider: client.pulls.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("ties".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                work_done_progress_options: no_progress,
            })
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                did_create: Some(files::watched()),
                will_rename: Some(files::watched()),
                did_rename: Some(files::watched()),
                did_delete: Some(files::watched()),
                ..WorkspaceFileOperationsServerCapabilities::default()
            }),
        }),
        ..ServerCapabilities::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn client(capabilities: Value) -> Client {
        Client::new(&serde_json::from_value(capabilities).expect("capabilities"))
    }

    #[test]
    fn the_first_known_encoding_wins() {
        for (offered, agreed) in [
            (json!(["utf-8", "utf-16"]), Encoding::Utf8),
            (json!(["utf-7", "utf-32", "utf-8"]), Encoding::Utf32),
            (json!(["utf-7"]), Encoding::Utf16),
            (json!([]), Encoding::Utf16),
        ] {
            let client = client(json!({"general": {"positionEncodings": offered}}));
            assert_eq!(client.encoding, agreed);
        }
        assert_eq!(client(json!({})).encoding, Encoding::Utf16);
    }

    #[test]
    fn resource_operations_alone_allow_document_changes() {
        let neovim = client(
            json!({"workspace": {"workspaceEdit": {"resourceOperations": ["rename", "create"]}}}),
        );
        assert!(neovim.document_changes && neovim.moves_files && neovim.creates_files);
        let eglot = client(json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
        assert!(eglot.document_changes && !eglot.moves_files);
    }

    #[test]
    fn pulling_is_offered_only_with_refresh() {
        let pulls = json!({"textDocument": {"diagnostic": {}}});
        assert!(server(&client(pulls)).diagnostic_provider.is_none());
        let refreshes = json!({
            "textDocument": {"diagnostic": {}},
            "workspace": {"diagnostics": {"refreshSupport": true}},
        });
        assert!(server(&client(refreshes)).diagnostic_provider.is_some());
    }
}
