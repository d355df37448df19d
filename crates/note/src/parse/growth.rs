//! Work grows with the length of the text and no faster, whatever the text is.
//!
//! Counted, not timed: the scanners note every byte they look at and the walk every event (see
//! [`crate::work`]).

use crate::parse;
use crate::work::{count, measure};

/// A name, and the text of about `n` pieces.
type Family = (&'static str, fn(usize) -> String);

/// Families of texts that made readers of notes quadratic or worse.
const FAMILIES: &[Family] = &[
    ("prose", |n| "Plain words and a full stop. ".repeat(n)),
    ("paragraphs", |n| "Words.\n\n".repeat(n)),
    ("open wiki links", |n| "[[".repeat(n)),
    ("open wiki links with names", |n| "[[a|".repeat(n)),
    ("open embeds with names", |n| "![[a|b".repeat(n)),
    ("closed then open", |n| "[[a|".repeat(n) + &"]]".repeat(n)),
    ("embeds nested", |n| "![[a|".repeat(n) + &"]]".repeat(n)),
    ("images nested", |n| "![".repeat(n) + &"](a)".repeat(n)),
    ("images nested with spaces", |n| {
        "![ ".repeat(n) + &" ]( a )".repeat(n)
    }),
    ("open links", |n| "[a](".repeat(n)),
    ("open destinations", |n| "[a](<".repeat(n)),
    ("brackets", |n| "[".repeat(n) + &"]".repeat(n)),
    ("quotes nested", |n| ">".repeat(n)),
    ("quotes nested by line", |n| {
        (0..n.isqrt())
            .map(|depth| "> ".repeat(depth) + "a\n")
            .collect()
    }),
    ("lists nested", |n| {
        (0..n.isqrt())
            .map(|depth| "  ".repeat(depth) + "- a\n")
            .collect()
    }),
    ("entries nested", |n| {
        (0..n.isqrt())
            .map(|depth| "  ".repeat(depth) + "- 2026-01-01 call\n")
            .collect::<String>()
            + &"\n".repeat(n)
    }),
    ("entries in headings", |n| {
        "# 2026-01-01 call\n\n\n".repeat(n)
    }),
    ("list marks", |n| "- ".repeat(n)),
    ("tick runs", |n| {
        (0..n.isqrt()).map(|len| "`".repeat(len) + "a").collect()
    }),
    ("percents", |n| "%%".repeat(n)),
    ("percents apart", |n| "a %% b\n\n".repeat(n)),
    ("percents on lines", |n| "%%\n[[a]]\n\n".repeat(n)),
    ("dollars", |n| "$".repeat(n)),
    ("dollars apart", |n| "$a ".repeat(n)),
    ("double dollars", |n| "$$\n\n".repeat(n)),
    ("spaces before dollars", |n| "a\n   $$ ".repeat(n)),
    ("comments open", |n| "<!--".repeat(n)),
    ("comments open on lines", |n| "a <!-- b\n".repeat(n)),
    ("angles", |n| "<".repeat(n)),
    ("open tags", |n| "<a b=\"".repeat(n)),
    ("lines", |n| "Some line of a long note\n".repeat(n)),
    ("ignores", |n| "<!-- ties: ignore a b -->\n".repeat(n)),
    ("one long ignore", |n| {
        format!("<!-- ties: ignore {}-->", "a ".repeat(n))
    }),
    ("tasks without a date", |n| "- [ ] due:\n".repeat(n)),
    ("one task of many dates", |n| {
        "- [ ] ".to_owned() + &"due: ".repeat(n)
    }),
    ("one long date", |n| {
        "- [ ] due:".to_owned() + &"x:due:".repeat(n)
    }),
    ("promises", |n| "- [ ] a due:2026-01-01\n".repeat(n)),
    ("hashes", |n| "#".repeat(n)),
    ("hashes apart", |n| "# ".repeat(n)),
    ("tags", |n| "#a ".repeat(n)),
    ("one long tag", |n| "#".to_owned() + &"a/".repeat(n)),
    ("carets", |n| "^a ".repeat(n)),
    ("block ids", |n| "^a\n".repeat(n)),
    ("definitions", |n| {
        numbered(n, |i| format!("[l{i}]: t{i}.md\n"))
    }),
    ("one definition used often", |n| {
        "[a] ".repeat(n) + "\n\n[a]: b.md#c\n"
    }),
    ("table", |n| {
        "| a | b |\n| - | - |\n".to_owned() + &"| [[a\\|b]] | #c |\n".repeat(n)
    }),
    ("wide table", |n| {
        "|a".repeat(n) + "|\n" + &"|-".repeat(n) + "|\n" + &"|b".repeat(n) + "|\n"
    }),
    ("entities", |n| "&amp;#a ".repeat(n)),
    ("backslashes", |n| "\\#a\\".repeat(n)),
    ("emphasis", |n| "*a_".repeat(n)),
    ("escaped destinations", |n| "[a](b\\#c&amp;.md) ".repeat(n)),
    ("one long destination", |n| {
        format!("[a]({})", "b\\_%20#".repeat(n))
    }),
    ("carriage returns", |n| "\r".repeat(n)),
    ("front matter of fields", |n| {
        let fields = numbered(n, |i| format!("k{i}: \"[[a]]\"\n"));
        front("", &fields, 1, "")
    }),
    ("front matter of question marks", |n| {
        front("a: b\n", "? a\n", n, "")
    }),
    ("front matter of nothing", |n| front("", "a:\n", n, "")),
    ("front matter of comments", |n| front("", "a: # x\n", n, "")),
    ("front matter of broken lines", |n| {
        front("", "a: b\n", n, "x: \"")
    }),
    ("front matter of block scalars", |n| {
        front("", "a: |\n  x\n", n, "")
    }),
    ("front matter of one block scalar", |n| {
        front("a: |\n", "  x\n\n", n, "")
    }),
    ("front matter of empty items", |n| {
        front("a: [", "{a: }, ", n, "]")
    }),
    ("front matter of open maps", |n| front("", "{", n, "")),
    ("front matter of open lists", |n| front("a: ", "[", n, "")),
    ("front matter of lists", |n| {
        front("a: ", "[", n, &"]".repeat(n))
    }),
    ("front matter of list marks", |n| front("a: ", "- ", n, "")),
    ("front matter of colons", |n| front("", "a: b: c\n", n, "")),
    ("front matter of aliases", |n| {
        front("", "a: &a *a\n", n, "")
    }),
    ("front matter of open links", |n| {
        front("a: \"", "[[", n, "\"")
    }),
    ("front matter of links", |n| {
        front("a: [", "[[b]], ", n, "]")
    }),
    ("front matter of tags", |n| front("tags: ", "a, ", n, "")),
    ("front matter of quotes", |n| front("", "a: \"\n", n, "")),
    ("front matter of hashes", |n| {
        front("a: [[b]] c ", "#", n, "")
    }),
    ("front matter of escapes", |n| {
        front("a: \"[[", "\\\"", n, "]]\"")
    }),
    ("front matter without an end", |n| {
        "---\n".to_owned() + &"a: b\n".repeat(n)
    }),
];

/// Returns a front matter of `n` pieces between two texts.
fn front(before: &str, piece: &str, n: usize, after: &str) -> String {
    format!("---\n{before}{}{after}\n---\n", piece.repeat(n))
}

fn numbered(n: usize, piece: fn(usize) -> String) -> String {
    (0..n).map(piece).collect::<Vec<_>>().concat()
}

#[test]
fn work_is_linear_in_the_length_of_the_text() {
    let mut slow = Vec::new();
    for (name, family) in FAMILIES {
        let work = |n: usize| {
            let text = family(n);
            let done = measure(|| drop(parse(&text)));
            (text.len() as u64, done)
        };
        let (small_len, small) = work(1_000);
        let (large_len, large) = work(4_000);
        // A fifth over proportional, and a fixed part.
        if large * small_len * 5 > (small + 2_000) * large_len * 6 {
            slow.push(format!(
                "{name}: {small} for {small_len} bytes, {large} for {large_len}"
            ));
        }
        // Every byte is looked at a bounded number of times.
        if large > 40 * large_len + 2_000 {
            slow.push(format!("{name}: {large} for {large_len} bytes"));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn growth_that_is_not_linear_would_be_seen() {
    let quadratic = |n: usize| measure(|| (0..n).for_each(count));
    assert!(quadratic(4_000) > 15 * quadratic(1_000));
}
