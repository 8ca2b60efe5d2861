//! What the whole run came to: the verdict, and the same figures for programs.

use super::folder::Folder;
use super::judge::{self, Spread, Word};
use crate::figure::Better;
use serde::Serialize;

/// How many aims were reached, and whether the promises held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub(crate) struct Verdict {
    pub(crate) aims: usize,
    pub(crate) reached: usize,
    pub(crate) missed: usize,
    pub(crate) void: usize,
    pub(crate) evenings: usize,
    pub(crate) evenings_held: usize,
    /// Evenings whose latencies do not count; their promises do.
    pub(crate) evenings_void: usize,
    pub(crate) checks: usize,
    pub(crate) checks_held: usize,
    /// Parts that did not end well.
    pub(crate) parts_failed: usize,
    pub(crate) files_unread: usize,
}

impl Verdict {
    pub(crate) fn of(folder: &Folder) -> Self {
        let mut verdict = Self {
            evenings: folder.scenarios.len(),
            parts_failed: folder.failed().count(),
            files_unread: folder.unread.len(),
            ..Self::default()
        };
        for (word, aim) in words(folder) {
            if aim.is_none() {
                continue;
            }
            verdict.aims += 1;
            match word {
                Word::Reached => verdict.reached += 1,
                Word::Missed => verdict.missed += 1,
                Word::Void(_) => verdict.void += 1,
                Word::NoAim => {}
            }
        }
        for scenario in &folder.scenarios {
            verdict.evenings_held += usize::from(judge::held(scenario));
            verdict.evenings_void += usize::from(judge::scenario_void(scenario).is_some());
            verdict.checks += scenario.checks.len();
            verdict.checks_held += scenario.checks.iter().filter(|check| check.held).count();
        }
        verdict
    }

    /// True if something was measured, every part of it ended well and every promise held. A speed
    /// that was missed changes nothing here.
    pub(crate) fn holds(&self, folder: &Folder) -> bool {
        let anything = folder.scenarios.len() + folder.ratios.len() + folder.figures.len() > 0;
        anything
            && self.evenings_held == self.evenings
            && self.parts_failed == 0
            && self.files_unread == 0
    }

    /// About the promises, in a sentence.
    pub(crate) fn promises(&self) -> String {
        let Self { evenings, evenings_held, checks, checks_held, .. } = self;
        match (*evenings, evenings - evenings_held) {
            (0, _) => "No evening was played".to_owned(),
            (_, 0) => format!("Every promise held: {checks} checks in {evenings} evenings"),
            (_, broken) => format!(
                "A promise broke in {broken} of {evenings} evenings: {checks_held} of {checks} \
                 checks held"
            ),
        }
    }

    /// About the speed, in a sentence.
    pub(crate) fn speed(&self) -> String {
        let Self { aims, reached, missed, void, .. } = self;
        format!("{reached} of {aims} aims reached, {missed} missed, {void} void")
    }
}

fn words(folder: &Folder) -> Vec<(Word, Option<f64>)> {
    let ratios = folder.ratios.iter().map(|one| (judge::ratio(one, folder.full), one.aim));
    let figures = folder.figures.iter().map(|one| (judge::figure(one), one.aim));
    ratios.chain(figures).collect()
}

/// The same as [`Verdict`] and every figure that stands behind it, as a file.
pub(crate) fn json(folder: &Folder, verdict: &Verdict) -> anyhow::Result<Vec<u8>> {
    let ratios = folder.ratios.iter().map(|one| {
        let word = judge::ratio(one, folder.full);
        Row {
            name: &one.name,
            title: &one.title,
            unit: &one.unit,
            ours: Some(Measured {
                label: &one.ours.label,
                batch: one.ours.batch,
                median: judge::middle(&one.ours.rounds),
            }),
            peer: Some(Measured {
                label: &one.peer.label,
                batch: one.peer.batch,
                median: judge::middle(&one.peer.rounds),
            }),
            ratio: judge::spread(one),
            value: None,
            aim: one.aim,
            next: one.next,
            ceiling: one.better == Better::Less,
            word: word.written(),
            void: reason(&word),
            command: &one.command,
        }
    });
    let figures = folder.figures.iter().map(|one| {
        let word = judge::figure(one);
        Row {
            name: &one.name,
            title: &one.title,
            unit: &one.unit,
            ours: None,
            peer: None,
            ratio: None,
            value: one.value,
            aim: one.aim,
            next: None,
            ceiling: one.better == Better::Less,
            word: word.written(),
            void: reason(&word),
            command: &one.command,
        }
    });
    let evenings = folder.scenarios.iter().map(|one| Evening {
        name: &one.name,
        held: judge::held(one),
        broken: one.checks.iter().filter(|check| !check.held).map(|c| &*c.promise).collect(),
        void: judge::scenario_void(one),
        ack_p99_ms: one.ack_ms.p99,
        send_lag_p99_ms: one.send_lag_ms.p99,
    });
    let summary = Summary {
        holds: verdict.holds(folder),
        verdict: *verdict,
        full: folder.full,
        commit: folder.machine.as_ref().map(|machine| &*machine.commit),
        date: folder.machine.as_ref().map(|machine| &*machine.date),
        ratios: ratios.collect(),
        figures: figures.collect(),
        evenings: evenings.collect(),
        parts_failed: folder.failed().map(|part| &*part.name).collect(),
        files_unread: folder.unread.iter().map(|(name, _)| &**name).collect(),
    };
    Ok(serde_json::to_vec_pretty(&summary)?)
}

fn reason(word: &Word) -> Option<String> {
    match word {
        Word::Void(why) => Some(why.clone()),
        Word::Reached | Word::Missed | Word::NoAim => None,
    }
}

#[derive(Serialize)]
struct Summary<'a> {
    holds: bool,
    verdict: Verdict,
    full: bool,
    commit: Option<&'a str>,
    date: Option<&'a str>,
    ratios: Vec<Row<'a>>,
    figures: Vec<Row<'a>>,
    evenings: Vec<Evening<'a>>,
    parts_failed: Vec<&'a str>,
    files_unread: Vec<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    title: &'a str,
    unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ours: Option<Measured<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<Measured<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    aim: Option<f64>,
    next: Option<f64>,
    /// Whether the aim is one: less is better.
    ceiling: bool,
    word: &'static str,
    void: Option<String>,
    command: &'a str,
}

#[derive(Serialize)]
struct Measured<'a> {
    label: &'a str,
    batch: Option<u64>,
    median: Option<f64>,
}

#[derive(Serialize)]
struct Evening<'a> {
    name: &'a str,
    held: bool,
    broken: Vec<&'a str>,
    void: Option<String>,
    ack_p99_ms: Option<f64>,
    send_lag_p99_ms: Option<f64>,
}
