//! Tools and workshop.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const FORGE: &str = "Pennywhin Forge";
const BENCH: &str = "Long Bench Tools";

pub(super) fn products() -> Vec<Product> {
    vec![
        item("Forged Claw Hammer", "tools", FORGE, "Sixteen ounces of forged steel on a hickory handle you can replace. It drives straight and draws nails without chewing the board.")
            .tags(&["steel", "bestseller"])
            .drawn(Motif::Hammer, Tone::Slate, Tone::Wood)
            .alone("HAMMER", 3_800, 34, 780),
        item("Carpenter's Hand Saw", "tools", BENCH, "Spring steel that sings when you bend it, and teeth that can be sharpened again. The beech handle is shaped for three fingers and a pointing one.")
            .tags(&["steel", "wood"])
            .drawn(Motif::Saw, Tone::Steel, Tone::Leather)
            .alone("HANDSAW", 4_900, 17, 620),
        item("Cabinet Screwdrivers, Set of Three", "tools", BENCH, "Slotted, cross and square, ground to fit the screw instead of nearly. Oval handles that will not roll off the bench.")
            .tags(&["steel", "set"])
            .drawn(Motif::Screwdrivers, Tone::Mustard, Tone::Brick)
            .alone("SCREWSET", 3_600, 28, 480)
            .was(4_200),
        item("Steel Tape Measure", "tools", BENCH, "Stands out two metres without folding and reads from both sides. The hook moves by exactly its own thickness, as it should.")
            .tags(&["measuring"])
            .drawn(Motif::Tape, Tone::Pine, Tone::Mustard)
            .in_variants("TAPE", &["Length"], [
                v(&["3 m"], 1_200, 45, 160),
                v(&["5 m"], 1_600, 62, 240),
                v(&["8 m"], 2_300, 18, 390),
            ]),
        item("Beeswax Wood Polish", "tools", "Oxcart", "Beeswax, turpentine and nothing else. A thin coat twice a year keeps oak fed and tables glowing.")
            .tags(&["wood", "care"])
            .drawn(Motif::Tin, Tone::Mustard, Tone::Walnut)
            .pattern(Pattern::Flower)
            .alone("POLISH", 1_400, 51, 260),
        item("Low-Angle Block Plane", "tools", BENCH, "A plane for one hand that takes shavings you can read through. The iron comes honed, so it works out of the box.")
            .tags(&["steel", "wood"])
            .drawn(Motif::Plane, Tone::Charcoal, Tone::Walnut)
            .alone("PLANE", 9_400, 6, 710),
        item("Cantilever Toolbox", "tools", BENCH, "Folded steel with a tray that lifts out and a hasp for a padlock. Strong enough to stand on, which everyone does.")
            .tags(&["steel", "storage"])
            .drawn(Motif::Toolbox, Tone::Brick, Tone::Steel)
            .alone("TOOLBOX", 7_200, 10, 3_600),
        item("Leather Work Gloves", "tools", "Tollgate Leather", "Soft goatskin where you feel and thick cowhide where you grip. Bramble-proof, splinter-proof and better after a month.")
            .tags(&["leather", "garden"])
            .drawn(Motif::Glove, Tone::Brass, Tone::Leather)
            .in_variants("GLOVES", &["Size"], [
                v(&["Small"], 3_200, 14, 190),
                v(&["Medium"], 3_200, 30, 200),
                v(&["Large"], 3_200, 25, 210),
            ]),
    ]
}
