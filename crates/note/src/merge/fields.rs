//! The front matter of three versions, cut into its keys and put together again.

use std::collections::HashSet;

use super::{
    MergeOptions, Merged,
    lines::{conflict, merge_lines},
    render, to_line_ends,
    tree::{self, Tree},
};
use crate::{Field, Span, front_matter, key::KEYS};

/// A note, cut where it is merged.
struct Parts<'a> {
    /// The opening line; empty without a front matter.
    opening: &'a str,
    /// The lines between.
    content: &'a str,
    /// The closing line.
    closing: &'a str,
    body: &'a str,
    entries: Vec<Entry<'a>>,
    /// Comments and empty lines after the last key.
    rest: &'a str,
}

/// One key with its value, as lines.
struct Entry<'a> {
    /// The key's own name, whichever spelling was used.
    id: &'a str,
    /// Comments and empty lines above.
    above: &'a str,
    /// The lines of key and value.
    text: &'a str,
    tree: Tree,
}

/// Merges notes by their parts; `None` where one of them has a front matter that cannot be taken apart.
pub(super) fn merge_parts(
    base: &str,
    ours: &str,
    theirs: &str,
    line_end: &str,
    options: &MergeOptions<'_>,
) -> Option<Merged> {
    let [base, ours, theirs] = [split(base)?, split(ours)?, split(theirs)?];
    let (front_matter, n_in_keys) = match (base.is_there(), ours.is_there(), theirs.is_there()) {
        (false, false, false) => return None,
        (_, false, false) => (String::new(), 0),
        (false, true, false) => (ours.front_matter(), 0),
        (false, false, true) => (to_line_ends(&theirs.front_matter(), line_end).into(), 0),
        // Taken away whole by one of them.
        (true, true, false) if is_same(base.content, ours.content) => (String::new(), 0),
        (true, false, true) if is_same(base.content, theirs.content) => (String::new(), 0),
        (true, true, false) | (true, false, true) => return None,
        (_, true, true) => {
            let (content, n_conflicts) = merge_content(&base, &ours, &theirs, line_end, options);
            let front_matter = [ours.opening, &content, ours.closing].concat();
            if n_conflicts == 0 && !is_readable(&front_matter) {
                return None;
            }
            (front_matter, n_conflicts)
        }
    };
    let body = merge_lines(base.body, ours.body, theirs.body, line_end, options);
    let mut text = front_matter;
    if !text.is_empty() && !text.ends_with('\n') && !body.text.is_empty() {
        text.push_str(line_end);
    }
    text.push_str(&body.text);
    Some(Merged {
        text,
        n_conflicts: n_in_keys + body.n_conflicts,
    })
}

impl Parts<'_> {
    fn is_there(&self) -> bool {
        !self.opening.is_empty()
    }

    fn front_matter(&self) -> String {
        [self.opening, self.content, self.closing].concat()
    }

    fn entry(&self, id: &str) -> Option<&Entry<'_>> {
        self.entries.iter().find(|entry| entry.id == id)
    }
}

/// Cuts a note; `None` where its front matter cannot be read, or is not written with one key a line.
fn split(text: &str) -> Option<Parts<'_>> {
    let Some((front_matter, problems)) = front_matter::parse(text) else {
        return Some(Parts {
            opening: "",
            content: "",
            closing: "",
            body: text,
            entries: Vec::new(),
            rest: "",
        });
    };
    if !front_matter.closed || !problems.is_empty() {
        return None;
    }
    let content = front_matter.content;
    let closing_end = line_end_after(text, content.end as usize);
    // A line break that other programs know no more is none to cut at.
    let lone =
        |line: &str| line.trim_end_matches(['\r', '\n']).contains('\r') || line.ends_with('\r');
    if text[..closing_end].split_inclusive('\n').any(lone) {
        return None;
    }
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(front_matter.fields.len());
    let mut ids = HashSet::new();
    let mut at = content.start as usize;
    for field in &front_matter.fields {
        let start = field.key.span.start as usize;
        let end = line_end_after(text, (field.span().end.max(field.key.span.end)) as usize);
        let above = text.get(at..start)?;
        if !is_trivia(above) || !(above.is_empty() || above.ends_with('\n')) {
            return None;
        }
        let id = canonical(
            Span::new(field.key.span.start, field.key.span.end).of(text),
            field,
        );
        if !ids.insert(id) {
            return None;
        }
        entries.push(Entry {
            id,
            above,
            text: text.get(start..end)?,
            tree: Tree::of(&field.value)?,
        });
        at = end;
    }
    let rest = text.get(at..content.end as usize)?;
    is_trivia(rest).then_some(Parts {
        opening: &text[..content.start as usize],
        content: content.of(text),
        closing: &text[content.end as usize..closing_end],
        body: &text[closing_end..],
        entries,
        rest,
    })
}

