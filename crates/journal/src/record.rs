//! One record of the journal, and the paragraph of a commit message that carries it.
//!
//! This is sections 2 to 5 of `docs/journal-format.md`: reading a message ([`decode`], [`decode_moves`]), writing one
//! ([`encode`], [`encode_moves`]) and identities ([`new_id`], derived ids). Which record counts when several share an id
//! is [`crate::timeline`]'s business; commits are [`crate::git`]'s.

mod within;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{Timestamp, Zoned};
use note::{ContactId, value::When};
use rustc_hash::FxHashSet;

use crate::git::blob_hash;
use crate::timeline::ContactMove;

pub use within::{is_untitled, with_records};

/// Who reached out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InitiatedBy {
    /// You.
    Me,
    /// The other side.
    Them,
}

impl InitiatedBy {
    /// Reads `me` or `them`, ignoring ASCII case.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("me") => Some(Self::Me),
            _ if text.eq_ignore_ascii_case("them") => Some(Self::Them),
            _ => None,
        }
    }

    /// Returns `me` or `them`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Them => "them",
        }
    }
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
    /// Trailers of the block that mean nothing here, kept as written, in order: unknown keys, further values of keys
    /// that do not repeat, and values that could not be read.
    pub other: Vec<(Box<str>, Box<str>)>,
}

/// What of a commit the reader needs.
#[derive(Clone, Copy, Debug)]
pub struct CommitText<'a> {
    /// The whole message.
    pub message: &'a str,
    /// The author date; an instant where it comes from git.
    pub author_date: When,
}

/// Returns the commit message that carries `record`; its last paragraph is the record block, alone.
///
/// Line breaks in trailer values are folded to a space, and lines of the text that would read as a record are escaped, so
/// that [`decode`] gives back `record.normalized()` and nothing else. Entries of `other` whose key is one of the known
/// ones are written last, as they stand.
pub fn encode(record: &Record) -> String {
    let record = record.normalized();
    let mut message = String::with_capacity(256 + record.body.len());
    escape_into(&record.summary, &mut message);
    message.push_str("\n\n");
    if !record.body.is_empty() {
        escape_into(&record.body, &mut message);
        message.push_str("\n\n");
    }
    write_block(&record, &mut message);
    message
}

/// Returns the commit message that says that notes moved at an instant: `Contact-Moved: OLD => NEW` for each pair, in order.
///
/// The subject begins with `word`, which says how that came to be: `relink`, `merge`.
pub fn encode_moves(word: &str, moves: &[(ContactId, ContactId)], at: &Zoned) -> String {
    let mut message = String::new();
    let subject = match moves {
        [(old, new)] => format!("{word}: {} => {}", old.path, new.path),
        _ => format!("{word}: {} contacts", moves.len()),
    };
    escape_into(&fold(&subject), &mut message);
    message.push_str("\n\n");
    for (old, new) in moves {
        let moved = format!("{} => {}", contact_value(old), contact_value(new));
        write_trailer("Contact-Moved", &moved, &mut message);
    }
    let at = at.strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string();
    write_trailer("Moved-At", &at, &mut message);
    message
}

