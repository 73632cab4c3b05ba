//! 签章. Signing where the chains stand, and checking it: Ed25519, or SM2 (GB/T 32918) with SM3.

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signer as _, Verifier as _};
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
    LineEnding as SmLineEnding,
};

use super::entry::{HashAlgorithm, hex};
use crate::kernel::random;

/// The identity that SM2 signatures are bound to where none is agreed (GB/T 32918.2, 5.5).
const SM2_IDENTITY: &str = "1234567812345678";

/// How heads are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureAlgorithm {
    /// Ed25519 (RFC 8032).
    #[default]
    Ed25519,
    /// SM2 with SM3.
    Sm2,
}

impl SignatureAlgorithm {
    /// The name in a seal.
    pub fn name(self) -> &'static str {
        match self {
            SignatureAlgorithm::Ed25519 => "ed25519",
            SignatureAlgorithm::Sm2 => "sm2",
        }
    }
}

/// Why a key cannot be used. Says nothing of the key.
#[derive(Debug, thiserror::Error)]
#[error("it holds no Ed25519 and no SM2 key in PEM (PKCS#8, SubjectPublicKeyInfo)")]
pub struct KeyError;

/// A private key.
pub enum SigningKey {
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
    /// SM2.
    Sm2(Box<sm2::dsa::SigningKey>),
}

/// A public key.
#[derive(Debug)]
pub enum VerifyingKey {
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    /// SM2.
    Sm2(Box<sm2::dsa::VerifyingKey>),
}

impl SigningKey {
    /// A new key.
    pub fn generate(algorithm: SignatureAlgorithm) -> Result<SigningKey, random::RandomError> {
        Ok(match algorithm {
            SignatureAlgorithm::Ed25519 => {
                SigningKey::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&random::bytes::<32>()?)))
            }
            SignatureAlgorithm::Sm2 => loop {
                // A number that is no key is as good as never drawn.
                let drawn = random::bytes::<32>()?;
                if let Some(key) = sm2::SecretKey::from_slice(&drawn).ok().and_then(of_secret) {
                    break SigningKey::Sm2(Box::new(key));
                }
            },
        })
    }

    /// A key from PEM (PKCS#8).
    pub fn read(pem: &str) -> Result<SigningKey, KeyError> {
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_pem(pem) {
            return Ok(SigningKey::Ed25519(Box::new(key)));
        }
        let secret = sm2::SecretKey::from_pkcs8_pem(pem).map_err(|_| KeyError)?;
        of_secret(secret).map(|key| SigningKey::Sm2(Box::new(key))).ok_or(KeyError)
    }

    /// The key as PEM (PKCS#8).
    pub fn to_pem(&self) -> Result<String, KeyError> {
        match self {
            SigningKey::Ed25519(key) => {
                key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).map_err(|_| KeyError)
            }
            SigningKey::Sm2(key) => {
                let secret = sm2::SecretKey::from_slice(&key.to_bytes()).map_err(|_| KeyError)?;
                secret.to_pkcs8_pem(SmLineEnding::LF).map(|pem| pem.to_string()).map_err(|_| KeyError)
            }
        }
    }

    /// The public half.
    pub fn public(&self) -> VerifyingKey {
        match self {
            SigningKey::Ed25519(key) => VerifyingKey::Ed25519(Box::new(key.verifying_key())),
            SigningKey::Sm2(key) => VerifyingKey::Sm2(Box::new(key.verifying_key().clone())),
        }
    }

    /// The signature of a statement, in hexadecimal.
    pub fn sign(&self, statement: &[u8]) -> String {
        match self {
            SigningKey::Ed25519(key) => hex(&key.sign(statement).to_bytes()),
            SigningKey::Sm2(key) => {
                let signature: sm2::dsa::Signature = key.sign(statement);
                hex(&signature.to_bytes())
            }
        }
    }
}

fn of_secret(secret: sm2::SecretKey) -> Option<sm2::dsa::SigningKey> {
    sm2::dsa::SigningKey::new(SM2_IDENTITY, &secret).ok()
}

