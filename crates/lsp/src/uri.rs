//! File URIs as clients write them, and the paths they mean. Pure functions over texts; no disk.
//!
//! Clients disagree about what they escape (`file:///c%3A/`, `file:///C:/`, `%C3%AB` or `ë`), so a document is known by
//! its path and answered under the URI its client sent. Sources: RFC 8089, RFC 3986 section 2.1, LSP 3.17 `URI`.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a path: the unreserved characters of RFC 3986 and the separator.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Returns the path that a `file:` URI means, cleaned of `.`, `..` and a final `/`; `None` for every other scheme, for
/// hosts this machine is not, and for what is no absolute path.
pub(crate) fn to_path(uri: &str) -> Option<PathBuf> {
    let text = decode(uri, cfg!(windows))?;
    let path = Path::new(&text);
    path.is_absolute().then(|| clean(path))
}

/// Returns the `file:` URI of an absolute path.
pub(crate) fn from_path(path: &Path) -> String {
    encode(&path.to_string_lossy(), cfg!(windows))
}

/// Returns the URI of the file at `path` (relative, with `/`) below the folder whose URI is `base`.
pub(crate) fn child(base: &str, path: &str) -> String {
    let base = base.trim_end_matches('/');
    format!("{base}/{}", utf8_percent_encode(path, KEPT))
}

/// Returns the path of `file` from `root` with `/`, `None` where it is not below it.
pub(crate) fn relative(root: &Path, file: &Path) -> Option<String> {
    let rest = file.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = rest
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect();
    Some(parts?.join("/"))
}

/// Returns `path` without `.`, `..` and doubled separators, judged by its text alone.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            part => cleaned.push(part),
        }
    }
    cleaned
}

fn decode(uri: &str, windows: bool) -> Option<String> {
    let scheme = uri.get(..5)?;
    if !scheme.eq_ignore_ascii_case("file:") {
        return None;
    }
    let rest = &uri[5..];
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let local = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    match (local, windows) {
        (true, true) => {
            let bytes = path.as_bytes();
            let drive = *bytes.get(1)?;
            (bytes.get(2) == Some(&b':') && drive.is_ascii_alphabetic())
                .then(|| format!("{}{}", drive.to_ascii_uppercase() as char, &path[2..]))
        }
        (true, false) => Some(path.into_owned()),
        (false, true) => Some(format!("//{host}{path}")),
        (false, false) => None,
    }
}

fn encode(path: &str, windows: bool) -> String {
    if !windows {
        return format!("file://{}", utf8_percent_encode(path, KEPT));
    }
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("//?/").unwrap_or(&path);
    match path.strip_prefix("//") {
        Some(share) => format!("file://{}", utf8_percent_encode(share, KEPT)),
        None => format!("file:///{}", utf8_percent_encode(path, KEPT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_and_plain_names_are_one_path() {
        for uri in [
            "file:///v/zo%C3%AB%20m.md",
            "file:///v/zo%c3%ab m.md",
            "file:///v/zoë%20m.md",
            "FILE:///v/./x/../zo%C3%AB%20m.md",
            "file://localhost/v/zoë m.md",
            "file:/v/zoë m.md",
        ] {
            assert_eq!(to_path(uri), Some("/v/zoë m.md".into()), "{uri}");
        }
    }

    #[test]
    fn other_schemes_and_hosts_are_no_path() {
        for uri in [
            "untitled:Untitled-1",
            "fugitive:///v/.git//0/a.md",
            "git:/v/a.md",
            "http://e.org/a.md",
            "file://elsewhere/v/a.md",
            "file:",
            "file:///%FF.md",
            "",
            "é",
        ] {
            assert_eq!(to_path(uri), None, "{uri}");
        }
    }

    #[test]
    fn drive_letters_are_one_whatever_their_case_and_escape() {
        for uri in [
            "file:///c%3A/v/a.md",
            "file:///C:/v/a.md",
            "file:///c:/v/a.md",
        ] {
            assert_eq!(decode(uri, true).as_deref(), Some("C:/v/a.md"), "{uri}");
        }
        assert_eq!(encode(r"C:\v\ö.md", true), "file:///C%3A/v/%C3%B6.md");
        assert_eq!(encode(r"\\server\v\a.md", true), "file://server/v/a.md");
        assert_eq!(
            decode("file://server/v/a.md", true).as_deref(),
            Some("//server/v/a.md")
        );
    }

    #[test]
    fn a_path_survives_both_ways() {
        for path in [
            "/v/a b.md",
            "/v/#1 50%.md",
            "/v/[x] (y).md",
            "/v/測定.md",
            "/",
        ] {
            assert_eq!(to_path(&from_path(Path::new(path))), Some(path.into()));
        }
    }

    #[test]
    fn a_child_keeps_the_folder_as_the_client_wrote_it() {
        assert_eq!(
            child("file:///c%3A/v/", "p/zoë.md"),
            "file:///c%3A/v/p/zo%C3%AB.md"
        );
    }

    #[test]
    fn relative_paths_use_slashes_and_stay_below() {
        let root = Path::new("/v");
        assert_eq!(
            relative(root, Path::new("/v/p/a.md")).as_deref(),
            Some("p/a.md")
        );
        assert_eq!(relative(root, Path::new("/w/a.md")), None);
    }
}
