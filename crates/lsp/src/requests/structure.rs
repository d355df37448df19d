//! `textDocument/foldingRange`, `textDocument/selectionRange` and `textDocument/linkedEditingRange`.

use ide::{FilePosition, FoldKind};
use tower_lsp::ls_types::{
    FoldingRange, FoldingRangeKind, FoldingRangeParams, LinkedEditingRangeParams,
    LinkedEditingRanges, SelectionRange, SelectionRangeParams,
};

use crate::{from_proto, server::Ask, to_proto};

pub(crate) fn folding(ask: &Ask<'_>, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let (at, world) = ask.note(params.text_document.uri.as_str())?;
    let mut folds = ide::folds(world, at.note);
    if let Some(limit) = ask.client.folding_limit {
        // The longest matter most.
        folds.sort_by_key(|fold| std::cmp::Reverse(fold.span.len()));
        folds.truncate(limit as usize);
        folds.sort_by_key(|fold| fold.span.start);
    }
    let lines = &at.lines.index;
    let folds = folds.into_iter().map(|fold| FoldingRange {
        start_line: lines.line_of(fold.span.start),
        end_line: lines.line_of(fold.span.end),
        kind: match fold.kind {
            FoldKind::Comment => Some(FoldingRangeKind::Comment),
            FoldKind::FrontMatter => Some(FoldingRangeKind::Region),
            FoldKind::Block => None,
        },
        ..FoldingRange::default()
    });
    Some(folds.collect())
}

pub(crate) fn selection(
    ask: &Ask<'_>,
    params: &SelectionRangeParams,
) -> Option<Vec<SelectionRange>> {
    let (at, world) = ask.note(params.text_document.uri.as_str())?;
    let positions: Vec<FilePosition> = params
        .positions
        .iter()
        .map(|position| FilePosition {
            note: at.note,
            offset: from_proto::offset(
                &at.lines.index,
                &at.lines.text,
                *position,
                ask.client.encoding,
            ),
        })
        .collect();
    let grown = ide::selections(world, &positions).into_iter();
    let nested = grown.filter_map(|spans| {
        spans.into_iter().rev().fold(None, |parent, span| {
            Some(SelectionRange {
                range: to_proto::range(&at.lines, span, ask.client.encoding),
                parent: parent.map(Box::new),
            })
        })
    });
    Some(nested.collect())
}

pub(crate) fn linked_editing(
    ask: &Ask<'_>,
    params: &LinkedEditingRangeParams,
) -> Option<LinkedEditingRanges> {
    let cursor = ask.cursor(&params.text_document_position_params)?;
    let linked = ide::linked_editing(cursor.world, cursor.position)?;
    let range = |span| to_proto::range(&cursor.at.lines, span, ask.client.encoding);
    Some(LinkedEditingRanges {
        ranges: linked.map(range).to_vec(),
        // A name has spaces; it ends with its line or its quotes.
        word_pattern: Some(r#"[^"'\r\n]+"#.to_owned()),
    })
}
