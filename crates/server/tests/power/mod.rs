//! A real evening on a real data folder: what was acknowledged when, and what the files looked
//! like then.

use domain::offer::{OfferTerms, Stock};
use domain::{
    BuyerRef, Code, Command, Currency, Money, Quantity, Request, Rules, SessionId, SessionState,
    ShopId,
};
use hub::{Answered, Author, Comment, Hub, HubError, LedgerRecord, Options, SystemClock};
use journal::{Journal, JournalError};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SHOPS: u64 = 3;
const SESSION: SessionId = SessionId(1);
/// Posts of one life of the server; every second life ends as if its power had gone.
const POSTS: u64 = 16;
const POST: u64 = 5;

/// The files of a data folder's journal, by their names in it.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A comment and the answer that was given to it.
struct Ack {
    shop: ShopId,
    comment: Comment,
    answered: Answered,
    buyer: BuyerRef,
}

/// What lay in the folder right after so many acks, with nothing in flight.
pub(crate) struct Moment {
    pub(crate) acks: usize,
    pub(crate) files: Files,
}

/// What was told, and what the files looked like meanwhile.
pub(crate) struct Evening {
    acks: Vec<Ack>,
    pub(crate) moments: Vec<Moment>,
}

/// What became of a start on an image.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Verdict {
    /// It was refused as a whole.
    Refused,
    /// At least one shop was set aside; the others are intact.
    SetAside,
    /// Everything acknowledged is there.
    Intact,
}

/// A journal with its lanes, in this process.
struct Life {
    journal: Journal,
    hub: Hub,
    runtime: tokio::runtime::Runtime,
}

impl Life {
    fn begin(dir: &Path) -> Result<Self, JournalError> {
        let clock: Arc<dyn domain::Clock> = Arc::new(SystemClock::start());
        let (journal, recovered) = Journal::open(dir, clock.wall())?;
        let options = Options::new(dir.join("aside.log"), Box::new(|_| {}));
        let hub = Hub::start(journal.clone(), recovered, clock, options).expect("threads");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Ok(Self { journal, hub, runtime })
    }

    fn open_shop(&self, shop: ShopId) {
        self.hub.add_shop(shop);
        let offers = vec![terms("D1", 60), terms("D2", 1_000)];
        let rules = Box::new(Rules::default());
        let currency = Currency::VND;
        let open = Command::OpenSession { title: "Tối nay".into(), rules, currency, offers };
        let live = Command::SetSessionState { session: SESSION, state: SessionState::Live };
        for command in [open, live] {
            let asked = self.hub.ask(shop, Request { key: None, command });
            self.runtime.block_on(asked).expect("answered");
        }
    }

    fn post(
        &self,
        shop: ShopId,
        comments: Vec<Comment>,
    ) -> Result<Vec<Result<Answered, HubError>>, HubError> {
        self.runtime.block_on(self.hub.comments(shop, SESSION, comments))
    }

    fn buyer(&self, shop: ShopId, comment: &Comment) -> BuyerRef {
        let vault = self.journal.vault();
        let buyer = vault.buyer(shop, &comment.platform, &comment.buyer_id, "");
        buyer.expect("the vault can be read").buyer
    }

    /// What is wrong with a shop's history from its beginning, or with its ledger.
    fn fault(&self, shop: ShopId) -> Option<String> {
        if let Some(head) = self.journal.durable().head(shop)
            && let Err(why) = self.journal.verify(shop, head)
        {
            return Some(why.to_string());
        }
        let mut text = String::new();
        let records = match self.hub.ledger(shop, SESSION) {
            Ok(records) => records,
            Err(why) => return Some(why.to_string()),
        };
        for record in records {
            match record {
                Ok(LedgerRecord::Checkpoint { stamp, bytes }) => {
                    text += &ledger::checkpoint_line(&stamp, &bytes).expect("a line");
                }
                Ok(LedgerRecord::Frame { stamp, prev, bytes }) => {
                    text += &ledger::line(&stamp, prev, &bytes).expect("a line");
                }
                Err(why) => return Some(why.to_string()),
            }
        }
        let verified = ledger::verify(text.as_bytes(), None, |_| ());
        Some(verified.err()?.to_string())
    }
}

fn terms(code: &str, stock: u32) -> OfferTerms {
    OfferTerms {
        code: Code::parse(code).expect("a code"),
        name: code.into(),
        price: Money::vnd(45_000),
        unit: "trái".into(),
        step: Quantity::ONE,
        axes: vec![],
        prices: vec![],
        packs: vec![],
        aliases: vec![],
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock: Stock::Pool(Quantity::from_units(stock.into()).expect("a quantity")),
    }
}

fn comment(number: u64) -> Comment {
    let text = match number % 5 {
        0 => "còn hàng không shop?",
        1 => "hủy d1",
        2 => "D2 x3",
        _ => "D1 x2",
    };
    let buyer = number % 67;
    Comment {
        key: format!("tiktok:c{number}"),
        platform: "tiktok".into(),
        buyer_id: format!("viewer-{buyer}"),
        buyer_name: format!("Người {buyer}"),
        text: text.into(),
        sent_at: None,
        edited: false,
        author: Author::Viewer,
    }
}

