//! From words to a command: the lane's side of reading.

use crate::ask::{Asked, Sender};
use crate::lane::Lane;
use domain::command::{Key, Note, Origin};
use domain::{Command, Reason, Request, SessionId, SessionState};
use intent::{Meaning, Reading};

/// What an entry turns out to be.
pub(crate) enum Wish {
    Command(Request),
    Note(SessionId, Note),
}

impl Lane {
    /// Turns words into a command, reading them again if they were read with an older codebook.
    pub(crate) fn wish(&self, asked: Asked, key: Key, sender: Option<&Sender>) -> Wish {
        let (reading, session, buyer) = match (asked, sender) {
            (Asked::Command(request), _) => return Wish::Command(request),
            (Asked::Comment { .. }, None) => unreachable!("a comment has a sender"),
            (Asked::Comment { reading, codebook, text, circumstances, .. }, Some(sender)) => {
                let current = self.words.get(&sender.session);
                let reading = match (codebook, current) {
                    (Some(version), Some(current)) if version < current.codebook.version() => {
                        intent::read(&text, &current.codebook, circumstances)
                    }
                    _ => reading,
                };
                (reading, sender.session, sender.buyer)
            }
        };
        let Reading { meaning, rule, .. } = reading;
        let state = self.words.get(&session).map(|words| words.state);
        let is_draft = state.is_none_or(|state| state == SessionState::Draft);
        let origin = Origin::Comment;
        let command = match meaning {
            // Before a session is live every comment is told so, whatever it says.
            _ if is_draft => Command::Claim { session, buyer, origin, wants: Vec::new(), rule },
            Meaning::Claim(wants) => Command::Claim { session, buyer, origin, wants, rule },
            Meaning::Cancel(codes) => Command::Release { session, buyer, origin, codes, rule },
            Meaning::Review { reason, suggestion, about: _ } => {
                Command::Review { session, buyer, reason, rule, suggestion }
            }
            Meaning::Question => {
                let note = Note { key: key.digest, reason: Reason::Question, rule };
                return Wish::Note(session, note);
            }
            Meaning::Link(_) | Meaning::Chatter => {
                let note = Note { key: key.digest, reason: Reason::Chatter, rule };
                return Wish::Note(session, note);
            }
        };
        Wish::Command(Request { key: Some(key), command })
    }
}
