//! What the doors need: the hub, who is who, and the options of this installation.

use crate::backup::Backup;
use crate::edge::{Edge, Hosts, Networks};
use crate::live::{Consoles, Overlays, Pace, Stocks, Timing};
use crate::metrics::Answered;
use crate::passwords::Passwords;
use crate::problem::Problem;
use crate::rates::{Keyed, Rate};
use crate::stop::Stop;
use accounts::{Accounts, NewSecond, PersonId, TokenId};
use domain::limits::{
    CALLS_PER_ADDRESS_BURST, CALLS_PER_ADDRESS_PER_S, LEDGERS_AT_ONCE_MAX,
    MESSAGES_PER_SOCKET_BURST, MESSAGES_PER_SOCKET_PER_S, NAME_BYTES_MAX,
    PASSWORDS_PER_ADDRESS_BURST, PASSWORDS_PER_ADDRESS_PER_S, PASSWORDS_PER_NAME_BURST,
    PASSWORDS_PER_NAME_PER_S, PHOTOS_ARRIVING_MAX, PHOTOS_AT_ONCE_MAX, POSTS_PER_SOURCE_BURST,
    POSTS_PER_SOURCE_PER_S, RECEIPTS_AT_ONCE_MAX,
};
use domain::{Clock, OrderId, OrderView, Position, SessionId, SessionView, ShopId};
use hub::Hub;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// Everything the public doors stand on.
pub struct Doors {
    /// Decides, remembers, tells.
    pub hub: Hub,
    /// Who is who.
    pub accounts: Accounts,
    /// The read model, for `stored=true`.
    pub stored: Arc<dyn StoredOrders>,
    /// The clocks: the wall's for tickets, the monotonic one for durations.
    pub clock: Arc<dyn Clock>,
    /// When the server stops, sockets are closed with 1012.
    pub stop: Stop,
    /// What readiness says besides, as the read model's lag: names and figures.
    pub notes: Notes,
    /// Lets a simulated crowd into a practice live, until it ends.
    pub practise: Practise,
    /// Makes backups.
    pub backup: Arc<dyn Backup>,
    /// Where other devices of the local network find us.
    pub addresses: Addresses,
    /// How this installation differs from others.
    pub options: Options,
}

/// Names and figures that readiness adds to its answer.
pub type Notes = Arc<dyn Fn() -> Vec<(&'static str, serde_json::Value)> + Send + Sync>;

/// Lets a crowd into a session of a practice shop.
pub type Practise = Arc<dyn Fn(ShopId, SessionId) + Send + Sync>;

/// Addresses on the local network, as `http://192.168.1.7:8080`, the likeliest first; none where
/// only this machine reaches us. Asked each time: a network may change under a running server.
pub type Addresses = Arc<dyn Fn() -> Vec<String> + Send + Sync>;

/// What an installation may set.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The HTML of `GET /`; none for the built-in page.
    pub front: Option<String>,
    /// Pages of other hosts that may open sockets, as browsers send them: `https://shop.example`.
    pub origins: Vec<String>,
    /// Where people reach us from outside, as `https://shop.example`; none: only over the local
    /// network, unencrypted.
    pub public_url: Option<String>,
    /// The names under which we are called, beside addresses and `localhost`.
    pub hosts: Hosts,
    /// Proxies whose word on the caller's address is believed.
    pub proxies: Networks,
    /// For how many days a buyer is kept of whom nothing is heard, and where.
    pub keeping: screens::Keeping,
    /// How often somebody may call.
    pub rates: RateLimits,
    /// How long a connection waits for this and that; only tests change it.
    pub timing: Timing,
}

impl Options {
    /// What the public listener asks of every call.
    pub fn edge(&self) -> Edge {
        let (hosts, proxies) = (self.hosts.clone(), self.proxies.clone());
        Edge { hosts, proxies, from: None, is_encrypted: self.is_encrypted() }
    }

