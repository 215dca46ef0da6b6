//! Outdoors: camp, trail and woodpile.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const CAMP: &str = "Farther Hill Outfitters";

pub(super) fn products() -> Vec<Product> {
    vec![
        item("Two-Person Ridge Tent", "outdoors", CAMP, "Cotton canvas that breathes, two poles and nothing to thread. Up in six minutes, with room for two and a wet dog.")
            .tags(&["camping", "canvas"])
            .drawn(Motif::Tent, Tone::Mustard, Tone::Brick)
            .alone("TENT", 28_900, 4, 6_800)
            .was(32_900),
        item("Splitting Axe", "outdoors", "Pennywhin Forge", "A wedge-shaped head that opens oak and pops free again. Ground sharp, hung true and sent with a leather guard.")
            .tags(&["steel", "hearth"])
            .drawn(Motif::Axe, Tone::Slate, Tone::Wood)
            .alone("AXE", 8_900, 13, 2_400),
        item("Hemp Utility Rope", "outdoors", CAMP, "Three-strand hemp that holds a knot and is gentle on hands. For tying down, hauling up and swinging from.")
            .tags(&["hemp", "camping"])
            .drawn(Motif::Rope, Tone::Wood, Tone::Brick)
            .in_variants("ROPE", &["Length"], [
                v(&["10 m"], 1_800, 40, 900),
                v(&["20 m"], 3_200, 26, 1_800),
                v(&["50 m"], 7_200, 8, 4_500),
            ]),
        item("Enamel Camp Mug", "outdoors", CAMP, "Light, unbreakable and happy on the embers. The rim is steel, so wait a moment before the first sip.")
            .tags(&["enamel", "camping"])
            .drawn(Motif::Mug, Tone::Navy, Tone::Cream)
            .pattern(Pattern::Band)
            .alone("CAMPMUG", 1_400, 77, 190),
        item("Steel Vacuum Flask", "outdoors", CAMP, "Soup at noon as hot as it went in at seven. The lid is a cup and the dents are memories.")
            .tags(&["steel", "trail"])
            .drawn(Motif::Flask, Tone::Pine, Tone::Steel)
            .in_variants("FLASK", &["Volume", "Colour"], [
                v(&["0.5 l", "Pine"], 3_400, 29, 420),
                v(&["0.5 l", "Cream"], 3_400, 18, 420),
                v(&["1 l", "Pine"], 4_200, 21, 610),
                v(&["1 l", "Cream"], 4_200, 2, 610),
            ]),
        item("Folding Camp Stool", "outdoors", CAMP, "Beech legs and a canvas seat that weigh less than a book bag. Fits between the tent and the fire.")
            .tags(&["wood", "camping"])
            .drawn(Motif::Stool, Tone::Brick, Tone::Wood)
            .alone("STOOL", 4_500, 17, 1_200),
        item("Brass Pocket Compass", "outdoors", "Lampwright & Co.", "A liquid-filled dial that settles in three seconds, in a case that snaps shut. It never needs charging.")
            .tags(&["brass", "trail", "gift"])
            .drawn(Motif::Compass, Tone::Brass, Tone::Brick)
            .alone("COMPASS", 3_600, 28, 120),
    ]
}
