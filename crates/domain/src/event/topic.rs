//! Who hears of what. A reader follows a [`Topic`]; the two together are a [`Channel`]. An event reaches the channels
//! [`Logged::channels`] names and no others: that is the whole of the read rights, for every way of reading.

use super::{Audience, Kind, Logged};
use crate::cart::Owner;
use std::fmt;
use std::str::FromStr;

/// What can be followed, by its name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// `orders`: one's own; all for the staff.
    Orders,
    /// `order:<id>`
    Order(i64),
    /// `cart`: one's own.
    Cart,
    /// `products`
    Products,
    /// `product:<id>`
    Product(i64),
}

/// Who reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// The account or session whose cart and orders are one's own.
    pub owner: Option<Owner>,
    /// Whether all orders may be read.
    pub is_staff: bool,
}

/// A stream of events: a topic as one reader may see it. Two readers with the same rights share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Every order.
    AllOrders,
    /// The orders of one owner.
    OrdersOf(Owner),
    /// One order, whoever's it is.
    AnyOrder(i64),
    /// One order, as far as it is this owner's.
    OrderOf(i64, Owner),
    /// The cart of one owner.
    CartOf(Owner),
    /// The catalogue as customers see it.
    Products,
    /// One product, while customers see it.
    Product(i64),
    /// The whole catalogue.
    AllProducts,
    /// One product, always.
    AnyProduct(i64),
}

impl Topic {
    /// Whether only an account or a session may follow it.
    #[must_use]
    pub const fn is_private(self) -> bool {
        matches!(self, Self::Orders | Self::Order(_) | Self::Cart)
    }

    /// What this reader hears under the topic; `None` for a private topic and nobody.
    #[must_use]
    pub fn channel(self, reader: Reader) -> Option<Channel> {
        Some(match (self, reader.is_staff) {
            (Self::Products, true) => Channel::AllProducts,
            (Self::Product(id), true) => Channel::AnyProduct(id),
            (Self::Products, false) => Channel::Products,
            (Self::Product(id), false) => Channel::Product(id),
            (Self::Orders, true) => Channel::AllOrders,
            (Self::Order(id), true) => Channel::AnyOrder(id),
            (Self::Orders, false) => Channel::OrdersOf(reader.owner?),
            (Self::Order(id), false) => Channel::OrderOf(id, reader.owner?),
            (Self::Cart, _) => Channel::CartOf(reader.owner?),
        })
    }
}

impl Logged {
    /// The channels the event is told on.
    pub fn channels(&self) -> impl Iterator<Item = Channel> + use<> {
        let id = self.subject_id;
        let (owner, public) = match self.audience {
            Audience::Owner(owner) => (Some(owner), false),
            Audience::Everybody => (None, true),
            Audience::Staff => (None, false),
        };
        let channels = match self.kind {
            Kind::OrderPlaced | Kind::OrderStatusChanged | Kind::OrderCancelled => [
                Some(Channel::AllOrders),
                Some(Channel::AnyOrder(id)),
                owner.map(Channel::OrdersOf),
                owner.map(|owner| Channel::OrderOf(id, owner)),
            ],
            Kind::CartChanged => [owner.map(Channel::CartOf), None, None, None],
            Kind::CatalogueChanged | Kind::AccountChanged | Kind::AccessEnded | Kind::Unknown => [None; 4],
            Kind::ProductCreated
            | Kind::ProductUpdated
            | Kind::ProductDeleted
            | Kind::StockChanged
            | Kind::SoldOut
            | Kind::BackInStock => [
                Some(Channel::AllProducts),
                Some(Channel::AnyProduct(id)),
                public.then_some(Channel::Products),
                public.then_some(Channel::Product(id)),
            ],
        };
        channels.into_iter().flatten()
    }

    /// Whether the event is told on this channel.
    #[must_use]
    pub fn reaches(&self, channel: Channel) -> bool {
        self.channels().any(|reached| reached == channel)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Orders => f.write_str("orders"),
            Self::Order(id) => write!(f, "order:{id}"),
            Self::Cart => f.write_str("cart"),
            Self::Products => f.write_str("products"),
            Self::Product(id) => write!(f, "product:{id}"),
        }
    }
}

