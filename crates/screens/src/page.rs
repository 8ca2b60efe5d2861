//! Pages: HTML with the headers that belong to it.

use crate::assets::{Entry, entry};
use crate::words::Lang;
use askama::Template;

/// A page that is ready to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The HTML.
    pub html: String,
}

impl Page {
    /// Nothing from elsewhere, no script in the page, no frame around it.
    pub const POLICY: &'static str = "default-src 'none'; script-src 'self'; style-src 'self'; \
        img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'";

    pub(crate) fn of(template: &impl Template) -> Self {
        Self { html: template.render().expect("a page is written into memory") }
    }
}

/// Which part of the front end fills a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shell {
    /// The host's console.
    Host,
    /// The viewer's page.
    Viewer,
    /// The operator's page.
    Ops,
}

impl Shell {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Host, Self::Viewer, Self::Ops];

    /// The entry's source, as the build knows it.
    pub(crate) const fn source(self) -> &'static str {
        match self {
            Self::Host => "src/host/main.ts",
            Self::Viewer => "src/viewer/main.ts",
            Self::Ops => "src/ops/main.ts",
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
    Page::of(&App { lang, title, entry: entry(shell.source()) })
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
