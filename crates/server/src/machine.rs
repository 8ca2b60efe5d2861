//! The machine we run on: its name, how many files it lets us open, and who may read what we write.

use domain::limits::{CONNECTIONS_MAX, FILES_OF_OUR_OWN};
use gateway::Hosts;
use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};
use tokio::runtime::{Builder, Runtime};

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

/// How far work that can wait stands back, in steps of `nice`: beside a busy sale it gets about a
/// seventieth of a core, on a quiet machine all it can use.
#[cfg(target_os = "linux")]
const BACKGROUND_NICE: i32 = 19;

/// From now on this thread, and every thread that it starts, runs when nobody else wants to. Linux
/// has priorities by thread; elsewhere it stays as it is.
pub(crate) fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, BACKGROUND_NICE) {
        tracing::debug!(%error, "a background thread keeps its priority");
    }
}

/// Threads for what can wait: the read model is late during a burst, and the answers are not.
pub(crate) struct Background(Option<Runtime>);

impl Background {
    /// Starts them.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start() -> std::io::Result<Self> {
        let mut threads = Builder::new_multi_thread();
        threads.worker_threads(1).thread_name("background").on_thread_start(give_way).enable_all();
        threads.build().map(|runtime| Self(Some(runtime)))
    }

    /// Starts work on them.
    pub(crate) fn run<T>(&self, start: impl FnOnce() -> T) -> T {
        let _there = self.0.as_ref().expect("taken at its end only").enter();
        start()
    }
}

/// What is still under way is left behind: nothing waits for work that can wait.
impl Drop for Background {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(Runtime::shutdown_background);
    }
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
