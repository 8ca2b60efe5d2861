//! `chot doctor`: what is wrong with this installation, why it matters, and what mends it.
//!
//! ```text
//! data folder ─▶ files ──┐
//! settings ────▶ doors ──┼─▶ OK, NHẮC (to know), LỖI (to mend: exit code 1)
//! machine ─────▶ host ───┘
//! ```

mod doors;
mod files;
mod host;

use crate::cli::{Doctor, Serve};
use crate::say::say;
use crate::settings::{Settings, data_of};
use anyhow::Result;
use std::process::ExitCode;

/// One look at one thing.
#[derive(PartialEq, Eq, Debug)]
enum Finding {
    Well(String),
    /// What one should know, and what would change it.
    Note(String, String),
    /// What is wrong and why it matters, and what mends it.
    Wrong(String, String),
}

/// Looks at everything; fails if anything is wrong.
pub(crate) fn run(flags: &Doctor) -> Result<ExitCode> {
    let data = data_of(flags.data.clone())?;
    let mut findings = files::look(&data);
    match Settings::gather(&Serve { data: flags.data.clone(), ..Serve::default() }) {
        Ok(settings) => findings.extend(doors::look(&settings)),
        Err(error) => {
            let mend = "mend that setting: chot serve does not start with it";
            findings.push(Finding::Wrong(format!("{error:#}"), mend.into()));
        }
    }
    findings.extend(host::look(&data));
    let mut code = ExitCode::SUCCESS;
    for finding in &findings {
        match finding {
            Finding::Well(what) => say(&format!("OK    {what}")),
            Finding::Note(what, change) => {
                say(&format!("NHẮC  {what}"));
                say(&format!("      → {change}"));
            }
            Finding::Wrong(what, mend) => {
                code = ExitCode::FAILURE;
                say(&format!("LỖI   {what}"));
                say(&format!("      → {mend}"));
            }
        }
    }
    Ok(code)
}
