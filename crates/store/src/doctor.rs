//! Recomputes what must always hold and reports what does not. Reads only.

use crate::{Conn, Dialect, Error, Result, Sql};

/// Something that is wrong in the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked: `stock ledger`, `order totals`, …
    pub check: &'static str,
    /// Which row, and what is wrong with it.
    pub detail: String,
}

/// A check: its name and a statement whose every row, one text, is a finding.
struct Check {
    name: &'static str,
    sql: Sql,
}

/// The most findings told of one check.
const MOST: usize = 50;

/// `$floor` yields the moment from which on events are kept.
macro_rules! orders_without_events {
    ($floor:literal) => {
        concat!(
            "SELECT 'order ' || o.id || ' (' || o.number || ') was placed without an event' FROM orders o \
             WHERE EXISTS (SELECT 1 FROM stock_movements m WHERE m.order_id = o.id AND m.reason = 'order') \
             AND o.created_at >= (",
            $floor,
            ") AND NOT EXISTS (SELECT 1 FROM events e WHERE e.kind = 'order.placed' AND e.subject_id = o.id)"
        )
    };
}

const CHECKS: &[Check] = &[
    Check {
        name: "stock ledger",
        sql: Sql::both(
            "SELECT 'variant ' || v.id || ': stock is ' || v.stock || ', its movements add up to ' || \
              coalesce(m.moved, 0) FROM variants v LEFT JOIN \
              (SELECT variant_id, CAST(sum(delta) AS bigint) AS moved FROM stock_movements GROUP BY variant_id) AS m \
              ON m.variant_id = v.id WHERE v.stock <> coalesce(m.moved, 0)",
        ),
    },
    Check {
        name: "stock levels",
        sql: Sql::both(
            "SELECT 'variant ' || v.id || ': the last movement left ' || m.level || ', stock is ' || v.stock \
              FROM (SELECT variant_id, max(id) AS id FROM stock_movements GROUP BY variant_id) AS last \
              JOIN stock_movements m ON m.id = last.id JOIN variants v ON v.id = last.variant_id WHERE m.level <> v.stock",
        ),
    },
    Check {
        name: "order totals",
        sql: Sql::both(
            "SELECT 'order ' || o.id || ' (' || o.number || '): total is ' || o.total || ', its lines add up to ' || \
              CAST(coalesce(sum(l.subtotal), 0) AS bigint) FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id \
              GROUP BY o.id, o.number, o.total HAVING o.total <> coalesce(sum(l.subtotal), 0)",
        ),
    },
    Check {
        name: "orders without lines",
        sql: Sql::both(
            "SELECT 'order ' || o.id || ' (' || o.number || ') has no lines' FROM orders o \
              WHERE NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id)",
        ),
    },
    Check {
        name: "orders and stock",
        sql: Sql::both(
            "SELECT 'order ' || l.order_id || ': variant ' || l.variant_id || ' should have moved by ' || \
              CASE WHEN o.status = 'cancelled' THEN 0 ELSE -l.wanted END || ', it moved by ' || l.moved FROM orders o JOIN \
              (SELECT order_id, variant_id, CAST(sum(quantity) AS bigint) AS wanted, CAST(coalesce((SELECT sum(m.delta) FROM stock_movements m \
              WHERE m.order_id = order_lines.order_id AND m.variant_id = order_lines.variant_id), 0) AS bigint) AS moved, \
              (SELECT count(*) FROM stock_movements m WHERE m.order_id = order_lines.order_id AND m.reason = 'order') AS taken \
              FROM order_lines GROUP BY order_id, variant_id) AS l ON l.order_id = o.id \
              WHERE l.taken > 0 AND l.moved <> CASE WHEN o.status = 'cancelled' THEN 0 ELSE -l.wanted END",
        ),
    },
    Check {
        name: "order events",
        sql: Sql::each(
            orders_without_events!(
                "SELECT CASE WHEN seq = 1 THEN at ELSE at + 60000000 END FROM events ORDER BY seq LIMIT 1"
            ),
            orders_without_events!(
                "SELECT CASE WHEN seq = 1 THEN at ELSE at + 60000000 END FROM event_batches \
                 WHERE seq IS NOT NULL ORDER BY seq LIMIT 1"
            ),
        ),
    },
    Check {
        name: "orders of nobody",
        sql: Sql::both(
            "SELECT 'order ' || o.id || ' (' || o.number || ') belongs both to an account and to a session' FROM orders o \
              WHERE o.user_id IS NOT NULL AND o.session_id IS NOT NULL",
        ),
    },
    Check {
        name: "order counts",
        sql: Sql::both(
            "SELECT 'there are ' || coalesce(o.orders, 0) || ' orders that are ' || s.status || ', ' || \
              coalesce(c.orders, 0) || ' are counted' FROM (SELECT status FROM orders UNION SELECT status FROM order_counts) AS s \
              LEFT JOIN (SELECT status, count(*) AS orders FROM orders GROUP BY status) AS o ON o.status = s.status \
              LEFT JOIN (SELECT status, CAST(sum(orders) AS bigint) AS orders FROM order_counts GROUP BY status) AS c \
              ON c.status = s.status WHERE coalesce(o.orders, 0) <> coalesce(c.orders, 0)",
        ),
    },
    Check {
        name: "product prices",
        sql: Sql::both(
            "SELECT 'product ' || p.id || ': its price is ' || p.price || ', its cheapest variant costs ' || \
              coalesce(CAST(min(v.price) AS text), 'nothing: it has none') FROM products p \
              LEFT JOIN variants v ON v.product_id = p.id AND v.archived_at IS NULL WHERE p.archived_at IS NULL \
              GROUP BY p.id, p.price HAVING min(v.price) IS NULL OR min(v.price) <> p.price",
        ),
    },
    Check {
        name: "lines without orders",
        sql: Sql::both(
            "SELECT 'order ' || l.order_id || ' does not exist, line ' || l.position || ' of it does' FROM order_lines l \
             WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = l.order_id)",
        ),
    },
    Check {
        name: "movements without variants",
        sql: Sql::both(
            "SELECT 'variant ' || m.variant_id || ' does not exist, stock movement ' || m.id || ' of it does' \
             FROM stock_movements m WHERE NOT EXISTS (SELECT 1 FROM variants v WHERE v.id = m.variant_id)",
        ),
    },
    Check {
        name: "stock and audit",
        // From the oldest row on that the audit still has: a change and its row carry the same instant.
        sql: Sql::both(
            "SELECT 'variant ' || m.variant_id || ': stock movement ' || m.id || ' (' || m.reason || ') is not in the audit' \
             FROM stock_movements m WHERE m.reason IN ('initial', 'adjustment', 'import') \
             AND m.at >= (SELECT min(at) FROM audit_log) AND NOT EXISTS (SELECT 1 FROM audit_log a WHERE a.at = m.at \
             AND coalesce(a.user_id, 0) = coalesce(m.actor_id, 0))",
        ),
    },
    Check {
        name: "cart lines",
        sql: Sql::both(
            "SELECT 'cart line ' || l.id || ': variant ' || l.variant_id || ' is not of product ' || l.product_id \
              FROM cart_lines l LEFT JOIN variants v ON v.id = l.variant_id AND v.product_id = l.product_id WHERE v.id IS NULL",
        ),
    },
];

