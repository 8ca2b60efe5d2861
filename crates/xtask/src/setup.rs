//! What the tests need beside Rust and a C compiler: PostgreSQL's server, Redis, a Python and a
//! Node with packages, Chromium, on Linux strace, and for a long run LibreOffice.

use crate::run::succeeds;
use crate::{packages, postgres, python, screens};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Where the tests find what is not Rust.
pub(crate) struct Tools {
    postgres_bin: PathBuf,
    python: PathBuf,
}

impl Tools {
    /// What the tests are told.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CHOT_POSTGRES_BIN", self.postgres_bin.display().to_string()),
            ("CHOT_PYTHON", self.python.display().to_string()),
        ]
    }
}

/// Installs what is missing, says what is there.
pub(crate) fn setup(root: &Path, long: bool) -> Result<Tools> {
    packages::install(
        root,
        &missing_packages(&There {
            postgres: postgres::find().is_some(),
            redis: ["redis-server", "redis-benchmark"]
                .iter()
                .all(|program| succeeds(&[program, "--version"])),
            python: python::is_ready(root) || python::find_base().is_some(),
            strace: !cfg!(target_os = "linux") || succeeds(&["strace", "-V"]),
            browser: screens::browser().is_some(),
            office: !long || succeeds(&["soffice", "--version"]),
        }),
        ELSEWHERE,
    )?;
    let postgres_bin = postgres::find().context(
        "no folder with postgres and initdb, version 15 or later: install PostgreSQL's server, or \
         set CHOT_POSTGRES_BIN to that folder",
    )?;
    if !python::is_ready(root) {
        let base = python::find_base()
            .context("no python3 from 3.10 on that has the modules venv and ensurepip")?;
        python::install(root, base)?;
    }
    screens::install(root)?;
    let tools = Tools { postgres_bin, python: python::interpreter(root) };
    println!("PostgreSQL  {}", tools.postgres_bin.display());
    println!("Python      {}", tools.python.display());
    Ok(tools)
}

const ELSEWHERE: &str = "Install PostgreSQL's server (15 or later), Redis (7) with \
    redis-benchmark, Python (3.10 or later, with venv), strace and Chromium and run this again";

/// The same for what only opens pages: a browser, Node, its packages.
pub(crate) fn pages(root: &Path) -> Result<()> {
    let browser = screens::browser().is_some();
    let there =
        There { postgres: true, redis: true, python: true, strace: true, browser, office: true };
    packages::install(root, &missing_packages(&there), ELSEWHERE)?;
    screens::install(root)
}

/// What is there, or is not needed.
struct There {
    postgres: bool,
    redis: bool,
    python: bool,
    strace: bool,
    browser: bool,
    office: bool,
}

/// Debian's names of what is not there.
fn missing_packages(there: &There) -> Vec<&'static str> {
    let packages: [(bool, &[&str]); 6] = [
        (there.postgres, &["postgresql"]),
        (there.redis, &["redis-server", "redis-tools"]),
        (there.python, &["python3", "python3-venv"]),
        (there.strace, &["strace"]),
        (there.browser, &["chromium", "fonts-noto-core"]),
        (there.office, &["libreoffice-calc-nogui"]),
    ];
    let missing = packages.into_iter().filter(|(is_there, _)| !is_there);
    missing.flat_map(|(_, names)| names).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let all = || There {
            postgres: true,
            redis: true,
            python: true,
            strace: true,
            browser: true,
            office: true,
        };
        assert!(missing_packages(&all()).is_empty());
        let missing = missing_packages(&There { python: false, office: false, ..all() });
        assert_eq!(missing, ["python3", "python3-venv", "libreoffice-calc-nogui"]);
        let missing = missing_packages(&There { redis: false, ..all() });
        assert_eq!(missing, ["redis-server", "redis-tools"]);
        let missing = missing_packages(&There { browser: false, ..all() });
        assert_eq!(missing, ["chromium", "fonts-noto-core"]);
    }

    #[test]
    fn the_tests_are_told_where_the_tools_are() {
        let tools = Tools { postgres_bin: "/pg/bin".into(), python: "/venv/bin/python".into() };
        let expected = [
            ("CHOT_POSTGRES_BIN", "/pg/bin".to_owned()),
            ("CHOT_PYTHON", "/venv/bin/python".to_owned()),
        ];
        assert_eq!(tools.environment(), expected);
    }
}
