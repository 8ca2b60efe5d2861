//! Negative controls: a world in which one safety rule is broken must go red, and soon. The
//! optimised run (`simulator --mutants`) says at which seed each is caught.

use simulator::{Mutant, Options, check};

/// Within so many seeds each must be caught.
const SEEDS: u64 = 40;

fn catch(mutant: Mutant) {
    let caught = (1..=SEEDS).find_map(|seed| check(Options::of(seed).with(mutant)).err());
    assert!(caught.is_some(), "{mutant} was not caught in {SEEDS} seeds");
}

macro_rules! mutants {
    ($($test:ident: $mutant:ident,)*) => {
        $(#[test] fn $test() { catch(Mutant::$mutant); })*

        #[test]
        fn every_mutant_has_its_test() {
            let tested = [$(Mutant::$mutant),*];
            assert!(Mutant::ALL.iter().all(|mutant| tested.contains(mutant)));
        }
    };
}

mutants! {
    answers_that_leave_before_their_sync_are_caught: ReleaseBeforeSync,
    stock_that_is_shown_before_its_sync_is_caught: ShowBeforeSync,
    an_answer_out_of_its_order_is_caught: AnswerOutOfOrder,
    going_on_after_a_failed_append_is_caught: GoOnAfterFailed,
    trust_in_an_append_of_unknown_fate_is_caught: TrustUnknown,
    a_disk_that_lies_about_its_sync_is_caught: LyingDisk,
    two_writers_of_one_stock_are_caught: WriterPerSession,
    what_hangs_on_the_order_of_a_hash_table_is_caught: HashOrder,
    a_clock_in_the_core_is_caught: ClockInCore,
    keys_that_are_lost_in_a_crash_are_caught: ForgetKeys,
    refusals_that_are_lost_in_a_crash_are_caught: ForgetRefusals,
    a_key_that_is_decided_twice_is_caught: DecideTwice,
    stock_that_is_offered_while_it_can_be_undone_is_caught: UndoAfterPromotion,
    a_line_that_changes_its_order_is_caught: ShuffleLine,
    an_epoch_that_is_used_again_is_caught: KeepEpoch,
    holds_that_run_on_while_we_are_down_are_caught: SkipResume,
    a_snapshot_of_what_was_never_durable_is_caught: TrustSnapshot,
    less_in_the_read_model_than_in_the_ledger_is_caught: PersistLess,
    rows_that_were_never_written_are_caught: PersistNothing,
    a_watermark_outside_the_transaction_is_caught: WatermarkApart,
}
