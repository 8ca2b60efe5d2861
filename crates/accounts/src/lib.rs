//! Who are you, what may you do, what may we keep?
