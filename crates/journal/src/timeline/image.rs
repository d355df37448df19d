//! A timeline as bytes that can be put on disk, and taken back without a look at any record.
//!
//! All tables are arrays of numbers of 32 or 64 bits, least byte first; places of records and contacts are counted from the
//! beginning of the records. What the notes' own files did is not among it.

use std::sync::Arc;

use super::contacts::{Contacts, name};
use super::slots::{Segments, Slot};
use super::{ContactMove, Timeline, moves::Moves};
use crate::packed::{Reader, put_contact, put_number, read_contact};

/// No image grows beyond this, so that every place in it fits in 32 bits.
const LARGEST: usize = 1 << 30;

impl Timeline {
    /// Appends the timeline; `None` where it is too long.
    pub(crate) fn put_image(&self, out: &mut Vec<u8>) -> Option<()> {
        put_number(out, self.moves.len() as u64);
        for ContactMove { at, old, new } in &self.moves {
            out.extend_from_slice(&at.to_le_bytes());
            put_contact(out, old);
            put_contact(out, new);
        }
        let slots = || self.interactions.iter().chain(&self.retracted);
        let mut starts = Vec::with_capacity(slots().count());
        let mut end = 0;
        for slot in slots() {
            starts.push(u32::try_from(end).ok()?);
            end += self.segments.packed(slot).len();
            if end + out.len() > LARGEST {
                return None;
            }
        }
        let mut contacts: Vec<(u64, u32, u32)> = Vec::new();
        for (contact, ranks) in self.contacts.iter() {
            let named = name(&self.segments, contact);
            // Where the first of its interactions names it.
            let rank = *ranks.first()? as usize;
            let slot = self.interactions.get(rank)?;
            let start = self.segments.contacts_of(slot).find(|&start| {
                let bytes = self.segments.bytes(slot.segment, start);
                read_contact(&mut Reader::new(bytes)) == named
            })?;
            let start = starts[rank] + (start - slot.start);
            contacts.push((contact.hash, start, ranks.len() as u32));
        }
        for count in [
            self.interactions.len(),
            self.retracted.len(),
            contacts.len(),
            self.contacts.ranks().len(),
            self.contacts.by_uid().len(),
            end,
        ] {
            put_number(out, count as u64);
        }
        for start in &starts {
            out.extend_from_slice(&start.to_le_bytes());
        }
        for (hash, start, len) in &contacts {
            out.extend_from_slice(&hash.to_le_bytes());
            out.extend_from_slice(&start.to_le_bytes());
            out.extend_from_slice(&len.to_le_bytes());
        }
        for rank in self.contacts.ranks() {
            out.extend_from_slice(&rank.to_le_bytes());
        }
        for (hash, index) in self.contacts.by_uid() {
            out.extend_from_slice(&hash.to_le_bytes());
            out.extend_from_slice(&index.to_le_bytes());
        }
        out.reserve(end);
        for slot in slots() {
            out.extend_from_slice(self.segments.packed(slot));
        }
        Some(())
    }

    /// Takes the timeline that `buffer` ends with, from the place `at` on; `None` where it is none.
    pub(crate) fn from_image(buffer: Arc<Vec<u8>>, at: usize) -> Option<Self> {
        if buffer.len() > LARGEST {
            return None;
        }
        let mut reader = Reader::new(buffer.get(at..)?);
        let moves: Vec<ContactMove> = (0..reader.count())
            .map(|_| ContactMove {
                at: i64::from_le_bytes(reader.array()),
                old: read_contact(&mut reader).to_owned(),
                new: read_contact(&mut reader).to_owned(),
            })
            .collect();
        let [interactions, retracted, contacts, ranks, uids, end] =
            [(); 6].map(|()| usize::try_from(reader.number()).unwrap_or(usize::MAX));
        let mut table = |count: usize, width: usize| reader.take(count.saturating_mul(width));
        let starts = (table(interactions, 4), table(retracted, 4));
        let contacts = table(contacts, 16);
        let ranks = table(ranks, 4);
        let uids = table(uids, 12);
        if reader.has_failed() || reader.remaining() != end {
            return None;
        }
        let base = u32::try_from(buffer.len() - end).ok()?;
        let slots = |table: &[u8]| -> Vec<Slot> {
            let starts = numbers(table, 4);
            starts
                .map(|number| Slot::new(0, base.saturating_add(fixed(number, 0))))
                .collect()
        };
        let contacts = Contacts::from_lists(
            numbers(contacts, 16).map(|bytes| {
                let start = base.saturating_add(fixed(bytes, 8));
                (hash(bytes), start, fixed(bytes, 12))
            }),
            numbers(ranks, 4).map(|bytes| fixed(bytes, 0)).collect(),
            numbers(uids, 12)
                .map(|bytes| (hash(bytes), fixed(bytes, 8)))
                .collect(),
            interactions,
        )?;
        let (interactions, retracted) = (slots(starts.0), slots(starts.1));
        let told = Moves::new(&moves);
        Some(Self {
            segments: Segments::of(buffer),
            interactions,
            retracted,
            contacts,
            moves,
            told,
            ..Self::default()
        })
    }
}

fn numbers(table: &[u8], width: usize) -> impl ExactSizeIterator<Item = &[u8]> {
    table.chunks_exact(width)
}

fn fixed(bytes: &[u8], at: usize) -> u32 {
    Reader::new(&bytes[at..]).fixed()
}

fn hash(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(Reader::new(bytes).array())
}
