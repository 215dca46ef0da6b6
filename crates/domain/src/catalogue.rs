//! What the shop sells: categories, products and their variants. The variant is the sellable unit (SKU, option
//! values, price, stock); a plain product has exactly one, without options.

use crate::money::{Bound, Currency, MoneyError};
use crate::time::Timestamp;

/// A category; categories form a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its address part, unique.
    pub slug: String,
    /// A sentence about it, possibly empty.
    pub description: String,
    /// The category above it.
    pub parent_id: Option<i64>,
    /// Created.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// A category as a product shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryRef {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its address part.
    pub slug: String,
}

/// A product with what its variants add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its address part, unique among the products on sale.
    pub slug: String,
    /// HTML or plain text, cleaned when it came in.
    pub description: String,
    /// Who makes it, possibly empty.
    pub vendor: String,
    /// Free words about it.
    pub tags: Vec<String>,
    /// Names of its options (`Size`, `Colour`); empty for a plain product.
    pub options: Vec<String>,
    /// The lowest price among its variants, minor units.
    pub price: i64,
    /// The sum of its variants' stock.
    pub stock: i64,
    /// How many variants it has; at least 1.
    pub variant_count: i64,
    /// Where it stands.
    pub category: Option<CategoryRef>,
    /// Address of its first picture: absolute, or a path below this server.
    pub image: Option<String>,
    /// Whether customers see it.
    pub published: bool,
    /// Created.
    pub created_at: Timestamp,
    /// Last changed (stock apart).
    pub updated_at: Timestamp,
}

impl Product {
    /// Bytes it takes in memory, about.
    #[must_use]
    pub fn weight(&self) -> usize {
        let tags: usize = self.tags.iter().map(String::len).sum();
        self.name.len() + self.slug.len() + self.description.len() + self.vendor.len() + tags + 512
    }
}

/// The sellable unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its id.
    pub id: i64,
    /// The product it belongs to.
    pub product_id: i64,
    /// Stock keeping unit, unique among the variants on sale.
    pub sku: Option<String>,
    /// One value for each of the product's option names, in their order.
    pub option_values: Vec<String>,
    /// Minor units.
    pub price: i64,
    /// The price it is compared with ("was"), minor units.
    pub compare_at: Option<i64>,
    /// Units that can be sold.
    pub stock: i64,
    /// Weight of one unit.
    pub grams: i64,
    /// GTIN, EAN, UPC or ISBN.
    pub barcode: Option<String>,
    /// Address of its own picture.
    pub image: Option<String>,
    /// Its place among the product's variants, from 1.
    pub position: i64,
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where it is: absolute, or a path below this server.
    pub url: String,
    /// What it shows, for those who can't see it.
    pub alt: String,
}

/// Orders in which products can be listed; the id breaks ties, in the same direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ordering {
    /// By id.
    #[default]
    Id,
    /// By lowest price.
    Price,
    /// By name, without regard to case.
    Name,
    /// By creation.
    CreatedAt,
    /// What a search is about before what only mentions it: by [`Filter::rank`], best first, then by creation, in the
    /// direction the list has.
    Relevance,
}

/// What a list of products is narrowed to. Prices in minor units, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Ids, slugs or names of categories; a product of any of them, or of one below them, matches.
    pub categories: Vec<String>,
    /// Lowest price.
    pub min_price: Option<i64>,
    /// Highest price.
    pub max_price: Option<i64>,
    /// Whether something of it can be sold.
    pub in_stock: Option<bool>,
    /// Lower-case terms that must all occur.
    pub terms: Vec<String>,
    /// How to sort.
    pub ordering: Ordering,
    /// From the end.
    pub descending: bool,
    /// Also what customers don't see.
    pub unpublished_too: bool,
    /// What only the staff may ask for, and only the database answers.
    pub for_staff: StaffFilter,
}

/// What only the staff narrows and sorts lists of products by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaffFilter {
    /// Only what customers see, or only what they don't.
    pub published: Option<bool>,
    /// The fewest there are of it, all variants together.
    pub min_stock: Option<i64>,
    /// The most there are of it.
    pub max_stock: Option<i64>,
    /// The most there are of the variant there are fewest of.
    pub max_variant_stock: Option<i64>,
    /// Sorted by how many there are, instead of by `ordering`.
    pub by_stock: bool,
}

