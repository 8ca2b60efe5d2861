//! What else its people do: swaps, reductions, cancels that can be undone, answered cards, rules
//! that change, links.

use super::*;
use domain::command::CardAnswer;
use domain::{LinkCode, StaffRef};

impl World {
    /// A buyer gives the first line back and takes another in the same moment.
    pub(super) fn swap(&mut self) {
        let Some(order) = self.some_open() else { return };
        let (id, buyer) = (order.order, order.buyer);
        let at = order.lines.iter().position(|line| !is_empty(line)).expect("it is open");
        let returned = vec![back(&order.lines[at])];
        let line = self.line(1 + self.numbers % 3, units(2), units(0));
        self.numbers += 1;
        let hold_until = Some(self.next_at().plus(Millis(300_000)));
        let claimed = Claimed {
            key: self.key("held"),
            returned,
            network: Some(Network([9; 8])),
            ..self.claimed(buyer, id, &line, hold_until)
        };
        let stamp = self.push(Event::ClaimHeld(claimed));
        let own = &mut self.orders.get_mut(&id).expect("picked above").lines[at].line;
        (own.held, own.waitlisted) = (Quantity::ZERO, Quantity::ZERO);
        self.add(id, buyer, &line, hold_until, stamp);
    }

    /// A buyer gives a part of the first line back, what waits first.
    pub(super) fn reduce(&mut self) {
        let Some(order) = self.some_open() else { return };
        let (id, buyer) = (order.order, order.buyer);
        let at = order.lines.iter().position(|line| !is_empty(line)).expect("it is open");
        let part = part(&order.lines[at], Quantity::ONE);
        let stamp = self.push_with_key("cancelled", |key| Event::ClaimReleased {
            session: SESSION,
            key,
            buyer,
            origin: Origin::Tap,
            rule: RuleNo(0),
            order: id,
            lines: vec![part.clone()],
        });
        self.take(id, &[(at, part)], stamp);
    }

    pub(super) fn begin_cancel(&mut self) {
        let how = self.pick(3);
        let Some(order) = self.some_open() else { return };
        let id = order.order;
        let lines: Vec<_> = (0..).zip(&order.lines).filter(|(_, line)| !is_empty(line)).collect();
        let lines: Vec<(usize, ReturnedLine)> = match how {
            0 => lines.iter().map(|(at, line)| (*at, back(line))).collect(),
            1 => vec![(lines[0].0, part(lines[0].1, Quantity::ONE))],
            _ => vec![(lines[0].0, back(lines[0].1))],
        };
        let closes_at = self.next_at().plus(Millis(10_000));
        let by_host = self.pick(2) == 0;
        let key = (!by_host).then(|| Key { digest: self.key("cancelled"), body: None });
        let stamp = self.push(Event::CancelBegun {
            session: SESSION,
            key,
            origin: if by_host { Origin::Host } else { Origin::Comment },
            rule: RuleNo(5),
            order: id,
            lines: lines.iter().map(|(_, line)| line.clone()).collect(),
            closes_at,
        });
        let both = |line: &ReturnedLine| line.held.plus(line.waitlisted).expect("little");
        let recorded = lines.iter().map(|(at, line)| (*at, both(line))).collect();
        self.cancels.insert(id, recorded);
        let order = self.orders.get_mut(&id).expect("picked above");
        (order.undo_until, order.position) = (Some(closes_at), stamp.position);
    }

    pub(super) fn undo_cancel(&mut self) {
        let Some(id) = self.some_cancelled() else { return };
        let key = Some(Key { digest: self.key("held"), body: None });
        let origin = Origin::Tap;
        let stamp = self.push(Event::CancelUndone { session: SESSION, key, origin, order: id });
        let order = self.orders.get_mut(&id).expect("picked above");
        (order.undo_until, order.position) = (None, stamp.position);
    }

    pub(super) fn close_cancel(&mut self) {
        let Some(id) = self.some_cancelled() else { return };
        let order = &self.orders[&id];
        let lines =
            self.cancels[&id].iter().map(|(at, most)| (*at, part(&order.lines[*at], *most)));
        let is_some =
            |(_, line): &(usize, ReturnedLine)| !line.held.is_zero() || !line.waitlisted.is_zero();
        let lines: Vec<_> = lines.filter(is_some).collect();
        let stamp = self.push(Event::CancelClosed {
            session: SESSION,
            order: id,
            lines: lines.iter().map(|(_, line)| line.clone()).collect(),
        });
        self.orders.get_mut(&id).expect("picked above").undo_until = None;
        self.take(id, &lines, stamp);
    }

