//! The file that git hands to the hooks of a commit message: a person's text, and below it what git will cut off.

/// How comment lines of the message begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comment {
    /// With this, `core.commentChar`.
    Mark(String),
    /// With what git found no line to begin with, `auto`.
    Auto,
}

/// Returns the offset at which the person's text ends and comments, or the line that cuts, begin.
pub(super) fn end_of_text(message: &str, comment: &Comment) -> usize {
    let Some(mark) = mark_of(message, comment) else {
        return message.len();
    };
    let scissors = format!("{mark} ------------------------ >8 ------------------------");
    let mut offset = 0;
    let mut end = message.len();
    for line in message.split_inclusive('\n') {
        if line.trim_end() == scissors {
            end = offset;
            break;
        }
        offset += line.len();
    }
    // Comments stand at the end, blank lines among them.
    let mut text = &message[..end];
    let mut comments = end;
    loop {
        let line = text
            .trim_end_matches('\n')
            .rsplit('\n')
            .next()
            .unwrap_or_default();
        let start = text.trim_end_matches('\n').len() - line.len();
        if line.starts_with(&mark) {
            comments = start;
        } else if !line.trim().is_empty() || start == 0 {
            return comments;
        }
        if start == 0 {
            return comments;
        }
        text = &text[..start];
    }
}

fn mark_of(message: &str, comment: &Comment) -> Option<String> {
    match comment {
        Comment::Mark(mark) => Some(mark.clone()),
        Comment::Auto => {
            // Git takes one of these, and its comments come last.
            let last = message.lines().rev().find(|line| !line.trim().is_empty())?;
            let first = last.chars().next()?;
            "#;@!$%^&|:".contains(first).then(|| first.to_string())
        }
    }
}

/// Returns the text without the lines that git takes out, for comparison.
pub(super) fn without_comments(message: &str, comment: &Comment) -> String {
    let text = &message[..end_of_text(message, comment)];
    let mark = mark_of(message, comment);
    let kept = text
        .lines()
        .filter(|line| mark.as_deref().is_none_or(|mark| !line.starts_with(mark)));
    let kept: Vec<&str> = kept
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(message: &'a str, mark: &str) -> &'a str {
        let comment = match mark {
            "auto" => Comment::Auto,
            mark => Comment::Mark(mark.to_owned()),
        };
        &message[..end_of_text(message, &comment)]
    }

    #[test]
    fn comments_at_the_end_are_no_text() {
        assert_eq!(
            text("title\n\nbody\n\n# Please\n#\n# more\n", "#"),
            "title\n\nbody\n\n"
        );
        assert_eq!(text("\n# Please\n\n# more\n", "#"), "\n");
        assert_eq!(text("# Please\n", "#"), "");
        assert_eq!(text("title\n", "#"), "title\n");
        assert_eq!(text("", "#"), "");
        assert_eq!(text("\n\n", "#"), "\n\n");
    }

    #[test]
    fn a_heading_amid_the_text_is_text() {
        assert_eq!(
            text("title\n\n# heading\nbody\n# Please\n", "#"),
            "title\n\n# heading\nbody\n"
        );
    }

    #[test]
    fn what_the_scissors_cut_off_is_no_text() {
        let scissors = "# ------------------------ >8 ------------------------";
        let message = format!("title\n# Please\n{scissors}\n# Do not\ndiff --git\n+added\n");
        assert_eq!(text(&message, "#"), "title\n");
    }

    #[test]
    fn the_mark_is_the_configured_one() {
        assert_eq!(text("title\n# tag\n; Please\n", ";"), "title\n# tag\n");
        assert_eq!(text("title\n# tag\n; Please\n", "auto"), "title\n# tag\n");
        assert_eq!(text("title\n- item\n", "auto"), "title\n- item\n");
        assert_eq!(text("title\n// Please\n", "//"), "title\n");
    }

    #[test]
    fn without_comments_nothing_but_words_is_left() {
        let mark = Comment::Mark("#".to_owned());
        assert_eq!(
            without_comments("\n\n# a\ntitle \n\n\nbody\n# b\n", &mark),
            "title\nbody"
        );
    }
}
