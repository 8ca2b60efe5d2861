//! The front end: checked, built anew and compared with what is committed, then tried in a browser.

use crate::run::{answer, run, succeeds};
use crate::setup::Tools;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the sources are.
pub(crate) const UI: &str = "crates/screens/ui";

/// What is built of them, committed.
const DIST: &str = "crates/screens/dist";

/// The oldest Node that builds it.
const NODE_MIN: (u32, u32) = (20, 19);

/// The browsers that are tried, in this order.
const BROWSERS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/// The browser that the tests drive.
pub(crate) fn browser() -> Option<&'static str> {
    BROWSERS.into_iter().find(|path| Path::new(path).exists())
}

/// Makes sure that there is a Node, and the pinned packages.
pub(crate) fn install(root: &Path) -> Result<()> {
    let version = answer(&["node", "--version"]).unwrap_or_default();
    let found = parse_version(&version);
    ensure!(
        found.is_some_and(|found| found >= NODE_MIN) && succeeds(&["npm", "--version"]),
        "the front end is checked with Node {}.{} or later and npm, found {version:?}: install \
         them and run this again (building chot needs neither)",
        NODE_MIN.0,
        NODE_MIN.1
    );
    println!("Node        {version}");
    let ui = root.join(UI);
    let lock = fs::read(ui.join("package-lock.json")).context("the lock file of the packages")?;
    let mark = ui.join("node_modules").join(".installed");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(&ui, &[], &["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    fs::write(mark, lock).context("the packages are there, but cannot be marked as such")
}

/// `v20.20.2` as (20, 20).
fn parse_version(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Checks the types, builds, and compares with what is committed.
pub(crate) fn check(root: &Path) -> Result<()> {
    let ui = root.join(UI);
    run(&ui, &[], &["npm", "run", "--silent", "check"])?;
    let built = root.join("target").join("dist");
    let out = built.display().to_string();
    let build = ["npm", "run", "--silent", "build", "--", "--logLevel", "warn", "--outDir", &out];
    run(&ui, &[], &build)?;
    let differing = differing(&root.join(DIST), &built)?;
    if !differing.is_empty() {
        bail!(
            "{DIST} is not what {UI} builds: run `npm run build` there and commit it. It differs \
             in: {}",
            differing.join(", ")
        );
    }
    Ok(())
}

/// Tries the pages in a browser, against the real server.
pub(crate) fn browse(root: &Path, long: bool, tools: &Tools) -> Result<()> {
    let mut env = tools.environment();
    env.extend(program(root)?);
    if long {
        env.push(("CHOT_LONG", "1".to_owned()));
    }
    run(&root.join(UI), &env, &["npm", "run", "--silent", "browse"])
}

/// Builds the server; answers what drives its pages: that program, and the browser.
pub(crate) fn program(root: &Path) -> Result<Vec<(&'static str, String)>> {
    run(root, &[], &["cargo", "build", "--quiet", "--package", "server"])?;
    let browser = browser().context("no Chromium")?.to_owned();
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root.join("target"), PathBuf::from);
    let chot = root.join(target).join("debug").join("chot").display().to_string();
    Ok(vec![("CHOT_BROWSER", browser), ("CHOT_PROGRAM", chot)])
}

/// Files that are in one folder and not, or not the same, in the other.
fn differing(committed: &Path, built: &Path) -> Result<Vec<String>> {
    let (committed, built) = (files(committed)?, files(built)?);
    let names = committed.iter().chain(&built).filter(|file| {
        let is_in = |files: &[(PathBuf, Vec<u8>)]| files.contains(file);
        !is_in(&committed) || !is_in(&built)
    });
    let mut names: Vec<_> = names.map(|(name, _)| name.display().to_string()).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).with_context(|| next.display().to_string())?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_owned();
                found.push((name, fs::read(&path)?));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_node_is_read() {
        assert_eq!(parse_version("v20.20.2"), Some((20, 20)));
        assert_eq!(parse_version(""), None);
        assert!(parse_version("v18.20.4").is_some_and(|found| found < NODE_MIN));
    }

    #[test]
    fn a_built_file_that_differs_is_named() {
        let folders = [("same", "a"), ("other", "b")].map(|(name, text)| {
            let folder = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("x.js"), text).expect("a file");
            folder
        });
        let [same, other] = &folders;
        assert!(differing(same, same).expect("both are there").is_empty());
        assert_eq!(differing(same, other).expect("both are there"), ["x.js"]);
        folders.iter().for_each(|folder| fs::remove_dir_all(folder).expect("it goes"));
    }
}
