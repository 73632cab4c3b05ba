//! Sealing of personal keys at rest and of opaque values: SM4-GCM by default, AES-256-GCM as the alternative.
//!
//! From one 32-byte key K two are derived with HMAC-SM3: `HMAC(K, "fengqiao seal v1 encrypt <algorithm>")`, cut to the
//! cipher's key length, and `HMAC(K, "fengqiao seal v1 nonce <algorithm>")`. The nonce is synthetic, the first 12 bytes
//! of `HMAC(nonce key, be64(length of context) | context | plain)`: the same value seals to the same text, and no random
//! source or counter can repeat a nonce for different values. Associated data: `<algorithm>:<key id>` 0x00 `context`.

use std::collections::BTreeMap;
use std::fmt;

use aes_gcm::aead::{AeadInOut, array::Array, consts::U12};
use aes_gcm::{Aes256Gcm, AesGcm};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretSlice;
use sm3::Sm3;
use sm4::Sm4;

/// Length of the key that [`Sealer::new`] takes, in bytes.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Context of sealed columns; [`Sealer::seal_bytes`] callers name their own.
const COLUMN: &str = "column";
/// Published, so it protects nothing: for the demo's invented people only.
const DEMO_KEY: &[u8; KEY_BYTES] = b"fengqiao demo key, not a secret!";
const DEMO_KEY_ID: &str = "demo";

type Sm4Gcm = AesGcm<Sm4, U12>;

/// A cipher that values may be sealed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize)]
pub enum Algorithm {
    /// SM4 (GB/T 32907) in GCM mode.
    #[default]
    #[serde(rename = "sm4gcm")]
    Sm4Gcm,
    /// AES-256 in GCM mode.
    #[serde(rename = "aes256gcm")]
    Aes256Gcm,
}

impl Algorithm {
    /// The name in the text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sm4Gcm => "sm4gcm",
            Self::Aes256Gcm => "aes256gcm",
        }
    }

    const fn tag(self) -> u8 {
        match self {
            Self::Sm4Gcm => 1,
            Self::Aes256Gcm => 2,
        }
    }
}

/// Why a value cannot be opened or a key not be used. Tells nothing of the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key has not 32 bytes, or its id is not 1 to 32 letters, digits, `-` or `_`.
    #[error("a sealing key has 32 bytes and an id of 1 to 32 letters, digits, - or _")]
    BadKey,
    /// The sealed value has not the right form.
    #[error("the sealed value is not well formed")]
    Malformed,
    /// It was sealed under a key that is not configured.
    #[error("the value was sealed under a key that is not configured")]
    UnknownKey,
    /// It was changed, or sealed for another context.
    #[error("the sealed value does not verify")]
    Rejected,
}

enum Cipher {
    Sm4(Box<Sm4Gcm>),
    Aes(Box<Aes256Gcm>),
}

struct SealKey {
    /// `<algorithm>:<key id>`.
    label: String,
    tag: u8,
    cipher: Cipher,
    nonce_mac: Hmac<Sm3>,
    token_secret: SecretSlice<u8>,
}

/// Seals and opens values. The first key seals; it and the old ones open.
pub struct Sealer {
    current: String,
    keys: BTreeMap<String, SealKey>,
}

impl Sealer {
    /// A sealer with one key of 32 bytes.
    pub fn new(key_id: &str, algorithm: Algorithm, key: &[u8]) -> Result<Self, SealError> {
        let plain_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if key.len() != KEY_BYTES || !(1..=32).contains(&key_id.len()) || !key_id.bytes().all(plain_id) {
            return Err(SealError::BadKey);
        }
        let derive = |purpose: &str| {
            let mac = hmac(key)?.chain_update(format!("fengqiao seal v1 {purpose} {}", algorithm.as_str()));
            Ok::<_, SealError>(mac.finalize().into_bytes())
        };
        let encryption_key = derive("encrypt")?;
        let cipher = match algorithm {
            Algorithm::Sm4Gcm => {
                let half = encryption_key.get(..16).ok_or(SealError::BadKey)?;
                Cipher::Sm4(Box::new(Sm4Gcm::new_from_slice(half).map_err(|_| SealError::BadKey)?))
            }
            Algorithm::Aes256Gcm => Cipher::Aes(Box::new(Aes256Gcm::new(&encryption_key))),
        };
        let label = format!("{}:{key_id}", algorithm.as_str());
        let key = SealKey {
            label: label.clone(),
            tag: algorithm.tag(),
            cipher,
            nonce_mac: hmac(&derive("nonce")?)?,
            token_secret: derive("token")?.to_vec().into(),
        };
        Ok(Self { current: label.clone(), keys: BTreeMap::from([(label, key)]) })
    }

