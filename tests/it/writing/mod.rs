//! Writing well: once under a key, refused with what changed since, in batches, in the language of whoever asks.

mod batch;
mod conflict;
mod denied;
mod feedback;
mod hazards;
mod inspections;
mod joined;
mod once;
mod orders;
mod quarrels;
mod steps;
mod time;
mod versions;
