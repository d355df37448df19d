//! A note's name and the heading that repeats it, edited as one.

use note::Span;

use crate::{FilePosition, World, cursor::is_name_heading, words};

/// Returns the two places that say a note's name with the same characters, where the cursor is in one of them: the value
/// of `name` and the heading. What is typed in one may be typed in the other.
///
/// Source: LSP 3.17 `textDocument/linkedEditingRange`.
pub fn linked_editing(world: World<'_>, position: FilePosition) -> Option<[Span; 2]> {
    let data = world.vault.get(position.note)?;
    let text = world.texts.text(&data.path)?;
    let name = words::inside_quotes(&text, data.text_of("name")?.span);
    let heading = (0..data.note.headings.len()).find(|&index| is_name_heading(data, index))?;
    let heading = data.note.headings[heading].text.span;
    let is_same = !name.is_empty() && name.of(&text) == heading.of(&text);
    let touches = name.touches(position.offset) || heading.touches(position.offset);
    (is_same && touches && name != heading).then_some([name, heading])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestVault;

    fn linked(fixture: &str) -> Option<[String; 2]> {
        let vault = TestVault::new(fixture);
        let text = vault.text(vault.cursor().note);
        let spans = linked_editing(vault.world(), vault.cursor())?;
        Some(spans.map(|span| format!("{span} {}", span.of(&text))))
    }

    #[test]
    fn name_and_heading_change_together() {
        for fixture in [
            "//- a.md\n---\nname: Ada$0 King\n---\n# Ada King\n",
            "//- a.md\n---\nname: Ada King\n---\n# $0Ada King\n",
        ] {
            let expected = ["10..18 Ada King", "25..33 Ada King"].map(str::to_owned);
            assert_eq!(linked(fixture), Some(expected));
        }
        let quoted = linked("//- a.md\n---\nname: \"Ada$0\"\n---\nAda\n===\n");
        assert_eq!(
            quoted,
            Some(["11..14 Ada", "20..23 Ada"].map(str::to_owned))
        );
    }

    #[test]
    fn what_is_written_otherwise_or_once_is_not_linked() {
        for fixture in [
            "//- a.md\n---\nname: ada$0\n---\n# Ada\n",
            "//- a.md\n---\nname: Ada$0\n---\n## Ada\n",
            "//- a.md\n# Ada$0\n",
            "//- a.md\n---\nname: Ada\n---\n# Ada\n\ntext$0\n",
            "//- a.md\n---\nname: $0\n---\n# \n",
        ] {
            assert_eq!(linked(fixture), None, "{fixture}");
        }
    }
}
