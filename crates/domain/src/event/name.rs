//! What events are called.

use super::Event;

impl Event {
    /// The stable name, as in the ledger.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SessionOpened { .. } => "session_opened",
            Self::SessionStateChanged { .. } => "session_state_changed",
            Self::OfferAdded { .. } => "offer_added",
            Self::OfferChanged { .. } => "offer_changed",
            Self::StockChanged { .. } => "stock_changed",
            Self::ClaimHeld(_) => "claim_held",
            Self::ClaimWaitlisted(_) => "claim_waitlisted",
            Self::ClaimRefused { .. } => "claim_refused",
            Self::ClaimReviewed { .. } => "claim_reviewed",
            Self::ReviewResolved { .. } => "review_resolved",
            Self::CommentsNoted { .. } => "comments_noted",
            Self::ClaimReleased { .. } => "claim_released",
            Self::CancelBegun { .. } => "cancel_begun",
            Self::CancelUndone { .. } => "cancel_undone",
            Self::CancelClosed { .. } => "cancel_closed",
            Self::RequestRefused { .. } => "request_refused",
            Self::HoldExpired { .. } => "hold_expired",
            Self::HoldExtended { .. } => "hold_extended",
            Self::WaitlistPromoted { .. } => "waitlist_promoted",
            Self::OrderConfirmed { .. } => "order_confirmed",
            Self::OrderPaid { .. } => "order_paid",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::RulesChanged { .. } => "rules_changed",
            Self::BuyerBlocked { .. } => "buyer_blocked",
            Self::LinkOffered { .. } => "link_offered",
            Self::BuyersLinked { .. } => "buyers_linked",
            Self::BuyerErased { .. } => "buyer_erased",
            Self::Resumed { .. } => "resumed",
            Self::SessionArchived { .. } => "session_archived",
        }
    }
}
