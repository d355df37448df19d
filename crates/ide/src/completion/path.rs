//! Paths in `](…)` and in `[label]: …`, with headings after `#`.

use std::fmt::Write as _;

use note::TextEdit;
use vault::{NoteId, path};

use super::{CompletionKind, Context, Items, filter_text, heading, item, prefix_len};
use crate::names;

/// A destination being written.
struct Destination {
    /// Where it begins, after `(` or `<`.
    start: usize,
    /// Whether it stands in `<>`.
    is_angled: bool,
    /// Whether it is that of a definition, which no bracket closes.
    is_definition: bool,
}

pub(super) fn complete(cx: &Context<'_>) -> Option<Items> {
    let destination = find(cx)?;
    let typed = &cx.text[destination.start..cx.offset];
    let is_external = typed.contains(':') || typed.starts_with("//");
    // The text of the link is where a wiki link can be put to the test; a definition begins its line.
    let probe = if destination.is_definition {
        cx.line.start
    } else {
        cx.line.start + cx.before().rfind("](")?
    };
    if is_external || !cx.is_prose(probe) {
        return Some(Items::default());
    }
    match typed.split_once('#') {
        Some((target, anchor)) => headings(cx, &destination, target, anchor),
        None => Some(paths(cx, &destination, typed)),
    }
}

fn find(cx: &Context<'_>) -> Option<Destination> {
    let before = cx.before();
    let inline = before.rfind("](").map(|at| (at + 2, false));
    let definition = || {
        let rest = before.trim_start_matches(' ').strip_prefix('[')?;
        let (_, rest) = rest.split_once("]:")?;
        Some((before.len() - rest.trim_start().len(), true))
    };
    let (start, is_definition) = inline.or_else(definition)?;
    let typed = &before[start..];
    let (start, is_angled) = match typed.strip_prefix('<') {
        Some(_) => (start + 1, true),
        None => (start, false),
    };
    let typed = &before[start..];
    let is_over = if is_angled {
        typed.contains('>')
    } else {
        typed.contains([')', ' ', '\t'])
    };
    (!is_over).then_some(Destination {
        start: cx.line.start + start,
        is_angled,
        is_definition,
    })
}

/// Returns how far the part under the cursor goes on behind it, and what closes the link where it is still open.
fn rest(cx: &Context<'_>, destination: &Destination) -> (usize, &'static str) {
    let after = cx.after();
    let end = if destination.is_angled {
        prefix_len(after, |c| !">#)".contains(c))
    } else {
        prefix_len(after, |c| !" \t)#".contains(c))
    };
    let is_closed =
        after[end..].starts_with([')', '>', '#', ' ', '\t']) || destination.is_definition;
    match (is_closed, destination.is_angled) {
        (true, _) => (end, ""),
        // Without a closing bracket what follows is text, not the rest of a path.
        (false, true) => (0, ">)"),
        (false, false) => (0, ")"),
    }
}

fn paths(cx: &Context<'_>, destination: &Destination, typed: &str) -> Items {
    let (folder, name) = typed
        .rsplit_once('/')
        .map_or(("", typed), |(folder, name)| (folder, name));
    let decoded = name.replace("%20", " ");
    let candidates = names::candidates(cx.world, cx.note, path::without_extension(&decoded), None);
    let root = typed.starts_with('/');
    let below = match (folder, root) {
        ("", false) => String::new(),
        _ => match path::join(&cx.data.path, &format!("{}/", folder.replace("%20", " "))) {
            Some(below) if below.is_empty() => below,
            Some(below) => format!("{below}/"),
            None => return Items::default(),
        },
    };
    let (end, close) = rest(cx, destination);
    let mut seen: Vec<NoteId> = Vec::new();
    let mut items = Items {
        items: Vec::new(),
        is_incomplete: candidates.is_incomplete,
    };
    for candidate in candidates.found {
        if seen.contains(&candidate.id) || !candidate.data.path.starts_with(&below) {
            continue;
        }
        seen.push(candidate.id);
        let target = if root {
            format!("/{}", candidate.data.path)
        } else {
            path::relative(&cx.data.path, &candidate.data.path)
        };
        let target = if typed.starts_with("./") && !target.starts_with("../") {
            format!("./{target}")
        } else {
            target
        };
        let written = if destination.is_angled {
            encode(&target, "<>\\")
        } else {
            encode(&target, " ()<>\\")
        };
        let mut item = item(
            CompletionKind::Path,
            target.clone(),
            TextEdit::replace(cx.span(destination.start, end), format!("{written}{close}")),
            filter_text(typed, &target),
        );
        item.detail = Some(candidate.data.name.to_string());
        item.note = Some(candidate.id);
        items.items.push(item);
        if items.items.len() > super::LIMIT {
            break;
        }
    }
    items
}

/// Returns `path` with what a destination cannot hold percent-encoded (RFC 3986, section 2.1).
pub(crate) fn encode(path: &str, special: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_ascii_control() || "%#?&`*[]".contains(c) || special.contains(c) {
            let _ = write!(encoded, "%{:02X}", c as u32);
        } else {
            encoded.push(c);
        }
    }
    encoded
}

fn headings(
    cx: &Context<'_>,
    destination: &Destination,
    target: &str,
    typed: &str,
) -> Option<Items> {
    let note = if target.is_empty() {
        cx.note
    } else {
        let probe = if destination.is_angled {
            format!("[x](<{target}>)")
        } else {
            format!("[x]({target})")
        };
        let parsed = note::parse(&probe).note;
        cx.world
            .vault
            .resolve(&cx.data.path, parsed.links.first()?)
            .note()?
    };
    let start = cx.offset - typed.len();
    let (end, close) = rest(cx, destination);
    let items = heading::offered(cx, note, typed)
        .into_iter()
        .filter(|heading| !heading.slug.is_empty())
        .map(|heading| {
            let mut item = item(
                CompletionKind::Heading,
                heading.label.clone(),
                TextEdit::replace(cx.span(start, end), format!("{}{close}", heading.slug)),
                filter_text(typed, &heading.label),
            );
            item.detail = Some(heading.detail);
            item
        })
        .collect();
    Some(Items {
        items,
        is_incomplete: false,
    })
}
