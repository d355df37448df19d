//! Markdown from elsewhere, shown as the text it is.

use pulldown_cmark::{Event, Parser};

/// Returns Markdown whose HTML is shown as the text it is; what stands in code is shown so anyway.
pub fn without_html(mut text: String) -> String {
    // What stood in HTML may read as more of it once its begin is text, at most once for each `<`.
    loop {
        let html = Parser::new(&text)
            .into_offset_iter()
            .filter_map(|(event, range)| {
                matches!(event, Event::Html(_) | Event::InlineHtml(_)).then_some(range)
            });
        let found = html.flat_map(|range| {
            text[range.clone()]
                .match_indices('<')
                .map(move |(at, _)| range.start + at)
        });
        let found: Vec<usize> = found.collect();
        if found.is_empty() {
            return text;
        }
        for at in found.into_iter().rev() {
            text.replace_range(at..=at, "&lt;");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_is_text_and_code_stays() {
        for (text, expected) in [
            ("a <b>x</b> `<i>`", "a &lt;b>x&lt;/b> `<i>`"),
            (
                "<script>\nalert(1 < 2)\n</script>\n\nend",
                "&lt;script>\nalert(1 &lt; 2)\n&lt;/script>\n\nend",
            ),
            ("```\n<script>\n```", "```\n<script>\n```"),
            (
                "1 < 2 and <https://example.org>",
                "1 < 2 and <https://example.org>",
            ),
            ("<!-- <b> -->", "&lt;!-- &lt;b> -->"),
        ] {
            assert_eq!(without_html(text.to_owned()), expected);
        }
    }

    proptest! {
        #[test]
        fn no_html_is_left(text in "([<>/a-c!`\n -]|<b>|</b>|<!--|-->|<pre|<div|```|\\[|\\]\\(){0,60}") {
            let text = without_html(text);
            let is_html = |event: &Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_));
            prop_assert!(!Parser::new(&text).any(|event| is_html(&event)));
        }
    }
}
