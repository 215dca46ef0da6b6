//! The garden, with its shelf for seeds and plants.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const TOOLS: &str = "Fallow & Field";
const SEEDS: &str = "Larkmeadow Seeds";

pub(super) fn products() -> Vec<Product> {
    [tools_and_pots(), seeds_and_plants()].concat()
}

fn tools_and_pots() -> Vec<Product> {
    vec![
        item("Ash-Handled Digging Spade", "garden", TOOLS, "A forged blade with a tread wide enough for a boot, on a shaft of straight-grained ash. Balanced so that your back notices the difference.")
            .tags(&["steel", "digging"])
            .drawn(Motif::Spade, Tone::Slate, Tone::Wood)
            .alone("SPADE", 6_900, 15, 2_100),
        item("Four-Tine Border Fork", "garden", TOOLS, "Narrow enough to work between roses, strong enough to lift potatoes. The tines are square-cut, so they part heavy soil instead of bending in it.")
            .tags(&["steel", "digging"])
            .drawn(Motif::Fork, Tone::Charcoal, Tone::Wood)
            .alone("FORK", 6_400, 11, 1_800),
        item("Galvanised Watering Can", "garden", TOOLS, "A long reach, a brass rose and a balance that holds from full to empty. Hot-dipped, so it outlives the shed it hangs in.")
            .tags(&["watering", "bestseller"])
            .drawn(Motif::WateringCan, Tone::Steel, Tone::Brass)
            .in_variants("WATERCAN", &["Volume"], [
                v(&["5 l"], 3_900, 20, 1_400),
                v(&["9 l"], 4_900, 13, 2_000).was(5_600),
            ]),
        item("Terracotta Pots, Set of Three", "garden", "Hob & Hollow Pottery", "Three sizes that nest for winter and breathe in summer. Fired hot enough to stand a frost.")
            .tags(&["terracotta", "pots"])
            .drawn(Motif::Pots, Tone::Clay, Tone::Moss)
            .alone("POTS3", 2_700, 33, 3_400),
        item("Hand Trowel", "garden", TOOLS, "One piece of steel from tip to tang, so it never folds at the neck. Depth marks on the blade take the guessing out of bulbs.")
            .tags(&["steel", "planting"])
            .drawn(Motif::Trowel, Tone::Steel, Tone::Brick)
            .alone("TROWEL", 2_400, 37, 310),
        item("Bypass Secateurs", "garden", TOOLS, "A clean cut through live wood up to a thumb thick. Every part unscrews, so a worn spring never means a new pair.")
            .tags(&["steel", "pruning"])
            .drawn(Motif::Secateurs, Tone::Steel, Tone::Pine)
            .alone("SECATEUR", 4_600, 24, 260),
        item("Willow Harvest Basket", "garden", "Reedmarsh Weavers", "Woven from undyed willow by one pair of hands in an afternoon. Carry in the beans, the eggs or the washing.")
            .tags(&["handmade", "willow"])
            .drawn(Motif::Basket, Tone::Wood, Tone::Walnut)
            .alone("BASKET", 5_200, 0, 850),
        item("Jute Garden Twine", "garden", TOOLS, "A hundred metres on a beech spool for tying in, marking out and wrapping up. It rots down with the bean vines at the end of the year.")
            .tags(&["jute"])
            .drawn(Motif::Twine, Tone::Moss, Tone::Wood)
            .alone("TWINE", 900, 88, 240),
    ]
}

fn seeds_and_plants() -> Vec<Product> {
    vec![
        item("Heirloom Tomato Seeds", "seeds-plants", SEEDS, "Five old varieties in one packet, from cherry to beefsteak. Sow indoors in March and eat outdoors in August.")
            .tags(&["seeds", "vegetables"])
            .drawn(Motif::Packet, Tone::Brick, Tone::Moss)
            .pattern(Pattern::Tomato)
            .alone("SEEDTOM", 420, 140, 12),
        item("Wildflower Meadow Mix", "seeds-plants", SEEDS, "Twenty-two native annuals and perennials that feed bees from May to October. Scatter on bare soil, walk over it once, and wait.")
            .tags(&["seeds", "bees", "bestseller"])
            .drawn(Motif::Packet, Tone::Sky, Tone::Mustard)
            .pattern(Pattern::Flower)
            .in_variants("MEADOW", &["Weight"], [
                v(&["25 g"], 650, 96, 40),
                v(&["100 g"], 1_900, 44, 120),
                v(&["500 g"], 7_800, 12, 540),
            ]),
        item("Climbing Bean Seeds", "seeds-plants", SEEDS, "A heavy cropper that covers a wigwam in six weeks. Pick young and it keeps going until the frost.")
            .tags(&["seeds", "vegetables"])
            .drawn(Motif::Packet, Tone::Moss, Tone::Pine)
            .pattern(Pattern::Leaf)
            .alone("SEEDBEAN", 380, 118, 45),
        item("Late Tulip Bulbs", "seeds-plants", SEEDS, "Tall stems and true colour, late enough to dodge the wind. Plant three fists deep in November and forget them till spring.")
            .tags(&["bulbs", "spring"])
            .drawn(Motif::Tulip, Tone::Rose, Tone::Moss)
            .in_variants("TULIP", &["Colour", "Count"], [
                v(&["Rose", "10 bulbs"], 790, 52, 260),
                v(&["Rose", "25 bulbs"], 1_690, 21, 640),
                v(&["White", "10 bulbs"], 790, 38, 260),
                v(&["White", "25 bulbs"], 1_690, 16, 640),
            ]),
        item("Potted Rosemary", "seeds-plants", SEEDS, "A bushy young plant in a clay pot, ready for the doorstep or the roast. Likes sun, sharp soil and being picked often.")
            .tags(&["herbs", "plant"])
            .drawn(Motif::Plant, Tone::Moss, Tone::Clay)
            .alone("ROSEMARY", 1_200, 26, 900),
    ]
}
