//! Settings: flags, then environment, then `chot.toml`; a bad one is refused with its name and what
//! would be right.

use crate::cli::Serve;
use crate::machine;
use anyhow::{Context, Result, bail};
use domain::limits::{KEEP_DAYS_MAX, KEEP_DAYS_MIN};
use gateway::{Hosts, Networks};
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// What a server runs with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Address for everybody.
    pub(crate) listen: SocketAddr,
    /// Address for operators.
    pub(crate) ops_listen: SocketAddr,
    /// Whether the local network may come in.
    pub(crate) lan: bool,
    /// Where people reach us from outside; none: over the local network only.
    pub(crate) public_url: Option<String>,
    /// A folder for backups that are made by themselves; none: there are none.
    pub(crate) backup_to: Option<PathBuf>,
    /// Names under which we are called, beside addresses and `localhost`.
    pub(crate) hosts: Hosts,
    /// Proxies whose word on the caller's address is believed.
    pub(crate) proxies: Networks,
    /// From where operators may come; none: from the private networks around.
    pub(crate) ops_networks: Option<Networks>,
    /// Postgres for the read model; none: SQLite in the data folder. Never shown.
    pub(crate) database_url: Option<String>,
    /// For how many days a buyer is kept of whom nothing is heard.
    pub(crate) keep_days: u32,
}

/// The file's form; unknown names are refused.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    listen: Option<String>,
    ops_listen: Option<String>,
    lan: Option<bool>,
    public_url: Option<String>,
    hosts: Option<String>,
    trusted_proxies: Option<String>,
    ops_networks: Option<String>,
    database_url: Option<String>,
    backup_to: Option<PathBuf>,
    keep_days: Option<i64>,
}

/// Where a value came from, for the message when it is wrong.
struct Found<T> {
    value: T,
    name: &'static str,
}

/// As people write it: [`KEEP_DAYS`](domain::limits::KEEP_DAYS).
const KEEP_DAYS_DEFAULT: &str = "180";
const DATA: &str = "./chot-data";
const LISTEN: &str = "127.0.0.1:8080";
const OPS_LISTEN: &str = "127.0.0.1:9090";

impl Settings {
    /// Gathers them.
    pub(crate) fn gather(flags: &Serve) -> Result<Self> {
        refuse_redis()?;
        let file = read_file(Path::new("chot.toml"))?;
        let data = data_folder(flags.data.clone(), file.data.clone());
        let listen = first(flags.listen.clone(), "CHOT_LISTEN", "--listen", file.listen, LISTEN);
        let ops = first(
            flags.ops_listen.clone(),
            "CHOT_OPS_LISTEN",
            "--ops-listen",
            file.ops_listen,
            OPS_LISTEN,
        );
        let lan = flags.lan || switch("CHOT_LAN")?.or(file.lan).unwrap_or(false);
        let mut listen = address(&listen)?;
        if lan && listen.ip().is_loopback() {
            listen.set_ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        }
        let ops_listen = address(&ops)?;
        let public_url = variable("CHOT_PUBLIC_URL").or(file.public_url);
        let public_url = public_url.as_deref().map(base_url).transpose()?;
        let database_url = variable("DATABASE_URL").or(file.database_url);
        let to = flags.backup_to.clone().or_else(|| variable("CHOT_BACKUP_TO").map(PathBuf::from));
        let backup_to = to.or(file.backup_to);
        backup_to.as_deref().map_or(Ok(()), |to| backup_folder(to, &data))?;
        let hosts = hosts(variable("CHOT_HOSTS").or(file.hosts), public_url.as_deref())?;
        let proxies = variable("CHOT_TRUSTED_PROXIES").or(file.trusted_proxies);
        let proxies = networks("CHOT_TRUSTED_PROXIES", proxies)?.unwrap_or_default();
        let ops_networks = variable("CHOT_OPS_NETWORKS").or(file.ops_networks);
        let ops_networks = networks("CHOT_OPS_NETWORKS", ops_networks)?;
        let said = file.keep_days.map(|days| days.to_string());
        let keep_days = first(None, "CHOT_KEEP_DAYS", "CHOT_KEEP_DAYS", said, KEEP_DAYS_DEFAULT);
        let keep_days = days(&keep_days)?;
        Ok(Self {
            data,
            listen,
            ops_listen,
            lan,
            public_url,
            hosts,
            proxies,
            ops_networks,
            backup_to,
            database_url,
            keep_days,
        })
    }
}

