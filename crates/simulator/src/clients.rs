//! Clients: they ask, wait, ask again with the same key, and sometimes with other words.

use crate::coverage::Seen;
use crate::deed::{Deed, DeedNo, Stand, Wish, digest};
use crate::promise::Checked;
use crate::told::Told;
use crate::viewer::Viewer;
use crate::wishes::{idea, other_wish};
use crate::world::World;
use domain::{BuyerRef, Millis, SessionId, ShopId, Timestamp};
use hub::{Ask, Asked, ConnectionId, Entry, Input, ReplyTo, Sender};
use intent::{Circumstances, Meaning, Reading};
use journal::{NewBuyer, Rows, Sealed};
use std::sync::Arc;

/// How long a client waits before it asks again.
const PATIENCE_MS: u64 = 5_000;

/// How late a message may come, in milliseconds.
const LATE_MS_MAX: u32 = 30_000;

impl World {
    /// A new deed, one that got no answer, or one that got its answer long ago.
    pub(crate) fn ask_something(&mut self) -> Checked {
        let shop = self.some_shop();
        if self.leaving.percent(4) {
            self.somebody_leaves(shop)?;
        }
        match self.random.below(100) {
            0..70 => self.ask_new(shop),
            70..90 => self.ask_again(shop, 3),
            _ => self.ask_old(shop),
        }
    }

    fn ask_new(&mut self, shop: ShopId) -> Checked {
        let mut nos: Vec<DeedNo> = Vec::new();
        for _ in 0..1 + self.random.below(4) {
            let Some(no) = self.think_of(shop) else { continue };
            nos.push(no);
            if self.random.percent(5) {
                nos.push(no);
                self.trace.saw(Seen::SentTwice);
            }
        }
        self.post(shop, &nos)
    }

    fn think_of(&mut self, shop: ShopId) -> Option<DeedNo> {
        let late = self.deeds.len() * 100 > self.options.deeds as usize * 85;
        let market = self.markets.get_mut(&shop).expect("every shop has one");
        let idea = idea(market, &self.options, &mut self.random, late)?;
        let no = self.deeds.len();
        let digest = digest(format!("{} deed {no}", self.options.seed).as_bytes());
        self.by_key.insert(digest, no);
        self.deeds.push(Deed {
            shop,
            session: idea.session,
            buyer: idea.buyer,
            digest,
            wishes: vec![idea.wish],
            readings: Vec::new(),
            stand: Stand::Ready,
            answer: None,
        });
        Some(no)
    }

    /// Those who heard nothing for long, or were told to come again; at most so many.
    pub(crate) fn ask_again(&mut self, shop: ShopId, most: usize) -> Checked {
        let now = self.now;
        let is_due = |deed: &Deed| match deed.stand {
            Stand::Ready => true,
            Stand::Waiting(since) => now.0 - since.0 > PATIENCE_MS,
            Stand::Done => false,
        };
        let due = |(_, deed): &(usize, &Deed)| deed.shop == shop && is_due(deed);
        let all = self.deeds.iter().enumerate().filter(due);
        let nos: Vec<_> = all.map(|(no, _)| no).take(most).collect();
        self.post(shop, &nos)
    }

    /// Somebody who has an answer asks once more.
    fn ask_old(&mut self, shop: ShopId) -> Checked {
        let count = u32::try_from(self.deeds.len()).expect("few deeds");
        let no = self.random.below(count) as usize;
        let is_old = |deed: &&Deed| deed.shop == shop && deed.answer.is_some() && !deed.opens();
        match self.deeds.get(no).filter(is_old) {
            Some(_) => {
                self.trace.saw(Seen::AskedLongAfter);
                self.post(shop, &[no])
            }
            None => Ok(()),
        }
    }

    /// Asks about deeds of one shop, all in one post or over a viewer's connection.
    pub(crate) fn post(&mut self, shop: ShopId, nos: &[DeedNo]) -> Checked {
        if self.loses_its_way(shop, nos) {
            return Ok(());
        }
        self.comes_in(shop, nos)
    }

    /// A message may come late, behind others, or now and once more later. True if it does not come
    /// now.
    fn loses_its_way(&mut self, shop: ShopId, nos: &[DeedNo]) -> bool {
        if self.calm || nos.is_empty() || self.random.below(1_000) >= self.options.network {
            return false;
        }
        let after = u64::from(self.random.below(LATE_MS_MAX));
        self.on_the_way.push((Millis(self.now.0 + after), shop, nos.to_vec()));
        let twice = self.random.percent(50);
        self.trace.saw(if twice { Seen::SentTwice } else { Seen::SentLate });
        for no in nos.iter().filter(|_| !twice) {
            let deed = &mut self.deeds[*no];
            if deed.stand != Stand::Done {
                deed.stand = Stand::Waiting(self.now);
            }
        }
        !twice
    }

    /// What was on its way long enough comes in, the last sent first.
    pub(crate) fn late_ones_come_in(&mut self) -> Checked {
        let (now, calm) = (self.now, self.calm);
        let is_due = |late: &(Millis, ShopId, Vec<DeedNo>)| late.0 <= now || calm;
        while let Some(at) = self.on_the_way.iter().rposition(is_due) {
            let (_, shop, nos) = self.on_the_way.remove(at);
            self.comes_in(shop, &nos)?;
        }
        Ok(())
    }

