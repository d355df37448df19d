//! Many commits at once, as one pack: thousands of loose objects would slow git down until the next `git gc`.
//!
//! The commits are made in memory, one on top of the other, and reach the object database as one file that appears whole
//! or not at all. Nothing refers to them yet: moving the branch is `write`'s business.

use std::io::Write as _;

use git2::{Error, ObjectType, Odb, Oid, Signature};

/// From how many commits on a pack is written. Git's own limit, `fastimport.unpackLimit`.
pub(super) const PACK_FROM: usize = 100;

/// A commit about to be made.
pub(super) struct Link<'a> {
    pub(super) author: &'a Signature<'a>,
    pub(super) message: &'a str,
}

/// Writes the commits of `chain`, the first on top of `parent`, all with the tree `tree`; returns their ids in order.
pub(super) fn write(
    git: &git2::Repository,
    chain: &[Link<'_>],
    committer: &Signature<'_>,
    tree: Oid,
    parent: Option<Oid>,
) -> Result<Vec<Oid>, Error> {
    let memory = Odb::new()?;
    memory.add_new_mempack_backend(1)?;
    let mut ids = Vec::with_capacity(chain.len());
    let mut parent = parent;
    for link in chain {
        let id = memory.write(ObjectType::Commit, &content(link, committer, tree, parent))?;
        ids.push(id);
        parent = Some(id);
    }
    let memory = git2::Repository::from_odb(memory)?;
    let mut builder = memory.packbuilder()?;
    for id in &ids {
        builder.insert_object(*id, None)?;
    }
    let odb = git.odb()?;
    let mut pack = odb.packwriter()?;
    let mut failed = None;
    let built = builder.foreach(|part| {
        // Only libgit2's own word says what is wrong with the disk.
        let done = pack.write_all(part);
        failed = done.is_err().then(|| Error::last_error(-1));
        done.is_ok()
    });
    if let Some(error) = failed {
        return Err(error);
    }
    built?;
    pack.commit()?;
    odb.refresh()?;
    // As with single objects: an answer that all is well is believed once the last commit can be read.
    if let Some(last) = ids.last() {
        git.find_commit(*last)?;
    }
    Ok(ids)
}

/// Returns a commit object as git stores it.
fn content(link: &Link<'_>, committer: &Signature<'_>, tree: Oid, parent: Option<Oid>) -> Vec<u8> {
    let mut content = format!("tree {tree}\n").into_bytes();
    if let Some(parent) = parent {
        content.extend_from_slice(format!("parent {parent}\n").as_bytes());
    }
    for (role, signature) in [("author", link.author), ("committer", committer)] {
        let when = signature.when();
        let minutes = when.offset_minutes().abs();
        content.extend_from_slice(role.as_bytes());
        content.push(b' ');
        content.extend_from_slice(signature.name_bytes());
        content.extend_from_slice(b" <");
        content.extend_from_slice(signature.email_bytes());
        let time = format!(
            "> {} {}{:02}{:02}\n",
            when.seconds(),
            when.sign(),
            minutes / 60,
            minutes % 60
        );
        content.extend_from_slice(time.as_bytes());
    }
    content.push(b'\n');
    content.extend_from_slice(link.message.as_bytes());
    content
}

#[cfg(test)]
mod tests {
    use git2::{Commit, Time};

    use super::*;

    #[test]
    fn a_commit_is_the_one_that_libgit2_makes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let git = git2::Repository::init(folder.path()).expect("a repository");
        let signature = |offset| {
            Signature::new(
                "Zoë Müller",
                "zoe@example.org",
                &Time::new(1_700_000_000, offset),
            )
            .expect("an identity")
        };
        let (author, committer) = (signature(-570), signature(330));
        let tree = git
            .treebuilder(None)
            .and_then(|tree| tree.write())
            .expect("an empty tree");
        let tree = git.find_tree(tree).expect("that tree");
        let mut parent: Option<Commit<'_>> = None;
        for message in ["call: one\n\nInteraction: call\n", "", "no line end"] {
            let parents: Vec<&Commit<'_>> = parent.iter().collect();
            let made = git
                .commit_create_buffer(&author, &committer, message, &tree, &parents)
                .expect("a commit");
            let link = Link {
                author: &author,
                message,
            };
            let own = content(
                &link,
                &committer,
                tree.id(),
                parents.first().map(|parent| parent.id()),
            );
            assert_eq!(
                String::from_utf8_lossy(&own),
                String::from_utf8_lossy(&made)
            );
            let id = git
                .odb()
                .and_then(|odb| odb.write(ObjectType::Commit, &own))
                .expect("written");
            parent = git.find_commit(id).ok();
        }
    }
}
