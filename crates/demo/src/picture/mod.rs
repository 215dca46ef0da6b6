//! Draws what a product is: one flat SVG motif per kind of thing, in the product's own colours.
//! A drawing is made of numbers and fixed colour names only; the product's name, its one piece of free text,
//! is escaped. To add a motif, name it here and draw it in the file of its department.

mod bags;
mod garden;
mod home;
mod kitchen;
mod outdoors;
mod palette;
mod pantry;
mod pen;
mod stationery;
mod table;
mod tools;
mod wear;

pub use palette::Tone;
use palette::{Shades, ground};
use pen::Pen;

use crate::Product;

/// How a product is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    pub motif: Motif,
    /// Colour of the thing itself.
    pub main: Tone,
    /// Colour of its handle, label, lid or pattern.
    pub accent: Tone,
    pub pattern: Pattern,
}

/// The decoration on a motif.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    Plain,
    Apple,
    Band,
    Berry,
    Check,
    Dots,
    Flower,
    Leaf,
    Stripes,
    Tomato,
}

macro_rules! motifs {
    ($($motif:ident => $department:ident::$draw:ident,)*) => {
        /// A kind of thing that can be drawn.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Motif { $($motif,)* }

        impl Motif {
            fn draw(self, pen: &mut Pen, main: Shades, accent: Shades) {
                match self { $(Self::$motif => $department::$draw(pen, main, accent),)* }
            }
        }
    };
}

motifs! {
    Apron => wear::apron,
    Axe => outdoors::axe,
    Backpack => bags::backpack,
    Basket => garden::basket,
    Beanie => wear::beanie,
    Blanket => home::blanket,
    Board => table::board,
    Bottle => pantry::bottle,
    Bowl => kitchen::bowl,
    Bread => pantry::bread,
    Brush => home::brush,
    Candle => home::candle,
    Cap => wear::cap,
    Carafe => table::carafe,
    Cheese => pantry::cheese,
    Clock => home::clock,
    CoffeeBag => pantry::coffee_bag,
    Compass => outdoors::compass,
    Cushion => home::cushion,
    Duffel => bags::duffel,
    Envelope => stationery::envelope,
    Flask => outdoors::flask,
    Fork => garden::fork,
    Glove => tools::glove,
    Hammer => tools::hammer,
    InkBottle => stationery::ink_bottle,
    Jacket => wear::jacket,
    Jar => pantry::jar,
    Jumper => wear::jumper,
    Kettle => kitchen::kettle,
    Knife => table::knife,
    Lamp => home::lamp,
    Lantern => home::lantern,
    Mortar => kitchen::mortar,
    Mug => table::mug,
    Notebook => stationery::notebook,
    Packet => garden::packet,
    Pan => kitchen::pan,
    Pen => stationery::fountain_pen,
    Pencils => stationery::pencils,
    Plane => tools::plane,
    Plant => garden::plant,
    Plate => table::plate,
    Pot => kitchen::pot,
    Pots => garden::pots,
    RollingPin => kitchen::rolling_pin,
    Rope => outdoors::rope,
    Sack => pantry::sack,
    Saw => tools::saw,
    Scarf => wear::scarf,
    Scissors => stationery::scissors,
    Screwdrivers => tools::screwdrivers,
    Secateurs => garden::secateurs,
    Shirt => wear::shirt,
    Soap => home::soap,
    Socks => wear::socks,
    Spade => garden::spade,
    Spoons => kitchen::spoons,
    Stool => outdoors::stool,
    Tag => bags::tag,
    Tape => tools::tape,
    TeaTin => pantry::tea_tin,
    Tent => outdoors::tent,
    Tin => pantry::tin,
    Toolbox => tools::toolbox,
    Tote => bags::tote,
    Towel => kitchen::towel,
    Trowel => garden::trowel,
    Tulip => garden::tulip,
    Twine => garden::twine,
    Vase => home::vase,
    Wallet => bags::wallet,
    WashBag => bags::wash_bag,
    WateringCan => garden::watering_can,
}

/// Draws the product as a square SVG document of at most 6 kB, without scripts or references to the outside.
/// Its ids begin with the product's slug, so several drawings may share one page.
#[must_use]
pub fn picture(product: &Product) -> String {
    let Picture { motif, main, accent, pattern } = product.picture;
    let (wall, disc) = ground(product.category);
    let mut pen = Pen::new(&product.slug, pattern);
    pen.rect(wall, [0, 0, 800, 800], 0);
    pen.oval(disc, [400, 400, 312, 312]);
    motif.draw(&mut pen, main.shades(), accent.shades());
    let (name, drawing) = (escaped(product.name), pen.finish());
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" role="img" fill-rule="evenodd" clip-rule="evenodd"><title>{name}</title>{drawing}</svg>"#
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
