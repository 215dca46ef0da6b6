//! Reads how a shop stands when nothing happens any more: over the API as far as it tells, from the ledger's table, and
//! by `oxcart doctor`.

use super::Cast;
use super::caller::{status, units};
use crate::torture::history::{Books, Kept, Movement, STAFF, Units};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use testkit::{Client, Shop};

impl Cast {
    /// Reads everything.
    ///
    /// # Errors
    /// When an answer is not understood.
    pub(in super::super) async fn books(&self) -> Result<Books> {
        let mut books = Books { initial: self.initial.clone(), ..Books::default() };
        for instance in 0..self.shop.instances() {
            books.levels.push(self.levels(instance).await?);
        }
        // The staff sees those of nobody too.
        for (process, client) in self.people.iter().enumerate() {
            let whose = (process != STAFF).then_some(process);
            for order in orders(client).await? {
                let kept = kept(&order, whose).with_context(|| format!("an order is not understood: {order}"))?;
                books.orders.insert(order["id"].as_i64().context("an order has an id")?, kept);
            }
            if process != STAFF {
                books.carts.insert(process, cart(client).await?);
            }
        }
        books.ledger = tokio::task::block_in_place(|| self.ledger())?;
        books.doctor = tokio::task::block_in_place(|| doctor(&self.shop));
        Ok(books)
    }

    async fn levels(&self, instance: usize) -> Result<Units> {
        let client = self.people[STAFF].at(&self.addresses[instance]);
        let mut levels = Units::new();
        for product in self.initial.keys() {
            let shown = client.get(&format!("/products/{product}/")).await.expect(200).json();
            levels.insert(*product, shown["stock"].as_i64().context("a product has a stock")?);
        }
        Ok(levels)
    }

    fn ledger(&self) -> Result<Vec<Movement>> {
        let sql = format!(
            "SELECT v.product_id || ' ' || m.delta || ' ' || m.level || ' ' || m.reason || ' ' || \
             coalesce(CAST(m.order_id AS text), '-') FROM stock_movements m JOIN variants v ON v.id = m.variant_id \
             WHERE m.id > {} ORDER BY m.id",
            self.ledger_begins
        );
        self.shop.look(&sql).into_iter().flatten().map(|line| movement(&line).context(line)).collect()
    }
}

fn movement(line: &str) -> Option<Movement> {
    let mut words = line.split(' ');
    let (product, delta, level) = (words.next()?, words.next()?, words.next()?);
    let (reason, order) = (words.next()?.to_owned(), words.next()?);
    let number = |word: &str| word.parse().ok();
    Some(Movement {
        product: number(product)?,
        delta: number(delta)?,
        level: number(level)?,
        reason,
        order: number(order),
    })
}

/// All orders that somebody sees.
async fn orders(client: &Client) -> Result<Vec<Value>> {
    let (mut found, mut next) = (vec![], Some("/order/?page_size=100".to_owned()));
    while let Some(page) = next {
        let mut body = client.get(&page).await.expect(200).json();
        next = body["next"].as_str().map(str::to_owned);
        found.append(body["results"].as_array_mut().context("a page has results")?);
    }
    Ok(found)
}

fn kept(order: &Value, process: Option<usize>) -> Option<Kept> {
    Some(Kept { process, status: status(order)?, units: units(&order["items"])? })
}

async fn cart(client: &Client) -> Result<Units> {
    let lines = client.get("/cart/items/").await.expect(200).json();
    let mut units = BTreeMap::new();
    for line in lines.as_array().context("a cart has lines")? {
        let of = (line["product"]["id"].as_i64(), line["quantity"].as_i64());
        let (Some(product), Some(quantity)) = of else { anyhow::bail!("a line is not understood: {line}") };
        *units.entry(product).or_default() += quantity;
    }
    Ok(units)
}

/// What `oxcart doctor` has to say, line by line; nothing when all is well.
pub(in super::super) fn doctor(shop: &Shop) -> Vec<String> {
    let output = shop.run(&["doctor"]);
    if output.status.success() {
        return vec![];
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let wrong = said.lines().filter(|line| !line.starts_with("ok") && !line.trim().is_empty());
    wrong.map(|line| line.trim().to_owned()).collect()
}
