//! TLS towards PostgreSQL, with the machine's own certificate authorities, when the address asks for it (`sslmode`).

use crate::error::{Error, Result};
use std::sync::Arc;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

pub(super) type Tls = MakeRustlsConnect;

pub(super) fn connector(config: &tokio_postgres::Config) -> Result<Tls> {
    let mut roots = rustls::RootCertStore::empty();
    // Reading the machine's certificates takes tens of milliseconds: only when TLS is insisted on.
    if config.get_ssl_mode() == SslMode::Require {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            let advice = "install the system's ca-certificates package, or use sslmode=disable on a trusted network";
            return Err(Error::Unusable(format!(
                "sslmode=require, but this machine knows no certificate authority: {advice}"
            )));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.map_err(|problem| Error::Unusable(problem.to_string()))?;
    Ok(MakeRustlsConnect::new(versions.with_root_certificates(roots).with_no_client_auth()))
}
