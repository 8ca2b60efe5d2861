//! The end of an evening: faults stop, everybody gets an answer, and everything must agree.

use crate::deed::Stand;
use crate::naive::{Order, act_keys};
use crate::promise::{
    ANSWERED, CATCHES_UP, Checked, IN_THE_LEDGER, PROJECTED, VERIFIED, broken, must, of,
};
use crate::recovery::replay;
use crate::witness::keys;
use crate::world::World;
use domain::order::OrderLineView;
use domain::{
    Event, Fact, Hash, Millis, OrderId, OrderView, Seq, SessionId, SessionState, ShopId, Stamp,
};
use inventory::State;
use journal::Rows;
use journal::codec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many rounds of half a second everybody may need.
const ROUNDS_MAX: u32 = 4_000;

impl World {
    /// No more faults: all deeds get their answer, all batches their sync, all facts their row.
    pub(crate) fn settle(&mut self) -> Checked {
        self.calm = true;
        self.cut_after = None;
        self.disk.crash();
        self.projection.down = false;
        self.projection.stalled_until = Millis(0);
        self.set_disk_low(false)?;
        self.late_ones_come_in()?;
        let shops = self.shops();
        for _ in 0..ROUNDS_MAX {
            self.trace.step += 1;
            for shop in &shops {
                self.ask_again(*shop, 50)?;
                self.pump(*shop)?;
            }
            self.disk_turns()?;
            self.persist()?;
            self.pass(Millis(500))?;
            self.end_if_doomed()?;
            let idle = self.process.as_ref().is_some_and(|process| process.is_idle());
            if idle && self.deeds.iter().all(|deed| deed.stand == Stand::Done) {
                break;
            }
        }
        let waiting = self.deeds.iter().find(|deed| deed.stand != Stand::Done);
        must(waiting.is_none(), ANSWERED, || format!("{waiting:?}"))?;
        for _ in 0..ROUNDS_MAX {
            self.persist()?;
            if self.is_projected() {
                return Ok(());
            }
            self.now.0 += 100;
        }
        broken(CATCHES_UP, self.projection_status())
    }

    /// Everything that was ever said is compared with everything that is kept.
    pub(crate) fn judge(&mut self) -> Checked {
        for shop in self.shops() {
            self.witness(shop).check()?;
            self.agree(shop)?;
            self.acknowledged(shop)?;
            self.projected(shop)?;
            self.verified(shop)?;
            self.stay_gone(shop)?;
        }
        must(self.panics.1 <= self.panics.0, crate::promise::NO_PANIC, || {
            format!("{} requests were kept aside, {} made to panic", self.panics.1, self.panics.0)
        })
    }

    /// Living state, replay, snapshot and tail.
    fn agree(&mut self, shop: ShopId) -> Checked {
        let rows: Arc<dyn Rows> = Arc::new(self.disk.clone());
        let witness = &self.witnesses[&shop];
        let process = self.process.as_ref().expect("it runs");
        let living = process.lanes[&shop].state();
        witness.same(living, "the living state")?;
        let digests = (living.digest(), witness.shadow.digest());
        must(digests.0 == digests.1, crate::promise::REPLAY, || of(shop, "digests differ"))?;
        let whole = replay(&rows, shop, State::new(shop), Stamp::default())?;
        witness.same(&whole, "replay")?;
        let Some(middle) = witness.fact(Seq(witness.log.len() as u64 / 2)) else {
            return Ok(());
        };
        let from = middle.stamp;
        let mut half = State::new(shop);
        let first = |fact: &&Fact| fact.stamp.position.seq <= from.position.seq;
        witness.log.iter().take_while(first).for_each(|fact| half.apply(fact));
        let bytes = codec::encode_snapshot(&half.snapshot());
        let snapshot = codec::decode_snapshot(&bytes).map_err(|error| error.to_string());
        let restored =
            snapshot.and_then(|rest| State::restore(shop, rest).map_err(|why| why.to_string()));
        match restored {
            Ok(state) => witness.same(&replay(&rows, shop, state, from)?, "snapshot and tail"),
            Err(why) => broken(crate::promise::REPLAY, of(shop, why)),
        }
    }

    /// Every answer is in the ledger still, once, at its place, under its receipt.
    fn acknowledged(&self, shop: ShopId) -> Checked {
        let rows: Arc<dyn Rows> = Arc::new(self.disk.clone());
        let mut found = BTreeMap::new();
        for fact in journal::Replay::new(rows, shop, Stamp::default()) {
            let fact = fact.or_else(|error| broken(crate::promise::KEPT, of(shop, error)))?;
            for key in keys(&fact.event) {
                let before = found.insert(key, fact.stamp);
                must(before.is_none(), crate::promise::ONCE, || of(shop, key))?;
            }
        }
        let answered = self.deeds.iter().filter(|deed| deed.shop == shop);
        for deed in answered {
            let Some(answer) = &deed.answer else { continue };
            let stamp = found.get(&deed.digest).map(|at| (at.position, at.hash));
            must(stamp == Some((answer.position, answer.receipt)), IN_THE_LEDGER, || {
                of(shop, format!("{answer:?}, found {stamp:?}"))
            })?;
        }
        Ok(())
    }

