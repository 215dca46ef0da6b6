//! A shop that does not come up says why at once.

use oxcart_testkit::{Setup, Shop};

#[tokio::test]
#[should_panic(expected = "it ended at once")]
async fn a_program_that_ends_at_once_is_not_waited_for() {
    // A shell takes `serve` for a script it cannot find.
    Shop::builder("/bin/sh").on(Setup::Sqlite).start().await;
}
