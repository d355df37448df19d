//! `textDocument/inlayHint` and `textDocument/codeLens`.

use ide::LensKind;
use note::NoteKind;
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{
    CodeLens, CodeLensParams, Command, InlayHint, InlayHintLabel, InlayHintParams,
    InlayHintTooltip, Location,
};

use crate::{
    from_proto,
    requests::command,
    server::Ask,
    state::Located,
    to_proto::{self, Places},
};

pub(crate) fn inlay_hints(ask: &Ask<'_>, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let (at, world) = ask.note(params.text_document.uri.as_str())?;
    if !ask.state.settings.inlay_hints {
        return Some(Vec::new());
    }
    let lines = &at.lines;
    let range = from_proto::span(&lines.index, &lines.text, params.range, ask.client.encoding);
    let hints = ide::inlay_hints(world, at.note, range).into_iter();
    let hints = hints.map(|hint| InlayHint {
        position: to_proto::range(lines, note::Span::at(hint.offset), ask.client.encoding).start,
        label: InlayHintLabel::String(hint.text),
        kind: None,
        text_edits: None,
        tooltip: hint.tooltip.map(|why| {
            InlayHintTooltip::MarkupContent(to_proto::markup(why, ask.client.markdown_hover))
        }),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    });
    Some(hints.collect())
}

/// What a lens carries until it is resolved.
#[derive(Serialize, Deserialize)]
struct Data {
    uri: String,
    kind: Kind,
}

/// [`LensKind`] on its way through the client.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Standing,
    Links,
}

pub(crate) fn lenses(ask: &Ask<'_>, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let uri = params.text_document.uri.as_str();
    let (at, world) = ask.note(uri)?;
    if !ask.state.settings.lenses {
        return Some(Vec::new());
    }
    let lenses = ide::lenses(world, at.note).into_iter();
    let lenses = lenses.map(|lens| {
        let kind = match lens.kind {
            LensKind::Standing => Kind::Standing,
            LensKind::Links => Kind::Links,
        };
        let uri = uri.to_owned();
        CodeLens {
            range: to_proto::range(&at.lines, lens.span, ask.client.encoding),
            command: None,
            data: serde_json::to_value(Data { uri, kind }).ok(),
        }
    });
    Some(lenses.collect())
}

/// Fills in what a lens says and does; a lens whose note has gone stays as it was.
pub(crate) fn resolve_lens(ask: &Ask<'_>, mut lens: CodeLens) -> CodeLens {
    let data = lens.data.clone();
    if let Some(data) = data.and_then(|data| serde_json::from_value::<Data>(data).ok())
        && let Some(command) = lens_command(ask, &data, &lens)
    {
        lens.command = Some(command);
    }
    lens
}

fn lens_command(ask: &Ask<'_>, data: &Data, lens: &CodeLens) -> Option<Command> {
    let (at, world) = ask.note(&data.uri)?;
    let kind = match data.kind {
        Kind::Standing => LensKind::Standing,
        Kind::Links => LensKind::Links,
    };
    let title = ide::lens_title(world, at.note, kind)?;
    let run = |command: &str, arguments| Command {
        title: title.clone(),
        command: command.to_owned(),
        arguments: Some(arguments),
    };
    let argument = || serde_json::json!({"uri": data.uri, "show": true});
    Some(match (kind, world.vault.note(at.note).kind) {
        (LensKind::Standing, NoteKind::Contact) => run(command::TIMELINE, vec![argument()]),
        (LensKind::Standing, NoteKind::Event) => run(command::BRIEF, vec![argument()]),
        (LensKind::Standing, NoteKind::Goal) => run(command::PLAN, vec![argument()]),
        (LensKind::Links, _) if ask.client.shows_references => {
            let places = locations(ask, &at);
            let arguments = [
                serde_json::to_value(&data.uri),
                serde_json::to_value(lens.range.start),
                serde_json::to_value(places),
            ];
            run(SHOW_REFERENCES, arguments.into_iter().flatten().collect())
        }
        // A command without a name is text that cannot be clicked on.
        _ => Command {
            title,
            command: String::new(),
            arguments: None,
        },
    })
}

/// A command of the client: shows the places at a position. Arguments: URI, position, locations.
pub(crate) const SHOW_REFERENCES: &str = "ties.showReferences";

/// Returns the links to a note.
fn locations(ask: &Ask<'_>, at: &Located<'_>) -> Vec<Location> {
    let world = at.folder.world(ask.today);
    let mut places = Places::new(ask.state, at.folder, ask.client.encoding);
    ide::navigation::links_of(world, at.note)
        .into_iter()
        .filter_map(|found| places.location(found.note, found.span))
        .collect()
}
