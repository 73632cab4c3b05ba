//! The trail and the outbox: what is kept of what people do, that nothing can be taken from it, and what follows hear.

mod access;
mod faults;
mod feed;
mod guard;
mod ledger;
mod lost;
mod records;
mod sound;
