//! `GET /staff/dashboard/`

use crate::{App, Failure};
use domain::order::Status;
use domain::time::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use store::dashboard::{DAY, Day, Scarce, Seller};

/// Entries of the lists of products.
const MOST: i64 = 10;

/// How business goes.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// Every day that was asked for, oldest first, today last.
    pub days: Vec<DayOfSales>,
    /// How many orders stand where, of all there are; every status.
    pub statuses: Vec<(Status, i64)>,
    /// What sold best on those days.
    pub best_sellers: Vec<Seller>,
    /// What there is little of.
    pub low_stock: Vec<Scarce>,
}

/// What was sold on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOfSales {
    /// `2026-11-26`, UTC.
    pub date: String,
    /// Orders placed, cancelled ones too.
    pub orders: i64,
    /// Those of them that were not cancelled.
    pub sold: i64,
    /// The sum of those, minor units.
    pub revenue: i64,
}

impl App {
    /// The last `days` days, today among them, and what there are at most `low_stock` of; as it was a few seconds ago at
    /// most.
    pub async fn dashboard(&self, days: i64, low_stock: i64) -> Result<Arc<Dashboard>, Failure> {
        let look = async || self.look_at_dashboard(days, low_stock).await;
        self.dashboards.get((days, low_stock), || self.now(), look).await
    }

    async fn look_at_dashboard(&self, days: i64, low_stock: i64) -> Result<Dashboard, Failure> {
        let today = self.now().0.div_euclid(DAY);
        let first = today - days + 1;
        let since = Timestamp(first * DAY);
        let (found, counted, best_sellers, low_stock) = tokio::try_join!(
            store::dashboard::days(&self.db, since),
            store::dashboard::statuses(&self.db),
            store::dashboard::best_sellers(&self.db, since, MOST),
            store::dashboard::low_stock(&self.db, low_stock, MOST),
        )?;
        let by_day: HashMap<i64, Day> = found.into_iter().map(|day| (day.day, day)).collect();
        let days = (first..=today).map(|day| {
            let Day { orders, sold, revenue, .. } = by_day.get(&day).copied().unwrap_or_default();
            let date = Timestamp(day * DAY).iso().chars().take(10).collect();
            DayOfSales { date, orders, sold, revenue }
        });
        let of = |status| counted.iter().filter(|(found, _)| *found == status).map(|(_, orders)| orders).sum();
        let statuses = Status::ALL.into_iter().map(|status| (status, of(status))).collect();
        Ok(Dashboard { days: days.collect(), statuses, best_sellers, low_stock })
    }
}
