//! The crates of the workspace and what each depends on directly, as cargo sees them.

use crate::tool;
use anyhow::{Context, Result};
use serde::Deserialize;

/// A crate of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Crate {
    /// Its package name, e.g. `oxcart-store`.
    pub(crate) name: String,
    /// Its direct dependencies.
    pub(crate) dependencies: Vec<Dependency>,
}

/// A direct dependency, of the workspace or from outside.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package's own name, whatever alias it is used under.
    pub(crate) name: String,
    /// `dev` or `build`; nothing for a normal one.
    pub(crate) kind: Option<String>,
}

impl Dependency {
    /// Whether only tests see it.
    pub(crate) fn is_dev(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
}

/// All crates of this workspace.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(crate) fn of_workspace() -> Result<Vec<Crate>> {
    let json = tool::output(tool::cargo(&["metadata", "--format-version=1", "--no-deps"]))?;
    let metadata: Metadata = serde_json::from_slice(&json).context("reading cargo's metadata")?;
    Ok(metadata.packages)
}
