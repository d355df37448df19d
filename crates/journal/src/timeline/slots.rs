//! Where the records of a timeline lie, packed, and the view of them that callers have.

use std::sync::{Arc, OnceLock};

use crate::Interaction;
use crate::packed::{self, Place};

/// A new segment is begun where the newest is longer than this.
const SMALL: usize = 1 << 16;
/// No segment grows beyond this, so that places in it fit in 32 bits.
const LARGE: usize = 1 << 30;

/// Packed interactions in a few buffers that only grow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments(Vec<Arc<Vec<u8>>>);

/// One interaction: where it lies, and itself once it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) segment: u32,
    pub(crate) start: u32,
    read: OnceLock<Arc<Interaction>>,
}

impl Slot {
    pub(crate) fn new(segment: u32, start: u32) -> Self {
        Self {
            segment,
            start,
            read: OnceLock::new(),
        }
    }
}

impl Segments {
    /// Takes a buffer as the only segment.
    pub(crate) fn of(bytes: Arc<Vec<u8>>) -> Self {
        Self(vec![bytes])
    }

    /// Packs interactions, and returns where each lies, in their order.
    pub(crate) fn pack<'a>(
        &mut self,
        interactions: impl IntoIterator<Item = &'a Interaction>,
    ) -> Vec<Slot> {
        let mut slots = Vec::new();
        let small = |last: &mut Arc<Vec<u8>>| last.len() < SMALL && Arc::get_mut(last).is_some();
        let mut buffer = match self.0.pop_if(small).map(Arc::try_unwrap) {
            Some(Ok(buffer)) => buffer,
            Some(Err(shared)) => {
                self.0.push(shared);
                Vec::new()
            }
            None => Vec::new(),
        };
        for interaction in interactions {
            if buffer.len() >= LARGE {
                self.0.push(Arc::new(std::mem::take(&mut buffer)));
            }
            slots.push(Slot::new(self.0.len() as u32, buffer.len() as u32));
            packed::put(&mut buffer, interaction);
        }
        if !buffer.is_empty() {
            // What was read whole stays as it is; what grows by one now and then is small.
            if buffer.len() > SMALL {
                buffer.shrink_to_fit();
            }
            self.0.push(Arc::new(buffer));
        }
        slots
    }

    /// Returns the segment from `start` on.
    pub(crate) fn bytes(&self, segment: u32, start: u32) -> &[u8] {
        let segment = self.0.get(segment as usize);
        segment
            .and_then(|segment| segment.get(start as usize..))
            .unwrap_or_default()
    }

    /// Returns the packed interaction.
    pub(crate) fn packed(&self, slot: &Slot) -> &[u8] {
        packed::one(self.bytes(slot.segment, slot.start))
    }

    /// Returns the interaction.
    pub(crate) fn get<'a>(&self, slot: &'a Slot) -> &'a Interaction {
        slot.read.get_or_init(|| {
            let bytes = self.bytes(slot.segment, slot.start);
            Arc::new(packed::read(bytes))
        })
    }

    /// Returns what orders an interaction, with its id.
    pub(crate) fn place(&self, slot: &Slot) -> Place<'_> {
        Place::read(self.bytes(slot.segment, slot.start))
    }

    /// Returns where each contact of the interaction lies in its segment.
    pub(crate) fn contacts_of(&self, slot: &Slot) -> impl Iterator<Item = u32> {
        let start = slot.start;
        packed::contact_offsets(self.bytes(slot.segment, start))
            .map(move |offset| start + offset as u32)
    }
}

/// Interactions of a timeline, newest first. Each is taken apart when it is first asked for.
#[derive(Clone, Copy)]
pub struct Interactions<'a> {
    pub(super) segments: &'a Segments,
    pub(super) slots: &'a [Slot],
}

impl<'a> Interactions<'a> {
    /// Returns how many there are.
    pub fn len(self) -> usize {
        self.slots.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(self) -> bool {
        self.slots.is_empty()
    }

    /// Returns the interaction at `index`, zero being the newest.
    pub fn get(self, index: usize) -> Option<&'a Interaction> {
        Some(self.segments.get(self.slots.get(index)?))
    }

    /// Returns the newest.
    pub fn first(self) -> Option<&'a Interaction> {
        self.get(0)
    }

    /// Returns the oldest.
    pub fn last(self) -> Option<&'a Interaction> {
        Some(self.segments.get(self.slots.last()?))
    }

    /// Returns all of them, newest first.
    pub fn iter(self) -> Iter<'a> {
        Iter {
            segments: self.segments,
            slots: self.slots.iter(),
        }
    }
}

impl<'a> IntoIterator for Interactions<'a> {
    type Item = &'a Interaction;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl PartialEq for Interactions<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl std::fmt::Debug for Interactions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The interactions of an [`Interactions`], newest first. What is skipped is not taken apart.
#[derive(Clone)]
pub struct Iter<'a> {
    segments: &'a Segments,
    slots: std::slice::Iter<'a, Slot>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Interaction;

    fn next(&mut self) -> Option<&'a Interaction> {
        Some(self.segments.get(self.slots.next()?))
    }

    fn nth(&mut self, n: usize) -> Option<&'a Interaction> {
        Some(self.segments.get(self.slots.nth(n)?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        Some(self.segments.get(self.slots.next_back()?))
    }
}

impl ExactSizeIterator for Iter<'_> {}
