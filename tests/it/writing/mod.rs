//! Writing well: once under a key, refused with what changed since, in batches, in the language of whoever asks.

mod batch;
mod conflict;
mod denied;
mod hazards;
mod inspections;
mod once;
mod quarrels;
mod steps;
mod time;
mod versions;