impl Evening {
    /// Three lives on one folder: a clean end, one as if killed, and one that is still going on.
    pub(crate) fn play() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let shops = (1..=SHOPS).map(ShopId::from_random);
        let mut evening = Self { acks: Vec::new(), moments: Vec::new() };
        let life = Life::begin(folder.path()).expect("an empty folder");
        shops.for_each(|shop| life.open_shop(shop));
        evening.sell(&life, folder.path());
        life.hub.stop();
        let life = Life::begin(folder.path()).expect("a good folder");
        evening.sell(&life, folder.path());
        let killed = tempfile::tempdir().expect("a folder");
        write(killed.path(), &evening.moments[evening.moments.len() - 1].files);
        life.hub.stop();
        let life = Life::begin(killed.path()).expect("a good folder");
        evening.sell(&life, killed.path());
        life.hub.stop();
        evening
    }

    fn sell(&mut self, life: &Life, dir: &Path) {
        for post in 0..POSTS {
            // Others need not wait until the log is copied.
            if post == POSTS / 2 {
                until_the_log_is_copied(dir);
            }
            let shop = ShopId::from_random(post % SHOPS + 1);
            let first = self.acks.len() as u64;
            let comments: Vec<_> = (first..first + POST).map(comment).collect();
            let answers = life.post(shop, comments.clone()).expect("taken");
            for (comment, answer) in comments.into_iter().zip(answers) {
                let buyer = life.buyer(shop, &comment);
                let answered = answer.expect("decided");
                self.acks.push(Ack { shop, comment, answered, buyer });
            }
            self.moments.push(Moment { acks: self.acks.len(), files: read(dir) });
        }
    }

    /// Starts on these files, and holds what is served against the first acks. Whatever is answered
    /// must be what was answered then.
    ///
    /// # Errors
    /// What was served other than it was acknowledged.
    pub(crate) fn judge(&self, files: &Files, acks: usize) -> Result<Verdict, String> {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), files);
        let Ok(life) = Life::begin(folder.path()) else {
            return Ok(Verdict::Refused);
        };
        let shops = (1..=SHOPS).map(ShopId::from_random);
        let intact: Result<Vec<bool>, String> =
            shops.map(|shop| self.is_intact(&life, shop, acks)).collect();
        life.hub.stop();
        let intact = intact?.into_iter().all(|intact| intact);
        Ok(if intact { Verdict::Intact } else { Verdict::SetAside })
    }

    /// False if the shop is, or is about to be, set aside.
    fn is_intact(&self, life: &Life, shop: ShopId, acks: usize) -> Result<bool, String> {
        let fault = life.fault(shop);
        let acks: Vec<_> = self.acks[..acks].iter().filter(|ack| ack.shop == shop).collect();
        match life.post(shop, acks.iter().map(|ack| ack.comment.clone()).collect()) {
            Ok(answers) => {
                for (ack, answer) in acks.iter().zip(answers) {
                    let (answer, first) = (answer.map(|a| (a.replayed, a.answer)), &ack.answered);
                    if answer != Ok((true, first.answer.clone())) {
                        return Err(format!("{} was answered {answer:?}", ack.comment.key));
                    }
                    if life.buyer(shop, &ack.comment) != ack.buyer {
                        return Err(format!("{} is somebody else", ack.comment.buyer_id));
                    }
                }
            }
            Err(HubError::Quarantined) if fault.is_some() => {}
            Err(why) => return Err(format!("{why}, and yet {shop} holds together")),
        }
        Ok(fault.is_none())
    }
}

/// Waits until an idle writer has copied its log into the tables.
fn until_the_log_is_copied(dir: &Path) {
    let table = || fs::metadata(dir.join("journal.db")).and_then(|found| found.modified());
    let (before, began) = (table().expect("a file"), Instant::now());
    while table().expect("a file") == before {
        assert!(began.elapsed() < Duration::from_secs(60), "nobody copies the log");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

fn read(dir: &Path) -> Files {
    let mut files = Files::new();
    let mut take = |dir: &Path, before: &str| {
        for entry in fs::read_dir(dir).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a plain name");
            let wanted = ["db", "db-wal", "mark", "snap"];
            if wanted.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
                let bytes = fs::read(entry.path()).expect("bytes");
                files.insert(format!("{before}{name}"), bytes);
            }
        }
    };
    take(dir, "");
    take(&dir.join("snapshots"), "snapshots/");
    files
}

/// Writes the files into a folder.
pub(crate) fn write(dir: &Path, files: &Files) {
    fs::create_dir_all(dir.join("snapshots")).expect("a folder");
    for (name, bytes) in files {
        fs::write(dir.join(name), bytes).expect("written");
    }
}
