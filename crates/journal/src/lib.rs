//! Never forget: append with group commit, sync, replay, follow, snapshot.
