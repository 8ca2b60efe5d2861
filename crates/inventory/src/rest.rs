//! A shop at rest and awake again.

use crate::invariants::Broken;
use crate::item::{Item, StockCell};
use crate::session::Session;
use crate::state::State;
use core::fmt::{self, Write};
use domain::id::ShopId;
use domain::offer::Cell;
use domain::order::OrderState;
use domain::snapshot::{CellAtRest, ItemAtRest, Snapshot};

impl State {
    /// The whole state as plain data.
    pub fn snapshot(&self) -> Snapshot {
        let cell = |cell: &StockCell| CellAtRest {
            stock: cell.stock,
            held: cell.held,
            sold: cell.sold,
            queue: cell.queue.iter().copied().collect(),
        };
        let items = self.items.iter().map(|(id, item)| ItemAtRest {
            item: *id,
            terms: item.terms.clone(),
            changes: item.changes,
            cells: item.cells.iter().map(cell).collect(),
        });
        Snapshot {
            stamp: self.stamp,
            last_order: self.last_order,
            last_review: self.last_review,
            last_session: self.last_session,
            last_item: self.last_item,
            items: items.collect(),
            sessions: self.sessions.values().map(|s| s.rest.clone()).collect(),
            orders: self.orders.values().cloned().collect(),
            keys: self.keys.sorted().into_iter().cloned().collect(),
            buyers: self.buyers.values().copied().collect(),
        }
    }

    /// Wakes a shop up.
    ///
    /// # Errors
    /// If an invariant does not hold: the snapshot is damaged, and the state must come from the
    /// facts instead.
    pub fn restore(shop: ShopId, snapshot: Snapshot) -> Result<Self, Broken> {
        crate::invariants::references(&snapshot)?;
        let mut state = Self::new(shop);
        state.stamp = snapshot.stamp;
        state.last_order = snapshot.last_order;
        state.last_review = snapshot.last_review;
        state.last_session = snapshot.last_session;
        state.last_item = snapshot.last_item;
        let items = snapshot.items.into_iter().map(|i| (i.item, awake(i)));
        state.items = items.collect();
        let sessions = snapshot.sessions.into_iter();
        state.sessions = sessions.map(|s| (s.session, Session::new(s))).collect();
        let orders = snapshot.orders.into_iter().map(|o| (o.order, o));
        state.orders = orders.collect();
        let keys = snapshot.keys.into_iter().map(|k| (k.key.digest, k));
        state.keys = keys.collect();
        let buyers = snapshot.buyers.into_iter().map(|known| (known.buyer, known));
        state.buyers = buyers.collect();
        state.derive();
        state.check()?;
        Ok(state)
    }

    /// A number that is equal for equal states.
    pub fn digest(&self) -> u64 {
        let mut digest = Fnv(0xcbf2_9ce4_8422_2325);
        write!(digest, "{} {:?}", self.shop, self.snapshot()).expect("hashing cannot fail");
        digest.0
    }

    /// Makes everything that is derived anew from what rests.
    pub(crate) fn derive(&mut self) {
        self.agenda = crate::agenda::Agenda::default();
        for session in self.sessions.values_mut() {
            *session = Session::new(session.rest.clone());
            let archive = session.archive_due().map(|due| (due, session.rest.session));
            self.agenda.archives.extend(archive);
            let answered = !session.rest.answered.is_empty();
            self.agenda.answered.extend(answered.then_some(session.rest.session));
        }
        for order in self.orders.values() {
            let session = self.sessions.get_mut(&order.session);
            let session = session.expect("references are checked before");
            session.orders.push(order.order);
            session.buyers.entry(order.buyer).push(order.order);
            session.deadlines += usize::from(order.hold_until.is_some());
            let deadline = order.hold_until.map(|at| (at, order.order));
            self.agenda.deadlines.extend(deadline);
            let cancel = order.cancel.as_ref().map(|cancel| (cancel.closes_at, order.order));
            self.agenda.cancels.extend(cancel);
            if order.state == OrderState::Held {
                self.agenda.opens(order.network);
            }
        }
        let all = self
            .items
            .iter()
            .flat_map(|(id, item)| (0..).map(Cell).take(item.cells.len()).map(|cell| (*id, cell)));
        let is_ready = |(item, cell): &(_, _)| !self.due(*item, *cell).is_zero();
        self.agenda.ready = all.filter(is_ready).collect();
    }
}

fn awake(item: ItemAtRest) -> Item {
    let cell = |cell: CellAtRest| StockCell {
        stock: cell.stock,
        held: cell.held,
        sold: cell.sold,
        queue: cell.queue.into(),
    };
    Item {
        terms: item.terms,
        changes: item.changes,
        cells: item.cells.into_iter().map(cell).collect(),
    }
}

/// FNV-1a over the printed snapshot: slow and simple, for tests and comparisons.
struct Fnv(u64);

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}
