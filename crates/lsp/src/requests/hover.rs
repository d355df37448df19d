//! `textDocument/hover`.

use tower_lsp::ls_types::{Hover, HoverContents, HoverParams};

use crate::{server::Ask, to_proto};

pub(crate) fn hover(ask: &Ask<'_>, params: &HoverParams) -> Option<Hover> {
    let cursor = ask.cursor(&params.text_document_position_params)?;
    let hover = ide::hover(cursor.world, cursor.position)?;
    Some(Hover {
        contents: HoverContents::Markup(to_proto::markup(
            hover.markdown,
            ask.client.markdown_hover,
        )),
        range: Some(to_proto::range(
            &cursor.at.lines,
            hover.span,
            ask.client.encoding,
        )),
    })
}
