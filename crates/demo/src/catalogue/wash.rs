//! Wash and care.

use crate::Product;
use crate::build::{item, v};
use crate::picture::{Motif, Pattern, Tone};

const SOAP: &str = "Copper Kettle Soapery";

pub(super) fn products() -> Vec<Product> {
    vec![
        item("Olive Oil Soap", "wash-care", SOAP, "Boiled slowly, cut by wire and cured for six months. It lasts a season and leaves skin soft without perfume.")
            .tags(&["handmade", "soap"])
            .drawn(Motif::Soap, Tone::Moss, Tone::Cream)
            .in_variants("SOAP", &["Scent"], [
                v(&["Unscented"], 750, 60, 160),
                v(&["Lavender"], 800, 45, 160),
                v(&["Cedar"], 800, 29, 160),
            ]),
        item("Beechwood Dish Brush", "wash-care", "Ashgrove Turners", "Stiff plant bristles in a head you can change when they tire. Scrubs pans, spares landfill.")
            .tags(&["wood", "kitchen"])
            .drawn(Motif::Brush, Tone::Wood, Tone::Oat)
            .alone("DISHBRUSH", 1_200, 52, 110),
        item("Cotton Bath Towel", "wash-care", "Millrace Linen", "A long-looped towel that drinks like a dry field. It hangs by a proper loop and dries by morning.")
            .tags(&["cotton", "bath"])
            .drawn(Motif::Blanket, Tone::Sky, Tone::Cream)
            .pattern(Pattern::Band)
            .in_variants("TOWEL", &["Size", "Colour"], [
                v(&["Hand", "Sky"], 1_600, 24, 220),
                v(&["Hand", "Oatmeal"], 1_600, 31, 220),
                v(&["Bath", "Sky"], 3_200, 18, 560),
                v(&["Bath", "Oatmeal"], 3_200, 22, 560),
            ]),
        item("Gardener's Hand Balm", "wash-care", SOAP, "Beeswax, calendula and a little mint for hands that have been in the soil. Rub it in by the back door.")
            .tags(&["care", "garden", "gift"])
            .drawn(Motif::Tin, Tone::Plum, Tone::Rose)
            .pattern(Pattern::Leaf)
            .alone("HANDBALM", 1_100, 44, 95),
    ]
}
