//! What people write for other people to read: nothing in it may fool a screen.

/// True for control characters, and for those that break lines or turn the direction of writing:
/// with them a name could make the rest of a host's line read backwards.
pub fn fools_a_screen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
