//! `textDocument/completion` and `completionItem/resolve`.

use tower_lsp::ls_types::{
    CompletionItem, CompletionList, CompletionParams, CompletionResponse, Documentation,
};

use crate::{server::Ask, to_proto};

pub(crate) fn completion(ask: &Ask<'_>, params: &CompletionParams) -> Option<CompletionResponse> {
    let cursor = ask.cursor(&params.text_document_position)?;
    let from = params.text_document_position.text_document.uri.as_str();
    let completion = ide::completion(cursor.world, cursor.position);
    let items = completion.items.into_iter().map(|item| {
        to_proto::completion_item(
            cursor.at.folder,
            from,
            &cursor.at.lines,
            item,
            ask.client.encoding,
        )
    });
    Some(CompletionResponse::List(CompletionList {
        is_incomplete: completion.is_incomplete,
        items: items.collect(),
    }))
}

/// Adds the documentation to an item; one whose note has gone meanwhile stays as it is.
pub(crate) fn resolve(ask: &Ask<'_>, mut item: CompletionItem) -> CompletionItem {
    let documentation = || {
        let data = item.data.as_ref()?;
        let (at, world) = ask.note(data.get("uri")?.as_str()?)?;
        let note = data.get("note").and_then(|path| path.as_str());
        let note = note.and_then(|path| at.folder.vault.id(path));
        let key = data.get("key").and_then(|key| key.as_str());
        ide::resolve_completion(world, note, key)
    };
    if let Some(markdown) = documentation() {
        let markup = to_proto::markup(markdown, ask.client.markdown_completion);
        item.documentation = Some(Documentation::MarkupContent(markup));
    }
    item
}
