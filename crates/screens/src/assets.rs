//! The built front end, embedded: files whose names change with their bytes.

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::Embed;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
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

type Chunks = BTreeMap<String, Chunk>;

fn manifest() -> Chunks {
    let file: Cow<'static, [u8]> =
        Dist::get(".vite/manifest.json").map(|file| file.data).unwrap_or_default();
    serde_json::from_slice(&file).unwrap_or_default()
}

fn entries() -> BTreeMap<String, Entry> {
    let chunks = manifest();
    let pages = chunks.iter().filter(|(_, chunk)| chunk.is_entry);
    pages.map(|(source, chunk)| (source.clone(), needs(&chunks, source, chunk))).collect()
}

/// An entry's own script, and the styles of everything it imports before its own.
fn needs(chunks: &Chunks, source: &str, chunk: &Chunk) -> Entry {
    let address = |file: &String| format!("/assets/{file}");
    let mut styles = Vec::new();
    for style in loaded(chunks, source).iter().flat_map(|chunk| &chunk.css).map(address) {
        if !styles.contains(&style) {
            styles.push(style);
        }
    }
    Entry { script: address(&chunk.file), styles }
}

/// Every chunk that is loaded with this one, each once, what is imported before what imports it.
fn loaded<'a>(chunks: &'a Chunks, source: &str) -> Vec<&'a Chunk> {
    fn visit<'a>(chunks: &'a Chunks, name: &str, seen: &mut BTreeSet<String>) -> Vec<&'a Chunk> {
        let Some(chunk) = chunks.get(name).filter(|_| seen.insert(name.to_owned())) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for import in &chunk.imports {
            found.extend(visit(chunks, import, seen));
        }
        found.push(chunk);
        found
    }
    visit(chunks, source, &mut BTreeSet::new())
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

    /// Most compressed bytes of script and of style that a page loads before it can be used.
    const fn budget(shell: Shell) -> (usize, usize) {
        match shell {
            Shell::Host => (60_000, 12_000),
            Shell::Viewer | Shell::Order => (10_000, 12_000),
            Shell::Ops => (75_000, 12_000),
            Shell::Overlay => (8_000, 12_000),
            Shell::People => (40_000, 12_000),
        }
    }

    #[test]
    fn every_page_stays_within_its_budget_in_both_languages() {
        let chunks = manifest();
        let weigh = |name: &String| asset(name).expect("there").gzip.len();
        for shell in Shell::ALL {
            for source in [Lang::Vi, Lang::En].map(|lang| shell.source(lang)) {
                let loaded = loaded(&chunks, source);
                let script: usize = loaded.iter().map(|chunk| weigh(&chunk.file)).sum();
                let styles: BTreeSet<_> = loaded.iter().flat_map(|chunk| &chunk.css).collect();
                let style: usize = styles.into_iter().map(weigh).sum();
                let (most, most_style) = budget(shell);
                assert!(0 < script && script <= most, "{source}: {script} bytes of script");
                assert!(0 < style && style <= most_style, "{source}: {style} bytes of style");
            }
        }
    }

    #[test]
    fn a_page_brings_the_words_of_its_own_language_only() {
        let chunks = manifest();
        let said = |shell: Shell, lang| {
            let scripts = loaded(&chunks, shell.source(lang)).into_iter();
            let texts = scripts.map(|chunk| asset(&chunk.file).expect("there").plain.to_vec());
            String::from_utf8(texts.collect::<Vec<_>>().concat()).expect("text")
        };
        let of = [
            (Shell::Host, "Bắt đầu nhận đơn", "Start taking orders"),
            (Shell::Ops, "Biểu đồ", "No data from"),
            (Shell::People, "Mời người làm", "Invite somebody"),
        ];
        for (shell, vi, en) in of {
            let (in_vi, in_en) = (said(shell, Lang::Vi), said(shell, Lang::En));
            assert!(in_vi.contains(vi) && !in_vi.contains(en), "{shell:?}");
            assert!(in_en.contains(en) && !in_en.contains(vi), "{shell:?}");
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
