//! Builds the whole workspace once, programs, examples and tests, and tells where they lie. Everything else
//! runs what lies there: building one crate alone would compile its dependencies again, with the
//! features it alone asks for.

use crate::tool;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::PathBuf;

/// What was built.
pub(crate) struct Built {
    /// The program `oxcart`.
    pub(crate) oxcart: PathBuf,
    /// Every test program.
    pub(crate) tests: Vec<TestProgram>,
}

/// One test program.
pub(crate) struct TestProgram {
    /// The crate's name, e.g. `oxcart-domain`.
    pub(crate) package: String,
    /// The crate's folder, in which its tests expect to run.
    pub(crate) folder: PathBuf,
    /// A file under `tests/`, not the unit tests inside the crate.
    pub(crate) is_integration: bool,
    /// The program.
    pub(crate) path: PathBuf,
}

/// A line cargo prints with `--message-format=json`; the fields of interest.
#[derive(Deserialize)]
struct Artifact {
    #[serde(default)]
    manifest_path: PathBuf,
    executable: Option<PathBuf>,
    profile: Option<Profile>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds all, with cargo's progress on the terminal.
///
/// # Errors
/// When something does not compile.
pub(crate) fn everything() -> Result<Built> {
    let format = "--message-format=json-render-diagnostics";
    let args = ["build", "--workspace", "--bins", "--tests", "--examples", format];
    // Not on standard output, which may be read by a program.
    eprintln!("\n> cargo build --workspace --bins --tests --examples");
    let lines = tool::output(tool::cargo(&args)).context("the workspace does not build")?;
    let lines = String::from_utf8(lines).context("cargo speaks UTF-8")?;
    let mut built = Built { oxcart: PathBuf::new(), tests: Vec::new() };
    for line in lines.lines() {
        let artifact: Artifact = serde_json::from_str(line).context("reading cargo's messages")?;
        built.take(artifact);
    }
    anyhow::ensure!(built.oxcart.is_file(), "cargo built no program `oxcart`");
    Ok(built)
}

impl Built {
    fn take(&mut self, artifact: Artifact) {
        let Artifact { manifest_path, executable: Some(path), profile, target: Some(target) } = artifact else {
            return;
        };
        if profile.is_some_and(|profile| profile.test) {
            let folder = manifest_path.parent().map(PathBuf::from).unwrap_or_default();
            let is_integration = target.kind.iter().any(|kind| kind == "test");
            let package = package_of(&folder);
            self.tests.push(TestProgram { package, folder, is_integration, path });
        } else if target.name == "oxcart" {
            self.oxcart = path;
        }
    }
}

/// Folder and crate have the same name here, apart from the project's prefix.
fn package_of(folder: &std::path::Path) -> String {
    match folder.file_name().unwrap_or_default().to_string_lossy().into_owned() {
        name if name == "oxcart" || name == "xtask" => name,
        name => format!("oxcart-{name}"),
    }
}
