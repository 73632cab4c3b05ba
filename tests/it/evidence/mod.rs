//! Evidence over HTTP: content that comes in parts, is looked at, attached, given to those who may see it, and swept.

pub(crate) mod bytes;
pub(crate) mod desk;
mod foreign;
mod gate;
mod persons;
mod photo;
mod refused;
mod resume;
mod stripped;
mod sweep;