    /// A sealer with the published demo key, for invented data only.
    #[expect(
        clippy::missing_panics_doc,
        clippy::expect_used,
        reason = "the constant key is well formed; a test says so"
    )]
    pub fn demo() -> Self {
        Self::new(DEMO_KEY_ID, Algorithm::Sm4Gcm, DEMO_KEY).expect("the demo key is well formed")
    }

    /// Lets this sealer also open what the given ones sealed.
    #[must_use]
    pub fn with_old_keys(mut self, old: impl IntoIterator<Item = Self>) -> Self {
        for (label, key) in old.into_iter().flat_map(|sealer| sealer.keys) {
            self.keys.entry(label).or_insert(key);
        }
        self
    }

    /// A secret of 32 bytes that signs tokens, the same in every server with this key: a third derived key, with `token`
    /// for its purpose.
    pub fn token_secret(&self) -> &SecretSlice<u8> {
        &self.current_key().token_secret
    }

    /// Whether new values are sealed under the published demo key.
    pub fn is_demo(&self) -> bool {
        self.current.ends_with(&format!(":{DEMO_KEY_ID}"))
    }

    /// Seals a column's text: `sm4gcm:<key id>:<base64url(nonce | ciphertext | tag)>`. The same text seals the same.
    pub fn seal(&self, plain: &str) -> String {
        let key = self.current_key();
        let sealed = key.encrypt(COLUMN, plain.as_bytes());
        format!("{}:{}", key.label, URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens a column's text.
    pub fn open(&self, sealed: &str) -> Result<String, SealError> {
        let (label, body) = sealed.rsplit_once(':').ok_or(SealError::Malformed)?;
        let key = self.keys.get(label).ok_or(SealError::UnknownKey)?;
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| SealError::Malformed)?;
        String::from_utf8(key.decrypt(COLUMN, &body)?).map_err(|_| SealError::Malformed)
    }

    /// Seals bytes for one context (e.g. a cursor of one ordering); they open in no other.
    /// Form: algorithm (1 byte), length of the key id (1 byte), key id, nonce, ciphertext, tag.
    pub fn seal_bytes(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let key = self.current_key();
        let id = key.id();
        let mut out = vec![key.tag, u8::try_from(id.len()).unwrap_or(u8::MAX)];
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(&key.encrypt(context, plain));
        out
    }

    /// Opens bytes that were sealed for the same context.
    pub fn open_bytes(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (&[tag, length], rest) = sealed.split_first_chunk::<2>().ok_or(SealError::Malformed)?;
        let (id, body) = rest.split_at_checked(usize::from(length)).ok_or(SealError::Malformed)?;
        let named = |key: &&SealKey| key.tag == tag && key.id().as_bytes() == id;
        self.keys.values().find(named).ok_or(SealError::UnknownKey)?.decrypt(context, body)
    }

    #[expect(clippy::expect_used, reason = "every constructor puts the current key into the map")]
    fn current_key(&self) -> &SealKey {
        self.keys.get(&self.current).expect("the current key is in the map")
    }
}

impl SealKey {
    fn id(&self) -> &str {
        self.label.split_once(':').map_or("", |(_, id)| id)
    }

    fn associated_data(&self, context: &str) -> Vec<u8> {
        [self.label.as_bytes(), &[0], context.as_bytes()].concat()
    }

    fn nonce(&self, context: &str, plain: &[u8]) -> [u8; NONCE_BYTES] {
        let mac = self.nonce_mac.clone().chain_update((context.len() as u64).to_be_bytes());
        let full = mac.chain_update(context).chain_update(plain).finalize().into_bytes();
        std::array::from_fn(|at| full.get(at).copied().unwrap_or_default())
    }

    #[expect(
        clippy::expect_used,
        reason = "GCM refuses only texts over 64 GiB, which do not fit a request or a column"
    )]
    fn encrypt(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = self.nonce(context, plain);
        let (aad, array) = (self.associated_data(context), Array::from(nonce));
        let mut body = plain.to_vec();
        match &self.cipher {
            Cipher::Sm4(cipher) => cipher.encrypt_in_place(&array, &aad, &mut body),
            Cipher::Aes(cipher) => cipher.encrypt_in_place(&array, &aad, &mut body),
        }
        .expect("the text is shorter than 64 GiB");
        [nonce.as_slice(), &body].concat()
    }

    fn decrypt(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Malformed)?;
        let (aad, array) = (self.associated_data(context), Array::from(*nonce));
        let mut plain = body.to_vec();
        match &self.cipher {
            Cipher::Sm4(cipher) => cipher.decrypt_in_place(&array, &aad, &mut plain),
            Cipher::Aes(cipher) => cipher.decrypt_in_place(&array, &aad, &mut plain),
        }
        .map_err(|_| SealError::Rejected)?;
        Ok(plain)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("current", &self.current).finish_non_exhaustive()
    }
}

