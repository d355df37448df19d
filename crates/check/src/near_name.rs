//! The name that was probably meant by one that no note has.

use network::World;
use note::fold::{fold_for_search, nearest};

/// How many names that begin like a word of the wanted one are compared with it.
const COMPARED: usize = 60;

/// Returns the name of a note that is a slip or two away from `name`.
///
/// Looks at names that have a word beginning like one of the wanted words, not at all of them: with thousands of such
/// names the nearest may be missed.
pub(crate) fn near_name<'a>(world: World<'a>, name: &str) -> Option<&'a str> {
    let wanted = fold_for_search(name.rsplit('/').next().unwrap_or(name));
    let wanted = wanted.trim();
    let mut candidates: Vec<(&str, &str)> = Vec::new();
    for word in wanted.split_whitespace().take(3) {
        let beginning: String = word.chars().take(3).collect();
        let found = world.vault.search_names(&beginning, COMPARED);
        candidates.extend(found.iter().map(|entry| (&*entry.search, &*entry.text)));
    }
    candidates.sort_unstable();
    candidates.dedup_by_key(|(search, _)| *search);
    let near = nearest(wanted, candidates.iter().map(|(search, _)| *search))?;
    let index = candidates
        .binary_search_by_key(&near, |(search, _)| *search)
        .ok()?;
    Some(candidates[index].1)
}

#[cfg(test)]
mod tests {
    use crate::testing::Fixture;

    use super::*;

    #[test]
    fn a_slip_anywhere_but_at_the_start_of_every_word_is_seen() {
        let fixture = Fixture::new(
            "
//- people/ada.md
---
name: Ada Lovelace
aliases: [Countess]
---
//- people/zoe.md
---
name: Zoë Müller
---
",
        );
        for (name, near) in [
            ("Ada Lovlace", Some("Ada Lovelace")),
            ("Adda Lovelace", Some("Ada Lovelace")),
            ("Aad Lovelace", Some("Ada Lovelace")),
            ("zoe muller", Some("Zoë Müller")),
            ("Countes", Some("Countess")),
            ("people/Ada Lovelaces", Some("Ada Lovelace")),
            ("Charles Babbage", None),
            ("", None),
        ] {
            assert_eq!(near_name(fixture.world(), name), near, "{name}");
        }
    }
}