/// Returns the records in a commit message, in order; empty for an ordinary commit.
pub fn decode(commit: CommitText<'_>) -> Vec<Record> {
    let message = with_lf(commit.message);
    let paragraphs = paragraphs(&message);
    let mut records: Vec<Record> = Vec::new();
    let mut stretch_start = 0;
    let mut indented = false;
    for (index, paragraph) in paragraphs.iter().enumerate().skip(1) {
        let Some(block) = Block::read(paragraph.text(&message)) else {
            continue;
        };
        let is_last = index + 1 == paragraphs.len();
        let Some(mut record) = block.to_record(is_last, commit.author_date) else {
            continue;
        };
        let mut stretch = &paragraphs[stretch_start..index];
        if stretch_start > 0 && block.indent.is_empty() {
            stretch = without_notices(&message, stretch);
        }
        let (summary, body) = prose(&message, stretch, block.indent, stretch_start > 0)
            .unwrap_or_else(|| {
                (
                    title(paragraphs[0].text(&message), ""),
                    Box::<str>::default(),
                )
            });
        record.summary = summary;
        record.body = body;
        if record.id.is_empty() {
            record.id = derived_id(&record, block.date(commit.author_date));
        }
        records.push(record);
        indented = !block.indent.is_empty();
        stretch_start = index + 1;
    }
    let rest = paragraphs[stretch_start..].iter();
    let rest: Vec<&Paragraph> = rest.skip_while(|one| one.is_mark(&message)).collect();
    let last = rest.iter().rfind(|one| !one.is_mark(&message));
    if let (Some(record), false, [first, ..], Some(last)) =
        (records.last_mut(), indented, rest.as_slice(), last)
    {
        let rest = unescape(&message[first.start..last.end]);
        record.body = if record.body.is_empty() {
            rest.into()
        } else {
            format!("{}\n\n{rest}", record.body).into()
        };
    }
    records
}

/// Returns a move for each `Contact-Moved: OLD => NEW` trailer line in a message, in order.
///
/// `author_date`, in milliseconds since 1970 UTC, is when those happened whose block has no `Moved-At`.
pub fn decode_moves(message: &str, author_date: i64) -> Vec<ContactMove> {
    let message = with_lf(message);
    let mut moves = Vec::new();
    for paragraph in paragraphs(&message).iter().skip(1) {
        let Some(block) = Block::read(paragraph.text(&message)) else {
            continue;
        };
        let values = |wanted: &'static str| {
            let trailers = block.trailers.iter();
            trailers.filter_map(move |(key, value)| {
                key.eq_ignore_ascii_case(wanted).then_some(&**value)
            })
        };
        let at = values("moved-at").find_map(|value| value.parse::<Timestamp>().ok());
        let at = at.map_or(author_date, Timestamp::as_millisecond);
        for value in values("contact-moved") {
            if let Some((old, new)) = value.split_once(" => ")
                && let (old, new) = (trim(old), trim(new))
                && !old.is_empty()
                && !new.is_empty()
            {
                let (old, new) = (to_contact(old), to_contact(new));
                moves.push(ContactMove { at, old, new });
            }
        }
    }
    moves
}

/// Returns whether a message could hold a record or a move: whether some line begins, after white space, with the key.
///
/// Cheaper than [`decode`] by far, and never wrong about a message that holds one.
pub fn may_speak(message: &[u8]) -> bool {
    let mut rest = message;
    loop {
        let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        rest = &rest[blanks..];
        if starts_with_key(rest) {
            return true;
        }
        match rest.iter().position(|b| matches!(b, b'\n' | b'\r')) {
            Some(end) => rest = &rest[end + 1..],
            None => return false,
        }
    }
}

/// Returns the hash that decides between two records of one id and revision: of the block as [`encode`] writes it.
pub(crate) fn content_hash(record: &Record) -> [u8; 20] {
    let mut block = String::new();
    write_block(&record.normalized(), &mut block);
    blob_hash(block.as_bytes())
}

impl Record {
    /// Returns the record as it reads after having been written: values on one line and trimmed, empty ones dropped,
    /// line ends of the body LF, no empty summary, no repeated contact, an id.
    #[must_use]
    pub fn normalized(&self) -> Self {
        let one_line = |value: &str| Box::<str>::from(fold(value));
        let lines = |values: &[Box<str>]| -> Vec<Box<str>> {
            let values = values.iter().map(|value| one_line(value));
            values.filter(|value| !value.is_empty()).collect()
        };
        let path = |value: &Option<Box<str>>| {
            let value = value.as_deref().map(one_line);
            value.filter(|value| !value.is_empty())
        };
        let mut kind = lower(&fold(&self.kind));
        if kind.is_empty() {
            kind = "interaction".into();
        }
        let summary = match one_line(&self.summary) {
            summary if summary.is_empty() => kind.clone(),
            summary => summary,
        };
        let mut record = Self {
            id: one_line(&self.id),
            revision: self.revision.max(1),
            retracted: self.retracted,
            kind,
            on: self.on,
            summary,
            body: tidy_body(&self.body).into(),
            contacts: without_repeats(
                self.contacts
                    .iter()
                    .map(contact_value)
                    .filter(|value| !value.is_empty())
                    .map(|value| to_contact(&value))
                    .collect(),
            ),
            initiated_by: self.initiated_by,
            gave: lines(&self.gave),
            received: lines(&self.received),
            event: path(&self.event),
            goal: path(&self.goal),
            other: self
                .other
                .iter()
                .map(|(key, value)| (key.clone(), one_line(value)))
                .filter(|(key, value)| is_key(key) && !value.is_empty())
                .filter(|(key, value)| !is_for_hosts(key, value))
                .collect(),
        };
        if record.id.is_empty() {
            record.id = derived_id(&record, record.on);
        }
        record
    }
}

