//! Where the read model lives. It prints itself without its password.

use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use thiserror::Error;

/// One of the two databases.
#[derive(Clone)]
pub enum Target {
    /// A file, made if it is not there.
    Sqlite(PathBuf),
    /// A server, version 15 or later.
    Postgres(Box<PgConnectOptions>),
}

/// `DATABASE_URL` is not understood. The value is not repeated: it may hold a password.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error(
    "DATABASE_URL is no Postgres address: write it as postgres://user:password@host:5432/database"
)]
pub struct BadUrl;

impl Target {
    /// Reads `postgres://user:password@host:port/database?options`.
    ///
    /// # Errors
    /// [`BadUrl`] for anything else.
    pub fn postgres(url: &str) -> Result<Self, BadUrl> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(BadUrl);
        }
        let options = url.parse::<PgConnectOptions>().map_err(|_| BadUrl)?;
        Ok(Self::Postgres(Box::new(options)))
    }
}

/// The place without its password.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or(options.get_username());
                write!(f, "postgres://{}", options.get_username())?;
                write!(f, "@{}:{}/{database}", options.get_host(), options.get_port())
            }
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_prints_no_password() {
        let target = Target::postgres("postgres://chot:s3cret@db:5433/live?sslmode=disable");
        let target = target.expect("an address");
        assert_eq!(target.to_string(), "postgres://chot@db:5433/live");
        assert!(!format!("{target:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_no_postgres_address_is_refused_without_repeating_it() {
        for wrong in ["", "mysql://u:s3cret@h/d", "postgres://u:s3cret@h:port/d"] {
            let refused = Target::postgres(wrong).expect_err(wrong).to_string();
            assert!(!refused.contains("s3cret"), "{refused}");
        }
    }
}
