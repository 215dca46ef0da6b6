//! A driver and a server that talk over it.

use super::Pipelined;
use super::answers::{PASSED_OVER, READY, READY_FAILED};
use proptest::prelude::*;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

/// How long a conversation takes before somebody waits in vain.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a driver sends before it waits.
#[derive(Clone, Debug)]
enum Sends {
    /// A simple query.
    Simple { fails: bool },
    /// A statement that is prepared, which has no execution.
    Prepares,
    /// A statement with its own Sync.
    Alone { fails: bool },
    /// Statements between two Syncs; whether one of them fails.
    Together { statements: usize, fails: Option<usize> },
}

fn sends() -> impl Strategy<Value = Sends> {
    prop_oneof![
        any::<bool>().prop_map(|fails| Sends::Simple { fails }),
        Just(Sends::Prepares),
        any::<bool>().prop_map(|fails| Sends::Alone { fails }),
        (0..6_usize, 0..8_usize).prop_map(|(statements, at)| {
            Sends::Together { statements, fails: Some(at).filter(|at| *at < statements) }
        }),
    ]
}

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[tag], &length[..], body].concat()
}

/// Bind and Execute; the server is told by the bind whether it will fail.
fn execution(fails: bool) -> Vec<u8> {
    [message(b'B', if fails { b"fail" } else { b"a value" }), message(b'E', b"\0\0\0\0\0")].concat()
}

/// With its Sync.
fn statement(fails: bool) -> Vec<u8> {
    [execution(fails), message(b'S', b"")].concat()
}

impl Sends {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Simple { fails } => message(b'Q', if *fails { b"fail" } else { b"SELECT 1\0" }),
            Self::Prepares => [message(b'P', b"s1\0"), message(b'D', b"Ss1\0"), message(b'S', b"")].concat(),
            Self::Alone { fails } => statement(*fails),
            Self::Together { statements, fails } => {
                let all = (0..*statements).flat_map(|at| statement(*fails == Some(at)));
                message(b'S', b"").into_iter().chain(all).chain(message(b'S', b"")).collect()
            }
        }
    }

    /// The tags the driver reads, up to each `ReadyForQuery`.
    fn answers(&self) -> Vec<&'static str> {
        match self {
            Self::Simple { fails: true } => vec!["EZ"],
            Self::Simple { fails: false } => vec!["TDCZ"],
            Self::Prepares => vec!["1tTZ"],
            Self::Alone { fails } => vec![if *fails { "EZ" } else { "2DCZ" }],
            Self::Together { statements, fails } => {
                let each = |at| if fails.is_some_and(|fails| fails <= at) { "EZ" } else { "2DCZ" };
                ["Z"].into_iter().chain((0..*statements).map(each)).chain(["Z"]).collect()
            }
        }
    }
}

