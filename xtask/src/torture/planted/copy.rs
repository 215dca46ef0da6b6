//! A copy of the sources, beside what was built of it: files keep their time unless they change, so that only what a
//! fault touches is built again.

use super::faults::{Edit, Fault};
use crate::tool;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where wrong programs come from.
pub(super) struct Copy {
    tree: PathBuf,
    target: PathBuf,
}

impl Edit {
    /// The text with the fault in it.
    pub(super) fn apply(&self, text: &str) -> Result<String> {
        let Self { file, find, replace } = self;
        let found = text.matches(find).count();
        ensure!(found == 1, "the text {find:?} is {found} times in {file}, and should be there once");
        Ok(text.replacen(find, replace, 1))
    }
}

impl Copy {
    /// Under the target folder, of the sources as they are now.
    ///
    /// # Errors
    /// When git does not tell which files there are, or one can't be copied.
    pub(super) fn make() -> Result<Self> {
        let home = tool::target().join("torture").join("planted");
        let copy = Self { tree: home.join("tree"), target: home.join("target") };
        copy.refresh()?;
        Ok(copy)
    }

    /// Brings it to what the sources are; what is no longer among them goes.
    fn refresh(&self) -> Result<()> {
        let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let list = tool::output(tool::command("git", &list)).context("git tells which files are sources")?;
        let list = String::from_utf8(list)?;
        let files = list.split('\0').filter(|file| !file.is_empty() && tool::root().join(file).is_file());
        let mut kept = BTreeSet::new();
        for file in files {
            let copied = self.tree.join(file);
            write(&copied, &std::fs::read(tool::root().join(file))?)?;
            kept.insert(copied);
        }
        prune(&self.tree, &kept)
    }

    /// Builds the program with a fault, or without one.
    ///
    /// # Errors
    /// When the fault no longer applies, or it does not compile.
    pub(super) fn build(&self, fault: Option<&Fault>) -> Result<PathBuf> {
        self.refresh()?;
        for edit in fault.map_or(&[][..], |fault| fault.edits) {
            let file = self.tree.join(edit.file);
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            write(&file, edit.apply(&text)?.as_bytes())?;
        }
        let mut cargo = tool::cargo(&["build", "--quiet", "--package", "oxcart", "--bin", "oxcart"]);
        cargo.current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.target);
        ensure!(cargo.status().context("starting cargo")?.success(), "it does not compile");
        Ok(self.target.join("debug").join("oxcart"))
    }
}

/// Removes the files that are not to be there.
fn prune(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            prune(&path, kept)?;
        } else if !kept.contains(&path) {
            std::fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    Ok(())
}

/// Leaves a file alone that holds this already.
fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if std::fs::read(file).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    std::fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
    std::fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::Edit;

    #[test]
    fn an_edit_wants_its_text_exactly_once() {
        let edit = Edit { file: "a.rs", find: "stock >= 0", replace: "TRUE" };
        assert_eq!(edit.apply("CHECK (stock >= 0)").unwrap(), "CHECK (TRUE)");
        for text in ["CHECK (level >= 0)", "stock >= 0 AND stock >= 0"] {
            let why = edit.apply(text).unwrap_err().to_string();
            assert!(why.contains("a.rs") && why.contains("stock >= 0"), "{why}");
        }
    }
}
