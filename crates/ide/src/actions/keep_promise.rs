//! Mark a promise kept.

use note::TextEdit;
use vault::SourceChange;

use super::{Action, ActionKind, Selection, meet};

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let promises = at.data.note.promises.iter();
    let open = promises.filter(|promise| !promise.done && meet(promise.span, at.span));
    let keep = open.map(|promise| Action {
        title: format!("Mark `{}` as kept", promise.text),
        kind: ActionKind::Refactor,
        change: Some(SourceChange::edit(
            &at.data.path,
            vec![TextEdit::replace(promise.mark, "[x]")],
        )),
        command: None,
        mends: ["promise-overdue", "promise-soon"]
            .iter()
            .find_map(|code| at.finding(code, promise.span)),
        preferred: false,
    });
    keep.collect()
}
