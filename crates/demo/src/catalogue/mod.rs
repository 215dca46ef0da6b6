//! What the demo shop sells, one file per department.
//! The departments and their shelves are listed here; each file below builds the products of one department
//! together with its shelves.

mod apparel;
mod bags;
mod garden;
mod home;
mod kitchen;
mod outdoors;
mod pantry;
mod stationery;
mod tools;
mod wash;

use crate::{Category, Product, build};

const fn department(name: &'static str, slug: &'static str, description: &'static str) -> Category {
    Category { name, slug, parent: None, description }
}

const fn shelf(name: &'static str, slug: &'static str, parent: &'static str, description: &'static str) -> Category {
    Category { name, slug, parent: Some(parent), description }
}

pub(crate) const CATEGORIES: [Category; 15] = [
    department("Kitchen", "kitchen", "Pots, pans and the things a cook reaches for every day."),
    shelf("Tableware", "tableware", "kitchen", "Mugs, plates and jugs that make a table."),
    shelf("Knives & Boards", "knives-boards", "kitchen", "Edges that keep and boards that last."),
    department("Garden", "garden", "Tools that dig, cans that pour and pots to fill."),
    shelf("Seeds & Plants", "seeds-plants", "garden", "Seeds, bulbs and herbs for this season's beds."),
    department("Tools & Workshop", "tools", "Honest hand tools for fixing, making and putting up."),
    department("Stationery", "stationery", "Paper, pens and ink for letters and lists."),
    department("Bags & Travel", "bags-travel", "Canvas and leather that get better with miles."),
    department("Apparel", "apparel", "Hard-wearing clothes for long days out and in."),
    shelf("Hats, Socks & Scarves", "hats-socks-scarves", "apparel", "Warmth from the head down."),
    department("Home & Light", "home-light", "Lamps, blankets and small comforts."),
    department("Food & Pantry", "pantry", "Good plain food from people who make it with care."),
    shelf("Tea & Coffee", "tea-coffee", "pantry", "Leaves and beans for slow mornings."),
    department("Outdoors", "outdoors", "For camp, trail and woodpile."),
    department("Wash & Care", "wash-care", "Soap, brushes and towels, kept simple."),
];

pub(crate) fn products() -> Vec<Product> {
    let mut products = [
        kitchen::products(),
        garden::products(),
        tools::products(),
        stationery::products(),
        bags::products(),
        apparel::products(),
        home::products(),
        pantry::products(),
        outdoors::products(),
        wash::products(),
    ]
    .concat();
    build::number(&mut products);
    products
}
