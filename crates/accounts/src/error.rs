//! What can go wrong: the file, and expected refusals.

use crate::name::NameError;
use domain::limits::{SHOPS_MAX, TICKETS_USED_MAX};
use std::io;
use std::path::PathBuf;

/// Why the accounts file cannot be used, or a shop not be added.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The shop's name is refused.
    #[error("{0}")]
    Name(#[from] NameError),
    /// [`SHOPS_MAX`] is reached.
    #[error("this installation has {SHOPS_MAX} shops, and that is the most it takes")]
    TooManyShops,
    /// A later `chot` wrote the file.
    #[error(
        "{} has format {found}, and this chot knows formats up to {known}: \
         start the newer chot, or restore the backup made before the upgrade",
        path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest this program reads.
        known: i64,
    },
    /// The file is a database of something else, or lacks what it must hold.
    #[error("{} is not an accounts file of chot: {what}", path.display())]
    NotOurs {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Another process, or another handle of this one, has the file.
    #[error("{} is in use by another process", path.display())]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// The folder or the file itself.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// What was tried, in the imperative.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What is in the file.
    #[error("cannot {doing} {}: {source}", path.display())]
    Database {
        /// What was tried, in the imperative.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

/// Why a viewer gets no ticket, or a ticket opens no socket. Expected, and never logged as an
/// error.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TicketError {
    /// The viewer's name is refused.
    #[error("{0}")]
    Name(#[from] NameError),
    /// The buyer token was not made by this server for this shop.
    #[error(
        "the buyer token was not given out for this shop: leave it out to come as somebody new"
    )]
    BadBuyerToken,
    /// Not a ticket, altered, or from before the server's last start.
    #[error("the ticket is not valid: ask for another")]
    BadTicket,
    /// Older than its minute.
    #[error("the ticket is too old: ask for another")]
    TicketExpired,
    /// It has opened a socket before.
    #[error("the ticket was used before: ask for another")]
    TicketUsed,
    /// [`TICKETS_USED_MAX`] is reached.
    #[error("{TICKETS_USED_MAX} viewers came within a minute: try again shortly")]
    Busy,
}

impl TicketError {
    /// The stable code of the answer; an outsider is not told what is wrong with a ticket.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Name(error) => error.code(),
            Self::BadBuyerToken => "bad_buyer_token",
            Self::BadTicket | Self::TicketExpired | Self::TicketUsed => "bad_ticket",
            Self::Busy => "busy",
        }
    }
}
