//! The kitchen, with its shelves for tableware and for knives and boards.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const POTTERY: &str = "Hob & Hollow Pottery";
const FORGE: &str = "Pennywhin Forge";
const WOOD: &str = "Ashgrove Turners";
const LINEN: &str = "Millrace Linen";

pub(super) fn products() -> Vec<Product> {
    [cookware(), tableware(), knives_and_boards()].concat()
}

fn cookware() -> Vec<Product> {
    vec![
        item("Enamel Stovetop Kettle", "kitchen", "Oxcart", "Two litres of hot water and a spout that pours without dribbling. The enamel shrugs off knocks and works on gas, induction and an open fire.")
            .tags(&["enamel", "tea"])
            .drawn(Motif::Kettle, Tone::Brick, Tone::Walnut)
            .alone("KETTLE", 5_800, 18, 1_250)
            .was(6_800),
        item("Cast Iron Skillet", "kitchen", FORGE, "Cast thick so the heat stays even, then seasoned three times with linseed oil. It goes from hob to oven to table, and on to your grandchildren.")
            .tags(&["cast-iron", "bestseller"])
            .drawn(Motif::Pan, Tone::Charcoal, Tone::Charcoal)
            .in_variants("SKILLET", &["Size"], [
                v(&["20 cm"], 3_400, 22, 1_600),
                v(&["26 cm"], 4_800, 31, 2_400),
                v(&["30 cm"], 6_200, 9, 3_200),
            ]),
        item("Enamelled Stew Pot", "kitchen", FORGE, "A heavy lid and a wide base make this the pot for Sunday stews and no-knead bread. The pale inside shows you exactly how brown your onions are.")
            .tags(&["cast-iron", "enamel"])
            .drawn(Motif::Pot, Tone::Pine, Tone::Brass)
            .in_variants("STEWPOT", &["Size", "Colour"], [
                v(&["4 l", "Pine"], 11_900, 8, 4_800).was(13_900),
                v(&["4 l", "Mustard"], 11_900, 5, 4_800),
                v(&["6 l", "Pine"], 14_900, 6, 6_100),
                v(&["6 l", "Mustard"], 14_900, 3, 6_100),
            ]),
        item("Olive Wood Spoons, Set of Three", "kitchen", WOOD, "One to stir, one to taste, one to serve. Each is turned from a single piece of olive wood, so no two sets share the same grain.")
            .tags(&["handmade", "wood"])
            .drawn(Motif::Spoons, Tone::Wood, Tone::Pine)
            .alone("SPOONS", 2_600, 40, 210),
        item("Striped Linen Tea Towel", "kitchen", LINEN, "Washed linen that dries glasses without leaving fluff behind. It softens every time it goes through the wash.")
            .tags(&["linen", "gift"])
            .drawn(Motif::Towel, Tone::Cream, Tone::Navy)
            .pattern(Pattern::Stripes)
            .in_variants("TEATOWEL", &["Colour"], [
                v(&["Navy"], 1_600, 48, 120),
                v(&["Brick"], 1_600, 35, 120),
                v(&["Moss"], 1_600, 27, 120),
            ]),
        item("Stoneware Mixing Bowl", "kitchen", POTTERY, "Deep enough for a double batch of dough and heavy enough to stay put while you beat it. Thrown by hand and glazed in oatmeal white.")
            .tags(&["handmade", "stoneware"])
            .drawn(Motif::Bowl, Tone::Oat, Tone::Sky)
            .pattern(Pattern::Band)
            .alone("MIXBOWL", 4_200, 16, 1_900),
        item("Beech Rolling Pin", "kitchen", WOOD, "Turned from one length of beech with handles that spin on their own. Long enough for a whole tart in one go.")
            .tags(&["wood", "baking"])
            .drawn(Motif::RollingPin, Tone::Wood, Tone::Walnut)
            .alone("ROLLPIN", 2_200, 29, 640),
        item("Granite Mortar & Pestle", "kitchen", "Oxcart", "Rough inside so spices break up fast, polished outside so it looks well on the counter. Pesto tastes different when it is pounded.")
            .tags(&["stone", "spices"])
            .drawn(Motif::Mortar, Tone::Slate, Tone::Steel)
            .alone("MORTAR", 3_900, 12, 2_900),
    ]
}

fn tableware() -> Vec<Product> {
    vec![
        item("Speckled Stoneware Mug", "tableware", POTTERY, "A generous mug with a handle for all four fingers. The speckles come from iron in the clay, so every one is its own.")
            .tags(&["handmade", "stoneware", "bestseller"])
            .drawn(Motif::Mug, Tone::Oat, Tone::Walnut)
            .pattern(Pattern::Dots)
            .in_variants("MUG", &["Colour"], [
                v(&["Oatmeal"], 1_800, 64, 380),
                v(&["Sea"], 1_800, 41, 380),
                v(&["Moss"], 1_800, 0, 380),
                v(&["Clay"], 1_800, 23, 380),
            ]),
        item("Harvest Dinner Plate", "tableware", POTTERY, "A wide plate with a raised rim that keeps the gravy where it belongs. Safe in the oven, the dishwasher and small hands.")
            .tags(&["stoneware"])
            .drawn(Motif::Plate, Tone::Cream, Tone::Clay)
            .alone("PLATE", 2_400, 72, 690),
        item("Cork-Stopped Water Carafe", "tableware", "Glasshouse Lane", "A litre of cold water for the table or the bedside, in mouth-blown glass. The cork keeps the dust out and the fridge smells off.")
            .tags(&["glass"])
            .drawn(Motif::Carafe, Tone::Sky, Tone::Wood)
            .alone("CARAFE", 3_200, 21, 720)
            .was(3_800),
    ]
}

fn knives_and_boards() -> Vec<Product> {
    vec![
        item("Forged Chef's Knife", "knives-boards", FORGE, "Twenty centimetres of carbon steel, forged and ground by hand, with a walnut handle that sits low in the palm. It takes an edge in a minute and keeps it for weeks.")
            .tags(&["handmade", "steel"])
            .drawn(Motif::Knife, Tone::Steel, Tone::Walnut)
            .alone("CHEFKNIFE", 12_800, 1, 240),
        item("Bread Knife", "knives-boards", FORGE, "Deep scallops that bite through a hard crust and leave the crumb alone. Also the best tomato knife you will own.")
            .tags(&["steel", "baking"])
            .drawn(Motif::Knife, Tone::Steel, Tone::Brick)
            .pattern(Pattern::Stripes)
            .alone("BREADKNIFE", 6_400, 14, 220),
        item("Oak Cutting Board", "knives-boards", WOOD, "Edge-grain oak, oiled and ready, with a handle to carry it to the table. Kind to blades and handsome under cheese.")
            .tags(&["wood", "gift"])
            .drawn(Motif::Board, Tone::Wood, Tone::Walnut)
            .in_variants("BOARD", &["Size"], [
                v(&["Small"], 2_800, 26, 900),
                v(&["Medium"], 4_200, 19, 1_600),
                v(&["Large"], 5_800, 7, 2_500),
            ]),
    ]
}
