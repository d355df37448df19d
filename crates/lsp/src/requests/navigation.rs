//! `textDocument/definition` and `textDocument/references`.

use tower_lsp::ls_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, ReferenceParams,
};

use crate::{server::Ask, to_proto};

pub(crate) fn definition(
    ask: &Ask<'_>,
    params: &GotoDefinitionParams,
) -> Option<GotoDefinitionResponse> {
    let encoding = ask.client.encoding;
    let cursor = ask.cursor(&params.text_document_position_params)?;
    let folder = cursor.at.folder;
    let navigation = ide::definition(cursor.world, cursor.position)?;
    let place = |target: &ide::NavTarget, span| {
        to_proto::location(ask.state, folder, target.note, span, encoding)
    };
    let targets = navigation.targets.iter();
    if !ask.client.location_links {
        let locations = targets.filter_map(|target| place(target, target.focus));
        return Some(GotoDefinitionResponse::Array(locations.collect()));
    }
    let origin = to_proto::range(&cursor.at.lines, navigation.origin, encoding);
    let links = targets.filter_map(|target| {
        let full = place(target, target.full)?;
        Some(LocationLink {
            origin_selection_range: Some(origin),
            target_uri: full.uri,
            target_range: full.range,
            target_selection_range: place(target, target.focus)?.range,
        })
    });
    Some(GotoDefinitionResponse::Link(links.collect()))
}

pub(crate) fn references(ask: &Ask<'_>, params: &ReferenceParams) -> Option<Vec<Location>> {
    let cursor = ask.cursor(&params.text_document_position)?;
    let declaration = params.context.include_declaration;
    let found = ide::references(cursor.world, cursor.position, declaration);
    let locations = found.iter().filter_map(|found| {
        to_proto::location(
            ask.state,
            cursor.at.folder,
            found.note,
            found.span,
            ask.client.encoding,
        )
    });
    Some(locations.collect())
}
