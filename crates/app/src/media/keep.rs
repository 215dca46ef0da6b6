//! Files of pictures, in the media folder or in a bucket.

use super::Bucket;
use bytes::Bytes;
use pictures::Prepared;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// What a prepared picture lies under: made of what is in it, so that the same picture is kept once and an address always
/// means the same bytes.
pub(super) fn hash(prepared: &Prepared) -> String {
    let mut digest = Sha256::new();
    for (name, bytes) in prepared.named() {
        digest.update(format!("{name} {}\n", bytes.len()));
        digest.update(bytes);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the files of a picture; those that are there are left alone. Each appears whole or not at all.
pub(super) fn write(media: &Path, name: &str, prepared: &Prepared) -> io::Result<()> {
    let folder = media.join(name);
    fs::create_dir_all(&folder)?;
    for (file, bytes) in prepared.named() {
        let path = folder.join(file);
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

/// Sends the files of a picture to a bucket. They come one after the other, so that a picture never takes more than one
/// connection.
pub(super) async fn send(bucket: &dyn Bucket, name: &str, prepared: &Prepared) -> Result<(), String> {
    for (file, bytes) in prepared.named() {
        bucket.keep(&format!("{name}/{file}"), Bytes::copy_from_slice(bytes)).await?;
    }
    Ok(())
}
