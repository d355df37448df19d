//! The ordinary three-way merge of lines, with ordinary conflict markers.
//!
//! Lines are compared without their line breaks, so that a version with other line ends does not differ in every line;
//! what is kept of ours keeps its bytes, and what comes from theirs gets the line ends of ours.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use super::{ConflictStyle, MergeOptions, to_line_ends};

/// Lines merged: the text, and how many places are left to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MergedLines {
    pub(super) text: String,
    pub(super) n_conflicts: usize,
}

/// Merges the changes from `base` to `ours` and from `base` to `theirs`.
///
/// Changes to the same or to neighbouring lines conflict, unless they are the same change, as in `git merge-file`.
pub(super) fn merge_lines(
    base: &str,
    ours: &str,
    theirs: &str,
    line_end: &str,
    options: &MergeOptions<'_>,
) -> MergedLines {
    let mut out = Output::new(line_end);
    let [base, ours, theirs] =
        [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let (by_ours, by_theirs) = (hunks(&base, &ours), hunks(&base, &theirs));
    let (mut next_ours, mut next_theirs) = (0, 0);
    // Where the part that is not yet written begins in each.
    let (mut at, mut at_ours, mut at_theirs) = (0, 0, 0);
    loop {
        let starts = [by_ours.get(next_ours), by_theirs.get(next_theirs)];
        let Some(start) = starts
            .into_iter()
            .flatten()
            .map(|hunk| hunk.before.start)
            .min()
        else {
            break;
        };
        let kept = (start - at) as usize;
        out.keep(&ours[at_ours..at_ours + kept]);
        (at_ours, at_theirs) = (at_ours + kept, at_theirs + kept);
        // All changes that touch each other are one place.
        let (first_ours, first_theirs) = (next_ours, next_theirs);
        let mut end = start;
        loop {
            let (hunks, next) = match () {
                () if touches(&by_ours, next_ours, end) => (&by_ours, &mut next_ours),
                () if touches(&by_theirs, next_theirs, end) => (&by_theirs, &mut next_theirs),
                () => break,
            };
            end = end.max(hunks[*next].before.end);
            *next += 1;
        }
        let (end_ours, end_theirs) = (
            position(&by_ours[..next_ours], end),
            position(&by_theirs[..next_theirs], end),
        );
        let base = &base[start as usize..end as usize];
        let (ours, theirs) = (&ours[at_ours..end_ours], &theirs[at_theirs..end_theirs]);
        if next_theirs == first_theirs || is_same(ours, theirs) {
            out.keep(ours);
        } else if next_ours == first_ours {
            out.take(theirs);
        } else {
            out.conflict(base, ours, theirs, options);
        }
        (at, at_ours, at_theirs) = (end, end_ours, end_theirs);
    }
    out.keep(&ours[at_ours..]);
    MergedLines {
        text: out.text,
        n_conflicts: out.n_conflicts,
    }
}

/// Returns a conflict between `ours` and `theirs` as wholes, but for the lines that both begin or end with.
pub(super) fn conflict(
    base: &str,
    ours: &str,
    theirs: &str,
    line_end: &str,
    options: &MergeOptions<'_>,
) -> String {
    let mut out = Output::new(line_end);
    let [base, ours, theirs] =
        [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    out.conflict(&base, &ours, &theirs, options);
    out.text
}

fn hunks(base: &[&str], side: &[&str]) -> Vec<Hunk> {
    let mut input = InternedInput::default();
    input.update_before(base.iter().map(|line| without_line_end(line)));
    input.update_after(side.iter().map(|line| without_line_end(line)));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    diff.hunks().collect()
}

fn touches(hunks: &[Hunk], index: usize, end: u32) -> bool {
    hunks
        .get(index)
        .is_some_and(|hunk| hunk.before.start <= end)
}

/// Returns the line of the changed side that stands where line `line` of the base stood; `done` are the hunks before it.
fn position(done: &[Hunk], line: u32) -> usize {
    match done.last() {
        Some(hunk) => (hunk.after.end + (line - hunk.before.end)) as usize,
        None => line as usize,
    }
}

fn without_line_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

fn is_same(one: &[&str], two: &[&str]) -> bool {
    let mut lines = one.iter().zip(two);
    one.len() == two.len() && lines.all(|(a, b)| without_line_end(a) == without_line_end(b))
}

struct Output<'a> {
    text: String,
    line_end: &'a str,
    n_conflicts: usize,
}

impl<'a> Output<'a> {
    fn new(line_end: &'a str) -> Self {
        Self {
            text: String::new(),
            line_end,
            n_conflicts: 0,
        }
    }

    /// Ends the line before the next one, where the last line of a text had no end.
    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(self.line_end);
        }
    }

    /// Writes lines of ours as they are.
    fn keep(&mut self, lines: &[&str]) {
        for line in lines {
            self.end_line();
            self.text.push_str(line);
        }
    }

    /// Writes lines of another version.
    fn take(&mut self, lines: &[&str]) {
        for line in lines {
            self.end_line();
            self.text.push_str(&to_line_ends(line, self.line_end));
        }
    }

    fn marker(&mut self, mark: char, label: &str, options: &MergeOptions) {
        self.end_line();
        self.text
            .extend(std::iter::repeat_n(mark, options.marker_size));
        if !label.is_empty() {
            self.text.push(' ');
            self.text.push_str(label);
        }
        self.text.push_str(self.line_end);
    }

    fn conflict(&mut self, base: &[&str], ours: &[&str], theirs: &[&str], options: &MergeOptions) {
        let pairs = ours.iter().zip(theirs);
        let head = pairs
            .take_while(|(a, b)| without_line_end(a) == without_line_end(b))
            .count();
        let pairs = ours[head..].iter().rev().zip(theirs[head..].iter().rev());
        let tail = pairs
            .take_while(|(a, b)| without_line_end(a) == without_line_end(b))
            .count();
        let inner = |lines: &[&str]| -> Range<usize> { head..lines.len() - tail };
        self.keep(&ours[..head]);
        self.marker('<', options.ours, options);
        self.keep(&ours[inner(ours)]);
        if options.style == ConflictStyle::Diff3 {
            self.marker('|', options.base, options);
            self.take(base);
        }
        self.marker('=', "", options);
        self.take(&theirs[inner(theirs)]);
        self.marker('>', options.theirs, options);
        self.keep(&ours[ours.len() - tail..]);
        self.n_conflicts += 1;
    }
}
