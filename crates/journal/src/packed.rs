//! Interactions as bytes: small, in one buffer, and read one by one when they are asked for.
//!
//! A [`Timeline`](crate::Timeline) keeps its records like this, and the cache in the repository's git folder is made of the
//! same bytes, so that opening it needs to look at none of them. What this writes it reads back as it was, whatever the
//! values. Reading is total: bytes that nobody wrote like this give some interaction, never a panic. Whether bytes are to
//! be trusted is the cache's business.
//!
//! What orders and finds a record stands first: its length, day, instant and flags at fixed places, then id and contacts.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use note::{ContactId, value::When};

use crate::record::InitiatedBy;
use crate::{Interaction, Record};

// ---- Bytes --------------------------------------------------------------------------------------------------------

/// Writes a number in as few bytes as it needs: seven bits each, lowest first.
pub(crate) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes bytes and before them how many.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Bytes on their way to be read. After the end come zeros, and [`Reader::has_failed`] says so.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    has_failed: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            has_failed: false,
        }
    }

    /// Returns whether more was asked for than there was, or text that is no UTF-8.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Returns how many bytes are left.
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Returns the next `length` bytes; none where there are fewer.
    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        if let Some((taken, rest)) = self.rest.split_at_checked(length) {
            self.rest = rest;
            return taken;
        }
        self.has_failed = true;
        self.rest = &[];
        &[]
    }

    /// Returns the next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).try_into().unwrap_or([0; N])
    }

    /// Returns four bytes as a number.
    pub(crate) fn fixed(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    /// Reads what [`put_number`] wrote.
    pub(crate) fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return number;
            }
        }
        self.has_failed = true;
        0
    }

    /// Reads how many things follow, each of at least one byte.
    pub(crate) fn count(&mut self) -> usize {
        let count = usize::try_from(self.number()).unwrap_or(usize::MAX);
        if count > self.rest.len() {
            self.has_failed = true;
            return 0;
        }
        count
    }

    /// Reads what [`put_bytes`] wrote.
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let length = self.count();
        self.take(length)
    }

    /// Reads text that [`put_bytes`] wrote.
    pub(crate) fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.bytes()).unwrap_or_else(|_| {
            self.has_failed = true;
            ""
        })
    }

    fn texts(&mut self) -> Vec<Box<str>> {
        (0..self.count()).map(|_| self.text().into()).collect()
    }
}

// ---- Interactions -------------------------------------------------------------------------------------------------

const RETRACTED: u8 = 1;
const INSTANT: u8 = 1 << 1;
const BY_ME: u8 = 1 << 2;
const BY_THEM: u8 = 1 << 3;
const EVENT: u8 = 1 << 4;
const GOAL: u8 = 1 << 5;
/// The commit is written as the bytes that its digits stand for.
const HEX: u8 = 1 << 6;
/// Something was given, received or kept as it was.
const LISTS: u8 = 1 << 7;

/// Where the day begins: after the length.
const DAY: usize = 4;
/// Where the id begins: after the day, the instant and the flags.
const ID: usize = DAY + 4 + 8 + 1;

/// Appends an interaction.
pub(crate) fn put(out: &mut Vec<u8>, interaction: &Interaction) {
    let Interaction { record, commit } = interaction;
    let start = out.len();
    out.extend_from_slice(&[0; DAY]);
    let hex = from_hex(commit);
    let has_lists =
        !(record.gave.is_empty() && record.received.is_empty() && record.other.is_empty());
    let mut flags = 0;
    for (flag, is_set) in [
        (RETRACTED, record.retracted),
        (INSTANT, matches!(record.on, When::Instant { .. })),
        (BY_ME, record.initiated_by == Some(InitiatedBy::Me)),
        (BY_THEM, record.initiated_by == Some(InitiatedBy::Them)),
        (EVENT, record.event.is_some()),
        (GOAL, record.goal.is_some()),
        (HEX, hex.is_some()),
        (LISTS, has_lists),
    ] {
        flags |= if is_set { flag } else { 0 };
    }
    out.extend_from_slice(&day_number(record.on.day()).to_le_bytes());
    out.extend_from_slice(&record.on.sort_key().to_le_bytes());
    out.push(flags);
    put_bytes(out, record.id.as_bytes());
    put_number(out, record.contacts.len() as u64);
    for contact in &record.contacts {
        put_contact(out, contact);
    }
    put_number(out, u64::from(record.revision));
    if let When::Instant { at, offset } = record.on {
        let time = at.time();
        out.extend([time.hour(), time.minute(), time.second()].map(i8::cast_unsigned));
        put_number(out, u64::from(time.subsec_nanosecond().cast_unsigned()));
        out.extend_from_slice(&offset.seconds().to_le_bytes());
    }
    for text in [&record.kind, &record.summary, &record.body] {
        put_bytes(out, text.as_bytes());
    }
    put_bytes(out, hex.as_deref().unwrap_or(commit.as_bytes()));
    for path in record.event.iter().chain(&record.goal) {
        put_bytes(out, path.as_bytes());
    }
    if has_lists {
        for list in [&record.gave, &record.received] {
            put_number(out, list.len() as u64);
            for text in list {
                put_bytes(out, text.as_bytes());
            }
        }
        put_number(out, record.other.len() as u64);
        for (key, value) in &record.other {
            put_bytes(out, key.as_bytes());
            put_bytes(out, value.as_bytes());
        }
    }
    let length = u32::try_from(out.len() - start).expect("a commit message is shorter than 4 GiB");
    out[start..start + DAY].copy_from_slice(&length.to_le_bytes());
}

/// Returns the packed interaction that `bytes` begin with, without what follows it.
pub(crate) fn one(bytes: &[u8]) -> &[u8] {
    let length = Reader::new(bytes).fixed();
    bytes.get(..length as usize).unwrap_or(bytes)
}

