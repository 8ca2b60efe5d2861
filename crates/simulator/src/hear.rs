//! What clients are told, compared at the moment of its release with what the disk holds.

use crate::coverage::Seen;
use crate::deed::{Deed, DeedNo, Stand, Wish};
use crate::mutant::Mutant;
use crate::promise::{
    ASKED_FOR, COMPLETE, Checked, EXPECTED, HISTORY_LOST, IN_ORDER, IN_THE_LEDGER, RECEIPT, SAYS,
    UNCHANGED, broken, must, of,
};
use crate::told::Told;
use crate::viewer::{FAR, Viewer};
use crate::witness::{Witness, keys};
use crate::world::World;
use domain::command::Want;
use domain::event::Claimed;
use domain::{
    Answer, AnswerBody, BuyerRef, Code, Command, Event, Fact, KeyDigest, Outcome, OutcomeKind,
    Position, Rejection, SessionId, SessionState, ShopId,
};
use hub::{BuyerFrame, HubError, Welcome};
use intent::{Circumstances, Meaning};
use journal::Rows;
use std::collections::BTreeMap;

impl World {
    /// Everything that was told since the last look.
    pub(crate) fn hear(&mut self) -> Checked {
        let told = self.mailbox.take();
        let told =
            if self.options.breaks(Mutant::AnswerOutOfOrder) { self.disorder(told) } else { told };
        for told in told {
            match told {
                Told::Answers(ask, Ok(answers)) => {
                    let deeds = self.asks[ask].clone();
                    for (no, answer) in deeds.into_iter().zip(answers) {
                        match answer {
                            Ok(answered) => self.answered(no, &answered.answer)?,
                            Err(error) => self.refused(no, &error)?,
                        }
                    }
                }
                Told::Answers(ask, Err(error)) => {
                    for no in self.asks[ask].clone() {
                        self.refused(no, &error)?;
                    }
                }
                Told::Read(shop, seq) => self.witnesses[&shop].covers(seq, "a read")?,
                Told::Welcome(id, welcome) => self.welcomed(id, welcome)?,
                Told::Erased(shop, erased) => self.left(shop, erased)?,
                Told::Frame(id, frame) => self.framed(id, &frame)?,
            }
        }
        Ok(())
    }

    /// Each frame waits for the next one, and comes behind it.
    fn disorder(&mut self, told: Vec<Told>) -> Vec<Told> {
        let mut disordered = Vec::new();
        for told in told {
            if let Told::Frame(..) = told {
                match self.held_back.take() {
                    Some(before) => disordered.extend([told, before]),
                    None => self.held_back = Some(told),
                }
            } else {
                disordered.push(told);
            }
        }
        disordered
    }

    fn answered(&mut self, no: DeedNo, answer: &Answer) -> Checked {
        let deed = &self.deeds[no];
        let shop = deed.shop;
        let witness = &self.witnesses[&shop];
        witness.covers(answer.position.seq, "an answer")?;
        let Some(fact) = witness.fact(answer.position.seq) else {
            return broken(IN_THE_LEDGER, of(shop, format!("{answer:?}")));
        };
        let own =
            fact.stamp.position == answer.position && keys(&fact.event).contains(&deed.digest);
        must(own, IN_THE_LEDGER, || of(shop, format!("{answer:?} and {fact:?}")))?;
        must(fact.stamp.hash == answer.receipt, RECEIPT, || of(shop, format!("{answer:?}")))?;
        if let Some(first) = &deed.answer {
            return must(first == answer, UNCHANGED, || {
                of(shop, format!("first {first:?}, then {answer:?}"))
            });
        }
        says(deed, fact, answer)?;
        let session = deed.session;
        if let (AnswerBody::Outcome(outcome), Some(session), Some(buyer)) =
            (&answer.body, deed.session, deed.buyer)
            && let Some(order) = outcome.order
        {
            self.market(shop).orders.push((session, order, buyer));
        }
        self.market(shop).learn(session, answer);
        self.trace.number(answer.position.seq.0);
        let deed = &mut self.deeds[no];
        deed.answer = Some(answer.clone());
        deed.stand = Stand::Done;
        Ok(())
    }

