//! Texts that are the same for everybody, packed for the way: the program's own files and the document of the API. An
//! answer about somebody is sent as it is, because how well it packs tells of what is in it.

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

/// What was packed, by the tag of what is in it: as many as the program has files.
static KEPT: LazyLock<Mutex<HashMap<String, Bytes>>> = LazyLock::new(Mutex::default);

/// Below this, one packet holds it anyway.
const WORTH_IT: usize = 1000;

/// The text packed, for who takes it so; nothing where it has to be sent as it is. `tag` stands for what is in it.
pub(crate) fn packed(tag: &str, text: &[u8], asked: &HeaderMap) -> Option<Bytes> {
    if text.len() < WORTH_IT || !takes_gzip(asked) {
        return None;
    }
    // A panic elsewhere has left it whole: entries are only ever added.
    let mut kept = KEPT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(found) = kept.get(tag) {
        return Some(found.clone());
    }
    let made = gzip(text)?;
    kept.insert(tag.to_owned(), made.clone());
    Some(made)
}

fn gzip(text: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// Whether `gzip` is named and not refused.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        named && !parts.any(|part| part.trim_start_matches("q=").parse() == Ok(0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asks(encodings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings))])
    }

    #[test]
    fn only_who_names_gzip_gets_it() {
        for accept in ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5"] {
            assert!(takes_gzip(&asks(accept)), "{accept}");
        }
        for accept in ["", "br", "identity", "gzip;q=0", "gzip; q=0.000", "*"] {
            assert!(!takes_gzip(&asks(accept)), "{accept}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn what_is_packed_is_what_is_unpacked() {
        let text = "everyday things, made well\n".repeat(200);
        let made = packed("things", text.as_bytes(), &asks("gzip")).expect("it is worth it");
        assert!(made.len() < text.len() / 10, "{} of {} bytes", made.len(), text.len());
        let mut read = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&made[..]), &mut read).expect("it is gzip");
        assert_eq!(read, text);
        assert_eq!(packed("things", text.as_bytes(), &asks("gzip")), Some(made));
        assert_eq!(packed("small", b"small", &asks("gzip")), None);
    }
}
