//! More events than anybody keeps in memory: who comes back reads them from the database, who reads along is not thrown
//! out by a burst.

use super::reader::{Polling, Reader, Way};
use super::{missed, open, quiet, restock, returning};
use crate::log::{self, Who};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_missed_thousands_of_events_gets_them_all() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let after = log::head(&world.shop).await;
    log::plant(&world, mug, 12_000);
    let wanted = missed(&world, Who::Nobody, "products", after).await;
    assert_eq!(wanted.len(), 12_000);
    let caller = world.shop.client_of(world.shop.instances() - 1);
    quiet(&world, &caller).await;
    let polled = {
        let mut polling = Polling::new(&caller, "topics=products&limit=1000", after);
        let mut polled = vec![];
        for _ in 0..20 {
            polled.extend(polling.ask().await);
        }
        polled
    };
    assert!(polled == wanted, "polling: {} of 12,000 events, or not in order", polled.len());
    for (way, level) in [(Way::Socket, 5), (Way::Stream, 6)] {
        let wanted = missed(&world, Who::Nobody, "products", after).await;
        let mut reader = Reader::open(way, &caller, &format!("product:{mug}"), after).await;
        let read = reader.seqs(wanted.len()).await;
        let wrong = read.iter().zip(&wanted).find(|(read, wanted)| read != wanted);
        assert_eq!(wrong, None, "{way:?}: (read, wanted)");
        restock(&world, mug, level..level + 1).await;
        let live = missed(&world, Who::Nobody, "products", *wanted.last().expect("12,000")).await;
        assert_eq!(reader.seqs(live.len()).await, live, "{way:?} does not go on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_thousands_of_events_throws_out_nobody_who_reads() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let after = log::head(&world.shop).await;
    let mut readers = returning(&world, &world.shop.client(), "products", after).await;
    log::plant(&world, mug, 3_000);
    let wanted = missed(&world, Who::Nobody, "products", after).await;
    let reading = readers.drain(..).map(|(who, mut reader)| {
        let count = wanted.len();
        tokio::spawn(async move { (who, reader.seqs(count).await) })
    });
    for reading in reading.collect::<Vec<_>>() {
        let (who, read) = reading.await.expect("somebody who reads is not thrown out");
        assert!(read == wanted, "{who} was not told of all");
    }
}
