//! Which uploads a text mentions, and work that waits for the disk.

use super::{PictureError, UPLOADS, is_hash};
use crate::Failure;
use std::io;

/// What comes of work that waits for the disk.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PictureError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Failure::Busy(5))?;
    done.map_err(|error| PictureError::Storage(error.to_string()))
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
