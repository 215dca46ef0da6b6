//! A PostgreSQL that speaks TLS. Each test that needs one runs a server of its own.

use crate::support::{World, add, builder, place};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::Output;
use testkit::servers::{Durability, Postgres};
use testkit::{Setup, Shop};

/// Brings the database up to date, with what the address says of TLS, by somebody who knows one certificate.
fn migrate(shop: &Shop, says: &str, known: &Path) -> Output {
    let url = format!("{}{says}", shop.database_url());
    let mut migrate = shop.command(&["migrate"]);
    migrate.env("DATABASE_URL", url).env("SSL_CERT_FILE", known).output().expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn certified() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("a certificate")
}

/// Has the server speak TLS from now on.
fn secure(shop: &Shop, certified: &CertifiedKey<KeyPair>) {
    let data = shop.look("SHOW data_directory").remove(0).expect("it has one");
    let owner = fs::metadata(&data).expect("the data of PostgreSQL");
    for (name, text) in [("server.crt", certified.cert.pem()), ("server.key", certified.signing_key.serialize_pem())] {
        let file = Path::new(&data).join(name);
        fs::write(&file, text).expect("room on the disk");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
        chown(&file, Some(owner.uid()), Some(owner.gid())).expect("who runs PostgreSQL may give it away");
    }
    shop.plant("ALTER SYSTEM SET ssl = on");
    shop.plant("SELECT pg_reload_conf()");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_speaks_tls_is_spoken_to_in_tls_and_has_to_prove_who_it_is_where_that_is_demanded() {
    if Setup::from_env() == Setup::Sqlite {
        return;
    }
    let postgres = Postgres::launch(Durability::Off).expect("a PostgreSQL");
    let before = builder().postgres(&postgres.url("postgres")).prepare();
    let (ours, strangers) = (certified(), certified());
    let folder = tempfile::tempdir().expect("a folder");
    let [known, unknown] = ["ours.pem", "strangers.pem"].map(|name| folder.path().join(name));
    fs::write(&known, ours.cert.pem()).expect("room on the disk");
    fs::write(&unknown, strangers.cert.pem()).expect("room on the disk");
    let insist = |shop, known| migrate(shop, "?sslmode=require", known);

    let plain = insist(&before, &known);
    assert!(!plain.status.success() && said(&plain).contains("does not support TLS"), "{}", said(&plain));
    secure(&before, &ours);
    let stranger = insist(&before, &unknown);
    assert!(!stranger.status.success() && said(&stranger).contains("certificate"), "{}", said(&stranger));
    let friend = insist(&before, &known);
    assert!(friend.status.success(), "{}", said(&friend));

    // Who says nothing gets TLS where there is any.
    let world = World::of(builder().postgres(&postgres.url("postgres"))).await;
    let mug = world.product("Mug", "1.00", 10).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 3).await.expect(201);
    place(&customer).await;
    assert_eq!(world.stock(mug).await, 7);
    let secured = "SELECT CAST(bool_and(ssl) AS text) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                   WHERE application_name = 'oxcart' AND datname = current_database()";
    assert_eq!(world.shop.look(secured), [Some("true".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_wants_nobody_who_speaks_tls_is_spoken_to_without_unless_it_is_demanded() {
    if Setup::from_env() == Setup::Sqlite {
        return;
    }
    let postgres = Postgres::launch(Durability::Off).expect("a PostgreSQL");
    let shop = builder().postgres(&postgres.url("postgres")).prepare();
    let ours = certified();
    let folder = tempfile::tempdir().expect("a folder");
    let known = folder.path().join("ours.pem");
    fs::write(&known, ours.cert.pem()).expect("room on the disk");
    let rules = shop.look("SHOW hba_file").remove(0).expect("it has one");
    fs::write(rules, "local all all trust\nhostnossl all all all trust\n").expect("it is ours");
    secure(&shop, &ours);

    let demanded = migrate(&shop, "?sslmode=require", &known);
    assert!(!demanded.status.success() && said(&demanded).contains("pg_hba.conf"), "{}", said(&demanded));
    let preferred = migrate(&shop, "", &known);
    assert!(preferred.status.success(), "{}", said(&preferred));
}
