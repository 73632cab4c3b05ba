//! The closed loop: what lifecycles allow, against tables written a second time.

mod dispute;
mod dispute_table;
mod hazard;
mod hazard_table;
mod walk;
