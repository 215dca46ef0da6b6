//! Orders.

use super::errors::{Detail, FieldProblems, ShopError};
use app::order::{Moment, Told};
use domain::money::Currency;
use domain::order::{Contact, Line, Order, Shortage, Status};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An order. Names and prices are as they were when it was placed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub(crate) struct OrderBody {
    #[schema(example = 4711)]
    pub id: i64,
    /// What people call it by.
    #[schema(example = "OX-7K3M9QWD")]
    pub number: String,
    /// `pending`, `processing`, `shipped`, `delivered` or `cancelled`.
    #[schema(example = "pending")]
    pub status: String,
    #[schema(example = "59.97")]
    pub total: String,
    #[schema(example = "USD")]
    pub currency: String,
    /// The id of the account; null for an anonymous order.
    pub user: Option<i64>,
    pub items: Vec<OrderLineBody>,
    /// Who it is for, as they said it when they ordered; null when nobody did.
    pub contact: Option<ContactBody>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// For the staff: whose it is; null for an anonymous order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CustomerRef>)]
    pub customer: Option<Option<CustomerRef>>,
    /// For the staff: the steps that are open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["shipped", "delivered"]), nullable = false)]
    pub allowed: Option<Vec<&'static str>>,
}

/// Whose an order is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerRef {
    #[schema(example = 7)]
    pub id: i64,
    /// Null when the account is gone.
    #[schema(example = "ann@example.com")]
    pub email: Option<String>,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderLine)]
pub(crate) struct OrderLineBody {
    #[schema(example = 12)]
    pub product_id: i64,
    #[schema(example = 31)]
    pub variant_id: i64,
    pub sku: Option<String>,
    #[schema(example = "Enamel Mug")]
    pub name: String,
    /// The variant's option values.
    #[schema(example = json!(["Blue"]))]
    pub options: Vec<String>,
    #[schema(example = "19.99")]
    pub unit_price: String,
    #[schema(example = 3)]
    pub quantity: i64,
    #[schema(example = "59.97")]
    pub subtotal: String,
}

impl OrderBody {
    /// The amounts are in the order's own currency, whose digits are those of the shop's.
    pub(crate) fn new(order: &Order, currency: &Currency) -> Self {
        let line = |line: &Line| OrderLineBody {
            product_id: line.product_id,
            variant_id: line.variant_id,
            sku: line.sku.clone(),
            name: line.name.clone(),
            options: line.option_values.clone(),
            unit_price: currency.show(line.unit_price),
            quantity: line.quantity,
            subtotal: currency.show(line.subtotal),
        };
        Self {
            id: order.id,
            number: order.number.clone(),
            status: order.status.as_str().to_owned(),
            total: currency.show(order.total),
            currency: order.currency.clone(),
            user: order.user_id,
            items: order.lines.iter().map(line).collect(),
            contact: order.contact.clone().map(Into::into),
            created_at: order.created_at.iso(),
            updated_at: order.updated_at.iso(),
            customer: None,
            allowed: None,
        }
    }

    /// With what only the staff is told; `emails` by account.
    pub(crate) fn for_staff(order: &Order, currency: &Currency, emails: &HashMap<i64, String>) -> Self {
        let customer = order.user_id.map(|id| CustomerRef { id, email: emails.get(&id).cloned() });
        let allowed = order.status.allowed().into_iter().map(Status::as_str).collect();
        Self { customer: Some(customer), allowed: Some(allowed), ..Self::new(order, currency) }
    }
}

/// Who an order is for and how to reach them. What was not said is empty.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(crate) struct ContactBody {
    #[schema(example = "ann@example.com")]
    pub email: String,
    #[schema(example = "Ann Miller")]
    pub name: String,
    pub phone: String,
    #[schema(example = "12 Mill Lane")]
    pub address: String,
    #[schema(example = "10115")]
    pub postcode: String,
    #[schema(example = "Berlin")]
    pub city: String,
    #[schema(example = "Germany")]
    pub country: String,
    pub note: String,
}

impl From<Contact> for ContactBody {
    fn from(contact: Contact) -> Self {
        let Contact { email, name, phone, address, postcode, city, country, note } = contact;
        Self { email, name, phone, address, postcode, city, country, note }
    }
}

/// What may be said with an order.
#[derive(ToSchema)]
#[schema(as = OrderRequest)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct PlaceBody {
    #[schema(nullable = false)]
    contact: Option<ContactRequest>,
}

