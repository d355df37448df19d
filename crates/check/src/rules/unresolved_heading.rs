//! A link reaches a note, but there is no such heading or block in it.
//!
//! ```markdown
//! See [[Ada Lovelace#Eductaion]] and [[Ada Lovelace^note-g]].
//! ```
//!
//! Mend the words after `#`; where a heading is near, a fix does.
//!
//! Headings are compared without case and marks; in Markdown links the slugs that GitHub makes of them count as well.
//! Plain notes of a folder without a `ties.toml` are left alone.

use note::{
    Anchor, Link, LinkForm, Place, TextEdit,
    anchor::{Anchors, slug, wiki_anchor},
    fold,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    Applicability,
    finding::{Context, Finding},
};

/// What the links of one note look for in another, prepared once.
struct Targets<'a> {
    headings: Anchors<'a>,
    blocks: FxHashSet<String>,
}

/// Finds links to headings and blocks that are not there.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.is_for_ties() {
        return Vec::new();
    }
    let vault = context.world.vault;
    let mut targets = FxHashMap::default();
    let mut found = Vec::new();
    for (index, link) in context.note.note.links.iter().enumerate() {
        let Some(anchor) = &link.anchor else {
            continue;
        };
        // The definition is told, not each use.
        if link.form == LinkForm::Reference {
            continue;
        }
        let Some(id) = vault.resolution(context.id, index).note() else {
            continue;
        };
        let target = vault.note(id);
        let targets = targets.entry(id).or_insert_with(|| Targets {
            headings: Anchors::new(&target.note.headings),
            blocks: target.note.blocks.iter().map(|block| fold::fold(&block.id.value)).collect(),
        });
        let whose = if id == context.id {
            "this note".to_owned()
        } else {
            format!("`{}`", target.name)
        };
        let finding = match anchor {
            Anchor::Heading(heading) => {
                if heading.value.is_empty() || targets.headings.find(&heading.value).is_some() {
                    continue;
                }
                let message = format!("no heading `{}` in {whose}", heading.value);
                let near = {
                    let folds: Vec<String> = target
                        .note
                        .headings
                        .iter()
                        .map(|heading| fold::fold(&heading.text.value))
                        .collect();
                    let wanted = fold::fold(&heading.value);
                    fold::nearest(&wanted, folds.iter().map(String::as_str))
                        .and_then(|near| folds.iter().position(|fold| fold == near))
                };
                let finding = Finding::new(heading.span, message);
                match near.map(|at| &target.note.headings[at].text) {
                    Some(near) => {
                        let finding = finding.help(format!("did you mean `{}`?", near.value));
                        correct(context, link, heading.span, &near.value, finding)
                    }
                    None => finding,
                }
            }
            Anchor::Block(id) => {
                if id.value.is_empty() || targets.blocks.contains(&fold::fold(&id.value)) {
                    continue;
                }
                Finding::new(id.span, format!("no block `^{}` in {whose}", id.value))
                    .help(format!("end a line there with `^{}`", id.value))
            }
        };
        found.push(finding);
    }
    found
}

/// Adds the fix that writes the heading `near`: its text in a wiki link, its slug in a Markdown link.
fn correct(
    context: &Context<'_>,
    link: &Link,
    span: note::Span,
    near: &str,
    finding: Finding,
) -> Finding {
    let anchor = if link.form.is_wiki() {
        wiki_anchor(near)
    } else {
        slug(near)
    };
    // Within quotes of the front matter other characters would need care.
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    if link.place != Place::Body && !anchor.chars().all(is_plain) {
        return finding;
    }
    let title = format!("change it to `{near}`");
    let edit = TextEdit::replace(span, anchor);
    finding.edit(context, title, edit, Applicability::NeedsConsent)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, fixed};

    const ADA: &str = "
//- people/ada.md
# Ada

## Note_G: the *engine* 🚀
### Table
## Twice
## Twice

A thought. ^thought
";

    #[test]
    fn what_is_not_there_is_told() {
        check(
            "unresolved-heading",
            &format!(
                "{ADA}//- people/bob.md\n[[Ada#Tabel]] [[Ada#Ada#Nothing]] [x](ada.md#twice-2) [[Ada^thougth]] [[#Here]] [[Ada#]]\n"
            ),
            expect![[r#"
                warning[unresolved-heading] people/bob.md:1 |Tabel| no heading `Tabel` in `Ada`
                  help: did you mean `Table`?
                  fix: change it to `Table` (NeedsConsent)
                warning[unresolved-heading] people/bob.md:1 |Ada#Nothing| no heading `Ada#Nothing` in `Ada`
                warning[unresolved-heading] people/bob.md:1 |twice-2| no heading `twice-2` in `Ada`
                warning[unresolved-heading] people/bob.md:1 |thougth| no block `^thougth` in `Ada`
                  help: end a line there with `^thougth`
                warning[unresolved-heading] people/bob.md:1 |Here| no heading `Here` in this note
            "#]],
        );
    }

    #[test]
    fn the_fix_takes_the_heading_that_is_near() {
        fixed(
            "unresolved-heading",
            &format!("{ADA}//- people/bob.md\n[[Ada#Tabel|x]] [x](ada.md#tabel)\n"),
            expect![[r#"
                //- people/bob.md
                [[Ada#Table|x]] [x](ada.md#table)
            "#]],
        );
    }

    #[test]
    fn what_is_there_is_not() {
        check(
            "unresolved-heading",
            &format!(
                "{ADA}//- people/bob.md\n# Here\n[[Ada#table]] [[Ada#Ada#Table]] [x](ada.md#twice-1) [x](ada.md#note_g-the-engine-)\n\
                 [[Ada^thought]] [[ada#^Thought]] [[#here]] [[Nobody#Nothing]] [[Ada#Note_G the engine 🚀]]\n"
            ),
            expect![[""]],
        );
    }

    #[test]
    fn another_programs_notes_are_left_alone() {
        check(
            "unresolved-heading",
            &format!("{ADA}//- note.md\n[[Ada#Nothing]]\n"),
            expect![[""]],
        );
    }
}
