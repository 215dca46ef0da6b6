//! TLS towards PostgreSQL, as the address asks for it (`sslmode`): with `require`, the server has to prove who it is to
//! the machine's own certificate authorities; with `prefer`, which is what it means to say nothing, a server that speaks
//! TLS is spoken to in TLS, whoever it is, and without where that fails, as `psql` does.
//!
//! Whether a connection is secured is settled here and not by the driver, so that what goes over it can be seen in either
//! case ([`Pipelined`]): the driver is told that its connections begin with TLS, and that this is how to begin. It begins
//! only those that have the name of a host; sockets of Unix it keeps to itself, and statements go over them one by one.

use super::pipeline::Pipelined;
use crate::error::{Error, Result};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_postgres::config::{Host, SslMode, SslNegotiation};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_util::either::Either;

type Secured = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// Asks a server whether it speaks TLS; it answers `S` when it does.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A connection, plain or secured.
pub(super) type Stream = Pipelined<Either<Socket, Secured>>;

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        match &self.wire {
            Either::Left(_) => ChannelBinding::none(),
            Either::Right(secured) => secured.channel_binding(),
        }
    }
}

/// How connections begin.
#[derive(Clone)]
pub(super) struct Tls {
    rustls: MakeRustlsConnect,
    mode: SslMode,
    negotiation: SslNegotiation,
    pipelines: bool,
}

impl Tls {
    /// As the address says; takes the settings out of it.
    pub(super) fn of(config: &mut Config) -> Result<Self> {
        let (mode, negotiation) = (config.get_ssl_mode(), config.get_ssl_negotiation());
        if mode == SslMode::Prefer && negotiation == SslNegotiation::Direct {
            return Err(Error::Unusable("sslnegotiation=direct needs sslmode=require".into()));
        }
        if config.get_hosts().is_empty() {
            for address in config.get_hostaddrs().to_vec() {
                config.host(address.to_string());
            }
        }
        let pipelines =
            !config.get_hosts().is_empty() && config.get_hosts().iter().all(|host| matches!(host, Host::Tcp(_)));
        let rustls = rustls(mode)?;
        if pipelines {
            config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
            return Ok(Self { rustls, mode, negotiation, pipelines });
        }
        // The driver negotiates, and what is left is to begin with TLS.
        Ok(Self { rustls, mode, negotiation: SslNegotiation::Direct, pipelines })
    }

    /// Whether statements that are sent together go over a connection together.
    pub(super) const fn pipelines(&self) -> bool {
        self.pipelines
    }

    /// Opens a connection.
    pub(super) async fn connect(
        &self,
        config: &Config,
    ) -> std::result::Result<(Client, Connection<Socket, Stream>), tokio_postgres::Error> {
        let problem = match config.connect(self.clone()).await {
            Err(problem) if self.mode == SslMode::Prefer && is_about_tls(&problem) => problem,
            outcome => return outcome,
        };
        let mut plain = config.clone();
        plain.ssl_mode(SslMode::Disable);
        let connected = plain.connect(self.clone()).await.map_err(|_| problem)?;
        tracing::debug!("a database connection goes without TLS, which failed");
        Ok(connected)
    }
}

/// A handshake that failed, or a server that wants nobody who speaks TLS (`hostnossl`).
fn is_about_tls(problem: &tokio_postgres::Error) -> bool {
    let cause = std::error::Error::source(problem).and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.and_then(io::Error::get_ref).is_some_and(|cause| cause.is::<rustls::Error>())
        || problem.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

fn rustls(mode: SslMode) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let tls = tls.map_err(|problem| Error::Unusable(problem.to_string()))?;
    let tls = match mode {
        SslMode::Require => tls.with_root_certificates(authorities()?),
        _ => tls.dangerous().with_custom_certificate_verifier(Arc::new(Whoever(provider))),
    };
    let mut tls = tls.with_no_client_auth();
    // Servers that are spoken to in TLS at once demand it.
    tls.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(tls))
}

/// Those this machine knows. Reading them takes tens of milliseconds.
fn authorities() -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let advice = "install the system's ca-certificates package, or use sslmode=disable on a trusted network";
        return Err(Error::Unusable(format!(
            "sslmode=require, but this machine knows no certificate authority: {advice}"
        )));
    }
    Ok(roots)
}

