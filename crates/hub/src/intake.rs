//! The caller's thread: who is it, what do the words say, and what must not stand in the chain.
//!
//! Reading and sealing happen here, so that many callers share the work and the lane only decides.

use crate::ask::{Asked, Entry, Sender};
use crate::directory::{SessionCell, Then};
use crate::error::HubError;
use crate::key::{comment_key, viewer_key};
use domain::command::{Claim, Key, Origin, RuleNo, Want};
use domain::{
    BuyerRef, Code, Command, LinkCode, Network, OrderId, Quantity, Request, SessionId, ShopId,
    Timestamp,
};
use intent::{Author, Circumstances, Meaning, Reading};
use journal::{Buyer, JournalError, Sealed, Vault, Words};

/// A comment as a platform delivered it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// `platform:comment_id`, or `platform:comment_id:edited_at`.
    pub key: String,
    /// From where.
    pub platform: String,
    /// The platform's own id of the buyer.
    pub buyer_id: String,
    /// What the buyer calls themselves.
    pub buyer_name: String,
    /// The words.
    pub text: String,
    /// The platform's moment, which only chooses among the codebooks of the last minutes.
    pub sent_at: Option<Timestamp>,
    /// True if it was edited after it was sent.
    pub edited: bool,
    /// Who wrote it.
    pub author: Author,
}

/// A staff order on behalf of a named buyer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffClaim {
    /// The host's idempotency key with what was asked.
    pub key: Key,
    /// The buyer, if they are known; otherwise a new one.
    pub buyer: Option<BuyerRef>,
    /// What they are called.
    pub name: String,
    /// What they want.
    pub wants: Vec<Want>,
    /// Codes whose lines go back in the same moment, all or nothing.
    pub instead_of: Vec<Code>,
}

/// A viewer of the shop's own page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Viewer {
    /// Of which shop.
    pub shop: ShopId,
    /// In which session.
    pub session: SessionId,
    /// Who, by their `buyer_token`.
    pub buyer: BuyerRef,
    /// What they call themselves.
    pub name: String,
    /// From which network, where that says anything.
    pub network: Option<Network>,
}

/// What a viewer may send.
pub(crate) enum ViewerWish {
    Comment(String),
    Claim(Vec<Want>),
    Release(Vec<Code>, Option<Quantity>),
    Undo(OrderId),
    Extend(OrderId),
}

/// Prepares a platform's comment.
pub(crate) fn comment_entry(
    vault: &Vault,
    shop: ShopId,
    session: (SessionId, Option<&SessionCell>),
    comment: Comment,
    now: Timestamp,
) -> Result<Entry, JournalError> {
    let Comment { key, platform, buyer_id, buyer_name, text, sent_at, edited, author } = comment;
    let buyer = vault.buyer(shop, &platform, &buyer_id, &buyer_name)?;
    let said = Said {
        key: &key,
        name: &buyer_name,
        platform: &platform,
        text,
        edited,
        author,
        network: None,
    };
    let (asked, words) = said.read(shop, session, &buyer, sent_at.map(|at| (at, now)))?;
    let sender = Sender { session: session.0, buyer: buyer.buyer, key: key.into() };
    Ok(Entry { asked, words: Some(words), new_buyer: buyer.new, sender: Some(sender) })
}

/// Prepares a viewer's message.
pub(crate) fn viewer_entry(
    vault: &Vault,
    viewer: &Viewer,
    cell: Option<&SessionCell>,
    key: String,
    wish: ViewerWish,
) -> Result<Entry, JournalError> {
    let Viewer { shop, session, buyer: who, ref name, network } = *viewer;
    let buyer = vault.own(shop, who, name)?;
    let (asked, words) = match wish {
        ViewerWish::Comment(text) => {
            let (edited, author) = (false, Author::Viewer);
            let said = Said { key: &key, name, platform: OWN, text, edited, author, network };
            let (asked, words) = said.read(shop, (session, cell), &buyer, None)?;
            (asked.with_key(viewer_key(session, who, &key)), words)
        }
        ViewerWish::Claim(wants) => {
            let claim = Claim { network, ..Claim::new(session, who, Origin::Tap, wants) };
            let command = Command::Claim(claim);
            tap(shop, &buyer, session, (&key, name), command)?
        }
        ViewerWish::Release(codes, quantity) => {
            let (origin, rule) = (Origin::Tap, RuleNo::default());
            let command = Command::Release { session, buyer: who, origin, codes, quantity, rule };
            tap(shop, &buyer, session, (&key, name), command)?
        }
        ViewerWish::Undo(order) => {
            let command = Command::UndoCancel { session, order, buyer: Some(who) };
            tap(shop, &buyer, session, (&key, name), command)?
        }
        ViewerWish::Extend(order) => {
            let command = Command::ExtendOwn { session, buyer: who, order };
            tap(shop, &buyer, session, (&key, name), command)?
        }
    };
    let sender = Sender { session, buyer: who, key: key.into() };
    Ok(Entry { asked, words: Some(words), new_buyer: buyer.new, sender: Some(sender) })
}

