//! `GET /order/` and `GET /order/<id>/`

use crate::{App, Failure, Found, Slice, Sort};
use domain::cart::Owner;
use domain::order::Order;
use store::order::{OrderFilter, OrdersBy};

/// Who looks at orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Sees all.
    Staff,
    /// Sees their own.
    Owner(Owner),
}

impl Viewer {
    /// Whether this order may be seen.
    #[must_use]
    pub fn may_see(self, order: &Order) -> bool {
        match self {
            Self::Staff => true,
            Self::Owner(owner) => super::events::owner(order) == Some(owner),
        }
    }
}

impl App {
    /// One order; `None` when there is none or it is somebody else's: the two can't be told apart.
    pub async fn order(&self, id: i64, viewer: Viewer) -> Result<Option<Order>, Failure> {
        let found = store::order::by_id(&self.db, id).await?;
        Ok(found.filter(|order| viewer.may_see(order)))
    }

    /// A page of the orders somebody may see, and how many there are in all.
    pub async fn orders(
        &self,
        viewer: Viewer,
        filter: OrderFilter,
        sort: Sort<OrdersBy>,
        slice: &Slice,
    ) -> Result<Found<Order>, Failure> {
        let owner = match viewer {
            Viewer::Staff => None,
            Viewer::Owner(owner) => Some(owner),
        };
        let filter = OrderFilter { owner, ..filter };
        Ok(store::order::page(&self.db, &filter, sort, slice).await?)
    }
}
