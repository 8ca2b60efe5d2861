//! What the system says of this process; nothing where it says nothing.

use std::fs;

/// Clock ticks of `/proc/self/stat` per second.
fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

/// Processor time used since the start, in seconds.
pub(super) fn cpu_seconds() -> Option<f64> {
    cpu_of(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// Resident memory.
pub(super) fn memory_bytes() -> Option<u64> {
    memory_of(&fs::read_to_string("/proc/self/statm").ok()?)
}

fn cpu_of(stat: &str) -> Option<f64> {
    // The name stands in brackets and may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) as f64 / ticks_per_second())
}

fn memory_of(statm: &str) -> Option<u64> {
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = "7 (ch) ot) S 1 7 7 0 -1 4194560 900 0 0 0 150 50 0 0 20 0 4 0 99";
        assert_eq!(cpu_of(stat), Some(200.0 / ticks_per_second()));
        assert_eq!(cpu_of("nothing"), None);
        assert_eq!(memory_of("900 20 3"), Some(20 * rustix::param::page_size() as u64));
    }
}
