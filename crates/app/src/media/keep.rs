//! Files of pictures in the media folder.

use super::UPLOADS;
use pictures::Prepared;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Where a prepared picture lies below the media folder: made of what is in it, so that the same picture is kept once and
/// an address always means the same bytes.
pub(super) fn name(prepared: &Prepared) -> String {
    let mut digest = Sha256::new();
    for (width, bytes) in &prepared.files {
        digest.update(format!("{width}.{} {}\n", prepared.extension, bytes.len()));
        digest.update(bytes);
    }
    let hash = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{UPLOADS}/{hash}")
}

/// Writes the files of a picture; those that are there are left alone. Each appears whole or not at all.
pub(super) fn write(media: &Path, name: &str, prepared: &Prepared) -> io::Result<()> {
    let folder = media.join(name);
    fs::create_dir_all(&folder)?;
    for (width, bytes) in &prepared.files {
        let path = folder.join(format!("{width}.{}", prepared.extension));
        if path.exists() {
            continue;
        }
        // Another upload of the same picture may write at this moment: names of its own, the same bytes.
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        let kept = file.persist(&path).map_err(|error| error.error)?;
        // Whoever serves the folder may be another user.
        #[cfg(unix)]
        kept.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        drop(kept);
    }
    Ok(())
}
