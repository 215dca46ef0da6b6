//! The shop copied while it runs, and put back; never over something that is still wanted.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use testkit::servers::sqlite;
use testkit::{Setup, Shop};

use crate::{OWNER, PASSWORD, names_in, refused, shop, with_owner};

/// A server nobody needs to reach, with a password that must not show.
const ELSEWHERE: &str = "postgres://shop:pa55word@db.invalid/shop";

/// For what is about files.
fn sqlite_shop() -> Shop {
    Shop::builder(env!("CARGO_BIN_EXE_oxcart")).on(Setup::Sqlite).prepare()
}

fn file_of(shop: &Shop) -> PathBuf {
    PathBuf::from(shop.database_url())
}

#[test]
fn a_backup_of_a_database_in_use_comes_back_whole() {
    let shop = with_owner(sqlite_shop());
    let idler = sqlite::idle_on(&file_of(&shop)).unwrap();
    let said = shop.run_well(&["backup", "monday.backup"]);
    assert!(said.starts_with("Wrote monday.backup (") && said.contains("KiB"), "it says {said}");
    shop.create_superuser("tuesday@shop.example", PASSWORD);

    let said = refused(&shop, &["restore", "--force", "monday.backup"]);
    assert!(said.contains("is in use"), "over a database in use it says {said}");
    drop(idler);
    assert!(refused(&shop, &["restore", "monday.backup"]).contains("--force"));
    assert_eq!(shop.look("SELECT email FROM users").len(), 2, "a refused restore changed the shop");

    let said = shop.run_well(&["restore", "--force", "monday.backup"]);
    assert!(said.contains("oxcart.db.before-restore"), "it says {said}");
    assert_eq!(shop.look("SELECT email FROM users"), [Some(OWNER.to_owned())]);
    let kept = sqlite::query(&shop.folder().join("oxcart.db.before-restore"), "SELECT email FROM users").unwrap();
    assert_eq!(kept.len(), 2, "the replaced database is not the one that was there");
    shop.run_well(&["doctor"]);

    shop.run_well(&["restore", "--force", "monday.backup"]);
    assert!(shop.folder().join("oxcart.db.before-restore-2").exists(), "an earlier database was overwritten");
    let litter: Vec<_> = names_in(shop.folder()).into_iter().filter(|name| name.starts_with(".oxcart")).collect();
    assert_eq!(litter, [""; 0], "drafts were left behind");
}

#[test]
fn a_backup_comes_to_an_end_while_others_keep_writing() {
    let shop = with_owner(sqlite_shop());
    // Large enough that the copy takes many steps.
    shop.plant(
        "CREATE TABLE ballast (id integer PRIMARY KEY, filling text); \
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000) \
         INSERT INTO ballast SELECT n, hex(zeroblob(1000)) FROM n",
    );
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let update = "UPDATE ballast SET filling = hex(randomblob(1000)) WHERE id = 1;";
            let many_commits = format!("PRAGMA synchronous = OFF; {}", update.repeat(500));
            while !done.load(Ordering::Relaxed) {
                shop.plant(&many_commits);
            }
        });
        let mut command = shop.command(&["backup", "busy.backup"]);
        let mut child = command.stdout(Stdio::null()).spawn().expect("the program starts");
        let deadline = Instant::now() + Duration::from_secs(20);
        let ended = loop {
            match child.try_wait().expect("its state") {
                None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(20)),
                state => break state,
            }
        };
        done.store(true, Ordering::Relaxed);
        let _ = child.kill();
        let _ = child.wait();
        assert!(ended.is_some_and(|status| status.success()), "the copy starts over with every write: {ended:?}");
    });
}