/// Returns the subject and the body for what a person says about an interaction.
///
/// The subject is `call: Ada Lovelace, the engine's notes`: the kind, the names (`A and B`, `A, B and C`, then `A, B and
/// 2 others`) and the first line of `message`, cut at a word to 72 characters in all. The body is the rest of the message, or
/// all of it where its first line did not fit.
pub fn summarize(kind: &str, names: &[&str], message: &str) -> (String, String) {
    const WIDTH: usize = 72;
    let mut summary = fold(kind).into_owned();
    let names: Vec<String> = names.iter().map(|name| fold(name).into_owned()).collect();
    let names = match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} others", rest.len()),
    };
    if !names.is_empty() {
        let _ = write!(summary, ": {names}");
    }
    let message = tidy_body(message);
    let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
    let first = fold(first);
    if first.is_empty() {
        return (summary, String::new());
    }
    summary.push_str(if names.is_empty() { ": " } else { ", " });
    let room = WIDTH.saturating_sub(summary.chars().count());
    if first.chars().count() <= room {
        summary.push_str(&first);
        return (summary, tidy_body(rest));
    }
    let mut cut = first
        .char_indices()
        .nth(room.saturating_sub(1))
        .map_or(first.len(), |(offset, _)| offset);
    if !first[cut..].starts_with(' ') {
        cut = first[..cut].rfind(' ').unwrap_or(0);
    }
    match first[..cut].trim_end_matches([' ', ',', '.', ';', ':']) {
        "" => summary.truncate(summary.len() - 2),
        start => {
            let _ = write!(summary, "{start}…");
        }
    }
    (summary, message)
}

/// Returns a new id: see section 5 of the format.
///
/// Two ids made in one process never agree within 17 minutes of `now`; of two processes they agree by a chance of one in a
/// thousand million.
pub fn new_id(now: Timestamp) -> Box<str> {
    static START: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    // The standard library seeds its hash maps from the system's randomness: enough to tell processes apart.
    let start = *START.get_or_init(|| {
        let mut hasher = std::hash::RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        hasher.finish()
    });
    let count = u64::from(COUNT.fetch_add(1, Ordering::Relaxed));
    // The factor is odd, so 2^30 counts in a row give 2^30 different results, spread over the whole range.
    let random = start.wrapping_add(count.wrapping_mul(0x2545_f491)) & 0x3fff_ffff;
    let milliseconds = now.as_millisecond().max(0).cast_unsigned();
    crockford(((milliseconds >> 20) & 0x3fff_ffff) << 30 | random)
}

/// Returns an id for a record that comes from elsewhere without one: always the same for the same day, kind, contacts and
/// summary, so that what is brought in twice counts once.
///
/// `nth` counts from 0 the equal records of one source; the first has the id that a commit made by hand would have.
pub fn content_id(record: &Record, nth: usize) -> Box<str> {
    let mut record = record.normalized();
    if nth > 0 {
        record.summary = format!("{}\n{nth}", record.summary).into();
    }
    derived_id(&record, record.on)
}

