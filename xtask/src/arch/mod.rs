//! Which crate may know which. The direction is `domain ← store ← app ← http ← oxcart`; drivers of
//! databases, Redis and HTTP each have one home. To add a crate: one line in [`rules::HOUSE`].

mod graph;
mod rules;

use anyhow::{Result, bail};

/// Reads the workspace's graph from cargo and checks it.
///
/// # Errors
/// When a crate knows what it must not, with what to do about each case.
pub(crate) fn check() -> Result<()> {
    let broken = rules::broken(&graph::of_workspace()?);
    if broken.is_empty() {
        return Ok(());
    }
    bail!("{} broken:\n- {}", if broken.len() == 1 { "a rule is" } else { "rules are" }, broken.join("\n- "))
}
