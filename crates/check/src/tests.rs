//! Tests across rules: severities, silence, order, and the manual.

use expect_test::expect;

use crate::testing::check_all;

#[test]
fn an_empty_vault_has_no_diagnostics() {
    check_all("//- ties.toml\n", expect![[""]]);
}
