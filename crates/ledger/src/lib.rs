//! What anybody can check: frames to lines, the chain, verify, receipts.
