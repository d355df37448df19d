//! Cursors in half-typed YAML.
