//! What is told, and when, on a disk that takes what is written only when it is allowed to.

use super::disk::{Disk, Flush};
use super::*;
use crate::backend::{Backend, Conn, Db, Tx, params};
use std::future::IntoFuture;
use std::io;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// What comes within this has not waited for the disk.
const SOON: Duration = Duration::from_millis(300);
/// What has not come by then never comes.
const LATE: Duration = Duration::from_secs(20);

struct Shop {
    db: Db,
    /// What the disk says, once for each time it is asked.
    disk: mpsc::Sender<io::Result<()>>,
    _folder: TempDir,
}

/// A database with one empty table.
async fn shop() -> Shop {
    let folder = TempDir::new().unwrap();
    let (disk, says) = mpsc::channel();
    let says = Mutex::new(says);
    let flush: Flush = Box::new(move || says.lock().unwrap().recv().unwrap_or(Ok(())));
    let sqlite = Sqlite::open_on(&folder.path().join("shop.db"), 2, |_| Disk::with(Some(flush))).unwrap();
    let table = |file: &mut Connection| file.execute_batch("CREATE TABLE orders (id)").map_err(connection::error);
    sqlite.with_own_connection(table).await.unwrap();
    Shop { db: Db::on(Backend::Sqlite(sqlite)), disk, _folder: folder }
}

async fn insert(tx: Tx, id: i64) -> Result<()> {
    tx.query("INSERT INTO orders (id) VALUES ($1)", params![id]).await?;
    tx.commit().await
}

async fn count(conn: &impl Conn) -> Result<i64> {
    conn.one("SELECT count(*) FROM orders", vec![]).await?.only()
}

async fn is_waiting<T>(task: &mut JoinHandle<T>) -> bool {
    timeout(SOON, task).await.is_err()
}

