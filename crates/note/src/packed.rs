//! Notes as bytes: a fifth of what they take as values. A vault keeps the notes that nobody looks at like this, and a cache of
//! it is made of the same bytes.
//!
//! The form is that of postcard for these types as they are: it may be another in every version of the program, and whoever
//! keeps bytes beyond the life of the process has to keep the version with them.

use crate::{Note, Problem};

/// Returns a note as bytes, which [`unpack`] reads.
pub fn pack(note: &Note) -> Vec<u8> {
    // Writing into memory cannot fail, and each type has a form.
    postcard::to_stdvec(note).unwrap_or_default()
}

/// Returns the note that [`pack`] wrote; `None` for other bytes.
pub fn unpack(bytes: &[u8]) -> Option<Note> {
    match postcard::take_from_bytes(bytes) {
        Ok((note, [])) => Some(note),
        _ => None,
    }
}

/// Returns the problems of a note as bytes, which [`unpack_problems`] reads.
pub fn pack_problems(problems: &[Problem]) -> Vec<u8> {
    postcard::to_stdvec(problems).unwrap_or_default()
}

/// Returns the problems that [`pack_problems`] wrote; `None` for other bytes.
pub fn unpack_problems(bytes: &[u8]) -> Option<Vec<Problem>> {
    match postcard::take_from_bytes(bytes) {
        Ok((problems, [])) => Some(problems),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PIECES: &str = r"(---\n|name: Ada\n|tags: \[a, b\]\n|met: \{date: 2020-01-01, at: [x]\}\n|x: \|\n  one\n|due:2026-12-01|- \[ \] |- 2026-11-23 call: x\n|\[\[b#h\|l\]\]|\[t\]\(a%20b.md#\^c\)|<!-- ties: ignore a -->|\^id\n|#tag|[-*>#`| \n\r1.é😀_~]){0,40}";

    #[test]
    fn depth_has_a_bound() {
        for open in ["[", "{a: ", "- "] {
            let text = format!(
                "---\nx: {}\n---\n{}",
                open.repeat(10_000),
                "> ".repeat(10_000)
            );
            let note = crate::parse(&text).note;
            assert_eq!(unpack(&pack(&note)), Some(note));
        }
    }

    proptest! {
        #[test]
        fn any_note_comes_back_as_it_was(text in PIECES) {
            let parsed = crate::parse(&text);
            prop_assert_eq!(unpack(&pack(&parsed.note)), Some(parsed.note));
            let problems = pack_problems(&parsed.problems);
            prop_assert_eq!(unpack_problems(&problems), Some(parsed.problems));
        }

        #[test]
        fn other_bytes_are_a_note_or_none(text in PIECES, at in 0..400_usize, byte: u8, cut in 0..400_usize) {
            let mut bytes = pack(&crate::parse(&text).note);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut % bytes.len());
            if let Some(note) = unpack(&bytes) {
                prop_assert_eq!(unpack(&pack(&note)), Some(note));
            }
        }
    }
}
