//! The colours of the drawings: a few named tones in three shades each, and a soft ground per department.

/// A colour family a product can be drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Brass,
    Brick,
    Charcoal,
    Clay,
    Cream,
    Leather,
    Moss,
    Mustard,
    Navy,
    Oat,
    Pine,
    Plum,
    Rose,
    Sky,
    Slate,
    Steel,
    Walnut,
    Wood,
}

/// One tone as CSS colours, from the lit side to the shaded one.
#[derive(Clone, Copy)]
pub(super) struct Shades {
    pub(super) light: &'static str,
    pub(super) base: &'static str,
    pub(super) dark: &'static str,
}

const fn shades(light: &'static str, base: &'static str, dark: &'static str) -> Shades {
    Shades { light, base, dark }
}

/// Paper and labels.
pub(super) const PAPER: Shades = shades("#fffdf6", "#faf3e3", "#e2d6bd");
/// Blades, tines and other bare metal that is not the product's own colour.
pub(super) const METAL: Shades = shades("#eef2f3", "#c6d0d4", "#93a2aa");
/// Handles and rails that are not the product's own colour.
pub(super) const TIMBER: Shades = shades("#e6c492", "#cd9c5e", "#a67645");
/// Leaves and stems.
pub(super) const LEAF: Shades = shades("#a9bd86", "#7b955b", "#58703f");
/// Flames, flowers' hearts and lit glass.
pub(super) const GLOW: Shades = shades("#fff3c4", "#f8cf63", "#e79a35");

impl Tone {
    pub(super) const fn shades(self) -> Shades {
        match self {
            Self::Brass => shades("#efd592", "#d3ab4f", "#a57f33"),
            Self::Brick => shades("#dd8069", "#bd4f3f", "#8f372d"),
            Self::Charcoal => shades("#70747a", "#484c52", "#303338"),
            Self::Clay => shades("#e7ab89", "#cf7d55", "#a65d3a"),
            Self::Cream => shades("#fffaee", "#f6eacd", "#dac8a2"),
            Self::Leather => shades("#c99769", "#a06b43", "#774c2d"),
            Self::Moss => shades("#adbd8d", "#819665", "#5d7048"),
            Self::Mustard => shades("#f4d280", "#e0ac40", "#b58327"),
            Self::Navy => shades("#6580a3", "#3a557f", "#263b5c"),
            Self::Oat => shades("#f5ecda", "#e3d3b4", "#c3ae88"),
            Self::Pine => shades("#75a089", "#44735f", "#2e5343"),
            Self::Plum => shades("#ad8099", "#80506f", "#5a364f"),
            Self::Rose => shades("#f3beb6", "#dd918f", "#b66b69"),
            Self::Sky => shades("#c0dae2", "#8db7c6", "#6491a5"),
            Self::Slate => shades("#a9b5bc", "#788892", "#556670"),
            Self::Steel => shades("#eef2f3", "#c6d0d4", "#93a2aa"),
            Self::Walnut => shades("#ad7f5e", "#80583b", "#5b3c27"),
            Self::Wood => shades("#ebcd9f", "#d3a567", "#aa7c49"),
        }
    }
}

/// The wall behind a product and the lighter disc on it, by the slug of its category.
pub(super) fn ground(category: &str) -> (&'static str, &'static str) {
    match category {
        "kitchen" | "tableware" | "knives-boards" => ("#f3dccb", "#f9ebdf"),
        "garden" | "seeds-plants" => ("#dbe6cd", "#ebf2e1"),
        "tools" => ("#d6dfe5", "#e7eef1"),
        "stationery" => ("#f6e5c0", "#fbf1db"),
        "bags-travel" => ("#e6d9ca", "#f2e9de"),
        "apparel" | "hats-socks-scarves" => ("#d8e0ec", "#e8eef6"),
        "home-light" => ("#f2d7cf", "#f9e8e2"),
        "pantry" | "tea-coffee" => ("#f3e3b5", "#faf0d2"),
        "outdoors" => ("#cfe2dd", "#e2efeb"),
        _ => ("#e2dbeb", "#f0ebf5"),
    }
}
