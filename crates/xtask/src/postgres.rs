//! Where PostgreSQL's server programs are: Debian keeps them out of `PATH`.

use crate::run::answer;
use std::path::{Path, PathBuf};

/// The oldest version that `chot` promises to work with.
const VERSION_MIN: u32 = 15;

/// The folder with `postgres` and `initdb`, of the newest version found; `CHOT_POSTGRES_BIN` first.
pub(crate) fn find() -> Option<PathBuf> {
    let told = std::env::var_os("CHOT_POSTGRES_BIN").map(PathBuf::from);
    let configured = answer(&["pg_config", "--bindir"]).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path);
    told.into_iter()
        .chain(installed())
        .chain(configured)
        .chain(in_path)
        .find(|dir| is_complete(dir))
}

/// Debian's and Homebrew's folders, newest version first.
fn installed() -> Vec<PathBuf> {
    let debian = folders(Path::new("/usr/lib/postgresql"), "");
    let mac = ["/opt/homebrew/opt", "/usr/local/opt"];
    let mac = mac.map(|dir| folders(Path::new(dir), "postgresql@"));
    let mut found: Vec<_> = debian.into_iter().chain(mac.into_iter().flatten()).collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, dir)| dir.join("bin")).collect()
}

/// The folders in `dir` that are named `prefix` and a version from [`VERSION_MIN`] on.
fn folders(dir: &Path, prefix: &str) -> Vec<(u32, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let version_of = |dir: &Path| {
        let name = dir.file_name()?.to_str()?;
        name.strip_prefix(prefix)?.parse().ok()
    };
    entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter_map(|dir| version_of(&dir).map(|version: u32| (version, dir)))
        .filter(|(version, _)| *version >= VERSION_MIN)
        .collect()
}

fn is_complete(dir: &Path) -> bool {
    let programs = ["postgres", "initdb"];
    dir.is_absolute() && programs.iter().all(|program| dir.join(program).is_file())
}
