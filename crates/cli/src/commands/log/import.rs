//! `ties log --import FILE`: interactions kept elsewhere become commits, all of them or none.
//!
//! A file is read into rows (`csv`, `json`), each row becomes a record or a problem with its line and column, and only
//! where there is no problem anything is written. What the journal holds already, by id and revision, is passed over; a
//! row without an id gets one from its content. So the same file can be imported again.

mod csv;
mod json;
mod names;
mod row;

use std::{
    collections::{BTreeMap, HashMap},
    io::Read,
    path::Path,
};

use clap::ValueEnum;
use jiff::Zoned;
use journal::{InitiatedBy, Record, Timeline, record};
use note::{
    ContactId, Encoding, LineIndex, NoteKind,
    value::{When, parse_day},
};

use self::{
    names::{Missing, Names, to_contact},
    row::{Cell, Column, Problem, Row, Sheet},
};
use super::{backfill, contact_id};
use crate::{
    error::CommandError,
    output::{Answer, argument, count, one_line},
    session::{Globals, Session},
};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// One JSON object a line, as ties exports them.
    Jsonl,
    /// A table whose first line names the columns.
    Csv,
}

/// How many problems are told one by one.
const SHOWN: usize = 50;

/// Imports a file; `-` is standard input.
pub(super) fn run(
    file: &Path,
    form: Option<Form>,
    how: backfill::How,
    globals: &Globals,
) -> Result<Answer, CommandError> {
    let text = read(file)?;
    let mut session = Session::open(globals)?;
    session.timeline()?;
    let form = form.unwrap_or_else(|| form_of(file, &text));
    let sheet = match form {
        Form::Csv => csv::read(&text),
        Form::Jsonl => json::read(&text),
    };
    let Sheet {
        rows,
        mut problems,
        remarks,
    } = sheet;
    session.warnings.extend(remarks);
    let mut importing = Importing::new(&session);
    let mut new = Vec::new();
    let mut known = 0;
    for row in &rows {
        match importing.read(row) {
            Ok(Some(record)) => new.push(record),
            Ok(None) => known += 1,
            Err(found) => problems.extend(found),
        }
    }
    let unresolved = importing.unresolved_paths();
    if !problems.is_empty() {
        return Err(refusal(file, &text, problems));
    }
    session.warnings.extend(unresolved);
    backfill::finish(session, new, known, how)
}

fn read(file: &Path) -> Result<String, CommandError> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(file).map(|read| bytes = read)
    };
    read.map_err(|error| {
        CommandError::file(file, &error).hint("`--import` names a file, or `-` for standard input")
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
        CommandError::new(format!("`{}`: line {line} is not UTF-8", file.display()))
            .hint("save it as UTF-8 in the program that made it, or `iconv -t utf-8` it")
    })
}

/// Returns how a file is written by its extension, else by how its text begins.
fn form_of(file: &Path, text: &str) -> Form {
    let extension = file.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_lowercase).as_deref() {
        Some("jsonl" | "json" | "ndjson") => Form::Jsonl,
        Some("csv" | "tsv") => Form::Csv,
        _ if text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(['{', '[']) =>
        {
            Form::Jsonl
        }
        _ => Form::Csv,
    }
}

/// Returns the failure that names every problem, equal ones once.
fn refusal(file: &Path, text: &str, problems: Vec<Problem>) -> CommandError {
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for problem in &problems {
        let (first, number) = found.entry(&problem.message).or_insert((problem.at, 0));
        *first = problem.at.min(*first);
        *number += 1;
    }
    let mut found: Vec<(usize, &str, usize)> = found
        .into_iter()
        .map(|(message, (at, number))| (at, message, number))
        .collect();
    found.sort_unstable();
    let lines = LineIndex::new(text);
    let mut message = format!(
        "`{}` has {}, so nothing was written",
        file.display(),
        count(problems.len(), "problem")
    );
    for (at, what, number) in found.iter().take(SHOWN) {
        let place = lines.position(text, (*at).min(text.len()) as u32, Encoding::Utf32);
        message.push_str(&format!(
            "\n  line {}, column {}: {}",
            place.line + 1,
            place.column + 1,
            one_line(what)
        ));
        if *number > 1 {
            message.push_str(&format!(" (and {} more like it)", number - 1));
        }
    }
    if found.len() > SHOWN {
        message.push_str(&format!("\n  and {} more", found.len() - SHOWN));
    }
    let error = CommandError::new(message);
    if found
        .iter()
        .any(|(_, what, _)| what.starts_with("no contact"))
    {
        error.hint("`ties new contact NAME` makes a note, an alias in a note makes it known by another name")
    } else {
        error.hint("`ties log --help` and the manual have the columns")
    }
}

