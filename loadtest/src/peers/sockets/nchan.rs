//! nginx with nchan beside us: a private one, on a free port, in a folder of its own.

use super::endpoint::Endpoint;
use crate::http::{Call, Http, Target};
use crate::process::{LOOK, Process, Stop, free_port};
use anyhow::Context as _;
use rustix::process::Signal;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
/// Where Debian keeps it, out of an ordinary user's `PATH`.
const DEBIAN: &str = "/usr/sbin/nginx";
const INSTALL: &str = "apt-get install libnginx-mod-nchan nginx-light";
const PATIENCE: Duration = Duration::from_secs(10);

/// A running one; it ends with this value.
pub(crate) struct Nchan {
    /// Ends before its folder does.
    process: Process,
    folder: TempDir,
    port: u16,
    http: Http,
}

impl Nchan {
    /// Starts it.
    ///
    /// # Errors
    /// If nginx or its module is not installed, or does not start.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        anyhow::ensure!(Path::new(MODULE).exists(), "{MODULE} is missing: {INSTALL}");
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        std::fs::write(folder.path().join("nginx.conf"), configuration(port))?;
        let program = if Path::new(DEBIAN).exists() { DEBIAN } else { "nginx" };
        let mut serve = Command::new(program);
        serve.arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "error.log"]);
        let log = folder.path().join("said");
        let process = Process::start(&mut serve, &log, Stop::Ask(Signal::TERM), INSTALL)?;
        let target = Target::parse(&format!("http://127.0.0.1:{port}"))?;
        let mut nchan = Self { process, folder, port, http: Http::new(&target) };
        nchan.ready().await?;
        Ok(nchan)
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let patience = Instant::now() + PATIENCE;
        while self.publish("{}").await.is_err() {
            let log = || std::fs::read_to_string(self.folder.path().join("error.log"));
            self.process.must_run().with_context(|| format!("nginx: {:?}", log()))?;
            anyhow::ensure!(Instant::now() < patience, "nginx does not answer: {:?}", log());
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Where viewers come in.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::new(SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port), "/live", None)
    }

    /// Shows a text to every viewer.
    ///
    /// # Errors
    /// If it is refused.
    pub(crate) async fn publish(&mut self, text: &str) -> anyhow::Result<()> {
        let reply = self.http.call(Call::post("/show", text.to_owned())).await?;
        anyhow::ensure!((200..300).contains(&reply.status), "nchan: {}", reply.code());
        Ok(())
    }
}

/// As many processes as the machine has processors; nothing is logged for a viewer.
fn configuration(port: u16) -> String {
    format!(
        "user root;\n\
         load_module {MODULE};\n\
         daemon off;\n\
         pid nginx.pid;\n\
         error_log error.log;\n\
         worker_processes auto;\n\
         worker_rlimit_nofile 20000;\n\
         events {{ worker_connections 19990; }}\n\
         http {{\n\
         access_log off;\n\
         client_body_temp_path body;\n\
         proxy_temp_path proxy;\n\
         fastcgi_temp_path fastcgi;\n\
         uwsgi_temp_path uwsgi;\n\
         scgi_temp_path scgi;\n\
         server {{\n\
         listen 127.0.0.1:{port} backlog=4096;\n\
         tcp_nodelay on;\n\
         location = /live {{\n\
         nchan_subscriber websocket;\n\
         nchan_channel_id stock;\n\
         nchan_subscriber_first_message newest;\n\
         }}\n\
         location = /show {{\n\
         nchan_publisher http;\n\
         nchan_channel_id stock;\n\
         nchan_message_buffer_length 1;\n\
         }}\n\
         }}\n\
         }}\n"
    )
}
