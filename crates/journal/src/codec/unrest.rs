//! A message back to the shop at rest it was made from.

use super::CodecError;
use super::cards::{answered, card, lesson};
use super::parts::{
    buyer, cell as cell_of, claimed_line, code, currency, each, hash, key as key_of, money,
    network, quantities, quantity, required, small, time, variant,
};
use super::people::{buyer_at_rest, link_at_rest, link_code};
use super::rules::{past, rules};
use super::terms::terms;
use super::words::Word;
use domain::order::{OrderLine, OrderLineView, OrderView};
use domain::outcome::{Answer, AnswerBody, Outcome, OutcomeLine};
use domain::snapshot::{
    CancelAtRest, CellAtRest, ItemAtRest, KeyAtRest, OfferAtRest, OrderAtRest, SessionAtRest,
    Waiting,
};
use domain::{
    Epoch, ItemId, Money, OfferState, OrderId, Position, ReviewId, Seq, SessionId, Snapshot, Stamp,
    Timestamp,
};
use proto::store::{self, key_at_rest};
use std::sync::Arc;

type Read<T> = Result<T, CodecError>;

pub(super) fn snapshot(message: &store::Checkpoint) -> Read<Snapshot> {
    Ok(Snapshot {
        stamp: stamp(required("stamp", message.stamp.as_ref())?)?,
        last_order: message.last_order,
        last_review: message.last_review,
        last_session: message.last_session,
        last_item: message.last_item,
        items: each(&message.items, item)?,
        sessions: each(&message.sessions, session)?,
        orders: each(&message.orders, order)?,
        keys: each(&message.keys, key)?,
        buyers: each(&message.buyers, buyer_at_rest)?,
    })
}

fn stamp(stamp: &store::Stamp) -> Read<Stamp> {
    Ok(Stamp {
        position: position(stamp.epoch, stamp.seq),
        at: Timestamp(stamp.at_ms),
        hash: hash(&stamp.hash)?,
    })
}

fn position(epoch: u64, seq: u64) -> Position {
    Position { epoch: Epoch(epoch), seq: Seq(seq) }
}

fn item(item: &store::ItemAtRest) -> Read<ItemAtRest> {
    Ok(ItemAtRest {
        item: ItemId(item.item),
        terms: terms(required("terms", item.terms.as_ref())?)?.into(),
        changes: item.changes,
        cells: each(&item.cells, cell)?,
    })
}

fn cell(cell: &store::CellAtRest) -> Read<CellAtRest> {
    let waiting = |waiting: &store::Waiting| {
        Ok(Waiting {
            since: Seq(waiting.since_seq),
            order: OrderId(waiting.order),
            line: small("line", waiting.line)?,
            quantity: quantity(waiting.quantity_milli)?,
        })
    };
    Ok(CellAtRest {
        stock: quantity(cell.stock_milli)?,
        held: quantity(cell.held_milli)?,
        sold: quantity(cell.sold_milli)?,
        queue: each(&cell.queue, waiting)?,
    })
}

fn session(session: &store::SessionAtRest) -> Read<SessionAtRest> {
    Ok(SessionAtRest {
        session: SessionId(session.session),
        title: session.title.as_str().into(),
        state: Word::read(&session.state)?,
        since: Timestamp(session.since_ms),
        rules: rules(required("rules", session.rules.as_ref())?)?.into(),
        currency: currency(&session.currency)?,
        last_number: session.last_number,
        offers: each(&session.offers, offer)?,
        pinned: session.pinned.map(|at| small("pinned", at)).transpose()?,
        reviews: each(&session.reviews, card)?,
        answered: each(&session.answered, answered)?,
        lessons: each(&session.lessons, lesson)?,
        links: each(&session.links, link_at_rest)?,
        past: each(&session.past, past)?,
        opened: position(session.opened_epoch, session.opened_seq),
    })
}

fn offer(offer: &store::OfferAtRest) -> Read<OfferAtRest> {
    Ok(OfferAtRest {
        terms: terms(required("terms", offer.terms.as_ref())?)?.into(),
        item: ItemId(offer.item),
        open: offer.open,
        changes: offer.changes,
    })
}

fn order(order: &store::OrderAtRest) -> Read<OrderAtRest> {
    Ok(OrderAtRest {
        order: OrderId(order.order),
        session: SessionId(order.session),
        buyer: buyer(&order.buyer)?,
        state: Word::read(&order.state)?,
        lines: each(&order.lines, line)?,
        latest: quantities(order.latest_milli.clone())?,
        hold_until: time(order.hold_until_ms),
        extensions: order.extensions,
        position: position(order.changed_epoch, order.changed_seq),
        since: Timestamp(order.since_ms),
        delivery_fee: fee(order)?,
        network: network(&order.network)?,
        cancel: cancel(order)?,
        claims: order.claims.iter().copied().map(Seq).collect(),
    })
}

