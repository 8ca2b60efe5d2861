//! What processes use, as the system tells it: nothing where it does not.

/// What a process has used so far.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Usage {
    /// Processor time, in seconds.
    pub(crate) cpu_s: f64,
    /// The most memory it ever had.
    pub(crate) rss_mib: f64,
    /// What it has now.
    pub(crate) rss_now_mib: f64,
}

/// What a process has used so far, by its number or `self`.
pub(crate) fn usage(process: &str) -> Usage {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{process}/{file}"));
    let ticks = |stat: String| -> Option<u64> {
        // The name, in parentheses, may hold anything; user and system time are the 12th and 13th
        // behind it.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
    };
    let status = read("status").unwrap_or_default();
    let mib = |name: &str| -> Option<f64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1_024.0)
    };
    Usage {
        // Linux counts a hundred ticks a second on every machine one meets.
        cpu_s: read("stat").ok().and_then(ticks).unwrap_or(0) as f64 / 100.0,
        rss_mib: mib("VmHWM:").unwrap_or(0.0),
        rss_now_mib: mib("VmRSS:").unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_memory_and_one_that_is_not_there_has_none() {
        let ours = usage("self");
        assert!(ours.rss_now_mib > 0.5 && ours.rss_mib >= ours.rss_now_mib / 2.0, "{ours:?}");
        assert_eq!(usage("0").rss_now_mib, 0.0);
    }
}
