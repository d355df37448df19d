//! `textDocument/definition` and `textDocument/references`.

use tower_lsp::ls_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, ReferenceParams,
};

use crate::{
    server::Ask,
    to_proto::{self, Places},
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
