//! A handler that only sends bytes: the example `bare` of the HTTP crate.

use super::CONNECTIONS;
use crate::bench::cpu::Watched;
use crate::bench::figures::Sample;
use crate::bench::load::{Pace, drive};
use crate::bench::scripts::get;
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// How long its start may take.
const START: Duration = Duration::from_secs(10);

/// It runs until it is dropped.
pub(super) struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    /// Starts one that answers with this many bytes.
    pub(super) async fn start(program: &Path, bytes: usize) -> Result<Self> {
        let port = testkit::free_port();
        let mut command = Command::new(program);
        // It ends when this pipe does: also when this process is killed.
        command.args([port.to_string(), bytes.to_string()]).stdin(Stdio::piped());
        let child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let mut bare = Self { child, address: (Ipv4Addr::LOCALHOST, port).into() };
        let deadline = Instant::now() + START;
        while TcpStream::connect(bare.address).await.is_err() {
            if let Some(status) = bare.child.try_wait()? {
                bail!("the bare handler ended at once ({status})");
            }
            if Instant::now() > deadline {
                bail!("the bare handler does not answer after {START:?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(bare)
    }

    pub(super) async fn measure(&self, pace: Pace) -> Result<Sample> {
        let host = format!("Host: {}\r\n", self.address);
        let script = || get(host.as_str().into(), |_| "/".to_owned()).into();
        let scripts = std::iter::repeat_with(script).take(CONNECTIONS).collect();
        drive(&[self.address], scripts, pace, &Watched::new(&[self.child.id()])).await
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