/// What a text that names no topic is refused with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no such topic. Use products, product:<id>, cart, orders or order:<id>.")]
pub struct UnknownTopic;

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        let id = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse().map_err(|_| UnknownTopic),
            false => Err(UnknownTopic),
        };
        match (text, text.split_once(':')) {
            ("orders", _) => Ok(Self::Orders),
            ("cart", _) => Ok(Self::Cart),
            ("products", _) => Ok(Self::Products),
            (_, Some(("order", digits))) => id(digits).map(Self::Order),
            (_, Some(("product", digits))) => id(digits).map(Self::Product),
            _ => Err(UnknownTopic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    const ANN: Owner = Owner::User(7);
    const BOB: Owner = Owner::User(8);
    const BROWSER: Owner = Owner::Session(7);

    fn event(kind: Kind, subject_id: i64, audience: Audience) -> Logged {
        Logged { seq: 1, kind, subject_id, audience, data: "{}".into(), at: Timestamp(0) }
    }

    fn hears(reader: Reader, event: &Logged) -> Vec<&'static str> {
        let topics = ["orders", "order:5", "order:6", "cart", "products", "product:5", "product:6"];
        let told = |name: &&str| {
            let topic: Topic = name.parse().expect("a topic");
            topic.channel(reader).is_some_and(|channel| event.reaches(channel))
        };
        topics.into_iter().filter(told).collect()
    }

    #[test]
    fn everybody_hears_of_what_they_may_read_and_of_nothing_else() {
        let nobody = Reader::default();
        let customer = |owner| Reader { owner: Some(owner), is_staff: false };
        let staff = Reader { owner: Some(BOB), is_staff: true };
        let order = event(Kind::OrderPlaced, 5, Audience::Owner(ANN));
        let cart = event(Kind::CartChanged, 5, Audience::Owner(ANN));
        let stock = event(Kind::StockChanged, 5, Audience::Everybody);
        let ended = event(Kind::AccessEnded, 7, Audience::Owner(ANN));
        let nothing: [&str; 0] = [];
        for (reader, of_order, of_cart) in [
            (nobody, &[][..], &[][..]),
            (customer(ANN), &["orders", "order:5"], &["cart"]),
            (customer(BOB), &[], &[]),
            (customer(BROWSER), &[], &[]),
            (staff, &["orders", "order:5"], &[]),
        ] {
            assert_eq!(hears(reader, &order), of_order, "{reader:?} and an order of Ann");
            assert_eq!(hears(reader, &cart), of_cart, "{reader:?} and the cart of Ann");
            assert_eq!(hears(reader, &stock), ["products", "product:5"], "{reader:?} and the stock of a product");
            assert_eq!(hears(reader, &ended), nothing, "{reader:?} and the end of a login");
        }
    }

    #[test]
    fn an_order_of_nobody_is_told_to_the_staff_alone() {
        let order = event(Kind::OrderPlaced, 5, Audience::Staff);
        assert_eq!(hears(Reader { owner: Some(ANN), is_staff: false }, &order), [""; 0]);
        assert_eq!(hears(Reader { owner: None, is_staff: true }, &order), ["orders", "order:5"]);
    }

    #[test]
    fn a_product_customers_do_not_see_is_told_to_the_staff_alone() {
        let draft = event(Kind::ProductUpdated, 5, Audience::Staff);
        assert_eq!(hears(Reader { owner: Some(ANN), is_staff: false }, &draft), [""; 0]);
        assert_eq!(hears(Reader { owner: Some(BOB), is_staff: true }, &draft), ["products", "product:5"]);
    }

    #[test]
    fn topics_read_back_as_they_are_written_and_nothing_else_is_one() {
        for name in ["orders", "order:12", "cart", "products", "product:7"] {
            assert_eq!(name.parse::<Topic>().map(|topic| topic.to_string()).as_deref(), Ok(name));
        }
        for name in ["", "order", "order:", "order:x", "order:-1", "order:+1", "product:99999999999999999999", "Cart"] {
            assert_eq!(name.parse::<Topic>(), Err(UnknownTopic), "{name:?} passes for a topic");
        }
    }

    #[test]
    fn kinds_read_back_as_they_are_stored() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
        }
    }
}
