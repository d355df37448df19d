//! Kinds of interaction after the date of an entry: `## 2026-11-23 ca`, `- 2026-11-23 ca`.

use note::TextEdit;

use super::{CompletionKind, Context, Items, filter_text, item, matches, prefix_len};

pub(super) fn complete(cx: &Context<'_>) -> Option<Items> {
    let line = cx.before().trim_start();
    let hashes = prefix_len(line, |c| c == '#');
    let rest = if (1..=6).contains(&hashes) {
        line[hashes..].strip_prefix(' ')?
    } else {
        let digits = prefix_len(line, |c| c.is_ascii_digit());
        let marker = line[digits..].chars().next()?;
        let is_marker = match digits {
            0 => "-*+".contains(marker),
            1..=9 => ".)".contains(marker),
            _ => false,
        };
        let rest = &line[digits + marker.len_utf8()..];
        is_marker.then(|| rest.strip_prefix(' '))??
    };
    let rest = rest.trim_start();
    note::value::parse_day(rest.get(..10)?)?;
    let typed = rest[10..].strip_prefix(' ')?.trim_start();
    let is_word = |c: char| c.is_alphanumeric() || "-_".contains(c);
    if !typed.chars().all(is_word) {
        return None;
    }
    let start = cx.offset - typed.len();
    if !cx.is_prose(start) {
        return None;
    }
    let span = cx.span(start, prefix_len(cx.after(), is_word));
    let kinds = cx.world.vault.config().kinds.iter();
    let items = matches(typed, kinds, |kind| &***kind)
        .into_iter()
        .map(|kind| {
            let mut item = item(
                CompletionKind::Value,
                &**kind,
                TextEdit::replace(span, &**kind),
                filter_text(typed, kind),
            );
            item.detail = Some("interaction".to_owned());
            item
        });
    Some(Items {
        items: items.collect(),
        is_incomplete: false,
    })
}
