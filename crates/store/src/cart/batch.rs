//! Statements about the carts of several owners at once. Those that find the carts by their owners do not wait for the
//! answer of the one that locks them: all can be sent together.

use super::{Offer, read_offer, with_products};
use crate::backend::params;
use crate::{Conn, Doubts, Result, Row, Settled, Sql, Statement, Tx, Value};
use domain::cart::Owner;
use domain::event::Event;
use domain::order::Wanted;
use domain::time::Timestamp;
use std::collections::HashMap;

/// Whose carts: `$1` and `$2` of the statements here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    users: Vec<i64>,
    sessions: Vec<i64>,
}

impl FromIterator<Owner> for Owners {
    fn from_iter<I: IntoIterator<Item = Owner>>(all: I) -> Self {
        let mut owners = Self::default();
        for owner in all {
            match owner {
                Owner::User(id) => owners.users.push(id),
                Owner::Session(id) => owners.sessions.push(id),
            }
        }
        owners
    }
}

impl Owners {
    pub(crate) fn params(&self) -> Vec<Value> {
        params![self.users.clone(), self.sessions.clone()]
    }
}

/// The ids of the carts of the owners `$1` and `$2`.
macro_rules! carts_sqlite {
    () => {
        "(SELECT id FROM carts WHERE user_id IN (SELECT value FROM json_each($1)) UNION ALL \
          SELECT id FROM carts WHERE session_id IN (SELECT value FROM json_each($2)))"
    };
}
macro_rules! carts_postgres {
    () => {
        "(SELECT id FROM carts WHERE user_id = ANY($1) UNION ALL SELECT id FROM carts WHERE session_id = ANY($2))"
    };
}

/// `before IN (the ids of the carts of the owners $1 and $2) after`, for each database.
macro_rules! of_owners {
    ($before:expr, $sqlite:expr, $postgres:expr) => {
        crate::Sql::each(
            concat!($before, " IN ", $crate::cart::carts_sqlite!(), $sqlite),
            concat!($before, " IN ", $crate::cart::carts_postgres!(), $postgres),
        )
    };
}
pub(crate) use {carts_postgres, carts_sqlite, of_owners};

fn read_owner(user: Option<i64>, session: Option<i64>) -> Result<Owner> {
    let owner = user.map(Owner::User).or(session.map(Owner::Session));
    owner.ok_or_else(|| crate::Error::Other("a cart belongs to nobody".into()))
}

/// The carts of these owners, by id, locked in that order for the rest of the transaction; for [`read_carts`].
pub(crate) fn locking(owners: &Owners) -> Statement {
    let sql = crate::Sql::each(
        "SELECT id, user_id, session_id FROM carts WHERE user_id IN (SELECT value FROM json_each($1)) UNION ALL \
         SELECT id, user_id, session_id FROM carts WHERE session_id IN (SELECT value FROM json_each($2)) ORDER BY id",
        concat!(
            "SELECT id, user_id, session_id FROM carts WHERE id IN ",
            carts_postgres!(),
            " ORDER BY id FOR NO KEY UPDATE"
        ),
    );
    Statement::new(sql, owners.params())
}

/// Makes the carts that these owners lack, in the transaction that has locked those they have.
/// [`crate::Error::Refused`] when an owner is gone.
pub async fn make_missing(db: &impl Conn, owners: &[Owner], now: Timestamp) -> Result<Vec<(i64, Owner)>> {
    let sql = Sql::each(
        "INSERT INTO carts (user_id, session_id, version, updated_at) VALUES ($1, $2, 0, $3) \
         ON CONFLICT DO NOTHING RETURNING id, user_id, session_id",
        "INSERT INTO carts (user_id, session_id, version, updated_at) \
         SELECT o.user_id, o.session_id, 0, o.at FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) \
         AS o(user_id, session_id, at) \
         ORDER BY o.user_id, o.session_id ON CONFLICT DO NOTHING RETURNING id, user_id, session_id",
    );
    let row = |owner: &Owner| params![owner.user_id(), owner.session_id(), now];
    read_carts(db.run(Statement::rows(sql, owners.iter().map(row).collect())).await?)
}

pub(crate) fn read_carts(rows: Vec<Row>) -> Result<Vec<(i64, Owner)>> {
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, read_owner(cells.get()?, cells.get()?)?))
    };
    rows.into_iter().map(read).collect()
}

