//! Comparing and making names: folding, slugs, near misses.

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The longest slug, in bytes; file systems allow 255 with an extension and a number to come.
const MAX_SLUG: usize = 80;

/// Returns `name` with NFC, full case folding and joined white space, so that equal names compare equal.
///
/// Diacritics stay: `zoë` and `zoe` are different names.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        let mut folded = String::with_capacity(name.len());
        join_words(name.split_ascii_whitespace(), ' ', &mut folded);
        folded.make_ascii_lowercase();
        return folded;
    }
    fold_latin(name).unwrap_or_else(|| fold_any(name))
}

fn fold_any(name: &str) -> String {
    let name: String = name.nfc().default_case_fold().nfc().collect();
    let mut folded = String::with_capacity(name.len());
    join_words(name.split_whitespace(), ' ', &mut folded);
    folded
}

/// Returns what [`fold`] makes of a name in the Latin letters of Europe, tidily spaced; `None` where the tables of Unicode are
/// needed. Names like `Zoë Müller` are too many to look each letter up there.
fn fold_latin(name: &str) -> Option<String> {
    let mut folded = String::with_capacity(name.len());
    let mut before = ' ';
    for c in name.chars() {
        match c {
            // White space is joined elsewhere.
            ' ' if before != ' ' => folded.push(' '),
            '!'..='~' => folded.push(c.to_ascii_lowercase()),
            // Letters that fold to several, or to one of another block.
            'ß' | 'İ' | 'ŉ' => return None,
            // Composed already, and one lower-case letter each.
            'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ž' => folded.extend(c.to_lowercase()),
            _ => return None,
        }
        before = c;
    }
    (before != ' ').then_some(folded)
}

/// Returns `name` folded and without diacritics, ligatures opened (`Straße` -> `strasse`), for searching.
///
/// Letters of scripts other than Latin stay as they are.
pub fn fold_for_search(name: &str) -> String {
    let folded = fold(name);
    if folded.is_ascii() {
        return folded;
    }
    let mut search = String::with_capacity(folded.len());
    for c in folded.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            _ if c.is_ascii() => search.push(c),
            // Latin letters that do not decompose: ø, ł, æ, þ, ı.
            '\u{80}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => {
                search.push_str(&deunicode::deunicode_char(c).unwrap_or("").to_lowercase());
            }
            _ => search.push(c),
        }
    }
    search
}

/// Returns a file stem for `name`: ASCII, lower case, words joined by `-` (`Zoë Müller` -> `zoe-mueller`).
///
/// Never empty (`note` where nothing is left) and never a name Windows reserves.
pub fn slug(name: &str) -> String {
    let mut ascii = String::with_capacity(name.len());
    for c in name.nfc() {
        match c {
            'ä' | 'Ä' => ascii.push_str("ae"),
            'ö' | 'Ö' => ascii.push_str("oe"),
            'ü' | 'Ü' => ascii.push_str("ue"),
            '\'' | '’' | 'ʼ' => {}
            _ if c.is_ascii() => ascii.push(c),
            _ => ascii.push_str(deunicode::deunicode_char(c).unwrap_or(" ")),
        }
    }
    ascii.make_ascii_lowercase();
    let words = ascii
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut slug = String::with_capacity(ascii.len());
    join_words(words, '-', &mut slug);
    slug.truncate(MAX_SLUG);
    let kept = slug.trim_end_matches('-').len();
    slug.truncate(kept);
    if slug.is_empty() {
        return "note".to_owned();
    }
    if is_reserved(&slug) {
        slug.push_str("-note");
    }
    slug
}