/// What rows are read with.
struct Importing<'a> {
    session: &'a Session,
    contacts: Names<'a>,
    events: Names<'a>,
    goals: Names<'a>,
    /// The highest revision of each id that the journal, or a row before, has.
    revisions: HashMap<String, u32>,
    /// How many rows without an id had this content.
    seen: HashMap<Box<str>, usize>,
    /// What names mean, so that each is looked up once.
    found: HashMap<(NoteKind, String), Result<vault::NoteId, String>>,
    /// Paths that came with an id and are no notes any more, and how often.
    gone: BTreeMap<String, usize>,
}

impl<'a> Importing<'a> {
    fn new(session: &'a Session) -> Self {
        let world = session.world();
        let records = world.timeline.into_iter().flat_map(|timeline: &Timeline| {
            timeline.interactions().iter().chain(timeline.retracted())
        });
        let mut revisions: HashMap<String, u32> = HashMap::new();
        for known in records {
            let revision = revisions.entry(known.record.id.to_string()).or_default();
            *revision = known.record.revision.max(*revision);
        }
        Self {
            session,
            contacts: Names::of(world, NoteKind::Contact),
            events: Names::of(world, NoteKind::Event),
            goals: Names::of(world, NoteKind::Goal),
            revisions,
            seen: HashMap::new(),
            found: HashMap::new(),
            gone: BTreeMap::new(),
        }
    }

