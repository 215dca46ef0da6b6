//! Stationery.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const PAPER: &str = "Inkwell Lane";

pub(super) fn products() -> Vec<Product> {
    vec![
        item("Clothbound Notebook", "stationery", PAPER, "Sewn so it lies flat at every page, with paper that takes a fountain pen without ghosting. A hundred and sixty pages and two ribbons.")
            .tags(&["paper", "bestseller"])
            .drawn(Motif::Notebook, Tone::Navy, Tone::Mustard)
            .in_grid("NOTEBOOK", &["Ruling", "Colour"], (["Lined", "Dotted", "Plain"], ["Navy", "Brick"]), (1_950, 340), [[36, 28], [41, 19], [12, 8]]),
        item("Pocket Sketchbook", "stationery", PAPER, "Heavy, slightly toothy paper in a cover that fits a coat. Good with pencil, brave with a wash of watercolour.")
            .tags(&["paper", "drawing"])
            .drawn(Motif::Notebook, Tone::Clay, Tone::Charcoal)
            .pattern(Pattern::Leaf)
            .alone("SKETCH", 1_300, 57, 190),
        item("Cedar Pencils, Box of Twelve", "stationery", PAPER, "Incense cedar that sharpens to a long point and smells like the first day of school. Graded from 2H to 4B.")
            .tags(&["drawing", "gift"])
            .drawn(Motif::Pencils, Tone::Pine, Tone::Mustard)
            .alone("PENCILS", 1_500, 66, 110),
        item("Brass Fountain Pen", "stationery", PAPER, "Turned from a solid bar that darkens where your fingers rest. Fills from a bottle or a cartridge, and writes at the first touch.")
            .tags(&["brass", "writing"])
            .drawn(Motif::Pen, Tone::Brass, Tone::Charcoal)
            .in_variants("FOUNTAIN", &["Nib"], [
                v(&["Fine"], 7_800, 9, 60),
                v(&["Medium"], 7_800, 13, 60).was(8_800),
                v(&["Broad"], 7_800, 4, 60),
            ]),
        item("Letter Paper & Envelopes", "stationery", PAPER, "Twenty sheets and twenty envelopes in laid cotton paper with a torn edge. Reason enough to write to somebody.")
            .tags(&["paper", "writing", "gift"])
            .drawn(Motif::Envelope, Tone::Cream, Tone::Brick)
            .alone("LETTERS", 2_100, 31, 420),
        item("Bottled Writing Ink", "stationery", PAPER, "Fifty millilitres that flow well, dry fast and stay where you put them. Washes out of cuffs, usually.")
            .tags(&["writing"])
            .drawn(Motif::InkBottle, Tone::Navy, Tone::Oat)
            .in_variants("INK", &["Colour"], [
                v(&["Midnight"], 1_400, 43, 180),
                v(&["Forest"], 1_400, 22, 180),
                v(&["Oxblood"], 1_400, 17, 180),
            ]),
        item("Desk Scissors", "stationery", "Pennywhin Forge", "Long blades that slice wrapping paper in one push. Hot-forged and screwed, not riveted, so they can be tightened and reground.")
            .tags(&["steel"])
            .drawn(Motif::Scissors, Tone::Steel, Tone::Charcoal)
            .alone("SCISSORS", 2_900, 20, 170),
    ]
}
