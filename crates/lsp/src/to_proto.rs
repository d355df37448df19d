//! From what ties means to what a client reads: offsets to positions, plain structs to LSP types.
//! The other way is [`crate::from_proto`].

use std::{collections::HashMap, str::FromStr};

use check::Severity;
use ide::{CompletionKind, SymbolKind};
use note::{Encoding, Span, TextEdit};
use serde_json::json;
use tower_lsp::ls_types as lsp;
use vault::{NoteId, SourceChange};

use crate::{
    capabilities::Client,
    requests::command,
    state::{Folder, Lines, State},
};

/// Returns the range of a span.
pub(crate) fn range(lines: &Lines, span: Span, encoding: Encoding) -> lsp::Range {
    let position = |offset| {
        let position = lines.index.position(&lines.text, offset, encoding);
        lsp::Position::new(position.line, position.column)
    };
    lsp::Range::new(position(span.start), position(span.end))
}

/// Returns the URI as the protocol's type; `None` where it is no URI, which its client could not have sent.
pub(crate) fn uri(text: &str) -> Option<lsp::Uri> {
    lsp::Uri::from_str(text).ok()
}

/// Places in the notes of a folder. Those of one note after another cost reading it once.
pub(crate) struct Places<'a> {
    state: &'a State,
    folder: &'a Folder,
    encoding: Encoding,
    last: Option<(NoteId, lsp::Uri, Lines)>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(state: &'a State, folder: &'a Folder, encoding: Encoding) -> Self {
        Self {
            state,
            folder,
            encoding,
            last: None,
        }
    }

    /// Returns a place in a note; `None` where the note has gone.
    pub(crate) fn location(&mut self, note: NoteId, span: Span) -> Option<lsp::Location> {
        if self.last.as_ref().is_none_or(|(last, ..)| *last != note) {
            let path = &self.folder.vault.get(note)?.path;
            let uri = uri(&self.state.uri(self.folder, path))?;
            self.last = Some((note, uri, self.folder.lines(path)?));
        }
        let (_, uri, lines) = self.last.as_ref()?;
        Some(lsp::Location {
            uri: uri.clone(),
            range: range(lines, span, self.encoding),
        })
    }
}

/// Returns an edit of a text.
pub(crate) fn text_edit(lines: &Lines, edit: &TextEdit, encoding: Encoding) -> lsp::TextEdit {
    lsp::TextEdit {
        range: range(lines, edit.span, encoding),
        new_text: edit.text.clone(),
    }
}

/// Returns Markdown as the client wants it shown; a client without Markdown gets the same text called plain.
pub(crate) fn markup(markdown: String, shows_markdown: bool) -> lsp::MarkupContent {
    lsp::MarkupContent {
        kind: if shows_markdown {
            lsp::MarkupKind::Markdown
        } else {
            lsp::MarkupKind::PlainText
        },
        value: markdown,
    }
}

/// Returns a completion item of the note at `from`, which [`crate::requests::completion::resolve`] finds again by its data.
pub(crate) fn completion_item(
    folder: &Folder,
    from: &str,
    lines: &Lines,
    item: ide::CompletionItem,
    encoding: Encoding,
) -> lsp::CompletionItem {
    let note = item.note.and_then(|note| folder.vault.get(note));
    let data = (note.is_some() || item.key.is_some()).then(|| {
        json!({
            "uri": from,
            "note": note.map(|note| &*note.path),
            "key": item.key,
        })
    });
    lsp::CompletionItem {
        text_edit: Some(lsp::CompletionTextEdit::Edit(text_edit(
            lines, &item.edit, encoding,
        ))),
        label: item.label,
        detail: item.detail,
        kind: Some(match item.kind {
            CompletionKind::Note => lsp::CompletionItemKind::REFERENCE,
            CompletionKind::Alias => lsp::CompletionItemKind::TEXT,
            CompletionKind::Heading => lsp::CompletionItemKind::STRUCT,
            CompletionKind::Block => lsp::CompletionItemKind::CONSTANT,
            CompletionKind::Key => lsp::CompletionItemKind::PROPERTY,
            CompletionKind::Value => lsp::CompletionItemKind::VALUE,
            CompletionKind::Tag => lsp::CompletionItemKind::KEYWORD,
            CompletionKind::Path => lsp::CompletionItemKind::FILE,
            CompletionKind::New => lsp::CompletionItemKind::CONSTRUCTOR,
        }),
        filter_text: Some(item.filter_text),
        sort_text: Some(item.sort_text),
        command: item.create.map(|(kind, name)| lsp::Command {
            title: format!("Create `{name}`"),
            command: command::NEW.to_owned(),
            arguments: Some(vec![
                json!({"kind": kind.word(), "name": name, "uri": from, "show": false}),
            ]),
        }),
        data,
        ..lsp::CompletionItem::default()
    }
}

/// Returns what a symbol is called in the protocol, which has no people.
pub(crate) fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Contact => lsp::SymbolKind::CLASS,
        SymbolKind::Organization => lsp::SymbolKind::MODULE,
        SymbolKind::Event => lsp::SymbolKind::EVENT,
        SymbolKind::Goal => lsp::SymbolKind::CONSTANT,
        SymbolKind::Note => lsp::SymbolKind::FILE,
        SymbolKind::Heading => lsp::SymbolKind::STRING,
        SymbolKind::Key => lsp::SymbolKind::KEY,
    }
}

