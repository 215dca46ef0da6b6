//! What wakes an instance when something happened elsewhere is only a nudge, and may be lost: events still arrive within
//! two seconds, none is missing, and all is quick again when what nudges is back. A change by another process counts too.

use crate::log::{self, Who};
use crate::support::{World, builder};
use crate::ways::seq;
use serde_json::json;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};
use testkit::live::Socket;
use testkit::servers::Redis;
use testkit::{Client, Setup};

/// How long an event may take to reach a socket when nothing nudges.
const UNTOLD: Duration = Duration::from_secs(2);
/// How long one may take that is told of at once; well below what looking from time to time yields.
const TOLD: Duration = Duration::from_millis(300);
/// How long the shop may take to notice that all is well again.
const RECOVERY: Duration = Duration::from_secs(20);

/// A socket at the last instance, and somebody who changes things at the first.
struct Line {
    world: World,
    product: i64,
    level: i64,
    socket: Socket,
    start: i64,
    seen: Vec<i64>,
}

impl Line {
    async fn open(world: World) -> Self {
        let product = world.product("Mug", "1.00", 1).await;
        let mut socket = world.shop.client_of(world.shop.instances() - 1).socket("/ws/products/").await;
        let start = seq(&socket.expect_type("subscribed").await);
        Self { world, product, level: 1, socket, start, seen: vec![] }
    }

    /// One change at the first instance; how long until it was seen at the last, from the moment it was answered.
    async fn change(&mut self, when: &str) -> Duration {
        self.level += 1;
        let body = json!({"stock": self.level});
        self.world.staff.patch(&format!("/products/{}/", self.product), body).await.expect(200);
        let answered = Instant::now();
        loop {
            let event = self.socket.event().await;
            self.seen.push(seq(&event));
            // The answer to a change may be late or lost on the way: what counts is that the newest is there.
            if event["data"]["stock"] == self.level {
                return answered.elapsed();
            }
            assert!(answered.elapsed() < Duration::from_secs(10), "{when}: {} is not told of", self.level);
        }
    }

    /// Fails unless a few changes arrive in time.
    async fn arrives_within(&mut self, within: Duration, when: &str) {
        for _ in 0..4 {
            let took = self.change(when).await;
            assert!(took < within, "{when}: an event took {took:?}");
        }
    }

    /// Waits until changes are told of at once, several in a row: looking from time to time can't be that lucky.
    async fn is_quick_again(&mut self, when: &str) {
        let (deadline, mut in_a_row) = (Instant::now() + RECOVERY, 0);
        while in_a_row < 6 {
            let took = self.change(when).await;
            in_a_row = if took < TOLD { in_a_row + 1 } else { 0 };
            assert!(Instant::now() < deadline, "{when}: still slow after {RECOVERY:?}, the last took {took:?}");
        }
    }

    /// Fails unless the socket has seen all that was written meanwhile, once, in order.
    async fn missed_nothing(&self) {
        let all = log::told(&log::settled(&self.world.shop).await, Who::Nobody, &["products"], self.start);
        assert_eq!(self.seen, all);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_becomes_of_redis_events_arrive_in_time_and_all_of_them() {
    let redis = Setup::from_env().has_redis().then(|| Redis::launch().expect("a Redis"));
    let world = match &redis {
        Some(redis) => World::of(builder().instances(2).redis(&redis.url())).await,
        None => World::of(builder().instances(2)).await,
    };
    let mut line = Line::open(world).await;
    let Some(redis) = redis else {
        // One process tells itself; two on PostgreSQL have nothing to tell each other by.
        match Setup::from_env() {
            Setup::Sqlite => line.is_quick_again("in one process").await,
            _ => line.arrives_within(UNTOLD, "without a Redis").await,
        }
        return line.missed_nothing().await;
    };
    line.is_quick_again("at first").await;
    redis.flush().expect("it forgets");
    line.arrives_within(UNTOLD, "just flushed").await;
    line.is_quick_again("after it forgot everything").await;
    redis.stop().expect("it stops");
    line.arrives_within(UNTOLD, "stopped").await;
    redis.start().expect("it starts");
    line.arrives_within(UNTOLD, "just started").await;
    line.is_quick_again("started again").await;
    redis.pause().expect("it pauses");
    line.arrives_within(UNTOLD, "paused").await;
    redis.resume();
    line.is_quick_again("resumed").await;
    redis.kill();
    line.arrives_within(UNTOLD, "killed").await;
    redis.start().expect("it starts");
    line.is_quick_again("started after it was killed").await;
    line.missed_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_was_frozen_holds_nobody_up_and_catches_up() {
    let mut line = Line::open(World::of(builder().instances(3)).await).await;
    if line.world.shop.instances() == 1 {
        line.world.shop.pause(0);
        line.world.shop.resume(0);
        line.arrives_within(UNTOLD, "after it was frozen").await;
        return line.missed_nothing().await;
    }
    let mut frozen = line.world.shop.client_of(1).socket("/ws/products/").await;
    let start = seq(&frozen.expect_type("subscribed").await);
    line.world.shop.pause(1);
    line.arrives_within(UNTOLD, "while another instance is frozen").await;
    line.world.shop.resume(1);
    let wanted = log::told(&log::settled(&line.world.shop).await, Who::Nobody, &["products"], start);
    let read: Vec<_> = frozen.events(wanted.len()).await.iter().map(seq).collect();
    assert_eq!(read, wanted, "what happened while it was frozen");
    line.missed_nothing().await;
}

/// A socket that follows the catalogue at every instance.
async fn everywhere(world: &World, caller: &Client) -> Vec<Socket> {
    let mut sockets = vec![];
    for number in 0..world.shop.instances() {
        let mut socket = caller.at(&world.shop.url_of(number)).socket("/ws/products/").await;
        socket.expect_type("subscribed").await;
        sockets.push(socket);
    }
    sockets
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_command_line_imports_reaches_every_socket_within_two_seconds() {
    let world = World::of(builder().instances(2)).await;
    let mut sockets = everywhere(&world, &world.shop.client()).await;
    for (round, kind) in [(1, "product.created"), (2, "product.stock_changed")] {
        let row = format!("Handle,Title,Variant Price,Variant Inventory Qty\nkite,Kite,20.00,{round}\n");
        std::fs::write(world.shop.folder().join("in.csv"), row).expect("the folder takes files");
        world.shop.run_well(&["import", "products", "in.csv"]);
        let saved = Instant::now();
        for socket in &mut sockets {
            let event = socket.event().await;
            let took = saved.elapsed();
            assert_eq!(event["event"], kind, "{event}");
            assert!(took < UNTOLD, "an import was told of after {took:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_changed_on_the_command_line_ends_the_account_s_sockets_and_no_others() {
    let world = World::of(builder().instances(2)).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let mut sockets = everywhere(&world, &ann).await;
    let mut others = everywhere(&world, &bob).await;
    let mut command = world.shop.command(&["changepassword", "--stdin", &ann.email]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(b"two Loud-Oxen pull 9 carts\n").expect("it reads its input");
    assert!(child.wait().expect("it ends").success(), "changepassword failed");
    let saved = Instant::now();
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, 4401);
        let took = saved.elapsed();
        assert!(took < UNTOLD, "a socket of the old password lived on for {took:?}");
    }
    let mug = world.product("Mug", "1.00", 1).await;
    for socket in &mut others {
        assert_eq!(socket.event().await["data"]["id"], mug, "a socket of another account is gone");
    }
}
