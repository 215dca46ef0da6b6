//! Pages of the list of products, as the database finds them.

use super::{read, select};
use crate::conditions::Conditions;
use crate::{Conn, Dialect, Found, Key, Mark, Result, Slice, Sort, Value};
use domain::catalogue::{Filter, Ordering, Product};

/// How many there are of product `p`, all variants together.
macro_rules! stock_of_p {
    () => {
        "(SELECT CAST(coalesce(sum(v.stock), 0) AS bigint) FROM variants v WHERE v.product_id = p.id AND v.archived_at IS NULL)"
    };
}

/// What the products that a filter keeps are sorted by.
#[derive(Clone, Copy, Debug)]
pub struct ProductsBy<'a>(&'a Filter);

/// What one rank is apart from the next, in microseconds: more than there are between any two products.
const RANK: i64 = 1_000_000_000_000_000_000;

impl<'a> ProductsBy<'a> {
    /// How such a list is sorted.
    #[must_use]
    pub const fn of(filter: &'a Filter) -> Sort<Self> {
        Sort { by: Self(filter), descending: filter.descending }
    }

    fn expression(self, all: &mut Conditions) -> String {
        match self.0.ordering {
            _ if self.0.for_staff.by_stock => stock_of_p!().to_owned(),
            Ordering::Relevance if self.0.is_ranked() => self.relevance(all),
            Ordering::Id => "p.id".to_owned(),
            Ordering::Price => "p.price".to_owned(),
            Ordering::Name => "p.name_key".to_owned(),
            Ordering::CreatedAt | Ordering::Relevance => "p.created_at".to_owned(),
        }
    }

    /// [`Filter::rank`] and the time in one number.
    fn relevance(self, all: &mut Conditions) -> String {
        let mut name_is_like = |pattern: String| format!("p.name_key LIKE {} ESCAPE '\\'", all.place(pattern));
        let terms = &self.0.terms;
        let holds: Vec<String> = terms.iter().map(|term| name_is_like(crate::like(term))).collect();
        let first = terms.first().map(String::as_str).unwrap_or_default();
        let begins = name_is_like(crate::like(first).trim_start_matches('%').to_owned());
        let holds = holds.join(" AND ");
        let [best, good, least] = [0, 1, 2].map(|rank| self.ranked(rank));
        format!("p.created_at + CASE WHEN NOT ({holds}) THEN {least} WHEN {begins} THEN {best} ELSE {good} END")
    }

    /// What comes to the time of creation with a rank: the best comes first, in whatever direction the list goes.
    fn ranked(self, rank: u8) -> i64 {
        let rank = RANK * i64::from(rank);
        if self.0.descending { -rank } else { rank }
    }
}

impl Key for ProductsBy<'_> {
    type Row = Product;

    fn mark(self, product: &Product) -> Mark {
        match self.0.ordering {
            _ if self.0.for_staff.by_stock => Mark::Number(product.stock),
            Ordering::Relevance if self.0.is_ranked() => {
                Mark::Number(product.created_at.0 + self.ranked(self.0.rank(&product.name.to_lowercase())))
            }
            Ordering::Id => Mark::Id,
            Ordering::Price => Mark::Number(product.price),
            Ordering::Name => Mark::Text(product.name.to_lowercase()),
            Ordering::CreatedAt | Ordering::Relevance => Mark::Number(product.created_at.0),
        }
    }

    fn id(product: &Product) -> i64 {
        product.id
    }

    fn knows(self, mark: &Mark) -> bool {
        match self.0.ordering {
            _ if self.0.for_staff.by_stock => matches!(mark, Mark::Number(_)),
            Ordering::Id => *mark == Mark::Id,
            Ordering::Name => matches!(mark, Mark::Text(_)),
            Ordering::Price | Ordering::CreatedAt | Ordering::Relevance => matches!(mark, Mark::Number(_)),
        }
    }
}

/// A page of the products a filter keeps, and how many it keeps in all. `category_ids` is what
/// [`crate::category::resolve`] made of the filter's categories, `None` when it names none. The page's ids are found
/// first, so only its rows are put together.
pub async fn page(
    db: &impl Conn,
    filter: &Filter,
    category_ids: Option<Vec<i64>>,
    slice: &Slice,
) -> Result<Found<Product>> {
    let mut all = conditions(filter, category_ids, db.dialect());
    let sql = format!("SELECT count(*) FROM products p WHERE {}", all.text());
    let count = db.one(sql, all.clone().values()).await?.only()?;
    let sort = ProductsBy::of(filter);
    let reading = match slice.reading(sort, count) {
        Ok(reading) => reading,
        Err(known) => return Ok(known),
    };
    let expression = sort.by.expression(&mut all);
    let (ids, order) = (reading.clauses(&mut all, &expression, "p.id"), reading.sort().order(&expression, "p.id"));
    let sql = format!(concat!(select!(""), "WHERE p.id IN (SELECT p.id FROM products p {}) ORDER BY {}"), ids, order);
    let rows = db.query(sql, all.values()).await?;
    let products = rows.into_iter().map(|row| read(&mut row.cells())).collect::<Result<_>>()?;
    Ok(reading.found(products))
}

/// What a filter keeps.
fn conditions(filter: &Filter, category_ids: Option<Vec<i64>>, dialect: Dialect) -> Conditions {
    let mut all = Conditions::default();
    all.holds("p.archived_at IS NULL");
    if !filter.unpublished_too {
        all.holds("p.published");
    }
    if let Some(ids) = category_ids {
        let place = all.place(ids);
        all.holds(match dialect {
            Dialect::Sqlite => format!("p.category_id IN (SELECT value FROM json_each({place}))"),
            Dialect::Postgres => format!("p.category_id = ANY({place})"),
        });
    }
    all.and("p.price >=", filter.min_price);
    all.and("p.price <=", filter.max_price);
    if let Some(wanted) = filter.in_stock {
        let not = if wanted { "" } else { "NOT " };
        all.holds(format!("{not}{}", some_variant("v.stock > 0")));
    }
    if let Some(published) = filter.for_staff.published {
        all.holds(if published { "p.published" } else { "NOT p.published" });
    }
    all.and(concat!(stock_of_p!(), " >="), filter.for_staff.min_stock);
    all.and(concat!(stock_of_p!(), " <="), filter.for_staff.max_stock);
    if let Some(most) = filter.for_staff.max_variant_stock {
        let place = all.place(most);
        all.holds(some_variant(&format!("v.stock <= {place}")));
    }
    for term in &filter.terms {
        let place = all.place(Value::from(crate::like(term)));
        all.holds(format!("p.search_text LIKE {place} ESCAPE '\\'"));
    }
    all
}

fn some_variant(condition: &str) -> String {
    format!("EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.archived_at IS NULL AND {condition})")
}