/// Returns whether Windows keeps this lower-case stem for a device.
fn is_reserved(stem: &str) -> bool {
    matches!(stem, "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()))
}

/// Returns the candidate nearest to `word`, if it is at most one slip away (two for words of eight letters and more).
///
/// A slip is a letter changed, added, dropped or swapped with its neighbour. Of equally near ones the first is taken.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let n_letters = word.chars().count();
    let allowed = if n_letters >= 8 { 2 } else { 1 };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // Lengths alone rule most candidates out.
        if candidate.chars().count().abs_diff(n_letters) > allowed {
            continue;
        }
        let slips = strsim::osa_distance(word, candidate);
        if slips <= allowed && best.is_none_or(|(fewest, _)| slips < fewest) {
            best = Some((slips, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn join_words<'a>(words: impl Iterator<Item = &'a str>, between: char, out: &mut String) {
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(between);
        }
        out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_joins_case_form_and_white_space() {
        assert_eq!(fold(" Ada \t Lovelace\n"), "ada lovelace");
        assert_eq!(fold("ZOE\u{308}"), fold("zoë"));
        assert_ne!(fold("Zoë"), fold("Zoe"));
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("陳 美玲"), "陳 美玲");
    }

    #[test]
    fn searching_ignores_diacritics_and_opens_ligatures() {
        for (name, search) in [
            ("Zoë Müller", "zoe muller"),
            ("Ørsted", "orsted"),
            ("Straße", "strasse"),
            ("Łukasz", "lukasz"),
            ("Þóra", "thora"),
            ("Nguyễn Thị Lan", "nguyen thi lan"),
            ("Ayşe Yılmaz", "ayse yilmaz"),
            ("Ærø", "aero"),
            ("陳美玲", "陳美玲"),
            ("박지훈", "박지훈"),
        ] {
            assert_eq!(fold_for_search(name), fold_for_search(search), "{name}");
        }
        assert_eq!(fold_for_search("Zoë"), "zoe");
    }

    #[test]
    fn slugs_are_plain_file_names() {
        for (name, stem) in [
            ("Zoë Müller", "zoe-mueller"),
            ("Renée d'Aubigné", "renee-daubigne"),
            ("Straße & Söhne", "strasse-soehne"),
            ("Åse Ødegård", "ase-odegard"),
            ("Łukasz Żak", "lukasz-zak"),
            ("Goal: a pilot site", "goal-a-pilot-site"),
            ("Chen 美玲", "chen-mei-ling"),
            ("???", "note"),
            ("", "note"),
            ("CON", "con-note"),
            ("../../etc/passwd", "etc-passwd"),
        ] {
            assert_eq!(slug(name), stem, "{name}");
        }
    }

    #[test]
    fn near_is_one_slip() {
        let keys = ["birthday", "name", "emails"];
        assert_eq!(nearest("birtday", keys), Some("birthday"));
        assert_eq!(nearest("nmae", keys), Some("name"));
        assert_eq!(nearest("email", keys), Some("emails"));
        assert_eq!(nearest("e-mail", keys), None);
        assert_eq!(nearest("cssclass", keys), None);
    }

    #[test]
    fn every_letter_that_is_folded_quickly_is_folded_right() {
        let mut n_quick = 0;
        for c in '\0'..='\u{2000}' {
            for name in [c.to_string(), format!("a{c}b"), format!("{c} {c}")] {
                if let Some(folded) = fold_latin(&name) {
                    assert_eq!(folded, fold_any(&name), "{name:?}");
                    n_quick += 1;
                }
            }
        }
        assert!(n_quick > 3 * 250, "{n_quick}");
    }

    proptest! {
        #[test]
        fn a_quick_fold_is_the_full_one(name in "[ -~À-ſ]{0,12}") {
            if let Some(folded) = fold_latin(&name) {
                prop_assert_eq!(folded, fold_any(&name));
            }
        }

        #[test]
        fn folding_twice_changes_nothing(name in ".*") {
            let folded = fold(&name);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn slugs_hold_nothing_but_words(name in ".*") {
            let slug = slug(&name);
            prop_assert!(!slug.is_empty() && slug.len() <= MAX_SLUG + "-note".len());
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", slug);
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
        }
    }
}