/// Who the order is for; everything may be left out.
#[derive(ToSchema)]
#[schema(as = ContactRequest)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct ContactRequest {
    /// Where mails about the order go; an account's own address if left out.
    #[schema(example = "ann@example.com", max_length = 254, nullable = false)]
    email: Option<String>,
    #[schema(example = "Ann Miller", max_length = 150, nullable = false)]
    name: Option<String>,
    #[schema(max_length = 32, nullable = false)]
    phone: Option<String>,
    #[schema(example = "12 Mill Lane", max_length = 250, nullable = false)]
    address: Option<String>,
    #[schema(example = "10115", max_length = 20, nullable = false)]
    postcode: Option<String>,
    #[schema(example = "Berlin", max_length = 100, nullable = false)]
    city: Option<String>,
    #[schema(example = "Germany", max_length = 100, nullable = false)]
    country: Option<String>,
    #[schema(max_length = 1000, nullable = false)]
    note: Option<String>,
}

/// An order was placed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Placed {
    /// `Order placed`
    #[schema(example = "Order placed")]
    pub status: String,
    pub order: OrderBody,
}

/// An order is cancelled.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cancelled {
    /// `Order cancelled`
    #[schema(example = "Order cancelled")]
    pub status: String,
    pub order: OrderBody,
}

/// What was done, in words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    #[schema(example = "Order status updated to shipped")]
    pub status: String,
}

/// The status an order is to have.
#[derive(ToSchema)]
#[schema(as = StatusChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct StatusBody {
    /// `pending`, `processing`, `shipped`, `delivered` or `cancelled`.
    #[schema(example = "shipped")]
    status: String,
}

/// Several orders that are to have one status.
#[derive(ToSchema)]
#[schema(as = BulkStatusChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct BulkStatusBody {
    /// At most 100.
    #[schema(example = json!([4711, 4712]), max_items = 100)]
    ids: Vec<i64>,
    /// `pending`, `processing`, `shipped`, `delivered` or `cancelled`.
    #[schema(example = "shipped")]
    status: String,
}

/// What became of each of several orders, in the order they were named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkResults {
    /// How many of them stay as they are.
    #[schema(example = 0)]
    pub failed: usize,
    pub results: Vec<BulkResult>,
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkResult {
    #[schema(example = 4711)]
    pub id: i64,
    /// What it has now; without it nothing was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "shipped", nullable = false)]
    pub status: Option<&'static str>,
    /// Why it stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<String>,
    /// The steps that are open for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed: Option<Vec<&'static str>>,
}

/// Something that happened to an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub(crate) struct MomentBody {
    #[schema(format = DateTime)]
    pub at: String,
    /// `event`, also where the audit log tells of it too, or `audit`.
    #[schema(example = "event")]
    pub kind: &'static str,
    #[schema(example = "order.status_changed")]
    pub what: String,
    /// The address of who did it, as far as that is known.
    pub who: Option<String>,
    /// What the event said; `before` and `after` where the audit log holds them.
    #[schema(value_type = Object)]
    pub data: Value,
}

impl From<Moment> for MomentBody {
    fn from(moment: Moment) -> Self {
        let kind = match moment.told {
            Told::Event => "event",
            Told::Audit => "audit",
        };
        Self { at: moment.at.iso(), kind, what: moment.what, who: moment.who, data: moment.data }
    }
}

/// The step is not open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvalidStatus {
    /// `Invalid status`
    #[schema(example = "Invalid status")]
    pub error: String,
    /// The steps that are open, when the status exists but may not follow.
    #[schema(example = json!(["processing", "shipped", "delivered", "cancelled"]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed: Option<Vec<String>>,
}

/// Why the status stays; `detail` when the body can't be read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes two shapes of one answer in the document")]
pub(crate) enum StatusProblem {
    Step(InvalidStatus),
    Body(Detail),
}

/// Why there is no order, for the document. Any of these and not one of them: `{"error": …}` has the shape of problems
/// with fields too.
pub(crate) struct PlaceProblem;

impl PartialSchema for PlaceProblem {
    fn schema() -> RefOr<Schema> {
        let shapes = [ShopError::name(), FieldProblems::name()].map(Ref::from_schema_name);
        shapes.into_iter().fold(AnyOfBuilder::new(), AnyOfBuilder::item).into()
    }
}

impl ToSchema for PlaceProblem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ShopError::name().into_owned(), ShopError::schema()));
        schemas.push((FieldProblems::name().into_owned(), FieldProblems::schema()));
    }
}

/// A line that wants more than there is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Shortage)]
pub(crate) struct ShortageBody {
    #[schema(example = 12)]
    pub product_id: i64,
    #[schema(example = 31)]
    pub variant_id: i64,
    #[schema(example = 5)]
    pub requested: i64,
    #[schema(example = 3)]
    pub available: i64,
}

impl From<&Shortage> for ShortageBody {
    fn from(shortage: &Shortage) -> Self {
        Self {
            product_id: shortage.product_id,
            variant_id: shortage.variant_id,
            requested: shortage.requested,
            available: shortage.available,
        }
    }
}

/// A cart wants more than there is; nothing was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shortages {
    /// `Insufficient stock`
    #[schema(example = "Insufficient stock")]
    pub error: String,
    pub items: Vec<ShortageBody>,
}
