//! A seeded world of crashes, partitions and lying disks that must never break a promise.
