//! What somebody may do in a shop: one table.

/// What somebody is in a shop.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Whose shop it is, or a program with its host token: everything.
    Owner,
    /// Sells: everything but people and erasure.
    Host,
    /// Takes and settles orders.
    Clerk,
    /// Packs: sees orders and where they go.
    Packer,
    /// Looks on.
    Watcher,
    /// Set the shop up once and counts it since.
    Helper,
    /// A helper for the hour to which the owner said yes: sets up and practises, sees no buyer.
    Assistant,
    /// A program that brings comments.
    Source,
}

/// What is done in a shop.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Act {
    /// Brings comments.
    BringComments,
    /// Looks at sessions, offers, their figures.
    Look,
    /// Opens sessions, moves them, changes offers, photos and rules, practises.
    Sell,
    /// Sets stock right by counting, or takes some away.
    CorrectStock,
    /// Sees orders and what buyers wrote, without where they live.
    SeeOrders,
    /// Orders for somebody, settles and cancels orders, answers cards, blocks buyers.
    Order,
    /// Sees where an order goes.
    SeeContacts,
    /// Takes a session's orders or ledger away in a file.
    Export,
    /// Invites people and lets them go, signs devices out, reads who did what.
    ManagePeople,
    /// Takes all that is kept of one buyer, or erases it.
    AnswerBuyers,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::Host,
        Self::Clerk,
        Self::Packer,
        Self::Watcher,
        Self::Helper,
        Self::Assistant,
        Self::Source,
    ];

    /// Those that a person may be given.
    pub const GIVEN: [Self; 6] =
        [Self::Owner, Self::Host, Self::Clerk, Self::Packer, Self::Watcher, Self::Helper];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Host => "host",
            Self::Clerk => "clerk",
            Self::Packer => "packer",
            Self::Watcher => "watcher",
            Self::Helper => "helper",
            Self::Assistant => "assistant",
            Self::Source => "source",
        }
    }

    /// Reads the word of a role that a person may be given; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::GIVEN.into_iter().find(|role| role.as_str() == word)
    }

    /// What may be done in this role.
    pub const fn acts(self) -> &'static [Act] {
        match self {
            Self::Owner => &Act::ALL,
            Self::Host => &[
                Act::BringComments,
                Act::Look,
                Act::Sell,
                Act::CorrectStock,
                Act::SeeOrders,
                Act::Order,
                Act::SeeContacts,
                Act::Export,
            ],
            Self::Clerk => {
                &[Act::BringComments, Act::Look, Act::SeeOrders, Act::Order, Act::SeeContacts]
            }
            Self::Packer => &[Act::Look, Act::SeeOrders, Act::SeeContacts],
            Self::Watcher => &[Act::Look, Act::SeeOrders],
            Self::Helper => &[],
            Self::Assistant => &[Act::Look, Act::Sell],
            Self::Source => &[Act::BringComments],
        }
    }

    /// Whether this may be done in this role.
    pub fn may(self, act: Act) -> bool {
        self.acts().contains(&act)
    }
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::BringComments,
        Self::Look,
        Self::Sell,
        Self::CorrectStock,
        Self::SeeOrders,
        Self::Order,
        Self::SeeContacts,
        Self::Export,
        Self::ManagePeople,
        Self::AnswerBuyers,
    ];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BringComments => "bring_comments",
            Self::Look => "look",
            Self::Sell => "sell",
            Self::CorrectStock => "correct_stock",
            Self::SeeOrders => "see_orders",
            Self::Order => "order",
            Self::SeeContacts => "see_contacts",
            Self::Export => "export",
            Self::ManagePeople => "manage_people",
            Self::AnswerBuyers => "answer_buyers",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_may_what_the_owner_may_not_and_nobody_else_manages_people() {
        for role in Role::ALL {
            assert!(role.acts().iter().all(|act| Role::Owner.may(*act)), "{role:?}");
            assert_eq!(role.may(Act::ManagePeople), role == Role::Owner, "{role:?}");
            assert_eq!(role.may(Act::AnswerBuyers), role == Role::Owner, "{role:?}");
        }
    }

    #[test]
    fn who_may_not_see_orders_sees_no_contact_and_takes_nothing_away() {
        for role in Role::ALL.into_iter().filter(|role| !role.may(Act::SeeOrders)) {
            assert!(!role.may(Act::SeeContacts) && !role.may(Act::Export), "{role:?}");
        }
    }

    #[test]
    fn a_role_that_is_given_reads_back() {
        for role in Role::ALL {
            let given = Role::GIVEN.contains(&role);
            assert_eq!(Role::parse(role.as_str()), given.then_some(role));
        }
    }
}
