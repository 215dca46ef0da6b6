//! What whoever runs the shop relies on: each command for operators, on the database of the set-up, also where it
//! must refuse.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use testkit::servers::sqlite;
use testkit::{Setup, Shop, Terminal};

const OWNER: &str = "owner@shop.example";
const PASSWORD: &str = "a Quiet-Ox pulls 7 carts";
const OTHER_PASSWORD: &str = "two Loud-Oxen pull 9 carts";
/// A server nobody needs to reach, with a password that must not show.
const ELSEWHERE: &str = "postgres://shop:pa55word@db.invalid/shop";

fn shop() -> Shop {
    Shop::builder(env!("CARGO_BIN_EXE_oxcart")).prepare()
}

/// For what is about files.
fn sqlite_shop() -> Shop {
    Shop::builder(env!("CARGO_BIN_EXE_oxcart")).on(Setup::Sqlite).prepare()
}

fn with_owner(shop: Shop) -> Shop {
    shop.create_superuser(OWNER, PASSWORD);
    shop
}

fn file_of(shop: &Shop) -> PathBuf {
    PathBuf::from(shop.database_url())
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that must fail with 1, and returns what it said on either output.
#[track_caller]
fn refused(shop: &Shop, args: &[&str]) -> String {
    failed(&shop.run(args), args)
}

#[track_caller]
fn failed(output: &Output, args: &[&str]) -> String {
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "oxcart {args:?} said:\n{said}");
    said
}

/// Runs a command with one line on standard input.
fn fed(shop: &Shop, args: &[&str], input: &str) -> Output {
    let mut command = shop.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads its input");
    child.wait_with_output().expect("it ends")
}

fn hash_of(shop: &Shop, email: &str) -> String {
    let found = shop.look(&format!("SELECT password FROM users WHERE email_key = '{email}'"));
    found.into_iter().flatten().next().unwrap_or_else(|| panic!("{email} has no account"))
}

// migrate

#[test]
fn migrate_applies_what_is_missing_and_says_so() {
    let shop = shop();
    assert!(shop.run_well(&["migrate"]).starts_with("Applying 0001_shop... OK\n"));
    assert_eq!(shop.run_well(&["migrate"]), "No migrations to apply.\n");
    assert_eq!(shop.run_well(&["migrate", "--quiet"]), "");
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

// createsuperuser

#[test]
fn a_new_shop_gets_its_superuser_in_one_step() {
    let shop = shop();
    let mut command = shop.command(&["createsuperuser", "--noinput", "--email", "Owner@SHOP.example"]);
    let output = command.env("OXCART_SUPERUSER_PASSWORD", PASSWORD).output().unwrap();
    assert_eq!(text(&output.stdout), "Superuser created successfully.\n", "said {}", text(&output.stderr));
    let flags =
        "SELECT email || CASE WHEN is_staff = IS_TRUE AND is_superuser = IS_TRUE THEN ' may' ELSE '' END FROM users";
    let yes = if shop.setup().has_postgres() { "true" } else { "1" };
    assert_eq!(shop.look(&flags.replace("IS_TRUE", yes)), [Some("Owner@shop.example may".to_owned())]);
}

#[test]
fn scripts_may_use_djangos_variables_and_ours_win() {
    let shop = shop();
    let run = |variables: &[(&str, &str)]| {
        let mut command = shop.command(&["createsuperuser", "--noinput", "--quiet"]);
        command.envs(variables.iter().copied()).output().unwrap()
    };
    let django = [("DJANGO_SUPERUSER_EMAIL", "django@shop.example"), ("DJANGO_SUPERUSER_PASSWORD", PASSWORD)];
    assert!(run(&django).status.success());
    let both = [django[0], django[1], ("OXCART_SUPERUSER_EMAIL", OWNER)];
    assert!(run(&both).status.success());
    let emails: Vec<_> = shop.look("SELECT email FROM users ORDER BY id").into_iter().flatten().collect();
    assert_eq!(emails, ["django@shop.example", OWNER]);
}

#[test]
fn without_questions_everything_must_be_given_and_good() {
    let shop = with_owner(shop());
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let args = [&["createsuperuser", "--noinput"], args].concat();
        failed(&shop.command(&args).envs(variables.iter().copied()).output().unwrap(), &args)
    };
    let password = [("OXCART_SUPERUSER_PASSWORD", PASSWORD)];
    assert!(run(&[], &password).contains("--email"));
    assert!(run(&["--email", "a@b.example"], &[]).contains("OXCART_SUPERUSER_PASSWORD"));
    assert!(run(&["--email", "nonsense"], &password).contains("Enter a valid email address."));
    assert!(run(&["--email", "OWNER@shop.example"], &password).contains("That email is already taken."));
    let long = "x".repeat(151);
    assert!(run(&["--email", "a@b.example", "--last-name", &long], &password).contains("--last-name"));
    assert_eq!(shop.look("SELECT email FROM users").len(), 1, "a refused account was made");
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let shop = shop();
    let output = fed(&shop, &["createsuperuser"], "");
    assert!(failed(&output, &["createsuperuser"]).contains("--noinput"));
    let output = fed(&shop, &["changepassword", OWNER], "");
    assert!(failed(&output, &["changepassword"]).contains("--stdin"));
    assert_eq!(names_in(shop.folder()), [""; 0], "a refused command left something behind");
}

