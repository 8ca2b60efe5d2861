//! The file: an uncompressed tar, so that `tar` and `sha256sum` alone can open and check it.
//!
//! ```text
//! manifest.json ‖ journal.db ‖ accounts.db ‖ SHA256SUMS
//! ```
//! The sums come last: a file that was cut short has none.

use super::manifest::{Manifest, Part};
use anyhow::{Context, Result, anyhow, bail, ensure};
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use tar::{Archive, Builder, Entries, EntryType, Header};

/// The first entry.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The last entry.
const SUMS: &str = "SHA256SUMS";

/// The databases, in the order in which they lie in the file.
pub(crate) const PARTS: [&str; 2] = ["journal.db", "accounts.db"];

/// A tar's unit.
const BLOCK_BYTES: u64 = 512;

/// Largest manifest that is read: a hundred bytes a shop, for more shops than there may be.
const MANIFEST_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long the whole file will be.
pub(crate) fn bytes(manifest: &Manifest) -> u64 {
    let parts = manifest.parts.values().map(|part| part.bytes);
    let texts = [manifest.text().len() as u64, sums(manifest).len() as u64];
    let entry = |bytes: u64| BLOCK_BYTES + bytes.next_multiple_of(BLOCK_BYTES);
    parts.chain(texts).map(entry).sum::<u64>() + 2 * BLOCK_BYTES
}

/// Writes it; the parts lie in `dir` under their names.
pub(crate) fn write(manifest: &Manifest, dir: &Path, out: &mut dyn Write) -> Result<()> {
    let mut tar = Builder::new(out);
    let mut put = |name: &str, bytes: u64, content: &mut dyn Read| {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_mtime(manifest.made_ms / 1_000);
        header.set_size(bytes);
        tar.append_data(&mut header, name, content)
    };
    let text = manifest.text();
    put(MANIFEST, text.len() as u64, &mut text.as_slice())?;
    for (name, part) in PARTS.iter().filter_map(|name| manifest.parts.get_key_value(*name)) {
        put(name, part.bytes, &mut File::open(dir.join(name))?.take(part.bytes))?;
    }
    let sums = sums(manifest);
    put(SUMS, sums.len() as u64, &mut sums.as_bytes())?;
    tar.into_inner()?.flush()?;
    Ok(())
}

/// Takes the parts out into `dir`, each checked against its digest. What is wrong is told with the
/// name of the part.
pub(crate) fn read(file: &Path, dir: &Path) -> Result<Manifest> {
    let open = File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut archive = Archive::new(open);
    let mut entries = archive.entries()?;
    let text = next(&mut entries, MANIFEST, |entry| {
        let mut text = Vec::new();
        entry.take(MANIFEST_BYTES_MAX).read_to_end(&mut text)?;
        Ok(text)
    })?;
    let manifest = Manifest::read(&text).with_context(|| broken(MANIFEST))?;
    for name in PARTS {
        let known = manifest.parts.get(name).with_context(|| format!("it lists no {name}"));
        let known = known.with_context(|| broken(MANIFEST))?;
        next(&mut entries, name, |entry| take(entry, &dir.join(name), known))?;
    }
    let expected = sums(&manifest);
    next(&mut entries, SUMS, |entry| {
        let mut text = String::new();
        entry.take(MANIFEST_BYTES_MAX).read_to_string(&mut text)?;
        ensure!(text == expected, "the sums are of other parts: {MANIFEST} or they were changed");
        Ok(())
    })?;
    Ok(manifest)
}

/// Reads the next entry, which must be that one.
fn next<T>(
    entries: &mut Entries<'_, File>,
    name: &str,
    read: impl FnOnce(&mut dyn Read) -> Result<T>,
) -> Result<T> {
    let found = || -> Result<T> {
        let entry = entries.next().ok_or_else(|| anyhow!("the file ends before it"))?;
        let mut entry = entry?;
        if entry.path()?.to_str() != Some(name) {
            bail!("something else stands in its place");
        }
        read(&mut entry)
    };
    found().with_context(|| broken(name))
}

fn broken(name: &str) -> String {
    format!("the part {name} of the backup cannot be relied on")
}

fn take(entry: &mut dyn Read, path: &Path, known: &Part) -> Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    let bytes = std::io::copy(entry, &mut file).with_context(|| {
        format!("it was to be written to {}, with {} bytes", path.display(), known.bytes)
    })?;
    file.sync_all()?;
    ensure!(bytes == known.bytes, "it has {bytes} bytes and should have {}", known.bytes);
    let found = Part::of(path, &mut |_| {})?;
    ensure!(found == *known, "its bytes are not those that were written");
    Ok(())
}

/// As `sha256sum --check` reads it.
fn sums(manifest: &Manifest) -> String {
    let own = Part::of_bytes(&manifest.text());
    let parts = PARTS.iter().filter_map(|name| Some((*name, manifest.parts.get(*name)?)));
    let all = [(MANIFEST, &own)].into_iter().chain(parts);
    all.map(|(name, part)| format!("{}  {name}\n", part.sha256)).collect()
}
