//! What browsers show: the storefront (`assets/shop`), the console of the staff (`assets/admin`) and what both use
//! (`assets/shared`). Static files and nothing else: whatever a page shows or does, it asks the public API for, so that
//! every rule stands in one place and scripts can do what pages do.
//!
//! To change a page: edit its file and reload. Development builds read the files from this folder; a release has them
//! inside. There is no build step: scripts are modules as browsers take them, on a vendored Preact with `htm`
//! (`assets/shared/vendor`).

mod kind;

pub use kind::content_type;

use rust_embed::{Embed, EmbeddedFile};
use std::borrow::Cow;
use std::fmt::Write;

#[derive(Embed)]
#[folder = "assets"]
struct Assets;

/// A file that is part of the program.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// A strong entity tag with its quotes: other bytes, another tag.
    pub etag: String,
}

/// The file at a path below `assets`, such as `shop/index.html`; nothing where there is none. A path that leaves the
/// folder, or names something hidden, finds nothing.
#[must_use]
pub fn find(path: &str) -> Option<Asset> {
    if !is_plain(path) {
        return None;
    }
    Assets::get(path).map(|file| asset(path, file))
}

/// Whether a path is made of names only: nothing above, nothing hidden but `.well-known`, no other system's separators.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    let plain = |name: &str| !name.is_empty() && (!name.starts_with('.') || name == ".well-known");
    path.split('/').all(plain) && !path.contains(['\\', '\0', ':'])
}

fn asset(path: &str, file: EmbeddedFile) -> Asset {
    let mut etag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..12] {
        // Writing into a text never fails.
        let _ = write!(etag, "{byte:02x}");
    }
    etag.push('"');
    Asset { bytes: file.data, content_type: content_type(path), etag }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_kind_browsers_know() {
        let unknown: Vec<_> = Assets::iter().filter(|path| content_type(path) == kind::UNKNOWN).collect();
        assert!(unknown.is_empty(), "add the ending to kind.rs: {unknown:?}");
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in
            ["../Cargo.toml", "shop/../../Cargo.toml", "/etc/passwd", "shop//index.html", "shop\\index.html", ""]
        {
            assert!(find(path).is_none(), "{path} was found");
        }
        assert!(find("shared/base.css").is_some());
    }

    #[test]
    fn scripts_and_styles_stay_out_of_pages() {
        for path in Assets::iter().filter(|path| path.ends_with(".html")) {
            let page = find(&path).expect("it was listed");
            let html = String::from_utf8_lossy(&page.bytes).to_lowercase();
            for (at, _) in html.match_indices("<script") {
                let tag = &html[at..at + html[at..].find('>').expect("tags end")];
                assert!(tag.contains("src="), "{path} holds a script, which browsers refuse to run: {tag}");
            }
            for inline in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
                assert!(!html.contains(inline), "{path} holds {inline}, which the content security policy forbids");
            }
        }
    }
}
