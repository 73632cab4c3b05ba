//! 文件. Content of evidence: taken in parts by a signed slot, looked at, stripped, stored by its hash, given by a sealed link.

mod boxes;
pub mod desk;
mod film;
mod heic;
pub mod kind;
pub mod link;
mod metadata;
mod picture;
pub mod store;
mod strip;
pub mod sweep;
pub mod upload;
