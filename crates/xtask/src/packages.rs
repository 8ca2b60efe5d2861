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

/// Services of packages that we use as programs only, which need not start with the machine either:
/// the package that we ask for, the one that brings the service, the service.
const SERVICES: [(&str, &str, &str); 3] = [
    ("redis-server", "redis-server", "redis-server"),
    ("postgresql", "postgresql-common", "postgresql"),
    ("nginx-light", "nginx-common", "nginx"),
];

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
    // Before it is installed: a service that was here already is somebody's.
    let services = services(missing, is_installed);
    let shell = ["env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", INSTALL, "install"];
    run(root, &[], &[as_root, &shell, missing].concat())?;
    if !services.is_empty() && succeeds(&["systemctl", "--version"]) {
        run(root, &[], &[as_root, &["systemctl", "disable"], &services].concat())?;
    }
    Ok(())
}

/// The services that come only with what is missing.
fn services(missing: &[&str], is_here: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let asked = SERVICES.into_iter().filter(|(package, _, _)| missing.contains(package));
    let ours = asked.filter(|(_, brings, _)| !is_here(brings));
    ours.map(|(_, _, service)| service).collect()
}

fn is_installed(package: &str) -> bool {
    let status = answer(&["dpkg-query", "-W", "-f=${Status}", package]);
    status.is_some_and(|status| status == "install ok installed")
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
        let nothing = |_: &str| false;
        assert_eq!(services(&["strace", "nginx-light"], nothing), ["nginx"]);
        assert!(services(&["libnginx-mod-nchan"], nothing).is_empty());
    }

    #[test]
    fn a_service_that_was_here_before_goes_on() {
        let missing = ["redis-server", "postgresql", "nginx-light"];
        let here = |package: &str| ["postgresql-common", "nginx-common"].contains(&package);
        assert_eq!(services(&missing, here), ["redis-server"]);
    }
}
