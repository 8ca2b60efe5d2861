//! The reader.

use crate::codebook::Codebook;
use crate::reading::{Author, Circumstances, Meaning, Reading};
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{RuleNo, Want};
use domain::offer::Variant;
use domain::{Code, Quantity};

/// Reads one comment with the codes in force. Pure and linear in the length of the text.
pub fn read(text: &str, codebook: &Codebook, circumstances: Circumstances) -> Reading {
    let chatter = |rule| Reading {
        meaning: Meaning::Chatter,
        phones: Vec::new(),
        rule: RuleNo(rule),
    };
    if matches!(circumstances.author, Author::Shop | Author::Moderator) {
        return chatter(16);
    }
    let wanted = Code::parse(text)
        .and_then(|said| codebook.offers.iter().find(|o| o.terms.code.is_like(&said)));
    let Some(offer) = wanted else {
        return chatter(15);
    };
    Reading {
        meaning: Meaning::Claim(vec![Want {
            code: offer.terms.code,
            variant: Variant::default(),
            quantity: Quantity::ONE,
            adds: false,
        }]),
        phones: Vec::new(),
        rule: RuleNo(1),
    }
}