/// Returns the name of the key that `written` spells, else `written`.
fn canonical<'a>(written: &'a str, field: &Field) -> &'a str {
    let mut names = KEYS
        .iter()
        .filter(|key| key.is_spelled(&field.key.value))
        .map(|key| key.name);
    match names.next() {
        Some(name) if names.all(|other| other == name) => name,
        _ => written,
    }
}

fn line_end_after(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

fn is_trivia(lines: &str) -> bool {
    lines
        .split('\n')
        .map(str::trim)
        .all(|line| line.is_empty() || line.starts_with('#'))
}

fn is_same(one: &str, two: &str) -> bool {
    one == two || to_line_ends(one, "\n") == to_line_ends(two, "\n")
}

fn is_readable(front_matter: &str) -> bool {
    front_matter::parse(front_matter).is_some_and(|(_, problems)| problems.is_empty())
}

/// A key of the result: its lines with those above it.
struct Piece<'a> {
    id: &'a str,
    text: String,
}

/// Merges the lines between the fences; returns them and the number of conflicts.
fn merge_content(
    base: &Parts<'_>,
    ours: &Parts<'_>,
    theirs: &Parts<'_>,
    line_end: &str,
    options: &MergeOptions<'_>,
) -> (String, usize) {
    if is_same(base.content, theirs.content) || is_same(ours.content, theirs.content) {
        return (ours.content.to_owned(), 0);
    }
    if is_same(base.content, ours.content) {
        return (to_line_ends(theirs.content, line_end).into(), 0);
    }
    let mut n_conflicts = 0;
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for our in &ours.entries {
        let (old, their) = (base.entry(our.id), theirs.entry(our.id));
        let text = match (old, their) {
            (None, None) => [our.above, our.text].concat(),
            (Some(old), None) if old.tree.is_same(&our.tree) => {
                // Its own comments go with it, but not what ours has to say meanwhile.
                new_lines(our.above, &[old.above])
            }
            (Some(old), None) => {
                n_conflicts += 1;
                let marked = conflict(old.text, our.text, "", line_end, options);
                [our.above, &marked].concat()
            }
            (_, Some(their)) => {
                let above = merge_above(
                    old.map_or("", |old| old.above),
                    our.above,
                    their.above,
                    line_end,
                    options,
                );
                match merge_entry(old, our, their, line_end) {
                    Some(text) => above + &text,
                    None => {
                        n_conflicts += 1;
                        let old = old.map_or("", |old| old.text);
                        above + &conflict(old, our.text, their.text, line_end, options)
                    }
                }
            }
        };
        pieces.push(Piece { id: our.id, text });
    }
    // What only theirs has comes after what it stands behind there.
    let mut after = 0;
    for their in &theirs.entries {
        if let Some(at) = pieces.iter().position(|piece| piece.id == their.id) {
            after = at + 1;
            continue;
        }
        let text = match base.entry(their.id) {
            None => to_line_ends(&[their.above, their.text].concat(), line_end).into_owned(),
            Some(old) if old.tree.is_same(&their.tree) => {
                to_line_ends(&new_lines(their.above, &[old.above]), line_end).into_owned()
            }
            Some(old) => {
                n_conflicts += 1;
                to_line_ends(their.above, line_end).into_owned()
                    + &to_line_ends(
                        &conflict(old.text, "", their.text, line_end, options),
                        line_end,
                    )
            }
        };
        // What ours added at the same place comes first.
        let is_addition =
            |piece: &Piece<'_>| base.entry(piece.id).is_none() && theirs.entry(piece.id).is_none();
        let n_added = pieces[after..]
            .iter()
            .take_while(|piece| is_addition(piece))
            .count();
        after += n_added;
        pieces.insert(after, Piece { id: their.id, text });
        after += 1;
    }
    let mut content: String = pieces.into_iter().map(|piece| piece.text).collect();
    content.push_str(&merge_above(
        base.rest,
        ours.rest,
        theirs.rest,
        line_end,
        options,
    ));
    (content, n_conflicts)
}

