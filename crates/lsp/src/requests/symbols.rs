//! `textDocument/documentSymbol` and `workspace/symbol`.

use std::cmp::Reverse;

use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, Uri,
    WorkspaceSymbolResponse,
};

use crate::{
    server::Ask,
    state::FolderKind,
    to_proto::{self, Places},
};

/// How many notes a search by name answers with at most.
const LIMIT: usize = 256;

pub(crate) fn document(
    ask: &Ask<'_>,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    let (at, world) = ask.note(uri.as_str())?;
    let symbols = ide::document_symbols(world, at.note);
    let symbols: Vec<DocumentSymbol> = symbols
        .into_iter()
        .map(|symbol| to_proto::document_symbol(&at.lines, symbol, ask.client.encoding))
        .collect();
    if ask.client.nested_symbols {
        return Some(DocumentSymbolResponse::Nested(symbols));
    }
    let mut flat = Vec::new();
    flatten(symbols, None, uri, &mut flat);
    Some(DocumentSymbolResponse::Flat(flat))
}

fn flatten(
    symbols: Vec<DocumentSymbol>,
    container: Option<&str>,
    uri: &Uri,
    flat: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        #[expect(deprecated, reason = "the field has to be named to make the struct")]
        flat.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: symbol.kind,
            tags: None,
            deprecated: None,
            location: Location::new(uri.clone(), symbol.range),
            container_name: container.map(str::to_owned),
        });
        flatten(
            symbol.children.unwrap_or_default(),
            Some(&symbol.name),
            uri,
            flat,
        );
    }
}

pub(crate) fn workspace(ask: &Ask<'_>, query: &str) -> WorkspaceSymbolResponse {
    let vaults = || {
        let folders = ask.state.folders.iter();
        folders.filter(|folder| folder.kind != FolderKind::Unscanned)
    };
    let mut found = Vec::new();
    for folder in vaults() {
        let symbols = ide::workspace_symbols(folder.world(ask.today), query, LIMIT);
        found.extend(symbols.into_iter().map(|symbol| (folder, symbol)));
    }
    if vaults().count() > 1 {
        // Each vault's are sorted like this; all of them are, in whatever order the vaults came.
        found.sort_by_cached_key(|(folder, symbol)| {
            let file = folder.root.join(&*folder.vault.note(symbol.note).path);
            (Reverse(symbol.score), note::fold::fold(&symbol.name), file)
        });
        found.truncate(LIMIT);
    }
    let symbols = found.into_iter().filter_map(|(folder, symbol)| {
        let location = Places::new(ask.state, folder, ask.client.encoding)
            .location(symbol.note, symbol.span)?;
        #[expect(deprecated, reason = "the field has to be named to make the struct")]
        Some(SymbolInformation {
            name: symbol.name,
            kind: to_proto::symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            location,
            container_name: symbol.container,
        })
    });
    WorkspaceSymbolResponse::Flat(symbols.collect())
}
