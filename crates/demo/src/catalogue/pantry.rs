//! Food and pantry, with its shelf for tea and coffee.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const LANE: &str = "Bramble Lane Kitchen";
const MILL: &str = "Millrace Mill";
const ROAST: &str = "Two Magpies Roastery";

pub(super) fn products() -> Vec<Product> {
    [larder(), tea_and_coffee()].concat()
}

fn larder() -> Vec<Product> {
    vec![
        item("Wildflower Honey", "pantry", "Hillside Hives", "Raw honey from hives along the clover fields, spun cold and never heated. It sets with time; a warm spoon brings it back.")
            .tags(&["honey", "bestseller"])
            .drawn(Motif::Jar, Tone::Mustard, Tone::Brass)
            .pattern(Pattern::Flower)
            .in_variants("HONEY", &["Weight"], [
                v(&["250 g"], 850, 61, 420),
                v(&["500 g"], 1_490, 47, 740),
                v(&["1 kg"], 2_690, 14, 1_350),
            ]),
        item("Raspberry Jam", "pantry", LANE, "More fruit than sugar, cooked in copper in small batches. Tastes of the week the raspberries came in.")
            .tags(&["jam", "fruit"])
            .drawn(Motif::Jar, Tone::Brick, Tone::Rose)
            .pattern(Pattern::Berry)
            .alone("JAM", 720, 83, 510),
        item("Garden Pickles", "pantry", LANE, "Cucumbers, dill and mustard seed, crunchy to the bottom of the jar. The brine makes a fine salad dressing.")
            .tags(&["vegetables"])
            .drawn(Motif::Jar, Tone::Moss, Tone::Steel)
            .pattern(Pattern::Leaf)
            .alone("PICKLES", 680, 39, 640),
        item("Cold-Pressed Rapeseed Oil", "pantry", "Hollow Farm Press", "Pressed from our neighbour's fields and bottled the same week. Nutty enough for salads, steady enough for roast potatoes.")
            .tags(&["oil"])
            .drawn(Motif::Bottle, Tone::Brass, Tone::Pine)
            .pattern(Pattern::Leaf)
            .alone("RAPEOIL", 1_250, 36, 940),
        item("Cloudy Apple Juice", "pantry", "Hollow Farm Press", "Three kinds of windfall apple and nothing added. Shake it, chill it, and share it if you must.")
            .tags(&["fruit", "drink"])
            .drawn(Motif::Bottle, Tone::Clay, Tone::Brick)
            .pattern(Pattern::Apple)
            .alone("APPLEJUICE", 560, 92, 1_150),
        item("Country Sourdough Loaf", "pantry", MILL, "A day and a half in the making, baked dark on stone. Sent the morning it leaves the oven, and better on its second day.")
            .tags(&["handmade", "bread"])
            .drawn(Motif::Bread, Tone::Leather, Tone::Cream)
            .alone("SOURDOUGH", 780, 15, 850),
        item("Stone-Ground Flour", "pantry", MILL, "Wheat ground slowly between two stones, germ and all. Bread made with it tastes of something.")
            .tags(&["baking"])
            .drawn(Motif::Sack, Tone::Oat, Tone::Clay)
            .in_variants("FLOUR", &["Weight"], [
                v(&["1 kg"], 490, 70, 1_020),
                v(&["2.5 kg"], 1_090, 42, 2_540),
                v(&["10 kg"], 3_490, 11, 10_100),
            ]),
        item("Smoked Sea Salt", "pantry", "Saltpan Cove", "Flakes dried over oak smoke until they turn the colour of toast. A pinch makes an egg into supper.")
            .tags(&["spices", "gift"])
            .drawn(Motif::Tin, Tone::Sky, Tone::Slate)
            .pattern(Pattern::Dots)
            .alone("SALT", 940, 55, 190),
        item("Farmhouse Cheddar", "pantry", "Hollow Farm Dairy", "Wrapped in cloth and turned by hand for fourteen months. Crumbly, sharp, and sweet at the very end.")
            .tags(&["cheese"])
            .drawn(Motif::Cheese, Tone::Mustard, Tone::Oat)
            .alone("CHEDDAR", 1_350, 18, 500),
    ]
}

fn tea_and_coffee() -> Vec<Product> {
    vec![
        item("Breakfast Tea", "tea-coffee", "Caravan Row Tea", "Strong enough for milk and smooth enough without. Whole leaf, packed by hand in a tin you will keep.")
            .tags(&["tea"])
            .drawn(Motif::TeaTin, Tone::Brick, Tone::Brass)
            .pattern(Pattern::Leaf)
            .alone("TEABREAK", 1_150, 48, 240),
        item("Garden Mint Tea", "tea-coffee", "Caravan Row Tea", "Peppermint and spearmint cut in July and dried in the shade. No caffeine, no bitterness, no bag.")
            .tags(&["tea", "herbs"])
            .drawn(Motif::TeaTin, Tone::Pine, Tone::Moss)
            .pattern(Pattern::Flower)
            .alone("TEAMINT", 980, 34, 180)
            .was(1_150),
        item("House Roast Coffee", "tea-coffee", ROAST, "Cocoa, toasted almond and a little orange, roasted on Tuesdays and posted on Wednesdays. Happy in a pot, a press or a machine.")
            .tags(&["coffee", "bestseller"])
            .drawn(Motif::CoffeeBag, Tone::Walnut, Tone::Clay)
            .in_variants("COFFEE", &["Weight", "Grind"], [
                v(&["250 g", "Whole bean"], 1_350, 58, 270),
                v(&["250 g", "Filter"], 1_350, 33, 270),
                v(&["1 kg", "Whole bean"], 4_600, 20, 1_040).was(5_400),
                v(&["1 kg", "Filter"], 4_600, 9, 1_040).was(5_400),
            ]),
    ]
}
