//! Pictures of products: prepared on threads that may block, a few at a time, kept under names made of what is in them,
//! and only then told of in a row. A file that no row tells of harms nobody; a row without a file would.

mod change;
mod keep;

pub use change::{PictureError, Upload};

use domain::catalogue::Image;
use std::path::PathBuf;
use std::sync::Arc;
use store::Patience;
use tokio::sync::Semaphore;

/// Where pictures are kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder that is served under `url`.
    pub folder: PathBuf,
    /// The path pictures are served under; starts and ends with `/`.
    pub url: String,
}

/// The folder of uploads, below the media folder. What is in it never changes.
pub const UPLOADS: &str = "uploads";

/// Pictures that are prepared at the same time: each may take a few hundred megabytes.
const AT_ONCE: usize = 2;

/// Turns at preparing pictures.
pub(crate) struct Darkroom {
    turns: Arc<Semaphore>,
    patience: Patience,
}

impl Default for Darkroom {
    fn default() -> Self {
        let patience = Patience::new(std::time::Duration::from_millis(500));
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), patience }
    }
}

/// The widths an uploaded picture is kept in, each with its address; none of one from elsewhere. The name of its widest
/// file says it all: `…/uploads/<hash>/900.jpg`.
#[must_use]
pub fn widths(url: &str) -> Vec<(u32, String)> {
    let parts = || {
        let (folder, file) = url.rsplit_once('/')?;
        let (rest, hash) = folder.rsplit_once('/')?;
        let (widest, extension) = file.split_once('.')?;
        let is_ours = rest.ends_with(UPLOADS) && hash.len() == 64 && matches!(extension, "jpg" | "png");
        let widest: u32 = widest.parse().ok().filter(|_| is_ours)?;
        Some((folder, widest, extension))
    };
    let Some((folder, widest, extension)) = parts() else { return vec![] };
    pictures::widths(widest).into_iter().map(|width| (width, format!("{folder}/{width}.{extension}"))).collect()
}

/// A picture of a product and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// From 0.
    pub position: usize,
    /// What it is.
    pub image: Image,
}

#[cfg(test)]
mod tests {
    use super::widths;

    #[test]
    fn the_widths_of_an_upload_are_told_by_its_address_and_of_nothing_else() {
        let folder = format!("/media/uploads/{}", "a".repeat(64));
        let found: Vec<_> = widths(&format!("{folder}/900.jpg"));
        assert_eq!(found, [320, 640, 900].map(|width| (width, format!("{folder}/{width}.jpg"))));
        for other in ["", "/media/demo/mug.svg", "https://cdn.example/a/900.jpg", "/media/uploads/abc/900.jpg"] {
            assert_eq!(widths(other), [], "{other}");
        }
    }
}
