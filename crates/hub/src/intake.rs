//! The caller's thread: who is it, what do the words say, and what must not stand in the chain.
//!
//! Reading and sealing happen here, so that many callers share the work and the lane only decides.
//! What is shed goes between the two.

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
use journal::{JournalError, Sealed, Vault, Words};

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

/// What somebody said or tapped, read: nobody has asked yet who they are, and nothing is sealed. If
/// it is shed, the vault never hears of them.
pub(crate) struct Heard<'a> {
    /// What is to be asked.
    pub(crate) asked: Asked,
    session: SessionId,
    key: String,
    by: By<'a>,
}

/// Who said it.
enum By<'a> {
    /// A platform's buyer: platform, the platform's own id, name.
    Platform(String, String, String),
    /// A viewer of the shop's own page.
    Viewer(&'a Viewer),
}

/// Reads a platform's comment.
pub(crate) fn hear_comment(
    session: SessionId,
    cell: Option<&SessionCell>,
    comment: Comment,
    now: Timestamp,
) -> Heard<'static> {
    let Comment { key, platform, buyer_id, buyer_name, text, sent_at, edited, author } = comment;
    let said = Said { key: comment_key(session, &key), text, edited, author, network: None };
    let asked = said.read(cell, sent_at.map(|at| (at, now)));
    Heard { asked, session, key, by: By::Platform(platform, buyer_id, buyer_name) }
}

/// Reads a viewer's message.
pub(crate) fn hear_viewer<'a>(
    viewer: &'a Viewer,
    cell: Option<&SessionCell>,
    key: String,
    wish: ViewerWish,
) -> Heard<'a> {
    let Viewer { session, buyer, network, .. } = *viewer;
    let own_key = viewer_key(session, buyer, &key);
    let tap = |command| Asked::Command(Request { key: Some(own_key), command });
    let asked = match wish {
        ViewerWish::Comment(text) => {
            let (edited, author) = (false, Author::Viewer);
            Said { key: own_key, text, edited, author, network }.read(cell, None)
        }
        ViewerWish::Claim(wants) => {
            let claim = Claim { network, ..Claim::new(session, buyer, Origin::Tap, wants) };
            tap(Command::Claim(claim))
        }
        ViewerWish::Release(codes, quantity) => {
            let (origin, rule) = (Origin::Tap, RuleNo::default());
            tap(Command::Release { session, buyer, origin, codes, quantity, rule })
        }
        ViewerWish::Undo(order) => tap(Command::UndoCancel { session, order, buyer: Some(buyer) }),
        ViewerWish::Extend(order) => tap(Command::ExtendOwn { session, buyer, order }),
    };
    Heard { asked, session, key, by: By::Viewer(viewer) }
}

impl Heard<'_> {
    /// Asks the vault who it is, and seals what must not stand in the chain.
    pub(crate) fn entry(self, vault: &Vault, shop: ShopId) -> Result<Entry, JournalError> {
        let Self { asked, session, key, by } = self;
        let (buyer, platform, name) = match &by {
            By::Platform(platform, id, name) => {
                (vault.buyer(shop, platform, id, name)?, platform.as_str(), name)
            }
            By::Viewer(Viewer { buyer, name, .. }) => (vault.own(shop, *buyer, name)?, OWN, name),
        };
        let (text, phones): (&str, Vec<&str>) = match &asked {
            Asked::Command(_) => ("", Vec::new()),
            Asked::Comment { text, reading, .. } => {
                (text, reading.phones.iter().map(|phone| phone.as_str()).collect())
            }
        };
        let words = Words { key: &key, name, text, phones: &phones, platform };
        let words = Some(Sealed::words(&buyer.key, shop, buyer.buyer, &words)?);
        let sender = Some(Sender { session, buyer: buyer.buyer, key: key.into() });
        Ok(Entry { asked, words, new_buyer: buyer.new, sender })
    }
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
struct Said {
    key: Key,
    text: String,
    edited: bool,
    author: Author,
    network: Option<Network>,
}

impl Said {
    /// Reads with the codebook in force, or with that of the comment's own moment.
    fn read(self, cell: Option<&SessionCell>, sent: Option<(Timestamp, Timestamp)>) -> Asked {
        let Self { key, text, edited, author, network } = self;
        let circumstances = Circumstances { author, edited };
        let then = sent.and_then(|(at, now)| Some((at, cell?.codebook_at(at, now))));
        let said_at = then.as_ref().filter(|(_, then)| !matches!(then, Then::Present));
        let said_at = said_at.map(|(at, _)| *at);
        let (book, codebook) = match then {
            Some((_, Then::Past(book))) => (Some(book), None),
            Some((_, Then::Present | Then::Unknown)) | None => {
                let present = cell.and_then(SessionCell::codebook);
                let version = present.as_ref().map(|book| book.version());
                (present, version.or(Some(0)))
            }
        };
        let reading = match book {
            Some(book) => intent::read(&text, &book, circumstances),
            // Nothing is known about the session yet; the lane knows and reads again.
            None => Reading { meaning: Meaning::Chatter, phones: Vec::new(), rule: RuleNo(0) },
        };
        let text = text.into_boxed_str();
        Asked::Comment { key, reading, codebook, text, circumstances, said_at, network }
    }
}
