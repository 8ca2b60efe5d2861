//! The built front end, embedded: files whose names change with their bytes.

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::Embed;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::LazyLock;

#[derive(Embed)]
#[folder = "dist"]
#[allow_missing = false]
struct Dist;

/// One file, as it is and compressed.
#[derive(Clone, Debug)]
pub struct Asset {
    /// What kind of file it is, for `Content-Type`.
    pub mime: &'static str,
    /// Its bytes.
    pub plain: Box<[u8]>,
    /// The same under `Content-Encoding: gzip`.
    pub gzip: Box<[u8]>,
}

/// What a page needs of the front end.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Entry {
    /// Its script, as an address.
    pub script: String,
    /// Its style sheets, as addresses.
    pub styles: Vec<String>,
}

/// A built file by its name below `/assets/`; none if there is no such file.
pub fn asset(name: &str) -> Option<&'static Asset> {
    static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
        let names = Dist::iter().filter(|name| !name.starts_with('.'));
        names.filter_map(|name| Some((name.to_string(), read(&name)?))).collect()
    });
    ASSETS.get(name)
}

/// What the page of this source needs: `src/host/main.ts`.
///
/// # Panics
/// If the front end was built without it, which a test rules out.
pub(crate) fn entry(source: &str) -> &'static Entry {
    static ENTRIES: LazyLock<BTreeMap<String, Entry>> = LazyLock::new(entries);
    ENTRIES.get(source).expect("the front end is built with every page")
}

fn read(name: &str) -> Option<Asset> {
    let plain = Dist::get(name)?.data;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&plain).and_then(|()| gzip.try_finish()).ok()?;
    let gzip = gzip.finish().ok()?.into();
    Some(Asset { mime: mime(name), plain: plain.into_owned().into(), gzip })
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// A chunk of vite's manifest.
#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default, rename = "isEntry")]
    is_entry: bool,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
}

fn entries() -> BTreeMap<String, Entry> {
    let manifest: Cow<'static, [u8]> =
        Dist::get(".vite/manifest.json").map(|file| file.data).unwrap_or_default();
    let chunks: BTreeMap<String, Chunk> = serde_json::from_slice(&manifest).unwrap_or_default();
    let pages = chunks.iter().filter(|(_, chunk)| chunk.is_entry);
    pages.map(|(source, chunk)| (source.clone(), needs(&chunks, chunk))).collect()
}

/// An entry's own files and the styles of what it imports.
fn needs(chunks: &BTreeMap<String, Chunk>, chunk: &Chunk) -> Entry {
    let address = |file: &String| format!("/assets/{file}");
    let imported = chunk.imports.iter().filter_map(|name| chunks.get(name));
    let styles = imported.flat_map(|chunk| &chunk.css).chain(&chunk.css).map(address).collect();
    Entry { script: address(&chunk.file), styles }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Shell;
    use crate::words::Lang;

    #[test]
    fn every_page_finds_its_script_and_styles() {
        let both = Shell::ALL.map(|shell| [Lang::Vi, Lang::En].map(|lang| shell.source(lang)));
        for source in both.concat() {
            let entry = entry(source);
            for address in entry.styles.iter().chain([&entry.script]) {
                let name = address.strip_prefix("/assets/").expect("an asset's address");
                assert!(asset(name).is_some(), "{address}");
            }
        }
    }

    #[test]
    fn what_is_compressed_is_smaller_and_the_same() {
        let entry = entry(Shell::Host.source(Lang::Vi));
        let file = asset(entry.script.strip_prefix("/assets/").expect("an asset")).expect("there");
        assert!(file.gzip.len() < file.plain.len());
        let mut reader = flate2::read::GzDecoder::new(&*file.gzip);
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut reader, &mut bytes).expect("it unpacks");
        assert_eq!(bytes, &*file.plain);
    }

    #[test]
    fn the_manifest_is_not_given_out() {
        assert!(asset(".vite/manifest.json").is_none());
        assert!(asset("../Cargo.toml").is_none());
    }
}
