//! The border between what is said outside (`proto::live`) and the nouns inside (`domain`).
//!
//! Past this folder there are no wire types but in the frames of `live`, and no unchecked input.

pub(crate) mod console;
pub(crate) mod incoming;
pub(crate) mod looks;
pub(crate) mod outcome_json;
pub(crate) mod outgoing;
pub(crate) mod overlay;
pub(crate) mod rules;
pub(crate) mod terms;
