//! Files out of packages of npm, each in a folder of its own under the target folder. Nothing is run or installed.

use crate::tool;
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

/// The file of this name in `requirement` (`axe-core@4.14.1`), fetched unless it is there.
///
/// # Errors
/// When npm is missing, the package can't be fetched, or it holds no such file.
pub(crate) fn file(requirement: &str, name: &str) -> Result<PathBuf> {
    let home = tool::target().join("npm").join(requirement);
    let file = home.join("package").join(name);
    if file.is_file() {
        return Ok(file);
    }
    std::fs::create_dir_all(&home)?;
    let mut pack = tool::command("npm", &["pack", "--silent", requirement]);
    pack.current_dir(&home);
    let packed = tool::output(pack).with_context(|| format!("fetching {requirement}; npm is needed (package npm)"))?;
    let archive = String::from_utf8(packed).context("npm speaks UTF-8")?;
    let mut unpack = tool::command("tar", &["xzf", archive.trim()]);
    unpack.current_dir(&home);
    tool::run(unpack)?;
    ensure!(file.is_file(), "{requirement} holds no {name}");
    Ok(file)
}
