//! Programs that come as packages of Python, each in a virtual environment of its own under the target folder.

use crate::tool;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// The program of this name from `requirement` (`schemathesis==4.32.5`), installed unless it is there.
///
/// # Errors
/// When Python is missing and cannot be installed, or the package cannot.
pub(crate) fn program(name: &str, requirement: &str) -> Result<PathBuf> {
    let home = tool::target().join(name);
    let program = home.join("bin").join(name);
    let mark = home.join(requirement);
    if mark.is_file() && program.is_file() {
        return Ok(program);
    }
    super::python()?;
    let path = home.to_str().context("the target folder's name is not UTF-8")?;
    tool::run(tool::command("python3", &["-m", "venv", "--clear", path]))?;
    let mut pip = Command::new(home.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]);
    tool::run(pip).with_context(|| format!("installing {requirement}"))?;
    if !program.is_file() {
        bail!("{requirement} brought no program {}", program.display());
    }
    std::fs::write(mark, "")?;
    Ok(program)
}
