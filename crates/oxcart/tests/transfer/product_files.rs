//! Product files: read tolerantly, row by row, as often as one likes, and written so that they come back unchanged.

use super::{assert_in_order, dump, fields, ran, shop, write};
use testkit::Shop;

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,\
Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image,Status";

const ROWS: [&str; 8] = [
    "linen-shirt,Linen Shirt,\"<p>Cool, \"\"soft\"\"</p><script>steal()</script><p onclick=x()>Washed</p>\",Weave & Co,\
Shirts,\"summer, linen\",true,Size,S,Colour,Sand,LS-S,210,shopify,4,49.90,59.90,4006381333931,https://img.example/1.jpg,1,Front,\
https://img.example/sand.jpg,active",
    "linen-shirt,,,,,,,,M,,Sand,LS-M,220,shopify,0,49.90,,,https://img.example/2.jpg,2,Back,,",
    "linen-shirt,,,,,,,,L,,Sand,LS-L,230,shopify,7,54.90,,,,,,,",
    "linen-shirt,,,,,,,,,,,,,,,,,,/media/detail.jpg,3,Detail,,",
    "mug,Mug,Holds 300 ml & keeps warm,Claywork,Tableware,,true,Title,Default Title,,,MUG,400,shopify,12,12.00,,,,,,,active",
    "hidden,Not yet,,Claywork,,,false,Title,Default Title,,,,0,shopify,1,1.00,,,,,,,active",
    "draft,Being made,,,Table ware & more,,true,Title,Default Title,,,,0,shopify,1,0.00,,,,,,,draft",
    // The shirt once more, further down.
    "linen-shirt,,,,,,,,XL,,Sand,LS-XL,240,shopify,2,54.90,,,https://img.example/4.jpg,4,Side,,",
];

fn catalogue() -> String {
    std::iter::once(HEADER).chain(ROWS).map(|row| format!("{row}\n")).collect()
}

/// Imports a file that must go in whole; returns the summary without the time.
#[track_caller]
fn import(shop: &Shop, file: &str) -> String {
    let (code, out, err) = ran(shop, &["import", "products", file]);
    assert_eq!(code, 0, "importing {file} said:\n{out}{err}");
    out.split("; ").next().unwrap_or_default().to_owned()
}

#[test]
fn a_product_file_fills_a_shop_with_all_it_says() {
    let shop = shop();
    write(&shop, "in.csv", catalogue());
    assert_eq!(import(&shop, "in.csv"), "created 4, changed 0, unchanged 0, skipped 0 rows");
    let dump = dump(&shop);
    let products = fields(&dump, "catalogue.product");
    let shirt = &products[0];
    assert_eq!(shirt["description"], "<p>Cool, \"soft\"</p><p>Washed</p>", "what can run must be gone");
    assert_eq!(products[1]["description"], "Holds 300 ml & keeps warm", "plain text must stay as it is");
    assert_eq!((&shirt["price"], &shirt["stock"]), (&"49.90".into(), &13.into()));
    assert_eq!(shirt["options"], serde_json::json!(["Size", "Colour"]));
    assert_eq!(shirt["tags"], serde_json::json!(["summer", "linen"]));
    let pictures: Vec<_> = shirt["images"].as_array().expect("a list").iter().map(|image| &image["src"]).collect();
    let wanted =
        ["https://img.example/1.jpg", "https://img.example/2.jpg", "/media/detail.jpg", "https://img.example/4.jpg"];
    assert_eq!(pictures, wanted);
    let published: Vec<_> = products.iter().map(|product| product["published"] == true).collect();
    assert_eq!(published, [true, true, false, false], "unpublished and draft products are not for customers");
    let variants = fields(&dump, "catalogue.variant");
    let small = &variants[0];
    assert_eq!(small["options"], serde_json::json!(["S", "Sand"]));
    assert_eq!((&small["compare_at"], &small["grams"]), (&"59.90".into(), &210.into()));
    assert_eq!((&small["barcode"], &small["image"]), (&"4006381333931".into(), &"https://img.example/sand.jpg".into()));
    let categories: Vec<_> = fields(&dump, "catalogue.category").iter().map(|found| found["slug"].clone()).collect();
    assert_eq!(categories, ["shirts", "tableware", "table-ware-more"], "types become categories");
    assert_in_order(&shop);
}

