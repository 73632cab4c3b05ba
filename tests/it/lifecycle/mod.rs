//! The closed loop: what lifecycles allow, against a table written a second time.

mod hazard_table;
mod walk;
