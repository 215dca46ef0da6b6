//! The lists, and who asks for them.

use super::super::data::{CATEGORIES, for_sale};

/// Entries on a page when nothing else is said.
const PAGE: u64 = 24;

/// Who may see a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Anybody,
    Staff,
    Customer,
}

/// A list in one way of asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Products,
    ProductsMiddle,
    ProductsLast,
    ProductsCount,
    ProductsOfCategory,
    ProductsByPrice,
    ProductsInStock,
    Orders,
    OrdersMiddle,
    OrdersLast,
    OrdersCount,
    OrdersByStatus,
    OwnOrders,
}

impl Route {
    /// In the order of the table.
    pub(super) const ALL: [Self; 13] = [
        Self::Products,
        Self::ProductsMiddle,
        Self::ProductsLast,
        Self::ProductsCount,
        Self::ProductsOfCategory,
        Self::ProductsByPrice,
        Self::ProductsInStock,
        Self::Orders,
        Self::OrdersMiddle,
        Self::OrdersLast,
        Self::OrdersCount,
        Self::OrdersByStatus,
        Self::OwnOrders,
    ];

    /// Its line in the table and its name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Products => "products, page 1",
            Self::ProductsMiddle => "products, the page in the middle",
            Self::ProductsLast => "products, the last page",
            Self::ProductsCount => "products, one entry and the count",
            Self::ProductsOfCategory => "products of a category",
            Self::ProductsByPrice => "products in a range of prices",
            Self::ProductsInStock => "products in stock",
            Self::Orders => "orders, page 1, staff",
            Self::OrdersMiddle => "orders, the page in the middle, staff",
            Self::OrdersLast => "orders, the last page, staff",
            Self::OrdersCount => "orders, one entry and the count, staff",
            Self::OrdersByStatus => "orders that are shipped, staff",
            Self::OwnOrders => "orders of one customer",
        }
    }

    pub(super) fn reader(self) -> Reader {
        match self {
            Self::Orders | Self::OrdersMiddle | Self::OrdersLast | Self::OrdersCount | Self::OrdersByStatus => {
                Reader::Staff
            }
            Self::OwnOrders => Reader::Customer,
            _ => Reader::Anybody,
        }
    }

    /// What is asked in a turn, of a shop with so many products and orders.
    pub(super) fn path(self, size: u64, turn: u64) -> String {
        let middle = size / PAGE / 2;
        // Another category and another range each time: somewhere in the shop, as often in the small one as in the big.
        let somewhere = for_sale(turn, size);
        match self {
            Self::Products => "/products/".to_owned(),
            Self::ProductsMiddle => format!("/products/?page={middle}"),
            Self::ProductsLast => "/products/?page=last".to_owned(),
            Self::ProductsCount => "/products/?page_size=1".to_owned(),
            Self::ProductsOfCategory => format!("/products/?category={}", somewhere % CATEGORIES + 1),
            Self::ProductsByPrice => {
                let lowest = 1 + somewhere % 490;
                format!("/products/?min_price={lowest}&max_price={}", lowest + 5)
            }
            Self::ProductsInStock => "/products/?in_stock=true".to_owned(),
            Self::Orders | Self::OwnOrders => "/order/".to_owned(),
            Self::OrdersMiddle => format!("/order/?page={middle}"),
            Self::OrdersLast => "/order/?page=last".to_owned(),
            Self::OrdersCount => "/order/?page_size=1".to_owned(),
            Self::OrdersByStatus => "/order/?status=shipped".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_moves_with_the_size() {
        assert_eq!(Route::ProductsMiddle.path(10_000, 0), "/products/?page=208");
        assert_eq!(Route::OrdersMiddle.path(1_000_000, 0), "/order/?page=20833");
    }
}
