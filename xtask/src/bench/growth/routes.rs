//! The lists, and who asks for them.

use super::super::data::{CATEGORIES, scattered};

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
            Self::ProductsOfCategory => "products of a category, asked anew",
            Self::ProductsByPrice => "products in a range of prices, asked anew",
            Self::ProductsInStock => "products in stock, asked anew",
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
        // What was asked before is kept ready, and costs the same however large the shop is.
        let chance = scattered(turn);
        match self {
            Self::Products => "/products/".to_owned(),
            Self::ProductsMiddle => format!("/products/?page={middle}"),
            Self::ProductsLast => "/products/?page=last".to_owned(),
            Self::ProductsCount => "/products/?page_size=1".to_owned(),
            Self::ProductsOfCategory => {
                format!("/products/?category={}&max_price={}", (chance >> 32) % CATEGORIES + 1, above_all(chance))
            }
            Self::ProductsByPrice => {
                // About one in a hundred.
                let (lowest, width) = (100 + chance % 49_500, 450 + (chance >> 32) % 100);
                format!("/products/?min_price={}&max_price={}", price(lowest), price(lowest + width))
            }
            Self::ProductsInStock => format!("/products/?in_stock=true&max_price={}", above_all(chance)),
            Self::Orders | Self::OwnOrders => "/order/".to_owned(),
            Self::OrdersMiddle => format!("/order/?page={middle}"),
            Self::OrdersLast => "/order/?page=last".to_owned(),
            Self::OrdersCount => "/order/?page_size=1".to_owned(),
            Self::OrdersByStatus => "/order/?status=shipped".to_owned(),
        }
    }
}

/// A price nobody asked for before, and no product costs more: they go from 100 to 50,099 minor units.
fn above_all(chance: u64) -> String {
    price(50_099 + chance % 1_000_000)
}

fn price(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn what_is_asked_anew_was_hardly_asked_before() {
        for route in [Route::ProductsOfCategory, Route::ProductsByPrice, Route::ProductsInStock] {
            let asked: HashSet<String> = (0..100_000).map(|turn| route.path(10_000, turn)).collect();
            assert!(asked.len() > 90_000, "{}: {}", route.name(), asked.len());
        }
    }

    #[test]
    fn the_middle_moves_with_the_size() {
        assert_eq!(Route::ProductsMiddle.path(10_000, 0), "/products/?page=208");
        assert_eq!(Route::OrdersMiddle.path(1_000_000, 0), "/order/?page=20833");
    }
}
