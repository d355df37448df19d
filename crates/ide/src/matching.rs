//! Matching what was typed with names: fuzzy, ignoring case and diacritics, best first.

use note::fold::fold_for_search;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};

/// One query, ready to be asked of many names.
pub(crate) struct Query {
    folded: String,
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Query {
    /// Prepares `typed`; its words may match in any order.
    pub(crate) fn new(typed: &str) -> Self {
        let folded = fold_for_search(typed).replace('\\', " ");
        let pattern = Pattern::new(
            &folded,
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Fuzzy,
        );
        Self {
            folded,
            pattern,
            matcher: Matcher::new(Config::DEFAULT),
            buffer: Vec::new(),
        }
    }

    /// Returns what was typed, folded.
    pub(crate) fn text(&self) -> &str {
        &self.folded
    }

    /// Returns whether nothing was typed, so that everything matches.
    pub(crate) fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Returns how well `name` matches, higher is better; `None` where it does not.
    pub(crate) fn score(&mut self, name: &str) -> Option<u32> {
        if name.is_ascii() {
            self.score_folded(name)
        } else {
            self.score_folded(&fold_for_search(name))
        }
    }

    /// Like [`Query::score`], for a name that [`fold_for_search`] has been through.
    pub(crate) fn score_folded(&mut self, name: &str) -> Option<u32> {
        let score = self
            .pattern
            .score(Utf32Str::new(name, &mut self.buffer), &mut self.matcher)?;
        // A name typed in full comes before every longer one that begins with it.
        let whole = u32::from(name.len() == self.folded.len() && !self.is_empty());
        Some(score * 2 + whole)
    }
}

/// Returns what a client should filter an item on, which knows only case-insensitive subsequences: the item's own text
/// where that finds `typed`, else the text without diacritics, else `typed` and the text.
pub(crate) fn filter_text(typed: &str, text: &str) -> String {
    if is_subsequence(typed, text) {
        return text.to_owned();
    }
    let folded = fold_for_search(text);
    if is_subsequence(typed, &folded) {
        return folded;
    }
    format!("{typed}{text}")
}

pub(crate) fn is_subsequence(typed: &str, text: &str) -> bool {
    let mut text = text.chars().flat_map(char::to_lowercase);
    typed
        .chars()
        .flat_map(char::to_lowercase)
        .all(|wanted| text.any(|c| c == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(typed: &str, names: &[&'a str]) -> Vec<&'a str> {
        let mut query = Query::new(typed);
        let mut found: Vec<_> = names
            .iter()
            .filter_map(|name| Some((query.score(name)?, *name)))
            .collect();
        found.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn diacritics_and_ligatures_do_not_matter() {
        let names = ["Zoë Müller", "Anna Straße", "Hans Ørsted"];
        assert_eq!(best("zoe", &names), ["Zoë Müller"]);
        assert_eq!(best("Zoë", &names), ["Zoë Müller"]);
        assert_eq!(best("strasse", &names), ["Anna Straße"]);
        assert_eq!(best("orsted", &names), ["Hans Ørsted"]);
    }

    #[test]
    fn words_match_in_any_order_and_the_whole_name_comes_first() {
        let names = ["Ada Lovelace Society", "Ada Lovelace", "Ada", "Ada King"];
        assert_eq!(best("lovelace ada", &names)[0], "Ada Lovelace");
        assert_eq!(best("ada", &names)[0], "Ada");
        assert_eq!(best("xyz", &names), Vec::<&str>::new());
    }

    #[test]
    fn clients_that_compare_letters_still_see_the_match() {
        assert_eq!(filter_text("mull", "Zoë Mull"), "Zoë Mull");
        assert_eq!(filter_text("zoe", "Zoë"), "zoe");
        assert_eq!(
            filter_text("lovelace ada", "Ada Lovelace"),
            "lovelace adaAda Lovelace"
        );
    }
}
