//! Peers beside us: what anybody would use instead, in the same run on the same machine.
//!
//! ```text
//! orders ─▶ ratio ─▶ table, NAME.json
//!   │         └ alternating rounds, one side at a time
//!   ├─▶ post       ours: stencil ─▶ chot serve
//!   └─▶ redis ─▶ resp, stencil ─▶ drive ─▶ books
//! sockets ─▶ ratio   beside the bare server and nginx with nchan
//! ```

mod books;
mod drive;
mod process;
pub(crate) mod ratio;
pub(crate) mod redis;
mod resp;
pub(crate) mod sockets;
mod stencil;
