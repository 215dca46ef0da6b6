//! Whole catalogues and shops in and out: product files ([`App::importer`](crate::App::importer),
//! [`App::export_page`](crate::App::export_page)), and Django fixtures ([`fixture`]).

mod export;
mod fill;
pub mod fixture;
mod import;
mod merge;
mod serve;
mod spool;
mod turns;

pub use export::ExportPage;
pub use fill::{Goods, Shelf};
pub use import::{Importer, RowLoss, Tally};
pub use serve::{ImportProblem, ImportReport, Pipe};
pub use spool::{Spool, Spooled};
pub(crate) use turns::Turns;

use exchange::slug::slugify;

/// The longest name, slug or SKU that is taken over, in characters: what Django's own fields hold.
const LONGEST: usize = 255;

/// Products or orders read at once on the way out.
const PAGE: i64 = 200;

/// The slug of a name: Django's, or its own letters where that would leave nothing (`茶 杯` → `茶-杯`). `None` when nothing
/// is left.
fn slug_of(name: &str) -> Option<String> {
    let slug = slugify(name);
    if !slug.is_empty() {
        return Some(slug);
    }
    let words: Vec<_> = name.split(|sign| !stands_in_address(sign)).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-").to_lowercase())
}

/// A handle as a slug: it stays as it is where it can stand in an address.
fn slug_of_handle(handle: &str) -> Option<String> {
    match !handle.is_empty() && handle.chars().all(stands_in_address) {
        true => Some(handle.to_owned()),
        false => slug_of(handle),
    }
}

fn stands_in_address(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '-' || sign == '_'
}

fn too_long(text: &str) -> bool {
    text.chars().count() > LONGEST
}

#[cfg(test)]
mod tests {
    use super::{slug_of, slug_of_handle};

    #[test]
    fn handles_keep_what_can_stand_in_an_address_and_names_become_slugs() {
        let cases = [
            ("clay-pot", Some("clay-pot"), Some("clay-pot")),
            ("Clay_Pot", Some("Clay_Pot"), Some("clay_pot")),
            ("Clay pot & saucer", Some("clay-pot-saucer"), Some("clay-pot-saucer")),
            ("茶 杯", Some("茶-杯"), Some("茶-杯")),
            ("!?", None, None),
        ];
        for (text, handle, name) in cases {
            assert_eq!(slug_of_handle(text).as_deref(), handle, "the slug of the handle {text:?}");
            assert_eq!(slug_of(text).as_deref(), name, "the slug of the name {text:?}");
        }
    }
}