#[test]
fn a_backup_goes_into_a_place_where_nothing_is_yet() {
    let shop = with_owner(sqlite_shop());
    shop.run_well(&["backup", "--quiet", "shop.backup"]);
    let elsewhere = shop.folder().join("new.db");
    let elsewhere = elsewhere.to_str().unwrap();
    shop.run_well(&["restore", "--database", elsewhere, "shop.backup"]);
    shop.run_well(&["doctor", "--database", elsewhere]);
    // A database made ready, in which nobody has done anything, is nothing to lose.
    let empty = shop.folder().join("empty.db");
    let empty = empty.to_str().unwrap();
    shop.run_well(&["migrate", "--database", empty]);
    shop.run_well(&["restore", "--database", empty, "shop.backup"]);
    assert_eq!(sqlite::query(Path::new(empty), "SELECT email FROM users").unwrap(), [Some(OWNER.to_owned())]);
    assert!(!shop.folder().join("empty.db.before-restore").exists());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_a_backup() {
    use std::os::unix::fs::PermissionsExt;
    let shop = with_owner(sqlite_shop());
    shop.run_well(&["backup", "shop.backup"]);
    let mode = std::fs::metadata(shop.folder().join("shop.backup")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "the backup's mode is {mode:o}");
}

#[test]
fn a_backup_never_overwrites_and_needs_a_database() {
    let shop = sqlite_shop();
    assert!(refused(&shop, &["backup", "shop.backup"]).contains("there is no database"));
    assert_eq!(names_in(shop.folder()), [""; 0], "a refused backup left something behind");
    shop.run_well(&["migrate"]);
    std::fs::write(shop.folder().join("shop.backup"), "last week's").unwrap();
    assert!(refused(&shop, &["backup", "shop.backup"]).contains("exists already"));
    assert_eq!(std::fs::read(shop.folder().join("shop.backup")).unwrap(), b"last week's");
    assert!(refused(&shop, &["backup", "no/such/folder/shop.backup"]).contains("cannot write"));
}

#[test]
fn a_damaged_database_gives_no_backup() {
    let shop = with_owner(sqlite_shop());
    let mut bytes = std::fs::read(file_of(&shop)).unwrap();
    bytes[4096 * 3..4096 * 5].fill(0xa5);
    std::fs::write(file_of(&shop), bytes).unwrap();
    assert!(refused(&shop, &["backup", "shop.backup"]).contains("the copy is not whole"));
    assert!(names_in(shop.folder()).iter().all(|name| name.starts_with("oxcart.db")), "a bad copy was left behind");
    assert!(refused(&shop, &["doctor"]).contains("WRONG database file"));
}

#[test]
fn only_a_whole_shop_is_restored() {
    let shop = with_owner(sqlite_shop());
    shop.run_well(&["backup", "good.backup"]);
    let folder = shop.folder();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    put("text.backup", b"these are words, and they are many, but no database at all");
    put("empty.backup", b"");
    sqlite::execute(&folder.join("stranger.backup"), "CREATE TABLE songs (title text)").unwrap();
    let mut bytes = std::fs::read(folder.join("good.backup")).unwrap();
    let half = bytes.len() / 2;
    put("torn.backup", &bytes[..half]);
    bytes[4096 * 3..4096 * 5].fill(0xa5);
    put("damaged.backup", &bytes);
    put("live.backup", &std::fs::read(folder.join("good.backup")).unwrap());
    put("live.backup-wal", b"not empty");
    for (name, because) in [
        ("text.backup", "not an SQLite database"),
        ("empty.backup", "not a shop's"),
        ("stranger.backup", "not a shop's"),
        ("torn.backup", "damaged"),
        ("damaged.backup", "damaged"),
        ("live.backup", "oxcart backup"),
        ("missing.backup", "cannot read"),
        ("oxcart.db", "the database itself"),
    ] {
        let said = refused(&shop, &["restore", "--force", name]);
        assert!(said.contains(because), "of {name} it says {said}");
        assert_eq!(shop.look("SELECT email FROM users"), [Some(OWNER.to_owned())], "{name} replaced the shop");
    }
}

#[test]
fn a_ruined_database_is_kept_and_replaced_when_insisted_on() {
    let shop = with_owner(sqlite_shop());
    shop.run_well(&["backup", "good.backup"]);
    std::fs::write(file_of(&shop), "ruined by a disk that went bad, and by nothing else at all").unwrap();
    assert!(refused(&shop, &["restore", "good.backup"]).contains("--force"));
    shop.run_well(&["restore", "--force", "good.backup"]);
    assert_eq!(shop.look("SELECT email FROM users"), [Some(OWNER.to_owned())]);
    let kept = std::fs::read(shop.folder().join("oxcart.db.before-restore")).unwrap();
    assert!(kept.starts_with(b"ruined"), "what could be salvaged is gone");
}

#[test]
fn for_postgres_the_right_tool_is_named_without_the_password() {
    let shop = shop();
    let said = refused(&shop, &["backup", "--database", ELSEWHERE, "my shop.backup"]);
    assert!(said.contains("pg_dump --format=custom --file='my shop.backup' postgres://shop@db.invalid/shop"), "{said}");
    let restored = refused(&shop, &["restore", "--database", ELSEWHERE, "shop.backup"]);
    let command = "pg_restore --clean --if-exists --no-owner --dbname=postgres://shop@db.invalid/shop shop.backup";
    assert!(restored.contains(command), "{restored}");
    assert!(!said.contains("pa55word") && !restored.contains("pa55word"), "the password shows");
}
