//! What each audience sees: folds of events into views, pages, the web front end.
//!
//! ```text
//! ui/ (TypeScript, Svelte) ─▶ vite ─▶ dist/ ─▶ assets ──▶ gateway: /assets/{hashed name}
//! templates/ ─▶ page (words in two languages) ──────────▶ gateway: /host, /v/{s}, …
//! ```
//!
//! Promises: building it needs no Node; a page works without anything from elsewhere; whatever a
//! person wrote is escaped.
//! Never: decides who gets what, knows a socket, reads a clock.

mod assets;
mod contact;
mod door;
mod format;
mod overlay;
mod page;
mod privacy;
mod qr;
mod told;
mod viewer;
mod words;

pub use assets::{Asset, Entry, asset};
pub use contact::{CONSENT_VERSION, ContactForm, ContactWrong, Deliver};
pub use door::{Entrance, Refused, Visit, role_words};
pub use overlay::overlay;
pub use page::{Page, Shell, app};
pub use privacy::{Keeping, Kept, LAW, Notice, kept, privacy};
pub use qr::qr;
pub use told::Told;
pub use viewer::{OrderPage, Sale, order, sale};
pub use words::Lang;
