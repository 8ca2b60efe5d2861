//! Making one: copies of both files at one moment, measured, then packed.
//!
//! The moment: nobody can write accounts while the journal's copy begins. So the accounts in a
//! backup are exactly those of the moment of its journal. What the journal names (shops, and who
//! decided) was in the accounts before; with the journal taken first and the accounts later, a
//! photo could belong to a session that this journal has not opened, and that another one will be.
//!
//! The copies are made beside the data, in a folder of their own, and not where the backup goes: a
//! slow stick holds up neither the accounts nor the journal's log.

use super::archive::{self, PARTS};
use super::manifest::{Manifest, Part};
use crate::core::Core;
use crate::disk::free_bytes;
use anyhow::{Context, Result, bail};
use domain::limits::DISK_FREE_BYTES_MIN;
use std::fs::{self, DirBuilder};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Where copies are made, in the data folder.
const COPIES: &str = "backup.tmp";

/// What hears how far it is: bytes that are done, and all of them.
pub(crate) type Told<'a> = &'a mut dyn FnMut(u64, u64);

/// The copies, until they are packed.
pub(crate) struct Copies {
    dir: PathBuf,
    /// What they are.
    pub(crate) manifest: Manifest,
}

impl Copies {
    /// Makes them. One at a time: the caller sees to that.
    pub(crate) fn make(core: &Core, told: Told<'_>) -> Result<Self> {
        clear(&core.data)?;
        let room = core.journal.still()?.bytes()? + core.accounts.bytes()?;
        enough(&core.data, room)?;
        let dir = core.data.join(COPIES);
        DirBuilder::new().mode(0o700).create(&dir).context("no folder for the copies")?;
        let mut copies =
            Self { dir, manifest: Manifest::new(&Default::default(), core.clock.wall()) };
        // Copied once and read once.
        let all = 2 * room;
        let [journal, accounts] = PARTS.map(|name| copies.dir.join(name));
        let mut done = 0;
        let begin = || (core.journal.still(), core.clock.wall());
        let begun = core.accounts.copy_to(&accounts, begin, &mut |bytes| told(bytes, all));
        let (still, at) = begun?;
        let still = still?;
        done += fs::metadata(&accounts)?.len();
        copies.manifest = Manifest::new(still.heads(), at);
        still.copy_to(&journal, &mut |bytes| told(done + bytes, all))?;
        done += fs::metadata(&journal)?.len();
        for name in PARTS {
            let mut read = |bytes| {
                done += bytes;
                told(done, all.max(done));
            };
            let part = Part::of(&copies.dir.join(name), &mut read)?;
            copies.manifest.parts.insert(name.into(), part);
        }
        Ok(copies)
    }

    /// Packs them.
    pub(crate) fn write(&self, out: &mut dyn Write) -> Result<()> {
        archive::write(&self.manifest, &self.dir, out)
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.dir) {
            tracing::warn!(%error, "the copies of a backup are removed at the next one");
        }
    }
}

/// Removes what a backup left that was cut short.
pub(crate) fn clear(data: &Path) -> Result<()> {
    let dir = data.join(COPIES);
    if dir.exists() {
        fs::remove_dir_all(&dir)
            .with_context(|| format!("{} is in the way of a backup", dir.display()))?;
    }
    Ok(())
}

/// No order may be refused because somebody backs up.
fn enough(data: &Path, bytes: u64) -> Result<()> {
    const MIB: u64 = 1024 * 1024;
    let needed = bytes + 4 * DISK_FREE_BYTES_MIN;
    if let Some(free) = free_bytes(data).filter(|free| *free < needed) {
        bail!(
            "{} MiB are free where the data folder is, and a backup needs {} MiB there for a \
             moment: make room",
            free / MIB,
            needed.div_ceil(MIB)
        );
    }
    Ok(())
}
