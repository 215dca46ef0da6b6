//! Accounts made and mended on the command line, by scripts and by people at a terminal.

use serde_json::json;
use testkit::{Shop, Terminal};

use crate::{OTHER_PASSWORD, OWNER, PASSWORD, failed, fed, names_in, refused, shop, text, with_owner};

fn hash_of(shop: &Shop, email: &str) -> String {
    let found = shop.look(&format!("SELECT password FROM users WHERE email_key = '{email}'"));
    found.into_iter().flatten().next().unwrap_or_else(|| panic!("{email} has no account"))
}

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
    // By another process: the one that serves knows within a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
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
