//! Call hierarchy, in which those who introduce someone call them: `textDocument/prepareCallHierarchy`,
//! `callHierarchy/incomingCalls`, `callHierarchy/outgoingCalls`.

use ide::{Person, SymbolKind};
use network::World;
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyPrepareParams, Range,
};

use crate::{server::Ask, state::Located, to_proto};

pub(crate) fn prepare(
    ask: &Ask<'_>,
    params: &CallHierarchyPrepareParams,
) -> Option<Vec<CallHierarchyItem>> {
    let cursor = ask.cursor(&params.text_document_position_params)?;
    let person = ide::person_at(cursor.world, cursor.position)?;
    Some(vec![item(ask, &cursor.at, &person)?])
}

pub(crate) fn incoming(
    ask: &Ask<'_>,
    of: &CallHierarchyItem,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let (at, found) = ask_people(ask, of, ide::introduced_by)?;
    let calls = found.iter().filter_map(|person| {
        let from = item(ask, &at, person)?;
        // The note of the one who is introduced says so; the place in the other's is the name.
        let from_ranges = vec![from.selection_range];
        Some(CallHierarchyIncomingCall { from, from_ranges })
    });
    Some(calls.collect())
}

pub(crate) fn outgoing(
    ask: &Ask<'_>,
    of: &CallHierarchyItem,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let (at, found) = ask_people(ask, of, ide::introduced)?;
    let calls = found.iter().filter_map(|person| {
        Some(CallHierarchyOutgoingCall {
            to: item(ask, &at, person)?,
            from_ranges: vec![of.selection_range],
        })
    });
    Some(calls.collect())
}

fn ask_people<'a>(
    ask: &Ask<'a>,
    of: &CallHierarchyItem,
    question: impl Fn(World<'a>, vault::NoteId) -> Vec<Person>,
) -> Option<(Located<'a>, Vec<Person>)> {
    let (at, world) = ask.note(of.uri.as_str())?;
    let found = question(world, at.note);
    Some((at, found))
}

fn item(ask: &Ask<'_>, at: &Located<'_>, person: &Person) -> Option<CallHierarchyItem> {
    let path = &at.folder.vault.get(person.note)?.path;
    let lines = at.folder.lines(path)?;
    let range = |span| -> Range { to_proto::range(&lines, span, ask.client.encoding) };
    Some(CallHierarchyItem {
        name: person.name.clone(),
        kind: to_proto::symbol_kind(SymbolKind::Contact),
        tags: None,
        detail: person.detail.clone(),
        uri: to_proto::uri(&ask.state.uri(at.folder, path))?,
        range: range(person.full),
        selection_range: range(person.focus),
        data: None,
    })
}