/// The data folder of a command that needs nothing else.
pub(crate) fn data_of(flag: Option<PathBuf>) -> Result<PathBuf> {
    let file = read_file(Path::new("chot.toml"))?;
    Ok(data_folder(flag, file.data))
}

fn data_folder(flag: Option<PathBuf>, file: Option<PathBuf>) -> PathBuf {
    flag.or_else(|| variable("CHOT_DATA").map(PathBuf::from))
        .or(file)
        .unwrap_or_else(|| PathBuf::from(DATA))
}

fn read_file(path: &Path) -> Result<File> {
    if !path.exists() {
        return Ok(File::default());
    }
    let text = std::fs::read_to_string(path).context("chot.toml cannot be read")?;
    toml::from_str(&text).context(
        "chot.toml is not understood; it may say data, listen, ops_listen, lan, public_url, \
         hosts, trusted_proxies, ops_networks, database_url, backup_to, keep_days",
    )
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn first(
    flag: Option<String>,
    env: &'static str,
    option: &'static str,
    file: Option<String>,
    default: &str,
) -> Found<String> {
    match (flag, variable(env), file) {
        (Some(value), _, _) => Found { value, name: option },
        (None, Some(value), _) => Found { value, name: env },
        (None, None, Some(value)) => Found { value, name: "chot.toml" },
        (None, None, None) => Found { value: default.into(), name: option },
    }
}

fn address(found: &Found<String>) -> Result<SocketAddr> {
    found.value.parse().map_err(|_| {
        anyhow::anyhow!(
            "{}={:?} is not an address: write it as 127.0.0.1:8080, or use --lan for the local \
             network",
            found.name,
            found.value
        )
    })
}

/// Where backups may go. A folder that is not there (a stick that is not in) keeps nobody from
/// selling: it is said when a backup is due.
fn backup_folder(to: &Path, data: &Path) -> Result<()> {
    let name = to.display();
    if to.exists() && !to.is_dir() {
        bail!("CHOT_BACKUP_TO={name:?} is no folder: name one, such as /media/stick/chot");
    }
    let (to, data) = (std::path::absolute(to)?, std::path::absolute(data)?);
    if to.starts_with(data) {
        bail!("CHOT_BACKUP_TO={name:?} is in the data folder: what loses that loses the backup");
    }
    Ok(())
}

/// How long buyers are kept. For ever is refused: nobody can say what for.
fn days(found: &Found<String>) -> Result<u32> {
    let days = found.value.trim().parse().ok();
    let days = days.filter(|days| (KEEP_DAYS_MIN..=KEEP_DAYS_MAX).contains(days));
    days.with_context(|| {
        format!(
            "{}={:?} is no number of days from {KEEP_DAYS_MIN} to {KEEP_DAYS_MAX}: so long a buyer \
             of whom nothing is heard is kept (parcels need weeks, and for ever is not allowed)",
            found.name, found.value
        )
    })
}

/// An address of a whole server: scheme and host, nothing behind.
fn base_url(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            Ok(text.to_owned())
        }
        Some(_) | None => {
            bail!("CHOT_PUBLIC_URL={text:?} is not a server's address: write https://shop.example")
        }
    }
}

/// The names of a demo: the machine's own and those of the environment.
pub(crate) fn demo_hosts() -> Result<Hosts> {
    hosts(variable("CHOT_HOSTS"), None)
}

