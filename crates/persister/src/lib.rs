//! Journal to SQL: SQLite by default, Postgres when told.
