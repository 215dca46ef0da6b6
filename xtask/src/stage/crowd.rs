//! Thousands of sockets that cost little: each has small buffers and a task that only wakes when something comes, notes
//! when, and passes it on.

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use testkit::Shop;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

type Socket = WebSocketStream<TcpStream>;

/// Where nothing is subscribed from the start.
pub(crate) const PLAIN: &str = "/ws/";
/// How many connect at once: fewer than a listening socket lets wait.
const AT_ONCE: usize = 64;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One socket to be: who it is, and what it follows.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    /// Where it connects to: `/ws/`, or an alias that subscribes by itself.
    pub(crate) path: &'static str,
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
    pub(crate) topics: Vec<String>,
    /// Follows the whole catalogue too, once it is told to.
    pub(crate) joins: bool,
}

/// What came on a socket, and when.
pub(crate) struct Told {
    pub(crate) at: Instant,
    pub(crate) text: Utf8Bytes,
}

/// Sockets that are open, until it is dropped.
pub(crate) struct Crowd {
    told: mpsc::UnboundedReceiver<Result<Told>>,
    cue: watch::Sender<bool>,
    _listening: JoinSet<()>,
}

impl Crowd {
    /// Opens all of them, spread over the shop's instances, and waits until each is subscribed.
    ///
    /// # Errors
    /// When one is refused or closed.
    pub(crate) async fn gather(shop: &Shop, seats: Vec<Seat>) -> Result<Self> {
        let (tell, told) = mpsc::unbounded_channel();
        let (cue, _) = watch::channel(false);
        let instances = (0..shop.instances()).cycle();
        let opened = stream::iter(instances.zip(seats)).map(|(number, seat)| {
            let address = shop.address_of(number);
            async move { Ok::<_, anyhow::Error>((open(address, &seat).await?, seat.joins)) }
        });
        let mut opened = opened.buffer_unordered(AT_ONCE);
        let mut listening = JoinSet::new();
        while let Some((socket, joins)) = opened.try_next().await? {
            listening.spawn(listen(socket, joins.then(|| cue.subscribe()), tell.clone()));
        }
        Ok(Self { told, cue, _listening: listening })
    }

    /// The next frame that holds this text; others are passed over.
    ///
    /// # Errors
    /// When none comes, or a socket is lost.
    pub(crate) async fn next_with(&mut self, text: &str) -> Result<Told> {
        loop {
            let told = timeout(PATIENCE, self.told.recv()).await;
            let told = told.with_context(|| format!("no frame with {text} in {PATIENCE:?}"))?;
            let told = told.context("no socket is left")??;
            if told.text.contains(text) {
                return Ok(told);
            }
        }
    }

    /// Lets those that join follow the catalogue, and waits until all `count` do.
    ///
    /// # Errors
    /// When one does not.
    pub(crate) async fn join_the_catalogue(&mut self, count: usize) -> Result<()> {
        self.cue.send_replace(true);
        for _ in 0..count {
            self.next_with(r#""subscribed""#).await?;
        }
        Ok(())
    }
}

async fn open(address: SocketAddr, seat: &Seat) -> Result<Socket> {
    let stream = TcpStream::connect(address).await.context("connecting")?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{address}{}", seat.path).into_client_request()?;
    request.headers_mut().extend(seat.header.clone());
    let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.context("the handshake")?;
    if seat.path != PLAIN {
        subscribed(&mut socket, seat.path).await?;
    }
    for topic in &seat.topics {
        subscribe(&mut socket, topic).await?;
        subscribed(&mut socket, topic).await?;
    }
    Ok(socket)
}

/// Waits for what a subscription is answered with.
async fn subscribed(socket: &mut Socket, what: &str) -> Result<()> {
    let answer = timeout(PATIENCE, socket.next()).await.context("no answer to subscribe")?;
    match answer.context("closed at once")?? {
        Message::Text(text) if text.contains(r#""subscribed""#) => Ok(()),
        other => bail!("subscribing to {what} was answered with {other}"),
    }
}

async fn subscribe(socket: &mut Socket, topic: &str) -> Result<()> {
    let frame = json!({"type": "subscribe", "topic": topic}).to_string();
    Ok(socket.send(Message::text(frame)).await?)
}

/// Passes on what comes. Pings are answered by reading on.
async fn listen(mut socket: Socket, mut cue: Option<watch::Receiver<bool>>, tell: mpsc::UnboundedSender<Result<Told>>) {
    let cued = async |cue: &mut Option<watch::Receiver<bool>>| match cue {
        Some(cue) => cue.changed().await.is_ok(),
        None => std::future::pending().await,
    };
    loop {
        let told = tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => Ok(Told { at: Instant::now(), text }),
                Some(Ok(Message::Close(frame))) => Err(anyhow::anyhow!("a socket was closed: {frame:?}")),
                Some(Ok(_)) => continue,
                Some(Err(error)) => Err(anyhow::Error::new(error).context("a socket was lost")),
                None => Err(anyhow::anyhow!("a socket was lost")),
            },
            true = cued(&mut cue) => {
                cue = None;
                match subscribe(&mut socket, "products").await {
                    Ok(()) => continue,
                    Err(error) => Err(error),
                }
            }
        };
        let is_over = told.is_err();
        if tell.send(told).is_err() || is_over {
            return;
        }
    }
}

/// Every socket is an open file here, and one more in the server, which sees to its own limit.
///
/// # Errors
/// When the system allows fewer.
pub(crate) fn allow_open_files(sockets: u64) -> Result<()> {
    const OTHERS: u64 = 300;
    let limit = getrlimit(Resource::Nofile);
    let needed = sockets + OTHERS;
    let most = limit.maximum.unwrap_or(u64::MAX);
    ensure!(most >= needed, "{sockets} sockets need {needed} open files and {most} are allowed (ulimit -Hn)");
    if limit.current.is_some_and(|current| current < needed) {
        let raised = Rlimit { current: Some(needed), maximum: limit.maximum };
        setrlimit(Resource::Nofile, raised).context("raising the number of open files")?;
    }
    Ok(())
}
