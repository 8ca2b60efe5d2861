//! Lists as people paste them: what is for sale, and what was said in a feed.
//!
//! ```text
//! "Cà chua, 45k, 30kg" ─▶ goods ─▶ fields ─▶ price, amount ─▶ an offer, or what would be right
//! "Lan: chốt D1 2kg"   ─▶ feed ─▶ a name and words, or nobody
//! ```
//!
//! Promises: every line that says something comes back, in its order; a price that may be meant
//! otherwise is asked about.
//! Never: changes anything, reads a comment (that is `intent`'s).

mod amount;
pub(crate) mod feed;
pub(crate) mod goods;
mod price;
mod spoken;