#[test]
fn at_a_terminal_it_asks_until_all_is_good() {
    let shop = with_owner(shop());
    let mut terminal = Terminal::run(shop.command(&["createsuperuser"]));
    terminal.answer("Email: ", "nonsense");
    terminal.wait_for("Error: Enter a valid email address.");
    terminal.answer("Email: ", OWNER);
    terminal.wait_for("Error: That email is already taken.");
    terminal.answer("Email: ", "second@shop.example");
    terminal.answer("First name (optional): ", "Ada");
    terminal.answer("Last name (optional): ", "");
    terminal.answer_unseen("Password: ", PASSWORD);
    terminal.answer_unseen("Password (again): ", OTHER_PASSWORD);
    terminal.wait_for("Error: Your passwords didn't match.");
    terminal.answer_unseen("Password: ", "");
    terminal.answer_unseen("Password (again): ", "");
    terminal.wait_for("Error: Blank passwords aren't allowed.");
    terminal.answer_unseen("Password: ", "12345");
    terminal.answer_unseen("Password (again): ", "12345");
    terminal.wait_for("This password is too short");
    terminal.answer("Bypass password validation and create user anyway? [y/N]: ", "");
    terminal.answer_unseen("Password: ", PASSWORD);
    terminal.answer_unseen("Password (again): ", PASSWORD);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "the terminal showed:\n{shown}");
    assert!(shown.contains("Superuser created successfully."), "the terminal showed:\n{shown}");
    assert!(!shown.contains(PASSWORD), "the password shows:\n{shown}");
    let names = shop.look("SELECT first_name || '.' || last_name FROM users WHERE email_key = 'second@shop.example'");
    assert_eq!(names, [Some("Ada.".to_owned())]);
}

#[test]
fn whoever_insists_may_have_a_weak_password() {
    let shop = shop();
    let mut terminal = Terminal::run(shop.command(&["createsuperuser", "--email", OWNER, "--first-name", "A"]));
    terminal.answer("Last name (optional): ", "B");
    terminal.answer_unseen("Password: ", "12345");
    terminal.answer_unseen("Password (again): ", "12345");
    terminal.answer("[y/N]: ", "y");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "the terminal showed:\n{shown}");
    assert_eq!(shop.look("SELECT email FROM users"), [Some(OWNER.to_owned())]);
}

// changepassword

