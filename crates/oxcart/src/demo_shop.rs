//! The demo shop in a new database: categories, products with their drawings, a customer and somebody of the staff.

use anyhow::Context as _;
use app::App;
use app::auth::{Registration, SuperuserError};
use app::catalogue::{CategoryInput, ProductInput, VariantInput};
use app::transfer::{Goods, Shelf};
use demo::{DemoShop, People, Person, Product};
use domain::audit::Actor;
use domain::catalogue::Image;
use domain::staff::Role;
use std::path::Path;

/// The folder of the drawings, below the media folder.
const FOLDER: &str = "demo";

/// Fills a shop that has no products; `None` when it has some. Drawings go into `media_root/demo/`, which is served
/// below `media_url` (`/media/`). Returns who can log in.
///
/// # Errors
/// When the drawings can't be written, or the database fails; then no product is there.
pub async fn load(app: &App, media_root: &Path, media_url: &str) -> anyhow::Result<Option<People>> {
    if app.export_total().await? > 0 {
        return Ok(None);
    }
    let shop = demo::shop();
    draw(&shop, &media_root.join(FOLDER)).context("cannot write the pictures of the demo shop")?;
    for person in [shop.people.customer, shop.people.staff] {
        welcome(app, person).await.with_context(|| format!("cannot make the account {}", person.email))?;
    }
    // The products come last: as long as there are none, another start tries again.
    let shelves: Vec<_> = shop.categories.iter().map(shelf).collect();
    let goods: Vec<_> = shop.products.iter().map(|product| goods(product, media_url)).collect();
    let filled = app.fill_empty_shop(&shelves, &goods, &Actor::command_line()).await;
    let filled = filled.context("cannot put the demo products up for sale")?;
    Ok(filled.then_some(shop.people))
}

fn draw(shop: &DemoShop, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut pictures = shop.products.iter().map(|product| (file_name(product), demo::picture(product)));
    pictures.try_for_each(|(name, drawing)| std::fs::write(folder.join(name), drawing))
}

fn file_name(product: &Product) -> String {
    format!("{}.svg", product.slug)
}

/// Makes an account unless its address has one.
async fn welcome(app: &App, person: Person) -> Result<(), SuperuserError> {
    let new = Registration {
        email: person.email.to_owned(),
        password: person.password.to_owned(),
        first_name: person.first_name.to_owned(),
        last_name: person.last_name.to_owned(),
        phone: String::new(),
    };
    match app.create_account(new, person.staff.then_some(Role::Owner), &Actor::command_line()).await {
        Err(SuperuserError::Invalid(_)) => Ok(()),
        made => made.map(drop),
    }
}

fn shelf(category: &demo::Category) -> Shelf {
    Shelf {
        category: CategoryInput {
            name: category.name.to_owned(),
            slug: Some(category.slug.to_owned()),
            description: category.description.to_owned(),
            parent_id: None,
        },
        below: category.parent.map(str::to_owned),
    }
}

fn goods(product: &Product, media_url: &str) -> Goods {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
    let picture = Image { url: format!("{media_url}{FOLDER}/{}", file_name(product)), alt: product.name.to_owned() };
    let variant = |variant: &demo::Variant| VariantInput {
        id: None,
        sku: Some(variant.sku.clone()),
        option_values: texts(&variant.option_values),
        price: variant.price,
        compare_at: variant.compare_at,
        stock: Some(variant.stock.into()),
        grams: variant.grams.into(),
        barcode: variant.barcode.clone(),
        image: None,
    };
    Goods {
        shelf: product.category.to_owned(),
        product: ProductInput {
            name: product.name.to_owned(),
            slug: Some(product.slug.clone()),
            description: product.description.to_owned(),
            vendor: product.vendor.to_owned(),
            tags: texts(product.tags),
            options: texts(product.option_names),
            category_id: None,
            published: true,
            images: vec![picture],
            variants: product.variants.iter().map(variant).collect(),
        },
    }
}
