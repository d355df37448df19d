//! `ties log --from-notes`: what notes tell and the journal does not hold becomes commits, after being shown.

use network::unlogged;
use note::NoteKind;

use super::backfill::{self, How};
use crate::{
    error::CommandError,
    output::{Answer, count},
    question,
    session::{Globals, Session},
};

/// Shows the unlogged entries of the vault, and logs them where that is agreed to.
pub(super) fn run(how: How, agreed: bool, globals: &Globals) -> Result<Answer, CommandError> {
    let mut session = Session::open(globals)?;
    session.timeline()?;
    let world = session.world();
    let notes = [NoteKind::Contact, NoteKind::Event];
    let notes = notes.into_iter().flat_map(|kind| world.vault.of_kind(kind));
    let new = unlogged::records(world, notes, |_| true);
    if how == How::Write && !agreed && !new.is_empty() {
        let what = count(new.len(), "interaction");
        let shown = backfill::list(&new, new.len());
        match question::confirm(&shown, &format!("log {what}?")) {
            Some(true) => {}
            Some(false) => {
                return Ok(Answer {
                    text: "nothing was logged\n".to_owned(),
                    ..Answer::default()
                });
            }
            None => {
                return Err(CommandError::new(format!(
                    "{what} would be logged, and nobody is there to ask"
                ))
                .hint("`--dry-run` shows them, `--yes` logs them"));
            }
        }
    }
    backfill::finish(session, new, 0, how)
}
