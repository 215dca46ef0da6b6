//! A small mail server for tests: real SMTP over a socket, with tempers.

use crate::support::builder;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::Builder;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How it takes the next mail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Temper {
    /// Answers the recipient like this: `451 …`, `550 …`.
    Says(&'static str),
    /// Keeps the mail and hangs up without a word.
    HangsUp,
    /// Keeps the mail and says nothing, for longer than anybody waits.
    Dawdles,
}

/// A mail as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) to: String,
    /// Headers and body as they came.
    raw: String,
}

impl Received {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> String {
        let (head, _) = self.raw.split_once("\r\n\r\n").expect("a head and a body");
        let unfolded = head.replace("\r\n ", " ");
        let line = unfolded.lines().find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
        line.unwrap_or_else(|| panic!("no {name} in {head}"))[name.len() + 1..].trim().to_owned()
    }

    /// The whole mail, quoted-printable undone as far as tests look.
    pub(crate) fn text(&self) -> String {
        self.raw.replace("=\r\n", "").replace("=3D", "=").replace("=C3=97", "×")
    }

    /// What follows `token=` of a link.
    pub(crate) fn token(&self) -> String {
        token_in(&self.text())
    }
}

/// What follows `token=` in a text.
#[track_caller]
pub(crate) fn token_in(text: &str) -> String {
    let after = text.split("token=").nth(1).unwrap_or_else(|| panic!("no link in {text}"));
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The server. Its mails are those of all connections.
#[derive(Clone)]
pub(crate) struct PostOffice {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    tempers: Arc<Mutex<VecDeque<Temper>>>,
    /// How long a mail takes, in milliseconds.
    pace: Arc<AtomicU64>,
    /// Mails that are taken right now, and the most there were.
    at_once: Arc<(AtomicUsize, AtomicUsize)>,
}

impl PostOffice {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (pace, at_once) = Default::default();
        let office = Self { port, received: Arc::default(), tempers: Arc::default(), pace, at_once };
        let counter = office.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let counter = counter.clone();
                // A client that hangs up ends the conversation, whatever was said last.
                tokio::spawn(async move { drop(counter.converse(connection).await) });
            }
        });
        office
    }

    /// A shop that sends its mails here, and tries again after a second.
    pub(crate) fn shop(&self) -> Builder {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        let builder = builder().env("OXCART_SMTP_URL", &url).env("OXCART_MAIL_FROM", "The Shop <shop@shop.example>");
        let builder = builder.env("OXCART_MAIL_REPLY_TO", "help@shop.example").env("OXCART_MAIL_RETRY_PAUSE", "1s");
        builder.env("OXCART_PUBLIC_URL", "http://shop.example")
    }

    pub(crate) fn next_is(&self, temper: Temper) {
        self.tempers.lock().expect("nobody panicked").push_back(temper);
    }

    /// From now on each mail takes so long.
    pub(crate) fn takes(&self, pace: Duration) {
        self.pace.store(u64::try_from(pace.as_millis()).expect("a moment"), Ordering::Relaxed);
    }

    /// The most mails that came in at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.at_once.1.load(Ordering::Relaxed)
    }

    /// Takes its time over a mail.
    async fn dwell(&self) {
        let now = self.at_once.0.fetch_add(1, Ordering::Relaxed) + 1;
        self.at_once.1.fetch_max(now, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(self.pace.load(Ordering::Relaxed))).await;
        self.at_once.0.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("nobody panicked").clone()
    }

    /// Mails that came, once there are so many whose subject holds this; fails when there never are.
    pub(crate) async fn about(&self, subject: &str, count: usize) -> Vec<Received> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let found: Vec<_> =
                self.received().into_iter().filter(|mail| mail.header("Subject").contains(subject)).collect();
            if found.len() >= count {
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "{} of {count} mails about {subject}: {:#?}",
                found.len(),
                self.received()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn converse(self, connection: TcpStream) -> std::io::Result<()> {
        let (reading, mut writing) = connection.into_split();
        let mut reading = BufReader::new(reading);
        let (mut to, mut line) = (String::new(), String::new());
        writing.write_all(b"220 post.example\r\n").await?;
        loop {
            line.clear();
            if reading.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let word = line.get(..4).unwrap_or_default().to_uppercase();
            let answer = match word.as_str() {
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    match self.temper_that_says() {
                        Some(said) => said.to_owned(),
                        None => "250 fine".to_owned(),
                    }
                }
                "DATA" => {
                    writing.write_all(b"354 go on\r\n").await?;
                    let raw = read_mail(&mut reading).await?;
                    self.received.lock().expect("nobody panicked").push(Received { to: to.clone(), raw });
                    self.dwell().await;
                    let temper = self.tempers.lock().expect("nobody panicked").pop_front();
                    match temper {
                        Some(Temper::HangsUp) => return Ok(()),
                        Some(Temper::Dawdles) => tokio::time::sleep(Duration::from_secs(120)).await,
                        _ => {}
                    }
                    "250 taken".to_owned()
                }
                "EHLO" => "250 post.example".to_owned(),
                "QUIT" => {
                    writing.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 fine".to_owned(),
            };
            writing.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }

    fn temper_that_says(&self) -> Option<&'static str> {
        let mut tempers = self.tempers.lock().expect("nobody panicked");
        match tempers.front() {
            Some(Temper::Says(said)) => {
                let said = *said;
                tempers.pop_front();
                Some(said)
            }
            _ => None,
        }
    }
}

async fn read_mail(reading: &mut (impl AsyncReadExt + AsyncBufReadExt + Unpin)) -> std::io::Result<String> {
    let mut raw = String::new();
    while !raw.ends_with("\r\n.\r\n") {
        if reading.read_line(&mut raw).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(raw)
}
