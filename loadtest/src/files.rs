//! How many files may be open, and so how many sockets: what we start inherits it.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files beside the sockets.
const OTHERS: u64 = 64;

/// Lets this process and those that it starts open as many files as they ever may.
///
/// # Errors
/// What the system says.
pub(crate) fn raise() -> std::io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?)
}

/// # Errors
/// If fewer files may be open than so many sockets need.
pub(crate) fn are_enough_for(sockets: u32) -> anyhow::Result<()> {
    let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let needed = u64::from(sockets) + OTHERS;
    anyhow::ensure!(needed <= most, "{sockets} sockets need {needed} files, {most} may be open");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_sockets_may_be_open_and_four_billion_may_not() {
        raise().expect("up to what is allowed");
        are_enough_for(1).expect("one");
        let most = getrlimit(Resource::Nofile).current;
        assert_eq!(are_enough_for(u32::MAX).is_ok(), most.is_none_or(|most| most > 1 << 32));
    }
}
