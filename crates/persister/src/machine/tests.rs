//! The machine alone, then two of them against a pretended database that fails as it likes.

use super::*;
use domain::event::Event;
use domain::{Epoch, Hash, Position, SessionId};
use std::collections::BTreeSet;

const SHOPS: [u64; 3] = [1, 2, 3];

fn shop(number: u64) -> ShopId {
    ShopId::from_random(number)
}

fn fact(seq: u64) -> Fact {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&seq.to_be_bytes());
    let position = Position { epoch: Epoch(1), seq: Seq(seq) };
    let (session, notes) = (SessionId(1), vec![]);
    Fact {
        stamp: Stamp { position, at: Timestamp(1_000 * seq), hash: Hash(hash) },
        event: Event::CommentsNoted { session, notes },
    }
}

/// The stamp of that event; the default one for none.
fn stamp(seq: u64) -> Stamp {
    if seq == 0 { Stamp::default() } else { fact(seq).stamp }
}

/// What a read answers in a history of `head` events.
fn read(after: Seq, limit: usize, head: u64) -> Vec<Fact> {
    (after.0 + 1..=head).take(limit).map(fact).collect()
}

/// A machine that is connected and has looked: what it wants then.
fn begun(head: u64, watermark: u64) -> (Machine, Act) {
    begun_as(Epoch(1), stamp(head), watermark)
}

/// The same, as that writer, in a history that ends so.
fn begun_as(writer: Epoch, head: Stamp, watermark: u64) -> (Machine, Act) {
    let mut machine = Machine::of(writer);
    assert_eq!(machine.step(Millis(0), Input::Woken), Act::Look);
    assert_eq!(machine.step(Millis(0), Input::Heads(vec![])), Act::Connect);
    let watermarks = vec![(shop(1), stamp(watermark))];
    assert_eq!(machine.step(Millis(0), Input::Connected(Ok(watermarks))), Act::Look);
    let act = machine.step(Millis(0), Input::Heads(vec![(shop(1), head)]));
    (machine, act)
}

#[test]
fn a_read_begins_at_the_watermarks_own_event_and_a_write_after_it() {
    let (mut machine, act) = begun(9, 5);
    let limit = PERSIST_BATCH_EVENTS_MAX + 1;
    let (id, after) = (shop(1), Seq(4));
    let read_on = Act::Read { shop: id, after, limit };
    assert_eq!(act, read_on);
    let act = machine.step(Millis(1), Input::Facts(id, Ok(read(after, limit, 9))));
    let from = stamp(5);
    let facts = (6..=9).map(fact).collect();
    let write = Act::Write { shop: id, from, facts };
    assert_eq!(act, write);
    let status = machine.status(Timestamp(20_000));
    assert_eq!((status.lag_events, status.lag_ms), (4, 14_000), "the oldest is of 6,000");
    assert_eq!(machine.step(Millis(2), Input::Written(id, Ok(()))), Act::Wait(Millis(200)));
    assert!(machine.status(Timestamp(20_000)).is_caught_up());
}

#[test]
fn a_gap_or_another_event_at_the_watermark_holds_the_shop_up() {
    let check = |facts: Vec<Fact>, why: &str| {
        let (mut machine, _) = begun(9, 5);
        let act = machine.step(Millis(1), Input::Facts(shop(1), Ok(facts)));
        assert_eq!(act, Act::Wait(Millis(200)));
        let status = machine.status(Timestamp(0));
        assert_eq!(status.held_up, [shop(1)]);
        let said = status.last_error.expect("it says why");
        assert!(said.contains(why), "{said}");
    };
    let mut other = fact(5);
    other.stamp.hash = Hash([1; 32]);
    check(vec![other, fact(6)], "another history");
    check(vec![], "another history");
    check(vec![fact(5)], "does not give the event");
    check(vec![fact(5), fact(7)], "left out");
}

/// A writer of a history that was restored.
fn restored() -> Epoch {
    Epoch(1).restored(Timestamp(1_780_000_000_000), 3)
}

/// The event at that place in the restored history.
fn other(seq: u64) -> Stamp {
    let position = Position { epoch: restored(), seq: Seq(seq) };
    Stamp { position, at: Timestamp(1_000 * seq), hash: Hash([9; 32]) }
}

#[test]
fn after_a_restore_a_shop_that_the_read_model_knows_otherwise_is_written_anew() {
    // Ahead of the restored history, at its very end, and in its middle.
    let ahead = begun_as(restored(), stamp(5), 9);
    let at_the_end = begun_as(restored(), other(9), 9);
    let (mut machine, act) = begun_as(restored(), other(12), 9);
    assert!(matches!(act, Act::Read { after: Seq(8), .. }), "{act:?}");
    let facts = (9..=12).map(|seq| Fact { stamp: other(seq), ..fact(seq) }).collect();
    let act = machine.step(Millis(0), Input::Facts(shop(1), Ok(facts)));
    for (mut machine, act) in [ahead, at_the_end, (machine, act)] {
        assert_eq!(act, Act::Forget(shop(1)));
        let act = machine.step(Millis(1), Input::Forgotten(shop(1), Ok(())));
        assert!(matches!(act, Act::Read { after: Seq(0), .. }), "{act:?}");
        assert!(machine.status(Timestamp(0)).held_up.is_empty());
    }
}

