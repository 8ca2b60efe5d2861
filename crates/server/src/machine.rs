//! The machine we run on: its name, how many files it lets us open, and who may read what we write.

use domain::limits::{CONNECTIONS_MAX, FILES_OF_OUR_OWN};
use gateway::Hosts;
use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// What a process writes from now on is for its owner only.
pub(crate) fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Files that this process may open, sockets included; none if there is no limit.
pub(crate) fn files_max() -> Option<usize> {
    let limit = getrlimit(Resource::Nofile);
    limit.maximum.and_then(|files| usize::try_from(files).ok())
}

/// Connections that the public listener takes: as many as we want to, or as many as the machine has
/// files for beside our own. A journal that finds no file to open would end the process.
pub(crate) fn connections_max() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    let files = getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok());
    let most = files.map_or(CONNECTIONS_MAX, |files| files.saturating_sub(FILES_OF_OUR_OWN));
    if most < CONNECTIONS_MAX {
        tracing::warn!(most, "fewer connections than usual: few files may be open (ulimit -n)");
    }
    most.clamp(1, CONNECTIONS_MAX)
}

/// The names by which a machine calls itself, also on its local network.
pub(crate) fn hosts() -> Hosts {
    let mut hosts = Hosts::none();
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    for name in [name.to_owned(), format!("{name}.local")] {
        if let Err(error) = hosts.add(&name) {
            tracing::debug!(%error, "the machine has no name of its own");
        }
    }
    hosts
}
