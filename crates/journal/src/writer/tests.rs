//! Rounds gather, and nothing is taken after a failure.

use super::*;
use domain::{BuyerRef, Epoch, Event, Millis};

const BUYER: BuyerRef = BuyerRef([3; 16]);

/// A batch of `count` events after `prev`.
fn batch(shop: u64, prev: Stamp, count: u64) -> Batch {
    let mut batch = Batch::after(ShopId::from_random(shop), Epoch(1), prev);
    for down in 0..count {
        batch.push(Timestamp(5), &Event::Resumed { down: Millis(down) });
    }
    batch
}

fn new_shop(shop: u64) -> Batch {
    batch(shop, Stamp::default(), 1)
}

/// What the outputs are, in short.
fn told(outputs: Vec<Output<u32>>) -> Vec<String> {
    let tell = |output| match output {
        Output::Write(round) => {
            let heartbeat = if round.heartbeat.is_some() { "+beat" } else { "" };
            let contacts = match round.contacts.len() {
                0 => String::new(),
                count => format!("+{count} kept"),
            };
            format!("write {}{contacts}{heartbeat}", round.batches.len())
        }
        Output::Scrub(token) => format!("scrub {token}"),
        Output::Done(tokens, Appended::Synced) => format!("synced {tokens:?}"),
        Output::Done(tokens, Appended::Failed(_)) => format!("failed {tokens:?}"),
        Output::Done(tokens, Appended::Unknown(_)) => format!("unknown {tokens:?}"),
        Output::End => "end".into(),
    };
    outputs.into_iter().map(tell).collect()
}

fn check(writer: &mut Writer<u32>, input: Input<u32>, expected: &[&str]) {
    assert_eq!(told(writer.step(input)), expected);
}

#[test]
fn while_one_round_syncs_the_next_gathers() {
    let mut writer = Writer::new(Heads::new());
    check(&mut writer, Input::Turn, &[]);
    check(&mut writer, Input::Append(new_shop(1), 1), &[]);
    check(&mut writer, Input::Turn, &["write 1"]);
    for shop in 2..=9 {
        check(&mut writer, Input::Append(new_shop(shop.into()), shop), &[]);
        check(&mut writer, Input::Turn, &[]);
    }
    check(&mut writer, Input::Heartbeat(Timestamp(9)), &[]);
    let next = ["synced [1]", "write 8+beat"];
    check(&mut writer, Input::Finished(Appended::Synced), &next);
    let last = ["synced [2, 3, 4, 5, 6, 7, 8, 9]"];
    check(&mut writer, Input::Finished(Appended::Synced), &last);
    check(&mut writer, Input::Close, &["end"]);
    check(&mut writer, Input::Append(new_shop(10), 10), &["failed [10]"]);
}

#[test]
fn a_contact_is_written_with_the_batches_that_wait() {
    let contact = SealedContact { shop: ShopId::from_random(1), buyer: BUYER, bytes: vec![7; 9] };
    let keep = |token| Input::Keep(contact.clone(), token);
    let mut writer = Writer::new(Heads::new());
    check(&mut writer, keep(1), &[]);
    check(&mut writer, Input::Turn, &["write 0+1 kept"]);
    check(&mut writer, Input::Append(new_shop(1), 2), &[]);
    check(&mut writer, keep(3), &[]);
    let next = ["synced [1]", "write 1+1 kept"];
    check(&mut writer, Input::Finished(Appended::Synced), &next);
    check(&mut writer, Input::Scrub(6), &["scrub 6"]);
    check(&mut writer, keep(4), &[]);
    let unknown = Appended::Unknown("eio".into());
    let last = ["unknown [2, 3]", "failed [4]"];
    check(&mut writer, Input::Finished(unknown), &last);
    check(&mut writer, keep(5), &["failed [5]"]);
    check(&mut writer, Input::Scrub(7), &["failed [7]"]);
}

#[test]
fn after_a_failed_or_unknown_append_nothing_is_taken() {
    for (said, told) in [
        (Appended::Failed("full".into()), "failed [1]"),
        (Appended::Unknown("eio".into()), "unknown [1]"),
    ] {
        let mut writer = Writer::new(Heads::new());
        check(&mut writer, Input::Append(new_shop(1), 1), &[]);
        check(&mut writer, Input::Turn, &["write 1"]);
        check(&mut writer, Input::Append(new_shop(2), 2), &[]);
        check(&mut writer, Input::Finished(said.clone()), &[told, "failed [2]"]);
        check(&mut writer, Input::Append(new_shop(3), 3), &["failed [3]"]);
        check(&mut writer, Input::Turn, &[]);
        assert_eq!(writer.stopped(), Some(&said));
        check(&mut writer, Input::Close, &["end"]);
    }
}

#[test]
fn a_batch_that_does_not_follow_on_its_shops_last_one_stops_the_writer() {
    let first = new_shop(1);
    let follower = batch(1, first.head(), 2);
    let mut rewritten = first.head();
    rewritten.hash.0[0] ^= 1;
    for wrong in [
        new_shop(1),
        batch(1, rewritten, 1),
        batch(1, follower.head(), 1),
        batch(1, first.head(), 0),
    ] {
        let mut writer = Writer::new(Heads::from([(first.shop(), first.head())]));
        check(&mut writer, Input::Append(wrong, 1), &["failed [1]"]);
        check(&mut writer, Input::Append(follower.clone(), 2), &["failed [2]"]);
    }
    let mut writer = Writer::new(Heads::from([(first.shop(), first.head())]));
    check(&mut writer, Input::Append(follower, 1), &[]);
    check(&mut writer, Input::Turn, &["write 1"]);
}

#[test]
fn a_round_carries_only_so_many_bytes() {
    let mut writer = Writer::new(Heads::new());
    let large = batch(1, Stamp::default(), 150_000);
    let rounds = 2 * ROUND_BYTES_MAX / large.weight();
    let mut prev = Stamp::default();
    for token in 0..=rounds as u32 {
        let next = batch(1, prev, 150_000);
        prev = next.head();
        check(&mut writer, Input::Append(next, token), &[]);
    }
    assert!(writer.is_full());
    let outputs = writer.step(Input::Turn);
    let Some(Output::Write(round)) = outputs.first() else {
        panic!("a round is due: {outputs:?}");
    };
    let bytes: usize = round.batches.iter().map(Batch::weight).sum();
    assert!((ROUND_BYTES_MAX..ROUND_BYTES_MAX + large.weight()).contains(&bytes));
}

#[test]
fn closing_writes_what_waits_first() {
    let mut writer = Writer::new(Heads::new());
    check(&mut writer, Input::Append(new_shop(1), 1), &[]);
    check(&mut writer, Input::Close, &["write 1"]);
    check(&mut writer, Input::Finished(Appended::Synced), &["synced [1]", "end"]);
}