    /// True if browsers reach us over HTTPS.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// How often somebody may call; `None` for as often as they like.
#[derive(Clone, Debug)]
pub struct RateLimits {
    /// Anonymous calls of one address; the machine's own is never counted.
    pub per_address: Option<Rate>,
    /// Posts by one source token.
    pub per_source: Option<Rate>,
    /// Tries at one person's password.
    pub per_name: Option<Rate>,
    /// Tries at passwords from one address; the machine's own is never counted.
    pub per_guesser: Option<Rate>,
    /// Messages of one socket; beyond it the socket is read more slowly, nothing is refused.
    pub per_socket: Option<Rate>,
}

impl Default for RateLimits {
    fn default() -> Self {
        let rate = |per_second, burst| Some(Rate { per_second, burst });
        Self {
            per_address: rate(CALLS_PER_ADDRESS_PER_S, CALLS_PER_ADDRESS_BURST),
            per_source: rate(POSTS_PER_SOURCE_PER_S, POSTS_PER_SOURCE_BURST),
            per_name: rate(PASSWORDS_PER_NAME_PER_S, PASSWORDS_PER_NAME_BURST),
            per_guesser: rate(PASSWORDS_PER_ADDRESS_PER_S, PASSWORDS_PER_ADDRESS_BURST),
            per_socket: rate(MESSAGES_PER_SOCKET_PER_S, MESSAGES_PER_SOCKET_BURST),
        }
    }
}

/// The read model as the doors see it. The server connects it; the doors never open a database.
pub trait StoredOrders: Send + Sync {
    /// Orders of a session after `after` by number, at most `limit`, and up to where the read model
    /// has come.
    ///
    /// # Errors
    /// [`ReadModelDown`] if the database does not answer.
    fn orders(
        &self,
        shop: ShopId,
        session: SessionId,
        after: Option<OrderId>,
        limit: usize,
    ) -> Pin<Box<dyn Future<Output = StoredResult> + Send + '_>>;
}

/// What a read of the read model gives.
pub type StoredResult = Result<StoredPage, ReadModelDown>;

/// Some stored orders.
#[derive(Clone, Debug)]
pub struct StoredPage {
    /// By number.
    pub orders: Vec<OrderView>,
    /// The read model's watermark.
    pub as_of: Position,
}

/// The read model does not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the read model does not answer")]
pub struct ReadModelDown;

/// The doors at work.
pub(crate) struct Inside {
    pub(crate) doors: Doors,
    pub(crate) stocks: Stocks,
    pub(crate) pace: Pace,
    pub(crate) answered: Answered,
    pub(crate) consoles: Consoles,
    pub(crate) overlays: Overlays,
    pub(crate) addresses: Keyed<IpAddr>,
    pub(crate) sources: Keyed<TokenId>,
    /// By the name that is tried, whether there is such a person or not.
    pub(crate) names: Keyed<Box<str>>,
    /// Second factors that were drawn and not confirmed yet.
    pub(crate) seconds: Mutex<BTreeMap<PersonId, NewSecond>>,
    pub(crate) ledgers: Arc<Semaphore>,
    pub(crate) passwords: Passwords,
    /// Where passwords are tried from.
    pub(crate) guessers: Keyed<IpAddr>,
    pub(crate) receipts: Arc<Semaphore>,
    /// Pictures that are arriving, and those of them that are being read.
    pub(crate) pictures: Arc<Semaphore>,
    pub(crate) picture_readers: Arc<Semaphore>,
}

/// What every handler holds.
pub(crate) type Shared = Arc<Inside>;

impl Inside {
    pub(crate) fn new(doors: Doors) -> Shared {
        let rates = &doors.options.rates;
        Arc::new(Self {
            stocks: Stocks::new(doors.options.timing.stock_every),
            pace: Pace::default(),
            answered: Answered::new(),
            consoles: Consoles::new(doors.options.timing.console_every),
            overlays: Overlays::new(doors.options.timing.overlay_every),
            addresses: Keyed::new(rates.per_address),
            sources: Keyed::new(rates.per_source),
            names: Keyed::new(rates.per_name),
            seconds: Mutex::default(),
            receipts: Arc::new(Semaphore::new(RECEIPTS_AT_ONCE_MAX)),
            passwords: Passwords::new(),
            guessers: Keyed::new(rates.per_guesser),
            pictures: Arc::new(Semaphore::new(PHOTOS_ARRIVING_MAX)),
            picture_readers: Arc::new(Semaphore::new(PHOTOS_AT_ONCE_MAX)),
            ledgers: Arc::new(Semaphore::new(LEDGERS_AT_ONCE_MAX)),
            doors,
        })
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.doors.hub
    }

    /// How others reach this server: as it was told, or over the local network as it is now.
    pub(crate) fn outside(&self) -> Option<String> {
        let near = || (self.doors.addresses)().first().cloned();
        self.doors.options.public_url.clone().or_else(near)
    }

    /// Counts a try at somebody's password; true if there were too many from there or for them.
    pub(crate) fn tries_too_often(&self, from: Option<IpAddr>, name: &str) -> bool {
        // What is longer is nobody's name: it counts as its beginning.
        let name: String = name.trim().chars().take(NAME_BYTES_MAX).collect();
        // The address first: what is refused to a flood from one place is not held against the
        // person whose name it tries.
        from.is_some_and(|from| self.guessers.check(&from).is_err())
            || self.names.check(&name.to_lowercase().into()).is_err()
    }

    /// A session as it durably is.
    ///
    /// # Errors
    /// `unknown_session`, or that its shop is not served.
    pub(crate) fn known_session(
        &self,
        shop: ShopId,
        session: SessionId,
    ) -> Result<Arc<SessionView>, Problem> {
        self.hub().known_session(shop, session).map_err(|error| Problem::of_hub(shop, error))
    }
}
