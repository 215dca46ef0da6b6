//! The key that signs tokens and sessions. Whoever sets none gets one that is made once and kept
//! in a file, so that logins survive a restart; two processes that start at once agree on it.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The file's name, beside the SQLite database or in the current folder.
pub const FILE_NAME: &str = "oxcart.secret";

/// How many characters a made key has.
pub const LENGTH: usize = 50;

/// Fifty signs, so that each byte below 250 stands for one of them with the same chance.
const ALPHABET: &[u8; 50] = b"abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";

/// Where the key comes from. Shown without it.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretKey {
    /// Set by whoever runs the shop.
    Given(String),
    /// Made here and kept in this file.
    Kept(PathBuf),
}

impl fmt::Display for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretKey::Given(_) => f.write_str("***"),
            SecretKey::Kept(file) => write!(f, "*** (kept in {})", file.display()),
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl SecretKey {
    /// Whether the key was made here rather than given.
    pub fn is_generated(&self) -> bool {
        matches!(self, SecretKey::Kept(_))
    }

    /// The key itself. A kept one is read from its file, or made with `random` (fills a buffer
    /// with random bytes) if there is none yet.
    ///
    /// # Errors
    /// The file cannot be read or written, or what it holds is no key.
    pub fn load(&self, random: impl Fn(&mut [u8])) -> anyhow::Result<String> {
        match self {
            SecretKey::Given(key) => Ok(key.clone()),
            SecretKey::Kept(file) => match read(file)? {
                Some(key) => Ok(key),
                None => create(file, &random),
            },
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Option<String>> {
    let key = match std::fs::read_to_string(file) {
        Ok(text) => text.trim().to_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", file.display()));
        }
    };
    if key.len() < LENGTH {
        bail!(
            "{} holds no key of {LENGTH} characters; restore it from a backup, or delete it to \
             get a new one (which ends every login)",
            file.display()
        );
    }
    Ok(Some(key))
}

/// Writes a new key beside its place and moves it there unless something is there already: the
/// file is never seen half written, and of two processes the second takes the first one's key.
fn create(file: &Path, random: &impl Fn(&mut [u8])) -> anyhow::Result<String> {
    let advice = || format!("cannot write {}; make its folder writable or set SECRET_KEY", file.display());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let key = generate(random);
    // Temporary files are made readable for their owner alone.
    let mut draft = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).with_context(advice)?;
    writeln!(draft, "{key}").with_context(advice)?;
    draft.as_file().sync_all().with_context(advice)?;
    match draft.persist_noclobber(file) {
        Ok(_) => Ok(key),
        Err(lost) if lost.error.kind() == ErrorKind::AlreadyExists => {
            read(file)?.with_context(|| format!("{} vanished while starting", file.display()))
        }
        Err(other) => Err(other.error).with_context(advice),
    }
}

fn generate(random: &impl Fn(&mut [u8])) -> String {
    let mut key = String::with_capacity(LENGTH);
    let mut bytes = [0; 64];
    while key.len() < LENGTH {
        random(&mut bytes);
        let fair = bytes.iter().filter(|byte| **byte < 250);
        let signs = fair.map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
        key.extend(signs.take(LENGTH - key.len()));
    }
    key
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::clock::fill;

    fn kept() -> (tempfile::TempDir, SecretKey, PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join(FILE_NAME);
        (folder, SecretKey::Kept(file.clone()), file)
    }

    #[test]
    fn a_key_is_made_once_and_used_again() {
        let (_folder, secret, _) = kept();
        let first = secret.load(fill).expect("a key is made");
        assert_eq!(first.len(), LENGTH);
        assert_eq!(secret.load(fill).expect("the key is read"), first);
        let (_other_folder, other, _) = kept();
        assert_ne!(other.load(fill).expect("another key"), first, "two shops share a key");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, secret, file) = kept();
        secret.load(fill).expect("a key is made");
        let mode = std::fs::metadata(file).expect("the file is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "the file's mode is {:o}", mode & 0o777);
    }

    #[test]
    fn all_who_start_at_once_agree_on_the_key() {
        for _ in 0..20 {
            let (folder, secret, _) = kept();
            let barrier = Barrier::new(8);
            let keys: Vec<String> = std::thread::scope(|scope| {
                let start = || {
                    barrier.wait();
                    secret.load(fill).expect("a key")
                };
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            assert!(keys.iter().all(|key| *key == keys[0]), "instances sign with different keys");
            let left = std::fs::read_dir(folder.path()).expect("the folder").count();
            assert_eq!(left, 1, "drafts of the key were left behind");
        }
    }

    #[test]
    fn a_damaged_file_is_not_taken_for_a_key() {
        let (_folder, secret, file) = kept();
        std::fs::write(&file, "short\n").expect("the file is written");
        let error = secret.load(fill).expect_err("a short key must be refused");
        assert!(error.to_string().contains("delete it"), "the error gives no way out: {error}");
    }

    #[test]
    fn every_sign_of_the_alphabet_can_occur() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..100 {
            seen.extend(generate(&fill).bytes());
        }
        assert_eq!(seen.len(), ALPHABET.len());
    }
}
