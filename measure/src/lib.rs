//! What measurements share: who asks and by which token, tables that are looked into beside the product, the floor of a report,
//! and the CPU time of processes.

pub mod bare;
pub mod cpu;
pub mod people;
pub mod reporters;
pub mod table;
