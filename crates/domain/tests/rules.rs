//! The shop's rules, tried on thousands of made-up cases.

use oxcart_domain::catalogue::{Filter, PriceTest};
use oxcart_domain::money::{Currency, MoneyError};
use oxcart_domain::order::{self, Refusal, Status, Step, Wanted};
use oxcart_domain::{cart, customer};
use proptest::prelude::*;

fn dollars() -> Currency {
    Currency { code: "USD".into(), digits: 2 }
}

fn wanted() -> impl Strategy<Value = Wanted> {
    (1..1000_i64, 0..1_000_000_i64, 1..100_i64, 0..100_i64).prop_map(|(variant_id, unit_price, quantity, stock)| {
        Wanted {
            product_id: variant_id / 2,
            variant_id,
            sku: None,
            name: "Mug".into(),
            option_values: vec![],
            unit_price,
            quantity,
            stock,
        }
    })
}

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(Status::ALL.to_vec())
}

proptest! {
    #[test]
    fn money_reads_back_what_it_shows(minor in 0..=999_999_999_999_i64, digits in 0..=3_u32) {
        let currency = Currency { code: "XXX".into(), digits };
        prop_assert_eq!(currency.read(&currency.show(minor)), Ok(minor));
    }

    #[test]
    fn no_text_makes_the_money_reader_panic(text in ".{0,40}") {
        let _ = dollars().read(&text);
        let _ = dollars().read_bound(&text);
    }

    #[test]
    fn a_price_filter_keeps_exactly_the_prices_its_inequality_holds_for(price in -500..500_i64, thousandths in -5000..5000_i64) {
        // The bound has one digit more than the currency, so it often falls between two prices.
        let sign = if thousandths < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:03}", thousandths.abs() / 1000, thousandths.abs() % 1000);
        let exact = price * 10;
        for (test, holds) in [
            (PriceTest::AtLeast, exact >= thousandths), (PriceTest::Above, exact > thousandths),
            (PriceTest::AtMost, exact <= thousandths), (PriceTest::Below, exact < thousandths),
        ] {
            let mut filter = Filter::default();
            filter.narrow_price(test, &text, &dollars()).unwrap();
            let kept = filter.min_price.is_none_or(|min| price >= min) && filter.max_price.is_none_or(|max| price <= max);
            prop_assert_eq!(kept, holds, "{:?} {} for price {}", test, text, price);
        }
    }

    #[test]
    fn a_cart_line_never_exceeds_stock_or_limit(has in 0..2000_i64, adding in 1..2000_i64, stock in 0..2000_i64, limit in 1..1500_i64) {
        match cart::add(has, adding, stock, limit) {
            Ok(quantity) => prop_assert!(quantity == has + adding && quantity <= stock && quantity <= limit),
            Err(cart::Refusal::InsufficientStock { available }) => prop_assert!(available == stock && has + adding > stock),
            Err(cart::Refusal::TooMany { limit: told }) => prop_assert!(told == limit && has + adding > limit),
        }
    }

    #[test]
    fn merging_carts_never_takes_a_unit_from_either(one in 1..2000_i64, other in 1..2000_i64, limit in 1..1500_i64) {
        let merged = cart::merge(one, other, limit);
        prop_assert!(merged >= one && merged >= other);
        prop_assert!(merged <= limit.max(one).max(other));
        prop_assert_eq!(merged, cart::merge(other, one, limit));
    }

    #[test]
    fn an_order_is_all_or_nothing_and_its_total_is_the_sum(lines in prop::collection::vec(wanted(), 0..6)) {
        let short = lines.iter().filter(|line| line.quantity > line.stock).count();
        match order::place(lines.clone()) {
            Ok(placed) => {
                prop_assert_eq!(short, 0);
                prop_assert_eq!(placed.lines.len(), lines.len());
                prop_assert_eq!(placed.total, lines.iter().map(|line| line.unit_price * line.quantity).sum::<i64>());
            }
            Err(Refusal::Empty) => prop_assert!(lines.is_empty()),
            Err(Refusal::InsufficientStock(shortages)) => prop_assert_eq!(shortages.len(), short),
            Err(Refusal::TooLarge) => prop_assert!(false, "these amounts are small"),
        }
    }

    #[test]
    fn statuses_only_go_forward_and_final_ones_stay(from in status(), to in status()) {
        match order::step(from, to) {
            Some(Step::Stay) => prop_assert_eq!(from, to),
            Some(Step::Cancel) => prop_assert!(to == Status::Cancelled && from < Status::Shipped),
            Some(Step::Advance) => prop_assert!(to > from && to != Status::Cancelled && from < Status::Delivered),
            None => prop_assert!(from == Status::Delivered || from == Status::Cancelled || to < from || to == Status::Cancelled),
        }
        prop_assert_eq!(from.allowed().contains(&to), from != to && order::step(from, to).is_some());
    }
}

#[test]
fn totals_too_large_to_count_are_refused_instead_of_wrapping() {
    let line = Wanted {
        product_id: 1,
        variant_id: 1,
        sku: None,
        name: String::new(),
        option_values: vec![],
        unit_price: i64::MAX,
        quantity: 2,
        stock: 9,
    };
    assert_eq!(order::place(vec![line]), Err(Refusal::TooLarge));
}

#[test]
fn prices_are_refused_with_the_reason() {
    let read = |text| dollars().read(text);
    assert_eq!(read("19.990"), Ok(1999));
    assert_eq!(read("-1"), Err(MoneyError::Negative));
    assert_eq!(read("1.999"), Err(MoneyError::TooPrecise(2)));
    assert_eq!(read("99999999999"), Err(MoneyError::TooLarge));
    for text in ["", ".", "1e5", "NaN", "1,5", "0x10", "--1"] {
        assert_eq!(read(text), Err(MoneyError::NotANumber), "{text:?}");
    }
}

#[test]
fn addresses_are_judged_as_django_judges_them() {
    for good in ["a@b.co", "first.last+tag@example.com", "\"odd one\"@example.org", "x@localhost", "ä@b.de"] {
        assert_eq!(customer::is_email(good), good != "ä@b.de", "{good}");
    }
    for bad in ["", "a", "@b.co", "a@", "a@b", "a..b@c.de", "a b@c.de", "a@-b.de", "a@b.c", "a@1.2.3.4"] {
        assert!(!customer::is_email(bad), "{bad} passed");
    }
    assert_eq!(customer::normalize_email(" Ann@EXAMPLE.com "), "Ann@example.com");
    assert_eq!(customer::email_key(" Ann@EXAMPLE.com "), "ann@example.com");
}
