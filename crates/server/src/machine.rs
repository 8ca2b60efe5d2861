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

/// From now on this thread, and every thread that it starts, runs when nobody else wants to. A low
/// priority is not enough: a writer whose sync is done takes the core from such a thread at the
/// clock's next tick, up to four milliseconds later, and at once from one that is idle by policy.
/// Linux has policies by thread; elsewhere it stays as it is.
pub(crate) fn give_way() {
    #[cfg(target_os = "linux")]
    {
        use thread_priority::ThreadPriority;
        use thread_priority::unix::{
            NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy,
            thread_native_id,
        };
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        let me = thread_native_id();
        if let Err(error) = set_thread_priority_and_policy(me, ThreadPriority::Min, idle) {
            tracing::warn!(%error, "what can wait does not give way: allow sched_setscheduler");
        }
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::fs::read_to_string;

    /// The policy of the calling thread, as proc(5) numbers it: 0 is ordinary, 5 idle.
    fn policy() -> String {
        let stat = read_to_string("/proc/thread-self/stat").expect("it is there");
        let after_name = stat.rsplit(')').next().expect("a name in brackets");
        after_name.split_whitespace().nth(38).expect("field 41").to_owned()
    }

    #[test]
    fn a_thread_that_gives_way_and_those_it_starts_are_idle_by_policy_and_no_other() {
        let before = policy();
        let there = std::thread::spawn(|| {
            give_way();
            (policy(), std::thread::spawn(policy).join().expect("it ends"))
        });
        assert_eq!(there.join().expect("it ends"), ("5".to_owned(), "5".to_owned()));
        assert_eq!(policy(), before);
    }
}