#[test]
fn what_a_restored_history_wrote_itself_is_never_thrown_away() {
    // The watermark is of this branch, and yet another event: nobody knows why.
    let mut machine = Machine::of(Epoch(restored().0 + 1));
    machine.step(Millis(0), Input::Woken);
    machine.step(Millis(0), Input::Heads(vec![]));
    machine.step(Millis(0), Input::Connected(Ok(vec![(shop(1), other(9))])));
    let act = machine.step(Millis(0), Input::Heads(vec![(shop(1), stamp(5))]));
    assert_eq!(act, Act::Wait(Millis(200)));
    assert_eq!(machine.status(Timestamp(0)).held_up, [shop(1)]);
}

#[test]
fn another_event_at_the_end_of_both_is_noticed_before_anything_follows() {
    let mut head = stamp(9);
    head.hash = Hash([9; 32]);
    let (machine, act) = begun_as(Epoch(1), head, 9);
    assert_eq!(act, Act::Wait(Millis(200)));
    assert_eq!(machine.status(Timestamp(0)).held_up, [shop(1)]);
}

#[test]
fn a_read_model_that_cannot_be_cleared_is_tried_again() {
    let (mut machine, act) = begun_as(restored(), stamp(5), 9);
    assert_eq!(act, Act::Forget(shop(1)));
    let away = Fault::Down("gone".into());
    let act = machine.step(Millis(1), Input::Forgotten(shop(1), Err(away)));
    assert!(matches!(act, Act::Wait(_)), "{act:?}");
    machine.step(Millis(10_000), Input::Woken);
    let act = machine.step(Millis(10_000), Input::Heads(vec![(shop(1), stamp(5))]));
    assert_eq!(act, Act::Connect);
    machine.step(Millis(10_000), Input::Connected(Ok(vec![(shop(1), stamp(9))])));
    let act = machine.step(Millis(10_000), Input::Heads(vec![(shop(1), stamp(5))]));
    assert_eq!(act, Act::Forget(shop(1)));
}

#[test]
fn a_read_model_ahead_of_the_journal_is_said_and_left_alone() {
    let (mut machine, act) = begun(5, 9);
    assert_eq!(act, Act::Wait(Millis(200)));
    let said = machine.status(Timestamp(0)).last_error.expect("it says why");
    assert!(said.contains("ahead of the journal"), "{said}");
    let later = Millis(PERSIST_HELD_UP_MS);
    assert_eq!(machine.step(later, Input::Woken), Act::Look);
    let heads = || Input::Heads(vec![(shop(1), stamp(5))]);
    assert_eq!(machine.step(later, heads()), Act::Reload(shop(1)), "somebody may have mended it");
    let ahead = machine.step(later, Input::Reloaded(shop(1), Ok(stamp(9))));
    assert_eq!(ahead, Act::Wait(Millis(later.0 + PERSIST_LOOK_MS)));
    assert_eq!(machine.step(later, heads()), Act::Wait(Millis(later.0 + PERSIST_LOOK_MS)));
    assert_eq!(machine.status(Timestamp(0)).held_up, [shop(1)]);
    let much_later = Millis(2 * PERSIST_HELD_UP_MS);
    machine.step(much_later, Input::Woken);
    assert_eq!(machine.step(much_later, heads()), Act::Reload(shop(1)));
    let forgotten = machine.step(much_later, Input::Reloaded(shop(1), Ok(stamp(0))));
    assert!(matches!(forgotten, Act::Read { after: Seq(0), .. }), "{forgotten:?}");
}

#[test]
fn waits_for_a_database_double_up_to_their_limit_and_begin_anew_after_a_write() {
    let mut machine = Machine::of(Epoch(1));
    let mut now = Millis(0);
    let mut waited = Vec::new();
    let mut act = machine.step(now, Input::Woken);
    while waited.len() < 9 {
        act = match act {
            Act::Look => machine.step(now, Input::Heads(vec![])),
            Act::Wait(until) => {
                now = until;
                machine.step(now, Input::Woken)
            }
            Act::Connect => {
                waited.push(now.0);
                let away = Fault::Down("connection refused".into());
                machine.step(now, Input::Connected(Err(away)))
            }
            other => panic!("{other:?} without a database"),
        };
    }
    let waits: Vec<_> = waited.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    assert_eq!(machine.status(Timestamp(0)).attempts, 9);
}

