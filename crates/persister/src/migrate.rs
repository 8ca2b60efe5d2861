//! The tables are made and brought up to date when the persister connects, by one program at a
//! time.

use crate::error::Fault;
use crate::link::{Link, Value};
use crate::sql;

/// Brings the tables up to date; all of it or nothing.
///
/// # Errors
/// [`Fault::Newer`] if a newer program made them.
pub(crate) async fn migrate(link: &mut Link) -> Result<(), Fault> {
    link.script(sql::BEGIN_WRITE).await?;
    let done = bring_up(link).await;
    let end = if done.is_ok() { sql::COMMIT } else { sql::ROLLBACK };
    link.script(end).await?;
    done
}

async fn bring_up(link: &mut Link) -> Result<(), Fault> {
    link.fetch(sql::LOCK_MIGRATIONS, vec![]).await?;
    link.script(sql::MAKE_MIGRATIONS).await?;
    let last = link.fetch(sql::LAST_MIGRATION, vec![]).await?;
    let found: i64 = last.first().map_or(Ok(0), |row| row.number(0))?;
    let versions = (1..).zip(sql::MIGRATIONS);
    let known = i64::try_from(sql::MIGRATIONS.len()).expect("few");
    if found > known {
        return Err(Fault::Newer { found, known });
    }
    for (version, (name, script)) in versions.filter(|(version, _)| *version > found) {
        link.script(*script).await?;
        let noted = vec![Value::from(version), Value::from(*name)];
        link.execute(sql::NOTE_MIGRATION, noted).await?;
    }
    Ok(())
}
