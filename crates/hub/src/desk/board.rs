//! The board: who got something or waits for it, the latest, for everybody to see.

use super::feed::FeedItem;
use domain::limits::{BOARD_MAX, BOARD_MS, BOARD_PAGE};
use domain::{OutcomeKind, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;

/// The latest claims that came to something, and how many they were second by second.
#[derive(Default)]
pub(super) struct Board {
    /// The oldest first.
    kept: VecDeque<Arc<FeedItem>>,
    /// Seconds that had any, and how many.
    seconds: VecDeque<(u64, usize)>,
}

/// Seconds for which somebody stays on the board.
const SECONDS: u64 = BOARD_MS / 1_000;

impl Board {
    /// Takes in an item of the feed, if it is one for the board.
    pub(super) fn add(&mut self, item: &Arc<FeedItem>) {
        match item.kind {
            OutcomeKind::Held | OutcomeKind::Partial | OutcomeKind::Waitlisted => {}
            OutcomeKind::Cancelled
            | OutcomeKind::Refused
            | OutcomeKind::Review
            | OutcomeKind::Noted => return,
        }
        let second = item.at.0 / 1_000;
        match self.seconds.back_mut().filter(|(last, _)| *last == second) {
            Some((_, count)) => *count += 1,
            None => self.seconds.push_back((second, 1)),
        }
        while self.seconds.front().is_some_and(|(first, _)| first + SECONDS <= second) {
            self.seconds.pop_front();
        }
        self.kept.push_back(item.clone());
        if self.kept.len() > BOARD_MAX {
            self.kept.pop_front();
        }
    }

    /// Those of the last minute, the latest first, and how many more there were; the last
    /// [`BOARD_PAGE`] where they were fewer.
    pub(super) fn shown(&self, now: Timestamp) -> (Vec<Arc<FeedItem>>, usize) {
        let now = now.0 / 1_000;
        let is_recent = |second: u64| second + SECONDS > now;
        let latest = self.kept.iter().rev().enumerate();
        let stays =
            |(at, item): &(usize, &Arc<FeedItem>)| *at < BOARD_PAGE || is_recent(item.at.0 / 1_000);
        let shown: Vec<_> = latest.take_while(stays).map(|(_, item)| item.clone()).collect();
        let recent = self.seconds.iter().filter(|(second, _)| is_recent(*second));
        let recent: usize = recent.map(|(_, count)| count).sum();
        let more = recent.saturating_sub(shown.len());
        (shown, more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Seq;

    fn item(number: u32, at_ms: u64, kind: OutcomeKind) -> Arc<FeedItem> {
        Arc::new(FeedItem {
            id: (Seq(u64::from(number)), 0),
            at: Timestamp(at_ms),
            buyer: None,
            name: None,
            text: None,
            platform: String::new(),
            kind,
            reason: None,
            number: Some(number),
            lines: Vec::new(),
            order: None,
            review: None,
        })
    }

    /// Claims 1, 2, 3…, one every `every_ms` from second 1,000 on.
    fn board(claims: u32, every_ms: u64) -> (Board, Timestamp) {
        let mut board = Board::default();
        let at = |number: u32| 1_000_000 + u64::from(number) * every_ms;
        for number in 1..=claims {
            board.add(&item(number, at(number), OutcomeKind::Held));
        }
        (board, Timestamp(at(claims)))
    }

    fn check(board: &Board, now: Timestamp, numbers: std::ops::RangeInclusive<u32>, more: usize) {
        let (shown, told) = board.shown(now);
        let shown: Vec<u32> = shown.iter().filter_map(|item| item.number).collect();
        assert_eq!((shown, told), (numbers.rev().collect(), more));
    }

    #[test]
    fn everybody_of_the_last_minute_is_on_the_board() {
        let (board, now) = board(40, 1_000);
        check(&board, now, 1..=40, 0);
        check(&board, Timestamp(now.0 + 30_000), 11..=40, 0);
    }

    #[test]
    fn when_nobody_comes_the_last_twelve_stay() {
        let (board, now) = board(40, 1_000);
        check(&board, Timestamp(now.0 + 3_600_000), 29..=40, 0);
        assert_eq!(Board::default().shown(now), (Vec::new(), 0));
    }

    #[test]
    fn in_a_rush_the_latest_are_carried_and_the_others_counted() {
        let (rush, now) = board(500, 100);
        check(&rush, now, 381..=500, 380);
        let (rush, now) = board(2_000, 100);
        // The minute's first second is whole, its last is the one that has just begun.
        check(&rush, now, 1_881..=2_000, 591 - 120);
    }

    #[test]
    fn who_got_nothing_and_does_not_wait_is_not_on_the_board() {
        let mut board = Board::default();
        let kinds = [
            OutcomeKind::Refused,
            OutcomeKind::Review,
            OutcomeKind::Noted,
            OutcomeKind::Cancelled,
            OutcomeKind::Waitlisted,
            OutcomeKind::Partial,
        ];
        for (number, kind) in (1..).zip(kinds) {
            board.add(&item(number, 1_000_000, kind));
        }
        check(&board, Timestamp(1_000_000), 5..=6, 0);
    }
}
