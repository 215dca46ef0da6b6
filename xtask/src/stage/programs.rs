//! The programs that are measured.

use crate::{build, tool};
use anyhow::{Result, ensure};
use std::path::PathBuf;

/// A program of this workspace.
#[derive(Clone, Copy)]
pub(crate) struct Program {
    /// The environment variable that names one that is built already.
    variable: &'static str,
    /// What cargo is told to build it.
    arguments: &'static [&'static str],
    /// Where cargo puts it.
    place: &'static str,
}

/// The shop.
pub(crate) const OXCART: Program =
    Program { variable: "OXCART_BIN", arguments: &["--package", "oxcart", "--bin", "oxcart"], place: "oxcart" };

/// The bare handler. Its variable begins as those of tests do, which the shop takes for no setting of its own.
pub(crate) const BARE: Program = Program {
    variable: "OXCART_TEST_BARE",
    arguments: &["--package", "oxcart-http", "--example", "bare"],
    place: "examples/bare",
};

/// Where they lie, as they are shipped; those the environment does not name are built.
///
/// # Errors
/// When one does not build.
pub(crate) fn release<const N: usize>(programs: [Program; N]) -> Result<[PathBuf; N]> {
    found(programs, "release", |arguments| cargo("release", arguments))
}

/// The same with the names that profilers show.
///
/// # Errors
/// When one does not build.
pub(crate) fn profiling<const N: usize>(programs: [Program; N]) -> Result<[PathBuf; N]> {
    found(programs, "profiling", |arguments| cargo("profiling", arguments))
}

/// The same as the tests use them: quick to build, or there already.
///
/// # Errors
/// When the workspace does not build.
pub(crate) fn development<const N: usize>(programs: [Program; N]) -> Result<[PathBuf; N]> {
    found(programs, "debug", |_| build::everything().map(drop))
}

/// Builds those that are missing together, so that they have the same libraries.
fn found<const N: usize>(
    programs: [Program; N],
    folder: &str,
    build: impl FnOnce(&[&str]) -> Result<()>,
) -> Result<[PathBuf; N]> {
    let named = programs.map(|program| std::env::var_os(program.variable).map(PathBuf::from));
    let missing = programs.iter().zip(&named).filter(|(_, named)| named.is_none());
    let arguments: Vec<&str> = missing.flat_map(|(program, _)| program.arguments).copied().collect();
    if !arguments.is_empty() {
        build(&arguments)?;
    }
    let folder = tool::target().join(folder);
    let mut named = named.into_iter();
    Ok(programs.map(|program| named.next().flatten().unwrap_or_else(|| folder.join(program.place))))
}

fn cargo(profile: &str, arguments: &[&str]) -> Result<()> {
    // Not on standard output, which may be read by a program.
    eprintln!("\n> cargo build --profile {profile} {}", arguments.join(" "));
    let status = tool::cargo(&["build", "--profile", profile]).args(arguments).status()?;
    ensure!(status.success(), "the {profile} build failed");
    Ok(())
}
