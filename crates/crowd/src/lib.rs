//! Seeded viewers as plain data: who types what when.