/// Returns a node of an outline with all below it.
pub(crate) fn document_symbol(
    lines: &Lines,
    symbol: ide::Symbol,
    encoding: Encoding,
) -> lsp::DocumentSymbol {
    let children: Vec<_> = symbol
        .children
        .into_iter()
        .map(|child| document_symbol(lines, child, encoding))
        .collect();
    #[expect(deprecated, reason = "the field has to be named to make the struct")]
    lsp::DocumentSymbol {
        name: symbol.name,
        detail: symbol.detail,
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: range(lines, symbol.full, encoding),
        selection_range: range(lines, symbol.focus, encoding),
        children: (!children.is_empty()).then_some(children),
    }
}

/// Returns a diagnostic of the file that `lines` are of. The help is a line of its own under the message.
pub(crate) fn diagnostic(
    state: &State,
    folder: &Folder,
    lines: &Lines,
    diagnostic: check::Diagnostic,
    client: &Client,
) -> lsp::Diagnostic {
    let related = diagnostic
        .related
        .iter()
        .filter_map(|(path, span, message)| {
            let lines = folder.lines(path)?;
            Some(lsp::DiagnosticRelatedInformation {
                location: lsp::Location {
                    uri: uri(&state.uri(folder, path))?,
                    range: range(&lines, *span, client.encoding),
                },
                message: message.clone(),
            })
        });
    let related: Vec<_> = if client.related_information {
        related.collect()
    } else {
        Vec::new()
    };
    lsp::Diagnostic {
        range: range(lines, diagnostic.span, client.encoding),
        severity: Some(match diagnostic.severity {
            Severity::Error => lsp::DiagnosticSeverity::ERROR,
            Severity::Warning => lsp::DiagnosticSeverity::WARNING,
            Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
            Severity::Hint => lsp::DiagnosticSeverity::HINT,
        }),
        code: Some(lsp::NumberOrString::String(diagnostic.code.to_owned())),
        source: Some("ties".to_owned()),
        message: match diagnostic.help {
            Some(help) => format!("{}\n{help}", diagnostic.message),
            None => diagnostic.message,
        },
        related_information: (!related.is_empty()).then_some(related),
        ..lsp::Diagnostic::default()
    }
}

/// Why a change cannot be handed to the client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The client cannot create or move files.
    Unsupported,
    /// This file is on disk other than it was read; it is to be read again first.
    Changed(String),
}

/// Returns a change as the client can make it: edits in order before creations and moves.
///
/// Source: LSP 3.17 `WorkspaceEdit`.
pub(crate) fn workspace_edit(
    state: &State,
    folder: &Folder,
    change: &SourceChange,
    client: &Client,
) -> Result<lsp::WorkspaceEdit, Refused> {
    if (!change.creates.is_empty() && !client.creates_files)
        || (!change.moves.is_empty() && !client.moves_files)
        // Nothing that an editor asks for removes a file.
        || !change.removes.is_empty()
    {
        return Err(Refused::Unsupported);
    }
    let mut edits = Vec::new();
    for (path, changes) in &change.edits {
        let lines = lines_to_edit(folder, path)?;
        let file = uri(&state.uri(folder, path)).ok_or(Refused::Unsupported)?;
        let changes: Vec<_> = changes
            .iter()
            .map(|edit| text_edit(&lines, edit, client.encoding))
            .collect();
        edits.push((file, state.version(folder, path), changes));
    }
    if !client.document_changes {
        let changes = edits.into_iter().map(|(uri, _, edits)| (uri, edits));
        return Ok(lsp::WorkspaceEdit {
            changes: Some(changes.collect::<HashMap<_, _>>()),
            ..lsp::WorkspaceEdit::default()
        });
    }
    let edits = edits
        .into_iter()
        .map(|(uri, version, edits)| lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(lsp::OneOf::Left).collect(),
        });
    let mut operations: Vec<_> = edits.map(lsp::DocumentChangeOperation::Edit).collect();
    for (path, text) in &change.creates {
        let file = uri(&state.uri(folder, path)).ok_or(Refused::Unsupported)?;
        operations.push(lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(
            lsp::CreateFile {
                uri: file.clone(),
                options: None,
                annotation_id: None,
            },
        )));
        let edit = lsp::TextEdit::new(lsp::Range::default(), text.clone());
        operations.push(lsp::DocumentChangeOperation::Edit(lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                uri: file,
                version: None,
            },
            edits: vec![lsp::OneOf::Left(edit)],
        }));
    }
    for (from, to) in &change.moves {
        operations.push(lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Rename(
            lsp::RenameFile {
                old_uri: uri(&state.uri(folder, from)).ok_or(Refused::Unsupported)?,
                new_uri: uri(&crate::uri::child(&folder.base, to)).ok_or(Refused::Unsupported)?,
                options: None,
                annotation_id: None,
            },
        )));
    }
    Ok(lsp::WorkspaceEdit {
        document_changes: Some(lsp::DocumentChanges::Operations(operations)),
        ..lsp::WorkspaceEdit::default()
    })
}

/// Returns the lines of a file whose text is the one the edits were made for.
fn lines_to_edit(folder: &Folder, path: &str) -> Result<Lines, Refused> {
    let changed = || Refused::Changed(path.to_owned());
    let text = vault::TextSource::text(&folder.texts, path).ok_or_else(changed)?;
    let lines = Lines::of(text);
    match folder.vault.id(path) {
        Some(note) if folder.vault.note(note).note.lines != lines.index => Err(changed()),
        _ => Ok(lines),
    }
}