/// Returns the lower 60 bits of `bits` as 12 characters.
fn crockford(bits: u64) -> Box<str> {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..12)
        .rev()
        .map(|digit| char::from(ALPHABET[(bits >> (digit * 5) & 31) as usize]))
        .collect::<String>()
        .into()
}

/// Returns the id that a record without one has by its content; it must be normalized but for the id.
fn derived_id(record: &Record, date: When) -> Box<str> {
    let mut contacts: Vec<_> = record.contacts.iter().map(contact_value).collect();
    contacts.sort_unstable();
    contacts.dedup();
    let mut text = format!("ties-interaction 1\n{date}\n{}\n", record.kind);
    for contact in contacts {
        text.push_str(&contact);
        text.push('\n');
    }
    let _ = write!(text, "\n{}\n", record.summary);
    let hash = blob_hash(text.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    crockford(u64::from_be_bytes(first) >> 4)
}

// ---- Blocks -------------------------------------------------------------------------------------------------------

/// The keys that mean something in a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Interaction,
    Id,
    Date,
    Revision,
    Retracted,
    Contact,
    InitiatedBy,
    Gave,
    Received,
    Event,
    Goal,
}

/// Every key of a record as ties writes it, in the order of writing.
const KEYS: [(&str, Key); 11] = [
    ("Interaction", Key::Interaction),
    ("Interaction-Id", Key::Id),
    ("Interaction-Date", Key::Date),
    ("Revision", Key::Revision),
    ("Retracted", Key::Retracted),
    ("Contact", Key::Contact),
    ("Initiated-By", Key::InitiatedBy),
    ("Gave", Key::Gave),
    ("Received", Key::Received),
    ("Event", Key::Event),
    ("Goal", Key::Goal),
];

fn known_key(key: &str) -> Option<Key> {
    KEYS.iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .map(|&(_, key)| key)
}

/// A paragraph that is trailers and nothing else.
struct Block<'a> {
    /// The white space before its first line, and so before each.
    indent: &'a str,
    /// Keys as written, values unfolded and trimmed, never empty.
    trailers: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Block<'a> {
    /// Reads a paragraph; `None` where some line of it is prose.
    fn read(paragraph: &'a str) -> Option<Self> {
        let indent = &paragraph[..blanks(paragraph)];
        let mut trailers: Vec<(&str, Cow<'a, str>)> = Vec::new();
        for (index, line) in paragraph.split('\n').enumerate() {
            let line = line.strip_prefix(indent)?;
            if index > 0 && line.starts_with([' ', '\t']) {
                // A continuation of a line that was set aside is set aside with it.
                if let Some((_, value)) = trailers.last_mut() {
                    let more = trim(line);
                    if value.is_empty() {
                        *value = Cow::Borrowed(more);
                    } else if !more.is_empty() {
                        let value = value.to_mut();
                        value.push(' ');
                        value.push_str(more);
                    }
                }
            } else if let Some(trailer) = split_trailer(line) {
                trailers.push((trailer.0, Cow::Borrowed(trailer.1)));
            } else if !is_mark(line) {
                return None;
            }
        }
        trailers.retain(|(_, value)| !value.is_empty());
        Some(Self { indent, trailers })
    }

    /// Returns the first value of a key that can be read as a date, else `otherwise`.
    fn date(&self, otherwise: When) -> When {
        let mut dates = self.trailers.iter().filter_map(|(key, value)| {
            (known_key(key) == Some(Key::Date))
                .then(|| When::parse(value))
                .flatten()
        });
        dates.next().unwrap_or(otherwise)
    }

    /// Returns the record without its prose; `None` where the block is no record. The id is empty where there is none.
    fn to_record(&self, is_last: bool, author_date: When) -> Option<Record> {
        let has = |wanted| {
            self.trailers
                .iter()
                .any(|(key, _)| known_key(key) == Some(wanted))
        };
        if !has(Key::Interaction) || !(is_last || has(Key::Id)) {
            return None;
        }
        let mut record = Record {
            id: Box::default(),
            revision: 1,
            retracted: false,
            kind: Box::default(),
            on: When::Day(author_date.day()),
            summary: Box::default(),
            body: Box::default(),
            contacts: Vec::new(),
            initiated_by: None,
            gave: Vec::new(),
            received: Vec::new(),
            event: None,
            goal: None,
            other: Vec::new(),
        };
        let (mut has_date, mut has_revision) = (false, false);
        for (key, value) in &self.trailers {
            let value: &str = value;
            let taken = match known_key(key) {
                Some(Key::Interaction) if record.kind.is_empty() => {
                    record.kind = lower(value);
                    true
                }
                Some(Key::Id) if record.id.is_empty() => {
                    record.id = value.into();
                    true
                }
                Some(Key::Date) if !has_date => When::parse(value).is_some_and(|on| {
                    (record.on, has_date) = (on, true);
                    true
                }),
                Some(Key::Revision) if !has_revision => match value.parse() {
                    Ok(revision @ 1..) => {
                        (record.revision, has_revision) = (revision, true);
                        true
                    }
                    _ => false,
                },
                Some(Key::Retracted) if !record.retracted => {
                    record.retracted = value.eq_ignore_ascii_case("yes");
                    record.retracted
                }
                Some(Key::Contact) => {
                    record.contacts.push(to_contact(value));
                    true
                }
                Some(Key::InitiatedBy) if record.initiated_by.is_none() => {
                    record.initiated_by = InitiatedBy::parse(value);
                    record.initiated_by.is_some()
                }
                Some(Key::Gave) => {
                    record.gave.push(value.into());
                    true
                }
                Some(Key::Received) => {
                    record.received.push(value.into());
                    true
                }
                Some(Key::Event) if record.event.is_none() => {
                    record.event = Some(value.into());
                    true
                }
                Some(Key::Goal) if record.goal.is_none() => {
                    record.goal = Some(value.into());
                    true
                }
                _ => false,
            };
            if !taken && !is_for_hosts(key, value) {
                record.other.push(((*key).into(), value.into()));
            }
        }
        record.contacts = without_repeats(record.contacts);
        Some(record)
    }
}