/// The names of all checks, in the order they run.
pub fn checks() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|check| check.name)
}

/// Runs the check of this name; at most [`MOST`] findings.
pub async fn run(db: &impl Conn, name: &str) -> Result<Vec<Finding>> {
    let Some(check) = CHECKS.iter().find(|check| check.name == name) else { return Ok(vec![]) };
    let rows = db.query(check.sql.clone(), vec![]).await?;
    let read = |row: crate::Row| Ok(Finding { check: check.name, detail: row.only()? });
    rows.into_iter().take(MOST).map(read).collect()
}

/// What is damaged in an SQLite file, at most one finding; a PostgreSQL server looks after its own files.
pub async fn damage(db: &impl Conn) -> Result<Vec<Finding>> {
    if db.dialect() == Dialect::Postgres {
        return Ok(vec![]);
    }
    let said: String = db.one("PRAGMA integrity_check(1)", vec![]).await?.only()?;
    Ok(if said == "ok" { vec![] } else { vec![Finding { check: "database file", detail: said }] })
}

/// How many connections the PostgreSQL server allows in all; nothing on SQLite.
pub async fn max_connections(db: &impl Conn) -> Result<Option<u32>> {
    if db.dialect() == Dialect::Sqlite {
        return Ok(None);
    }
    let told: String = db.one("SELECT current_setting('max_connections')", vec![]).await?.only()?;
    told.parse().map(Some).map_err(|_| Error::Other(format!("max_connections is {told}, not a number")))
}
