//! A server that meets one caller.

use oxcart_testkit::Client;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// Where the next caller is met by `meet`.
pub(crate) async fn server<T, F>(meet: impl FnOnce(TcpStream) -> F + Send + 'static) -> (Client, JoinHandle<T>)
where
    T: Send + 'static,
    F: Future<Output = T> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a local socket works");
    let base = format!("http://{}", listener.local_addr().expect("a local socket works"));
    let met = tokio::spawn(async move { meet(listener.accept().await.expect("a local socket works").0).await });
    (Client::new(&base), met)
}

/// Where the next caller gets a WebSocket.
pub(crate) async fn sockets<T, F>(
    meet: impl FnOnce(WebSocketStream<TcpStream>) -> F + Send + 'static,
) -> (Client, JoinHandle<T>)
where
    T: Send + 'static,
    F: Future<Output = T> + Send,
{
    server(async |stream| meet(accept_async(stream).await.expect("a handshake")).await).await
}

/// Where the next caller gets these bytes, after what it asked for was read; `meet` yields the request.
pub(crate) async fn says(answer: &'static str) -> (Client, JoinHandle<String>) {
    server(async move |mut stream| {
        let mut heard = vec![0; 8192];
        let length = stream.read(&mut heard).await.expect("a request");
        // In two parts: the second is not there yet when the first is read.
        let (first, second) = answer.split_at(answer.len() / 2);
        stream.write_all(first.as_bytes()).await.expect("a caller who listens");
        stream.flush().await.expect("a caller who listens");
        tokio::time::sleep(Duration::from_millis(20)).await;
        stream.write_all(second.as_bytes()).await.expect("a caller who listens");
        String::from_utf8_lossy(&heard[..length]).into_owned()
    })
    .await
}

pub(crate) fn event(seq: i64) -> Value {
    json!({"type": "event", "seq": seq})
}
