//! From words to a command: the lane's side of reading.

use crate::ask::{Asked, Sender};
use crate::lane::Lane;
use domain::command::{Claim, Key, Note, Origin, Want};
use domain::{BuyerRef, Command, Network, Reason, Request, SessionId, SessionState, Timestamp};
use intent::{Meaning, Reading};

/// What an entry turns out to be.
pub(crate) enum Wish {
    Command(Request),
    Note(SessionId, Note),
}

impl Lane {
    /// Turns words into a command, reading them again if they were read with an older codebook.
    pub(crate) fn wish(
        &self,
        asked: Asked,
        key: Key,
        sender: Option<&Sender>,
        now: Timestamp,
    ) -> Wish {
        let (reading, said_at, network, sender) = match (asked, sender) {
            (Asked::Command(request), _) => return Wish::Command(self.anonymous_claim(request)),
            (Asked::Comment { .. }, None) => unreachable!("a comment has a sender"),
            (
                Asked::Comment { reading, codebook, text, circumstances, said_at, network, .. },
                Some(sender),
            ) => {
                let current = self.words.get(&sender.session);
                let reading = match (codebook, current) {
                    (Some(version), Some(current)) if version < current.codebook.version() => {
                        intent::read(&text, &current.codebook, circumstances)
                    }
                    _ => reading,
                };
                (reading, said_at, network, sender)
            }
        };
        let Reading { meaning, rule, .. } = reading;
        let (session, buyer) = (sender.session, sender.buyer);
        let state = self.words.get(&session).map(|words| words.state);
        let is_draft = state.is_none_or(|state| state == SessionState::Draft);
        let origin = Origin::Comment;
        let network = self.anonymous(network, buyer);
        let claim = |wants: Vec<Want>| {
            // Nobody has said anything yet that is still to come.
            let said_at = said_at.filter(|said_at| *said_at < now);
            Command::Claim(Claim {
                rule,
                said_at,
                network,
                ..Claim::new(session, buyer, origin, wants)
            })
        };
        let note = |reason| Wish::Note(session, Note { key: key.digest, reason, rule });
        let command = match meaning {
            // Before a session is live every comment is told so, whatever it says.
            _ if is_draft => claim(Vec::new()),
            Meaning::Claim(wants) => claim(wants),
            Meaning::Cancel(codes) => {
                Command::Release { session, buyer, origin, codes, quantity: None, rule }
            }
            Meaning::Review { reason, suggestion, about } => {
                Command::Review { session, buyer, reason, rule, suggestion, about, network }
            }
            Meaning::Link(link) => Command::UseLink { session, account: buyer, link, rule },
            Meaning::Question => return note(Reason::Question),
            Meaning::Chatter => return note(Reason::Chatter),
        };
        Wish::Command(Request { key: Some(key), command })
    }

    /// A tap's network counts only while nobody knows who taps.
    fn anonymous_claim(&self, mut request: Request) -> Request {
        if let Command::Claim(claim) = &mut request.command {
            claim.network = self.anonymous(claim.network, claim.buyer);
        }
        request
    }

    /// The network of an anonymous buyer; none of one who linked an account.
    fn anonymous(&self, network: Option<Network>, buyer: BuyerRef) -> Option<Network> {
        network.filter(|_| !self.linked.contains(&self.state.person(buyer)))
    }
}
