//! `textDocument/definition`, `textDocument/references`, `textDocument/documentHighlight` and
//! `textDocument/documentLink`.

use ide::{HighlightKind, LinkTarget};
use tower_lsp::ls_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, DocumentLink,
    DocumentLinkParams, GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink,
    ReferenceParams,
};

use crate::{
    server::Ask,
    to_proto::{self, Places},
    uri,
};

pub(crate) fn definition(
    ask: &Ask<'_>,
    params: &GotoDefinitionParams,
) -> Option<GotoDefinitionResponse> {
    let encoding = ask.client.encoding;
    let cursor = ask.cursor(&params.text_document_position_params)?;
    let folder = cursor.at.folder;
    let navigation = ide::definition(cursor.world, cursor.position)?;
    let mut places = Places::new(ask.state, folder, encoding);
    let targets = navigation.targets.iter();
    if !ask.client.location_links {
        let locations = targets.filter_map(|target| places.location(target.note, target.focus));
        return Some(GotoDefinitionResponse::Array(locations.collect()));
    }
    let origin = to_proto::range(&cursor.at.lines, navigation.origin, encoding);
    let links = targets.filter_map(|target| {
        let full = places.location(target.note, target.full)?;
        Some(LocationLink {
            origin_selection_range: Some(origin),
            target_uri: full.uri,
            target_range: full.range,
            target_selection_range: places.location(target.note, target.focus)?.range,
        })
    });
    Some(GotoDefinitionResponse::Link(links.collect()))
}

pub(crate) fn references(ask: &Ask<'_>, params: &ReferenceParams) -> Option<Vec<Location>> {
    let cursor = ask.cursor(&params.text_document_position)?;
    let declaration = params.context.include_declaration;
    let found = ide::references(cursor.world, cursor.position, declaration);
    let mut places = Places::new(ask.state, cursor.at.folder, ask.client.encoding);
    let found = found.iter();
    Some(
        found
            .filter_map(|found| places.location(found.note, found.span))
            .collect(),
    )
}

pub(crate) fn highlights(
    ask: &Ask<'_>,
    params: &DocumentHighlightParams,
) -> Option<Vec<DocumentHighlight>> {
    let cursor = ask.cursor(&params.text_document_position_params)?;
    let found = ide::highlights(cursor.world, cursor.position).into_iter();
    let found: Vec<DocumentHighlight> = found
        .map(|found| DocumentHighlight {
            range: to_proto::range(&cursor.at.lines, found.span, ask.client.encoding),
            kind: Some(match found.kind {
                HighlightKind::Read => DocumentHighlightKind::READ,
                HighlightKind::Write => DocumentHighlightKind::WRITE,
            }),
        })
        .collect();
    // Where ties knows nothing, the editor finds equal words by itself.
    (!found.is_empty()).then_some(found)
}

pub(crate) fn links(ask: &Ask<'_>, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let (at, world) = ask.note(params.text_document.uri.as_str())?;
    let folder = at.folder;
    let mut places = Places::new(ask.state, folder, ask.client.encoding);
    let links = ide::document_links(world, at.note).into_iter();
    let links = links.filter_map(|link| {
        let target = match link.target {
            LinkTarget::Note(target) => {
                let place = places.location(target.note, target.focus)?;
                // Editors read a line from the fragment, counted from one; a name needs none.
                let line = place.range.start.line + 1;
                let is_part = target.full.start > 0;
                let fragment = if is_part {
                    format!("#L{line}")
                } else {
                    String::new()
                };
                format!("{}{fragment}", place.uri.as_str())
            }
            LinkTarget::Uri(uri) => uri,
            LinkTarget::File(path) => {
                let is_there = folder.root.join(&path).is_file();
                is_there.then(|| uri::child(&folder.base, &path))?
            }
        };
        Some(DocumentLink {
            range: to_proto::range(&at.lines, link.span, ask.client.encoding),
            target: Some(to_proto::uri(&target)?),
            tooltip: None,
            data: None,
        })
    });
    Some(links.collect())
}
