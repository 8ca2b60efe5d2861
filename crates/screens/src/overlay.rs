//! A stream's overlay: an empty page that shows through, filled by its script.

use crate::assets::{Entry, entry};
use crate::page::{Page, Shell};
use crate::words::Lang;
use askama::Template;
use domain::Salutation;

#[derive(Template)]
#[template(path = "overlay.html")]
struct Overlay {
    /// Whom the page thanks when the session ends.
    you: &'static str,
    entry: &'static Entry,
}

/// The page, the same whoever asks: its key and its options stand in its address.
pub fn overlay(salutation: Salutation) -> Page {
    let you = match salutation {
        Salutation::Ban => "các bạn",
        Salutation::AnhChi | Salutation::CoBac => salutation.as_str(),
    };
    Page::of(&Overlay { you, entry: entry(Shell::Overlay.source(Lang::Vi)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::asset;

    #[test]
    fn the_page_is_empty_and_thanks_as_its_shop_does() {
        let page = |salutation| overlay(salutation).html;
        assert!(page(Salutation::CoBac).contains("data-you=\"cô bác\"></main>"));
        assert!(page(Salutation::Ban).contains("data-you=\"các bạn\"></main>"));
        assert!(!page(Salutation::Ban).contains("color-scheme"), "it would paint a background");
    }

    #[test]
    fn the_page_is_small() {
        let check = |address: &str, most: usize| {
            let name = address.strip_prefix("/assets/").expect("an asset's address");
            let bytes = asset(name).expect("there").gzip.len();
            assert!(bytes <= most, "{address}: {bytes} bytes compressed");
        };
        let entry = entry(Shell::Overlay.source(Lang::Vi));
        check(&entry.script, 8_000);
        assert_eq!(entry.styles.len(), 1, "its own, and no other page's");
        check(&entry.styles[0], 12_000);
    }
}
