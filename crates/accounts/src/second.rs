//! The second factor: six digits from an app (RFC 6238), for those who want one.

use crate::accounts::Accounts;
use crate::crew::CrewError;
use crate::person::PersonId;
use crate::random::random;
use domain::Timestamp;
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a second factor's secret: what RFC 4226 §4 recommends.
const SECRET_BYTES: usize = 20;

/// Under which name an app keeps the code.
const ISSUER: &str = "Chốt";

/// Somebody's second factor.
pub(crate) struct Second {
    secret: [u8; SECRET_BYTES],
    /// The last step whose code was taken: a code works once.
    used: Option<u64>,
}

/// What somebody's app is shown, once.
pub struct NewSecond {
    /// `otpauth://totp/…`, for the app's camera.
    pub address: String,
    secret: [u8; SECRET_BYTES],
}

impl Second {
    /// Takes what was kept; `None` if its length is wrong.
    pub(crate) fn from_kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|secret| Self { secret, used: None })
    }

    /// Whether the code is right at this moment and was not taken before.
    fn take(&mut self, code: &str, now: Timestamp) -> bool {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let step = totp(&self.secret, "").check(&digits, now.0 / 1_000);
        let fresh = step.is_some_and(|step| self.used.is_none_or(|used| used < step));
        if fresh {
            self.used = step;
        }
        fresh
    }
}

impl Accounts {
    /// A second factor for a person, which counts once its first code came back.
    pub fn draw_second(&self, person: PersonId) -> Option<NewSecond> {
        let name = self.people().persons.get(&person)?.person.name.replace(':', " ");
        let secret = random();
        let address = totp(&secret, &name).to_url().expect("the name has no colon");
        Some(NewSecond { address, secret })
    }

    /// Sets the second factor that was drawn, if this code is its own.
    ///
    /// # Errors
    /// [`CrewError::Wrong`], or the file cannot be written.
    pub fn set_second(
        &self,
        person: PersonId,
        drawn: &NewSecond,
        code: &str,
        now: Timestamp,
    ) -> Result<(), CrewError> {
        let mut second = Second { secret: drawn.secret, used: None };
        if !second.take(code, now) {
            return Err(CrewError::Wrong);
        }
        self.store().set_second(person, Some(&drawn.secret))?;
        if let Some(known) = self.people_mut().persons.get_mut(&person) {
            known.second = Some(second);
        }
        Ok(())
    }

    /// Takes the second factor away.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn drop_second(&self, person: PersonId) -> Result<(), CrewError> {
        self.store().set_second(person, None)?;
        if let Some(known) = self.people_mut().persons.get_mut(&person) {
            known.second = None;
        }
        Ok(())
    }

    /// True if the person set one.
    pub fn has_second(&self, person: PersonId) -> bool {
        self.people().persons.get(&person).is_some_and(|known| known.second.is_some())
    }

    /// Whether the code is right; none if the person set no second factor.
    pub(crate) fn check_second(
        &self,
        person: PersonId,
        code: &str,
        now: Timestamp,
    ) -> Option<bool> {
        let mut people = self.people_mut();
        let second = people.persons.get_mut(&person)?.second.as_mut()?;
        Some(second.take(code, now))
    }
}

/// What the usual apps can do: SHA-1, six digits, half a minute, one step of a wrong clock.
fn totp(secret: &[u8; SECRET_BYTES], name: &str) -> Totp {
    let secret = Secret::new_stack(*secret);
    let builder = Builder::new().with_secret(secret).with_issuer(Some(ISSUER));
    builder.with_account_name(name).build().expect("the secret's length and the names are right")
}

/// Says only what it is.
impl std::fmt::Debug for Second {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Second(…)")
    }
}

/// Says only what it is.
impl std::fmt::Debug for NewSecond {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSecond(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_the_standard_works_once_and_not_much_later() {
        // RFC 6238, appendix B: at 59 s the eight digits are 94287082.
        let at = Timestamp(59_000);
        let second = || Second { secret: *b"12345678901234567890", used: None };
        let mut known = second();
        assert!(!known.take("287083", at));
        assert!(known.take("287 082", at));
        assert!(!known.take("287082", at), "it was taken");
        assert!(second().take("287082", Timestamp(59_000 + 30_000)));
        assert!(!second().take("287082", Timestamp(59_000 + 90_000)));
        assert_eq!(format!("{:?}", second()), "Second(…)");
    }
}
