//! Where a page begins, as one word of an address: the place of a row in a list that is sorted in one way. Clients hand it
//! back as it is; whatever else comes is no place.

use app::{Mark, Place};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// How cursors are written; another release that writes them otherwise counts on.
const VERSION: u8 = 1;

/// Characters of a cursor. What a list is sorted by is an address, a name or a number.
const LONGEST: usize = 1_024;

/// A place in a list that is sorted like this; `None` where it would be too long.
pub(super) fn written(ordering: &str, place: &Place) -> Option<String> {
    let mark = match &place.mark {
        Mark::Id => Value::Null,
        Mark::Number(number) => json!(number),
        Mark::Text(text) => json!(text),
    };
    let cursor = URL_SAFE_NO_PAD.encode(json!([VERSION, ordering, mark, place.id]).to_string());
    (cursor.len() <= LONGEST).then_some(cursor)
}

/// What was written of a list that is sorted like this. PostgreSQL takes no text with NUL.
pub(super) fn read(cursor: &str, ordering: &str) -> Option<Place> {
    if cursor.len() > LONGEST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (version, sorted, mark, id): (u8, String, Value, i64) = serde_json::from_slice(&bytes).ok()?;
    let mark = match mark {
        Value::Null => Mark::Id,
        Value::Number(number) => Mark::Number(number.as_i64()?),
        Value::String(text) if !text.contains('\0') => Mark::Text(text),
        _ => return None,
    };
    (version == VERSION && sorted == ordering).then_some(Place { mark, id })
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, read, written};
    use app::{Mark, Place};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn word(text: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        let marks = [Mark::Id, Mark::Number(i64::MIN), Mark::Number(0), Mark::Text(String::new())];
        let texts = ["ann@example.com", "ü \u{1F600} \"\\ %00", "a:b,c]"].map(|text| Mark::Text(text.to_owned()));
        for mark in marks.into_iter().chain(texts) {
            for id in [1, i64::MAX, -1] {
                let place = Place { mark: mark.clone(), id };
                let cursor = written("-email", &place).expect("short enough");
                assert!(cursor.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"-_".contains(&sign)), "{cursor}");
                assert_eq!(read(&cursor, "-email"), Some(place));
                assert_eq!(read(&cursor, "email"), None, "a cursor is of one ordering");
            }
        }
    }

    #[test]
    fn whatever_else_comes_is_no_place() {
        assert!(read(&word(r#"[1,"id",null,7]"#), "id").is_some(), "this one is well written");
        let texts = [
            "",
            "{}",
            "[]",
            "7",
            "null",
            r#"[1,"id",null]"#,
            r#"[1,"id",null,7,8]"#,
            r#"[2,"id",null,7]"#,
            r#"[256,"id",null,7]"#,
            r#"["1","id",null,7]"#,
            r#"[1,"id",null,"7"]"#,
            r#"[1,"id",null,7.5]"#,
            r#"[1,"id",1.5,7]"#,
            r#"[1,"id",18446744073709551615,7]"#,
            r#"[1,"id",null,9223372036854775808]"#,
            r#"[1,"id",true,7]"#,
            r#"[1,"id",[],7]"#,
            r#"[1,"id","a\u0000b",7]"#,
            r#"[1,"id","\ud800",7]"#,
            r#"[1,"id",null,7] x"#,
        ];
        for text in texts {
            assert_eq!(read(&word(text), "id"), None, "{text}");
        }
        assert_eq!(read(&word(b"[1,\"id\",\"\xff\",7]"), "id"), None, "no UTF-8");
        assert_eq!(read(&word("[".repeat(700)), "id"), None, "nested");
        for cursor in ["!", "WzEs=", "W zEs", "ä", "0", "' OR 1=1 --"] {
            assert_eq!(read(cursor, "id"), None, "{cursor}");
        }
    }

    #[test]
    fn a_cursor_is_bounded_on_both_ways() {
        let long = Place { mark: Mark::Text("x".repeat(LONGEST)), id: 7 };
        assert_eq!(written("id", &long), None);
        assert_eq!(read(&word(format!(r#"[1,"id","{}",7]"#, "x".repeat(LONGEST))), "id"), None);
    }
}
