//! A single figure with an aim, as it is written to its file.

use crate::peers::ratio::Better;
use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::path::Path;

/// What was measured once.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) unit: &'static str,
    pub(crate) value: f64,
    pub(crate) aim: Option<f64>,
    pub(crate) better: Better,
    /// Why it does not count.
    pub(crate) void: Option<String>,
    pub(crate) detail: Value,
    pub(crate) command: String,
}

impl Figure {
    /// Writes `NAME.json` into the folder of the run, which is made if it is not there.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let file = folder.join(format!("{}.json", self.name));
        let text = serde_json::to_vec_pretty(self)?;
        std::fs::write(&file, text).with_context(|| file.display().to_string())
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, title, unit, value, detail, .. } = self;
        write!(f, "\n{name}: {title}\n  {value:.2} {unit}")?;
        match (&self.void, self.aim, self.better) {
            (Some(why), ..) => write!(f, ", VOID: {why}")?,
            (None, None, Better::More | Better::Less) => write!(f, ", no aim")?,
            (None, Some(aim), Better::More) => write!(f, ", aim ≥ {aim}")?,
            (None, Some(aim), Better::Less) => write!(f, ", aim ≤ {aim}")?,
        }
        write!(f, "\n  {detail}")
    }
}