#[test]
fn importing_again_and_importing_an_export_change_nothing() {
    let shop = shop();
    write(&shop, "in.csv", catalogue());
    import(&shop, "in.csv");
    let before = dump(&shop);
    assert_eq!(import(&shop, "in.csv"), "created 0, changed 0, unchanged 4, skipped 0 rows");
    shop.run_well(&["export", "products", "--output", "out.csv"]);
    assert_eq!(import(&shop, "out.csv"), "created 0, changed 0, unchanged 4, skipped 0 rows");
    assert_eq!(dump(&shop), before, "a file that says nothing new changed something");
    // The same catalogue in another shop exports the same file.
    let other = super::shop();
    write(&other, "in.csv", shop.run_well(&["export", "products"]));
    assert_eq!(import(&other, "in.csv"), "created 4, changed 0, unchanged 0, skipped 0 rows");
    assert_eq!(other.run_well(&["export", "products"]), shop.run_well(&["export", "products"]));
}

#[test]
fn an_export_finds_a_category_again_whose_slug_is_not_made_of_its_name() {
    let shop = shop();
    write(
        &shop,
        "category.json",
        r#"[
        {"model": "shop.category", "pk": 1, "fields": {"name": "Food & Pantry", "slug": "pantry"}},
        {"model": "shop.product", "pk": 1, "fields": {"name": "Rye", "description": "5 < 6 & up", "category": 1, "price": "4.00", "stock": 3}}]"#,
    );
    shop.run_well(&["loaddata", "category.json"]);
    write(&shop, "out.csv", shop.run_well(&["export", "products"]));
    assert_eq!(import(&shop, "out.csv"), "created 0, changed 0, unchanged 1, skipped 0 rows");
    assert_eq!(
        fields(&dump(&shop), "catalogue.category").len(),
        1,
        "a category was made although there is one of that name"
    );
}

#[test]
fn a_changed_file_changes_the_shop_and_deletes_nothing() {
    let shop = shop();
    write(&shop, "in.csv", catalogue());
    import(&shop, "in.csv");
    // Another price and level of one variant, a new picture; the other variants are not mentioned.
    let row = "linen-shirt,Linen Shirt,,Weave & Co,Shirts,,true,Size,S,Colour,Sand,LS-S,210,shopify,9,39.90,,,\
https://img.example/new.jpg,1,,,active";
    write(&shop, "in.csv", format!("{HEADER}\n{row}\n"));
    assert_eq!(import(&shop, "in.csv"), "created 0, changed 1, unchanged 0, skipped 0 rows");
    let dump = dump(&shop);
    let shirt = &fields(&dump, "catalogue.product")[0];
    assert_eq!((&shirt["price"], &shirt["stock"]), (&"39.90".into(), &18.into()));
    let variants = fields(&dump, "catalogue.variant");
    let skus: Vec<_> = variants.iter().filter_map(|variant| variant["sku"].as_str()).collect();
    assert_eq!(skus, ["LS-S", "LS-M", "LS-L", "LS-XL", "MUG"], "variants that are not mentioned stay");
    assert_eq!(shirt["images"].as_array().map(Vec::len), Some(5), "pictures that are not mentioned stay");
    assert_in_order(&shop);
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let shop = shop();
    write(&shop, "in.csv", catalogue());
    let (code, out, err) = ran(&shop, &["import", "products", "--dry-run", "in.csv"]);
    assert_eq!(code, 0, "said {out}{err}");
    assert!(out.starts_with("would have created 4, changed 0"), "said {out}");
    assert!(dump(&shop).is_empty(), "a dry run left something behind");
}

#[test]
fn bad_rows_are_told_with_their_line_and_the_rest_goes_in() {
    let shop = shop();
    let bad = "mug,Mug,,,,,true,Title,Default Title,,,MUG,400,shopify,12,$12.00,,,,,,,active\n\
               ok,Fine,,,,,true,Title,Default Title,,,,0,shopify,1,2.00,,,,,,,active\n\
               two,Two,,,,,true,Size,S,,,T-S,0,shopify,1,2.00,,,,,,,active\n\
               two,,,,,,,,M,,,T-M,0,shopify,many,2.00,,,,,,,\n";
    write(&shop, "in.csv", format!("{HEADER}\n{bad}"));
    let (code, out, err) = ran(&shop, &["import", "products", "in.csv"]);
    assert_eq!(code, 1, "a lost row must show in the exit code");
    assert!(err.contains("line 2 (mug): column \"Variant Price\": \"$12.00\""), "said {err}");
    assert!(err.contains("line 5 (two): "), "said {err}");
    assert!(out.starts_with("created 2, changed 0, unchanged 0, skipped 3 rows"), "said {out}");
    let variants = fields(&dump(&shop), "catalogue.variant");
    assert_eq!(variants.len(), 2, "only the good rows go in: {variants:?}");
    assert_in_order(&shop);
}

