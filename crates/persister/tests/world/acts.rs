//! What the world's people do: one fact at a time, and what it means for the orders.

use super::*;

impl World {
    pub(super) fn claim(&mut self) {
        let buyer = self.buyer();
        let order = self.open_order(buyer);
        let item = 1 + self.pick(3) as u32;
        let held = self.pick(4);
        let waitlisted = if held == 0 { 1 + self.pick(2) } else { self.pick(2) };
        let line = self.line(item, units(held), units(waitlisted));
        let before = self.orders.get(&order).and_then(|order| order.hold_until);
        let plus = self.ended.then(|| self.next_at().plus(HOLD_PLUS));
        let hold_until = if held > 0 { before.max(plus) } else { before };
        self.numbers += 1;
        let claimed = Claimed {
            session: SESSION,
            key: self.key(if held == 0 { "waitlisted" } else { partial(waitlisted) }),
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
        };
        let stamp = if held == 0 {
            self.push(Event::ClaimWaitlisted(claimed))
        } else {
            self.push(Event::ClaimHeld(claimed))
        };
        self.add(order, buyer, &line, hold_until, stamp);
    }

    pub(super) fn refuse(&mut self) {
        self.numbers += 1;
        let event = Event::ClaimRefused {
            session: SESSION,
            key: self.key("refused"),
            body: None,
            buyer: self.buyer(),
            origin: Origin::Tap,
            rule: RuleNo(0),
            number: self.numbers,
            reason: Reason::SoldOut,
            wants: vec![],
            review: None,
        };
        self.push(event);
    }

    pub(super) fn review(&mut self) {
        self.reviews += 1;
        let key = self.key("review");
        self.cards.push((ReviewId(self.reviews), key));
        let event = Event::ClaimReviewed {
            session: SESSION,
            key,
            buyer: self.buyer(),
            review: ReviewId(self.reviews),
            reason: Reason::Doubtful,
            rule: RuleNo(9),
            suggestion: vec![],
            about: None,
            network: Some(Network([7; 8])),
        };
        self.push(event);
    }

    pub(super) fn note(&mut self) {
        let note = |world: &mut Self| Note {
            key: world.key("noted"),
            reason: Reason::Chatter,
            rule: RuleNo(1),
        };
        let notes = (0..1 + self.pick(5)).map(|_| note(self)).collect();
        self.push(Event::CommentsNoted { session: SESSION, notes });
    }

    /// A buyer releases an order, or its time is over.
    pub(super) fn give_back(&mut self, by_buyer: bool) {
        let Some(order) = self.some_held() else {
            return;
        };
        let (id, buyer) = (order.order, order.buyer);
        if by_buyer && order.undo_until.is_some() {
            return;
        }
        let lines: Vec<_> = order.lines.iter().filter(|line| !is_empty(line)).map(back).collect();
        if lines.is_empty() {
            return;
        }
        let lines = if by_buyer { lines[..1].to_vec() } else { lines };
        let event = if by_buyer {
            Event::ClaimReleased {
                session: SESSION,
                key: self.key("cancelled"),
                buyer,
                origin: Origin::Comment,
                rule: RuleNo(5),
                order: id,
                lines: lines.clone(),
            }
        } else {
            Event::HoldExpired { session: SESSION, order: id, lines: lines.clone() }
        };
        let stamp = self.push(event);
        let order = self.orders.get_mut(&id).expect("picked above");
        let mut own = order.lines.iter_mut();
        for line in &lines {
            let gone = own.find(|own| back(own) == *line).expect("it has the line");
            (gone.line.held, gone.line.waitlisted) = (Quantity::ZERO, Quantity::ZERO);
        }
        order.position = stamp.position;
        if !by_buyer {
            order.undo_until = None;
        }
        let holds = order.lines.iter().any(|line| !line.line.held.is_zero());
        if !holds {
            order.hold_until = None;
        }
        if order.lines.iter().all(is_empty) {
            let gone = if by_buyer { OrderState::Cancelled } else { OrderState::Expired };
            order.state = gone;
        }
    }

    pub(super) fn promote(&mut self) {
        let at = self.pick(1 + self.orders.len() as u64) as usize;
        let waits = |line: &OrderLineView| !line.line.waitlisted.is_zero();
        let mut orders = self.orders.values().skip(at);
        let Some(from) = orders.find(|order| order.lines.iter().any(waits)).cloned() else {
            return;
        };
        let line = &from.lines.iter().find(|line| waits(line)).expect("found so").line;
        let into = match from.state {
            OrderState::Held => from.order,
            _ => self.open_order(from.buyer),
        };
        let promoted = ClaimedLine {
            code: line.code,
            item: line.item,
            cell: line.cell,
            variant: line.variant.clone(),
            held: line.waitlisted,
            waitlisted: Quantity::ZERO,
            position_in_line: None,
            price: line.price,
        };
        let hold_until = Some(self.next_at().plus(Millis(600_000)));
        let stamp = self.push(Event::WaitlistPromoted {
            session: SESSION,
            order: from.order,
            into,
            buyer: from.buyer,
            line: promoted.clone(),
            hold_until,
        });
        let waiting = self.orders.get_mut(&from.order).expect("found above");
        waiting.position = stamp.position;
        let own = waiting.lines.iter_mut().find(|own| is_same(&own.line, &promoted));
        own.expect("found above").line.waitlisted = Quantity::ZERO;
        self.add(into, from.buyer, &promoted, hold_until, stamp);
    }

