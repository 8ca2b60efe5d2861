//! The end of a round: answers are looked up under their keys, buyers are told, changed orders
//! shown.

use crate::ask::{Answered, BuyerFrame, ReplyTo, Sender};
use crate::audience::Addressed;
use crate::barrier::Held;
use crate::error::HubError;
use crate::round::Round;
use domain::{KeyDigest, OrderView};
use std::sync::Arc;

/// An ask whose answers are looked up at the round's end.
pub(crate) struct Unanswered {
    pub(crate) reply: ReplyTo,
    pub(crate) entries: Vec<Decided>,
}

/// What became of one entry.
pub(crate) struct Decided {
    pub(crate) result: Result<(KeyDigest, bool), HubError>,
    pub(crate) sender: Option<Sender>,
}

impl Round<'_> {
    /// Looks up the answers of one ask.
    pub(crate) fn answer(
        &mut self,
        reply: ReplyTo,
        entries: Vec<Decided>,
        frames: &mut Vec<Addressed>,
    ) {
        let mut answers = Vec::with_capacity(entries.len());
        for Decided { result, sender } in entries {
            let answered = result.map(|(digest, replayed)| {
                let answer = self.lane.state.answer(&digest).expect("a decided key has an answer");
                Answered { answer: answer.clone(), replayed }
            });
            if let Some(sender) = sender {
                self.tell_buyer(&reply, sender, &answered, frames);
            }
            answers.push(answered);
        }
        if let ReplyTo::Caller(reply) = reply {
            self.held.push(Held::Release(Box::new(move || reply(Ok(answers)))));
        }
    }

    /// New outcomes go to all of the buyer's connections, repeated ones and failures to the one
    /// that asked.
    fn tell_buyer(
        &mut self,
        reply: &ReplyTo,
        sender: Sender,
        answered: &Result<Answered, HubError>,
        frames: &mut Vec<Addressed>,
    ) {
        let to = (sender.session, self.lane.state.person(sender.buyer));
        let key = sender.key;
        match (answered, reply) {
            (Ok(answered), _) if !answered.replayed => {
                if self.lane.audience.knows(to.0, to.1) {
                    let answer = answered.answer.clone();
                    let position = answer.position;
                    let frame = Arc::new(BuyerFrame::Outcome { key, answer });
                    frames.push(Addressed { to, position, frame });
                }
            }
            (Ok(answered), ReplyTo::Connection(connection)) => {
                let frame = BuyerFrame::Outcome { key, answer: answered.answer.clone() };
                self.held.push(Held::Tell(*connection, frame));
            }
            (Err(error), ReplyTo::Connection(connection)) => {
                let frame = BuyerFrame::Failed { key, error: error.clone() };
                self.held.push(Held::Tell(*connection, frame));
            }
            (_, ReplyTo::Caller(_)) => {}
        }
    }

    /// Adds the present look of every order that changed and has a listener.
    pub(crate) fn add_orders(&mut self, frames: &mut Vec<Addressed>) {
        let lane = &*self.lane;
        let mut orders = std::mem::take(&mut self.touched);
        let first = self.batch.first();
        let moved = |view: &OrderView| view.position.seq >= first;
        if !lane.audience.is_empty() {
            for session in &self.redated {
                let buyers = lane.audience.buyers_of(*session);
                let of_buyer = |buyer| lane.state.orders_of(*session, buyer);
                let views = buyers.into_iter().flat_map(of_buyer).filter(moved);
                orders.extend(views.map(|view| (*session, view.order)));
            }
        }
        for person in &self.relinked {
            for session in lane.words.keys() {
                let views = lane.state.orders_of(*session, *person);
                let views = views.into_iter().filter(moved);
                orders.extend(views.map(|view| (*session, view.order)));
            }
        }
        for (session, order) in orders {
            let Some(view) = lane.state.order_view(order) else {
                continue;
            };
            if lane.audience.knows(session, view.buyer) {
                let (to, position) = ((session, view.buyer), view.position);
                frames.push(Addressed { to, position, frame: Arc::new(BuyerFrame::Order(view)) });
            }
        }
    }
}
