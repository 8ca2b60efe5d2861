//! People: a name that is theirs alone in this installation, and a password of which only
//! argon2id's digest is kept.

use crate::name::{NameError, parse_name};
use crate::random::random;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use domain::limits::{
    PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, PEOPLE_PER_SHOP_MAX, SHOPS_PER_PERSON_MAX,
};
use std::sync::{Arc, LazyLock};

/// Which person, counted from 1 over the installation: what a log may name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PersonId(pub u32);

/// What somebody is for the whole installation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// Nothing: they belong to their shops.
    None,
    /// Sets shops up for others.
    Helper,
    /// Runs it: backups, helpers, new shops.
    Operator,
}

impl Duty {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Helper => "helper",
            Self::Operator => "operator",
        }
    }

    /// Reads the word back; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::None, Self::Helper, Self::Operator].into_iter().find(|duty| duty.as_str() == word)
    }

    /// True if they may set shops up for others.
    pub const fn helps(self) -> bool {
        match self {
            Self::None => false,
            Self::Helper | Self::Operator => true,
        }
    }
}

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Which.
    pub id: PersonId,
    /// As they wrote it.
    pub name: Arc<str>,
    /// What they are for the installation.
    pub duty: Duty,
}

/// Why somebody cannot become a person here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PersonError {
    /// The name is refused.
    #[error("{0}")]
    Name(#[from] NameError),
    /// Somebody has it.
    #[error("somebody here has this name: choose another")]
    NameTaken,
    /// They belong to this shop already.
    #[error("you belong to this shop already")]
    AlreadyHere,
    /// The shop is full.
    #[error("a shop has at most {PEOPLE_PER_SHOP_MAX} people")]
    TooMany,
    /// They belong to too many shops.
    #[error("one person belongs to at most {SHOPS_PER_PERSON_MAX} shops")]
    TooManyShops,
    /// Too short or too long.
    #[error("a password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters")]
    Password,
}

/// The name as it is compared: people do not remember capitals.
pub(crate) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A name and a password that may be kept.
pub(crate) fn parse<'a>(name: &'a str, password: &str) -> Result<&'a str, PersonError> {
    let name = parse_name(name)?;
    let length = password.chars().count();
    let bounds = PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX;
    if bounds.contains(&length) { Ok(name) } else { Err(PersonError::Password) }
}

/// What is kept of a password. Takes tens of milliseconds.
pub(crate) fn digest(password: &str) -> String {
    let salt = SaltString::encode_b64(&random::<16>()).expect("sixteen bytes are a salt");
    let digest = Argon2::default().hash_password(password.as_bytes(), &salt);
    digest.expect("the usual parameters are sound").to_string()
}

/// Whether it is the password. With nobody's digest it takes as long and is not.
pub(crate) fn is(password: &str, kept: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| digest("nobody"));
    let within = password.chars().count() <= PASSWORD_CHARS_MAX;
    let parsed = PasswordHash::new(kept.unwrap_or(&NOBODY));
    let parsed = parsed.expect("what is kept was written by us");
    #[cfg(test)]
    checks::count();
    let same = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    same && within && kept.is_some()
}

/// How often a password was checked on this thread: what tests count instead of time.
#[cfg(test)]
pub(crate) mod checks {
    use std::cell::Cell;

    thread_local!(static DONE: Cell<u32> = const { Cell::new(0) });

    pub(super) fn count() {
        DONE.with(|done| done.set(done.get() + 1));
    }

    pub(crate) fn done() -> u32 {
        DONE.with(Cell::get)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_and_nobody_cost_the_same_work() {
        let kept = digest("bí đỏ ngọt lắm");
        assert!(!is("x", None), "nobody's digest is made once, before anything is counted");
        let long = "ơ".repeat(PASSWORD_CHARS_MAX + 1);
        for (password, kept) in [
            ("bí đỏ ngọt lắm", Some(&*kept)),
            ("another", Some(&*kept)),
            ("another", None),
            ("nobody", None),
            ("", None),
            (&*long, Some(&*kept)),
            (&*long, None),
        ] {
            let before = checks::done();
            is(password, kept);
            assert_eq!(checks::done() - before, 1, "{kept:?}");
        }
    }

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let kept = digest("bí đỏ ngọt lắm");
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(is("bí đỏ ngọt lắm", Some(&kept)));
        assert!(!is("bi do ngot lam", Some(&kept)));
        assert!(!is("nobody", None));
    }

    #[test]
    fn what_is_too_short_or_too_long_is_refused() {
        let check = |password: &str, expected| assert_eq!(parse("Lan", password), expected);
        check("đủ 8 chữ", Ok("Lan"));
        check("ngắn", Err(PersonError::Password));
        check(&"ơ".repeat(PASSWORD_CHARS_MAX), Ok("Lan"));
        check(&"ơ".repeat(PASSWORD_CHARS_MAX + 1), Err(PersonError::Password));
        assert_eq!(parse(" ", "đủ 8 chữ"), Err(PersonError::Name(NameError::Empty)));
    }
}
