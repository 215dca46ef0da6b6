//! What only the staff sees: members, customers, the dashboard.

use app::staff::{Customer, Dashboard, DayOfSales, Scarce, Seller};
use domain::customer::User;
use domain::money::Currency;
use domain::staff::Role;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Somebody of the staff.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberBody {
    #[schema(example = 2)]
    pub id: i64,
    #[schema(example = "owner@shop.example")]
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// `owner`, `manager`, `fulfilment` or `read-only`; null when they just left.
    #[schema(example = "manager")]
    pub role: Option<&'static str>,
    /// Whether they may log in.
    pub is_active: bool,
    /// When their account was made.
    #[schema(format = DateTime)]
    pub date_joined: String,
}

impl From<&User> for MemberBody {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            role: user.role.map(Role::as_str),
            is_active: user.is_active,
            date_joined: user.date_joined.iso(),
        }
    }
}

/// Who is logged in with this browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffSession {
    pub user: MemberBody,
    /// To be sent as `X-CSRFToken` with each request: without it the cookie counts as not there.
    pub csrf_token: String,
}

/// Who is to join the staff.
#[derive(ToSchema)]
#[schema(as = NewMember)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct NewMemberBody {
    /// Of an account there is.
    #[schema(example = "ann@example.com", max_length = 254)]
    email: String,
    /// `owner`, `manager`, `fulfilment` or `read-only`.
    #[schema(example = "fulfilment")]
    role: String,
}

/// Another role.
#[derive(ToSchema)]
#[schema(as = RoleChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct RoleBody {
    /// `owner`, `manager`, `fulfilment` or `read-only`.
    #[schema(example = "manager")]
    role: String,
}

/// An account, as the staff sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub(crate) struct CustomerBody {
    #[schema(example = 7)]
    pub id: i64,
    #[schema(example = "ann@example.com")]
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    /// Whether they may log in.
    pub is_active: bool,
    /// Null for customers.
    pub role: Option<&'static str>,
    #[schema(format = DateTime)]
    pub date_joined: String,
    #[schema(format = DateTime)]
    pub last_login: Option<String>,
    /// Orders placed, cancelled ones too.
    #[schema(example = 4)]
    pub orders: i64,
    /// The sum of those that were not cancelled.
    #[schema(example = "119.94")]
    pub spent: String,
    /// What that is in.
    #[schema(example = "USD")]
    pub currency: String,
}

impl CustomerBody {
    pub(crate) fn new(customer: &Customer, currency: &Currency) -> Self {
        let Customer { user, last_login, orders, spent } = customer;
        Self {
            id: user.id,
            email: user.email.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            phone: user.phone.clone(),
            is_active: user.is_active,
            role: user.role.map(Role::as_str),
            date_joined: user.date_joined.iso(),
            last_login: last_login.map(|at| at.iso()),
            orders: *orders,
            spent: currency.show(*spent),
            currency: currency.code.clone(),
        }
    }
}

/// What of a customer can be changed.
#[derive(ToSchema)]
#[schema(as = CustomerChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct CustomerChangeBody {
    /// Whether they may log in. Without it every login of theirs ends.
    is_active: bool,
}

/// How business goes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dashboard)]
pub(crate) struct DashboardBody {
    #[schema(example = "USD")]
    pub currency: String,
    /// Every day, oldest first, today last.
    pub days: Vec<DayBody>,
    /// Of all orders: how many stand where.
    #[schema(example = json!({"pending": 3, "processing": 1, "shipped": 4, "delivered": 90, "cancelled": 2}))]
    pub statuses: BTreeMap<&'static str, i64>,
    pub totals: TotalsBody,
    /// Of those days, most pieces first.
    pub best_sellers: Vec<SellerBody>,
    /// The scarcest first.
    pub low_stock: Vec<ScarceBody>,
}

/// One day (UTC).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayBody {
    #[schema(example = "2026-11-26", format = Date)]
    pub date: String,
    /// Orders placed, cancelled ones too.
    #[schema(example = 3)]
    pub orders: i64,
    /// Without cancelled orders.
    #[schema(example = "59.97")]
    pub revenue: String,
}

/// Those days together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotalsBody {
    /// Orders placed, cancelled ones too.
    #[schema(example = 42)]
    pub orders: i64,
    /// Without cancelled orders.
    #[schema(example = "1259.58")]
    pub revenue: String,
    /// Of an order that was not cancelled, rounded down.
    #[schema(example = "29.99")]
    pub average: String,
}

/// A product that sells.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SellerBody {
    pub product_id: i64,
    #[schema(example = "Enamel Mug")]
    pub name: String,
    /// Pieces.
    #[schema(example = 12)]
    pub quantity: i64,
    #[schema(example = "239.88")]
    pub revenue: String,
}

/// A variant that runs out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScarceBody {
    pub product_id: i64,
    #[schema(example = "Enamel Mug")]
    pub name: String,
    pub sku: Option<String>,
    #[schema(example = 2)]
    pub stock: i64,
}

impl DashboardBody {
    pub(crate) fn new(dashboard: &Dashboard, currency: &Currency) -> Self {
        let Dashboard { days, statuses, best_sellers, low_stock } = dashboard;
        let sum = |part: fn(&DayOfSales) -> i64| days.iter().map(part).sum::<i64>();
        let (orders, sold, revenue) = (sum(|day| day.orders), sum(|day| day.sold), sum(|day| day.revenue));
        let average = currency.show(revenue.checked_div(sold).unwrap_or_default());
        let day = |day: &DayOfSales| DayBody {
            date: day.date.clone(),
            orders: day.orders,
            revenue: currency.show(day.revenue),
        };
        let seller = |seller: &Seller| SellerBody {
            product_id: seller.product_id,
            name: seller.name.clone(),
            quantity: seller.quantity,
            revenue: currency.show(seller.revenue),
        };
        let scarce = |scarce: &Scarce| {
            let Scarce { product_id, name, sku, stock } = scarce.clone();
            ScarceBody { product_id, name, sku, stock }
        };
        Self {
            currency: currency.code.clone(),
            days: days.iter().map(day).collect(),
            statuses: statuses.iter().map(|(status, orders)| (status.as_str(), *orders)).collect(),
            totals: TotalsBody { orders, revenue: currency.show(revenue), average },
            best_sellers: best_sellers.iter().map(seller).collect(),
            low_stock: low_stock.iter().map(scarce).collect(),
        }
    }
}
