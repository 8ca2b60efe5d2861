//! What the peers are: Redis, Postgres and nginx with nchan, as programs that the load test starts
//! itself.

use crate::run::succeeds;
use crate::{packages, postgres};
use anyhow::{Context as _, Result};
use std::path::Path;

/// Debian keeps it out of an ordinary user's `PATH`.
const NGINX: [&str; 2] = ["nginx", "/usr/sbin/nginx"];

/// Where Debian puts nginx's modules.
const NCHAN: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";

const ELSEWHERE: &str = "Install Redis (7) with redis-benchmark, PostgreSQL's server (15 or later) \
    and nginx with the module nchan and run this again";

/// What is there.
#[derive(Clone, Copy)]
struct There {
    redis_server: bool,
    redis_tools: bool,
    postgres: bool,
    nginx: bool,
    nchan: bool,
}

/// Installs what is missing; answers what the parts are told.
pub(crate) fn peers(root: &Path) -> Result<Vec<(&'static str, String)>> {
    let there = There {
        redis_server: succeeds(&["redis-server", "--version"]),
        redis_tools: succeeds(&["redis-benchmark", "--version"]),
        postgres: postgres::find().is_some(),
        nginx: NGINX.iter().any(|nginx| succeeds(&[nginx, "-v"])),
        nchan: Path::new(NCHAN).is_file(),
    };
    packages::install(root, &missing_packages(there), ELSEWHERE)?;
    let bin =
        postgres::find().context("no folder with postgres and initdb, version 15 or later")?;
    println!(
        "peers: redis-server, redis-benchmark, nginx with nchan, postgres in {}",
        bin.display()
    );
    Ok(vec![("CHOT_POSTGRES_BIN", bin.display().to_string())])
}

/// Debian's names of what is not there.
fn missing_packages(there: There) -> Vec<&'static str> {
    let packages = [
        (there.redis_server, "redis-server"),
        (there.redis_tools, "redis-tools"),
        (there.postgres, "postgresql"),
        (there.nginx, "nginx-light"),
        (there.nchan, "libnginx-mod-nchan"),
    ];
    packages.into_iter().filter(|(is_there, _)| !is_there).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_missing_peers_are_asked_for() {
        let all = There {
            redis_server: true,
            redis_tools: true,
            postgres: true,
            nginx: true,
            nchan: true,
        };
        assert!(missing_packages(all).is_empty());
        let missing = missing_packages(There { redis_tools: false, nchan: false, ..all });
        assert_eq!(missing, ["redis-tools", "libnginx-mod-nchan"]);
    }
}
