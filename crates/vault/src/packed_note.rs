//! A note that is kept as bytes until somebody looks at it.
//!
//! A vault of a hundred thousand notes holds a few that are looked at. As bytes a note takes a fifth of what it takes as
//! values; reading it back costs microseconds, and what was read stays until [`PackedNote::pack`] is called again.

use std::{
    borrow::Cow,
    ops::Deref,
    sync::{Arc, OnceLock},
};

use note::{Note, packed};

/// A note as bytes, as values, or both. It reads like a [`Note`].
#[derive(Clone)]
pub struct PackedNote {
    /// The bytes, which copies share; `None` where it was never packed.
    bytes: Option<Arc<[u8]>>,
    note: OnceLock<Box<Note>>,
}

impl PackedNote {
    /// Returns the note that bytes hold, which [`packed::pack`] wrote, as both; `None` where they hold none.
    pub(crate) fn of_bytes(bytes: Arc<[u8]>) -> Option<Self> {
        let note = packed::unpack(&bytes)?;
        Some(Self {
            bytes: Some(bytes),
            note: OnceLock::from(Box::new(note)),
        })
    }

    /// Keeps the note as bytes alone, and returns whether it was anything else before.
    pub(crate) fn pack(&mut self) -> bool {
        if self.bytes.is_none() {
            self.bytes = Some(packed::pack(self).into());
        }
        self.note.take().is_some()
    }

    /// Returns whether the note is kept as values, too.
    pub(crate) fn is_read(&self) -> bool {
        self.note.get().is_some()
    }

    /// Returns the note without keeping what was read of it.
    pub(crate) fn peek(&self) -> Cow<'_, Note> {
        match (self.note.get(), &self.bytes) {
            (None, Some(bytes)) => Cow::Owned(packed::unpack(bytes).unwrap_or_default()),
            _ => Cow::Borrowed(self),
        }
    }

    /// Returns a copy of the bytes alone; of the note where it was never packed.
    pub(crate) fn share(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            note: match &self.bytes {
                Some(_) => OnceLock::new(),
                None => self.note.clone(),
            },
        }
    }

    /// Returns the note as bytes.
    pub(crate) fn to_bytes(&self) -> Cow<'_, [u8]> {
        match &self.bytes {
            Some(bytes) => Cow::Borrowed(bytes),
            None => Cow::Owned(packed::pack(self)),
        }
    }
}

impl From<Note> for PackedNote {
    fn from(note: Note) -> Self {
        Self {
            bytes: None,
            note: OnceLock::from(Box::new(note)),
        }
    }
}

impl Deref for PackedNote {
    type Target = Note;

    fn deref(&self) -> &Note {
        self.note.get_or_init(|| {
            let note = self.bytes.as_deref().and_then(packed::unpack);
            debug_assert!(note.is_some(), "the bytes were made from a note");
            Box::new(note.unwrap_or_default())
        })
    }
}

impl PartialEq for PackedNote {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for PackedNote {}

impl PartialEq<Note> for PackedNote {
    fn eq(&self, other: &Note) -> bool {
        **self == *other
    }
}

impl std::fmt::Debug for PackedNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_the_same_in_either_form() {
        let read = note::parse("---\nname: Ada\n---\n# Ada\n[[Bob]]\n").note;
        let mut note = PackedNote::from(read.clone());
        assert!(note.is_read());
        let bytes = note.to_bytes().into_owned();
        assert!(note.pack() && !note.is_read() && !note.pack());
        assert_eq!(note.to_bytes(), bytes);
        assert_eq!(note.headings.len(), 1);
        assert!(note.is_read());
        assert_eq!(note, read);
        assert_eq!(PackedNote::of_bytes(bytes.into()), Some(note.clone()));
        assert_eq!(PackedNote::of_bytes([0xff].into()), None);
        assert!(note.is_read() && !note.share().is_read());
        assert_eq!(note.share(), note);
        assert_eq!(PackedNote::from(read.clone()).share(), read);
        assert_eq!(format!("{note:?}"), format!("{read:?}"));
    }
}