/// Takes a server for what it says it is. Who only prefers TLS would speak to it without, too.
#[derive(Debug)]
struct Whoever(Arc<CryptoProvider>);

impl ServerCertVerifier for Whoever {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// How one connection begins.
pub(super) struct Beginning {
    rustls: <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect,
    mode: SslMode,
    negotiation: SslNegotiation,
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = Beginning;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> std::result::Result<Beginning, Self::Error> {
        let rustls = MakeTlsConnect::<Socket>::make_tls_connect(&mut self.rustls, host)?;
        Ok(Beginning { rustls, mode: self.mode, negotiation: self.negotiation })
    }
}

impl TlsConnect<Socket> for Beginning {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, mut socket: Socket) -> Self::Future {
        Box::pin(async move {
            let secure = match (self.mode, self.negotiation) {
                (SslMode::Disable, _) => false,
                (_, SslNegotiation::Direct) => true,
                _ => speaks_tls(&mut socket).await?,
            };
            Ok(Pipelined::over(match (secure, self.mode) {
                (true, _) => Either::Right(self.rustls.connect(socket).await?),
                (false, SslMode::Require) => return Err(io::Error::other("the server does not support TLS")),
                (false, _) => Either::Left(socket),
            }))
        })
    }
}

async fn speaks_tls(socket: &mut Socket) -> io::Result<bool> {
    socket.write_all(&SSL_REQUEST).await?;
    Ok(socket.read_u8().await? == b'S')
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpStream};

    fn of(address: &str) -> (Tls, Config) {
        let mut config = address.parse().unwrap();
        (Tls::of(&mut config).unwrap(), config)
    }

    #[test]
    fn the_driver_begins_with_tls_where_all_hosts_have_names_and_negotiates_elsewhere() {
        let direct = SslNegotiation::Direct;
        for address in ["host=db", "host=db sslmode=disable", "host=a,b", "hostaddr=10.0.0.1"] {
            let (tls, config) = of(address);
            assert!(tls.pipelines(), "{address}");
            assert_eq!((config.get_ssl_mode(), config.get_ssl_negotiation()), (SslMode::Require, direct), "{address}");
            assert_eq!(tls.negotiation, SslNegotiation::Postgres, "{address}");
        }
        for address in ["host=/run/postgresql", "host=/run/postgresql,db"] {
            let (tls, config) = of(address);
            assert!(!tls.pipelines(), "{address}");
            assert_eq!((config.get_ssl_mode(), tls.negotiation), (SslMode::Prefer, direct), "{address}");
        }
        let weak = Tls::of(&mut "host=db sslnegotiation=direct".parse().unwrap());
        assert!(weak.is_err_and(|problem| problem.to_string().contains("needs sslmode=require")));
    }

    async fn first_message(connection: &mut TcpStream) -> Vec<u8> {
        let length = connection.read_u32().await.unwrap() as usize;
        let mut message = vec![0; length - 4];
        let _ = connection.read_exact(&mut message).await.unwrap();
        message
    }

    #[tokio::test]
    async fn who_prefers_tls_goes_without_where_it_fails() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("host=127.0.0.1 port={} user=shop", listener.local_addr().unwrap().port());
        let server = tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            let asks = first_message(&mut first).await;
            first.write_all(b"Sthis is no TLS, whatever was said").await.unwrap();
            let (mut second, _) = listener.accept().await.unwrap();
            (asks, first_message(&mut second).await)
        });
        let (tls, config) = of(&address);
        let problem = tls.connect(&config).await.err().unwrap();
        assert!(is_about_tls(&problem), "the first failure is the one that is told: {problem:?}");
        let both = tokio::time::timeout(std::time::Duration::from_secs(10), server).await;
        let (asks, begins) = both.expect("a second attempt").unwrap();
        assert_eq!(asks, SSL_REQUEST[4..]);
        assert!(begins.starts_with(&[0, 3, 0, 0]), "version 3.0 and not TLS: {begins:?}");
    }
}
