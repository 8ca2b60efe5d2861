//! Everything that can be seen of the machine, against the twin.

use super::pair::Pair;
use crate::lane::Lane;
use crate::made::buyer;
use crate::twin::What;
use domain::id::{OrderId, SessionId};
use domain::order::OrderState;
use domain::time::Timestamp;
use std::collections::BTreeMap;

impl Pair {
    /// Everything that can be seen is the same.
    pub(super) fn compare(&self) {
        for (at, session) in self.twin.sessions.iter().enumerate() {
            let id = SessionId(at as u32 + 1);
            let Some(view) = self.lane.state.session_view(id) else {
                assert!(self.is_archived(at));
                continue;
            };
            assert_eq!(view.state, session.state);
            for (offer, item) in view.offers.iter().zip(0..) {
                let cells = 0..self.twin.items[item].cells.len();
                let free: Vec<u64> = cells.map(|c| self.twin.free(item, c)).collect();
                let left: Vec<u64> = offer.left_by_cell.iter().map(|q| q.milli()).collect();
                assert_eq!(offer.left.milli(), free.iter().sum::<u64>());
                assert!(left.is_empty() || left == free, "{left:?} {free:?}");
            }
            assert_eq!(&*view.rules, self.twin.rules(at));
            self.compare_orders(at, id);
            self.compare_cards(at, id);
            balance(&self.lane, id, session.number);
        }
        let held = self
            .twin
            .orders
            .iter()
            .filter(|o| o.state == OrderState::Held && !self.is_archived(o.session));
        let promises = held.count() + self.twin.cancels.len();
        assert_eq!(self.lane.state.open_holds(), promises);
        for b in 0..5 {
            assert_eq!(self.lane.state.person(buyer(b)), buyer(self.twin.person(b)));
            assert_eq!(self.lane.state.is_blocked(buyer(b)), self.twin.blocked.contains(&b));
        }
    }

    fn compare_cards(&self, s: usize, id: SessionId) {
        let cards = self.lane.state.cards(id).iter();
        let cards: Vec<_> =
            cards.map(|c| (c.review.0 as usize, c.buyer, c.reading.reason)).collect();
        let ours = self.twin.cards.iter().filter(|card| card.session == s);
        let ours: Vec<_> = ours.map(|c| (c.number, buyer(c.buyer), c.reading.0)).collect();
        assert_eq!(cards, ours);
    }

    fn compare_orders(&self, s: usize, id: SessionId) {
        let orders = self.lane.state.orders(id, None, usize::MAX);
        let ours = self.twin.orders.iter().zip(1..).filter(|(o, _)| o.session == s);
        let ours: Vec<_> = ours.collect();
        assert_eq!(orders.len(), ours.len());
        for (view, (order, number)) in orders.iter().zip(ours) {
            assert_eq!(view.order, OrderId(number as u32));
            assert_eq!(view.buyer, buyer(order.buyer));
            assert_eq!(view.state, order.state);
            assert_eq!(view.hold_until, order.until.map(Timestamp));
            let cancel = self.twin.cancels.iter().find(|cancel| cancel.0 == number);
            assert_eq!(view.undo_until, cancel.map(|cancel| Timestamp(cancel.1)));
            let mut lines: BTreeMap<What, (u64, u64, Option<u32>)> = BTreeMap::new();
            for seen in &view.lines {
                let line = &seen.line;
                let said = line.variant.0.iter().map(|v| v.as_deref().unwrap_or("-"));
                let said = said.collect::<Vec<_>>().join(" ");
                let (item, cell) = (line.item.0 as usize - 1, usize::from(line.cell.0));
                let what = (line.code.to_string(), item, cell, said, line.price.amount);
                let amounts = (line.held.milli(), line.waitlisted.milli(), seen.position_in_line);
                if (amounts.0, amounts.1) != (0, 0) {
                    assert_eq!(lines.insert(what, amounts), None, "lines are merged");
                }
            }
            assert_eq!(lines, self.twin_lines(number));
        }
    }

    fn twin_lines(&self, order: usize) -> BTreeMap<What, (u64, u64, Option<u32>)> {
        let mut lines: BTreeMap<What, (u64, u64, Option<u32>)> = BTreeMap::new();
        for take in self.twin.takes.iter().filter(|t| t.order == order && t.amount > 0) {
            lines.entry(take.what.clone()).or_default().0 += take.amount;
        }
        for wait in self.twin.waits.iter().filter(|w| w.order == order) {
            let place = (wait.what.1, wait.what.2);
            let mut line = self.twin.waits.iter().filter(|w| (w.what.1, w.what.2) == place);
            let position = line.position(|w| w.order == order && w.what == wait.what);
            let entry = lines.entry(wait.what.clone()).or_default();
            entry.1 += wait.amount;
            entry.2 = position.map(|at| at as u32 + 1);
        }
        lines
    }
}

/// What a session came to agrees with what its orders say.
fn balance(lane: &Lane, id: SessionId, claims: u32) {
    let summary = lane.state.summary(id).expect("a session");
    assert!(summary.is_balanced(), "{summary:?}");
    assert_eq!(summary.claims, claims);
    let orders = lane.state.orders(id, None, usize::MAX);
    assert_eq!(summary.orders.iter().sum::<u32>() as usize, orders.len());
    for offer in &summary.offers {
        let lines = orders.iter().flat_map(|o| &o.lines).filter(|l| l.line.code == offer.code);
        let taken: u64 = lines.map(|l| l.line.held.milli()).sum();
        assert_eq!(offer.taken.milli(), taken);
    }
}