#[test]
fn shops_that_are_behind_take_turns() {
    let mut machine = Machine::of(Epoch(1));
    machine.step(Millis(0), Input::Woken);
    machine.step(Millis(0), Input::Heads(vec![]));
    machine.step(Millis(0), Input::Connected(Ok(vec![])));
    let heads = SHOPS.map(|number| (shop(number), stamp(1_000_000))).to_vec();
    let mut act = machine.step(Millis(0), Input::Heads(heads));
    let mut turns = Vec::new();
    while turns.len() < 7 {
        act = match act {
            Act::Read { shop, after, limit } => {
                turns.push(shop.get());
                machine.step(Millis(0), Input::Facts(shop, Ok(read(after, limit, 1_000_000))))
            }
            Act::Write { shop, .. } => machine.step(Millis(0), Input::Written(shop, Ok(()))),
            other => panic!("{other:?} while shops are behind"),
        };
    }
    assert_eq!(turns, [1, 2, 3, 1, 2, 3, 1]);
}

/// A pretended database and journal, and what went wrong with them.
#[derive(Default)]
struct World {
    heads: BTreeMap<ShopId, u64>,
    written: BTreeMap<ShopId, u64>,
    poison: BTreeSet<(ShopId, u64)>,
    random: u64,
    faulty: bool,
}

impl World {
    fn pick(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.random >> 33) % below
    }

    /// Does what the machine wants, or fails.
    fn perform(&mut self, act: Act, now: &mut Millis) -> Input {
        let fails = self.faulty && self.pick(8) == 0;
        let down = || Fault::Down("down".into());
        match act {
            Act::Look => {
                let heads = self.heads.iter();
                Input::Heads(heads.map(|(&id, &head)| (id, stamp(head))).collect())
            }
            Act::Wait(until) => {
                *now = (*now).max(until);
                Input::Woken
            }
            Act::Connect if fails => Input::Connected(Err(down())),
            Act::Connect => {
                let written = self.written.iter();
                Input::Connected(Ok(written.map(|(&id, &at)| (id, stamp(at))).collect()))
            }
            Act::Reload(id) if fails => Input::Reloaded(id, Err(down())),
            Act::Reload(id) => {
                let at = self.written.get(&id).copied().unwrap_or(0);
                Input::Reloaded(id, Ok(stamp(at)))
            }
            Act::Forget(id) => panic!("{id}: there is one history only"),
            Act::Read { shop, after, limit } => {
                Input::Facts(shop, Ok(read(after, limit, self.heads[&shop])))
            }
            Act::Write { shop, from, facts } => {
                let done = self.write(shop, from, &facts, fails);
                Input::Written(shop, done)
            }
        }
    }

    /// A failed write may have been written all the same.
    fn write(&mut self, id: ShopId, from: Stamp, facts: &[Fact], fails: bool) -> Result<(), Fault> {
        if fails && self.pick(2) == 0 {
            return Err(Fault::Down("before".into()));
        }
        let at = self.written.entry(id).or_insert(0);
        if stamp(*at) != from {
            return Err(Fault::Stale(id));
        }
        if facts.iter().any(|fact| self.poison.contains(&(id, fact.stamp.position.seq.0))) {
            return Err(Fault::Data("refused".into()));
        }
        for fact in facts {
            assert_eq!(fact.stamp.position.seq.0, *at + 1, "no gap and nothing twice");
            *at += 1;
        }
        if fails { Err(Fault::Down("after".into())) } else { Ok(()) }
    }
}

/// Two machines share a database that fails; then it fails no more.
fn check_seed(seed: u64) {
    let mut world = World { random: seed, faulty: true, ..World::default() };
    let refused = 1 + world.pick(5_000);
    world.poison.insert((shop(2), refused));
    let mut machines = [Machine::of(Epoch(1)), Machine::of(Epoch(1))];
    let mut acts = [Act::Wait(Millis(0)), Act::Wait(Millis(0))];
    let mut now = Millis(0);
    for step in 0..3_000 {
        world.faulty = step < 1_500;
        for number in SHOPS {
            let more = if world.faulty { world.pick(20) } else { 0 };
            *world.heads.entry(shop(number)).or_insert(5_000) += more;
        }
        let who = world.pick(2) as usize;
        let act = std::mem::replace(&mut acts[who], Act::Look);
        let input = world.perform(act, &mut now);
        acts[who] = machines[who].step(now, input);
    }
    for number in SHOPS {
        let whole = world.heads[&shop(number)];
        let expected = if number == 2 { refused - 1 } else { whole };
        assert_eq!(world.written[&shop(number)], expected, "shop {number}, seed {seed}");
    }
    assert!(machines.iter().any(|machine| machine.status(Timestamp(0)).held_up == [shop(2)]));
}

#[test]
fn whatever_fails_every_event_is_written_once_and_a_refused_one_stops_its_shop_only() {
    (1..=60).for_each(check_seed);
}
