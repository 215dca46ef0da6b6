//! Apparel, with its shelf for hats, socks and scarves.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const KNITS: &str = "Wren & Wether";
const WORKWEAR: &str = "Shutter Street Workwear";

pub(super) fn products() -> Vec<Product> {
    [clothes(), hats_socks_scarves()].concat()
}

fn clothes() -> Vec<Product> {
    vec![
        item("Chambray Work Shirt", "apparel", WORKWEAR, "Soft from the first morning and still whole after the hundredth wash. Triple-stitched seams and a pocket that takes a pencil.")
            .tags(&["cotton"])
            .drawn(Motif::Shirt, Tone::Sky, Tone::Cream)
            .in_variants("SHIRT", &["Size"], [
                v(&["S"], 7_400, 12, 310),
                v(&["M"], 7_400, 21, 330),
                v(&["L"], 7_400, 18, 350),
                v(&["XL"], 7_400, 6, 370),
            ]),
        item("Lambswool Crew Jumper", "apparel", KNITS, "Knitted in the round from undyed-soft lambswool, with elbows worked double. Warm by the second sleeve.")
            .tags(&["wool", "winter", "bestseller"])
            .drawn(Motif::Jumper, Tone::Mustard, Tone::Cream)
            .pattern(Pattern::Band)
            .in_grid("JUMPER", &["Size", "Colour"], (["S", "M", "L", "XL"], ["Mustard", "Navy", "Oatmeal"]), (9_800, 520), [[4, 6, 5], [9, 11, 8], [7, 10, 6], [2, 3, 0]]),
        item("Chore Jacket", "apparel", WORKWEAR, "Heavy moleskin with three pockets and no nonsense. Wear it over a shirt in April and under a coat in January.")
            .tags(&["cotton", "workwear"])
            .drawn(Motif::Jacket, Tone::Navy, Tone::Brass)
            .in_variants("CHORE", &["Size"], [
                v(&["S"], 12_400, 5, 880).was(14_400),
                v(&["M"], 12_400, 9, 920).was(14_400),
                v(&["L"], 12_400, 7, 960).was(14_400),
            ]),
        item("Canvas Apron", "apparel", WORKWEAR, "Cross-back straps that keep the weight off your neck, and pockets for a cloth and a phone. Wears well at the stove, the wheel or the bench.")
            .tags(&["canvas", "kitchen"])
            .drawn(Motif::Apron, Tone::Pine, Tone::Leather)
            .alone("APRON", 4_400, 27, 420),
    ]
}

fn hats_socks_scarves() -> Vec<Product> {
    vec![
        item("Ribbed Wool Socks", "hats-socks-scarves", KNITS, "Thick at heel and toe, loose at the cuff, and long enough for boots. Three parts wool and one part stubbornness.")
            .tags(&["wool", "bestseller"])
            .drawn(Motif::Socks, Tone::Oat, Tone::Brick)
            .in_variants("SOCKS", &["Size"], [
                v(&["36–40"], 1_700, 54, 110),
                v(&["41–45"], 1_700, 63, 120),
                v(&["46–48"], 1_700, 15, 130),
            ]),
        item("Waxed Field Cap", "hats-socks-scarves", WORKWEAR, "Sheds drizzle, shades your eyes and folds into a pocket. Cotton lining and a brim that remembers its curve.")
            .tags(&["waxed", "rain"])
            .drawn(Motif::Cap, Tone::Pine, Tone::Leather)
            .alone("CAP", 3_800, 22, 130),
        item("Fisherman's Beanie", "hats-socks-scarves", KNITS, "A close rib that stays put in a wind and goes quietly into a bag. One size, because wool is kind like that.")
            .tags(&["wool", "winter"])
            .drawn(Motif::Beanie, Tone::Brick, Tone::Cream)
            .in_variants("BEANIE", &["Colour"], [
                v(&["Brick"], 2_800, 24, 90),
                v(&["Charcoal"], 2_800, 37, 90),
                v(&["Mustard"], 2_800, 16, 90),
            ]),
        item("Striped Merino Scarf", "hats-socks-scarves", KNITS, "Fine merino woven long enough to go round twice. Light as a letter and warmer than it looks.")
            .tags(&["wool", "winter", "gift"])
            .drawn(Motif::Scarf, Tone::Plum, Tone::Rose)
            .pattern(Pattern::Stripes)
            .alone("SCARF", 5_600, 13, 180),
    ]
}
