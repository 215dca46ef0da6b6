//! Products and their variants.

use super::address::Base;
use super::category::CategoryRefBody;
use app::catalogue::{Detail, Listed};
use app::media::{webp_widths, widths};
use domain::catalogue::{Image, Product, Variant};
use domain::money::Currency;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A product. One with several variants shows the lowest of their prices and the sum of their stock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductBody {
    #[schema(example = 12)]
    pub id: i64,
    #[schema(example = "Enamel Mug")]
    pub name: String,
    #[schema(example = "enamel-mug")]
    pub slug: String,
    /// Text or cleaned HTML.
    pub description: String,
    #[schema(example = "19.99")]
    pub price: String,
    #[schema(example = "USD")]
    pub currency: String,
    #[schema(example = 42)]
    pub stock: i64,
    pub in_stock: bool,
    pub category: Option<CategoryRefBody>,
    /// Address of its first picture.
    #[schema(example = "http://localhost:8000/media/demo/enamel-mug.svg")]
    pub image: Option<String>,
    /// The same picture in other widths, by width in pixels; left away of one that was not uploaded here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    pub image_widths: BTreeMap<u32, String>,
    /// The same widths as WebP, for browsers that take it; whatever is not smaller so is answered as it is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    pub image_webp: BTreeMap<u32, String>,
    #[schema(example = "Hollow Road Pottery")]
    pub vendor: String,
    pub tags: Vec<String>,
    /// Whether it has several variants: then `POST /cart/add/` needs a `variant_id`.
    pub has_variants: bool,
    /// False for drafts, which only the staff sees.
    pub published: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl ProductBody {
    pub(crate) fn new(product: &Product, currency: &Currency, base: &Base) -> Self {
        Self {
            id: product.id,
            name: product.name.clone(),
            slug: product.slug.clone(),
            description: product.description.clone(),
            price: currency.show(product.price),
            currency: currency.code.clone(),
            stock: product.stock,
            in_stock: product.stock > 0,
            category: product.category.as_ref().map(Into::into),
            image: product.image.as_deref().map(|image| base.resolve(image)),
            image_widths: resolved(product.image.as_deref().map(widths), base),
            image_webp: resolved(product.image.as_deref().map(webp_widths), base),
            vendor: product.vendor.clone(),
            tags: product.tags.clone(),
            has_variants: !product.options.is_empty() || product.variant_count > 1,
            published: product.published,
            created_at: product.created_at.iso(),
            updated_at: product.updated_at.iso(),
        }
    }
}

/// A product in a list, written once for all lists that show it as it is. It looks as [`ProductBody`].
pub(crate) struct ListedBody<'a> {
    pub(crate) listed: Arc<Listed>,
    pub(crate) currency: &'a Currency,
    pub(crate) base: &'a Base,
}

impl Serialize for ListedBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let make = |product: &Product| {
            serde_json::value::to_raw_value(&ProductBody::new(product, self.currency, self.base))
                .map_err(S::Error::custom)
        };
        self.listed.shown(self.base.as_str(), make, |shown| shown.serialize(serializer))
    }
}

impl PartialSchema for ListedBody<'_> {
    fn schema() -> RefOr<Schema> {
        ProductBody::schema()
    }
}

impl ToSchema for ListedBody<'_> {
    fn name() -> Cow<'static, str> {
        ProductBody::name()
    }
}

/// A variant: what is put into a cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Variant)]
pub(crate) struct VariantBody {
    #[schema(example = 31)]
    pub id: i64,
    #[schema(example = "MUG-BLUE")]
    pub sku: Option<String>,
    /// Option name → value.
    #[schema(example = json!({"Colour": "Blue"}))]
    pub options: BTreeMap<String, String>,
    #[schema(example = "19.99")]
    pub price: String,
    /// The price it is compared with ("was").
    #[schema(example = "24.99")]
    pub compare_at: Option<String>,
    #[schema(example = 5)]
    pub stock: i64,
    pub in_stock: bool,
    /// Weight of one.
    #[schema(example = 350)]
    pub grams: i64,
    pub barcode: Option<String>,
    pub image: Option<String>,
}

impl VariantBody {
    fn new(variant: &Variant, options: &[String], currency: &Currency, base: &Base) -> Self {
        Self {
            id: variant.id,
            sku: variant.sku.clone(),
            options: options.iter().cloned().zip(variant.option_values.iter().cloned()).collect(),
            price: currency.show(variant.price),
            compare_at: variant.compare_at.map(|price| currency.show(price)),
            stock: variant.stock,
            in_stock: variant.stock > 0,
            grams: variant.grams,
            barcode: variant.barcode.clone(),
            image: variant.image.as_deref().map(|image| base.resolve(image)),
        }
    }
}