/// Returns the interaction that `bytes` begin with.
pub(crate) fn read(bytes: &[u8]) -> Interaction {
    let mut reader = Reader::new(one(bytes).get(DAY..).unwrap_or_default());
    let day = to_date(i32::from_le_bytes(reader.array()));
    reader.take(8);
    let flags = reader.byte();
    let id = reader.text().into();
    let contacts = (0..reader.count())
        .map(|_| read_contact(&mut reader).to_owned())
        .collect();
    let revision = u32::try_from(reader.number()).unwrap_or(u32::MAX);
    let on = if flags & INSTANT == 0 {
        When::Day(day)
    } else {
        let [hour, minute, second] = reader.array().map(u8::cast_signed);
        let nanosecond = i32::try_from(reader.number()).unwrap_or_default();
        let time = Time::new(hour, minute, second, nanosecond).unwrap_or_default();
        let offset = Offset::from_seconds(i32::from_le_bytes(reader.array()));
        When::Instant {
            at: day.to_datetime(time),
            offset: offset.unwrap_or(Offset::UTC),
        }
    };
    let kind = reader.text().into();
    let summary = reader.text().into();
    let body = reader.text().into();
    let commit = if flags & HEX == 0 {
        reader.text().into()
    } else {
        to_hex(reader.bytes())
    };
    let mut optional = |flag| (flags & flag != 0).then(|| reader.text().into());
    let (event, goal) = (optional(EVENT), optional(GOAL));
    let (mut gave, mut received, mut other) = (Vec::new(), Vec::new(), Vec::new());
    if flags & LISTS != 0 {
        gave = reader.texts();
        received = reader.texts();
        other = (0..reader.count())
            .map(|_| (reader.text().into(), reader.text().into()))
            .collect();
    }
    let record = Record {
        id,
        revision,
        retracted: flags & RETRACTED != 0,
        kind,
        on,
        summary,
        body,
        contacts,
        initiated_by: match flags & (BY_ME | BY_THEM) {
            BY_ME => Some(InitiatedBy::Me),
            BY_THEM => Some(InitiatedBy::Them),
            _ => None,
        },
        gave,
        received,
        event,
        goal,
        other,
    };
    Interaction { record, commit }
}

/// What decides where an interaction stands among others: the greater is the newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place<'a> {
    day: i32,
    instant: i64,
    /// The interaction's id.
    pub(crate) id: &'a str,
}

impl<'a> Place<'a> {
    /// Returns the place of an interaction.
    pub(crate) fn of(interaction: &'a Interaction) -> Self {
        let record = &interaction.record;
        Self {
            day: day_number(record.on.day()),
            instant: record.on.sort_key(),
            id: &record.id,
        }
    }

    /// Reads the place of the interaction that `bytes` begin with.
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        let mut reader = Reader::new(bytes.get(DAY..).unwrap_or_default());
        let day = i32::from_le_bytes(reader.array());
        let instant = i64::from_le_bytes(reader.array());
        reader.byte();
        Self {
            day,
            instant,
            id: reader.text(),
        }
    }
}

/// Returns where in `bytes` each contact of the interaction begins that they begin with.
pub(crate) fn contact_offsets(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut reader = Reader::new(bytes.get(ID..).unwrap_or_default());
    reader.bytes();
    (0..reader.count()).map(move |_| {
        let offset = bytes.len() - reader.remaining();
        read_contact(&mut reader);
        offset
    })
}

// ---- Contacts -----------------------------------------------------------------------------------------------------

/// A contact as a record names it, borrowed. Ordered by path, then uid, the one without first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ContactRef<'a> {
    pub(crate) path: &'a str,
    pub(crate) uid: Option<&'a str>,
}

impl<'a> ContactRef<'a> {
    pub(crate) fn of(contact: &'a ContactId) -> Self {
        Self {
            path: &contact.path,
            uid: contact.uid.as_deref(),
        }
    }

    pub(crate) fn to_owned(self) -> ContactId {
        ContactId {
            path: self.path.into(),
            uid: self.uid.map(Into::into),
        }
    }
}

/// Appends one contact.
pub(crate) fn put_contact(out: &mut Vec<u8>, contact: &ContactId) {
    put_bytes(out, contact.path.as_bytes());
    out.push(u8::from(contact.uid.is_some()));
    if let Some(uid) = &contact.uid {
        put_bytes(out, uid.as_bytes());
    }
}

/// Reads one contact.
pub(crate) fn read_contact<'a>(reader: &mut Reader<'a>) -> ContactRef<'a> {
    ContactRef {
        path: reader.text(),
        uid: (reader.byte() != 0).then(|| reader.text()),
    }
}

// ---- Days and digits ----------------------------------------------------------------------------------------------

/// Returns a number for a day that orders as days do.
pub(crate) fn day_number(day: Date) -> i32 {
    i32::from(day.year()) * 512 + i32::from(day.month()) * 32 + i32::from(day.day())
}

/// Returns the day of a number that [`day_number`] gave; of any other the first of 1970.
pub(crate) fn to_date(number: i32) -> Date {
    let year = i16::try_from(number.div_euclid(512)).unwrap_or_default();
    let rest = number.rem_euclid(512);
    Date::new(year, (rest / 32) as i8, (rest % 32) as i8).unwrap_or(Date::constant(1970, 1, 1))
}

/// Returns the bytes that lower-case hexadecimal digits stand for; `None` for anything else.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?))
        .collect()
}

fn to_hex(bytes: &[u8]) -> Box<str> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let text: String = digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect();
    text.into()
}

#[cfg(test)]
mod tests;
