//! Viewers' connections: they come, come back, and vanish.

use crate::coverage::Seen;
use crate::promise::Checked;
use crate::told::Told;
use crate::world::World;
use domain::{BuyerRef, Position, SessionId, ShopId};
use hub::{Arrival, Ask, ConnectionId, Input};

/// A position that no history here reaches.
pub(crate) const FAR: u64 = 1 << 40;

/// One connection.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) shop: ShopId,
    pub(crate) session: SessionId,
    pub(crate) buyer: BuyerRef,
    /// The position that it asked to resume from.
    pub(crate) resume: Option<Position>,
    /// The latest position that it was told; none before the welcome.
    pub(crate) seen: Option<Position>,
}

impl World {
    /// Somebody comes to watch, leaves, or a host looks at the shop.
    pub(crate) fn look_in(&mut self) -> Checked {
        let shop = self.some_shop();
        match self.random.below(10) {
            0..5 => self.arrive(shop),
            5..7 => self.leave(),
            _ => self.read(shop),
        }
    }

    fn arrive(&mut self, shop: ShopId) -> Checked {
        let market = self.markets.get(&shop).expect("every shop has one");
        let Some(shown) = market.session(&mut self.random) else {
            return Ok(());
        };
        let session = shown.view.session;
        let buyer = *self.random.pick(&market.buyers);
        let id = self.viewers_ever;
        self.viewers_ever += 1;
        let head = self.witnesses[&shop].head().position;
        let resume = match self.random.below(100) {
            0..3 => Some(Position { seq: domain::Seq(head.seq.0 + FAR), ..head }),
            3..60 => {
                let back = u64::from(self.random.below(40));
                let seq = domain::Seq(head.seq.0.saturating_sub(back));
                let fact = self.witnesses[&shop].fact(seq);
                Some(fact.map_or(head, |fact| fact.stamp.position))
            }
            _ => None,
        };
        let viewer = Viewer { shop, session, buyer, resume, seen: None };
        self.viewers.insert(id, viewer);
        let (frames, welcomes) = (self.mailbox.clone(), self.mailbox.clone());
        let ask = Ask::Attach(Box::new(Arrival {
            connection: ConnectionId(id),
            session,
            buyer,
            resume,
            outbox: Box::new(move |some| {
                some.iter().for_each(|frame| frames.put(Told::Frame(id, frame.clone())));
                true
            }),
            welcome: Box::new(move |welcome| welcomes.put(Told::Welcome(id, welcome))),
        }));
        self.tell_lane(shop, Input::Ask(ask))
    }

    fn leave(&mut self) -> Checked {
        let Some((&id, viewer)) = self.viewers.first_key_value() else {
            return Ok(());
        };
        let shop = viewer.shop;
        self.viewers.remove(&id);
        self.trace.saw(Seen::Vanished);
        self.tell_lane(shop, Input::Ask(Ask::Detach(ConnectionId(id))))
    }

    fn read(&mut self, shop: ShopId) -> Checked {
        let mailbox = self.mailbox.clone();
        let read = Box::new(move |state: Result<&inventory::State, hub::HubError>| {
            let seen = state.map(|state| state.stamp().position.seq);
            let release: hub::Release = Box::new(move || {
                seen.into_iter().for_each(|seq| mailbox.put(Told::Read(shop, seq)));
            });
            release
        });
        self.tell_lane(shop, Input::Ask(Ask::Read(read)))
    }
}
