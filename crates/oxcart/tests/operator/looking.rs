//! The schema brought up to date, and everything that only looks: it finds what is wrong and changes nothing.

use testkit::Shop;

use crate::{failed, names_in, refused, shop, text};

#[test]
fn migrate_applies_what_is_missing_and_says_so() {
    let shop = shop();
    assert!(shop.run_well(&["migrate"]).starts_with("Applying 0001_shop... OK\n"));
    assert_eq!(shop.run_well(&["migrate"]), "No migrations to apply.\n");
    assert_eq!(shop.run_well(&["migrate", "--quiet"]), "");
}

#[test]
fn a_command_that_made_the_database_leaves_one_file() {
    // What closes in another order now and then is found by trying often.
    for _ in 0..12 {
        let shop = shop();
        shop.run_well(&["migrate"]);
        let names = names_in(shop.folder());
        assert!(!names.iter().any(|name| name.ends_with("-wal") || name.ends_with("-shm")), "left: {names:?}");
    }
}

#[test]
fn migrate_only_looks_when_told_so() {
    let shop = shop();
    assert!(shop.run_well(&["migrate", "--plan"]).starts_with("[ ] 0001_shop\n"));
    assert!(refused(&shop, &["migrate", "--check"]).contains("oxcart migrate"));
    assert!(refused(&shop, &["migrate", "--check", "--plan"]).starts_with("[ ] 0001_shop\n"));
    assert_eq!(names_in(shop.folder()), [""; 0], "looking must make neither a database nor a secret");
    shop.run_well(&["migrate"]);
    assert!(shop.run_well(&["migrate", "--plan"]).starts_with("[X] 0001_shop\n"));
    assert_eq!(shop.run_well(&["migrate", "--check"]), "");
}

#[test]
fn steps_of_a_newer_version_are_told_and_left_alone() {
    let shop = shop();
    shop.run_well(&["migrate"]);
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) \
                 VALUES (9000, 'tomorrow', '2099-01-01T00:00:00Z', '1')";
    shop.plant(newer);
    assert!(shop.run_well(&["migrate", "--plan"]).ends_with("[X] 9000_tomorrow (of a newer version)\n"));
    assert_eq!(shop.run_well(&["migrate"]), "No migrations to apply.\n");
    shop.run_well(&["doctor"]);
}

#[test]
fn the_doctor_finds_a_sound_shop_sound_and_leaves_nothing_behind() {
    let shop = Shop::builder(env!("CARGO_BIN_EXE_oxcart")).env("SECRET_KEY", "").prepare();
    shop.run_well(&["migrate"]);
    let before = names_in(shop.folder());
    let said = shop.run_well(&["doctor"]);
    for line in ["ok    configuration", "ok    database", "ok    schema", "ok    stock ledger", "All is well."] {
        assert!(said.contains(line), "no line {line:?} in:\n{said}");
    }
    if shop.setup().has_redis() {
        assert!(said.contains("redis://"), "Redis was not looked at:\n{said}");
    }
    assert_eq!(shop.run_well(&["doctor", "--quiet"]), "");
    assert_eq!(names_in(shop.folder()), before, "looking must leave nothing behind");
}

#[test]
fn the_doctor_finds_stock_that_no_movement_explains() {
    let shop = shop();
    shop.run_well(&["migrate"]);
    shop.plant(
        "INSERT INTO products (id, name, name_key, slug, search_text, price, created_at, updated_at) \
         VALUES (1, 'Yoke', 'yoke', 'yoke', 'yoke', 1200, 1, 1); \
         INSERT INTO variants (id, product_id, price, stock) VALUES (7, 1, 1200, 5); \
         INSERT INTO stock_movements (variant_id, delta, level, reason, at) VALUES (7, 5, 5, 'initial', 1);",
    );
    shop.run_well(&["doctor"]);
    shop.plant("UPDATE variants SET stock = 6 WHERE id = 7");
    let said = refused(&shop, &["doctor"]);
    assert!(said.contains("variant 7: stock is 6, its movements add up to 5"), "the doctor says:\n{said}");
    assert!(said.contains("WRONG stock ledger"), "the doctor says:\n{said}");
    let said = refused(&shop, &["doctor", "--quiet"]);
    assert!(said.contains("variant 7") && !said.contains("ok "), "quietly, the doctor says:\n{said}");
}

#[test]
fn the_doctor_tells_what_is_missing_and_makes_none_of_it() {
    let shop = shop();
    let media = shop.folder().join("media");
    std::fs::write(&media, "a file where the folder should be").unwrap();
    let said = failed(&shop.command(&["doctor"]).env("OXCART_MEDIA_ROOT", &media).output().unwrap(), &["doctor"]);
    assert!(said.contains("WRONG media folder"), "the doctor says:\n{said}");
    assert!(said.contains("oxcart migrate"), "the doctor says:\n{said}");
    assert_eq!(names_in(shop.folder()), ["media"], "looking must make neither a database nor a secret");
}

#[test]
fn the_doctor_tells_of_servers_that_do_not_answer() {
    let shop = shop();
    let port = testkit::free_port();
    let database = format!("postgres://shop:pa55word@127.0.0.1:{port}/shop");
    let said = refused(&shop, &["doctor", "--database", &database]);
    assert!(said.contains("WRONG database"), "the doctor says:\n{said}");
    assert!(!said.contains("pa55word"), "the password shows:\n{said}");
    shop.run_well(&["migrate"]);
    let said = refused(&shop, &["doctor", "--redis", &format!("redis://127.0.0.1:{port}/0")]);
    assert!(said.contains("WRONG redis") && said.contains("ok    stock ledger"), "the doctor says:\n{said}");
}

#[test]
fn the_check_for_production_asks_the_server_how_many_connections_it_allows() {
    let shop = Shop::builder(env!("CARGO_BIN_EXE_oxcart")).env("OXCART_DATABASE_POOL_SIZE", "1000").prepare();
    let output = shop.run(&["check", "--deploy"]);
    let found = text(&output.stderr).contains("oxcart.W024");
    assert_eq!(found, shop.setup().has_postgres(), "the check says:\n{}", text(&output.stderr));
    assert_eq!(names_in(shop.folder()), [""; 0], "checking must leave nothing behind");
}