/// The lines of the carts of these owners as orders need them, each with its cart: prices and stock read under lock,
/// products locked in the order of their ids, each before its variants; for [`read_wanted`]. What is told of a product's
/// stock adds up all its variants, so whoever moves one of them keeps the others still meanwhile.
pub(crate) fn wanted_by(owners: &Owners) -> Statement {
    let sql = of_owners!(
        "SELECT l.cart_id, p.id, v.id, v.sku, p.name, v.option_values, v.price, l.quantity, v.stock FROM cart_lines l \
         JOIN variants v ON v.id = l.variant_id JOIN products p ON p.id = l.product_id \
         WHERE v.archived_at IS NULL AND l.cart_id",
        "",
        " ORDER BY p.id, v.id FOR NO KEY UPDATE OF p, v"
    );
    Statement::new(sql, owners.params())
}

pub(crate) fn read_wanted(rows: Vec<Row>) -> Result<Vec<(i64, Wanted)>> {
    let read = |row: Row| {
        let mut cells = row.cells();
        let cart_id = cells.get()?;
        let wanted = Wanted {
            product_id: cells.get()?,
            variant_id: cells.get()?,
            sku: cells.get()?,
            name: cells.get()?,
            option_values: cells.get()?,
            unit_price: cells.get()?,
            quantity: cells.get()?,
            stock: cells.get()?,
        };
        Ok((cart_id, wanted))
    };
    let mut all = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    // Orders list their lines by variant; how they came is a matter of locks.
    all.sort_by_key(|(_, wanted)| wanted.variant_id);
    Ok(all)
}

/// Empties locked carts and marks them as changed.
pub(crate) fn emptying(cart_ids: &[i64], now: Timestamp) -> [Statement; 2] {
    let clearing = Sql::each(
        "DELETE FROM cart_lines WHERE cart_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM cart_lines WHERE cart_id = ANY($1)",
    );
    [Statement::new(clearing, params![cart_ids.to_vec()]), touching(cart_ids, now)]
}

/// Marks locked carts as changed.
fn touching(cart_ids: &[i64], now: Timestamp) -> Statement {
    let sql = Sql::each(
        "UPDATE carts SET version = version + 1, updated_at = $2 WHERE id IN (SELECT value FROM json_each($1))",
        "UPDATE carts SET version = version + 1, updated_at = $2 WHERE id = ANY($1)",
    );
    Statement::new(sql, params![cart_ids.to_vec(), now])
}

/// What there is of these products: the variants of those that were not taken away, drafts included, by product and
/// position.
pub async fn offers(db: &impl Conn, product_ids: Vec<i64>) -> Result<Vec<Offer>> {
    read_offers(db.run(offering(product_ids)).await?)
}

fn offering(product_ids: Vec<i64>) -> Statement {
    macro_rules! text {
        ($among:literal) => {
            with_products!(
                concat!("WHERE p.archived_at IS NULL AND p.id ", $among),
                "",
                "FROM page JOIN variants lv ON lv.product_id = page.pid AND lv.archived_at IS NULL \
                 ORDER BY page.pid, lv.position, lv.id"
            )
        };
    }
    let sql = Sql::each(text!("IN (SELECT value FROM json_each($1))"), text!("= ANY($1)"));
    Statement::new(sql, params![product_ids])
}

fn read_offers(rows: Vec<Row>) -> Result<Vec<Offer>> {
    rows.into_iter().map(|row| read_offer(&mut row.cells())).collect()
}

/// The lines of the carts of these owners, archived variants included, oldest first.
pub async fn lines_of_all(db: &impl Conn, owners: &Owners) -> Result<Vec<Standing>> {
    let sql = of_owners!(
        "SELECT k.id, k.user_id, k.session_id, l.id, l.product_id, l.variant_id, l.quantity \
         FROM carts k JOIN cart_lines l ON l.cart_id = k.id WHERE k.id",
        " ORDER BY l.id",
        " ORDER BY l.id"
    );
    read_standing(db.query(sql, owners.params()).await?)
}

/// A line as it stands in a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The cart.
    pub cart_id: i64,
    /// Whose it is.
    pub owner: Owner,
    /// The line's id.
    pub line_id: i64,
    /// The product.
    pub product_id: i64,
    /// The variant.
    pub variant_id: i64,
    /// How many.
    pub quantity: i64,
}

/// The lines of the carts of these owners, archived ones left out.
fn standing(owners: &Owners) -> Statement {
    let sql = of_owners!(
        "SELECT k.id, k.user_id, k.session_id, l.id, l.product_id, l.variant_id, l.quantity \
         FROM carts k JOIN cart_lines l ON l.cart_id = k.id JOIN variants v ON v.id = l.variant_id WHERE v.archived_at IS NULL AND k.id",
        "",
        ""
    );
    Statement::new(sql, owners.params())
}

