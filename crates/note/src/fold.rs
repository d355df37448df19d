//! Comparing and making names: folding, slugs, near misses.

use unicode_normalization::UnicodeNormalization;

/// Returns `name` with NFC, full case folding and joined white space, so that equal names compare equal.
///
/// Diacritics stay: `zoë` and `zoe` are different names. Already folded ASCII costs one copy.
pub fn fold(name: &str) -> String {
    let _ = name;
    todo!()
}

/// Returns `name` folded and without diacritics, ligatures opened (`Straße` -> `strasse`), for searching.
pub fn fold_for_search(name: &str) -> String {
    let _ = name.nfc();
    todo!()
}

/// Returns a file stem for `name`: ASCII, lower case, words joined by `-` (`Zoë Müller` -> `zoe-mueller`).
///
/// Never empty (`note` where nothing is left) and never a name Windows reserves.
pub fn slug(name: &str) -> String {
    let _ = name;
    todo!()
}

/// Returns the candidate nearest to `word`, if it is at most one slip away (two for words of eight letters and more).
///
/// A slip is a letter changed, added, dropped or swapped with its neighbour.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let _ = (word, candidates.into_iter().next());
    todo!()
}
