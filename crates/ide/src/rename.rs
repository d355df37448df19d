//! Renaming what is under the cursor: a contact with its file, an alias, a heading, a tag, and every link to it.
//!
//! A rename must leave every link that led to a note leading there. So names that another note has in any way are refused,
//! what is written into a link is checked to be free, and each file's text is looked at before an edit is made for it.

use note::{Anchor, Link, Span};
use vault::{NoteId, Resolution, SourceChange};

use crate::{
    FilePosition, World,
    cursor::{Subject, Via, is_name_heading, subject_at, via},
    navigation::on_anchor,
    words,
};

mod alias;
mod change;
mod contact;
mod files;
mod heading;
mod merge;
mod tag;

pub(crate) use change::difference;
pub use files::{MovedFiles, move_files};
pub use merge::{Merged, merge_notes};

/// What would be renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameRange {
    /// The range the editor puts its box on.
    pub span: Span,
    /// The present name.
    pub placeholder: String,
}

/// Why a rename is refused; each message names the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameError {
    /// What is wrong.
    pub message: String,
}

impl RenameError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl std::fmt::Display for RenameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenameError {}

/// What a rename acts on.
enum Renamed {
    /// A note: its name, its file and the links to it.
    Note(NoteId),
    /// This one of a note's aliases.
    Alias(NoteId, usize),
    /// This heading of a note.
    Heading(NoteId, usize),
    /// A tag, by its name.
    Tag(String),
}

/// Returns what a rename at the cursor would act on.
///
/// # Errors
/// Where nothing there can be renamed.
///
/// Source: LSP 3.17 `textDocument/prepareRename`.
pub fn prepare_rename(
    world: World<'_>,
    position: FilePosition,
) -> Result<RenameRange, RenameError> {
    let (renamed, span) = find(world, position)?;
    let placeholder = match renamed {
        Renamed::Note(note) => world.vault.note(note).name.to_string(),
        Renamed::Alias(note, index) => {
            let mut aliases = world.vault.note(note).aliases();
            aliases
                .nth(index)
                .map_or(String::new(), |alias| alias.value.to_owned())
        }
        Renamed::Heading(note, index) => world.vault.note(note).note.headings[index]
            .text
            .value
            .to_string(),
        Renamed::Tag(name) => name,
    };
    Ok(RenameRange { span, placeholder })
}

/// Returns the change that renames what is under the cursor. `move_files` is whether the client can move files.
///
/// # Errors
/// Where the name is empty, holds `[`, `]`, `|`, `#`, `^` or a line break, or another note has it.
///
/// Source: LSP 3.17 `textDocument/rename`.
pub fn rename(
    world: World<'_>,
    position: FilePosition,
    new_name: &str,
    move_files: bool,
) -> Result<SourceChange, RenameError> {
    match find(world, position)?.0 {
        Renamed::Note(note) => contact::rename(world, note, new_name, move_files),
        Renamed::Alias(note, index) => alias::rename(world, note, index, new_name),
        Renamed::Heading(note, index) => heading::rename(world, note, index, new_name),
        Renamed::Tag(tag) => tag::rename(world, &tag, new_name),
    }
}

/// Returns the change that gives `note` the name `new_name`: its `name:` or first heading, its file, every link to it.
///
/// # Errors
/// As [`rename`].
pub fn rename_note(
    world: World<'_>,
    note: NoteId,
    new_name: &str,
    move_files: bool,
) -> Result<SourceChange, RenameError> {
    contact::rename(world, note, new_name, move_files)
}

fn find(world: World<'_>, position: FilePosition) -> Result<(Renamed, Span), RenameError> {
    let nothing = || {
        RenameError::new(
            "nothing here has a name; put the cursor on a link, a heading, a tag or the note's `name`",
        )
    };
    let data = world.vault.get(position.note).ok_or_else(nothing)?;
    let text = world.texts.text(&data.path);
    let inside_quotes = |span| match &text {
        Some(text) => words::inside_quotes(text, span),
        None => span,
    };
    match subject_at(world, position).ok_or_else(nothing)? {
        Subject::Link(index) => {
            let link = &data.note.links[index];
            let resolution = world.vault.resolution(position.note, index);
            let (renamed, span) = find_by_link(world, link, &resolution, position.offset)?;
            Ok((
                renamed,
                inside_quotes(at_cursor(link, span, position.offset)),
            ))
        }
        Subject::Tag(index) => {
            let name = &data.note.tags[index].name;
            Ok((Renamed::Tag(name.value.to_string()), name.span))
        }
        Subject::Heading(index) => {
            let span = data.note.headings[index].text.span;
            if is_name_heading(data, index) {
                Ok((Renamed::Note(position.note), span))
            } else {
                Ok((Renamed::Heading(position.note, index), span))
            }
        }
        Subject::Alias(alias) => {
            let index = data
                .aliases()
                .position(|other| other.span == alias.span)
                .ok_or_else(nothing)?;
            Ok((
                Renamed::Alias(position.note, index),
                inside_quotes(alias.span),
            ))
        }
        Subject::Name(span) => Ok((Renamed::Note(position.note), inside_quotes(span))),
        Subject::Block(_) => Err(RenameError::new(
            "block ids are not renamed; change the id and the links to it by hand",
        )),
        Subject::Key(_) | Subject::Value(_) | Subject::FrontMatter => Err(nothing()),
    }
}

