//! A receipt of a comment that a person looked at: the card, and the claim that came of it, both
//! with their own hashes, in both languages.

mod forge;

use domain::Hash;
use forge::sale::*;
use forge::*;
use ledger::{Proof, ReceiptProof};

/// The hash of the event at that index.
fn hash_of(steps: &[Step], at: usize) -> Hash {
    head_after(&steps[..=at]).hash
}

/// What the receipt of that event proves, and the whole report.
fn proof_of(steps: &[Step], at: usize) -> (ReceiptProof, Proof) {
    let text = lines(steps).concat();
    let proof = ledger::verify(text.as_bytes(), Some(hash_of(steps, at)), |_| {}).expect("holds");
    (proof.receipt.clone().expect("it is in the file"), proof)
}

/// The report says all of it.
fn says(proof: &Proof, parts: &[&str]) {
    let told = proof.to_string();
    parts.iter().for_each(|part| assert!(told.contains(part), "{part} is not in\n{told}"));
}

#[test]
fn a_cards_receipt_leads_to_the_claim_that_a_person_made_of_it() {
    let steps = cards();
    let (receipt, proof) = proof_of(&steps, 4);
    let claim = receipt.claim.expect("it was served");
    assert_eq!((receipt.card, receipt.number, claim.number), (Some(2), None, 2));
    assert_eq!((receipt.position.seq.0, claim.position.seq.0), (5, 9));
    assert_eq!((receipt.receipt, claim.hash), (hash_of(&steps, 4), hash_of(&steps, 8)));
    says(
        &proof,
        &[
            "You were number 2 of D1 at 2026-11-23T13:05:20.000Z; D1: 0.5 held",
            "; from your comment's card 2",
            "Bạn là số 2, mã D1, lúc 20:05:20 (giờ Việt Nam), từ bình luận chờ duyệt số 2",
            &format!("claimed in event 9, hash {}", hash_of(&steps, 8)),
            &format!("event 5, hash {}", hash_of(&steps, 4)),
        ],
    );
}

#[test]
fn the_claims_own_receipt_names_the_card() {
    let steps = cards();
    let (receipt, proof) = proof_of(&steps, 7);
    assert_eq!((receipt.card, receipt.number, receipt.claim), (Some(1), Some(1), None));
    says(
        &proof,
        &[
            "You were number 1 of D1",
            "; from your comment's card 1",
            "Bạn là số 1, mã D1, lúc 20:05:20 (giờ Việt Nam), từ bình luận chờ duyệt số 1",
            &format!("event 8, hash {}", hash_of(&steps, 7)),
        ],
    );
}

#[test]
fn a_card_that_became_no_order_says_so() {
    let (receipt, proof) = proof_of(&cards(), 5);
    assert_eq!((receipt.card, receipt.claim), (Some(3), None));
    says(
        &proof,
        &[
            "Your comment became card 3 at 2026-11-23T13:05:12.000Z; no order was made of it yet",
            "chờ duyệt số 3, lúc 20:05:12 (giờ Việt Nam), chưa thành đơn",
        ],
    );
}

#[test]
fn the_report_counts_cards_cancels_and_links() {
    let counts = |steps: Vec<Step>| {
        let proof = verify(&lines(&steps).concat()).expect("holds");
        (proof.cards, proof.cancels, proof.links)
    };
    assert_eq!(counts(cards()), (3, 0, 0));
    assert_eq!(counts(cancels()), (0, 2, 0));
    assert_eq!(counts(people()), (0, 0, 1));
}
