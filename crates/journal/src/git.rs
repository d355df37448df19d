//! The only module that knows git: finding the repository, reading the journal, writing a record as a commit.
