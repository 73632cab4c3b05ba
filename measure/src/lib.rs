//! What measurements share: who asks and by which token, tables that are looked into beside the product, the floor of a report,
//! the CPU time of processes, and the statements of what is asked.

pub mod bare;
pub mod cpu;
pub mod people;
pub mod reporters;
pub mod statements;
pub mod table;
