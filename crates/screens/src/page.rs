//! Pages: HTML with the headers that belong to it.

use crate::assets::{Entry, entry};
use crate::words::Lang;
use askama::Template;
use domain::Salutation;

/// A page that is ready to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The HTML.
    pub html: String,
}

impl Page {
    /// Nothing from elsewhere, no script or style in the page, no frame around it. Where a browser
    /// knows it, no text becomes HTML but the templates of the front end's own library, which are
    /// constants of the build, and pages of this server that are read again.
    pub const POLICY: &'static str = "default-src 'none'; script-src 'self'; style-src 'self'; \
        img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
        trusted-types svelte-trusted-html chot-own-page";

    /// For an overlay: a stream's program adds its own styles, which a host may write there.
    pub const OVERLAY_POLICY: &'static str = "default-src 'none'; script-src 'self'; \
        style-src 'self' 'unsafe-inline'; img-src 'self'; connect-src 'self'; form-action 'none'; \
        base-uri 'none'; frame-ancestors 'none'";

    pub(crate) fn of(template: &impl Template) -> Self {
        Self { html: template.render().expect("a page is written into memory") }
    }

    /// A page for buyers: where its words say ‹bạn› or ‹Bạn›, it says how the shop addresses them.
    pub(crate) fn for_buyers(template: &impl Template, salutation: Salutation) -> Self {
        let html = Self::of(template).html.replace("‹bạn›", salutation.as_str());
        Self { html: html.replace("‹Bạn›", salutation.capital()) }
    }
}

/// Which part of the front end fills a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shell {
    /// The host's console.
    Host,
    /// The viewer's page.
    Viewer,
    /// The page of one order.
    Order,
    /// The operator's page.
    Ops,
    /// A stream's overlay.
    Overlay,
    /// The page of people, devices and helpers.
    People,
}

impl Shell {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Host, Self::Viewer, Self::Order, Self::Ops, Self::Overlay, Self::People];

    /// The entry's source, as the build knows it: it brings the words of one language.
    pub(crate) const fn source(self, lang: Lang) -> &'static str {
        match self {
            Self::Host => lang.pick("src/host/main.ts", "src/host/main.en.ts"),
            Self::Viewer => lang.pick("src/viewer/main.ts", "src/viewer/main.en.ts"),
            Self::Order => lang.pick("src/order/main.ts", "src/order/main.en.ts"),
            Self::Ops => lang.pick("src/ops/main.ts", "src/ops/main.en.ts"),
            Self::Overlay => "src/overlay/main.ts",
            Self::People => lang.pick("src/people/main.ts", "src/people/main.en.ts"),
        }
    }
}

#[derive(Template)]
#[template(path = "app.html")]
struct App<'a> {
    lang: Lang,
    title: &'a str,
    entry: &'static Entry,
}

/// A page that its script fills.
pub fn app(shell: Shell, lang: Lang, title: &str) -> Page {
    Page::of(&App { lang, title, entry: entry(shell.source(lang)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_escaped() {
        let page = app(Shell::Host, Lang::Vi, "<script>alert(1)</script>");
        assert!(!page.html.contains("<script>alert"), "{}", page.html);
    }
}
