//! What measurements share: tables that are looked into beside the product, and the CPU time of processes.

pub mod cpu;
pub mod table;
