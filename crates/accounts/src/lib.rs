//! Who are you, what may you do, what may we keep?
//!
//! ```text
//! bearer token ─▶ digest ─▶ directory (memory) ─▶ principal: shop and role
//!                              ▲ read at start, added to after each durable write
//!                          accounts.db (SQLite): shops, token digests, the server's secret, photos
//!
//! name, buyer token ─▶ mint ─▶ ticket ─▶ redeem, once, within a minute ─▶ shop, session, buyer
//! set-up link, invitation, or name and password ─▶ sign-in (a cookie) ─▶ person
//! person, shop ─▶ role: one table of what may be done ─▶ principal
//! deed ─▶ audit log: who did what, from where
//! address ─▶ network: a keyed digest that can be counted and not read
//! overlay's key ─▶ digest ─▶ one session's overlay, to look at, until it is revoked
//! picture ─▶ read, made small, written anew ─▶ photo and thumbnail of an offer, by their digests
//! ```
//!
//! Promises: a token is shown once and kept only as its SHA-256; a shop that was added is durable
//! before anybody is told; asking who somebody is never touches the disk; a ticket opens one socket
//! once and dies with the process that made it; a buyer token is the same buyer again, in its own
//! shop only, for as long as the server's secret lives; making tickets costs no memory; a photo
//! carries nothing but its pixels, and which one an offer shows is answered from memory.
//! Never: keeps a viewer's name, keeps a picture as it was sent, reads a clock, writes a secret
//! where somebody may print it.

mod accounts;
mod album;
mod assist;
mod audit;
mod buyer;
mod capability;
mod copy;
mod crew;
mod directory;
mod entrance;
mod error;
mod name;
mod network;
mod one_time;
mod overlay_store;
mod overlays;
mod people;
mod person;
mod photo_cache;
mod photos;
mod picture;
mod random;
mod role;
mod roll;
mod second;
mod secret;
mod sign_in;
mod store;
mod ticket;
mod token;

pub use accounts::{Accounts, By, NewShop, NewTicket, Principal, Viewer};
pub use assist::Assist;
pub use audit::{Deed, Entry};
pub use crew::{CrewError, Device, Member};
pub use entrance::SetUpError;
pub use error::{AccountsError, TicketError};
pub use name::NameError;
pub use one_time::Opens;
pub use overlays::{NewOverlayKey, OverlayKey, OverlayKeyError, OverlayKeyId};
pub use people::{NewSignIn, SignInTry, SignedIn};
pub use person::{Duty, Person, PersonError, PersonId};
pub use photos::{OfferAt, PhotoBytes, PhotoDigest, PhotoError, Shown};
pub use picture::{Picture, PictureError};
pub use role::{Act, Role};
pub use second::NewSecond;
pub use sign_in::{CameFrom, SignInId};
pub use token::TokenId;
