//! Names of shops and viewers: trimmed, bounded, nothing in them that could fool a screen.

use domain::limits::NAME_BYTES_MAX;
use domain::written::fools_a_screen;

/// Why a name is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("a name is needed")]
    Empty,
    /// More than [`NAME_BYTES_MAX`] bytes.
    #[error("the name is longer than {NAME_BYTES_MAX} bytes")]
    TooLong,
    /// A line break, another control character, or one that turns the direction of writing.
    #[error("the name has a control character in it")]
    Control,
}

impl NameError {
    /// The stable code of the answer.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty | Self::Control => "bad_name",
            Self::TooLong => "name_too_long",
        }
    }
}

/// The name without white space around it.
pub(crate) fn parse_name(text: &str) -> Result<&str, NameError> {
    let name = text.trim();
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(NameError::TooLong);
    }
    if name.chars().any(fools_a_screen) {
        return Err(NameError::Control);
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_bounded_and_of_one_line() {
        let longest = "ơ".repeat(NAME_BYTES_MAX / 2);
        let check = |text: &str, expected| assert_eq!(parse_name(text), expected, "{text:?}");
        check("  Nguyễn Thị Đào 🌸 ", Ok("Nguyễn Thị Đào 🌸"));
        check("", Err(NameError::Empty));
        check(" \t\n ", Err(NameError::Empty));
        check("Lan\nđã trả tiền", Err(NameError::Control));
        check("Lan\u{0}", Err(NameError::Control));
        check("Lan\u{202e}000.54", Err(NameError::Control));
        check(&longest, Ok(&longest));
        check(&format!("{longest}a"), Err(NameError::TooLong));
    }
}
