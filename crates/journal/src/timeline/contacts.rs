//! Which interactions name whom: for each contact as records name it, the places of its interactions in the timeline.
//!
//! Names are not kept twice: a contact is where the first record that names it has it. The list is ordered by a hash of the
//! path, which makes a look-up a search in a few cache lines, whatever the length of the paths.

use super::Slot;
use super::slots::Segments;
use crate::packed::{ContactRef, Reader, read_contact};

/// A contact as some record names it, and where its interactions are in [`Contacts::ranks`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    pub(crate) hash: u64,
    pub(crate) segment: u32,
    pub(crate) start: u32,
    from: u32,
    len: u32,
}

/// All contacts that interactions name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contacts {
    /// By the hash of the path, the path and the uid; each has an interaction.
    list: Vec<Contact>,
    /// The places of interactions, rising for each contact, without repeats.
    ranks: Vec<u32>,
    /// The hash of a uid with the index of a contact that has it, sorted.
    by_uid: Vec<(u64, u32)>,
}

impl Contacts {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Contact, &[u32])> {
        self.list
            .iter()
            .map(|contact| (contact, self.ranks_of(contact)))
    }

    /// Adds a contact that comes after all that are there already.
    pub(crate) fn push(
        &mut self,
        segments: &Segments,
        (hash, segment, start): (u64, u32, u32),
        ranks: impl Iterator<Item = u32>,
    ) {
        let from = self.ranks.len();
        self.ranks.extend(ranks);
        let contact = Contact {
            hash,
            segment,
            start,
            from: from as u32,
            len: (self.ranks.len() - from) as u32,
        };
        if let Some(uid) = name(segments, &contact).uid {
            self.by_uid.push((hash_of(uid), self.list.len() as u32));
        }
        self.list.push(contact);
    }

    /// Takes lists that were written down: each contact with the number of its interactions, in order, those, and the
    /// contacts that have a uid, in order; `None` where they do not fit together, or reach beyond `interactions`.
    pub(crate) fn from_lists(
        contacts: impl Iterator<Item = (u64, u32, u32)>,
        ranks: Vec<u32>,
        by_uid: Vec<(u64, u32)>,
        interactions: usize,
    ) -> Option<Self> {
        let mut from = 0_u32;
        let mut list = Vec::with_capacity(contacts.size_hint().0);
        for (hash, start, len) in contacts {
            let segment = 0;
            list.push(Contact {
                hash,
                segment,
                start,
                from,
                len,
            });
            from = from.checked_add(len)?;
        }
        let fits = from as usize == ranks.len()
            && ranks.iter().all(|&rank| (rank as usize) < interactions)
            && by_uid
                .iter()
                .all(|&(_, index)| (index as usize) < list.len());
        fits.then_some(Self {
            list,
            ranks,
            by_uid,
        })
    }

    pub(crate) fn by_uid(&self) -> &[(u64, u32)] {
        &self.by_uid
    }

    pub(crate) fn ranks(&self) -> &[u32] {
        &self.ranks
    }

    /// Ends a series of [`Contacts::push`].
    pub(crate) fn finish(&mut self) {
        self.by_uid.sort_unstable();
    }

    /// Returns the contacts named by this path, with and without a uid.
    pub(crate) fn at_path<'a>(
        &'a self,
        segments: &'a Segments,
        path: &'a str,
    ) -> impl Iterator<Item = (ContactRef<'a>, &'a [u32])> {
        let hash = hash_of(path);
        let start = self.list.partition_point(|contact| contact.hash < hash);
        self.list[start..]
            .iter()
            .take_while(move |contact| contact.hash == hash)
            .map(|contact| (name(segments, contact), self.ranks_of(contact)))
            .filter(move |(name, _)| name.path == path)
    }

    /// Returns the interactions of the contacts named by this uid.
    pub(crate) fn with_uid<'a>(
        &'a self,
        segments: &'a Segments,
        uid: &'a str,
    ) -> impl Iterator<Item = &'a [u32]> {
        let hash = hash_of(uid);
        let start = self.by_uid.partition_point(|&(other, _)| other < hash);
        self.by_uid[start..]
            .iter()
            .take_while(move |&&(other, _)| other == hash)
            .map(|&(_, index)| &self.list[index as usize])
            .filter(move |contact| name(segments, contact).uid == Some(uid))
            .map(|contact| self.ranks_of(contact))
    }

    /// Follows a change of the timeline: the interaction at place `i` is at `moved[i]` now, or gone where that is
    /// [`u32::MAX`], and those at the places `added` are new.
    pub(crate) fn update(
        &mut self,
        segments: &Segments,
        moved: &[u32],
        interactions: &[Slot],
        added: &[u32],
    ) {
        let mut fresh: Vec<(Contact, u32)> = Vec::with_capacity(added.len());
        for &rank in added {
            let slot = &interactions[rank as usize];
            fresh.extend(segments.contacts_of(slot).map(|start| {
                let mut contact = Contact {
                    hash: 0,
                    segment: slot.segment,
                    start,
                    from: 0,
                    len: 0,
                };
                contact.hash = hash_of(name(segments, &contact).path);
                (contact, rank)
            }));
        }
        fresh.sort_unstable_by(|(one, rank), (two, other)| {
            order(segments, one, two).then_with(|| rank.cmp(other))
        });
        let old = std::mem::take(self);
        self.list.reserve(old.list.len());
        self.ranks.reserve(old.ranks.len() + fresh.len());
        let mut fresh = fresh.as_slice();
        let mut old_list = old.list.iter().peekable();
        let mut merged: Vec<u32> = Vec::new();
        loop {
            let first = match (old_list.peek(), fresh.first()) {
                (None, None) => break,
                (Some(contact), None) => **contact,
                (None, Some((contact, _))) => *contact,
                (Some(one), Some((two, _))) if order(segments, one, two).is_le() => **one,
                (Some(_), Some((two, _))) => *two,
            };
            let kept = old_list.next_if(|contact| order(segments, contact, &first).is_eq());
            merged.clear();
            for &rank in kept.map_or(&[][..], |contact| old.ranks_of(contact)) {
                let rank = moved[rank as usize];
                if rank != u32::MAX {
                    merged.push(rank);
                }
            }
            let same = fresh
                .iter()
                .take_while(|(contact, _)| order(segments, contact, &first).is_eq())
                .count();
            if same > 0 {
                merged.extend(fresh[..same].iter().map(|&(_, rank)| rank));
                fresh = &fresh[same..];
                merged.sort_unstable();
                // Once a record was taken apart it may name a contact twice.
                merged.dedup();
            }
            if !merged.is_empty() {
                let place = (first.hash, first.segment, first.start);
                self.push(segments, place, merged.iter().copied());
            }
        }
        self.finish();
    }

    fn ranks_of(&self, contact: &Contact) -> &[u32] {
        let (from, len) = (contact.from as usize, contact.len as usize);
        &self.ranks[from..from + len]
    }
}

/// Returns the contact's name.
pub(crate) fn name<'a>(segments: &'a Segments, contact: &Contact) -> ContactRef<'a> {
    let bytes = segments.bytes(contact.segment, contact.start);
    read_contact(&mut Reader::new(bytes))
}

fn order(segments: &Segments, one: &Contact, two: &Contact) -> std::cmp::Ordering {
    one.hash.cmp(&two.hash).then_with(|| {
        if (one.segment, one.start) == (two.segment, two.start) {
            return std::cmp::Ordering::Equal;
        }
        name(segments, one).cmp(&name(segments, two))
    })
}

/// Returns the hash that contacts are ordered by; the cache holds it, so it stays as it is (FNV-1a of 64 bits).
pub(crate) fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
