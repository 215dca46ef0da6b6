//! The least an HTTP server of this stack does: one route that answers with a fixed number of bytes. `cargo xtask
//! bench` compares the shop with it. Arguments: the port on 127.0.0.1, and how many bytes. It ends with its standard
//! input, so that it never outlives whoever holds the other end, however that one ends.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::serve::ListenerExt;
use bytes::Bytes;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(port), Some(length)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments are needed: the port, and how many bytes an answer has".into());
    };
    let body = Bytes::from(vec![b'x'; length.parse()?]);
    let answer = move || {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json")], body) }
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?;
    // As the shop does: an answer is not kept back to be joined with the next one.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    std::thread::spawn(|| {
        // An end and an error both mean that nobody is there any more.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    axum::serve(listener, Router::new().route("/", get(answer))).await?;
    Ok(())
}