    pub(super) fn settle(&mut self) {
        let Some(id) = self.some_held().map(|order| order.order) else {
            return;
        };
        let (session, order, key) = (SESSION, id, None);
        let cancels = self.pick(4) == 0 || self.orders[&id].undo_until.is_some();
        let lines: Vec<_> = self.orders[&id].lines.iter().map(back).collect();
        let (event, state) = if cancels {
            let cancelled = Event::OrderCancelled { session, key, order, lines };
            (cancelled, OrderState::Cancelled)
        } else if self.pick(2) == 0 {
            (Event::OrderConfirmed { session, key, order }, OrderState::Confirmed)
        } else {
            (Event::OrderPaid { session, key, order }, OrderState::Paid)
        };
        let stamp = self.push(event);
        let order = self.orders.get_mut(&id).expect("picked above");
        (order.state, order.hold_until, order.position) = (state, None, stamp.position);
        if !cancels {
            let fee = fee(order, self.delivery);
            self.charged.insert(id, fee);
        } else {
            order.undo_until = None;
            for line in &mut order.lines {
                (line.line.held, line.line.waitlisted) = (Quantity::ZERO, Quantity::ZERO);
            }
        }
    }

    pub(super) fn extend(&mut self) {
        let Some(id) = self.some_held().map(|order| order.order) else {
            return;
        };
        let by_buyer = self.pick(2) == 0;
        let hold_until = self.next_at().plus(Millis(900_000));
        let key = by_buyer.then(|| Key { digest: self.key("held"), body: None });
        let stamp = self.push(Event::HoldExtended {
            session: SESSION,
            key,
            order: id,
            by_buyer,
            hold_until,
        });
        let order = self.orders.get_mut(&id).expect("picked above");
        (order.hold_until, order.position) = (Some(hold_until), stamp.position);
    }

    pub(super) fn change_offer(&mut self) {
        let code = terms(1 + self.pick(3) as u32).code;
        let event = Event::OfferChanged {
            session: SESSION,
            key: None,
            code,
            price: Money::vnd(1_000 * (40 + self.pick(3)).cast_signed()),
            open: true,
            pinned: true,
            limit_per_buyer: Some(units(5)),
        };
        self.push(event);
    }

    pub(super) fn add(
        &mut self,
        id: OrderId,
        buyer: BuyerRef,
        line: &ClaimedLine,
        hold_until: Option<Timestamp>,
        stamp: Stamp,
    ) {
        let order = self.orders.entry(id).or_insert_with(|| OrderView {
            order: id,
            session: SESSION,
            buyer,
            state: OrderState::Held,
            lines: vec![],
            delivery_fee: None,
            total: Money::vnd(0),
            hold_until,
            undo_until: None,
            position: stamp.position,
        });
        (order.hold_until, order.position) = (hold_until, stamp.position);
        let found = order.lines.iter_mut().find(|own| is_same(&own.line, line));
        let Some(own) = found else {
            order.lines.push(OrderLineView {
                line: OrderLine {
                    code: line.code,
                    item: line.item,
                    cell: line.cell,
                    variant: line.variant.clone(),
                    held: line.held,
                    waitlisted: line.waitlisted,
                    price: line.price,
                },
                position_in_line: None,
            });
            return;
        };
        own.line.held = own.line.held.plus(line.held).expect("little");
        own.line.waitlisted = own.line.waitlisted.plus(line.waitlisted).expect("little");
    }

    pub(super) fn line(&mut self, item: u32, held: Quantity, waitlisted: Quantity) -> ClaimedLine {
        let terms = terms(item);
        let cell = Cell(self.pick(1 + terms.axes.len() as u64) as u16);
        let said = terms.axes.first().map(|axis| Some(axis[usize::from(cell.0)].clone()));
        ClaimedLine {
            code: terms.code,
            item: ItemId(item),
            cell,
            variant: Variant(said.into_iter().collect()),
            held,
            waitlisted,
            position_in_line: (!waitlisted.is_zero()).then_some(1),
            price: Money::vnd(1_000 * (40 + self.pick(2)).cast_signed()),
        }
    }
}
