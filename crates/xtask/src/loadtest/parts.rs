//! The parts of a load test, in the order in which they run, and the words of each.

use super::tools::Peer;
use anyhow::{Result, bail};

/// How a part is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// An evening of `loadtest run`.
    Evening,
    /// Our figures beside those of others: `loadtest peers`.
    Peers,
    /// A bench of this crate.
    Bench { package: &'static str, bench: &'static str },
}

/// One part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What it starts beside us.
    pub(crate) needs: &'static [Peer],
    /// Whether a short run has it.
    is_short: bool,
}

const fn evening(name: &'static str, is_short: bool) -> Part {
    Part { name, kind: Kind::Evening, needs: &[], is_short }
}

const fn peers(name: &'static str) -> Part {
    Part { name, kind: Kind::Peers, needs: &[], is_short: true }
}

const fn bench(name: &'static str, package: &'static str, bench: &'static str) -> Part {
    Part { name, kind: Kind::Bench { package, bench }, needs: &[], is_short: false }
}

impl Part {
    const fn beside(self, needs: &'static [Peer]) -> Self {
        Self { needs, ..self }
    }
}

/// All of them. The first is in every run: it takes seconds, and it measures the machine.
const PARTS: [Part; 15] = [
    evening("smoke", true),
    peers("orders").beside(&[Peer::Redis, Peer::Postgres]),
    peers("sockets").beside(&[Peer::Redis, Peer::Nginx]),
    evening("calm", false),
    evening("flash", true),
    evening("hot", false),
    evening("ramp", false),
    evening("storm", true),
    evening("flaky", false),
    evening("raid", false),
    evening("slow", false),
    evening("outage", true).beside(&[Peer::Postgres]),
    evening("kill", true),
    bench("flush", "persister", "catch_up").beside(&[Peer::Postgres]),
    bench("soak", "server", "soak"),
];

/// What was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Asked {
    pub(crate) full: bool,
    pub(crate) parts: Vec<Part>,
}

/// Reads `[--full] [--only NAME[,NAME…]]…`.
pub(crate) fn parse(words: &[&str]) -> Result<Asked> {
    let mut full = false;
    let mut only: Vec<&str> = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--full" => full = true,
            "--only" => match words.next() {
                Some(names) => only.extend(names.split(',')),
                None => bail!("--only needs names: {}", names()),
            },
            other => bail!("{other} is no word of loadtest"),
        }
    }
    if let Some(unknown) = only.iter().find(|name| !PARTS.iter().any(|part| part.name == **name)) {
        bail!("{unknown} is no part: there are {}", names());
    }
    let is_wanted = |place: usize, part: &Part| match only.as_slice() {
        [] => full || part.is_short,
        names => place == 0 || names.contains(&part.name),
    };
    let parts = PARTS.iter().enumerate().filter(|(place, part)| is_wanted(*place, part));
    Ok(Asked { full, parts: parts.map(|(_, part)| *part).collect() })
}

fn names() -> String {
    PARTS.map(|part| part.name).join(", ")
}

impl Part {
    /// The command, with the program of the load test and the folder of the run.
    pub(crate) fn words(&self, full: bool, programs: &Programs, folder: &str) -> Vec<String> {
        let loadtest = programs.loadtest.as_str();
        let chot = ["--chot", programs.chot.as_str()];
        let out = ["--out", folder];
        let words: Vec<&str> = match (self.kind, full) {
            (Kind::Evening, true) => [&[loadtest, "run", self.name], &chot[..], &out].concat(),
            (Kind::Evening, false) => {
                [&[loadtest, "run", self.name, "--short"], &chot[..], &out].concat()
            }
            (Kind::Peers, true) => {
                [&[loadtest, "peers", self.name, "--full"], &chot[..], &out].concat()
            }
            (Kind::Peers, false) => [&[loadtest, "peers", self.name], &chot[..], &out].concat(),
            (Kind::Bench { package, bench }, _) => {
                let short: &[&str] = if full { &[] } else { &["--short"] };
                let cargo = ["cargo", "bench", "--package", package, "--bench", bench, "--"];
                [&cargo[..], short, &out].concat()
            }
        };
        words.into_iter().map(str::to_owned).collect()
    }
}

/// The programs that are measured and that measure.
pub(crate) struct Programs {
    pub(crate) chot: String,
    pub(crate) loadtest: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> Vec<&'static str> {
        parse(words).expect("it reads").parts.iter().map(|part| part.name).collect()
    }

    #[test]
    fn a_short_run_takes_some_parts_and_a_full_run_takes_all() {
        let short = ["smoke", "orders", "sockets", "flash", "storm", "outage", "kill"];
        assert_eq!(asked(&[]), short);
        assert_eq!(asked(&["--full"]).len(), PARTS.len());
        assert!(!parse(&[]).expect("it reads").full);
        assert!(parse(&["--full", "--only", "ramp"]).expect("it reads").full);
    }

    #[test]
    fn what_is_named_runs_after_the_smoke_and_in_the_order_of_the_list() {
        assert_eq!(asked(&["--only", "soak,calm"]), ["smoke", "calm", "soak"]);
        assert_eq!(asked(&["--only", "kill", "--only", "orders"]), ["smoke", "orders", "kill"]);
        assert_eq!(asked(&["--only", "smoke"]), ["smoke"]);
    }

    #[test]
    fn what_is_no_part_is_not_guessed() {
        let check = |words: &[&str], says: &str| {
            let error = parse(words).expect_err("it is not understood").to_string();
            assert!(error.contains(says), "{error}");
        };
        check(&["--fast"], "--fast is no word");
        check(&["--only"], "--only needs names: smoke, orders");
        check(&["--only", "calm,clam"], "clam is no part");
        check(&["--only", ""], " is no part");
        check(&["calm"], "calm is no word");
    }

    #[test]
    fn each_kind_of_part_has_its_own_words() {
        let programs = Programs { chot: "t/chot".to_owned(), loadtest: "t/loadtest".to_owned() };
        let check = |name: &str, full, expected: &str| {
            let part = PARTS.iter().find(|part| part.name == name).expect("it is there");
            assert_eq!(part.words(full, &programs, "d").join(" "), expected);
        };
        check("calm", false, "t/loadtest run calm --short --chot t/chot --out d");
        check("calm", true, "t/loadtest run calm --chot t/chot --out d");
        check("orders", false, "t/loadtest peers orders --chot t/chot --out d");
        check("sockets", true, "t/loadtest peers sockets --full --chot t/chot --out d");
        let flush = "cargo bench --package persister --bench catch_up --";
        check("flush", false, &format!("{flush} --short --out d"));
        check("flush", true, &format!("{flush} --out d"));
    }
}
