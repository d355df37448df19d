//! The walk over a body: events of the CommonMark parser in, everything a note holds out.
//!
//! One pass. Text is read in *runs*: what the parser cuts into several events is put together again as long as it
//! stands together in the source, so that `#a_b` is one tag. A *leaf* is the paragraph, heading, cell or tight list
//! item that inline content stands in. `%%` comments and math are found in the runs, remembered as hidden ranges, and
//! what begins inside one is dropped at the end.

use std::ops::Range;

use jiff::civil::Date;
use pulldown_cmark::{Event, LinkType, OffsetIter, Options, Parser, Tag as Element, TagEnd};

use super::promises::{self, DUE};
use super::{
    Block, Entry, EntryForm, Found, Heading, Link, LinkForm, Place, Promise, Tag, entries, ignores,
    links, tags,
};
use crate::work::count;
use crate::{LineIndex, Span, Spanned};

/// The extensions that Obsidian reads too. Metadata blocks are ours, and so is math: the parser's own would take
/// `$5 and (CA$6)` for a formula and swallow the links inside.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_WIKILINKS);

/// Reads the body of `text`, which begins at `start`, into `found`.
pub(crate) fn read(text: &str, start: usize, lines: &LineIndex, found: &mut Found) {
    let start = skip_mark(text, start);
    let body = &text[start..];
    let mut events = Parser::new_ext(body, OPTIONS).into_offset_iter();
    let mut reader = Reader::new(text, start, lines, found);
    reader.definitions(&events);
    while let Some((event, range)) = events.next() {
        count(1);
        let range = start + range.start..start + range.end;
        if let Event::Start(Element::Link { link_type, .. } | Element::Image { link_type, .. }) =
            &event
        {
            reader.open_link(*link_type, &event, range, &events);
        } else {
            reader.event(&event, range);
        }
    }
    reader.finish();
}

/// Returns where a body that begins at `start` has its first character: a byte order mark is no text, and a heading may
/// follow it.
pub(super) fn skip_mark(text: &str, start: usize) -> usize {
    if start == 0 && text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        start
    }
}

/// Inline content that stands together: a paragraph, heading, cell or the text of a tight list item.
struct Leaf {
    /// Where its first inline event begins.
    start: usize,
    /// Where its last inline event so far ends.
    end: usize,
    kind: LeafKind,
    /// Whether no run of it has been read yet.
    is_fresh: bool,
    /// The mark of a task and whether it is done.
    task: Option<(Range<usize>, bool)>,
    due: Option<Spanned<Option<Date>>>,
    entry: Option<entries::Beginning>,
    /// The plain text before the summary, in bytes of the buffer.
    summary_start: usize,
    /// The length of the buffer at the first line break.
    first_line: Option<usize>,
    /// Where inline math might have begun.
    math: Option<usize>,
    /// Where display math within this leaf might have begun.
    display: Option<usize>,
}

#[derive(Clone, PartialEq)]
enum LeafKind {
    /// A heading of this level and range.
    Heading(u8, Range<usize>),
    /// The first paragraph of the list item with this range.
    Item(Range<usize>),
    Cell,
    Other,
}

/// A link whose end has not come yet.
struct OpenLink {
    /// What is known of it; a wiki link is known whole, and `None` is one that names nothing.
    link: Option<Link>,
    /// Where its last inner event so far ends.
    inner_end: usize,
    /// The destination as decoded by the parser, for an inline link.
    destination: Option<Box<str>>,
}

/// A `%%` that is not closed yet.
struct Comment {
    start: usize,
    /// The length of the buffer before it.
    text_len: usize,
    /// Whether it is the first on its line. It may then be closed anywhere later; else only in its paragraph, so that
    /// a stray `%%` hides nothing.
    is_block: bool,
}

/// A `[label]: destination`.
struct Definition {
    /// The range the parser gives it, in the body.
    start: usize,
    link: Link,
}

