//! What the callers of each case ask, as the bytes of their requests.

use super::CONNECTIONS;
use super::callers::{Callers, Head};
use super::cases::Case;
use super::data::{CATEGORIES, NOUNS, PRODUCTS, chosen, email, for_sale, scattered};
use super::load::{Counted, Script, Step};
use std::io::Write as _;

/// Different lines in a cart that is filled again and again.
const CART_LINES: u64 = 20;
/// The product everybody wants.
const HOT: u64 = 1;
const ORDERINGS: [&str; 6] = ["price", "-price", "name", "-name", "created_at", "-id"];

/// A script for each connection; none for a case that asks nothing of the shop.
pub(super) fn of(case: Case, callers: &Callers) -> Vec<Script> {
    let everybody = |script: fn(Head) -> Script| {
        std::iter::repeat_with(|| script(callers.nobody.clone())).take(CONNECTIONS).collect()
    };
    let each = |heads: &[Head], script: fn(Head) -> Script| heads.iter().cloned().map(script).collect();
    let read_cart = |head| get(head, |_| "/cart/".to_owned()).into();
    match case {
        Case::List => everybody(|head| get(head, |_| "/products/".to_owned()).into()),
        Case::Filters => everybody(|head| get(head, filtered).into()),
        Case::Deep => everybody(|head| get(head, |turn| format!("/products/?page={}", 300 + turn % 116)).into()),
        Case::Last => everybody(|head| get(head, |_| "/products/?page=last".to_owned()).into()),
        Case::Count => everybody(|head| get(head, |_| "/products/?page_size=1".to_owned()).into()),
        Case::Product => {
            everybody(|head| get(head, |turn| format!("/products/{}/", scattered(turn) % PRODUCTS + 1)).into())
        }
        Case::ProductHot => everybody(|head| get(head, |_| format!("/products/{HOT}/")).into()),
        Case::CartAdd => each(&callers.adding, |head| add(head, |turn| for_sale(turn % CART_LINES, PRODUCTS)).into()),
        Case::CartRead => each(&callers.reading, read_cart),
        Case::CartReadSession => each(&callers.reading_sessions, read_cart),
        Case::Order => orders(&callers.ordering, PRODUCTS),
        Case::OrderSession => orders(&callers.ordering_sessions, PRODUCTS),
        Case::OrderHot => each(&callers.ordering, |head| vec![add(head.clone(), |_| HOT), place(head)].into()),
        Case::OrderAlone => {
            let alone = orders(&callers.ordering, PRODUCTS).into_iter().take(1);
            alone.map(|script| Script { counted: Counted::LastRequest, ..script }).collect()
        }
        Case::Sockets => orders(&callers.ordering, PRODUCTS),
        Case::Login => {
            let password = callers.password.clone();
            let script = || {
                let password = password.clone();
                let login = move |turn| format!(r#"{{"email": "{}", "password": "{password}"}}"#, email(turn));
                post(callers.nobody.clone(), "/api/token/", login).into()
            };
            std::iter::repeat_with(script).take(CONNECTIONS).collect()
        }
        limit => {
            debug_assert!(limit.is_limit(), "{} has no script", limit.name());
            vec![]
        }
    }
}

/// Callers who put one of so many products into their cart and order it, again and again.
pub(super) fn orders(callers: &[Head], products: u64) -> Vec<Script> {
    let script = |head: &Head| {
        let line = add(head.clone(), move |turn| for_sale(turn, products));
        vec![line, place(head.clone())].into()
    };
    callers.iter().map(script).collect()
}

/// A list nobody has asked for before: of a category or all, in a range of prices, sometimes only what is in stock,
/// sometimes searched, in some order.
fn filtered(turn: u64) -> String {
    let chance = scattered(turn);
    let lowest = chance % 300;
    let highest = lowest + 30 + (chance >> 10) % 150;
    let ordering = chosen(&ORDERINGS, chance >> 20);
    let mut path = format!("/products/?min_price={lowest}&max_price={highest}&ordering={ordering}");
    if chance >> 30 & 3 != 0 {
        path += &format!("&category={}", (chance >> 32) % CATEGORIES + 1);
    }
    if chance >> 40 & 1 == 0 {
        path += "&in_stock=true";
    }
    if chance >> 41 & 1 == 0 {
        path += &format!("&search={}", chosen(&NOUNS, chance >> 42).to_lowercase());
    }
    path
}

fn add(head: Head, product: impl Fn(u64) -> u64 + 'static) -> Step {
    post(head, "/cart/add/", move |turn| format!(r#"{{"product_id": {}, "quantity": 1}}"#, product(turn)))
}

fn place(head: Head) -> Step {
    post(head, "/order/place_order/", |_| String::new())
}

/// Writing to a vector can't fail, here and below.
pub(super) fn get(head: Head, path: impl Fn(u64) -> String + 'static) -> Step {
    Box::new(move |turn, request| {
        let _ = write!(request, "GET {} HTTP/1.1\r\n{head}\r\n", path(turn));
    })
}

fn post(head: Head, path: &'static str, body: impl Fn(u64) -> String + 'static) -> Step {
    Box::new(move |turn, request| {
        let body = body(turn);
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let length = body.len();
        let _ = write!(request, "POST {path} HTTP/1.1\r\n{head}{kind}Content-Length: {length}\r\n\r\n{body}");
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn filters_are_thousands() {
        assert!((0..10_000).map(filtered).collect::<HashSet<_>>().len() > 9_000);
    }

    #[test]
    fn a_request_is_whole() {
        let mut request = vec![];
        post("Host: shop\r\n".into(), "/cart/add/", |turn| turn.to_string())(42, &mut request);
        let expected = "POST /cart/add/ HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n\
                        Content-Length: 2\r\n\r\n42";
        assert_eq!(String::from_utf8(request).unwrap(), expected);
    }
}
