//! 密链. Addresses that only we can make: of a slot for an upload, and of content for one posting, one purpose and a short time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::kernel::seal::Sealer;

/// How long an address of content holds: long enough to show a page, too short to pass on.
pub const HOLDS_MS: i64 = 10 * 60_000;

/// A slot for an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Key of the upload.
    pub upload: i64,
}

/// Content that somebody may fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Key of the evidence.
    pub evidence: i64,
    /// Who.
    pub posting: i64,
    /// Purpose.
    pub purpose: String,
    /// Until when.
    pub until: i64,
    /// Whether the small copy is meant.
    pub small: bool,
}

/// What each kind of address is sealed for: it opens as nothing else.
const SLOT: &str = "slot of an upload";
const LINK: &str = "link to content";

fn sealed<T: Serialize>(sealer: &Sealer, context: &str, value: &T) -> String {
    URL_SAFE_NO_PAD.encode(sealer.seal_bytes(context, serde_json::json!(value).to_string().as_bytes()))
}

fn opened<T: for<'de> Deserialize<'de>>(sealer: &Sealer, context: &str, text: &str) -> Option<T> {
    let plain = sealer.open_bytes(context, &URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    serde_json::from_slice(&plain).ok()
}

impl Slot {
    /// The path of the slot.
    pub fn path(self, sealer: &Sealer) -> String {
        format!("/uploads/{}", sealed(sealer, SLOT, &self))
    }

    /// The slot of the last part of a path.
    pub fn open(sealer: &Sealer, token: &str) -> Option<Slot> {
        opened(sealer, SLOT, token)
    }
}

impl Link {
    /// The path of the content.
    pub fn path(&self, sealer: &Sealer) -> String {
        format!("/files/{}", sealed(sealer, LINK, self))
    }

    /// The link of the last part of a path.
    pub fn open(sealer: &Sealer, token: &str) -> Option<Link> {
        opened(sealer, LINK, token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_made_is_opened_and_only_as_what_it_is() {
        let sealer = Sealer::demo();
        let link = Link { evidence: 7, posting: 3, purpose: "HANDLE_CASE".into(), until: 5, small: false };
        let path = link.path(&sealer);
        let token = path.strip_prefix("/files/").unwrap();
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{token}");
        assert_eq!(Link::open(&sealer, token), Some(link));
        assert_eq!(Slot::open(&sealer, token), None);
        let mut forged = token.to_owned();
        forged.replace_range(20..21, if token.as_bytes()[20] == b'A' { "B" } else { "A" });
        for other in [forged.as_str(), "", "x", &token[1..]] {
            assert_eq!(Link::open(&sealer, other), None, "{other}");
        }
    }
}