/// A server that answers by the protocol, in pieces; how many Syncs with statements before them it has seen.
async fn serve(mut wire: DuplexStream, piece: usize) -> usize {
    let (mut skips, mut syncs) = (false, 0);
    let startup = wire.read_u32().await.unwrap() as usize;
    let _ = wire.read_exact(&mut vec![0; startup - 4]).await.unwrap();
    let mut answers = [message(b'R', b"\0\0\0\0"), message(b'Z', b"I")].concat();
    loop {
        for piece in answers.chunks(piece) {
            wire.write_all(piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        let Ok(tag) = wire.read_u8().await else { return syncs };
        let mut body = vec![0; wire.read_u32().await.unwrap() as usize - 4];
        let _ = wire.read_exact(&mut body).await.unwrap();
        syncs += usize::from(tag == b'S');
        let fails = body.starts_with(b"fail");
        let said = match tag {
            b'S' => "Z",
            _ if skips => "",
            b'Q' if fails => "EZ",
            b'Q' => "TDCZ",
            b'P' => "1",
            b'D' => "tT",
            b'B' if fails => "E",
            b'B' => "2",
            _ => "DC",
        };
        skips = tag != b'S' && (skips || said == "E");
        answers = said.bytes().flat_map(|tag| message(tag, b"whatever")).collect();
    }
}

async fn read_groups(wire: &mut Pipelined<DuplexStream>, groups: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    while all.len() <= groups {
        let tag = wire.read_u8().await.unwrap();
        let mut body = vec![0; wire.read_u32().await.unwrap() as usize - 4];
        let _ = wire.read_exact(&mut body).await.unwrap();
        all.last_mut().unwrap().push(char::from(tag));
        if tag == b'Z' {
            all.push(String::new());
        }
    }
    assert_eq!(all.pop().as_deref(), Some(""));
    all
}

/// A driver that sends so many before it reads.
async fn converse(all: &[Sends], at_once: usize, piece: usize) -> usize {
    let (ours, theirs) = duplex(1 << 16);
    let server = tokio::spawn(serve(theirs, piece));
    let mut wire = Pipelined::over(ours);
    wire.write_all(&[&8_u32.to_be_bytes()[..], b"user"].concat()).await.unwrap();
    wire.flush().await.unwrap();
    assert_eq!(read_groups(&mut wire, 1).await, ["RZ"]);
    for sends in all.chunks(at_once) {
        let bytes: Vec<_> = sends.iter().flat_map(Sends::bytes).collect();
        for piece in bytes.chunks(piece) {
            wire.write_all(piece).await.unwrap();
        }
        wire.flush().await.unwrap();
        let expected: Vec<_> = sends.iter().flat_map(Sends::answers).collect();
        assert_eq!(read_groups(&mut wire, expected.len()).await, expected, "{sends:?} of {all:?}");
    }
    drop(wire);
    server.await.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_driver_reads_what_it_would_have_read_and_the_server_sees_fewer_syncs(
        all in prop::collection::vec(sends(), 0..6), at_once in 1..4_usize, piece in 1..40_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let syncs = runtime.block_on(async { tokio::time::timeout(PATIENCE, converse(&all, at_once, piece)).await });
        let expected = all.iter().filter(|sends| !matches!(sends, Sends::Simple { .. })).count();
        prop_assert_eq!(syncs.expect("nobody waits for ever"), expected);
    }
}

#[tokio::test]
async fn what_is_held_back_goes_out_together_and_what_follows_an_error_is_answered_as_passed_over() {
    tokio::time::timeout(PATIENCE, fail_together()).await.expect("nobody waits for ever");
}

/// Two statements that go out together, the first of which ends the connection.
async fn fail_together() {
    let (ours, mut server) = duplex(1 << 16);
    let mut wire = Pipelined::over(ours);
    let begins = [&8_u32.to_be_bytes()[..], b"user"].concat();
    wire.write_all(&begins).await.unwrap();
    wire.flush().await.unwrap();
    let _ = server.read_exact(&mut vec![0; begins.len()]).await.unwrap();
    server.write_all(&message(b'Z', b"I")).await.unwrap();
    assert_eq!(read_groups(&mut wire, 1).await, ["Z"]);

    wire.write_all(&[message(b'S', b""), statement(true), statement(false)].concat()).await.unwrap();
    wire.flush().await.unwrap();
    let early = tokio::time::timeout(Duration::ZERO, server.read_u8()).await;
    assert!(early.is_err(), "the end of it was not written yet");
    wire.write_all(&message(b'S', b"")).await.unwrap();
    wire.flush().await.unwrap();
    let expected = [execution(true), execution(false), message(b'S', b"")].concat();
    let mut sent = vec![0; expected.len()];
    let _ = server.read_exact(&mut sent).await.unwrap();
    assert_eq!(sent, expected);

    // The server fails for good: nobody waits for what it will not say.
    server.write_all(&message(b'E', b"SFATAL\0C57P01\0\0")).await.unwrap();
    drop(server);
    let mut answers = vec![];
    let _ = wire.read_to_end(&mut answers).await.unwrap();
    let fatal = message(b'E', b"SFATAL\0C57P01\0\0");
    let expected = [READY, &fatal, READY_FAILED, &message(b'E', PASSED_OVER), READY_FAILED].concat();
    assert_eq!(answers, expected);
}