/// Returns `span`, or where the cursor is in the text of a link, or all of the link: editors want the cursor inside.
fn at_cursor(link: &Link, span: Span, offset: u32) -> Span {
    [Some(span), link.label]
        .into_iter()
        .flatten()
        .find(|span| span.touches(offset))
        .unwrap_or(link.span)
}

fn find_by_link(
    world: World<'_>,
    link: &Link,
    resolution: &Resolution,
    offset: u32,
) -> Result<(Renamed, Span), RenameError> {
    let target = &link.target.value;
    let note = match resolution {
        Resolution::Note(note) => *note,
        Resolution::Ambiguous(notes) => {
            let paths: Vec<String> = notes
                .iter()
                .map(|&note| format!("`{}`", world.vault.note(note).path))
                .collect();
            return Err(RenameError::new(format!(
                "`{target}` may be {}; link one of them by its path first",
                paths.join(" or ")
            )));
        }
        Resolution::Unresolved => {
            return Err(RenameError::new(format!(
                "no note is called `{target}`; create it first, or change the link by hand"
            )));
        }
        Resolution::External => {
            return Err(RenameError::new(format!(
                "`{target}` is no note; only notes are renamed"
            )));
        }
    };
    let data = world.vault.note(note);
    match &link.anchor {
        Some(anchor @ Anchor::Heading(text)) if on_anchor(link, anchor, offset) => {
            match data.note.find_heading(&text.value) {
                Some(index) if is_name_heading(data, index) => Ok((Renamed::Note(note), text.span)),
                Some(index) => Ok((Renamed::Heading(note, index), text.span)),
                None => Err(RenameError::new(format!(
                    "`{}` has no heading `{}`; change the link by hand",
                    data.name, text.value
                ))),
            }
        }
        Some(anchor @ Anchor::Block(_)) if on_anchor(link, anchor, offset) => {
            Err(RenameError::new(
                "block ids are not renamed; change the id and the links to it by hand",
            ))
        }
        _ => match via(data, link) {
            Via::Alias(index) => Ok((Renamed::Alias(note, index), link.target.span)),
            _ => Ok((Renamed::Note(note), link.target.span)),
        },
    }
}

/// Returns `new` trimmed, if it can be the name or alias of `note`.
fn checked_name(world: World<'_>, note: NoteId, new: &str) -> Result<String, RenameError> {
    let name = checked_line(new)?;
    if let Some(bad) = name.chars().find(|c| "[]|#^".contains(*c)) {
        return Err(RenameError::new(format!(
            "a name cannot hold `{bad}`, which means something in links; choose one without it"
        )));
    }
    if name.contains("%%") || name.contains('\\') {
        return Err(RenameError::new(
            "a name cannot hold `%%` or `\\`, which mean something in Markdown; choose one without them",
        ));
    }
    if ["/", "./", "../"]
        .iter()
        .any(|start| name.starts_with(start))
    {
        return Err(RenameError::new(format!(
            "`{name}` begins like a path; choose a name that begins with a word"
        )));
    }
    let others = world.vault.called(&name).into_iter();
    let others = others.chain(world.vault.resolve_name(&name).note());
    if let Some(other) = others.into_iter().find(|&other| other != note) {
        let other = world.vault.note(other);
        return Err(RenameError::new(format!(
            "`{name}` already leads to `{}`; choose another name, or rename that note first",
            other.path
        )));
    }
    Ok(name)
}

/// Returns `new` without white space at its ends, if it is one line with something on it.
fn checked_line(new: &str) -> Result<String, RenameError> {
    if new.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(RenameError::new(
            "a name is one line without control characters; choose one",
        ));
    }
    let line = new.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(RenameError::new("a name cannot be empty; type one"));
    }
    Ok(line)
}

#[cfg(test)]
mod tests;
