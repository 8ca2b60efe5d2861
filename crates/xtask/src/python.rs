//! The Python of the independent client: a virtual environment under `target/`, with pinned
//! packages.

use crate::run::{run, succeeds};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The pinned packages.
const REQUIREMENTS: &str = "crates/xtask/requirements.txt";

/// The interpreters that are tried, in this order.
const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];

/// The environment's interpreter.
pub(crate) fn interpreter(root: &Path) -> PathBuf {
    venv(root).join("bin").join("python")
}

/// True if the environment was made from the packages as they are pinned now.
pub(crate) fn is_ready(root: &Path) -> bool {
    let pinned = fs::read(root.join(REQUIREMENTS)).ok();
    let installed = fs::read(mark(root)).ok();
    pinned.is_some() && pinned == installed && interpreter(root).exists()
}

/// A Python that can make a virtual environment.
pub(crate) fn find_base() -> Option<&'static str> {
    let check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    PYTHONS.into_iter().find(|python| succeeds(&[python, "-c", check]))
}

/// Makes the environment anew.
pub(crate) fn install(root: &Path, base: &str) -> Result<()> {
    let venv = venv(root).display().to_string();
    let python = interpreter(root).display().to_string();
    run(root, &[], &[base, "-m", "venv", "--clear", &venv])?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        REQUIREMENTS,
    ];
    run(root, &[], &[&[python.as_str()], pip.as_slice()].concat())?;
    fs::copy(root.join(REQUIREMENTS), mark(root))
        .context("the environment is made, but cannot be marked as such")?;
    Ok(())
}

fn venv(root: &Path) -> PathBuf {
    root.join("target").join("venv")
}

/// A copy of the pins, written when everything is installed.
fn mark(root: &Path) -> PathBuf {
    venv(root).join("installed.txt")
}
