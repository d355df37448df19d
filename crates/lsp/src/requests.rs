//! One module for each feature: translate, one call, translate back.

pub(crate) mod actions;
pub(crate) mod command;
pub(crate) mod completion;
pub(crate) mod diagnostic;
pub(crate) mod files;
pub(crate) mod hints;
pub(crate) mod hover;
pub(crate) mod introductions;
pub(crate) mod navigation;
pub(crate) mod rename;
pub(crate) mod structure;
pub(crate) mod symbols;
pub(crate) mod tokens;

use ide::FilePosition;
use network::World;
use tower_lsp::ls_types::TextDocumentPositionParams;

use crate::{from_proto, server::Ask, state::Located};

/// A cursor that a request names, with the note it is in.
pub(crate) struct Cursor<'a> {
    pub(crate) at: Located<'a>,
    pub(crate) position: FilePosition,
    pub(crate) world: World<'a>,
}

impl<'a> Ask<'a> {
    /// Returns the note that a URI names and the view of its vault.
    pub(crate) fn note(&self, uri: &str) -> Option<(Located<'a>, World<'a>)> {
        let at = self.state.locate(uri)?;
        let world = at.folder.world(self.today);
        Some((at, world))
    }

    /// Returns the cursor that a request names; `None` where it is in no note.
    pub(crate) fn cursor(&self, params: &TextDocumentPositionParams) -> Option<Cursor<'a>> {
        let (at, world) = self.note(params.text_document.uri.as_str())?;
        let lines = &at.lines;
        let offset = from_proto::offset(
            &lines.index,
            &lines.text,
            params.position,
            self.client.encoding,
        );
        let position = FilePosition {
            note: at.note,
            offset,
        };
        Some(Cursor {
            at,
            position,
            world,
        })
    }
}