/// A picture.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Image)]
pub(crate) struct ImageBody {
    pub url: String,
    /// What it shows.
    pub alt: String,
    /// Its place among the pictures, from 0.
    #[schema(example = 0)]
    pub position: i64,
    /// The same picture in other widths, by width in pixels; empty of one that was not uploaded here.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"320": "http://localhost:8000/media/uploads/3f…/320.jpg"}))]
    pub widths: BTreeMap<u32, String>,
    /// The same widths as WebP, for browsers that take it; whatever is not smaller so is answered as it is.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"320": "http://localhost:8000/media/uploads/3f…/320.webp"}))]
    pub webp: BTreeMap<u32, String>,
}

impl ImageBody {
    pub(crate) fn new(position: usize, image: &Image, base: &Base) -> Self {
        Self {
            url: base.resolve(&image.url),
            alt: image.alt.clone(),
            position: i64::try_from(position).unwrap_or(i64::MAX),
            widths: resolved(Some(widths(&image.url)), base),
            webp: resolved(Some(webp_widths(&image.url)), base),
        }
    }
}

fn resolved(widths: Option<Vec<(u32, String)>>, base: &Base) -> BTreeMap<u32, String> {
    widths.into_iter().flatten().map(|(width, url)| (width, base.resolve(&url))).collect()
}

/// A picture that is uploaded.
#[derive(ToSchema)]
#[schema(as = ImageUpload)]
#[expect(dead_code, reason = "describes the body in the document; it is read part by part")]
pub(crate) struct UploadBody {
    /// JPEG, PNG, WebP or GIF; of a GIF the first picture.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it shows.
    #[schema(max_length = 250, nullable = false)]
    alt: Option<String>,
}

/// Another order of pictures.
#[derive(ToSchema)]
#[schema(as = ImageOrder)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct ImageOrderBody {
    /// The positions they have, in the order they are to have.
    #[schema(example = json!([1, 0]))]
    order: Vec<i64>,
}

/// A product with everything its page shows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductDetail)]
pub(crate) struct DetailBody {
    #[serde(flatten)]
    pub product: ProductBody,
    pub images: Vec<ImageBody>,
    /// Option names; empty for a plain product.
    #[schema(example = json!(["Colour"]))]
    pub options: Vec<String>,
    /// SKU of a plain product.
    pub sku: Option<String>,
    /// The variants; left away for a plain product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub variants: Vec<VariantBody>,
}

impl DetailBody {
    pub(crate) fn new(detail: &Detail, currency: &Currency, base: &Base) -> Self {
        let options = &detail.product.options;
        let plain = options.is_empty() && detail.variants.len() == 1;
        let variants = detail.variants.iter().map(|variant| VariantBody::new(variant, options, currency, base));
        Self {
            product: ProductBody::new(&detail.product, currency, base),
            images: detail.images.iter().enumerate().map(|(at, image)| ImageBody::new(at, image, base)).collect(),
            options: options.clone(),
            sku: detail.variants.first().filter(|_| plain).and_then(|variant| variant.sku.clone()),
            variants: if plain { vec![] } else { variants.collect() },
        }
    }
}

/// A product as it is to be.
#[derive(ToSchema)]
#[schema(as = ProductChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct ProductChangeBody {
    /// Required but in a PATCH.
    #[schema(example = "Enamel Mug", max_length = 255, nullable = false)]
    name: Option<String>,
    /// Made from the name when left away.
    #[schema(example = "enamel-mug", max_length = 255, nullable = false)]
    slug: Option<String>,
    #[schema(nullable = false)]
    description: Option<String>,
    /// Of a plain product; required there but in a PATCH.
    #[schema(example = "19.99", nullable = false)]
    price: Option<String>,
    /// Of a plain product.
    #[schema(example = 42, minimum = 0, nullable = false)]
    stock: Option<i64>,
    /// Of a plain product.
    #[schema(example = "MUG", max_length = 100)]
    sku: Option<String>,
    /// The id of its category.
    category: Option<i64>,
    /// Address of its first picture.
    image: Option<String>,
    #[schema(nullable = false)]
    vendor: Option<String>,
    #[schema(nullable = false)]
    tags: Option<Vec<String>>,
    #[schema(nullable = false)]
    published: Option<bool>,
    /// Option names of a product with several variants.
    #[schema(example = json!(["Colour"]), nullable = false)]
    options: Option<Vec<String>>,
    /// All variants, in order; those the product has and this list lacks are taken off sale.
    #[schema(nullable = false)]
    variants: Option<Vec<VariantChangeBody>>,
}

/// A variant as it is to be.
#[derive(ToSchema)]
#[schema(as = VariantChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct VariantChangeBody {
    /// The variant that is meant; else it is found by SKU or options, or new.
    id: Option<i64>,
    #[schema(max_length = 100)]
    sku: Option<String>,
    /// Option name → value; one for each of the product's options.
    #[schema(example = json!({"Colour": "Blue"}))]
    options: BTreeMap<String, String>,
    #[schema(example = "19.99")]
    price: String,
    compare_at: Option<String>,
    /// Left away: as it is.
    #[schema(minimum = 0, nullable = false)]
    stock: Option<i64>,
    #[schema(minimum = 0, nullable = false)]
    grams: Option<i64>,
    barcode: Option<String>,
    image: Option<String>,
}
