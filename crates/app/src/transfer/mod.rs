//! Whole catalogues and shops in and out: product files ([`App::importer`](crate::App::importer),
//! [`App::export_page`](crate::App::export_page)), and Django fixtures ([`fixture`]).

mod export;
mod fill;
pub mod fixture;
mod import;
mod merge;

pub use export::ExportPage;
pub use fill::{Goods, Shelf};
pub use import::{Importer, RowLoss, Tally};

use exchange::slug::slugify;

/// The longest name, slug or SKU that is taken over, in characters: what Django's own fields hold.
const LONGEST: usize = 255;

/// Products or orders read at once on the way out.
const PAGE: i64 = 200;

/// A text as an address part: one that can stand in an address stays as it is, others become Django's slug, or keep
/// their own letters where that would leave nothing (`茶 杯` → `茶-杯`). `None` when nothing is left.
fn address_part(text: &str) -> Option<String> {
    let plain = |sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_';
    if !text.is_empty() && text.chars().all(plain) {
        return Some(text.to_owned());
    }
    let slug = slugify(text);
    if !slug.is_empty() {
        return Some(slug);
    }
    let words: Vec<_> = text.split(|sign| !plain(sign)).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-").to_lowercase())
}

fn too_long(text: &str) -> bool {
    text.chars().count() > LONGEST
}

#[cfg(test)]
mod tests {
    use super::address_part;

    #[test]
    fn address_parts_keep_what_can_stand_in_an_address() {
        let cases = [
            ("clay-pot", Some("clay-pot")),
            ("Clay_Pot", Some("Clay_Pot")),
            ("Clay pot & saucer", Some("clay-pot-saucer")),
            ("茶 杯", Some("茶-杯")),
            ("!?", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(address_part(text).as_deref(), wanted, "the address part of {text:?}");
        }
    }
}
