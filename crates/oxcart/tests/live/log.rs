//! The event log as the database holds it, and who may read what of it: docs/LIVE.md put into code once more, apart
//! from the program, so that what callers were told can be held against it.

use crate::support::World;
use std::time::{Duration, Instant};
use testkit::{Setup, Shop};

/// One row of the log.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) kind: String,
    /// The order, the cart, the product.
    pub(crate) subject: i64,
    user: Option<i64>,
    session: Option<i64>,
}

/// Who reads, with the id of the account or session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    Session(i64),
    Customer(i64),
    Staff(i64),
}

impl Row {
    /// Whether it belongs to the topic and this reader may read it.
    pub(crate) fn is_for(&self, who: Who, topic: &str) -> bool {
        let (noun, wanted) = topic.split_once(':').map_or((topic, None), |(noun, id)| (noun, id.parse().ok()));
        if wanted.is_some_and(|id: i64| id != self.subject) {
            return false;
        }
        let own = match who {
            Who::Nobody => false,
            Who::Session(id) => self.session == Some(id),
            Who::Customer(id) | Who::Staff(id) => self.user == Some(id),
        };
        match (noun, self.kind.split('.').next()) {
            ("products" | "product", Some("product")) => true,
            ("cart", Some("cart")) => own,
            ("orders" | "order", Some("order")) => own || matches!(who, Who::Staff(_)),
            _ => false,
        }
    }
}

/// Everything that has its place in the log, in order.
pub(crate) fn read(shop: &Shop) -> Vec<Row> {
    let numbered = match shop.setup() {
        Setup::Sqlite => "events",
        _ => "(SELECT b.seq + e.place AS seq, e.* FROM events e JOIN event_batches b ON b.id = e.batch_id) AS numbered",
    };
    let rows = shop.look(&format!(
        "SELECT CAST(seq AS text) || ' ' || kind || ' ' || CAST(subject_id AS text) || ' ' || \
         coalesce(CAST(user_id AS text), '-') || ' ' || coalesce(CAST(session_id AS text), '-') \
         FROM {numbered} WHERE seq IS NOT NULL ORDER BY seq",
    ));
    rows.into_iter().flatten().map(|row| parsed(&row)).collect()
}

fn parsed(row: &str) -> Row {
    let [seq, kind, subject, user, session] = row.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{row:?} is no row of the log");
    };
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text:?} is no number in {row:?}"));
    let perhaps = |text: &str| (text != "-").then(|| number(text));
    Row {
        seq: number(seq),
        kind: kind.to_owned(),
        subject: number(subject),
        user: perhaps(user),
        session: perhaps(session),
    }
}

/// Waits until everything that was committed has its place, and returns it all.
pub(crate) async fn settled(shop: &Shop) -> Vec<Row> {
    let deadline = Instant::now() + Duration::from_secs(10);
    while shop.setup() != Setup::Sqlite
        && number(shop, "SELECT CAST(count(*) AS text) FROM event_batches WHERE seq IS NULL") > 0
    {
        assert!(Instant::now() < deadline, "committed events have no place after 10 s:\n{}", shop.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    read(shop)
}

/// The last place taken.
pub(crate) async fn head(shop: &Shop) -> i64 {
    settled(shop).await.last().map_or(0, |row| row.seq)
}

/// The one number a query yields.
#[track_caller]
pub(crate) fn number(shop: &Shop, sql: &str) -> i64 {
    let found = shop.look(sql).into_iter().flatten().next().and_then(|text| text.parse().ok());
    found.unwrap_or_else(|| panic!("{sql} yields no number"))
}

/// The id of the account with this address.
#[track_caller]
pub(crate) fn account(shop: &Shop, email: &str) -> i64 {
    number(shop, &format!("SELECT CAST(id AS text) FROM users WHERE email = '{email}'"))
}

/// The member of the staff.
#[track_caller]
pub(crate) fn staff(world: &World) -> Who {
    Who::Staff(account(&world.shop, &world.staff.email))
}

/// The id of the session that began last.
#[track_caller]
pub(crate) fn newest_session(shop: &Shop) -> i64 {
    number(shop, "SELECT CAST(max(id) AS text) FROM sessions")
}

/// The places after `after` that this reader is told of under any of these topics.
pub(crate) fn told(log: &[Row], who: Who, topics: &[&str], after: i64) -> Vec<i64> {
    let ours = |row: &&Row| row.seq > after && topics.iter().any(|topic| row.is_for(who, topic));
    log.iter().filter(ours).map(|row| row.seq).collect()
}

/// Many changes of a product's stock at once, put straight into the log: as fast as the disk takes them.
pub(crate) fn plant(world: &World, product: i64, count: usize) {
    plant_rows(
        &world.shop,
        &format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             SELECT 'product.stock_changed' AS kind, {product} AS subject_id, \
             '{{\"id\":{product},\"stock\":' || CAST(i AS text) || ',\"in_stock\":true}}' AS data FROM n"
        ),
    );
}

/// Puts the rows that `select` yields into the log, behind the shop's back.
pub(crate) fn plant_rows(shop: &Shop, select: &str) {
    shop.plant(&planting(shop.setup(), select));
}

/// The statement that puts rows into the log: their `kind`, `subject_id` and `data`. They happened when the last before
/// them did.
pub(crate) fn planting(setup: Setup, select: &str) -> String {
    match setup {
        Setup::Sqlite => format!(
            "INSERT INTO events (kind, subject_id, data, at) \
             SELECT kind, subject_id, data, (SELECT max(at) FROM events) FROM ({select})"
        ),
        _ => format!(
            "WITH fresh AS (SELECT row_number() OVER () - 1 AS place, r.* FROM ({select}) AS r), \
             batch AS (INSERT INTO event_batches (events, at, origin) \
             SELECT count(*), (SELECT max(at) FROM event_batches), 0 FROM fresh RETURNING id, at) \
             INSERT INTO events (batch_id, place, kind, subject_id, data, at) \
             SELECT batch.id, place, kind, subject_id, data, batch.at FROM batch, fresh"
        ),
    }
}
