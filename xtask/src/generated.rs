//! The files that are made from the program: the configuration reference and the OpenAPI document.
//! They lie in `docs/` so that they can be read without building, and CI compares them.

use crate::build;
use crate::tool;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Each file, and the arguments with which the program prints it.
const FILES: [(&str, &[&str]); 2] =
    [("docs/CONFIGURATION.md", &["config", "reference"]), ("docs/openapi.json", &["openapi"])];

/// Builds the program and writes every file.
///
/// # Errors
/// When the program does not build, or prints nothing for one.
pub(crate) fn write() -> Result<()> {
    let oxcart = build::everything()?.oxcart;
    for (file, args) in FILES {
        std::fs::write(tool::root().join(file), printed(&oxcart, args)?).with_context(|| format!("writing {file}"))?;
        println!("wrote {file}");
    }
    Ok(())
}

/// Builds the program and compares every file with what it prints now.
///
/// # Errors
/// When one differs, with the first line that does.
pub(crate) fn compare() -> Result<()> {
    let oxcart = build::everything()?.oxcart;
    let mut stale = Vec::new();
    for (file, args) in FILES {
        let kept = std::fs::read_to_string(tool::root().join(file)).unwrap_or_default();
        if let Some(difference) = first_difference(&kept, &printed(&oxcart, args)?) {
            stale.push(format!("{file} is not what the program prints now: {difference}"));
        }
    }
    match stale.is_empty() {
        true => Ok(()),
        false => bail!("{}\nrun `cargo xtask generate` and keep what it writes", stale.join("\n")),
    }
}

fn printed(oxcart: &Path, args: &[&str]) -> Result<String> {
    let mut command = Command::new(oxcart);
    // Nothing of this machine may get into the files: no variables, no oxcart.toml of a developer.
    command.args(args).env_clear().current_dir(std::env::temp_dir());
    let text = String::from_utf8(tool::output(command)?).context("the program prints UTF-8")?;
    match text.is_empty() {
        true => bail!("`oxcart {}` prints nothing", args.join(" ")),
        false => Ok(text),
    }
}

fn first_difference(kept: &str, printed: &str) -> Option<String> {
    if kept == printed {
        return None;
    }
    let same = kept.lines().zip(printed.lines()).take_while(|(old, new)| old == new).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(nothing)").trim().to_owned();
    Some(format!("line {} is `{}`, not `{}`", same + 1, line(printed), line(kept)))
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn a_stale_file_is_told_by_its_first_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n").as_deref(), Some("line 2 is `c`, not `b`"));
        assert_eq!(first_difference("", "a\n").as_deref(), Some("line 1 is `a`, not `(nothing)`"));
        assert!(first_difference("a", "a\n").is_some(), "a missing line end is a difference");
    }
}