/// The names that somebody listed, the public address's and the machine's own.
fn hosts(listed: Option<String>, public_url: Option<&str>) -> Result<Hosts> {
    let mut hosts = machine::hosts();
    let public = public_url.and_then(|url| url.split_once("://")).map(|(_, host)| host);
    let public = public.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    // An address needs no place in the list.
    if let Some(name) = public.filter(|name| !name.contains(':') && !name.starts_with('[')) {
        hosts.add(name).with_context(|| format!("CHOT_PUBLIC_URL={name:?} names no host"))?;
    }
    for name in listed.iter().flat_map(|listed| listed.split(',')) {
        hosts.add(name).with_context(|| format!("CHOT_HOSTS={:?}", name.trim()))?;
    }
    Ok(hosts)
}

fn networks(name: &str, listed: Option<String>) -> Result<Option<Networks>> {
    let read =
        |listed: String| Networks::parse(&listed).with_context(|| format!("{name}={listed:?}"));
    listed.map(read).transpose()
}

fn switch(name: &str) -> Result<Option<bool>> {
    match variable(name).as_deref() {
        None => Ok(None),
        Some("1" | "true" | "yes") => Ok(Some(true)),
        Some("0" | "false" | "no") => Ok(Some(false)),
        Some(other) => bail!("{name}={other:?} is neither yes nor no: write 1 or 0"),
    }
}

fn refuse_redis() -> Result<()> {
    if variable("REDIS_URL").is_some() {
        bail!(
            "REDIS_URL is set, but this version runs on one machine only and does not use Redis: \
             unset it"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_refused_with_what_would_be_right() {
        let wrong = Found { value: "8080".to_owned(), name: "CHOT_LISTEN" };
        let message = address(&wrong).expect_err("refused").to_string();
        assert_eq!(
            message,
            "CHOT_LISTEN=\"8080\" is not an address: write it as 127.0.0.1:8080, or use --lan for \
             the local network"
        );
    }

    #[test]
    fn a_public_address_is_a_scheme_and_a_host() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(base_url(text).ok().as_deref(), expected, "{text}");
        };
        check("https://shop.example/", Some("https://shop.example"));
        check("http://10.0.0.3:8080", Some("http://10.0.0.3:8080"));
        check("shop.example", None);
        check("https://", None);
        check("https://shop.example/chot", None);
        check("https://user@shop.example", None);
    }

    #[test]
    fn the_public_addresss_name_and_the_listed_ones_are_ours() {
        let check = |listed: Option<&str>, public, good: bool| {
            let read = hosts(listed.map(str::to_owned), public);
            assert_eq!(read.is_ok(), good, "{listed:?} {public:?}");
        };
        check(None, None, true);
        check(Some("shop.lan, laptop"), Some("https://shop.example:8443"), true);
        check(None, Some("http://10.0.0.3:8080"), true);
        check(None, Some("http://[fd12::1]:8080"), true);
        check(Some("*"), None, false);
        check(Some("https://shop.example"), None, false);
    }

    #[test]
    fn buyers_are_kept_for_weeks_at_least_and_never_for_ever() {
        let check = |text: &str, expected: Option<u32>| {
            let found = Found { value: text.to_owned(), name: "CHOT_KEEP_DAYS" };
            assert_eq!(days(&found).ok(), expected, "{text}");
        };
        check(KEEP_DAYS_DEFAULT, Some(domain::limits::KEEP_DAYS));
        check("30", Some(30));
        check(" 3650 ", Some(3_650));
        for wrong in ["0", "29", "3651", "-1", "for ever", ""] {
            check(wrong, None);
        }
        let found = Found { value: "0".to_owned(), name: "CHOT_KEEP_DAYS" };
        let message = days(&found).expect_err("refused").to_string();
        assert!(message.starts_with("CHOT_KEEP_DAYS=\"0\" is no number of days"), "{message}");
    }

    #[test]
    fn an_unknown_name_in_the_file_is_refused() {
        assert!(toml::from_str::<File>("lissen = \"127.0.0.1:1\"").is_err());
    }
}
