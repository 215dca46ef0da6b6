//! Bags and travel.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const CANVAS: &str = "Drover & Daughters";
const LEATHER: &str = "Tollgate Leather";

pub(super) fn products() -> Vec<Product> {
    vec![
        item("Waxed Canvas Backpack", "bags-travel", CANVAS, "Rain beads on the outside and a laptop rides dry on the inside. Bridle leather straps, solid brass buckles and one pocket exactly where you want it.")
            .tags(&["canvas", "leather", "bestseller"])
            .drawn(Motif::Backpack, Tone::Moss, Tone::Leather)
            .in_variants("BACKPACK", &["Colour"], [
                v(&["Moss"], 14_800, 11, 1_300),
                v(&["Navy"], 14_800, 8, 1_300),
                v(&["Charcoal"], 12_900, 5, 1_300).was(14_800),
            ]),
        item("Market Tote", "bags-travel", CANVAS, "Thick cotton canvas with a flat base, so the bottles stand up and the bread lies down. Handles long enough for a winter coat.")
            .tags(&["canvas", "shopping"])
            .drawn(Motif::Tote, Tone::Cream, Tone::Pine)
            .pattern(Pattern::Leaf)
            .in_variants("TOTE", &["Print"], [
                v(&["Leaf"], 2_400, 58, 280),
                v(&["Plain"], 2_100, 74, 280),
            ]),
        item("Weekend Duffel", "bags-travel", CANVAS, "Two nights' clothes and a pair of boots, under the seat or over the shoulder. The base is doubled, because that is where bags die.")
            .tags(&["canvas", "travel"])
            .drawn(Motif::Duffel, Tone::Navy, Tone::Leather)
            .alone("DUFFEL", 16_500, 7, 1_700),
        item("Bridle Leather Wallet", "bags-travel", LEATHER, "Four cards, folded notes and no bulk. Cut from one piece and sewn with waxed linen at eight stitches to the inch.")
            .tags(&["handmade", "leather", "gift"])
            .drawn(Motif::Wallet, Tone::Leather, Tone::Brass)
            .alone("WALLET", 6_200, 23, 90),
        item("Luggage Tag", "bags-travel", LEATHER, "Your name behind a flap, so it is seen only by the person who needs to. Buckles on and stays on.")
            .tags(&["leather", "travel", "gift"])
            .drawn(Motif::Tag, Tone::Brick, Tone::Leather)
            .alone("LUGTAG", 1_800, 46, 45),
        item("Canvas Wash Bag", "bags-travel", CANVAS, "Opens wide, stands up on a wet shelf and wipes clean inside. Made from the offcuts of our backpacks.")
            .tags(&["canvas", "travel"])
            .drawn(Motif::WashBag, Tone::Clay, Tone::Cream)
            .alone("WASHBAG", 3_400, 19, 180)
            .was(3_900),
    ]
}
