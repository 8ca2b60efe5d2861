//! What a row asks of whoever calls.

use accounts::{Act, Duty, Role};

/// Who may come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Anybody.
    Anyone,
    /// Whoever reaches the operators' listener: the machine itself, unless its operator opened it.
    OpsListener,
    /// Anybody; a page sends whoever is not signed in to sign in first.
    Page,
    /// Whoever has the one-time link, or the password, that the call carries.
    Entrance,
    /// Whoever has the address: it ends in the order's own capability.
    Capability,
    /// Whoever's first frame carries a ticket.
    Ticket,
    /// Whoever's first frame carries the session's overlay key.
    Key,
    /// Whoever may do this, by the handshake or by the first frame.
    Hello(Act),
    /// Somebody who is signed in.
    SignedIn,
    /// Somebody who is signed in and has shown just now who they are.
    SignedInProved,
    /// Somebody who sets shops up for others.
    Helper,
    /// Somebody who runs the installation.
    Operator,
    /// Somebody who runs the installation and has shown just now who they are.
    OperatorProved,
    /// Whoever may do this in the shop.
    May(Act),
    /// The same; a person has to have shown just now who they are.
    Proved(Act),
}

impl Access {
    /// The stable word, for the printed table.
    pub fn word(self) -> String {
        match self {
            Self::Anyone => "anyone".into(),
            Self::OpsListener => "ops_listener".into(),
            Self::Page => "page".into(),
            Self::Entrance => "entrance".into(),
            Self::Capability => "capability".into(),
            Self::Ticket => "ticket".into(),
            Self::Key => "key".into(),
            Self::Hello(act) => format!("hello:{}", act.as_str()),
            Self::SignedIn | Self::SignedInProved => "signed_in".into(),
            Self::Helper => "helper".into(),
            Self::Operator | Self::OperatorProved => "operator".into(),
            Self::May(act) | Self::Proved(act) => act.as_str().into(),
        }
    }

    /// True if a person has to have shown just now who they are.
    pub fn is_proved(self) -> bool {
        match self {
            Self::SignedInProved | Self::OperatorProved | Self::Proved(_) => true,
            Self::Anyone
            | Self::OpsListener
            | Self::Page
            | Self::Entrance
            | Self::Capability
            | Self::Ticket
            | Self::Key
            | Self::Hello(_)
            | Self::SignedIn
            | Self::Helper
            | Self::Operator
            | Self::May(_) => false,
        }
    }

    /// The roles that come in; none where no role is asked for.
    pub fn roles(self) -> Option<Vec<Role>> {
        let may = |act| Role::ALL.into_iter().filter(|role| role.may(act)).collect();
        match self {
            Self::May(act) | Self::Proved(act) | Self::Hello(act) => Some(may(act)),
            Self::Anyone
            | Self::OpsListener
            | Self::Page
            | Self::Entrance
            | Self::Capability
            | Self::Ticket
            | Self::Key
            | Self::SignedIn
            | Self::SignedInProved
            | Self::Helper
            | Self::Operator
            | Self::OperatorProved => None,
        }
    }

    /// The duty that is asked for in the installation; none where no duty is.
    pub(crate) fn serves(self, duty: Duty) -> bool {
        match self {
            Self::Helper => duty.helps(),
            Self::Operator | Self::OperatorProved => duty == Duty::Operator,
            Self::Anyone
            | Self::OpsListener
            | Self::Page
            | Self::Entrance
            | Self::Capability
            | Self::Ticket
            | Self::Key
            | Self::Hello(_)
            | Self::SignedIn
            | Self::SignedInProved
            | Self::May(_)
            | Self::Proved(_) => true,
        }
    }
}