#[test]
fn a_changed_password_replaces_the_old_one_and_ends_all_sessions() {
    let shop = with_owner(shop());
    let family = "INSERT INTO token_families (id, user_id, created_at, expires_at) \
                  SELECT 'a-login', id, 1, 9000000000000000 FROM users";
    shop.plant(family);
    let version = "SELECT CAST(auth_version AS text) FROM users";
    let (before, hash) = (shop.look(version), hash_of(&shop, OWNER));
    let output = fed(&shop, &["changepassword", "--stdin", "Owner@shop.example"], &format!("{OTHER_PASSWORD}\n"));
    assert!(output.status.success(), "said {}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("Password changed successfully"));
    assert_ne!(hash_of(&shop, OWNER), hash, "the old password still holds");
    assert_ne!(shop.look(version), before, "access tokens from before still hold");
    let open = shop.look("SELECT id FROM token_families WHERE revoked_at IS NULL");
    assert_eq!(open, [], "a login from before goes on");
}

#[test]
fn a_bad_password_or_a_stranger_changes_nothing() {
    let shop = with_owner(shop());
    let hash = hash_of(&shop, OWNER);
    for (password, because) in [("12345\n", "too short"), ("owner@shop.example1\n", "too similar"), ("", "Blank")] {
        let args = ["changepassword", "--stdin", OWNER];
        let said = failed(&fed(&shop, &args, password), &args);
        assert!(said.contains(because), "of {password:?} it says {said}");
    }
    let args = ["changepassword", "--stdin", "nobody@shop.example"];
    assert!(failed(&fed(&shop, &args, PASSWORD), &args).contains("nobody@shop.example"));
    assert_eq!(hash_of(&shop, OWNER), hash, "a refused password was saved");
}

#[test]
fn at_a_terminal_a_password_has_three_tries() {
    let shop = with_owner(shop());
    let hash = hash_of(&shop, OWNER);
    let mut terminal = Terminal::run(shop.command(&["changepassword", OWNER]));
    terminal.wait_for("Changing password for owner@shop.example");
    for (again, because) in [("x", "Passwords do not match."), ("12345", "too short"), ("12345", "too short")] {
        terminal.answer_unseen("Password: ", "12345");
        terminal.answer_unseen("Password (again): ", again);
        terminal.wait_for(because);
    }
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(1), "the terminal showed:\n{shown}");
    assert_eq!(hash_of(&shop, OWNER), hash, "a refused password was saved");
    let mut terminal = Terminal::run(shop.command(&["changepassword", OWNER]));
    terminal.answer_unseen("Password: ", OTHER_PASSWORD);
    terminal.answer_unseen("Password (again): ", OTHER_PASSWORD);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "the terminal showed:\n{shown}");
    assert_ne!(hash_of(&shop, OWNER), hash, "the new password was not saved");
}

#[test]
fn accounts_are_not_touched_before_the_schema_is_there() {
    let shop = shop();
    let args = ["changepassword", "--stdin", OWNER];
    let said = failed(&fed(&shop, &args, PASSWORD), &args);
    let way_out = if shop.setup().has_postgres() { "oxcart migrate" } else { "there is no database" };
    assert!(said.contains(way_out), "said {said}");
    assert_eq!(names_in(shop.folder()), [""; 0], "a refused command left something behind");
}

#[tokio::test]
async fn accounts_are_made_and_mended_while_the_shop_serves() {
    let shop = Shop::builder(env!("CARGO_BIN_EXE_oxcart")).start().await;
    shop.create_superuser(OWNER, PASSWORD);
    let owner = shop.log_in(&shop.client(), OWNER, PASSWORD).await;
    owner.get("/user/profile/").await.expect(200);
    let changed = fed(&shop, &["changepassword", "--stdin", OWNER], OTHER_PASSWORD);
    assert!(changed.status.success(), "said {}", text(&changed.stderr));
    owner.get("/user/profile/").await.expect(401);
    let old = json!({"email": OWNER, "password": PASSWORD});
    shop.client().post("/api/token/", old).await.expect(401);
    shop.log_in(&shop.client(), OWNER, OTHER_PASSWORD).await;
    shop.run_well(&["doctor"]);
    if !shop.setup().has_postgres() {
        shop.run_well(&["backup", "shop.backup"]);
        let said = refused(&shop, &["restore", "--force", "shop.backup"]);
        assert!(said.contains("stop the server first"), "it says {said}");
        assert_eq!(shop.stop(0), Some(0));
        assert!(!shop.folder().join("oxcart.db-wal").exists(), "a stopped shop is not all in one file");
        shop.run_well(&["restore", "--force", "shop.backup"]);
        shop.start(0).await;
        shop.log_in(&shop.client(), OWNER, OTHER_PASSWORD).await;
    }
}

// doctor and check

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

// backup and restore

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
