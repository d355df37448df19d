//! What a rule is given and what it returns.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use network::{
    World,
    follow_up::{self, Rhythm},
};
use note::{NoteKind, Span, TextEdit, value::Cadence};
use rustc_hash::FxHashMap;
use vault::{NoteData, NoteId, SourceChange};

use crate::{Applicability, Fix, Severity};

/// What a rule looks at: one note and the world it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) world: World<'a>,
    pub(crate) id: NoteId,
    pub(crate) note: &'a NoteData,
    pub(crate) shared: &'a Shared,
}

/// What several notes' findings have in common, worked out once.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Folded name of a circle -> its members, those contacted last first. `None` where but one note is looked at, for which
    /// the order of a whole circle is not worth the while.
    pub(crate) members: Option<RefCell<FxHashMap<String, Rc<[NoteId]>>>>,
}

impl Context<'_> {
    /// Returns the note's text, for a fix; `None` where it cannot be read any more.
    pub(crate) fn text(&self) -> Option<Arc<str>> {
        let text = self.world.texts.text(&self.note.path)?;
        // A text that changed since it was read would be edited in the wrong places.
        (text.len() as u32 == self.note.note.lines.text_len()).then_some(text)
    }

    /// Returns whether what is written here was written for ties: the note is of a kind it knows, or the vault has a
    /// `ties.toml`. A folder of another program's notes gets no diagnostics.
    pub(crate) fn is_for_ties(&self) -> bool {
        self.note.kind != NoteKind::Plain || self.world.vault.config().is_written
    }

    /// Returns whether there is a journal that somebody keeps: it has an interaction, or the vault a `ties.toml`.
    ///
    /// A repository alone says nothing of conversations.
    pub(crate) fn has_journal(&self) -> bool {
        self.world.timeline.is_some_and(|timeline| {
            self.world.vault.config().is_written || !timeline.interactions().is_empty()
        })
    }

    /// Returns the cadence in force where the note is of a contact to keep up with: neither `wish` nor `closed`, and with
    /// a cadence other than `never` or a circle that is known.
    pub(crate) fn rhythm(&self) -> Option<Rhythm> {
        follow_up::rhythm(self.world, self.note)
            .filter(|rhythm| follow_up::is_tended(self.note) && rhythm.cadence != Cadence::Never)
    }
}

/// What a rule found at a place of the note, not yet with path, code and severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) fix: Option<Fix>,
    pub(crate) related: Vec<(Arc<str>, Span, String)>,
    /// Where it is not the rule's.
    pub(crate) severity: Option<Severity>,
}

impl Finding {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
            fix: None,
            related: Vec::new(),
            severity: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a fix that edits the note of `context`.
    pub(crate) fn edit(
        mut self,
        context: &Context<'_>,
        title: impl Into<String>,
        edit: TextEdit,
        applicability: Applicability,
    ) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            change: SourceChange::edit(&context.note.path, vec![edit]),
            applicability,
        });
        self
    }

    /// Adds the place where another note says its name.
    pub(crate) fn related(mut self, note: &NoteData, word: impl Into<String>) -> Self {
        let span = note.name_span.unwrap_or(Span::at(0));
        self.related
            .push((Arc::clone(&note.path), span, word.into()));
        self
    }
}

/// Returns a path as a shell takes it for one word.
pub(crate) fn shell_word(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%".contains(c);
    if path.chars().all(is_plain) && !path.starts_with('-') {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

/// Returns `today`, `tomorrow` or `in 3 days`.
pub(crate) fn in_days(days: i32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}
