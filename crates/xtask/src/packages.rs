//! Debian's packages: asked for only when something is missing, and without a service that would
//! go on running.

use crate::run::{answer, run, succeeds};
use anyhow::{Result, bail};
use std::path::Path;

/// Installs under a policy that starts nothing, unless the machine has a policy of its own; takes
/// it away again however it ends.
const INSTALL: &str = r#"set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
fi
apt-get update
apt-get install --yes --no-install-recommends "$@""#;

/// Services of packages that we use as programs only: they need not start with the machine either.
const SERVICES: [(&str, &str); 3] =
    [("redis-server", "redis-server"), ("postgresql", "postgresql"), ("nginx-light", "nginx")];

/// Asks Debian's package tool for these; elsewhere says what to install.
///
/// # Errors
/// If there is no such tool, or it fails.
pub(crate) fn install(root: &Path, missing: &[&str], elsewhere: &str) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    if !succeeds(&["apt-get", "--version"]) {
        bail!(
            "these Debian packages are needed, or what they hold: {}. {elsewhere}",
            missing.join(" ")
        );
    }
    let as_root: &[&str] = match answer(&["id", "-u"]).as_deref() {
        Some("0") => &[],
        _ => &["sudo"],
    };
    let shell = ["env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", INSTALL, "install"];
    run(root, &[], &[as_root, &shell, missing].concat())?;
    let services = services(missing);
    if !services.is_empty() && succeeds(&["systemctl", "--version"]) {
        run(root, &[], &[as_root, &["systemctl", "disable"], &services].concat())?;
    }
    Ok(())
}

fn services(missing: &[&str]) -> Vec<&'static str> {
    let ours = SERVICES.into_iter().filter(|(package, _)| missing.contains(package));
    ours.map(|(_, service)| service).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_missing_asks_for_nothing() {
        install(Path::new("/nowhere"), &[], "").expect("there is nothing to do");
    }

    #[test]
    fn only_the_services_of_what_was_installed_are_switched_off() {
        assert_eq!(services(&["strace", "nginx-light"]), ["nginx"]);
        assert!(services(&["libnginx-mod-nchan"]).is_empty());
    }
}
