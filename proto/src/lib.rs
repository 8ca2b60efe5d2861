//! The contract with the outside: schemas and generated types, no logic.