impl VerifyingKey {
    /// A key from PEM (SubjectPublicKeyInfo).
    pub fn read(pem: &str) -> Result<VerifyingKey, KeyError> {
        if let Ok(key) = ed25519_dalek::VerifyingKey::from_public_key_pem(pem) {
            return Ok(VerifyingKey::Ed25519(Box::new(key)));
        }
        let public = sm2::PublicKey::from_public_key_pem(pem).map_err(|_| KeyError)?;
        let key = sm2::dsa::VerifyingKey::new(SM2_IDENTITY, public).map_err(|_| KeyError)?;
        Ok(VerifyingKey::Sm2(Box::new(key)))
    }

    /// The key as PEM (SubjectPublicKeyInfo).
    pub fn to_pem(&self) -> Result<String, KeyError> {
        match self {
            VerifyingKey::Ed25519(key) => key.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError),
            VerifyingKey::Sm2(key) => {
                let public = sm2::PublicKey::from_affine(*key.as_affine()).map_err(|_| KeyError)?;
                public.to_public_key_pem(SmLineEnding::LF).map_err(|_| KeyError)
            }
        }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            VerifyingKey::Ed25519(_) => SignatureAlgorithm::Ed25519,
            VerifyingKey::Sm2(_) => SignatureAlgorithm::Sm2,
        }
    }

    /// The name of the key: the beginning of the SM3 of its PEM.
    pub fn id(&self) -> Result<String, KeyError> {
        let hash = HashAlgorithm::Sm3.hash(self.to_pem()?.as_bytes());
        Ok(hash.chars().skip("sm3:".len()).take(16).collect())
    }

    /// Whether a signature is that of a statement.
    pub fn verifies(&self, statement: &[u8], signature: &str) -> bool {
        let Some(bytes) = unhex(signature) else { return false };
        match self {
            VerifyingKey::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_slice(&bytes);
                signature.is_ok_and(|signature| key.verify(statement, &signature).is_ok())
            }
            VerifyingKey::Sm2(key) => {
                let signature = sm2::dsa::Signature::from_slice(&bytes);
                signature.is_ok_and(|signature| key.verify(statement, &signature).is_ok())
            }
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    if text.len().is_multiple_of(2) { (0..text.len()).step_by(2).map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_algorithms_sign_and_go_through_pem() {
        for algorithm in [SignatureAlgorithm::Ed25519, SignatureAlgorithm::Sm2] {
            let key = SigningKey::read(&SigningKey::generate(algorithm).unwrap().to_pem().unwrap()).unwrap();
            let public = VerifyingKey::read(&key.public().to_pem().unwrap()).unwrap();
            let signature = key.sign(b"heads");
            assert!(public.verifies(b"heads", &signature), "{algorithm:?}");
            assert_eq!((public.algorithm(), public.id().unwrap().len()), (algorithm, 16));
            let other = SigningKey::generate(algorithm).unwrap().public();
            assert!(!other.verifies(b"heads", &signature), "{algorithm:?}");
            for statement in [&b"head"[..], b"heads ", b""] {
                assert!(!public.verifies(statement, &signature), "{algorithm:?}");
            }
            for wrong in [String::new(), "zz".repeat(64), signature[2..].to_owned(), format!("{signature}00")] {
                assert!(!public.verifies(b"heads", &wrong), "{algorithm:?}: {wrong}");
            }
            for at in 0..b"heads".len() {
                assert!(
                    !public.verifies(&flipped(b"heads", at), &signature),
                    "{algorithm:?}: byte {at} of the statement"
                );
            }
            // Both numbers that a signature is made of, where they begin and where they end.
            for at in [0, 31, 32, 63] {
                let wrong = hex(&flipped(&unhex(&signature).unwrap(), at));
                assert!(!public.verifies(b"heads", &wrong), "{algorithm:?}: byte {at} of the signature");
            }
        }
    }

    /// The bytes with a bit of one of them flipped.
    fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1;
        bytes
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(SigningKey::read("no").is_err() && VerifyingKey::read("-----BEGIN PUBLIC KEY-----").is_err());
    }
}
