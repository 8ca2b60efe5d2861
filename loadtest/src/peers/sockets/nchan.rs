//! nginx with nchan beside us: a private one, on a free port, in a folder of its own.

use super::door::Door;
use crate::chot::free_port;
use crate::http::{Call, Http, Target};
use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
/// Debian keeps it out of an ordinary user's `PATH`.
const PROGRAMS: [&str; 2] = ["nginx", "/usr/sbin/nginx"];
const INSTALL: &str = "apt-get install libnginx-mod-nchan nginx-light";
const PATIENCE: Duration = Duration::from_secs(10);

/// A running one; it ends with this value.
pub(crate) struct Nchan {
    child: Child,
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
        let log = File::create(folder.path().join("said"))?;
        let child = spawn(&PROGRAMS, folder.path(), &log)
            .with_context(|| format!("{}: {INSTALL}", PROGRAMS.join(", ")))?;
        let target = Target::parse(&format!("http://127.0.0.1:{port}"))?;
        let mut nchan = Self { child, folder, port, http: Http::new(&target) };
        nchan.ready().await?;
        Ok(nchan)
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let patience = Instant::now() + PATIENCE;
        while self.publish("{}").await.is_err() {
            let said = |name| std::fs::read_to_string(self.folder.path().join(name));
            let (said, log) = (said("said"), said("error.log"));
            let waits = Instant::now() < patience && self.child.try_wait()?.is_none();
            anyhow::ensure!(waits, "nginx does not start: {said:?} {log:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Where viewers come in.
    pub(crate) fn door(&self) -> Door {
        Door::new(SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port), "/live", None)
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

/// The first of these programs that is there, in this folder.
fn spawn(programs: &[&str], folder: &Path, log: &File) -> io::Result<Child> {
    let mut spawned = Err(io::ErrorKind::NotFound.into());
    for program in programs {
        spawned = Command::new(program)
            .arg("-p")
            .arg(folder)
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .spawn();
        if !matches!(&spawned, Err(error) if error.kind() == io::ErrorKind::NotFound) {
            break;
        }
    }
    spawned
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

impl Drop for Nchan {
    /// It is asked, not killed: its workers would go on.
    fn drop(&mut self) {
        let asked = Pid::from_raw(self.child.id() as i32)
            .map(|process| kill_process(process, Signal::TERM));
        if !matches!(asked, Some(Ok(()))) {
            eprintln!("nginx could not be stopped: {asked:?}");
            return;
        }
        if let Err(error) = self.child.wait() {
            eprintln!("nginx could not be stopped: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_in_the_path_is_started_where_debian_puts_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("said")).expect("a file");
        let started = spawn(&["no-such-program", "true"], folder.path(), &log);
        assert!(started.expect("the second one").wait().expect("it ends").success());
        let error = spawn(&["no-such-program"], folder.path(), &log).expect_err("none");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