fn hmac(key: &[u8]) -> Result<Hmac<Sm3>, SealError> {
    Hmac::new_from_slice(key).map_err(|_| SealError::BadKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    fn aes(key_id: &str) -> Sealer {
        Sealer::new(key_id, Algorithm::Aes256Gcm, &[7; 32]).unwrap()
    }

    #[test]
    fn sm4_gcm_agrees_with_rfc_8998() {
        let cipher = Sm4Gcm::new_from_slice(&hex("0123456789ABCDEFFEDCBA9876543210")).unwrap();
        let nonce: [u8; 12] = hex("00001234567800000000ABCD").try_into().unwrap();
        let mut text = hex(concat!(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD",
            "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
        ));
        let aad = hex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        cipher.encrypt_in_place(&Array::from(nonce), &aad, &mut text).unwrap();
        let expected = concat!(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735",
            "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
            "83DE3541E4C2B58177E065A9BF7B62EC"
        );
        assert_eq!(text, hex(expected));
    }

    #[test]
    fn sm3_agrees_with_its_published_vector() {
        use sm3::Digest;
        let digest = Sm3::digest(b"abc");
        assert_eq!(digest.to_vec(), hex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"));
    }

    /// Made with Python's `cryptography` and `hmac` from the description at the head of this file.
    #[test]
    fn the_whole_form_agrees_with_another_implementation() {
        let sealed = "sm4gcm:demo:uENyx8Rlro7W-0kYxP3JK3bDyWBUsHkZ5UHCYSSbL-bfUhLq9Ml7KR5Q0b7PWA";
        assert_eq!(Sealer::demo().seal("330699199001010019"), sealed);
        assert_eq!(Sealer::demo().open(sealed).unwrap(), "330699199001010019");
        let sealed = "aes256gcm:k1:pXgfbQ0iO27H4CG48ClaI9DTkMONK3gnVguXURkBa6tLFT8G4wJ-";
        assert_eq!(aes("k1").seal("10012345678"), sealed);
    }

    #[test]
    fn what_was_sealed_opens_and_seals_the_same_again() {
        for sealer in [Sealer::demo(), aes("k1")] {
            for plain in ["", "330699199001010019", "叶青", &"长".repeat(5000)] {
                let sealed = sealer.seal(plain);
                assert_eq!(sealer.open(&sealed).unwrap(), plain);
                assert_eq!(sealer.seal(plain), sealed);
                assert!(plain.is_empty() || !sealed.contains(plain));
            }
        }
        assert!(Sealer::demo().is_demo() && !aes("k1").is_demo());
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let sealer = Sealer::demo();
        let sealed = sealer.seal("330699199001010019");
        for at in "sm4gcm:demo:".len()..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(sealer.open(std::str::from_utf8(&bytes).unwrap()).is_err(), "at {at}");
        }
    }

    #[test]
    fn bytes_open_in_their_own_context_only() {
        let sealer = Sealer::demo();
        let sealed = sealer.seal_bytes("hazards by foundAt", b"key");
        assert_eq!(sealer.open_bytes("hazards by foundAt", &sealed).unwrap(), b"key");
        assert_eq!(sealer.open_bytes("disputes by foundAt", &sealed), Err(SealError::Rejected));
        assert_ne!(sealer.seal_bytes("a", b"bc"), sealer.seal_bytes("ab", b"c"));
        for cut in 0..sealed.len() {
            assert!(sealer.open_bytes("hazards by foundAt", &sealed[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn keys_rotate() {
        let old = aes("k1").seal("10012345678");
        let new = Sealer::new("k2", Algorithm::Sm4Gcm, &[9; 32]).unwrap();
        assert_eq!(new.open(&old), Err(SealError::UnknownKey));
        let both = new.with_old_keys([aes("k1"), Sealer::demo()]);
        assert_eq!(both.open(&old).unwrap(), "10012345678");
        assert!(both.seal("x").starts_with("sm4gcm:k2:"));
        let cursor = aes("k1").seal_bytes("c", b"1");
        assert_eq!(both.open_bytes("c", &cursor).unwrap(), b"1");
    }

    #[test]
    fn a_value_cannot_pass_under_another_key() {
        let other = Sealer::new("k1", Algorithm::Aes256Gcm, &[8; 32]).unwrap();
        assert_eq!(other.open(&aes("k1").seal("x")), Err(SealError::Rejected));
    }

    #[test]
    fn bad_keys_and_bad_texts_are_refused() {
        for (id, key) in
            [("k", vec![0; 31]), ("k", vec![0; 33]), ("", vec![0; 32]), ("a:b", vec![0; 32]), ("钥", vec![0; 32])]
        {
            assert_eq!(Sealer::new(id, Algorithm::Sm4Gcm, &key).err(), Some(SealError::BadKey), "{id}");
        }
        for text in
            ["", "plain", "sm4gcm:demo", "sm4gcm:demo:", "sm4gcm:demo:AAAA", "sm4gcm:demo:=", "rot13:demo:AAAA", "::"]
        {
            assert!(Sealer::demo().open(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_debug_form_names_the_key_only() {
        assert_eq!(format!("{:?}", Sealer::demo()), r#"Sealer { current: "sm4gcm:demo", .. }"#);
    }
}
