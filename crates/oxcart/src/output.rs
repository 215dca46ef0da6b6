//! Where a command writes its file: standard output, or a file that appears only when it is whole, so that a command
//! that fails never costs an earlier copy.

use anyhow::Context as _;
use std::fs::File;
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file being written. Without [`Output::finish`] it is gone again.
pub struct Output(BufWriter<Target>);

enum Target {
    Standard(Stdout),
    /// A device or a pipe, which can't be replaced.
    Special(File),
    Whole(NamedTempFile, PathBuf),
}

impl Output {
    /// Opens `path`, or standard output. A file that holds secrets can be read by its owner alone.
    ///
    /// # Errors
    /// When the file can't be made there.
    pub fn open(path: Option<&Path>, secret: bool) -> anyhow::Result<Self> {
        let target = match path {
            None => Target::Standard(io::stdout()),
            Some(path) => Self::file(path, secret).with_context(|| format!("cannot write {}", path.display()))?,
        };
        Ok(Self(BufWriter::new(target)))
    }

    fn file(path: &Path, secret: bool) -> io::Result<Target> {
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return Ok(Target::Special(File::options().write(true).open(path)?));
        }
        // Through a symbolic link, the file behind it is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".oxcart-");
        #[cfg(unix)]
        if !secret {
            // What the umask leaves of it, as with any new file.
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        #[cfg(not(unix))]
        let _ = secret;
        Ok(Target::Whole(builder.tempfile_in(folder)?, path))
    }

    /// Makes the file whole and lasting.
    ///
    /// # Errors
    /// When the last bytes can't be written.
    pub fn finish(self) -> anyhow::Result<()> {
        let target = self.0.into_inner().map_err(io::IntoInnerError::into_error).context("cannot write the file")?;
        match target {
            Target::Standard(mut out) => out.flush().context("cannot write to standard output"),
            Target::Special(mut file) => file.flush().context("cannot write the file"),
            Target::Whole(file, path) => {
                let told = || format!("cannot write {}", path.display());
                file.as_file().sync_all().with_context(told)?;
                file.persist(&path).map(drop).with_context(told)
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Special(file) => file.write(bytes),
            Self::Whole(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::Special(file) => file.flush(),
            Self::Whole(file, _) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_it_is_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("shop.json");
        std::fs::write(&path, "old").expect("the file is written");
        let mut output = Output::open(Some(&path), true).expect("the file can be made");
        output.write_all(b"new").expect("there is room");
        drop(output);
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "old", "a failed command cost the old file");
        let mut output = Output::open(Some(&path), false).expect("the file can be made");
        output.write_all(b"new").expect("there is room");
        output.finish().expect("it can be finished");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "new");
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1, "something was left behind");
    }

    #[test]
    fn a_device_is_written_to_and_stays_one() {
        let null = Path::new("/dev/null");
        if null.exists() {
            Output::open(Some(null), true).expect("it can be opened").finish().expect("it takes everything");
            assert!(!null.metadata().expect("it is there").is_file());
        }
    }
}
