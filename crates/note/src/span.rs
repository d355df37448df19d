//! Byte ranges. Everything inside ties counts bytes; lines and columns exist only at its edges.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets from zero into one text, always on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(into = "(u32, u32)", from = "(u32, u32)")]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the range from `start` to `end`; an end before the start gives an empty range at `start`.
    pub fn new(start: u32, end: u32) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// Returns the empty range at `offset`.
    pub fn at(offset: u32) -> Self {
        Self {
            start: offset,
            end: offset,
        }
    }

    /// Returns the number of bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Returns whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns whether `offset` lies inside or at either end, as a cursor does.
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Returns whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns the text of this range, or "" where `text` is too short for it.
    pub fn of(self, text: &str) -> &str {
        text.get(Range::from(self)).unwrap_or("")
    }
}

/// Where it begins and how long it is, the form in which it is kept: small numbers take few bytes.
impl From<Span> for (u32, u32) {
    fn from(span: Span) -> Self {
        (span.start, span.len())
    }
}

impl From<(u32, u32)> for Span {
    fn from((start, len): (u32, u32)) -> Self {
        Self::new(start, start.saturating_add(len))
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start as u32, range.end as u32)
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start as usize..span.end as usize
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A value and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Returns `value` at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_half_open_and_touched_at_both_ends() {
        let span = Span::new(2, 4);
        assert_eq!((span.len(), span.is_empty()), (2, false));
        let touched: Vec<_> = (0..7).filter(|offset| span.touches(*offset)).collect();
        assert_eq!(touched, [2, 3, 4]);
        assert!(span.contains(Span::at(4)) && !span.contains(Span::new(3, 5)));
    }

    #[test]
    fn an_end_before_the_start_gives_nothing() {
        assert_eq!(Span::new(4, 2), Span::at(4));
    }

    #[test]
    fn what_does_not_fit_the_text_is_empty() {
        assert_eq!(Span::new(1, 3).of("aéb"), "é");
        assert_eq!(Span::new(2, 3).of("aéb"), "");
        assert_eq!(Span::new(1, 9).of("aéb"), "");
    }

    #[test]
    fn spans_are_shown_as_they_are_written() {
        assert_eq!(
            format!("{} {:?}", Span::new(1, 3), Span::at(2)),
            "1..3 2..2"
        );
    }
}