fn cancel(order: &store::OrderAtRest) -> Read<Option<CancelAtRest>> {
    let line = |line: &store::CancelLineAtRest| {
        Ok((small("line", line.line)?, quantity(line.quantity_milli)?))
    };
    let lines = each(&order.cancel_lines, line)?;
    let by_host = order.cancel_by_host;
    let closes_at = time(order.cancel_closes_at_ms);
    Ok(closes_at.map(|closes_at| CancelAtRest { closes_at, by_host, lines }))
}

fn fee(order: &store::OrderAtRest) -> Read<Option<Money>> {
    let currency = order.currency.as_deref();
    order.delivery_fee.map(|amount| money(amount, currency)).transpose()
}

fn line(line: &store::OrderLineAtRest) -> Read<OrderLine> {
    Ok(OrderLine {
        code: code(&line.code)?,
        item: ItemId(line.item),
        cell: cell_of(line.cell)?,
        variant: variant(&line.variant),
        held: quantity(line.held_milli)?,
        waitlisted: quantity(line.waitlisted_milli)?,
        price: money(line.price, line.currency.as_deref())?,
    })
}

fn key(kept: &store::KeyAtRest) -> Read<KeyAtRest> {
    Ok(KeyAtRest {
        key: key_of(required("key", kept.key.as_ref())?)?,
        session: SessionId(kept.session),
        answer: Arc::new(Answer {
            position: position(kept.epoch, kept.seq),
            receipt: hash(&kept.receipt)?,
            body: answer(required("answer", kept.answer.as_ref())?)?,
        }),
    })
}

fn answer(answer: &key_at_rest::Answer) -> Read<AnswerBody> {
    Ok(match answer {
        key_at_rest::Answer::Outcome(m) => AnswerBody::Outcome(outcome(m)?),
        key_at_rest::Answer::Opened(m) => {
            AnswerBody::Session(SessionId(m.session), Word::read(&m.state)?)
        }
        key_at_rest::Answer::Offer(m) => AnswerBody::Offer(offer_state(m)?.into()),
        key_at_rest::Answer::Order(m) => AnswerBody::Order(order_view(m)?.into()),
        key_at_rest::Answer::Resolved(m) => {
            AnswerBody::Resolved(m.reviews.iter().copied().map(ReviewId).collect())
        }
        key_at_rest::Answer::Blocked(m) => AnswerBody::Blocked(buyer(&m.buyer)?, m.blocked),
        key_at_rest::Answer::Link(m) => AnswerBody::Link(link_code(m.link)?, Timestamp(m.until_ms)),
    })
}

fn outcome(outcome: &store::OutcomeAtRest) -> Read<Outcome> {
    let reason = (!outcome.reason.is_empty()).then(|| Word::read(&outcome.reason));
    let line = |line: &store::ClaimedLine| {
        let line = claimed_line(line)?;
        Ok(OutcomeLine {
            code: line.code,
            variant: line.variant,
            held: line.held,
            waitlisted: line.waitlisted,
            position_in_line: line.position_in_line,
        })
    };
    Ok(Outcome {
        kind: Word::read(&outcome.kind)?,
        reason: reason.transpose()?,
        number: outcome.number,
        lines: each(&outcome.lines, line)?,
        order: outcome.order.map(OrderId),
        review: outcome.review.map(ReviewId),
        hold_until: time(outcome.hold_until_ms),
    })
}

fn offer_state(answer: &store::OfferAnswer) -> Read<OfferState> {
    let offer = offer(required("offer", answer.offer.as_ref())?)?;
    Ok(OfferState {
        terms: offer.terms,
        item: offer.item,
        version: answer.version,
        left: quantity(answer.left_milli)?,
        left_by_cell: quantities(answer.left_by_cell_milli.clone())?,
        open: offer.open,
        pinned: answer.pinned,
    })
}

fn order_view(answer: &store::OrderAnswer) -> Read<OrderView> {
    let order = required("order", answer.order.as_ref())?;
    let positions = &answer.positions_in_line;
    if positions.len() != order.lines.len() {
        return Err(CodecError::field("positions in line", "of another length"));
    }
    let lines = order.lines.iter().zip(positions).map(|(of, &position)| {
        let position_in_line = (position != 0).then_some(position);
        Ok(OrderLineView { line: line(of)?, position_in_line })
    });
    Ok(OrderView {
        order: OrderId(order.order),
        session: SessionId(order.session),
        buyer: buyer(&order.buyer)?,
        state: Word::read(&order.state)?,
        lines: lines.collect::<Read<_>>()?,
        delivery_fee: fee(order)?,
        total: money(answer.total, Some(&answer.currency))?,
        hold_until: time(order.hold_until_ms),
        undo_until: time(order.cancel_closes_at_ms),
        position: position(order.changed_epoch, order.changed_seq),
    })
}