    /// A person answers the oldest card; half of them are orders, some of those cannot be.
    pub(super) fn answer_card(&mut self) {
        if self.cards.is_empty() {
            return;
        }
        let (review, key) = self.cards.remove(0);
        let is_order = self.pick(2) == 0;
        let answer = match is_order {
            true => CardAnswer::Lines { wants: vec![], instead_of: vec![] },
            false => CardAnswer::Ignore,
        };
        self.push(Event::ReviewResolved {
            session: SESSION,
            key: None,
            author: StaffRef([3; 16]),
            reviews: vec![review],
            answer,
            lasts: false,
        });
        if !is_order {
            return;
        }
        let buyer = self.buyer();
        self.numbers += 1;
        if self.pick(3) == 0 {
            self.answers.push((key, "refused"));
            self.push(Event::ClaimRefused {
                session: SESSION,
                key,
                body: None,
                buyer,
                origin: Origin::Host,
                rule: RuleNo(0),
                number: self.numbers,
                reason: Reason::SoldOut,
                wants: vec![],
                review: Some(review),
            });
            return;
        }
        let (id, line) = (self.open_order(buyer), self.line(1, units(1), units(0)));
        let hold_until = Some(self.next_at().plus(HOLD_PLUS));
        self.answers.push((key, "held"));
        let claimed = self.claimed(buyer, id, &line, hold_until);
        let claimed = Claimed { key, review: Some(review), origin: Origin::Host, ..claimed };
        let stamp = self.push(Event::ClaimHeld(claimed));
        self.add(id, buyer, &line, hold_until, stamp);
    }

    pub(super) fn change_rules(&mut self) {
        let fee = 1_000 * (20 + self.pick(10)).cast_signed();
        self.delivery = Some(Delivery { fee, free_from: None });
        self.hold = match self.pick(2) {
            0 => Hold::For(Millis(700_000)),
            _ => Hold::UntilEnd { plus: Millis(900_000) },
        };
        let rules = Rules { delivery: self.delivery, hold: self.hold, ..Rules::default() };
        self.push(Event::RulesChanged { session: SESSION, key: None, rules: Box::new(rules) });
        let buyer = self.buyer();
        let blocked = self.pick(2) == 0;
        self.push(Event::BuyerBlocked { session: SESSION, key: None, buyer, blocked });
    }

    /// What one buyer ordered is another's from now on.
    pub(super) fn link(&mut self) {
        let (account, to) = (self.buyer(), self.buyer());
        if account == to {
            return;
        }
        let link = LinkCode::new(48).expect("four digits");
        let until = self.next_at().plus(Millis(600_000));
        let key = Key { digest: KeyDigest([0xff; 16]), body: None };
        self.push(Event::LinkOffered { session: SESSION, key, buyer: to, link, until });
        let stamp = self.push_with_key("noted", |key| Event::BuyersLinked {
            session: SESSION,
            key,
            rule: RuleNo(60),
            account,
            to,
            link,
        });
        for order in self.orders.values_mut().filter(|order| order.buyer == account) {
            (order.buyer, order.position) = (to, stamp.position);
        }
    }

    fn claimed(
        &self,
        buyer: BuyerRef,
        order: OrderId,
        line: &ClaimedLine,
        hold_until: Option<Timestamp>,
    ) -> Claimed {
        Claimed {
            session: SESSION,
            key: KeyDigest([0; 16]),
            body: None,
            buyer,
            origin: Origin::Comment,
            rule: RuleNo(3),
            number: self.numbers,
            order,
            lines: vec![line.clone()],
            hold_until,
            returned: vec![],
            review: None,
            network: None,
        }
    }

    fn push_with_key(
        &mut self,
        word: &'static str,
        event: impl FnOnce(KeyDigest) -> Event,
    ) -> Stamp {
        let key = self.key(word);
        self.push(event(key))
    }

    /// A held order with something in it of which nothing is being cancelled.
    fn some_open(&mut self) -> Option<&OrderView> {
        let at = self.pick(1 + self.orders.len() as u64) as usize;
        let is_open = |order: &&OrderView| {
            order.state.is_open() && order.undo_until.is_none() && !order.lines.iter().all(is_empty)
        };
        self.orders.values().skip(at).find(is_open)
    }

    fn some_cancelled(&mut self) -> Option<OrderId> {
        let at = self.pick(1 + self.orders.len() as u64) as usize;
        let found = self.orders.values().skip(at).find(|order| order.undo_until.is_some());
        found.map(|order| order.order)
    }

    /// Takes those lines out of the order, by their numbers.
    fn take(&mut self, id: OrderId, lines: &[(usize, ReturnedLine)], stamp: Stamp) {
        let order = self.orders.get_mut(&id).expect("picked above");
        for (at, gone) in lines {
            let own = &mut order.lines[*at].line;
            own.held = own.held.minus(gone.held).expect("no more than there is");
            own.waitlisted = own.waitlisted.minus(gone.waitlisted).expect("as much");
        }
        order.position = stamp.position;
        if order.lines.iter().all(|line| line.line.held.is_zero()) {
            order.hold_until = None;
        }
        if order.lines.iter().all(is_empty) {
            order.state = OrderState::Cancelled;
            self.charged.remove(&id);
        }
    }
}

/// So much of a line at most, what waits first.
fn part(line: &OrderLineView, most: Quantity) -> ReturnedLine {
    let waitlisted = line.line.waitlisted.min(most);
    let held = line.line.held.min(most.minus(waitlisted).expect("no more than that"));
    ReturnedLine { held, waitlisted, ..back(line) }
}
