//! Home and light.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const LIGHT: &str = "Lampwright & Co.";
const WEAVERS: &str = "Wren & Wether";

pub(super) fn products() -> Vec<Product> {
    vec![
        item("Storm Lantern", "home-light", LIGHT, "Burns twenty hours on one filling and will not blow out on the porch. Trim the wick and it will see you through every power cut to come.")
            .tags(&["light", "outdoors", "bestseller"])
            .drawn(Motif::Lantern, Tone::Pine, Tone::Mustard)
            .alone("LANTERN", 4_800, 25, 980),
        item("Beeswax Pillar Candle", "home-light", "Oxcart", "Pure beeswax that burns slow, bright and almost without smoke. The room smells faintly of honey long after it is out.")
            .tags(&["light", "beeswax", "gift"])
            .drawn(Motif::Candle, Tone::Mustard, Tone::Brass)
            .in_variants("CANDLE", &["Height"], [
                v(&["10 cm"], 1_400, 49, 280),
                v(&["15 cm"], 1_900, 38, 420),
                v(&["20 cm"], 2_400, 17, 560),
            ]),
        item("Highland Wool Blanket", "home-light", WEAVERS, "A heavy twill check with a fringe twisted by hand. Equally at home on a sofa, a picnic and a sleeping child.")
            .tags(&["wool", "winter"])
            .drawn(Motif::Blanket, Tone::Brick, Tone::Mustard)
            .pattern(Pattern::Check)
            .in_variants("BLANKET", &["Colour"], [
                v(&["Brick check"], 13_500, 9, 1_500).was(15_500),
                v(&["Pine check"], 13_500, 6, 1_500),
            ]),
        item("Bench Lamp", "home-light", LIGHT, "A jointed arm that goes where you point it and stays there. Spun steel shade, cloth-covered flex and a switch that clicks.")
            .tags(&["light", "desk"])
            .drawn(Motif::Lamp, Tone::Brick, Tone::Charcoal)
            .alone("LAMP", 11_500, 8, 2_300),
        item("Station Wall Clock", "home-light", LIGHT, "Numerals you can read from the garden and a movement you cannot hear from the bed. Runs a year on one battery.")
            .tags(&["clock"])
            .drawn(Motif::Clock, Tone::Walnut, Tone::Brick)
            .alone("CLOCK", 8_600, 12, 1_600),
        item("Hand-Thrown Vase", "home-light", "Hob & Hollow Pottery", "A full belly and a narrow neck, so three stems look like a bunch. Glazed inside and left bare below for the clay to show.")
            .tags(&["handmade", "stoneware"])
            .drawn(Motif::Vase, Tone::Plum, Tone::Oat)
            .pattern(Pattern::Band)
            .alone("VASE", 5_400, 10, 1_100),
        item("Linen Cushion", "home-light", "Millrace Linen", "Stonewashed linen over a feather pad that plumps back up. Hidden zip, and a cover that goes through the wash.")
            .tags(&["linen"])
            .drawn(Motif::Cushion, Tone::Sky, Tone::Cream)
            .pattern(Pattern::Leaf)
            .alone("CUSHION", 3_900, 32, 750),
        item("Log Basket", "home-light", "Reedmarsh Weavers", "A strong round-bottomed basket for an evening's worth of wood. The handle is one bent rod, so it carries the weight and does not creak.")
            .tags(&["willow", "hearth"])
            .drawn(Motif::Basket, Tone::Leather, Tone::Charcoal)
            .pattern(Pattern::Stripes)
            .alone("LOGBASKET", 7_900, 5, 2_200),
    ]
}
