//! Which uploads are stored, and which a text mentions.

use super::{Bucket, PictureError, UPLOADS, is_hash};
use crate::Failure;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// What comes of work that waits for the disk.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PictureError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Failure::Busy(5))?;
    done.map_err(|error| PictureError::Storage(error.to_string()))
}

/// The hashes of the uploads below a folder.
pub(super) fn in_folder(folder: &Path) -> io::Result<BTreeSet<String>> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries?,
    };
    let name = |entry: io::Result<std::fs::DirEntry>| entry.map(|entry| entry.file_name().into_string().ok());
    Ok(entries.map(name).collect::<io::Result<Vec<_>>>()?.into_iter().flatten().filter(|name| is_hash(name)).collect())
}

/// Adds those of a bucket.
pub(super) async fn in_bucket(bucket: &dyn Bucket, kept: &mut BTreeSet<String>) -> Result<(), String> {
    let (start, mut after) = (format!("{UPLOADS}/"), String::new());
    loop {
        let names = bucket.names(&start, &after).await?;
        let Some(last) = names.last() else { return Ok(()) };
        after.clone_from(last);
        let hash = |name: &String| name.strip_prefix(&start)?.split_once('/').map(|(hash, _)| hash.to_owned());
        kept.extend(names.iter().filter_map(hash).filter(|hash| is_hash(hash)));
    }
}

/// The hashes of the uploads whose addresses stand in a text.
pub(super) fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let start = format!("{UPLOADS}/");
    let places: Vec<_> = text.match_indices(&start).map(|(at, found)| at + found.len()).collect();
    places.into_iter().filter_map(|at| text.get(at..at + 64)).filter(|hash| is_hash(hash))
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn an_upload_is_found_wherever_a_text_mentions_it() {
        let (one, two) = ("a".repeat(64), "0123456789abcdef".repeat(4));
        let text =
            format!("<img src=\"/media/uploads/{one}/9.jpg\"> uploads/short/1.jpg é uploads/{two}/320.webp uploads/");
        assert_eq!(mentioned(&text).collect::<Vec<_>>(), [one, two]);
    }
}