async fn end<T>(task: impl IntoFuture<Output = std::result::Result<T, tokio::task::JoinError>>) -> T {
    timeout(LATE, task).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_is_told_when_it_is_on_the_disk_and_so_is_what_others_read_of_it() {
    let shop = shop().await;
    let db = shop.db.clone();
    let mut buyer = tokio::spawn(async move { db.transact(|tx| insert(tx, 1)).await });
    assert!(is_waiting(&mut buyer).await);
    let db = shop.db.clone();
    let mut reader = tokio::spawn(async move { count(&db).await });
    assert!(is_waiting(&mut reader).await, "a power cut could still take away what it has read");
    shop.disk.send(Ok(())).unwrap();
    end(buyer).await.unwrap().unwrap();
    assert_eq!(end(reader).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn so_is_the_commit_of_a_transaction_that_was_begun_elsewhere() {
    let shop = shop().await;
    let tx = shop.db.begin().await.unwrap();
    let mut buyer = tokio::spawn(insert(tx, 1));
    assert!(is_waiting(&mut buyer).await);
    shop.disk.send(Ok(())).unwrap();
    end(buyer).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_transaction_runs_meanwhile_and_waits_for_the_disk_at_its_end() {
    let shop = shop().await;
    let first = shop.db.begin().await.unwrap();
    let db = shop.db.clone();
    let mut buyer = tokio::spawn(async move { db.transact(|tx| insert(tx, 1)).await });
    let (saw, seen) = oneshot::channel();
    let db = shop.db.clone();
    tokio::time::sleep(SOON).await;
    let look = |tx: Tx| async move {
        let counted = count(&tx).await.unwrap();
        let _ = saw.send(counted);
        counted
    };
    // It changes nothing; but what it answers with, the one before has written.
    let mut reader = tokio::spawn(async move { db.transact(look).await });
    tokio::time::sleep(SOON).await;
    drop(first);
    assert_eq!(timeout(LATE, seen).await.unwrap(), Ok(1), "it did not wait for the disk to begin");
    assert!(is_waiting(&mut buyer).await);
    assert!(is_waiting(&mut reader).await);
    shop.disk.send(Ok(())).unwrap();
    end(buyer).await.unwrap().unwrap();
    assert_eq!(end(reader).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_has_failed_is_not_written_to_again() {
    let shop = shop().await;
    shop.disk.send(Err(io::Error::other("gone"))).unwrap();
    let outcome = shop.db.transact(|tx| insert(tx, 1)).await.and_then(|done| done);
    assert!(matches!(&outcome, Err(Error::OutcomeUnknown(why)) if why.contains("gone")), "{outcome:?}");
    let next = insert(shop.db.begin().await.unwrap(), 2).await;
    assert!(matches!(next, Err(Error::Unavailable(_))), "{next:?}");
    let read = count(&shop.db).await;
    assert!(matches!(read, Err(Error::Unavailable(_))), "nobody knows whether what it has read lasts: {read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_panics_takes_back_what_it_did_and_nobody_else_with_it() {
    let shop = shop().await;
    let db = shop.db.clone();
    let broken = tokio::spawn(async move {
        let work = |tx: Tx| async move {
            tx.query("INSERT INTO orders (id) VALUES ($1)", params![1_i64]).await.unwrap();
            panic!("on purpose");
        };
        db.transact(work).await
    });
    assert!(timeout(LATE, broken).await.unwrap().unwrap_err().is_panic());
    assert_eq!(shop.db.transact(|tx| async move { count(&tx).await.unwrap() }).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_waits_for_something_else_goes_on_where_it_is_awaited() {
    let shop = shop().await;
    shop.disk.send(Ok(())).unwrap();
    let work = |tx: Tx| async move {
        let before = std::thread::current().name().map(str::to_owned);
        tokio::time::sleep(Duration::from_millis(10)).await;
        let after = std::thread::current().name().map(str::to_owned);
        insert(tx, 1).await.map(|()| (before, after))
    };
    let (before, after) = shop.db.transact(work).await.unwrap().unwrap();
    assert_eq!(before.as_deref(), Some("sqlite-write"));
    assert_ne!(after.as_deref(), Some("sqlite-write"), "the thread is there for others meanwhile");
    assert_eq!(count(&shop.db).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_stays_so_when_the_same_work_begins_another_transaction() {
    let shop = shop().await;
    shop.disk.send(Ok(())).unwrap();
    let db = shop.db.clone();
    let work = |tx: Tx| async move {
        tx.query("INSERT INTO orders (id) VALUES ($1)", params![1_i64]).await?;
        drop(tx);
        insert(db.begin().await?, 2).await
    };
    shop.db.transact(work).await.unwrap().unwrap();
    assert_eq!(count(&shop.db).await.unwrap(), 1);
}

#[test]
fn a_failure_is_not_missed_by_whoever_asks_the_disk_at_the_same_moment() {
    let (fail, failing) = mpsc::channel::<()>();
    let failing = Mutex::new(Some(failing));
    // The system tells of a failure once.
    let flush = move || {
        let failing = failing.lock().unwrap().take();
        failing.map_or(Ok(()), |failing| failing.recv().map_or(Ok(()), |()| Err(io::Error::other("gone"))))
    };
    let disk = Disk::with(Some(Box::new(flush))).unwrap();
    let (told, tells) = mpsc::channel();
    let tell = |disk: &Arc<Disk>| {
        let (disk, told) = (Arc::clone(disk), told.clone());
        Box::new(move || told.send(disk.works().is_ok()).unwrap())
    };
    disk.while_committing(|| ());
    disk.tell(tell(&disk), true);
    std::thread::sleep(SOON);
    disk.while_committing(|| ());
    let (last, other) = (tell(&disk), Arc::clone(&disk));
    let second = std::thread::spawn(move || other.tell(last, false));
    std::thread::sleep(SOON);
    assert!(tells.try_recv().is_err(), "nobody knows yet");
    fail.send(()).unwrap();
    second.join().unwrap();
    assert_eq!([tells.recv_timeout(LATE), tells.recv_timeout(LATE)], [Ok(false); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_does_not_grow_while_it_is_written_to() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("shop.db");
    let sqlite = Sqlite::open(&file, 2).unwrap();
    assert!(sqlite.disk.takes_over(), "SQLite waits for the disk itself");
    let table = |file: &mut Connection| file.execute_batch("CREATE TABLE pages (filling)").map_err(connection::error);
    sqlite.with_own_connection(table).await.unwrap();
    let db = Db::on(Backend::Sqlite(sqlite));
    // More than 12,000 pages of 4 KiB each.
    let fill = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 200) \
                INSERT INTO pages SELECT randomblob(4000) FROM n";
    for _ in 0..60 {
        let write = |tx: Tx| async move {
            tx.query(fill, params![]).await?;
            tx.commit().await
        };
        db.transact(write).await.unwrap().unwrap();
    }
    let length = std::fs::metadata(file::beside(&file, "-wal")).unwrap().len();
    assert!(length < 24_000_000, "{length}");
    assert_eq!(db.one("SELECT count(*) FROM pages", vec![]).await.unwrap().only::<i64>().unwrap(), 12_000);
}