/// What GitHub, GitLab, Bitbucket and others look for anywhere in the newest message of a push: nothing is to be built.
pub(crate) const SKIP_CI: (&str, &str) = ("CI", "[skip ci]");

/// Returns whether a trailer says something of the commit that carries the record, and nothing of the record.
fn is_for_hosts(key: &str, value: &str) -> bool {
    (key, value) == SKIP_CI
}

/// Writes the block of a normalized record, each line with its end.
fn write_block(record: &Record, out: &mut String) {
    for (name, key) in KEYS {
        match key {
            Key::Interaction => write_trailer(name, &record.kind, out),
            Key::Id => write_trailer(name, &record.id, out),
            Key::Date => write_trailer(name, &record.on.to_string(), out),
            Key::Revision if record.revision > 1 => {
                write_trailer(name, &record.revision.to_string(), out);
            }
            Key::Retracted if record.retracted => write_trailer(name, "yes", out),
            Key::Revision | Key::Retracted => {}
            Key::Contact => {
                for contact in &record.contacts {
                    write_trailer(name, &contact_value(contact), out);
                }
            }
            Key::InitiatedBy => {
                if let Some(initiated_by) = record.initiated_by {
                    write_trailer(name, initiated_by.as_str(), out);
                }
            }
            Key::Gave => record.gave.iter().for_each(|v| write_trailer(name, v, out)),
            Key::Received => {
                for value in &record.received {
                    write_trailer(name, value, out);
                }
            }
            Key::Event => write_trailer(name, record.event.as_deref().unwrap_or_default(), out),
            Key::Goal => write_trailer(name, record.goal.as_deref().unwrap_or_default(), out),
        }
    }
    for (key, value) in &record.other {
        write_trailer(key, value, out);
    }
}

/// Writes one trailer line; nothing where the value is empty.
fn write_trailer(key: &str, value: &str, out: &mut String) {
    let value = fold(value);
    if !value.is_empty() {
        let _ = writeln!(out, "{key}: {value}");
    }
}

