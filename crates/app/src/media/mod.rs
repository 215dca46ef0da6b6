//! Pictures of products: prepared on threads that may block, a few at a time, kept under names made of what is in them,
//! and only then told of in a row. A file that no row tells of harms nobody; a row without a file would.

mod bucket;
mod change;
mod keep;
mod stored;
mod sweep;

pub use bucket::{Bucket, Later};
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
    /// What takes uploads instead, and is served under `url` too.
    pub bucket: Option<Arc<dyn Bucket>>,
    /// The path pictures are served under; starts and ends with `/`.
    pub url: String,
}

/// The folder of uploads, below the media folder.
pub const UPLOADS: &str = "uploads";

/// Whether a file below the media folder lies under the hash of what is in it, so that it never changes. Shops that were
/// carried over may have others below `uploads/`.
#[must_use]
pub fn is_named_by_content(name: &str) -> bool {
    let below = name.strip_prefix(UPLOADS).and_then(|rest| rest.strip_prefix('/'));
    below.and_then(|rest| rest.split_once('/')).is_some_and(|(hash, _)| is_hash(hash))
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

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
    in_widths(url, None)
}

/// The addresses of the same as WebP. Where there is none, because it would not be smaller or the picture is from before
/// there were any, what is there instead is served under them.
#[must_use]
pub fn webp_widths(url: &str) -> Vec<(u32, String)> {
    in_widths(url, Some(WEBP))
}

/// The files that may be served under a name, the best first.
pub fn served(name: &str) -> impl Iterator<Item = String> {
    let instead = name.strip_suffix(WEBP).and_then(|stem| stem.strip_suffix('.')).filter(|_| is_named_by_content(name));
    let others = instead.map(|stem| EXTENSIONS.map(|extension| format!("{stem}.{extension}")));
    std::iter::once(name.to_owned()).chain(others.into_iter().flatten())
}

/// What files of uploads end with, besides WebP.
const EXTENSIONS: [&str; 2] = ["jpg", "png"];
const WEBP: &str = "webp";

fn in_widths(url: &str, other: Option<&str>) -> Vec<(u32, String)> {
    let parts = || {
        let (folder, file) = url.rsplit_once('/')?;
        let (rest, hash) = folder.rsplit_once('/')?;
        let (widest, extension) = file.split_once('.')?;
        let is_ours = rest.ends_with(UPLOADS) && is_hash(hash) && EXTENSIONS.contains(&extension);
        let widest: u32 = widest.parse().ok().filter(|_| is_ours)?;
        Some((folder, widest, other.unwrap_or(extension)))
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
    use super::{is_named_by_content, served, webp_widths, widths};

    #[test]
    fn only_what_lies_under_a_hash_is_taken_for_what_never_changes() {
        let hash = "0123456789abcdef".repeat(4);
        assert!(is_named_by_content(&format!("uploads/{hash}/320.jpg")));
        let others =
            [format!("uploads/{hash}"), format!("uploads/{}/320.jpg", hash.to_uppercase()), format!("{hash}/1.jpg")];
        for other in
            others.iter().map(String::as_str).chain(["uploads/mug.jpg", "uploads/2024/mug.jpg", "demo/mug.svg"])
        {
            assert!(!is_named_by_content(other), "{other}");
        }
    }

    #[test]
    fn the_widths_of_an_upload_are_told_by_its_address_and_of_nothing_else() {
        let folder = format!("/media/uploads/{}", "a".repeat(64));
        let found: Vec<_> = widths(&format!("{folder}/900.jpg"));
        assert_eq!(found, [320, 640, 900].map(|width| (width, format!("{folder}/{width}.jpg"))));
        let found: Vec<_> = webp_widths(&format!("{folder}/900.png"));
        assert_eq!(found, [320, 640, 900].map(|width| (width, format!("{folder}/{width}.webp"))));
        for other in ["", "/media/demo/mug.svg", "https://cdn.example/a/900.jpg", "/media/uploads/abc/900.jpg"] {
            assert_eq!(widths(other), [], "{other}");
        }
    }

    #[test]
    fn what_is_not_there_as_webp_is_served_as_it_is() {
        let name = |file| format!("uploads/{}/{file}", "0".repeat(64));
        let found: Vec<_> = served(&name("320.webp")).collect();
        assert_eq!(found, ["320.webp", "320.jpg", "320.png"].map(name));
        assert_eq!(served(&name("320.jpg")).collect::<Vec<_>>(), [name("320.jpg")]);
        assert_eq!(served("uploads/old.webp").collect::<Vec<_>>(), ["uploads/old.webp"]);
    }
}
