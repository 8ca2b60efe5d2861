//! Code that must not be written, outside the few places where it may.

use crate::complaint::Complaint;
use crate::rust::Source;

/// Something that must not be written.
struct Phrase {
    /// Any of these.
    written: &'static [&'static str],
    /// Whether it is harmless after one of these.
    unless_after: &'static [&'static str],
    /// In which code.
    code: Code,
    /// Files and folders where it may be written.
    allowed: &'static [&'static str],
    /// What would be right.
    says: &'static str,
}

#[derive(Clone, Copy)]
enum Code {
    Shipped,
    Tested,
    Both,
}

const PHRASES: &[Phrase] = &[
    Phrase {
        written: &[
            "unbounded_channel",
            "mpsc::unbounded",
            "channel()",
            "crossbeam_channel::unbounded",
        ],
        unless_after: &["oneshot::"],
        code: Code::Both,
        allowed: &[],
        says: "a channel without a bound: give it one from domain/limits.rs",
    },
    Phrase {
        written: &[
            "SystemTime::now",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "UNIX_EPOCH.elapsed",
        ],
        unless_after: &[],
        code: Code::Shipped,
        allowed: &[
            "crates/hub/src/clock.rs",
            "crates/simulator/src/campaign/",
            "crates/xtask/",
            "loadtest/",
            "crates/server/src/demo",
        ],
        says: "only hub/clock.rs asks for the time: take `now` as an argument or a `Clock`",
    },
    Phrase {
        written: &[".unwrap()"],
        unless_after: &[],
        code: Code::Shipped,
        allowed: &[],
        says: "`unwrap` outside tests: `expect(\"why it cannot fail\")`, or an error",
    },
    Phrase {
        written: &["#[ignore"],
        unless_after: &[],
        code: Code::Both,
        allowed: &[],
        says: "a test that does not run: mend it or take it out",
    },
    Phrase {
        written: &["sleep(", "sleep_until("],
        unless_after: &[],
        code: Code::Tested,
        allowed: &[],
        says: "a test that sleeps is slow or flaky: wait for what you expect, or move the clock",
    },
    Phrase {
        written: &["todo!(", "unimplemented!(", "dbg!("],
        unless_after: &[],
        code: Code::Both,
        allowed: &[],
        says: "unfinished: finish it, or leave it out",
    },
    Phrase {
        written: &["unsafe "],
        unless_after: &[],
        code: Code::Both,
        allowed: &[],
        says: "`unsafe` is forbidden",
    },
];

/// What this file says and must not.
pub(crate) fn complaints(source: &Source) -> Vec<Complaint> {
    let said = PHRASES.iter().filter(|phrase| !phrase.is_allowed_in(&source.path));
    said.flat_map(|phrase| {
        let lines: Vec<(usize, &str)> = match phrase.code {
            Code::Shipped => source.shipped().collect(),
            Code::Tested => source.tested().collect(),
            Code::Both => source.code.iter().map(String::as_str).enumerate().collect(),
        };
        let wrong = lines.into_iter().filter(|(_, line)| phrase.is_said_in(line));
        wrong.map(|(at, _)| Complaint::at(&source.path, at + 1, phrase.says))
    })
    .collect()
}

impl Phrase {
    fn is_allowed_in(&self, path: &str) -> bool {
        self.allowed.iter().any(|place| path.starts_with(place))
    }

    fn is_said_in(&self, line: &str) -> bool {
        let line = without_type_arguments(line);
        self.written.iter().any(|written| {
            let found = line.match_indices(written);
            found
                .map(|(at, _)| &line[..at])
                .any(|before| !self.unless_after.iter().any(|word| before.ends_with(word)))
        })
    }
}

/// `channel::<T>()` as `channel()`.
fn without_type_arguments(line: &str) -> String {
    let mut parts = line.split("::<");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut depth = 1;
        let end = part.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '<') - i32::from(*c == '>');
            depth == 0
        });
        plain.push_str(end.map_or("", |(at, _)| &part[at + 1..]));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_said_is_seen_where_it_counts() {
        let check = |path, text: &str, expected| {
            let source = Source::read(path, text);
            assert_eq!(complaints(&source).len(), expected, "{path}: {text}");
        };
        check("crates/hub/src/a.rs", "let t = Instant::now();", 1);
        check("crates/hub/src/clock.rs", "let t = Instant::now();", 0);
        check("crates/hub/tests/a.rs", "let t = Instant::now();", 0);
        check("crates/hub/src/a.rs", "// Instant::now()\nlet a = \"x.unwrap()\";", 0);
        check("crates/hub/src/a.rs", "a.unwrap();", 1);
        check("crates/hub/src/a.rs", "#[cfg(test)]\nmod tests {\n a.unwrap(); }", 0);
        check("crates/hub/src/a.rs", "let c = mpsc::channel::<Vec<u8>>();", 1);
        check("crates/hub/src/a.rs", "let c = mpsc::channel();", 1);
        check("crates/hub/src/a.rs", "let c = oneshot::channel::<u8>();", 0);
        check("crates/hub/src/a.rs", "let c = mpsc::channel(LANE_REQUESTS_MAX);", 0);
        check("crates/hub/src/a.rs", "tokio::time::sleep(pause).await;", 0);
        check("crates/hub/tests/a.rs", "tokio::time::sleep(pause).await;", 1);
        check("crates/hub/tests/a.rs", "#[test]\n#[ignore = \"slow\"]", 1);
    }
}