    fn refused(&mut self, no: DeedNo, error: &HubError) -> Checked {
        let archived = |world: &Self, deed: &Deed| {
            let session =
                deed.session.and_then(|id| world.witnesses[&deed.shop].twin.sessions.get(&id));
            session.is_some_and(|session| session.state == SessionState::Archived)
        };
        let deed = &self.deeds[no];
        let (explained, again, seen) = match error {
            HubError::Busy { .. } => (true, true, Seen::AnsweredBusy),
            HubError::Internal => (self.panics.0 > 0, true, Seen::AnsweredInternal),
            HubError::DiskLow => (true, true, Seen::AnsweredDiskLow),
            // An old question of somebody who has left since, or of an account that was linked to
            // them while it was on its way.
            HubError::BuyerErased => {
                let buried = |buyer| self.disk.erased(deed.shop, buyer).ok().flatten().is_some();
                (deed.buyer.is_some_and(buried), false, Seen::AskedLongAfter)
            }
            HubError::Rejected(Rejection::KeyReused) => {
                (deed.wishes.len() > 1, true, Seen::AnsweredKeyReused)
            }
            HubError::Rejected(Rejection::SessionArchived) => {
                (archived(self, deed), false, Seen::AnsweredArchived)
            }
            // A host hears why it could not be; a buyer's wish is a fact.
            HubError::Rejected(_) => (deed.is_host(&deed.wishes[0]), false, Seen::AnsweredRejected),
            _ => (false, false, Seen::AnsweredInternal),
        };
        self.trace.saw(seen);
        let deed = &self.deeds[no];
        must(explained, EXPECTED, || of(deed.shop, format!("{error:?} to {deed:?}")))?;
        let deed = &mut self.deeds[no];
        if deed.stand != Stand::Done {
            deed.stand = if again { Stand::Ready } else { Stand::Done };
        }
        Ok(())
    }

