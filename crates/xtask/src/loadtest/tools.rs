//! What the peers are: Redis, Postgres and nginx with nchan, as programs that the load test starts
//! itself.

use super::parts::Part;
use crate::run::succeeds;
use crate::{packages, postgres};
use anyhow::{Context as _, Result};
use std::path::Path;

/// Debian keeps it out of an ordinary user's `PATH`.
const NGINX: [&str; 2] = ["nginx", "/usr/sbin/nginx"];

/// Where Debian puts nginx's modules.
const NCHAN: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";

/// A program that a part starts beside us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Peer {
    Postgres,
    Redis,
    Nginx,
}

/// What is there.
#[derive(Clone, Copy)]
struct There {
    redis_server: bool,
    redis_tools: bool,
    postgres: bool,
    nginx: bool,
    nchan: bool,
}

/// Installs what is missing of what these parts need; answers what they are told.
pub(crate) fn peers(root: &Path, parts: &[Part]) -> Result<Vec<(&'static str, String)>> {
    let needed = |peer| parts.iter().any(|part| part.needs.contains(&peer));
    let there = There {
        redis_server: succeeds(&["redis-server", "--version"]),
        redis_tools: succeeds(&["redis-benchmark", "--version"]),
        postgres: postgres::find().is_some(),
        nginx: NGINX.iter().any(|nginx| succeeds(&[nginx, "-v"])),
        nchan: Path::new(NCHAN).is_file(),
    };
    packages::install(root, &missing_packages(there, needed), &elsewhere())?;
    if !needed(Peer::Postgres) {
        return Ok(Vec::new());
    }
    let bin =
        postgres::find().context("no folder with postgres and initdb, version 15 or later")?;
    println!("peers: postgres in {}", bin.display());
    Ok(vec![("CHOT_POSTGRES_BIN", bin.display().to_string())])
}

/// What to do where there is no package tool of Debian's.
fn elsewhere() -> String {
    format!(
        "Install PostgreSQL's server (15 or later), Redis (7) with redis-benchmark, and nginx with \
         the module nchan, which is looked for as {NCHAN}, and run this again"
    )
}

/// Debian's names of what is needed and not there.
fn missing_packages(there: There, needed: impl Fn(Peer) -> bool) -> Vec<&'static str> {
    let packages = [
        (there.redis_server, Peer::Redis, "redis-server"),
        (there.redis_tools, Peer::Redis, "redis-tools"),
        (there.postgres, Peer::Postgres, "postgresql"),
        (there.nginx, Peer::Nginx, "nginx-light"),
        (there.nchan, Peer::Nginx, "libnginx-mod-nchan"),
    ];
    let missing = packages.into_iter().filter(|(is_there, peer, _)| !is_there && needed(*peer));
    missing.map(|(_, _, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: There =
        There { redis_server: true, redis_tools: true, postgres: true, nginx: true, nchan: true };
    const NONE: There = There {
        redis_server: false,
        redis_tools: false,
        postgres: false,
        nginx: false,
        nchan: false,
    };

    #[test]
    fn only_the_missing_peers_are_asked_for() {
        assert!(missing_packages(ALL, |_| true).is_empty());
        let missing = There { redis_tools: false, nchan: false, ..ALL };
        assert_eq!(missing_packages(missing, |_| true), ["redis-tools", "libnginx-mod-nchan"]);
    }

    #[test]
    fn what_no_part_needs_is_not_asked_for() {
        let check = |only: &str, packages: &[&str]| {
            let parts = super::super::parse(&["--only", only]).expect("it reads").parts;
            let needed = |peer| parts.iter().any(|part| part.needs.contains(&peer));
            assert_eq!(missing_packages(NONE, needed), packages, "{only}");
        };
        check("calm", &[]);
        check("outage", &["postgresql"]);
        check("orders", &["redis-server", "redis-tools", "postgresql"]);
        check(
            "soak,sockets",
            &["redis-server", "redis-tools", "nginx-light", "libnginx-mod-nchan"],
        );
    }
}
