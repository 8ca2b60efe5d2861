//! Negative controls: a world in which one safety rule is broken must go red, and soon.

use simulator::{Mutant, Options, run};

/// Within so many seeds each must be caught.
const SEEDS: u64 = 10;

fn check(mutant: Mutant) {
    let caught = (1..=SEEDS).find_map(|seed| run(Options::of(seed).with(mutant)).err());
    assert!(caught.is_some(), "{mutant} was not caught in {SEEDS} seeds");
}

macro_rules! mutants {
    ($($test:ident: $mutant:ident,)*) => {
        $(#[test] fn $test() { check(Mutant::$mutant); })*

        #[test]
        fn every_mutant_has_its_test() {
            let tested = [$(Mutant::$mutant),*];
            assert!(Mutant::ALL.iter().all(|mutant| tested.contains(mutant)));
        }
    };
}

mutants! {
    answers_that_leave_before_their_sync_are_caught: ReleaseBeforeSync,
    going_on_after_a_failed_append_is_caught: GoOnAfterFailed,
    trust_in_an_append_of_unknown_fate_is_caught: TrustUnknown,
    keys_that_are_lost_in_a_crash_are_caught: ForgetKeys,
    a_key_that_is_decided_twice_is_caught: DecideTwice,
    a_line_that_changes_its_order_is_caught: ShuffleLine,
    an_epoch_that_is_used_again_is_caught: KeepEpoch,
    holds_that_run_on_while_we_are_down_are_caught: SkipResume,
    a_disk_that_lies_about_its_sync_is_caught: LyingDisk,
    less_in_the_read_model_than_in_the_ledger_is_caught: PersistLess,
    a_watermark_without_its_rows_is_caught: PersistNothing,
    a_snapshot_of_what_was_never_durable_is_caught: TrustSnapshot,
}