    fn welcomed(&mut self, id: u64, welcome: Result<Welcome, HubError>) -> Checked {
        let Some(viewer) = self.viewers.get_mut(&id) else {
            return Ok(());
        };
        let ahead = viewer.resume.is_some_and(|resume| resume.seq.0 >= FAR);
        let welcome = match welcome {
            Ok(welcome) => welcome,
            Err(error) => {
                let lost = error == HubError::HistoryLost;
                let shop = viewer.shop;
                self.viewers.remove(&id);
                self.trace.saw(if lost { Seen::CameBackAhead } else { Seen::CameTooLate });
                return must(lost <= ahead, HISTORY_LOST, || of(shop, error));
            }
        };
        must(!ahead, HISTORY_LOST, || of(viewer.shop, "it was welcomed"))?;
        let witness = &self.witnesses[&viewer.shop];
        witness.covers(welcome.position.seq, "a welcome")?;
        viewer.seen = Some(welcome.position);
        match (viewer.resume, welcome.complete) {
            (Some(resume), true) => {
                self.trace.saw(Seen::CameBackWhole);
                complete(witness, viewer, resume, &welcome)
            }
            (Some(_), false) => {
                self.trace.saw(Seen::CameBackInPart);
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    fn framed(&mut self, id: u64, frame: &BuyerFrame) -> Checked {
        let Some(viewer) = self.viewers.get(&id).cloned() else {
            return Ok(());
        };
        match frame {
            BuyerFrame::Order(view) => {
                self.witnesses[&viewer.shop].covers(view.position.seq, "an order")?;
                self.moves_on(id, view.position)
            }
            BuyerFrame::Outcome { key, answer } => {
                let no = self.deed_by_raw(key)?;
                let is_new = self.deeds[no].answer.is_none();
                self.answered(no, answer)?;
                if is_new && viewer.seen.is_some_and(|seen| answer.position > seen) {
                    self.moves_on(id, answer.position)?;
                }
                Ok(())
            }
            BuyerFrame::Failed { key, error } => {
                let no = self.deed_by_raw(key)?;
                self.refused(no, error)
            }
        }
    }

    fn moves_on(&mut self, id: u64, position: Position) -> Checked {
        let viewer = self.viewers.get_mut(&id).expect("looked up before");
        let before = viewer.seen.replace(position);
        must(before <= Some(position), IN_ORDER, || {
            of(viewer.shop, format!("{position:?} after {before:?}"))
        })
    }

    fn deed_by_raw(&self, raw: &str) -> Checked<DeedNo> {
        let digest = BuyerRef::parse(raw).map(|bytes| KeyDigest(bytes.0));
        let found = digest.and_then(|digest| self.by_key.get(&digest).copied());
        found.map_or_else(|| broken(ASKED_FOR, format!("an outcome of the key {raw}")), Ok)
    }

    /// Somebody sent this key to this shop, and meant what came of it.
    pub(crate) fn was_asked_for(&self, shop: ShopId, key: KeyDigest, fact: &Fact) -> Checked {
        let deed = self.by_key.get(&key).map(|no| &self.deeds[*no]);
        let Some(deed) = deed.filter(|deed| deed.shop == shop) else {
            return broken(ASKED_FOR, of(shop, format!("{fact:?}")));
        };
        let (Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed)) = &fact.event else {
            return Ok(());
        };
        let twin = &self.witnesses[&shop].twin;
        let person = deed.buyer.map(|buyer| twin.person(buyer));
        let own = Some(claimed.session) == deed.session
            && (deed.buyer == Some(claimed.buyer) || person == Some(twin.person(claimed.buyer)));
        let taught = twin.sessions.get(&claimed.session).is_some_and(|session| {
            session.cards.lessons.iter().any(|wants| wanted(wants) == amounts_of(claimed))
        });
        let got = amounts_of(claimed);
        let read_so = deed.readings.iter().any(|wants| wanted(wants) == got);
        let meant = read_so
            || taught
            || deed.wishes.iter().any(|wish| self.meant(shop, wish, claimed.session, &got));
        must(own && meant, ASKED_FOR, || of(shop, format!("{claimed:?} for {deed:?}")))
    }

    /// What came of it is what was wanted, in one of the ways in which it was ever read.
    fn meant(&self, shop: ShopId, wish: &Wish, session: SessionId, got: &Amounts) -> bool {
        match wish {
            Wish::Ask(Command::Claim(claim)) => wanted(&claim.wants) == *got,
            Wish::Ask(_) => false,
            Wish::Say(text) => self.witnesses[&shop].books(session).any(|book| {
                let reading = intent::read(text, book, Circumstances::default());
                matches!(reading.meaning, Meaning::Claim(wants) if wanted(&wants) == *got)
            }),
        }
    }
}

/// Thousandths per code.
type Amounts = BTreeMap<Code, u64>;

fn amounts_of(claimed: &Claimed) -> Amounts {
    let lines = claimed.lines.iter();
    amounts(lines.map(|line| (line.code, line.held.milli() + line.waitlisted.milli())))
}

fn wanted(wants: &[Want]) -> Amounts {
    amounts(wants.iter().map(|want| (want.code, want.quantity.milli())))
}

fn amounts(lines: impl Iterator<Item = (Code, u64)>) -> Amounts {
    let mut amounts = BTreeMap::new();
    for (code, quantity) in lines {
        *amounts.entry(code).or_default() += quantity;
    }
    amounts
}

/// A returning viewer that is told that nothing is missing got every outcome after its position.
fn complete(witness: &Witness, viewer: &Viewer, resume: Position, welcome: &Welcome) -> Checked {
    let whose = (viewer.session, viewer.buyer);
    let due = witness.outcomes(whose, resume.seq, welcome.position.seq);
    let got: Vec<String> = welcome
        .missed
        .iter()
        .filter_map(|frame| match &**frame {
            BuyerFrame::Outcome { key, .. } => Some(key.to_string()),
            BuyerFrame::Order(_) | BuyerFrame::Failed { .. } => None,
        })
        .collect();
    let missing = due.iter().find(|key| !got.contains(&key.to_string()));
    must(missing.is_none(), COMPLETE, || {
        let key = missing.expect("it is missing");
        let named = |fact: &&Fact| keys(&fact.event).contains(key);
        let fact = witness.log.iter().find(named);
        let what = fact.map(|fact| (fact.event.name(), fact.stamp.position.seq));
        let until = welcome.position;
        of(
            viewer.shop,
            format!("{what:?} for {:?}, after {resume:?} until {until:?}", viewer.buyer),
        )
    })
}

/// The answer says what its fact says.
fn says(deed: &Deed, fact: &Fact, answer: &Answer) -> Checked {
    let agrees = match (&answer.body, &fact.event) {
        (AnswerBody::Outcome(outcome), event) => outcome_says(outcome, event, deed),
        (AnswerBody::Session(id, _), Event::SessionOpened { session, .. })
        | (AnswerBody::Session(id, _), Event::SessionStateChanged { session, .. }) => id == session,
        // The opening's answer stands at the last event of its call.
        (AnswerBody::Session(..) | AnswerBody::Offer(_) | AnswerBody::Order(_), _) => true,
        (AnswerBody::Resolved(told), Event::ReviewResolved { reviews, .. }) => told == reviews,
        (AnswerBody::Blocked(whom, told), Event::BuyerBlocked { buyer, blocked, .. }) => {
            (whom, told) == (buyer, blocked)
        }
        (AnswerBody::Link(told, ends), Event::LinkOffered { link, until, .. }) => {
            (told, ends) == (link, until)
        }
        (AnswerBody::Resolved(_) | AnswerBody::Blocked(..) | AnswerBody::Link(..), _) => false,
    };
    must(agrees, SAYS, || of(deed.shop, format!("{answer:?} and {fact:?}")))
}

fn outcome_says(outcome: &Outcome, event: &Event, deed: &Deed) -> bool {
    let kind = outcome.kind;
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            let lines = outcome.lines.iter().zip(&claimed.lines);
            let same =
                |(told, line): (&domain::outcome::OutcomeLine, &domain::event::ClaimedLine)| {
                    told.code == line.code
                        && (told.held, told.waitlisted) == (line.held, line.waitlisted)
                        && told.position_in_line == line.position_in_line
                };
            let kinds = [OutcomeKind::Held, OutcomeKind::Partial, OutcomeKind::Waitlisted];
            kinds.contains(&kind)
                && outcome.lines.len() == claimed.lines.len()
                && lines.into_iter().all(same)
                && outcome.number == Some(claimed.number)
                && outcome.order == Some(claimed.order)
                && outcome.hold_until == claimed.hold_until
        }
        Event::ClaimRefused { number, reason, .. } => {
            kind == OutcomeKind::Refused
                && (outcome.number, outcome.reason) == (Some(*number), Some(*reason))
        }
        Event::ClaimReviewed { review, reason, .. } => {
            kind == OutcomeKind::Review
                && (outcome.review, outcome.reason) == (Some(*review), Some(*reason))
        }
        Event::CommentsNoted { notes, .. } => {
            let note = notes.iter().find(|note| note.key == deed.digest);
            kind == OutcomeKind::Noted && note.map(|note| note.reason) == outcome.reason
        }
        Event::ClaimReleased { order, .. } => {
            kind == OutcomeKind::Cancelled && outcome.order == Some(*order)
        }
        Event::CancelBegun { order, .. } => {
            kind == OutcomeKind::Cancelled && outcome.order == Some(*order)
        }
        Event::CancelUndone { order, .. } => {
            kind == OutcomeKind::Held && outcome.order == Some(*order)
        }
        Event::BuyersLinked { .. } => kind == OutcomeKind::Noted,
        Event::RequestRefused { reason, .. } => {
            kind == OutcomeKind::Refused && outcome.reason == Some(*reason)
        }
        Event::HoldExtended { hold_until, .. } => outcome.hold_until == Some(*hold_until),
        _ => false,
    }
}
