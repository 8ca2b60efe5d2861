//! What a run left where anybody may look, and the search for secrets in it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A secret that may stand at a place, and why.
pub struct Exemption {
    pub secret: &'static str,
    /// How the place's name begins.
    pub place: &'static str,
    pub why: &'static str,
}

/// Secrets of a run by their names, and everything that was seen, by its place.
#[derive(Default)]
pub struct Evidence {
    secrets: Vec<(&'static str, Vec<u8>)>,
    seen: Vec<(String, String)>,
}

impl Evidence {
    /// From now on this must not be seen.
    pub fn secret(&mut self, name: &'static str, secret: impl AsRef<[u8]>) {
        let secret = secret.as_ref();
        assert!(secret.len() >= 8, "{name} is too short to be searched for");
        if !self.secrets.iter().any(|(_, known)| known == secret) {
            self.secrets.push((name, secret.to_vec()));
        }
    }

    /// Something that was seen at that place.
    pub fn see(&mut self, place: impl Into<String>, seen: impl AsRef<[u8]>) {
        self.seen.push((place.into(), latin(seen.as_ref())));
    }

    /// How much was seen, in bytes.
    pub fn size(&self) -> usize {
        self.seen.iter().map(|(_, seen)| seen.len()).sum()
    }

    /// Every secret that stands somewhere, as `secret, form, at place: what is around it`, and each
    /// exemption that nothing needs.
    pub fn found(&self, exemptions: &[Exemption]) -> Vec<String> {
        let mut found = Vec::new();
        let mut used = vec![false; exemptions.len()];
        for (name, secret) in &self.secrets {
            for (form, needle) in forms(secret) {
                for (place, seen) in &self.seen {
                    let Some(at) = seen.find(&needle) else { continue };
                    let may = |one: &Exemption| one.secret == *name && place.starts_with(one.place);
                    match exemptions.iter().position(may) {
                        Some(one) => used[one] = true,
                        None => {
                            found.push(format!("{name}, {form}, at {place}: {}", near(seen, at)))
                        }
                    }
                }
            }
        }
        let idle = exemptions.iter().zip(used).filter(|(_, used)| !used);
        found.extend(idle.map(|(one, _)| format!("nothing needs {} at {}", one.secret, one.place)));
        found
    }
}

/// The forms in which a secret can slip out.
pub fn forms(secret: &[u8]) -> Vec<(&'static str, String)> {
    let hex = |upper: bool| {
        let byte = |byte: &u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
        secret.iter().map(byte).collect::<String>()
    };
    let percent = |upper: bool| {
        let byte = |byte: &u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(*byte).to_string()
            }
            _ if upper => format!("%{byte:02X}"),
            _ => format!("%{byte:02x}"),
        };
        secret.iter().map(byte).collect::<String>()
    };
    let numbers: Vec<String> = secret.iter().map(u8::to_string).collect();
    let forms = [
        ("as it is", latin(secret)),
        ("in hex", hex(false)),
        ("in HEX", hex(true)),
        ("in base64", STANDARD.encode(secret)),
        ("in bare base64", STANDARD_NO_PAD.encode(secret)),
        ("in base64 for addresses", URL_SAFE_NO_PAD.encode(secret)),
        ("percent-encoded", percent(true)),
        ("percent-encoded in small letters", percent(false)),
        ("as a form writes it", percent(true).replace("%20", "+")),
        ("as Rust shows bytes", numbers.join(", ")),
        ("as JSON escapes it", latin(secret).escape_default().to_string()),
    ];
    let mut kept: Vec<(&'static str, String)> = Vec::new();
    for (form, needle) in forms {
        if kept.iter().all(|(_, known)| *known != needle) {
            kept.push((form, needle));
        }
    }
    kept
}

/// Each byte as one character: what is no text can be searched like text.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn near(seen: &str, at: usize) -> String {
    let back = seen[..at].chars().rev().take(120).count();
    let begin = seen[..at].chars().count() - back;
    seen.chars().skip(begin).take(240).collect::<String>().escape_debug().to_string()
}
