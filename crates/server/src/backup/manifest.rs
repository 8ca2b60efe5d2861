//! What a backup says of itself: the first thing in it, in words that a person can read.

use anyhow::{Context, Result, bail};
use domain::{Hash, ShopId, Stamp, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The form of the whole file; a larger number was written by a newer program.
pub(crate) const FORMAT: u32 = 1;

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 1024 * 1024;

/// `manifest.json`.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Manifest {
    /// [`FORMAT`].
    pub(crate) format: u32,
    /// Which `chot` made it.
    pub(crate) program: String,
    /// Of which moment it is.
    pub(crate) made: String,
    /// The same in milliseconds since 1970.
    pub(crate) made_ms: u64,
    /// Up to where every shop's history is in it, by the shop's id.
    pub(crate) shops: BTreeMap<String, Position>,
    /// The files behind it, by their names.
    pub(crate) parts: BTreeMap<String, Part>,
}

/// A shop's last event.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Position {
    /// Which writer.
    pub(crate) epoch: u64,
    /// Which event.
    pub(crate) seq: u64,
    /// The chain's hash there.
    pub(crate) hash: String,
}

/// A file of the backup.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    /// Its length.
    pub(crate) bytes: u64,
    /// Its SHA-256.
    pub(crate) sha256: String,
}

impl Manifest {
    /// Of shops that stand there, at that moment.
    pub(crate) fn new(heads: &BTreeMap<ShopId, Stamp>, at: Timestamp) -> Self {
        let shop = |(shop, head): (&ShopId, &Stamp)| {
            let (epoch, seq) = (head.position.epoch.0, head.position.seq.0);
            (shop.to_string(), Position { epoch, seq, hash: head.hash.to_string() })
        };
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").into(),
            made: at.to_string(),
            made_ms: at.0,
            shops: heads.iter().map(shop).collect(),
            parts: BTreeMap::new(),
        }
    }

    /// Reads it; a newer form is refused before anything else of it is believed.
    pub(crate) fn read(text: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let form: Form = serde_json::from_slice(text).context("it is no manifest of a backup")?;
        if form.format > FORMAT {
            bail!(
                "it has format {}, this program knows {FORMAT}: a newer chot made it. Restore it \
                 with that version.",
                form.format
            );
        }
        serde_json::from_slice(text).context("it is no manifest of a backup")
    }

    /// As it lies in the file.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).expect("texts and numbers");
        text.push(b'\n');
        text
    }
}

impl Position {
    /// True if it is where that shop stands.
    pub(crate) fn is(&self, head: &Stamp) -> bool {
        let there = (head.position.epoch.0, head.position.seq.0);
        (self.epoch, self.seq) == there && Hash::parse(&self.hash) == Some(head.hash)
    }
}

impl Part {
    /// Measures a file. `told` hears each stretch of bytes that is read.
    pub(crate) fn of(path: &Path, told: &mut dyn FnMut(u64)) -> Result<Self> {
        let mut file = std::fs::File::open(path)?;
        let (mut sum, mut bytes) = (Sha256::new(), 0);
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            sum.update(&chunk[..read]);
            bytes += read as u64;
            told(read as u64);
        }
        Ok(Self { bytes, sha256: Hash(sum.finalize().into()).to_string() })
    }

    /// Of bytes in memory.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let sha256 = Hash(Sha256::digest(bytes).into()).to_string();
        Self { bytes: bytes.len() as u64, sha256 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written_and_a_newer_one_is_refused() {
        let mut manifest = Manifest::new(&BTreeMap::new(), Timestamp(1_780_000_000_000));
        manifest.parts.insert("journal.db".into(), Part::of_bytes(b"abc"));
        assert_eq!(Manifest::read(&manifest.text()).expect("it is ours"), manifest);
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(manifest.parts["journal.db"].sha256, abc);
        // What a newer program writes besides is not looked at.
        let newer = format!("{{\"format\": {}}}", FORMAT + 1);
        let said = Manifest::read(newer.as_bytes()).expect_err("newer").to_string();
        assert!(said.contains("newer chot"), "{said}");
        assert!(Manifest::read(b"{}").is_err());
    }
}
