//! The query of `GET /products/` as a filter.

use crate::body::flag_named;
use crate::error::{Answer, Problem};
use crate::page::Query;
use domain::catalogue::{Filter, Ordering, PriceTest, StaffFilter, ordering_named};
use domain::money::Currency;
use serde_json::{Map, Value, json};

/// Most categories a list is narrowed to.
const MOST_CATEGORIES: usize = 50;

/// Reads the filter; all bad values are told at once.
pub(super) fn read(query: &Query, currency: &Currency, staff: bool) -> Answer<Filter> {
    let mut filter = Filter { unpublished_too: staff, ..Filter::default() };
    let mut errors: Map<String, Value> = Map::new();
    for (name, value) in query.pairs() {
        let for_staff = if staff { narrow_for_staff(&mut filter, name, value) } else { Ok(false) };
        let narrowed = match for_staff {
            Ok(true) => Ok(()),
            Ok(false) => narrow(&mut filter, name, value, currency),
            Err(message) => Err(message),
        };
        if let Err(message) = narrowed {
            errors.insert(name.to_owned(), json!([message]));
        }
    }
    if errors.is_empty() { Ok(filter) } else { Err(Problem::Fields(errors)) }
}

/// What only the staff may ask for; whether it was that.
fn narrow_for_staff(filter: &mut Filter, name: &str, value: &str) -> Result<bool, String> {
    let level = || value.trim().parse::<i64>().map_err(|_| "A valid integer is required.".to_owned());
    let StaffFilter { published, min_stock, max_stock, max_variant_stock, by_stock } = &mut filter.for_staff;
    match name {
        "published" => *published = Some(flag_named(value).ok_or("Must be a valid boolean.")?),
        "stock__gte" => *min_stock = Some(level()?),
        "stock__lte" => *max_stock = Some(level()?),
        "variant_stock__lte" => *max_variant_stock = Some(level()?),
        "ordering" => {
            *by_stock = matches!(value.trim(), "stock" | "-stock");
            filter.descending = *by_stock && value.trim().starts_with('-');
            return Ok(*by_stock);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn narrow(filter: &mut Filter, name: &str, value: &str, currency: &Currency) -> Result<(), String> {
    if let Some(test) = PriceTest::named(name) {
        return filter.narrow_price(test, value, currency).map_err(|error| error.to_string());
    }
    match name {
        "category" if filter.categories.len() >= MOST_CATEGORIES => {
            Err(format!("Give at most {MOST_CATEGORIES} categories."))
        }
        "category" => {
            filter.categories.push(value.to_owned());
            Ok(())
        }
        "in_stock" => {
            filter.in_stock = Some(flag_named(value).ok_or("Must be a valid boolean.")?);
            Ok(())
        }
        "search" => {
            filter.search(value);
            Ok(())
        }
        "ordering" if value.trim() == "relevance" => {
            (filter.ordering, filter.descending) = (Ordering::Relevance, true);
            Ok(())
        }
        "ordering" => {
            // In the framework's words and no others: clients of the original know them.
            let chosen = ordering_named(value.trim()).ok_or_else(|| format!("\"{value}\" is not a valid choice."))?;
            (filter.ordering, filter.descending) = chosen;
            Ok(())
        }
        _ => Ok(()),
    }
}
