//! What the audit log tells of the things of the shop, and reading it. What is told is what a member of staff could see:
//! never a password, not even its hash.

use crate::catalogue::Detail;
use crate::{App, AuditBy, AuditFilter, Failure, Found, Slice, Sort};
use domain::audit::Entry;
use domain::catalogue::{Category, Image};
use domain::customer::User;
use domain::money::Currency;
use domain::order::Status;
use domain::staff::Role;
use serde_json::{Map, Value, json};
use store::category::CategoryDraft;
use store::product::ProductDraft;
use store::variant::VariantDraft;

impl App {
    /// A page of the changes a filter keeps, and how many there are in all.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        sort: Sort<AuditBy>,
        slice: &Slice,
    ) -> Result<Found<Entry>, Failure> {
        Ok(store::audit::page(&self.db, filter, sort, slice).await?)
    }
}

/// A variant with its id and its stock.
pub(crate) type Sold = (i64, VariantDraft, i64);

/// What is told of a product; variants by their ids, so that a change of one tells of that one alone.
pub(crate) fn product(currency: &Currency, product: &ProductDraft, images: &[Image], variants: &[Sold]) -> Value {
    let image = |image: &Image| json!({"url": image.url, "alt": image.alt});
    let variant = |(id, variant, stock): &Sold| {
        let told = json!({
            "sku": variant.sku, "options": variant.option_values, "price": currency.show(variant.price),
            "compare_at": variant.compare_at.map(|price| currency.show(price)), "stock": stock,
            "grams": variant.grams, "barcode": variant.barcode, "image": variant.image, "position": variant.position,
        });
        (id.to_string(), told)
    };
    json!({
        "name": product.name, "slug": product.slug, "description": product.description, "vendor": product.vendor,
        "tags": product.tags, "options": product.options, "category": product.category_id,
        "published": product.published, "images": images.iter().map(image).collect::<Vec<_>>(),
        "variants": variants.iter().map(variant).collect::<Map<_, _>>(),
    })
}

/// What is told of a product as it is.
pub(crate) fn product_as_it_is(currency: &Currency, detail: &Detail) -> Value {
    let (draft, variants) = crate::catalogue::drafts_of(detail);
    product(currency, &draft, &detail.images, &variants)
}

pub(crate) fn category(category: &CategoryDraft) -> Value {
    let CategoryDraft { name, slug, description, parent_id } = category;
    json!({"name": name, "slug": slug, "description": description, "parent": parent_id})
}

pub(crate) fn category_as_it_is(found: &Category) -> Value {
    let Category { name, slug, description, parent_id, .. } = found.clone();
    category(&CategoryDraft { name, slug, description, parent_id })
}

pub(crate) fn user(user: &User) -> Value {
    json!({
        "email": user.email, "first_name": user.first_name, "last_name": user.last_name, "phone": user.phone,
        "is_active": user.is_active, "is_staff": user.is_staff(), "role": user.role.map(Role::as_str),
        "is_superuser": user.is_superuser,
    })
}

/// All that is ever told of a password.
pub(crate) fn new_password() -> Value {
    json!({"password": "changed"})
}

/// What is told of an order that is loaded as a whole: `lines` is how many it has.
pub(crate) fn order(
    currency: &Currency,
    number: &str,
    user_id: Option<i64>,
    status: Status,
    total: i64,
    lines: usize,
) -> Value {
    json!({
        "number": number, "user": user_id, "status": status.as_str(), "total": currency.show(total), "lines": lines,
    })
}
