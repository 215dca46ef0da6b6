//! `GET /order/export/`: orders as rows for a spreadsheet.

use crate::{App, Failure};
use domain::order::Order;
use exchange::spreadsheet;
use std::collections::HashMap;
use store::order::OrderFilter;

/// The first row of the table.
pub const ORDER_COLUMNS: &str = "id,number,placed,status,customer,total,currency,pieces,lines,updated\r\n";

/// Orders read at once.
const PAGE: i64 = 200;

impl App {
    /// Rows of the orders of a filter below an id, the newest first, and the id to go on below; `None` at the end.
    pub async fn order_rows(&self, filter: &OrderFilter, below: i64) -> Result<(String, Option<i64>), Failure> {
        let orders = store::order::filtered_below(&self.db, filter, below, PAGE).await?;
        let emails = self.customers_of(&orders).await?;
        let rows = orders.iter().map(|order| self.row(order, &emails)).collect();
        Ok((rows, orders.last().map(|order| order.id)))
    }

    fn row(&self, order: &Order, emails: &HashMap<i64, String>) -> String {
        let lines = order.lines.iter().map(|line| {
            let options = line.option_values.join(" / ");
            let options = if options.is_empty() { options } else { format!(" ({options})") };
            format!("{} x {}{options}", line.quantity, line.name)
        });
        let pieces: i64 = order.lines.iter().map(|line| line.quantity).sum();
        spreadsheet::row([
            order.id.to_string(),
            order.number.clone(),
            order.created_at.iso(),
            order.status.as_str().to_owned(),
            order.user_id.and_then(|id| emails.get(&id).cloned()).unwrap_or_default(),
            self.settings.currency.show(order.total),
            order.currency.clone(),
            pieces.to_string(),
            lines.collect::<Vec<_>>().join("; "),
            order.updated_at.iso(),
        ])
    }
}