/// Prepares a staff order. The same key means the same new buyer.
pub(crate) fn staff_entry(
    vault: &Vault,
    shop: ShopId,
    session: SessionId,
    claim: StaffClaim,
) -> Result<Result<Entry, HubError>, JournalError> {
    let StaffClaim { key, buyer, name, wants, instead_of } = claim;
    let command = |buyer| {
        Command::Claim(Claim { instead_of, ..Claim::new(session, buyer, Origin::Host, wants) })
    };
    let request = |command| Asked::Command(Request { key: Some(key), command });
    let Some(known) = buyer else {
        let id = key.digest.to_string();
        let new = vault.buyer(shop, STAFF, &id, &name)?;
        let words = Words { key: &id, name: &name, text: "", phones: &[], platform: STAFF };
        let words = Some(Sealed::words(&new.key, shop, new.buyer, &words)?);
        let asked = request(command(new.buyer));
        return Ok(Ok(Entry { asked, words, new_buyer: new.new, sender: None }));
    };
    if vault.name(shop, known)?.is_none() {
        return Ok(Err(HubError::UnknownBuyer));
    }
    let asked = request(command(known));
    Ok(Ok(Entry { asked, words: None, new_buyer: None, sender: None }))
}

/// Prepares a page's wish for a link code, which nobody repeats. Who owns orders has a name: until
/// the page says one, it is a guest with the first digits of its reference.
pub(crate) fn link_entry(
    vault: &Vault,
    shop: ShopId,
    session: SessionId,
    (buyer, from): (BuyerRef, LinkCode),
    key: Key,
) -> Result<Entry, JournalError> {
    let name = match vault.name(shop, buyer)? {
        Some(_) => String::new(),
        None => format!("khách {:.4}", buyer.to_string()),
    };
    let own = vault.own(shop, buyer, &name)?;
    let command = Command::OfferLink { session, buyer, from };
    let asked = Asked::Command(Request { key: Some(key), command });
    Ok(Entry { asked, words: None, new_buyer: own.new, sender: None })
}

/// The shop's own page, as the vault names it.
const OWN: &str = "own";
/// Orders that staff typed.
const STAFF: &str = "staff";

/// Words on their way to being read.
struct Said<'a> {
    key: &'a str,
    name: &'a str,
    platform: &'a str,
    text: String,
    edited: bool,
    author: Author,
    network: Option<Network>,
}

impl Said<'_> {
    /// Reads with the codebook in force, or with that of the comment's own moment, and seals.
    fn read(
        self,
        shop: ShopId,
        (session, cell): (SessionId, Option<&SessionCell>),
        buyer: &Buyer,
        sent: Option<(Timestamp, Timestamp)>,
    ) -> Result<(Asked, Sealed), JournalError> {
        let circumstances = Circumstances { author: self.author, edited: self.edited };
        let then = sent.and_then(|(at, now)| Some((at, cell?.codebook_at(at, now))));
        let said_at = then.as_ref().filter(|(_, then)| !matches!(then, Then::Present));
        let said_at = said_at.map(|(at, _)| *at);
        let (codebook, version) = match then {
            Some((_, Then::Past(codebook))) => (Some(codebook), None),
            Some((_, Then::Present | Then::Unknown)) | None => {
                let present = cell.and_then(SessionCell::codebook);
                let version = present.as_ref().map(|codebook| codebook.version());
                (present, version.or(Some(0)))
            }
        };
        let reading = match codebook {
            Some(codebook) => intent::read(&self.text, &codebook, circumstances),
            // Nothing is known about the session yet; the lane knows and reads again.
            None => Reading { meaning: Meaning::Chatter, phones: Vec::new(), rule: RuleNo(0) },
        };
        let phones: Vec<&str> = reading.phones.iter().map(|phone| phone.as_str()).collect();
        let (key, name, platform, network) = (self.key, self.name, self.platform, self.network);
        let words = Words { key, name, text: &self.text, phones: &phones, platform };
        let words = Sealed::words(&buyer.key, shop, buyer.buyer, &words)?;
        let key = comment_key(session, self.key);
        let text = self.text.into_boxed_str();
        let codebook = version;
        let asked =
            Asked::Comment { key, reading, codebook, text, circumstances, said_at, network };
        Ok((asked, words))
    }
}

impl Asked {
    /// The same under another key.
    fn with_key(self, new: Key) -> Self {
        match self {
            Self::Command(request) => Self::Command(Request { key: Some(new), ..request }),
            Self::Comment { reading, codebook, text, circumstances, said_at, network, .. } => {
                let key = new;
                Self::Comment { key, reading, codebook, text, circumstances, said_at, network }
            }
        }
    }
}

fn tap(
    shop: ShopId,
    buyer: &Buyer,
    session: SessionId,
    (key, name): (&str, &str),
    command: Command,
) -> Result<(Asked, Sealed), JournalError> {
    let words = Words { key, name, text: "", phones: &[], platform: OWN };
    let words = Sealed::words(&buyer.key, shop, buyer.buyer, &words)?;
    let key = Some(viewer_key(session, buyer.buyer, key));
    Ok((Asked::Command(Request { key, command }), words))
}
