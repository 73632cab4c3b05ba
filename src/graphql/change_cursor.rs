//! 变更游标. Where somebody stands in the feed, sealed: positions count what happens in the whole city. It knows what its
//! holder could see, because a list that was read with other rights is not made right by what has happened since.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::error::Error;
use crate::access::Access;
use crate::kernel::seal::Sealer;

const CONTEXT: &str = "cursor/changes";

/// What a cursor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// After this position.
    Position(i64),
    /// Its holder could see something else than the viewer can now.
    OtherRights,
}

/// What a viewer can see, as far as it hangs on role and posting, in a few characters.
pub fn rights(access: &Access<'_>) -> String {
    let all = format!("{} {} {:?}", env!("CARGO_PKG_VERSION"), access.role().code, access.facts());
    URL_SAFE_NO_PAD.encode(&Sha256::digest(all.as_bytes())[..12])
}

/// The cursor of a position.
pub fn seal(sealer: &Sealer, rights: &str, position: i64) -> String {
    URL_SAFE_NO_PAD.encode(sealer.seal_bytes(CONTEXT, format!("{position} {rights}").as_bytes()))
}

/// Reads a cursor.
pub fn open(sealer: &Sealer, rights: &str, text: &str) -> Result<Since, Error> {
    let wrong = || Error::input("after", "is no cursor of changes");
    let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    let plain = sealer.open_bytes(CONTEXT, &sealed).map_err(|_| wrong())?;
    let plain = String::from_utf8(plain).map_err(|_| wrong())?;
    let (position, held) = plain.split_once(' ').ok_or_else(wrong)?;
    let position = position.parse().map_err(|_| wrong())?;
    Ok(if held == rights { Since::Position(position) } else { Since::OtherRights })
}