/// How a price parameter narrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceTest {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
}

impl PriceTest {
    /// The test that a query parameter of this name asks for.
    #[must_use]
    pub fn named(parameter: &str) -> Option<Self> {
        Some(match parameter {
            "min_price" | "price_min" | "price__gte" => Self::AtLeast,
            "price__gt" => Self::Above,
            "max_price" | "price_max" | "price__lte" => Self::AtMost,
            "price__lt" => Self::Below,
            _ => return None,
        })
    }
}

/// The most terms a search looks at; more are ignored.
pub const MOST_TERMS: usize = 8;

impl Filter {
    /// Narrows by one more price test; several of one direction all hold.
    pub fn narrow_price(&mut self, test: PriceTest, value: &str, currency: &Currency) -> Result<(), MoneyError> {
        let bound: Bound = currency.read_bound(value)?;
        match test {
            PriceTest::AtLeast => self.raise_minimum(bound.at_least()),
            PriceTest::Above => self.raise_minimum(bound.above()),
            PriceTest::AtMost => self.lower_maximum(bound.at_most()),
            PriceTest::Below => self.lower_maximum(bound.below()),
        }
        Ok(())
    }

    fn raise_minimum(&mut self, price: i64) {
        self.min_price = Some(self.min_price.map_or(price, |old| old.max(price)));
    }

    fn lower_maximum(&mut self, price: i64) {
        self.max_price = Some(self.max_price.map_or(price, |old| old.min(price)));
    }

    /// How well a name (in lower case) fits the terms: 0 holds them all and begins with the first, 1 holds them all, 2 is
    /// of something that mentions them elsewhere.
    #[must_use]
    pub fn rank(&self, name_key: &str) -> u8 {
        let holds_all = self.terms.iter().all(|term| name_key.contains(term.as_str()));
        match self.terms.first() {
            Some(first) if holds_all => u8::from(!name_key.starts_with(first.as_str())),
            _ => 2,
        }
    }

    /// Whether ranks tell anything: only words have some.
    #[must_use]
    pub fn is_ranked(&self) -> bool {
        self.ordering == Ordering::Relevance && !self.terms.is_empty()
    }

    /// Splits what somebody typed into lower-case terms.
    pub fn search(&mut self, text: &str) {
        let terms = text.split([' ', ',', '\t', '\n', '\r']).map(|term| term.trim().to_lowercase());
        self.terms.extend(terms.filter(|term| !term.is_empty()).take(MOST_TERMS));
        self.terms.truncate(MOST_TERMS);
    }
}

/// The ordering that `-price` and its kin ask for, and whether it runs from the end.
#[must_use]
pub fn ordering_named(name: &str) -> Option<(Ordering, bool)> {
    let (name, descending) = name.strip_prefix('-').map_or((name, false), |rest| (rest, true));
    let ordering = match name {
        "id" => Ordering::Id,
        "price" => Ordering::Price,
        "name" => Ordering::Name,
        "created_at" => Ordering::CreatedAt,
        _ => return None,
    };
    Some((ordering, descending))
}

/// The lower-case text that searches for a product look into: name, vendor, tags, SKUs and the words of its
/// description without HTML tags.
#[must_use]
pub fn search_text(name: &str, description: &str, vendor: &str, tags: &[String], skus: &[&str]) -> String {
    let words = without_tags(description);
    let tags = tags.iter().map(String::as_str);
    let parts = [name, vendor, words.as_str()].into_iter().chain(tags).chain(skus.iter().copied());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A `<` that no letter, `/` or `!` follows is no tag and stays.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let is_tag = rest[at + 1..].starts_with(|sign: char| sign.is_ascii_alphabetic() || "/!".contains(sign));
        let end = if is_tag { rest[at..].find('>').map_or(rest.len(), |end| at + end + 1) } else { at + 1 };
        text.push_str(if is_tag { " " } else { "<" });
        rest = &rest[end..];
    }
    text.push_str(rest);
    text
}