    /// The read model's rows are a naive fold of the ledger.
    fn projected(&self, shop: ShopId) -> Checked {
        let witness = &self.witnesses[&shop];
        for (session, told) in &witness.twin.sessions {
            let stored = self.stored_orders(shop, *session)?;
            let open = told.state != SessionState::Archived;
            let ours = |order: &(&OrderId, &Order)| order.1.session == *session;
            let orders: Vec<_> = witness.twin.orders.iter().filter(ours).collect();
            must(stored.len() == orders.len(), PROJECTED, || {
                of(shop, format!("{} orders instead of {}", stored.len(), orders.len()))
            })?;
            for (stored, (id, order)) in stored.iter().zip(orders).filter(|_| open) {
                must(stored.order == *id && is_same(stored, order), PROJECTED, || {
                    of(shop, format!("order {}: {stored:?} instead of {order:?}", id.0))
                })?;
            }
            let claims = self.stored_claims(shop, *session)?;
            self.claims_stored(shop, *session, &claims)?;
        }
        Ok(())
    }

    fn claims_stored(
        &self,
        shop: ShopId,
        session: SessionId,
        claims: &[persister::StoredClaim],
    ) -> Checked {
        let witness = &self.witnesses[&shop];
        let by_deed =
            |key: &domain::KeyDigest| self.by_key.get(key).map(|no| self.deeds[*no].session);
        let facts = witness
            .log
            .iter()
            .flat_map(|fact| act_keys(&fact.event).into_iter().map(|key| (key, fact.stamp)));
        let ours = facts.filter(|(key, _)| by_deed(key) == Some(Some(session)));
        let sorted = |acts: &mut dyn Iterator<Item = (String, Stamp)>| {
            let mut acts: Vec<_> = acts.collect();
            acts.sort_by_key(|(key, stamp)| (stamp.position.seq, key.clone()));
            acts
        };
        let expected = sorted(&mut ours.map(|(key, stamp)| (key.to_string(), stamp)));
        let stored = sorted(&mut claims.iter().map(|claim| (claim.key.clone(), claim.stamp)));
        must(stored == expected, PROJECTED, || {
            let other = expected.iter().find(|act| !stored.contains(act));
            of(shop, format!("{} acts of {}; {other:?}", claims.len(), expected.len()))
        })
    }

    /// Each session's exported ledger proves itself, and a receipt is found in it.
    fn verified(&self, shop: ShopId) -> Checked {
        let witness = &self.witnesses[&shop];
        for session in witness.twin.sessions.keys() {
            let file = export(&witness.log, shop, *session);
            let file = file.or_else(|why| broken(VERIFIED, of(shop, why)))?;
            let receipt = self.deeds.iter().rev().find_map(|deed| {
                let own = deed.shop == shop && deed.session == Some(*session);
                deed.answer.as_ref().filter(|_| own).map(|answer| answer.receipt)
            });
            let proof = ledger::verify(file.as_bytes(), receipt, |_| ());
            let proof = proof.or_else(|why| broken(VERIFIED, of(shop, why)))?;
            let head = witness.head();
            must(proof.head == head, VERIFIED, || of(shop, format!("{:?}", proof.head)))?;
        }
        Ok(())
    }
}

fn is_same(stored: &OrderView, order: &Order) -> bool {
    let stored_lines = stored.lines.iter().map(|OrderLineView { line, .. }| {
        (line.code, line.item, line.cell, line.held.milli(), line.waitlisted.milli(), line.price)
    });
    let some = |line: &&crate::naive::Line| line.held > 0 || line.waiting > 0;
    let lines = order.lines.iter().filter(some).map(|line| {
        let what = &line.what;
        (what.code, what.item, what.cell, line.held, line.waiting, what.price)
    });
    let filled = |line: &(_, _, _, u64, u64, _)| line.3 > 0 || line.4 > 0;
    stored.buyer == order.buyer
        && stored.state == order.state
        && stored.hold_until == order.hold_until
        && stored_lines.filter(filled).eq(lines)
}

/// The ledger of a session as a host downloads it.
fn export(log: &[Fact], shop: ShopId, session: SessionId) -> Result<String, String> {
    let is_opening = |fact: &Fact| match fact.event {
        Event::SessionOpened { session: opened, .. } => opened == session,
        _ => false,
    };
    let opening = log.iter().position(is_opening).ok_or("the opening is not there")?;
    let mut before = State::new(shop);
    log[..opening].iter().for_each(|fact| before.apply(fact));
    let mut prev: Hash = before.stamp().hash;
    let rest = codec::encode_snapshot(&before.snapshot());
    let mut file =
        ledger::checkpoint_line(&before.stamp(), &rest).map_err(|error| error.to_string())?;
    for fact in &log[opening..] {
        let mut frame = Vec::new();
        codec::encode_event(&fact.event, &mut frame);
        let line = ledger::line(&fact.stamp, prev, &frame).map_err(|error| error.to_string())?;
        file.push_str(&line);
        prev = fact.stamp.hash;
    }
    Ok(file)
}
