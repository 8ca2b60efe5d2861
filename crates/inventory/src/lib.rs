//! Who gets it? The state machine of one shop: sync, deterministic.