#[test]
fn a_sku_of_another_product_is_told_and_only_its_row_is_left_out() {
    let shop = shop();
    write(&shop, "in.csv", catalogue());
    import(&shop, "in.csv");
    let rows = "thief,Thief,,,,,true,Size,S,,,LS-S,0,shopify,1,2.00,,,,,,,active\n\
                thief,,,,,,,,M,,,TH-M,0,shopify,1,3.00,,,,,,,\n\
                robber,Robber,,,,,true,Title,Default Title,,,MUG,0,shopify,1,2.00,,,,,,,active\n";
    write(&shop, "in.csv", format!("{HEADER}\n{rows}"));
    let (code, out, err) = ran(&shop, &["import", "products", "in.csv"]);
    assert_eq!(code, 1, "said {out}");
    assert!(err.contains("line 2 (thief): the SKU \"LS-S\" belongs to another product"), "said {err}");
    assert!(err.contains("line 4 (robber): "), "said {err}");
    assert!(out.starts_with("created 1, changed 0, unchanged 0, skipped 2 rows"), "said {out}");
    let products = fields(&dump(&shop), "catalogue.product");
    assert!(products.iter().all(|product| product["slug"] != "robber"), "a product without a variant was saved");
    assert_in_order(&shop);
}

#[test]
fn spreadsheets_marks_and_line_ends_are_read_and_standard_input_too() {
    use std::io::Write as _;
    let shop = shop();
    let file = format!("\u{feff}{}", catalogue().replace('\n', "\r\n"));
    let mut command = shop.command(&["import", "products", "-"]);
    let piped = std::process::Stdio::piped;
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(file.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.starts_with("created 4, "), "said {out}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_file_without_the_needed_columns_is_refused_with_their_names() {
    let shop = shop();
    write(&shop, "in.csv", "Handle;Title;Price\nmug;Mug;1\n");
    let (code, _, err) = ran(&shop, &["import", "products", "in.csv"]);
    assert_eq!(code, 1);
    assert!(err.contains("Variant Price") && err.contains("commas"), "said {err}");
    let (code, _, err) = ran(&shop, &["import", "products", "missing.csv"]);
    assert!(code == 1 && err.contains("missing.csv"), "said {err}");
}

#[test]
fn what_a_file_has_no_column_for_stays_as_it_is() {
    let shop = shop();
    let head = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Variant SKU,Variant Grams,Variant Inventory Qty,\
Variant Price,Variant Compare At Price,Variant Barcode,Variant Image";
    let mug =
        "mug,Mug,Holds 300 ml,Claywork,Tableware,\"clay, blue\",false,MUG,400,12,12.00,15.00,4006381333931,/mug.jpg";
    write(&shop, "in.csv", format!("{head}\n{mug}\n"));
    import(&shop, "in.csv");
    let everything = |dump: &[serde_json::Value]| {
        let (product, variant) = (&fields(dump, "catalogue.product")[0], &fields(dump, "catalogue.variant")[0]);
        let of_product = ["description", "vendor", "tags", "published", "category", "stock", "images"];
        let of_variant = ["sku", "grams", "barcode", "image", "stock"];
        let of = |thing: &serde_json::Value, names: &[&str]| {
            names.iter().map(|name| (*name).to_owned() + " " + &thing[*name].to_string()).collect::<Vec<_>>()
        };
        (of(product, &of_product), of(variant, &of_variant), variant["price"].clone(), variant["compare_at"].clone())
    };
    let (product, variant, ..) = everything(&dump(&shop));
    for (price, before) in [("13.00", serde_json::json!("15.00")), ("15.00", serde_json::json!(null))] {
        write(&shop, "prices.csv", format!("Handle,Title,Variant Price\nmug,Mug,{price}\n"));
        assert_eq!(import(&shop, "prices.csv"), "created 0, changed 1, unchanged 0, skipped 0 rows");
        let expected = (product.clone(), variant.clone(), price.into(), before);
        assert_eq!(everything(&dump(&shop)), expected, "a list of prices changed more than the price");
    }
    assert_in_order(&shop);
}

#[test]
fn a_file_without_options_is_refused_for_a_product_that_has_them() {
    let shop = shop();
    write(&shop, "in.csv", catalogue());
    import(&shop, "in.csv");
    let before = dump(&shop);
    write(&shop, "prices.csv", "Handle,Title,Variant SKU,Variant Price\nlinen-shirt,Linen Shirt,LS-S,13.00\n");
    let (code, out, err) = ran(&shop, &["import", "products", "prices.csv"]);
    assert!(code == 1 && (out + &err).contains("Option1 Name"), "it went through, or nobody was told what to add");
    assert_eq!(dump(&shop), before, "the variants of the shirt were changed");
}