    /// Returns the record of a row; `None` where the journal has it.
    fn read(&mut self, row: &Row) -> Result<Option<Record>, Vec<Problem>> {
        let mut problems = Vec::new();
        let id = row.one(Column::Id).map(|cell| cell.text.as_str());
        let revision = row.one(Column::Revision).map_or(Ok(1), |cell| {
            let number = cell.text.parse::<u32>().ok().filter(|number| *number > 0);
            number.ok_or_else(|| {
                Problem::new(
                    cell.at,
                    format!("`{}` is no revision: a number from 1 is", cell.text),
                )
            })
        });
        let revision = revision.map_err(|problem| vec![problem])?;
        if let Some(known) = id.and_then(|id| self.revisions.get(id))
            && *known >= revision
        {
            return Ok(None);
        }
        let mut missing = |what: &str| {
            problems.push(Problem::new(row.at, format!("there is no {what}")));
        };
        let (on, kind) = (row.one(Column::On), row.one(Column::Kind));
        // A journal may hold what nobody would be let log: an interaction with nobody, or one that is yet to come.
        let contacts_missing = row.one(Column::Contacts).is_none() && id.is_none();
        for (is_missing, what) in [
            (on.is_none(), "date"),
            (kind.is_none(), "kind"),
            (contacts_missing, "contact"),
        ] {
            if is_missing {
                missing(what);
            }
        }
        let now = &self.session.place.now;
        let on = on.and_then(|cell| take(to_when(cell, now, id.is_some()), &mut problems));
        let kind = kind.and_then(|cell| take(self.kind(cell, id.is_some()), &mut problems));
        let retracted = row
            .one(Column::Retracted)
            .and_then(|cell| take(to_retracted(cell, id.is_some()), &mut problems));
        let other: Vec<_> = row
            .all(Column::Trailers)
            .filter_map(|cell| take(to_trailer(cell), &mut problems))
            .collect();
        let by = row.one(Column::InitiatedBy).and_then(|cell| {
            let by = InitiatedBy::parse(&cell.text).ok_or_else(|| {
                Problem::new(
                    cell.at,
                    format!("`{}` did not reach out: `me` or `them` did", cell.text),
                )
            });
            take(by, &mut problems)
        });
        let mut contacts: Vec<ContactId> = Vec::new();
        let mut names = Vec::new();
        for cell in row.all(Column::Contacts) {
            let Some((contact, name)) = take(self.contact(cell, id.is_some()), &mut problems)
            else {
                continue;
            };
            if !contacts.contains(&contact) {
                contacts.push(contact);
                names.push(name);
            }
        }
        let event = row.one(Column::Event).and_then(|cell| {
            take(
                self.path(cell, NoteKind::Event, id.is_some()),
                &mut problems,
            )
        });
        let goal = row
            .one(Column::Goal)
            .and_then(|cell| take(self.path(cell, NoteKind::Goal, id.is_some()), &mut problems));
        let text = |column| row.one(column).map_or("", |cell| cell.text.as_str());
        if let (Some(_), Some(message)) = (row.one(Column::Summary), row.one(Column::Message)) {
            let what = "a subject as it is and a message to make one of, which is too much";
            problems.push(Problem::new(
                message.at,
                format!("here are `summary` and `message`: {what}"),
            ));
        }
        let (Some(on), Some(kind), []) = (on, kind, &problems[..]) else {
            return Err(problems);
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (summary, body) = match row.one(Column::Summary) {
            Some(summary) => (summary.text.clone(), text(Column::Body).to_owned()),
            None => {
                let message = format!("{}\n\n{}", text(Column::Message), text(Column::Body));
                let message = message.trim_end();
                // Without a message the body stays below a subject of kind and names.
                record::summarize(&kind, &names, message)
            }
        };
        let values = |column| {
            row.all(column)
                .map(|cell| cell.text.as_str().into())
                .collect()
        };
        let mut record = Record {
            id: id.unwrap_or_default().into(),
            revision,
            retracted: retracted.unwrap_or_default(),
            kind,
            on,
            summary: summary.into(),
            body: body.into(),
            contacts,
            initiated_by: by,
            gave: values(Column::Gave),
            received: values(Column::Received),
            event,
            goal,
            other,
        };
        if record.id.is_empty() {
            let content = record::content_id(&record, 0);
            let nth = self.seen.entry(content).or_default();
            record.id = record::content_id(&record, *nth);
            *nth += 1;
            if self.revisions.contains_key(&*record.id) {
                return Ok(None);
            }
        }
        self.revisions.insert(record.id.to_string(), revision);
        Ok(Some(record))
    }

    fn kind(&self, cell: &Cell, has_id: bool) -> Result<Box<str>, Problem> {
        super::to_kind(&self.session.place.config, &cell.text).or_else(|error| {
            // Another journal may have kinds that are not set here.
            if has_id {
                return Ok(cell.text.to_lowercase().into());
            }
            let hint = error
                .hints
                .first()
                .map_or(String::new(), |hint| format!("; {hint}"));
            let message = format!("{}{hint}", error.message);
            Err(Problem::new(cell.at, message))
        })
    }

    /// Returns a contact and what to call it.
    fn contact(&mut self, cell: &Cell, has_id: bool) -> Result<(ContactId, String), Problem> {
        match self.find(cell, NoteKind::Contact) {
            Ok(id) => {
                let vault = self.session.vault();
                Ok((contact_id(vault, id), vault.note(id).name.to_string()))
            }
            Err(problem) => {
                let kept = self.gone(cell, has_id).ok_or(problem)?;
                let name = vault::path::without_extension(&kept.path).to_owned();
                Ok((kept, name))
            }
        }
    }

    fn path(&mut self, cell: &Cell, kind: NoteKind, has_id: bool) -> Result<Box<str>, Problem> {
        match self.find(cell, kind) {
            Ok(id) => Ok((*self.session.vault().note(id).path).into()),
            Err(problem) => Ok(self.gone(cell, has_id).ok_or(problem)?.path),
        }
    }

    /// Returns a path that names no note of its kind as it is, where it comes from a journal: a row with an id.
    fn gone(&mut self, cell: &Cell, has_id: bool) -> Option<ContactId> {
        let contact = to_contact(&cell.text).filter(|_| has_id)?;
        if self.session.vault().id(&contact.path).is_none() {
            *self.gone.entry(contact.path.to_string()).or_default() += 1;
        }
        Some(contact)
    }

    fn find(&mut self, cell: &Cell, kind: NoteKind) -> Result<vault::NoteId, Problem> {
        let key = (kind, cell.text.clone());
        if !self.found.contains_key(&key) {
            let names = match kind {
                NoteKind::Event => &self.events,
                NoteKind::Goal => &self.goals,
                _ => &self.contacts,
            };
            let found = names
                .find(&cell.text)
                .map_err(|missing| self.explain(&cell.text, kind, &missing));
            self.found.insert(key.clone(), found);
        }
        self.found[&key]
            .clone()
            .map_err(|message| Problem::new(cell.at, message))
    }

    fn explain(&self, text: &str, kind: NoteKind, missing: &Missing) -> String {
        let vault = self.session.vault();
        let word = kind.word();
        let shown = |id: &vault::NoteId| {
            let note = vault.note(*id);
            format!("`{}` ({})", note.path, note.name)
        };
        match missing {
            Missing::Unknown(None) => format!("no {word} goes by `{text}`"),
            Missing::Unknown(Some(near)) => {
                format!("no {word} goes by `{text}`; did you mean {}?", shown(near))
            }
            Missing::Ambiguous(notes) => {
                let some: Vec<String> = notes.iter().take(4).map(shown).collect();
                let dots = if notes.len() > some.len() {
                    ", …"
                } else {
                    ""
                };
                format!(
                    "`{text}` may be any of {} {word}s: {}{dots}; write the path",
                    notes.len(),
                    some.join(", ")
                )
            }
            Missing::OtherKind(other) => {
                format!(
                    "`{text}` is the note of a {}, not of a {word}",
                    other.word()
                )
            }
        }
    }

    /// Returns a remark on each path that is no note any more.
    fn unresolved_paths(&self) -> Vec<String> {
        let gone = self.gone.iter();
        gone.map(|(path, number)| {
            format!(
                "`{}` is no note here ({}): `ties relink {} CONTACT` says whose they are",
                one_line(path),
                count(*number, "interaction"),
                argument(path)
            )
        })
        .collect()
    }
}

/// Returns a day or an instant; relative words mean another day each time the file is read, and so mean nothing here.
fn to_when(cell: &Cell, now: &Zoned, has_id: bool) -> Result<When, Problem> {
    let text = &cell.text;
    if let Some(when) = When::parse(text).filter(|_| has_id) {
        return Ok(when);
    }
    let is_absolute = text.get(..10).is_some_and(|day| parse_day(day).is_some());
    let when = is_absolute
        .then(|| note::human_date::parse_past(text, now))
        .flatten();
    let when = when.ok_or_else(|| {
        let how = "write it as 2026-11-20, 2026-11-20T15:00 or 2026-11-20T15:00+01:00";
        Problem::new(cell.at, format!("`{text}` is no day; {how}"))
    })?;
    if when.day() > now.date() {
        return Err(Problem::new(cell.at, format!("`{text}` is yet to come")));
    }
    Ok(when)
}

/// Returns whether an interaction was taken back.
fn to_retracted(cell: &Cell, has_id: bool) -> Result<bool, Problem> {
    match &*cell.text.to_lowercase() {
        "no" | "false" => Ok(false),
        "yes" | "true" if has_id => Ok(true),
        "yes" | "true" => Err(Problem::new(
            cell.at,
            "nobody knows what this takes back: there is no `id`",
        )),
        text => Err(Problem::new(
            cell.at,
            format!("`{text}` is not `yes` or `no`"),
        )),
    }
}

/// Returns a trailer that means nothing to ties.
fn to_trailer(cell: &Cell) -> Result<(Box<str>, Box<str>), Problem> {
    let pair = cell
        .text
        .split_once(':')
        .map(|(key, value)| (key.trim_end(), value.trim()));
    match pair {
        Some((key, value)) if record::is_key(key) && !value.is_empty() => {
            Ok((key.into(), value.into()))
        }
        _ => Err(Problem::new(
            cell.at,
            format!(
                "`{}` is no trailer: `Key: value`, with a key of letters, digits and `-`",
                cell.text
            ),
        )),
    }
}

/// Returns what was found, or files the problem.
fn take<T>(found: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    found.map_err(|problem| problems.push(problem)).ok()
}