    fn comes_in(&mut self, shop: ShopId, nos: &[DeedNo]) -> Checked {
        if nos.is_empty() || self.process.is_none() {
            return Ok(());
        }
        let viewer = self.viewer_of(nos);
        let came = self.process_clock();
        let entries: Vec<_> = nos.iter().map(|no| self.entry(*no)).collect();
        for no in nos {
            let deed = &mut self.deeds[*no];
            if deed.stand != Stand::Done {
                deed.stand = Stand::Waiting(self.now);
            }
        }
        let reply = match viewer {
            Some(viewer) => ReplyTo::Connection(ConnectionId(viewer)),
            None => {
                let (ask, mailbox) = (self.asks.len(), self.mailbox.clone());
                self.asks.push(nos.to_vec());
                ReplyTo::Caller(Box::new(move |told| mailbox.put(Told::Answers(ask, told))))
            }
        };
        self.tell_lane(shop, Input::Ask(Ask::Decide { entries, reply, came }))
    }

    /// The connection over which a single deed of a buyer may go.
    fn viewer_of(&self, nos: &[DeedNo]) -> Option<u64> {
        let [no] = nos else { return None };
        let deed = &self.deeds[*no];
        if deed.is_host(&deed.wishes[0]) {
            return None;
        }
        let own = |viewer: &&(&u64, &Viewer)| {
            let viewer = viewer.1;
            viewer.shop == deed.shop
                && Some(viewer.session) == deed.session
                && Some(viewer.buyer) == deed.buyer
                && viewer.seen.is_some()
        };
        self.viewers.iter().find(|viewer| own(&viewer)).map(|(id, _)| *id)
    }

    /// One entry for a deed: its first wish, another one under the same key, or one of them again.
    fn entry(&mut self, no: DeedNo) -> Entry {
        let deed = &self.deeds[no];
        let wish = self.random.pick(&deed.wishes).clone();
        let retried = deed.stand != Stand::Ready || deed.answer.is_some();
        let changes_mind = !self.calm && retried && self.random.percent(20);
        let shop = deed.shop;
        if retried {
            let seen = if changes_mind { Seen::AskedOtherwise } else { Seen::AskedAgain };
            self.trace.saw(seen);
        }
        let wish = if changes_mind {
            let other = other_wish(
                self.markets.get_mut(&shop).expect("every shop has one"),
                &wish,
                &mut self.random,
            );
            self.deeds[no].wishes.push(other.clone());
            other
        } else {
            wish
        };
        let asked = self.asked(no, wish.clone());
        if let Asked::Comment { reading: Reading { meaning: Meaning::Claim(wants), .. }, .. } =
            &asked
        {
            self.deeds[no].readings.push(wants.clone());
        }
        let (deed, buyer) = (&self.deeds[no], self.deeds[no].buyer);
        let sender = match (deed.is_host(&wish), deed.session, buyer) {
            (false, Some(session), Some(buyer)) => Some(Sender { session, buyer, key: deed.raw() }),
            _ => None,
        };
        Entry {
            asked,
            words: buyer.map(sealed),
            new_buyer: buyer.and_then(|buyer| self.newcomer(shop, buyer)),
            sender,
        }
    }

    fn asked(&self, no: DeedNo, wish: Wish) -> Asked {
        let deed = &self.deeds[no];
        let key = deed.key(&wish);
        match wish {
            Wish::Ask(command) => Asked::Command(domain::Request { key: Some(key), command }),
            Wish::Say(text) => self.said(deed.shop, deed.session, key, &text),
        }
    }

    /// Words, read as they are shown to the client now: perhaps with an old codebook.
    fn said(
        &self,
        shop: ShopId,
        session: Option<SessionId>,
        key: domain::command::Key,
        text: &str,
    ) -> Asked {
        let circumstances = Circumstances::default();
        let shown = session.and_then(|session| self.markets[&shop].shown.get(&session));
        let codebook = shown.and_then(|shown| shown.codebook.as_deref());
        let reading = match codebook {
            Some(codebook) => intent::read(text, codebook, circumstances),
            None => Reading { meaning: Meaning::Chatter, phones: vec![], rule: Default::default() },
        };
        let version = codebook.map_or(0, |codebook| codebook.version());
        // A platform brings some comments late, with the moment at which they were said.
        let [_, which, seconds, ..] = key.digest.0;
        let is_late = which.is_multiple_of(8);
        let said_at = is_late.then(|| Timestamp(self.wall.0 - 1_000 * u64::from(seconds)));
        Asked::Comment {
            key,
            reading,
            codebook: said_at.is_none().then_some(version),
            text: text.into(),
            circumstances,
            said_at,
            network: None,
        }
    }

    /// The vault's row of a buyer whom the disk does not know yet.
    fn newcomer(&self, shop: ShopId, buyer: BuyerRef) -> Option<Arc<NewBuyer>> {
        let known = self.disk.buyer_by_ref(shop, buyer).expect("memory reads");
        let row = NewBuyer {
            shop,
            platform: "own".into(),
            platform_id: buyer.to_string(),
            buyer,
            key: [7; 32],
            name: vec![1],
        };
        known.is_none().then(|| Arc::new(row))
    }

    /// The process's own monotonic clock.
    fn process_clock(&self) -> Millis {
        let process = self.process.as_ref().expect("it runs");
        process.moment(self.wall, self.now).monotonic
    }
}

fn sealed(buyer: BuyerRef) -> Sealed {
    Sealed { buyer, nonce: [0; 24], ciphertext: vec![0; 24] }
}
