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
    /// True if nothing that is sold there is real: its page says so on air.
    practice: bool,
    entry: &'static Entry,
}

/// The page, the same whoever asks: its key and its options stand in its address.
pub fn overlay(salutation: Salutation, practice: bool) -> Page {
    let you = match salutation {
        Salutation::Ban => "các bạn",
        Salutation::AnhChi | Salutation::CoBac => salutation.as_str(),
    };
    Page::of(&Overlay { you, practice, entry: entry(Shell::Overlay.source(Lang::Vi)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_empty_and_thanks_as_its_shop_does() {
        let page = |salutation| overlay(salutation, false).html;
        assert!(page(Salutation::CoBac).contains("data-you=\"cô bác\"></main>"));
        assert!(page(Salutation::Ban).contains("data-you=\"các bạn\"></main>"));
        let practice = overlay(Salutation::Ban, true).html;
        assert!(practice.contains("data-you=\"các bạn\" data-practice></main>"));
        assert!(!page(Salutation::Ban).contains("color-scheme"), "it would paint a background");
    }

    #[test]
    fn the_page_has_its_own_style_and_no_other_pages() {
        assert_eq!(entry(Shell::Overlay.source(Lang::Vi)).styles.len(), 1);
    }
}
