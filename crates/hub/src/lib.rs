//! One lane per shop, the single writer: drain, decide, journal, release.
