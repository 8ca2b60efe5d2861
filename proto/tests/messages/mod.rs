//! Every message by its full name, with its two forms.

#![allow(dead_code, reason = "each test file uses its own part")]

use prost::Message;
use proto::{live, store};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message in both forms.
#[derive(PartialEq, Debug)]
pub(crate) struct Forms {
    pub(crate) json: String,
    pub(crate) bytes: Vec<u8>,
}

/// How to read a message of one type; what is wrong where it is none.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) of_json: fn(&str) -> Result<Forms, String>,
    pub(crate) of_bytes: fn(&[u8]) -> Result<Forms, String>,
}

fn forms<T: Serialize + Message>(message: &T) -> Result<Forms, String> {
    let json = serde_json::to_string(message).map_err(|error| error.to_string())?;
    Ok(Forms { json, bytes: message.encode_to_vec() })
}

fn of_json<T: Serialize + DeserializeOwned + Message>(json: &str) -> Result<Forms, String> {
    forms::<T>(&serde_json::from_str(json).map_err(|error| error.to_string())?)
}

fn of_bytes<T: Serialize + Message + Default>(bytes: &[u8]) -> Result<Forms, String> {
    forms(&T::decode(bytes).map_err(|error| error.to_string())?)
}

macro_rules! messages {
    ($($package:literal $module:ident: $($message:ident)*;)*) => {
        /// All messages there are.
        pub(crate) const MESSAGES: &[Known] = &[$($(Known {
            name: concat!($package, ".", stringify!($message)),
            of_json: of_json::<$module::$message>,
            of_bytes: of_bytes::<$module::$message>,
        },)*)*];
    };
}

messages! {
    "chot.live.v1" live:
        ClientFrame ServerFrame Position Money Hello Comment Claim WantedLine Release Extend
        Welcome Axis Pack VariantPrice VariantStock Offer OutcomeLine Outcome StockOffer Stock
        OrderLine Order Error StockOfVariant OfferTerms Hold Delivery Rules OpenSession SetState
        ChangeOffer PlatformComment Outcomes AskTicket Ticket HostClaim ExtendOrder Session Orders
        Undo Span BuyerPage Contact Erasure BuyerAccount BuyerDeed BuyerWords Consent Hoarding
        ChangeSession ReviewCard ReviewGroup Reviews AnswerReview Resolved BlockBuyer Blocked
        AskLink Receipt Receipts Ping Pong Practise Me MyShop Assisting ChangeMe MoveTo Prove
        Proved ChangePassword NewSecond ConfirmSecond Handover Invite Device Devices Member
        Members ChangeMember Deed Deeds HelpedShop HelpedShops BackedUp LastBackup AnswerAssist
        OfferPhoto CopyPhoto Link OfferSummary StateSummary Summary StockOut ConsoleClientFrame
        ConsoleServerFrame ConsoleHello ConsolePing ConsolePong Control ConsoleController
        ConsoleSession ConsoleOffer ConsoleNumbers FeedItem ConsoleHolds ConsolePlace
        ConsoleWaiting ConsoleMissed Console SessionListed Sessions Prepare PreparedLine Prepared
        Paste PastedLine Pasted OpsFrame OpsReject OpsPoint OpsHistory OpsPong OpsFinding OpsTile
        OpsTotals OpsSession OpsIntegrity OpsEvent Ops OverlayClientFrame OverlayServerFrame
        OverlayHello OverlayPong OverlayOffer OverlayLine OverlayBuyer Overlay NewOverlay
        OverlayKey Overlays;
    "chot.journal.v1" store:
        Event Key Rules Reading Variant Axis Pack VariantPrice Terms SessionOpened
        SessionStateChanged OfferAdded OfferChanged StockChanged ClaimedLine Claimed Want
        ClaimRefused ClaimReviewed Note CommentsNoted ReturnedLine ClaimReleased RequestRefused
        HoldExpired HoldExtended WaitlistPromoted OrderActed Resumed SessionArchived Frames Frame
        Contact Consent SealedFrame SealedEntry PersonalWords Stamp Checkpoint ItemAtRest
        CellAtRest Waiting SessionAtRest OfferAtRest ReviewAtRest OrderAtRest OrderLineAtRest
        KeyAtRest OutcomeAtRest
        SessionAnswer OfferAnswer OrderAnswer Hoarding ReviewResolved CardAnswer CancelBegun
        CancelUndone CancelClosed RulesChanged BuyerBlocked LinkOffered BuyersLinked BuyerErased
        BuyerAtRest AnsweredCard Lesson LinkAtRest PastTerms CancelLineAtRest ResolvedAnswer
        BlockedAnswer;
}

/// The message by that name.
pub(crate) fn find(name: &str) -> &'static Known {
    let found = MESSAGES.iter().find(|known| known.name == name);
    found.unwrap_or_else(|| panic!("there is no message {name}"))
}

/// One example of the reference: the messages that it is an example of, and its JSON.
pub(crate) struct Example<'a> {
    pub(crate) line: usize,
    pub(crate) names: Vec<&'a str>,
    pub(crate) json: String,
}

/// The examples of a page: what stands in fences that begin with "```json" and a name.
pub(crate) fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut open = false;
    for (line, text) in (1..).zip(page.lines()) {
        match text.strip_prefix("```json ") {
            Some(names) => {
                let names = names.split_whitespace().collect();
                examples.push(Example { line, names, json: String::new() });
                open = true;
            }
            None if text.starts_with("```") => open = false,
            None if open => {
                let last = examples.last_mut().expect("opened by its fence");
                last.json.push_str(text);
            }
            None => {}
        }
    }
    examples
}
