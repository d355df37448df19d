//! Paths inside a vault, as texts: relative to its root, with `/`. Pure functions, no disk.

use memchr::memrchr;

/// Returns the file name without folders and without a `.md` or `.markdown` extension.
pub fn stem(path: &str) -> &str {
    without_extension(name(path))
}

/// Returns what comes after the last `/`, with its extension.
pub(crate) fn name(path: &str) -> &str {
    // Asked for every link of a vault, so that the pattern machinery of `rsplit` would be felt.
    memrchr(b'/', path.as_bytes()).map_or(path, |slash| &path[slash + 1..])
}

/// Returns `path` without a `.md` or `.markdown` extension, ignoring case; other extensions stay.
pub fn without_extension(path: &str) -> &str {
    for extension in [".md", ".markdown"] {
        let cut = path.len().wrapping_sub(extension.len());
        if path
            .get(cut..)
            .is_some_and(|end| end.eq_ignore_ascii_case(extension))
            && cut > 0
        {
            return &path[..cut];
        }
    }
    path
}

/// Returns the folder of `path`, "" at the root.
pub fn folder(path: &str) -> &str {
    memrchr(b'/', path.as_bytes()).map_or("", |slash| &path[..slash])
}

/// Returns the path that `target` means from the folder of the note at `from`: `.` and `..` taken out, a leading `/`
/// meaning the root. `None` where it leaves the vault.
pub fn join(from: &str, target: &str) -> Option<String> {
    let (base, target) = match target.strip_prefix('/') {
        Some(target) => ("", target),
        None => (folder(from), target),
    };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Returns `target` (a path from the root) as seen from the folder of the note at `from`, with `../` as needed.
pub fn relative(from: &str, target: &str) -> String {
    let base: Vec<&str> = folder(from)
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let target: Vec<&str> = target.split('/').collect();
    let common = base
        .iter()
        .zip(&target[..target.len() - 1])
        .take_while(|(a, b)| a == b)
        .count();
    let mut parts = vec![".."; base.len() - common];
    parts.extend(&target[common..]);
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_stays_inside_the_vault() {
        assert_eq!(join("d/n.md", "./s/t.md").as_deref(), Some("d/s/t.md"));
        assert_eq!(join("d/n.md", "../u.md").as_deref(), Some("u.md"));
        assert_eq!(join("d/n.md", "/u.md").as_deref(), Some("u.md"));
        assert_eq!(join("d/n.md", "../../u.md"), None);
    }

    #[test]
    fn relative_is_the_inverse_of_join() {
        for (from, target) in [
            ("a.md", "b.md"),
            ("d/a.md", "b.md"),
            ("d/a.md", "d/b.md"),
            ("d/e/a.md", "d/f/b.md"),
            ("a.md", "d/b.md"),
        ] {
            assert_eq!(
                join(from, &relative(from, target)).as_deref(),
                Some(target),
                "{from} {target}"
            );
        }
    }

    #[test]
    fn stem_keeps_inner_dots() {
        assert_eq!(stem("people/file.name.md"), "file.name");
        assert_eq!(stem("people/.md"), ".md");
        assert_eq!(stem("people/A.MARKDOWN"), "A");
    }
}
