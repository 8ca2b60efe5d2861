//! The read model against real databases: SQLite files and a private Postgres.

mod both;
mod journal;
mod postgres;
mod server;
mod stage;
mod unanswered;
mod world;