fn read_standing(rows: Vec<Row>) -> Result<Vec<Standing>> {
    let read = |row: Row| {
        let mut cells = row.cells();
        let (cart_id, owner) = (cells.get()?, read_owner(cells.get()?, cells.get()?)?);
        let (line_id, product_id, variant_id) = (cells.get()?, cells.get()?, cells.get()?);
        Ok(Standing { cart_id, owner, line_id, product_id, variant_id, quantity: cells.get()? })
    };
    rows.into_iter().map(read).collect()
}

/// What is known, under lock, of carts that something is put into.
#[derive(Clone, Debug)]
pub struct ForAdding {
    /// The carts there are.
    pub carts: Vec<(i64, Owner)>,
    /// Their lines.
    pub standing: Vec<Standing>,
    /// How many there are of the variants of the products, by variant.
    pub levels: HashMap<i64, i64>,
    /// What nobody knew yet, by product and position.
    pub offers: Vec<Offer>,
    /// What was asked besides.
    pub settled: Settled,
}

/// Locks the carts of these owners and reads their lines, the stock of the variants of products, and the offers of
/// those that nobody knows yet; then settles `doubts`.
pub async fn for_adding(
    tx: &Tx,
    owners: &Owners,
    product_ids: Vec<i64>,
    unknown_ids: Vec<i64>,
    doubts: Doubts<'_>,
) -> Result<ForAdding> {
    let levels = Sql::each(
        "SELECT id, stock FROM variants WHERE archived_at IS NULL AND product_id IN (SELECT value FROM json_each($1))",
        "SELECT id, stock FROM variants WHERE archived_at IS NULL AND product_id = ANY($1)",
    );
    let levels = Statement::new(levels, params![product_ids]);
    // Worked off in this order: what stands in the carts is read after they are locked.
    let mut statements = vec![locking(owners), standing(owners), levels];
    let has_unknown = !unknown_ids.is_empty();
    if has_unknown {
        statements.push(offering(unknown_ids));
    }
    statements.extend(doubts.statements(tx));
    let mut answers = tx.all(statements).await?.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let (carts, standing, levels) = (next(), next(), next());
    let offers = if has_unknown { read_offers(next())? } else { vec![] };
    let level = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?))
    };
    Ok(ForAdding {
        carts: read_carts(carts)?,
        standing: read_standing(standing)?,
        levels: levels.into_iter().map(level).collect::<Result<_>>()?,
        offers,
        settled: doubts.read(next)?,
    })
}

/// A line to be put into a locked cart, made if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// The cart.
    pub cart_id: i64,
    /// The product.
    pub product_id: i64,
    /// The variant of it; at most one put of it for a cart.
    pub variant_id: i64,
    /// How many there are to be.
    pub quantity: i64,
}

/// What additions to locked carts leave behind.
#[derive(Clone, Copy, Debug)]
pub struct Added<'a> {
    /// Lines as they are to be.
    pub lines: &'a [Put],
    /// The carts they are in.
    pub cart_ids: &'a [i64],
    /// What to tell of it.
    pub events: &'a [Event],
}

impl Added<'_> {
    fn statements(self, tx: &Tx, at: Timestamp) -> Vec<Statement> {
        vec![putting(self.lines, at), touching(self.cart_ids, at), crate::event::appending(tx, self.events, at)]
    }
}

/// Saves additions and commits; returns `(cart id, variant id, line id)` of each line.
pub async fn save_added(tx: Tx, added: Added<'_>, at: Timestamp) -> Result<Vec<(i64, i64, i64)>> {
    let last = added.statements(&tx, at);
    read_put(tx.finish(last).await?)
}

/// As [`save_added`], in a transaction that goes on.
pub async fn put_added(tx: &Tx, added: Added<'_>, at: Timestamp) -> Result<Vec<(i64, i64, i64)>> {
    read_put(tx.all(added.statements(tx, at)).await?)
}

fn read_put(saved: Vec<Vec<Row>>) -> Result<Vec<(i64, i64, i64)>> {
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?, cells.get()?))
    };
    saved.into_iter().next().unwrap_or_default().into_iter().map(read).collect()
}

fn putting(lines: &[Put], at: Timestamp) -> Statement {
    let sql = Sql::each(
        "INSERT INTO cart_lines (cart_id, variant_id, product_id, quantity, added_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity RETURNING cart_id, variant_id, id",
        "INSERT INTO cart_lines (cart_id, variant_id, product_id, quantity, added_at) \
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) \
         ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity RETURNING cart_id, variant_id, id",
    );
    let row = |put: &Put| params![put.cart_id, put.variant_id, put.product_id, put.quantity, at];
    Statement::rows(sql, lines.iter().map(row).collect())
}
