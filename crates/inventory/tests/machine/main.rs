//! The machine against stories that a host could review, a naive twin, and hostile numbers.

mod histories;
mod hostile;
mod lane;
mod made;
mod outsider;
mod speech;
mod stories;
mod story;
mod twin;
mod untidy;
