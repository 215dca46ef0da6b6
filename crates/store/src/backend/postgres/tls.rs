//! TLS towards PostgreSQL, as the address asks for it (`sslmode`): with `require`, the server has to prove who it is to
//! the machine's own certificate authorities; with `prefer`, which is what it means to say nothing, a server that speaks
//! TLS is spoken to in TLS, whoever it is, as `psql` does.
//!
//! Whether a connection is secured is settled here and not by the driver, so that what goes over it can be seen in either
//! case ([`Pipelined`]): the driver is told that its connections begin with TLS, and that this is how to begin.

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
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Config, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_util::either::Either;

type Secured = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// Asks a server whether it speaks TLS; it answers `S` when it does.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A connection, plain or secured.
type Stream = Pipelined<Either<Socket, Secured>>;

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
}

impl Tls {
    /// As the address says; takes the settings out of it.
    pub(super) fn of(config: &mut Config) -> Result<Self> {
        let tls = Self {
            rustls: rustls(config.get_ssl_mode())?,
            mode: config.get_ssl_mode(),
            negotiation: config.get_ssl_negotiation(),
        };
        // The driver secures nothing without the name of a host, so it would not begin other connections.
        if !config.get_hosts().is_empty() && config.get_hosts().iter().all(|host| matches!(host, Host::Tcp(_))) {
            config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
        }
        Ok(tls)
    }
}

fn rustls(mode: SslMode) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let tls = tls.map_err(|problem| Error::Unusable(problem.to_string()))?;
    let tls = match mode {
        SslMode::Require => tls.with_root_certificates(authorities()?),
        _ => tls.dangerous().with_custom_certificate_verifier(Arc::new(Whoever(provider))),
    };
    Ok(MakeRustlsConnect::new(tls.with_no_client_auth()))
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