struct Reader<'a> {
    text: &'a str,
    base: usize,
    lines: &'a LineIndex,
    found: &'a mut Found,
    /// Which marks the body holds at all, so that the others are never looked for.
    has: Marks,
    definitions: Vec<Definition>,
    leaf: Option<Leaf>,
    /// The kind of the next leaf, set by the block that holds it.
    next_leaf: LeafKind,
    /// The plain text of the leaf, where it is wanted.
    buffer: String,
    run: Range<usize>,
    /// Whether the events are those of a code block.
    is_code: bool,
    open_links: Vec<OpenLink>,
    comment: Option<Comment>,
    /// Where a `$$` alone on its line that is not closed yet stands.
    math_block: Option<usize>,
    hidden: Vec<Range<usize>>,
    /// How many block quotes, items and footnotes are open.
    depth: usize,
    /// Headings that are entries and whose section goes on: level, depth, index in `found.entries`.
    sections: Vec<(u8, usize, usize)>,
    /// The last white space that [`Reader::trim_end`] cut off.
    trimmed: Range<usize>,
}

/// Marks that a body may hold.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one mark occurs"
)]
struct Marks {
    tags: bool,
    comments: bool,
    math: bool,
    blocks: bool,
    due: bool,
}

impl Marks {
    /// Looks for marks wherever they stand; most bodies hold few of them.
    fn of(body: &[u8]) -> Self {
        // The `#` of a heading is followed by others or by a space, and begins no tag.
        let begins_tag = |at: usize| {
            !matches!(
                body.get(at + 1),
                None | Some(b'#' | b' ' | b'\t' | b'\r' | b'\n')
            )
        };
        let begins_comment = |at: usize| body.get(at + 1) == Some(&b'%');
        Self {
            tags: memchr::memchr_iter(b'#', body).any(begins_tag),
            comments: memchr::memchr_iter(b'%', body).any(begins_comment),
            math: memchr::memchr(b'$', body).is_some(),
            blocks: memchr::memchr(b'^', body).is_some(),
            due: memchr::memmem::find(body, DUE.as_bytes()).is_some(),
        }
    }
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: usize, lines: &'a LineIndex, found: &'a mut Found) -> Self {
        let body = &text[base..];
        count(body.len());
        Self {
            text,
            base,
            lines,
            found,
            has: Marks::of(body.as_bytes()),
            definitions: Vec::new(),
            leaf: None,
            next_leaf: LeafKind::Other,
            buffer: String::new(),
            run: 0..0,
            is_code: false,
            open_links: Vec::new(),
            comment: None,
            math_block: None,
            hidden: Vec::new(),
            depth: 0,
            sections: Vec::new(),
            trimmed: 0..0,
        }
    }

    /// Reads the definitions of reference links, which the parser has found before its first event.
    fn definitions(&mut self, events: &OffsetIter<'_>) {
        for (_, definition) in events.reference_definitions().iter() {
            let range = self.base + definition.span.start..self.base + definition.span.end;
            let Some(label_end) = label_end(self.text, range.clone()) else {
                continue;
            };
            let raw = links::destination(self.text, label_end + 2, range.end, &definition.dest);
            let (target, anchor) = links::markdown_target(self.text, raw, &definition.dest);
            let source = self.text[range.clone()].trim_end_matches([' ', '\t', '\n', '\r']);
            let end = range.start + source.len();
            count(range.len());
            self.definitions.push(Definition {
                start: definition.span.start,
                link: Link {
                    span: Span::from(range.start..end),
                    form: LinkForm::Definition,
                    place: Place::Body,
                    target,
                    anchor,
                    label: Some(Span::from(range.start + 1..label_end)),
                },
            });
        }
        // The parser keeps them in a hash map.
        self.definitions.sort_by_key(|definition| definition.start);
    }

    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(_) if self.is_code => {}
            Event::Text(text) => {
                self.inline(&range);
                let is_source = text.len() == range.len()
                    && (!text.starts_with('&') && !self.text[range.clone()].starts_with('&')
                        || **text == self.text[range.clone()]);
                if !is_source {
                    self.end_run(false);
                    self.push_text(text);
                } else if self.run.end == range.start && !self.run.is_empty() {
                    self.run.end = range.end;
                } else {
                    self.end_run(false);
                    self.run = range;
                }
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.inline(&range);
                self.end_run(false);
                self.push_text(text);
            }
            Event::InlineHtml(_) => {
                self.inline(&range);
                self.end_run(false);
                ignores::read(self.text, range, &mut self.found.ignores);
            }
            Event::FootnoteReference(_) => {
                self.inline(&range);
                self.end_run(false);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.inline(&range);
                self.end_run(true);
                self.push_text(" ");
                let len = self.buffer.len();
                if let Some(leaf) = &mut self.leaf {
                    leaf.first_line.get_or_insert(len);
                }
            }
            // A setext heading in an item is no task, and its box stands before its range.
            Event::TaskListMarker(_) if matches!(self.next_leaf, LeafKind::Heading(..)) => {}
            Event::TaskListMarker(done) => {
                self.inline(&range);
                if let Some(leaf) = &mut self.leaf {
                    leaf.task = Some((range, *done));
                }
            }
            Event::Start(element) => self.start(element, range),
            Event::End(element) => self.end(*element, &range),
            Event::Html(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, element: &Element<'_>, range: Range<usize>) {
        if is_inline(element) {
            self.inline(&range);
            self.end_run(false);
            return;
        }
        self.end_leaf();
        match element {
            Element::Paragraph => return,
            Element::Heading { level, .. } => {
                let level = *level as u8;
                self.end_sections(level, range.start);
                self.next_leaf = LeafKind::Heading(level, range);
                return;
            }
            Element::Item => {
                self.depth += 1;
                self.next_leaf = LeafKind::Item(range);
                return;
            }
            Element::TableCell => {
                self.next_leaf = LeafKind::Cell;
                return;
            }
            Element::BlockQuote(_) | Element::FootnoteDefinition(_) => self.depth += 1,
            Element::CodeBlock(_) => self.is_code = true,
            Element::HtmlBlock => ignores::read(self.text, range, &mut self.found.ignores),
            _ => {}
        }
        self.next_leaf = LeafKind::Other;
    }

    fn end(&mut self, element: TagEnd, range: &Range<usize>) {
        match element {
            TagEnd::Link | TagEnd::Image => {
                self.end_run(false);
                self.end_link(range);
                self.inline(range);
            }
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => {
                self.inline(range);
                self.end_run(false);
            }
            TagEnd::Heading(_) => {
                if self.leaf.is_none() {
                    self.inline(&(range.end..range.end));
                }
                self.end_leaf();
            }
            TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.end_leaf();
                self.depth = self.depth.saturating_sub(1);
                self.end_sections_below(range.end);
                self.next_leaf = LeafKind::Other;
            }
            TagEnd::CodeBlock => self.is_code = false,
            _ => {
                self.end_leaf();
                self.next_leaf = LeafKind::Other;
            }
        }
    }

    /// Begins a leaf with the inline event in `range`, or makes it longer.
    fn inline(&mut self, range: &Range<usize>) {
        if let Some(open) = self.open_links.last_mut() {
            open.inner_end = open.inner_end.max(range.end);
        }
        if let Some(leaf) = &mut self.leaf {
            leaf.end = leaf.end.max(range.end);
            return;
        }
        self.buffer.clear();
        let kind = std::mem::replace(&mut self.next_leaf, LeafKind::Other);
        self.leaf = Some(Leaf {
            start: range.start,
            end: range.end,
            kind,
            is_fresh: true,
            task: None,
            due: None,
            entry: None,
            summary_start: 0,
            first_line: None,
            math: None,
            display: None,
        });
    }

    fn push_text(&mut self, text: &str) {
        if let Some(leaf) = &mut self.leaf {
            leaf.is_fresh = false;
            if matches!(leaf.kind, LeafKind::Heading(..) | LeafKind::Item(_)) {
                self.buffer.push_str(text);
            }
        }
    }

    /// Reads the run that has come to its end; `at_line_end` is whether a line of the text ends with it.
    fn end_run(&mut self, at_line_end: bool) {
        let run = std::mem::replace(&mut self.run, 0..0);
        if run.is_empty() {
            return;
        }
        let Some(mut leaf) = self.leaf.take() else {
            return;
        };
        count(run.len());
        if !self.open_links.is_empty() {
            self.leaf = Some(leaf);
            self.push_text(&self.text[run]);
            return;
        }
        let mut start = run.start;
        if std::mem::take(&mut leaf.is_fresh) {
            if leaf.task.is_none()
                && matches!(leaf.kind, LeafKind::Item(_))
                && run.start == leaf.start
            {
                leaf.task = promises::mark(self.text, run.start, run.end).map(|mark| (mark, false));
            }
            if let Some((mark, _)) = &leaf.task {
                start = start.max(mark.end);
            } else if run.start == leaf.start
                && matches!(leaf.kind, LeafKind::Heading(..) | LeafKind::Item(_))
                && let Some(beginning) = entries::beginning(self.text, run.start, run.end)
            {
                leaf.summary_start = beginning.rest - run.start;
                leaf.entry = Some(beginning);
            }
        }
        self.read_run(&mut leaf, start.min(run.end)..run.end);
        if at_line_end && self.has.blocks && leaf.kind != LeafKind::Cell {
            self.read_block_id(&leaf, &run);
        }
        self.leaf = Some(leaf);
    }

    /// Reads tags, `due:`, and the marks of comments and math in `run`, and keeps its text where it is wanted.
    fn read_run(&mut self, leaf: &mut Leaf, run: Range<usize>) {
        let bytes = self.text.as_bytes();
        let is_text_wanted = matches!(leaf.kind, LeafKind::Heading(..) | LeafKind::Item(_));
        let has_due = self.has.due && leaf.task.is_some();
        if !(self.has.tags || self.has.comments || self.has.math || has_due) {
            if is_text_wanted {
                self.buffer.push_str(&self.text[run]);
            }
            return;
        }
        // What a backslash stands before is no mark; the parser begins a new run after it.
        let is_escaped = run.start > leaf.start && bytes[run.start - 1] == b'\\';
        let mut copied = run.start;
        let mut at = run.start + usize::from(is_escaped);
        while at < run.end {
            match bytes[at] {
                b'#' if self.has.tags => {
                    let before = self.before(leaf, at);
                    if let Some(end) = tags::end(self.text, at, run.end, before) {
                        let name = at + 1..end;
                        self.found.tags.push(Tag {
                            name: Spanned::new(self.text[name.clone()].into(), name.into()),
                            place: Place::Body,
                        });
                        at = end;
                        continue;
                    }
                }
                b'%' if self.has.comments && at + 1 < run.end && bytes[at + 1] == b'%' => {
                    match self.comment.take() {
                        None => {
                            if is_text_wanted {
                                self.buffer.push_str(&self.text[copied..at]);
                            }
                            copied = at;
                            self.comment = Some(Comment {
                                start: at,
                                text_len: self.buffer.len(),
                                is_block: self.is_first_on_line(leaf, at),
                            });
                        }
                        Some(Comment {
                            start, text_len, ..
                        }) => {
                            // The text since the opening mark, if that stands in this leaf.
                            let len = if start >= leaf.start { text_len } else { 0 };
                            self.buffer.truncate(len);
                            copied = at + 2;
                            self.hidden.push(start..at + 2);
                            leaf.math = leaf.math.filter(|&math| math < start);
                        }
                    }
                    at += 2;
                    continue;
                }
                b'$' if self.has.math => {
                    at = self.read_dollars(leaf, at, run.end);
                    continue;
                }
                b'd' if self.has.due
                    && leaf.task.is_some()
                    && leaf.due.is_none()
                    && self.text[at..run.end].starts_with(DUE) =>
                {
                    let before = self.before(leaf, at);
                    if let Some(due) = promises::due(self.text, at, run.end, before) {
                        self.buffer.push_str(&self.text[copied..at]);
                        at = due.range.end;
                        copied = at + self.close_up(&self.text[at..run.end]);
                        leaf.due = Some(due.date);
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        if is_text_wanted {
            self.buffer.push_str(&self.text[copied..run.end]);
        }
    }

    /// Reads the `$` at `at` and those that follow it, and returns where they end.
    ///
    /// As in Pandoc's `tex_math_dollars`, what `$` opens begins with no white space, and what closes it follows none
    /// and is followed by no digit: `$5 and $6` are prices. A `$$` alone on its line opens math that may hold blank
    /// lines.
    fn read_dollars(&mut self, leaf: &mut Leaf, at: usize, end: usize) -> usize {
        let bytes = self.text.as_bytes();
        let len = bytes[at..end]
            .iter()
            .take_while(|&&byte| byte == b'$')
            .count();
        count(len);
        let after = at + len;
        match len {
            1 if self.math_block.is_none() && leaf.display.is_none() => {
                let can_close = at > leaf.start
                    && !bytes[at - 1].is_ascii_whitespace()
                    && !bytes.get(after).is_some_and(u8::is_ascii_digit);
                let can_open = bytes
                    .get(after)
                    .is_some_and(|byte| !byte.is_ascii_whitespace());
                match leaf.math {
                    Some(start) if can_close => {
                        self.hidden.push(start..after);
                        leaf.math = None;
                    }
                    _ if can_open => leaf.math = Some(at),
                    _ => leaf.math = None,
                }
            }
            2 => {
                if let Some(start) = self.math_block.take().or(leaf.display.take()) {
                    self.hidden.push(start..after);
                } else if self.is_alone_on_line(leaf, at, after) {
                    self.math_block = Some(at);
                } else {
                    leaf.display = Some(at);
                }
            }
            _ => {}
        }
        after
    }

    /// Makes the text around a `due:…` that is left out read well, and returns how much of `after` to leave out too:
    /// the brackets around it, or the space before a full stop.
    fn close_up(&mut self, after: &str) -> usize {
        if after.starts_with(')') && self.buffer.ends_with('(') {
            self.buffer.pop();
            return 1;
        }
        if after.starts_with(['.', ',', ';', '!', '?']) {
            self.buffer.truncate(self.buffer.trim_end().len());
        }
        0
    }

    fn is_first_on_line(&self, leaf: &Leaf, at: usize) -> bool {
        let before = &self.text[leaf.start..at];
        let rest = before.trim_end_matches([' ', '\t', '>']);
        count(before.len() - rest.len());
        rest.is_empty() || rest.ends_with(['\n', '\r'])
    }

    fn is_alone_on_line(&self, leaf: &Leaf, start: usize, end: usize) -> bool {
        let after = &self.text[end..];
        let rest = after.trim_start_matches([' ', '\t']);
        count(after.len() - rest.len());
        (rest.is_empty() || rest.starts_with(['\n', '\r'])) && self.is_first_on_line(leaf, start)
    }

    /// Returns the character before `at` within the leaf.
    fn before(&self, leaf: &Leaf, at: usize) -> Option<char> {
        self.text[leaf.start..at].chars().next_back()
    }

    /// Reads a `^id` at the end of `run`, the last of its line.
    fn read_block_id(&mut self, leaf: &Leaf, run: &Range<usize>) {
        let source = self.text[run.clone()].trim_end();
        let rest = source.trim_end_matches(links::is_block_id_char);
        count(source.len() - rest.len());
        let id = run.start + rest.len()..run.start + source.len();
        let Some(rest) = rest.strip_suffix('^').filter(|_| !id.is_empty()) else {
            return;
        };
        let caret = run.start + rest.len();
        let is_escaped = caret > 0 && self.text.as_bytes()[caret - 1] == b'\\';
        if !is_escaped && self.before(leaf, caret).is_none_or(char::is_whitespace) {
            self.found.blocks.push(Block {
                id: Spanned::new(self.text[id.clone()].into(), id.into()),
            });
        }
    }

    fn open_link(
        &mut self,
        link_type: LinkType,
        event: &Event<'_>,
        range: Range<usize>,
        events: &OffsetIter<'_>,
    ) {
        let (destination, id, is_image) = match event {
            Event::Start(Element::Link { dest_url, id, .. }) => (dest_url, id, false),
            Event::Start(Element::Image { dest_url, id, .. }) => (dest_url, id, true),
            _ => return,
        };
        self.inline(&(range.start..range.start));
        self.end_run(false);
        if let Some(leaf) = &mut self.leaf {
            leaf.is_fresh = false;
        }
        // The parser leaves the `[]` of a collapsed reference out.
        let is_cut = link_type == LinkType::Collapsed && self.text[range.end..].starts_with("[]");
        let range = range.start..range.end + if is_cut { 2 } else { 0 };
        let link = |form, target, anchor| Link {
            span: range.clone().into(),
            form,
            place: Place::Body,
            target,
            anchor,
            label: None,
        };
        let nothing = || Spanned::new("".into(), Span::at(range.start as u32));
        let inner_end = range.start + 1 + usize::from(is_image);
        let mut open = OpenLink {
            link: None,
            inner_end,
            destination: None,
        };
        match link_type {
            LinkType::WikiLink { .. } => {
                let line = self.lines.line_of(range.start as u32);
                if line == self.lines.line_of(range.end as u32) {
                    open.link = links::wiki(self.text, range.clone(), Place::Body, |s| s.into());
                }
            }
            LinkType::Inline => {
                let form = if is_image {
                    LinkForm::InlineImage
                } else {
                    LinkForm::Inline
                };
                open.link = Some(link(form, nothing(), None));
                open.destination = Some(destination.as_ref().into());
            }
            LinkType::Autolink | LinkType::Email => {
                let inside = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
                let value = match link_type {
                    LinkType::Email => format!("mailto:{}", &self.text[inside.clone()]),
                    _ => self.text[inside.clone()].to_owned(),
                };
                let target = Spanned::new(value.into(), inside.into());
                open.link = Some(link(LinkForm::Inline, target, None));
            }
            _ => {
                let definition = events
                    .reference_definitions()
                    .get(id)
                    .and_then(|found| {
                        self.definitions
                            .binary_search_by_key(&found.span.start, |definition| definition.start)
                            .ok()
                    })
                    .map(|index| &self.definitions[index].link);
                open.link = definition.map(|definition| {
                    count(definition.target.value.len());
                    link(
                        LinkForm::Reference,
                        definition.target.clone(),
                        definition.anchor.clone(),
                    )
                });
            }
        }
        self.open_links.push(open);
    }

    fn end_link(&mut self, range: &Range<usize>) {
        let Some(open) = self.open_links.pop() else {
            return;
        };
        let Some(mut link) = open.link else { return };
        let has_label = open.destination.is_some() || link.form == LinkForm::Reference;
        if has_label && open.inner_end <= range.end {
            let label_start =
                range.start + 1 + usize::from(self.text[range.clone()].starts_with('!'));
            let rest = &self.text[open.inner_end..range.end];
            let Some(label_len) = rest.find(']') else {
                return;
            };
            count(label_len);
            let label_end = open.inner_end + label_len;
            link.label = Some(Span::from(label_start..label_end));
            if let Some(decoded) = open.destination {
                // After `](`, and without the closing `)`.
                let from = (label_end + 2).min(range.end);
                let end = range.end.saturating_sub(1).max(from);
                let raw = links::destination(self.text, from, end, &decoded);
                (link.target, link.anchor) = links::markdown_target(self.text, raw, &decoded);
            }
        }
        self.found.links.push(link);
    }

    fn end_leaf(&mut self) {
        self.end_run(true);
        let Some(leaf) = self.leaf.take() else { return };
        // What opens within a line closes in its paragraph; see [`Comment`].
        self.comment = self.comment.take_if(|comment| comment.is_block);
        let line = leaf
            .first_line
            .unwrap_or(self.buffer.len())
            .min(self.buffer.len());
        let summary = self.buffer.get(leaf.summary_start..line).unwrap_or("");
        let summary = summary.trim_start_matches([' ', '\t', ':', '.', ',', ';', '–', '—']);
        let entry = leaf.entry.map(|entry| (entry, join(summary)));
        let (form, extent) = match leaf.kind {
            LeafKind::Heading(level, range) => {
                let range = range.start..range.start + self.text[range].trim_end().len();
                let text = links::trim(
                    self.text,
                    leaf.start.min(range.end)..leaf.end.min(range.end),
                );
                self.found.headings.push(Heading {
                    level,
                    span: range.clone().into(),
                    text: Spanned::new(join(&self.buffer), text.into()),
                });
                if entry.is_some() {
                    let index = self.found.entries.len();
                    self.sections.push((level, self.depth, index));
                }
                (EntryForm::Heading, range)
            }
            LeafKind::Item(range) => {
                let range = range.start..self.trim_end(range.end);
                if let (Some((mark, done)), Some(due)) = (&leaf.task, leaf.due) {
                    self.found.promises.push(Promise {
                        span: links::trim(self.text, mark.start..leaf.end).into(),
                        mark: mark.clone().into(),
                        done: *done,
                        text: join(&self.buffer),
                        due,
                    });
                }
                (EntryForm::ListItem, range)
            }
            LeafKind::Cell | LeafKind::Other => return,
        };
        if let Some((entry, summary)) = entry {
            let start = entry.date.span.start as usize;
            let rest = &self.text[start..];
            let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
            count(line);
            let line = start..start + rest[..line].trim_end().len();
            self.found.entries.push(Entry {
                form,
                date: entry.date,
                kind: entry.kind,
                summary,
                span: line.clone().into(),
                extent: (extent.start..extent.end.max(line.end)).into(),
            });
        }
    }

    /// Ends the sections of headings of `level` and deeper at `end`.
    fn end_sections(&mut self, level: u8, end: usize) {
        while let Some(&(open, _, index)) = self.sections.last()
            && open >= level
        {
            self.sections.pop();
            self.end_section(index, end);
        }
    }

    /// Ends the sections that stand in a container that has ended.
    fn end_sections_below(&mut self, end: usize) {
        while let Some(&(_, depth, index)) = self.sections.last()
            && depth > self.depth
        {
            self.sections.pop();
            self.end_section(index, end);
        }
    }

    fn end_section(&mut self, index: usize, end: usize) {
        let end = self.trim_end(end) as u32;
        let extent = &mut self.found.entries[index].extent;
        *extent = Span::new(extent.start, end.max(extent.end));
    }

    /// Returns `end` moved back over white space. What was cut off last is remembered: many items may end in the same
    /// blank lines.
    fn trim_end(&mut self, end: usize) -> usize {
        if self.trimmed.start <= end && end <= self.trimmed.end {
            return self.trimmed.start;
        }
        let start = self.text[..end].trim_end().len();
        count(end - start);
        self.trimmed = start..end;
        start
    }

    fn finish(mut self) {
        self.end_leaf();
        self.depth = 0;
        self.end_sections(0, self.text.len());
        let definitions = std::mem::take(&mut self.definitions);
        let found = self.found;
        found
            .links
            .extend(definitions.into_iter().map(|definition| definition.link));
        if self.hidden.is_empty() {
            return;
        }
        self.hidden.sort_by_key(|range| range.start);
        self.hidden.dedup_by(|next, last| {
            let overlaps = next.start <= last.end;
            if overlaps {
                last.end = last.end.max(next.end);
            }
            overlaps
        });
        let hidden = self.hidden;
        let is_shown = |span: Span| {
            count(1);
            let after = hidden.partition_point(|range| range.start <= span.start as usize);
            after == 0 || hidden[after - 1].end <= span.start as usize
        };
        let base = self.base as u32;
        found.headings.retain(|heading| is_shown(heading.text.span));
        found
            .links
            .retain(|link| link.span.start < base || is_shown(link.span));
        found
            .tags
            .retain(|tag| tag.name.span.start < base || is_shown(tag.name.span));
        found.blocks.retain(|block| is_shown(block.id.span));
        found.promises.retain(|promise| is_shown(promise.due.span));
        found.entries.retain(|entry| is_shown(entry.date.span));
    }
}

/// Returns whether `element` stands within a leaf.
fn is_inline(element: &Element<'_>) -> bool {
    matches!(
        element,
        Element::Emphasis
            | Element::Strong
            | Element::Strikethrough
            | Element::Superscript
            | Element::Subscript
            | Element::Link { .. }
            | Element::Image { .. }
    )
}

/// Returns where the label of the definition in `range` ends: the offset of its `]`, which a `:` follows.
fn label_end(text: &str, range: Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = range.start + 1;
    while at + 1 < range.end {
        match bytes[at] {
            b'\\' => at += 1,
            b']' if bytes[at + 1] == b':' => {
                count(at - range.start);
                return Some(at);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns `text` with each stretch of white space as one space and none at either end.
fn join(text: &str) -> Box<str> {
    let text = text.trim();
    let is_joined = !text
        .as_bytes()
        .windows(2)
        .any(|pair| pair[0].is_ascii_whitespace() && pair[1].is_ascii_whitespace())
        && !text.contains(['\n', '\r', '\t']);
    if is_joined {
        return text.into();
    }
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined.into()
}
