//! Make the text that a link shows an alias of the note it leads to.

use note::{Link, edit, fold};
use vault::SourceChange;

use super::{Action, ActionKind, Selection, meet};
use crate::names::is_wiki_target;

pub(super) fn actions(at: &Selection<'_>) -> Vec<Action> {
    let links = at.data.note.links.iter().enumerate();
    let here = links.filter(|(_, link)| link.form.is_wiki() && meet(link.span, at.span));
    here.filter_map(|(index, link)| action(at, index, link))
        .collect()
}

fn action(at: &Selection<'_>, index: usize, link: &Link) -> Option<Action> {
    let vault = at.world.vault;
    let text = at.world.texts.text(&at.data.path)?;
    let label = link.label?.of(&text).trim();
    let note = vault.resolution(at.note, index).note()?;
    let data = vault.note(note);
    let folded = fold::fold(label);
    let is_known = fold::fold(&data.name) == folded
        || data
            .aliases()
            .any(|alias| fold::fold(alias.value) == folded);
    // An alias that another note answers to would make links ambiguous.
    let is_taken = vault.called(label).iter().any(|&other| other != note);
    if is_known || is_taken || !is_wiki_target(label) {
        return None;
    }
    let target = at.world.texts.text(&data.path)?;
    let edit = edit::add_to_list(&target, &data.note, "aliases", label)?;
    Some(Action {
        title: format!("Add `{label}` to the aliases of {}", data.name),
        kind: ActionKind::Refactor,
        change: Some(SourceChange::edit(&data.path, vec![edit])),
        command: None,
        mends: None,
        preferred: false,
    })
}
