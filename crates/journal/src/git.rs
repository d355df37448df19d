//! The only module that knows git: finding the repository, reading the journal, writing a record as a commit.

/// Returns the SHA-1 that git gives a blob with this content: what `git hash-object --stdin` prints.
pub(crate) fn blob_hash(content: &[u8]) -> [u8; 20] {
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, content)
        .expect("hashing bytes in memory does not fail");
    let mut hash = [0; 20];
    hash.copy_from_slice(id.as_bytes());
    hash
}
