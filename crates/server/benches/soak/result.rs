//! The two verdicts: memory is flat, files grow in a line.

use crate::curve::{Line, median, mib, sparkline};
use crate::measure::{Sample, Series, WAL};
use crate::{DAYS, SHORT};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Flat: the last tenth's median memory is at most so many times the second tenth's.
const FLAT_MAX: f64 = 1.1;
/// In a line: so much of the growth is explained by orders alone.
const LINE_MIN: f64 = 0.99;
const COMMAND: &str = "cargo bench -p server --bench soak";
/// How many tables are named.
const TABLES_SHOWN: usize = 8;

/// What came of the run.
pub(crate) struct Verdict {
    series: Series,
    tables: Vec<(String, u64)>,
    is_short: bool,
    /// Last tenth's median memory, as times the second tenth's.
    growth: f64,
    /// The level, in MiB: the median after the first tenth.
    level: f64,
    /// Growth after the first tenth, in MiB for the whole of the evenings.
    slope: f64,
    /// By kind of file, `all` without logs: bytes per order and how straight.
    files: BTreeMap<&'static str, Line>,
}

impl Verdict {
    pub(crate) fn of(samples: &Series, tables: Vec<(String, u64)>, is_short: bool) -> Self {
        let series = Series { samples: samples.samples.clone() };
        let memory = |some: &[Sample]| median(some.iter().map(|sample| sample.memory as f64));
        let growth = memory(series.tenth(9)) / memory(series.tenth(1));
        let later = &series.samples[series.samples.len() / 10..];
        let whole_ms = series.samples.last().map_or(1.0, |last| last.live_ms as f64);
        let points: Vec<_> =
            later.iter().map(|s| (s.live_ms as f64 / whole_ms, s.memory as f64)).collect();
        let slope = Line::through(&points).map_or(0.0, |line| mib(line.slope));
        let kinds = series.samples.last().into_iter().flat_map(|last| last.files.keys());
        let mut files: BTreeMap<_, _> = kinds
            .filter_map(|kind| Some((*kind, Line::through(&series.bytes_by_orders(Some(kind)))?)))
            .collect();
        files.extend(Line::through(&series.bytes_by_orders(None)).map(|line| ("all", line)));
        files.remove(WAL);
        Self { growth, level: mib(memory(later)), slope, files, series, tables, is_short }
    }

    fn all(&self) -> Line {
        self.files["all"]
    }

    pub(crate) fn print(&self) {
        let last = self.series.samples.last().expect("it ran");
        println!("\nmemory    {}", sparkline(&self.series.memory(), 100));
        println!(
            "          level {:.1} MiB; {:+.1} MiB ({:+.1} %) in all after the first tenth",
            self.level,
            self.slope,
            100.0 * self.slope / self.level
        );
        println!(
            "          last tenth / second tenth {:.3}, flat is at most {FLAT_MAX}: {}",
            self.growth,
            word(self.growth <= FLAT_MAX)
        );
        println!("files     at {} orders:", last.orders);
        for (kind, line) in &self.files {
            println!(
                "          {kind:<18} {:>8.0} bytes/order, R² {:.4}",
                line.slope, line.r_squared
            );
        }
        let r_squared = self.all().r_squared;
        println!("          a line is R² of at least {LINE_MIN}: {}", word(r_squared >= LINE_MIN));
        for (table, bytes) in self.tables.iter().take(TABLES_SHOWN) {
            let each = *bytes as f64 / last.orders as f64;
            println!("          {table:<40} {each:>8.0} bytes/order at the end");
        }
    }

    /// Writes `soak-memory.json` and `soak-files.json`.
    pub(crate) fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let write = |name: &str, result: Value| {
            let text = serde_json::to_string_pretty(&result)?;
            std::fs::write(folder.join(format!("{name}.json")), text + "\n")
        };
        write("soak-memory", self.memory_figure())?;
        write("soak-files", self.files_figure())
    }

    fn command(&self) -> String {
        if self.is_short { format!("{COMMAND} -- {SHORT}") } else { COMMAND.to_owned() }
    }

    fn hours(&self) -> Vec<f64> {
        self.series.samples.iter().map(|sample| sample.live_ms as f64 / 3_600_000.0).collect()
    }

    fn memory_figure(&self) -> Value {
        let memory = self.series.memory();
        let second = median(self.series.tenth(1).iter().map(|s| s.memory as f64));
        let last = median(self.series.tenth(9).iter().map(|s| s.memory as f64));
        json!({
            "kind": "figure",
            "name": "soak-memory",
            "title": "Memory over an ordinary evening's events, one evening a day: the last \
                      tenth's median as times the second tenth's.",
            "unit": "times",
            "value": self.growth,
            "aim": FLAT_MAX,
            "better": "less",
            "void": null,
            "detail": {
                "evenings": DAYS,
                "hours": self.hours().last(),
                "level_mib": self.level,
                "second_tenth_mib": mib(second),
                "last_tenth_mib": mib(last),
                "slope_mib_over_all": self.slope,
                "slope_percent_of_level": 100.0 * self.slope / self.level,
                "series": {
                    "hours": self.hours(),
                    "memory_mib": memory.iter().map(|bytes| mib(*bytes)).collect::<Vec<_>>(),
                },
            },
            "command": self.command(),
        })
    }

    fn files_figure(&self) -> Value {
        let kinds: BTreeMap<_, _> = self
            .files
            .iter()
            .map(|(kind, line)| {
                (*kind, json!({"bytes_per_order": line.slope, "r_squared": line.r_squared}))
            })
            .collect();
        let samples = &self.series.samples;
        let orders: Vec<_> = samples.iter().map(|sample| sample.orders).collect();
        let series = |kind: &str| -> Vec<u64> {
            samples.iter().map(|sample| sample.files.get(kind).copied().unwrap_or(0)).collect()
        };
        let series: BTreeMap<_, _> =
            self.files.keys().filter(|k| **k != "all").map(|k| (*k, series(k))).collect();
        json!({
            "kind": "figure",
            "name": "soak-files",
            "title": "Files over orders, one evening a day: how much of the growth a straight line \
                      explains.",
            "unit": "R²",
            "value": self.all().r_squared,
            "aim": LINE_MIN,
            "better": "more",
            "void": null,
            "detail": {
                "bytes_per_order": self.all().slope,
                "kinds": kinds,
                "tables": self.tables.iter().map(|(t, b)| json!([t, b])).collect::<Vec<_>>(),
                "series": {"hours": self.hours(), "orders": orders, "bytes": series},
            },
            "command": self.command(),
        })
    }
}

fn word(holds: bool) -> &'static str {
    if holds { "holds" } else { "MISSED" }
}