/// Returns whether `git cherry-pick -x` wrote the line.
fn is_mark(line: &str) -> bool {
    line.starts_with("(cherry picked from commit ")
}

/// Splits `Key: value`; `None` where the line is no trailer.
fn split_trailer(line: &str) -> Option<(&str, &str)> {
    let key_end = line
        .bytes()
        .position(|b| !(b.is_ascii_alphanumeric() || b == b'-'))?;
    let rest = &line[key_end..];
    let value = rest[blanks(rest)..].strip_prefix(':')?;
    (key_end > 0).then(|| (&line[..key_end], trim(value)))
}

/// Returns whether `key` can be that of a trailer: letters, digits and `-`, all ASCII.
pub fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn contact_value(contact: &ContactId) -> String {
    match &contact.uid {
        Some(uid) => fold(&format!("{} <{uid}>", contact.path)).into_owned(),
        None => fold(&contact.path).into_owned(),
    }
}

/// Reads `path` or `path <uid>`.
fn to_contact(value: &str) -> ContactId {
    if let Some(inner) = value.strip_suffix('>')
        && let Some(start) = inner.rfind(" <")
        && let (path, uid) = (trim(&inner[..start]), trim(&inner[start + 2..]))
        && !path.is_empty()
        && !uid.is_empty()
    {
        return ContactId {
            path: path.into(),
            uid: Some(uid.into()),
        };
    }
    ContactId {
        path: value.into(),
        uid: None,
    }
}

fn without_repeats(mut contacts: Vec<ContactId>) -> Vec<ContactId> {
    if contacts.len() > 1 {
        let mut seen = FxHashSet::default();
        let is_first: Vec<bool> = contacts
            .iter()
            .map(|contact| seen.insert(contact))
            .collect();
        let mut is_first = is_first.into_iter();
        contacts.retain(|_| is_first.next().expect("one answer for each contact"));
    }
    contacts
}

// ---- Text ---------------------------------------------------------------------------------------------------------

/// The bytes of a paragraph in a message, from the start of its first line to before the last line's end.
#[derive(Clone, Copy)]
struct Paragraph {
    start: usize,
    end: usize,
}

impl Paragraph {
    fn text(self, message: &str) -> &str {
        &message[self.start..self.end]
    }

    /// Returns whether it is nothing but what `git cherry-pick -x` writes.
    fn is_mark(self, message: &str) -> bool {
        self.text(message).split('\n').all(is_mark)
    }
}

fn paragraphs(message: &str) -> Vec<Paragraph> {
    let mut paragraphs = Vec::with_capacity(4);
    let mut open = false;
    let mut offset = 0;
    for line in message.split('\n') {
        let end = offset + line.len();
        if is_blank(line) {
            open = false;
        } else if let (true, Some(Paragraph { end: last, .. })) = (open, paragraphs.last_mut()) {
            *last = end;
        } else {
            paragraphs.push(Paragraph { start: offset, end });
            open = true;
        }
        offset = end + 1;
    }
    paragraphs
}

/// Leaves out what git itself said below an earlier record: that it was copied, and which commits without a record were
/// squashed with it.
fn without_notices<'a>(message: &str, mut stretch: &'a [Paragraph]) -> &'a [Paragraph] {
    let mut is_squashed = false;
    while let [first, rest @ ..] = stretch {
        let is_heading = is_heading(first.text(message));
        let is_indented = is_squashed && blanks(first.text(message)) > 0;
        if !(is_heading || is_indented || first.is_mark(message)) {
            break;
        }
        is_squashed |= is_heading;
        stretch = rest;
    }
    stretch
}

