//! Carts.

use super::address::Base;
use super::product::ProductBody;
use app::cart::CartLine;
use domain::money::{self, Currency};
use serde::Serialize;
use std::collections::BTreeMap;

use utoipa::ToSchema;

/// A line of a cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CartLine)]
pub(crate) struct LineBody {
    #[schema(example = 5)]
    pub id: i64,
    pub product: ProductBody,
    #[schema(example = 31)]
    pub variant_id: i64,
    pub sku: Option<String>,
    /// Option name → value of the variant; empty for a plain product.
    pub options: BTreeMap<String, String>,
    /// The price of one of this variant.
    #[schema(example = "19.99")]
    pub unit_price: String,
    #[schema(example = 2)]
    pub quantity: i64,
    #[schema(example = "39.98")]
    pub subtotal: String,
}

impl LineBody {
    pub(crate) fn new(line: &CartLine, currency: &Currency, base: &Base) -> Self {
        Self {
            id: line.id,
            product: ProductBody::new(&line.product, currency, base),
            variant_id: line.variant_id,
            sku: line.sku.clone(),
            options: line.product.options.iter().cloned().zip(line.option_values.iter().cloned()).collect(),
            unit_price: currency.show(line.unit_price),
            quantity: line.quantity,
            subtotal: currency.show(subtotal(line)),
        }
    }
}

/// Saturates: a cart this dear can't be ordered anyway, but it can be looked at.
fn subtotal(line: &CartLine) -> i64 {
    money::subtotal(line.unit_price, line.quantity).unwrap_or(i64::MAX)
}

/// A whole cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cart)]
pub(crate) struct CartBody {
    pub items: Vec<LineBody>,
    /// Units in all.
    #[schema(example = 3)]
    pub item_count: i64,
    #[schema(example = "59.97")]
    pub total: String,
    #[schema(example = "USD")]
    pub currency: String,
}

impl CartBody {
    pub(crate) fn new(lines: &[CartLine], currency: &Currency, base: &Base) -> Self {
        let total = money::total(lines.iter().map(subtotal)).unwrap_or(i64::MAX);
        Self {
            items: lines.iter().map(|line| LineBody::new(line, currency, base)).collect(),
            item_count: lines.iter().map(|line| line.quantity).sum(),
            total: currency.show(total),
            currency: currency.code.clone(),
        }
    }
}

/// What is to go into a cart.
#[derive(ToSchema)]
#[schema(as = CartAddition)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct AdditionBody {
    #[schema(example = 12, minimum = 1)]
    product_id: i64,
    /// Required when the product has several variants.
    #[schema(example = 31, minimum = 1)]
    variant_id: Option<i64>,
    /// 1 when left away.
    #[schema(example = 1, minimum = 1, nullable = false)]
    quantity: Option<i64>,
}

/// Another quantity.
#[derive(ToSchema)]
#[schema(as = CartQuantity)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct QuantityBody {
    /// 0 removes the line.
    #[schema(example = 2, minimum = 0)]
    quantity: i64,
    /// Needed when several variants of the product are in the cart.
    #[schema(minimum = 1)]
    variant_id: Option<i64>,
}
