//! The doors: HTTP and websockets, who are you, may you come in.