/// Merges comments and empty lines: they never conflict, as both can stand.
fn merge_above(
    base: &str,
    ours: &str,
    theirs: &str,
    line_end: &str,
    options: &MergeOptions<'_>,
) -> String {
    let merged = merge_lines(base, ours, theirs, line_end, options);
    if merged.n_conflicts == 0 {
        return merged.text;
    }
    ours.to_owned() + &to_line_ends(&new_lines(theirs, &[base, ours]), line_end)
}

/// Returns the comments of `lines` that stand in none of `known`.
fn new_lines(lines: &str, known: &[&str]) -> String {
    let known: HashSet<&str> = known
        .iter()
        .flat_map(|text| text.lines())
        .map(str::trim)
        .collect();
    let is_new = |line: &&str| !line.trim().is_empty() && !known.contains(line.trim());
    lines.split_inclusive('\n').filter(is_new).collect()
}

/// Returns the lines of one key that say what both made of it; `None` where they contradict each other.
fn merge_entry(
    old: Option<&Entry<'_>>,
    our: &Entry<'_>,
    their: &Entry<'_>,
    line_end: &str,
) -> Option<String> {
    if old.is_some_and(|old| is_same(old.text, their.text)) || is_same(our.text, their.text) {
        return Some(our.text.to_owned());
    }
    let theirs = to_line_ends(their.text, line_end).into_owned();
    if old.is_some_and(|old| is_same(old.text, our.text)) {
        return Some(theirs);
    }
    let is_list = KEYS.iter().any(|key| key.name == our.id && key.is_list());
    let tree = tree::merge(
        old.map(|old| &old.tree),
        Some(&our.tree),
        Some(&their.tree),
        is_list,
    )
    .ok()??;
    let old_text = old.map_or("", |old| old.text);
    // Where the lines alone tell, everything on them stays, in the words of who wrote it.
    let by_line = merge_lines(
        old_text,
        our.text,
        &theirs,
        line_end,
        &MergeOptions::default(),
    );
    if by_line.n_conflicts == 0 && says(&by_line.text, &tree) {
        return Some(by_line.text);
    }
    let keep_comments = |text: String| -> Option<String> {
        let (before, now) = (render::comments(old_text), render::comments(&text));
        let (ours, theirs) = (render::comments(our.text), render::comments(&theirs));
        let is_kept = |comment: &&String, other: &[String]| {
            !now.contains(comment) && (other.contains(comment) || !before.contains(comment))
        };
        let mut missing: Vec<&String> = ours
            .iter()
            .filter(|comment| is_kept(comment, &theirs))
            .collect();
        missing.extend(
            theirs
                .iter()
                .filter(|comment| is_kept(comment, &ours) && !ours.contains(comment)),
        );
        let mut above = String::new();
        for comment in missing {
            above.extend([comment, line_end]);
        }
        let text = above + &text;
        says(&text, &tree).then_some(text)
    };
    let rendered = || render::with_tree(our.text, &theirs, &tree, line_end);
    let rewritten = || render::rewritten(our.text, our.id, &tree);
    [
        Some(our.text.to_owned()).filter(|text| says(text, &tree)),
        rendered(),
        rewritten(),
    ]
    .into_iter()
    .flatten()
    .filter(|text| text.ends_with('\n'))
    .find_map(keep_comments)
}

/// Returns whether these lines are one key with this value.
fn says(entry: &str, tree: &Tree) -> bool {
    let parsed = render::parse(entry);
    let said = parsed
        .as_ref()
        .and_then(|(_, field)| Tree::of(&field.value));
    said.is_some_and(|said| said.is_same(tree))
}