/// Returns whether a paragraph is what `git merge --squash` writes above the indented message of a commit.
fn is_heading(paragraph: &str) -> bool {
    let id = paragraph
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("commit "));
    id.is_some_and(|id| id.len() >= 40 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Returns summary and body of a stretch; `None` where nothing in it speaks of the record.
fn prose(
    message: &str,
    stretch: &[Paragraph],
    indent: &str,
    is_later: bool,
) -> Option<(Box<str>, Box<str>)> {
    let own = stretch
        .iter()
        .rev()
        .take_while(|paragraph| paragraph.text(message).starts_with(indent))
        .count();
    let own = &stretch[stretch.len() - own..];
    let (first, rest) = own.split_first()?;
    let mut summary = title(first.text(message), indent);
    if is_later && let Some(rest) = summary.strip_prefix("* ") {
        summary = rest.into();
    }
    let body = match rest {
        [] => Box::default(),
        [start, ..] => {
            let text = &message[start.start..rest[rest.len() - 1].end];
            if indent.is_empty() {
                unescape(text).into()
            } else {
                let lines = text
                    .split('\n')
                    .map(|line| line.strip_prefix(indent).unwrap_or(trim(line)));
                unescape(&lines.collect::<Vec<_>>().join("\n")).into()
            }
        }
    };
    Some((summary, body))
}

/// Returns the lines of a paragraph as one.
fn title(paragraph: &str, indent: &str) -> Box<str> {
    let mut summary = String::with_capacity(paragraph.len());
    for line in paragraph.split('\n') {
        let line = line.strip_prefix(indent).unwrap_or(line);
        if !summary.is_empty() {
            summary.push(' ');
        }
        summary.push_str(trim(&unescape(line)));
    }
    summary.into()
}

/// Returns the text with LF as its only line end.
fn with_lf(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns a body as it is written: LF, no NUL (git's messages end there), no blank lines around it.
fn tidy_body(body: &str) -> String {
    let body = with_lf(body).replace('\0', "");
    match paragraphs(&body).as_slice() {
        [] => String::new(),
        [first, .., last] => body[first.start..last.end].to_owned(),
        [only] => only.text(&body).to_owned(),
    }
}

/// Returns a value on one line: control characters and line separators, with the spaces around them, become a space.
fn fold(value: &str) -> Cow<'_, str> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let value = trim(value);
    if !value.contains(breaks) {
        return Cow::Borrowed(value);
    }
    let mut folded = String::with_capacity(value.len());
    for part in value.split(breaks).map(|part| part.trim_matches(' ')) {
        if !part.is_empty() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(part);
        }
    }
    Cow::Owned(folded)
}

fn lower(text: &str) -> Box<str> {
    if text
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase())
    {
        text.into()
    } else {
        text.to_lowercase().into()
    }
}

/// Trims what git trims: ASCII white space.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c'])
}

fn is_blank(line: &str) -> bool {
    trim(line).is_empty()
}

/// Returns how many spaces and tabs `text` begins with.
fn blanks(text: &str) -> usize {
    text.bytes()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

/// Returns whether `line` begins with a key that makes a block speak, and its colon.
fn starts_with_key(line: &[u8]) -> bool {
    ["interaction", "contact-moved"].iter().any(|key| {
        line.get(..key.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(key.as_bytes()))
            && line[key.len()..]
                .iter()
                .find(|b| !matches!(b, b' ' | b'\t'))
                == Some(&b':')
    })
}

/// Writes `text` with one more backslash before what would begin a record.
fn escape_into(text: &str, out: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let (space, rest) = line.split_at(blanks(line));
        out.push_str(space);
        if starts_with_key(rest.trim_start_matches('\\').as_bytes()) {
            out.push('\\');
        }
        out.push_str(rest);
    }
}

/// Undoes [`escape_into`].
fn unescape(text: &str) -> Cow<'_, str> {
    let escaped = |line: &str| {
        let (_, rest) = line.split_at(blanks(line));
        rest.starts_with('\\') && starts_with_key(rest.trim_start_matches('\\').as_bytes())
    };
    if !text.contains('\\') || !text.split('\n').any(escaped) {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| {
        if escaped(line) {
            Cow::Owned(line.replacen('\\', "", 1))
        } else {
            Cow::Borrowed(line)
        }
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
pub(crate) mod tests;
