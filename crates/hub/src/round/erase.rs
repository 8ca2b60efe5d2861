//! Forgetting a buyer: the fact, the vault's rows with it, and whoever still speaks for them.

use super::Round;
use crate::ask::{Asked, Entry, Erase, Erased, Output};
use crate::barrier::Held;
use crate::error::HubError;
use domain::limits::REQUEST_WAIT_MS_MAX;
use domain::{BuyerRef, Command, Event, Millis, Request};
use inventory::Decision;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longer than anything that was asked before can still be under way.
const UNDER_WAY_MS_MAX: u64 = 10 * REQUEST_WAIT_MS_MAX;

impl Round<'_> {
    /// Decides it, and answers once it is durable.
    pub(crate) fn erase(&mut self, erase: Erase, now: Millis, out: &mut Vec<Output>) {
        let Erase { buyer, reply } = erase;
        let erased = self.erase_person(buyer, now, out);
        self.held.push(Held::Release(Box::new(move || reply(erased))));
    }

    fn erase_person(
        &mut self,
        buyer: BuyerRef,
        now: Millis,
        out: &mut Vec<Output>,
    ) -> Result<Erased, HubError> {
        if self.lane.erased.contains_key(&buyer) {
            return Err(HubError::UnknownBuyer);
        }
        let request = Request { key: None, command: Command::EraseBuyer { buyer } };
        let (decide, state, at) = (self.lane.decide, &self.lane.state, self.now);
        let decided = catch_unwind(AssertUnwindSafe(|| decide(state, &request, at)));
        let events = match decided {
            Ok(Decision::Events(events)) => events,
            Ok(Decision::Rejected(rejection)) => return Err(HubError::Rejected(rejection)),
            Ok(Decision::Known) => unreachable!("asked without a key"),
            Err(_) => {
                out.push(Output::Aside(self.lane.shop, format!("{request:?}")));
                return Err(HubError::Internal);
            }
        };
        let mut accounts = 0;
        for event in events {
            if let Event::BuyerErased { buyer, accounts: linked } = &event {
                let gone: Vec<_> = linked.iter().chain([buyer]).copied().collect();
                accounts = u32::try_from(gone.len()).unwrap_or(u32::MAX);
                self.commit(event);
                self.forget(gone, now);
            } else {
                self.commit(event);
            }
        }
        Ok(Erased { accounts, position: self.lane.position() })
    }

    /// The vault forgets them with this batch, the lane with this round.
    fn forget(&mut self, gone: Vec<BuyerRef>, now: Millis) {
        let position = self.lane.position();
        self.batch.erase(&gone, position);
        let lane = &mut *self.lane;
        lane.erased.retain(|_, at| now.0.saturating_sub(at.0) <= UNDER_WAY_MS_MAX);
        lane.erased.extend(gone.iter().map(|buyer| (*buyer, now)));
        gone.iter().for_each(|buyer| {
            lane.linked.remove(buyer);
        });
        self.held.push(Held::Erase(gone));
    }

    /// Why nothing is asked in the name of somebody who was erased while it was under way: sent
    /// again, it is asked in the name of somebody new.
    pub(super) fn erased_meanwhile(&self, entry: &Entry) -> Option<HubError> {
        if self.lane.erased.is_empty() {
            return None;
        }
        let command = match &entry.asked {
            Asked::Command(request) => buyer_of(&request.command),
            Asked::Comment { .. } => None,
        };
        let sender = entry.sender.as_ref().map(|sender| sender.buyer);
        let mut named = command.into_iter().chain(sender);
        named.any(|buyer| self.lane.erased.contains_key(&buyer)).then_some(HubError::BuyerErased)
    }
}

/// In whose name a command is asked.
fn buyer_of(command: &Command) -> Option<BuyerRef> {
    match command {
        Command::Claim(claim) => Some(claim.buyer),
        Command::Review { buyer, .. }
        | Command::Release { buyer, .. }
        | Command::ExtendOwn { buyer, .. }
        | Command::OfferLink { buyer, .. }
        | Command::UseLink { account: buyer, .. }
        | Command::EraseBuyer { buyer } => Some(*buyer),
        Command::UndoCancel { buyer, .. } => *buyer,
        Command::OpenSession { .. }
        | Command::SetSessionState { .. }
        | Command::AddOffer { .. }
        | Command::ChangeOffer { .. }
        | Command::ResolveReview { .. }
        | Command::NoteComments { .. }
        | Command::ActOnOrder { .. }
        | Command::BlockBuyer { .. }
        | Command::ChangeRules { .. }
        | Command::Resume { .. } => None,
    }
}
