//! One record of the journal, and the paragraph of a commit message that carries it.

use note::{ContactId, value::When};

/// Who reached out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InitiatedBy {
    /// You.
    Me,
    /// The other side.
    Them,
}

/// One record as written in a commit: an interaction, a revision of it, or its retraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `Interaction-Id`: 12 characters of Crockford's base 32 in lower case where ties made it.
    pub id: Box<str>,
    /// `Revision`; 1 where it is missing.
    pub revision: u32,
    /// `Retracted: yes`.
    pub retracted: bool,
    /// `Interaction`: the kind, lower-case.
    pub kind: Box<str>,
    /// `Interaction-Date`, else the author date's day.
    pub on: When,
    /// The subject of the commit.
    pub summary: Box<str>,
    /// The prose of the commit without the subject and without record blocks; empty where there is none.
    pub body: Box<str>,
    /// `Contact`, in order, without repeats.
    pub contacts: Vec<ContactId>,
    /// `Initiated-By`.
    pub initiated_by: Option<InitiatedBy>,
    /// `Gave`.
    pub gave: Vec<Box<str>>,
    /// `Received`.
    pub received: Vec<Box<str>>,
    /// `Event`: a note's path.
    pub event: Option<Box<str>>,
    /// `Goal`: a note's path.
    pub goal: Option<Box<str>>,
    /// Trailers of the block that mean nothing here, kept as written, in order.
    pub other: Vec<(Box<str>, Box<str>)>,
}

/// What of a commit the reader needs.
#[derive(Clone, Copy, Debug)]
pub struct CommitText<'a> {
    /// The whole message.
    pub message: &'a str,
    /// The author date.
    pub author_date: When,
}

/// Returns the commit message that carries `record`; its last paragraph is the record block, alone.
///
/// Line breaks in trailer values are folded to a space.
pub fn encode(record: &Record) -> String {
    let _ = record;
    todo!()
}

/// Returns the records in a commit message, in order; empty for an ordinary commit.
pub fn decode(commit: CommitText<'_>) -> Vec<Record> {
    let _ = commit;
    todo!()
}

/// Returns a `Contact-Moved: OLD => NEW` pair of each such trailer line in a message.
pub fn decode_moves(message: &str) -> Vec<(Box<str>, Box<str>)> {
    let _ = message;
    todo!()
}
