//! 审计记录. An entry of the trail and its canonical form, over which its hash is taken.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::access::Class;

/// Chains that run side by side, so that writers do not wait for one another.
pub const CHAINS: i64 = 8;
/// What stands before the first entry of a chain.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The hash of the chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashAlgorithm {
    /// SM3 (GB/T 32905).
    #[default]
    Sm3,
    /// SHA-256.
    Sha256,
}

impl HashAlgorithm {
    /// `sm3:` or `sha256:` and the hash of the bytes in hexadecimal.
    pub fn hash(self, bytes: &[u8]) -> String {
        let (name, digest) = match self {
            HashAlgorithm::Sm3 => ("sm3", sm3::Sm3::digest(bytes).to_vec()),
            HashAlgorithm::Sha256 => ("sha256", sha2::Sha256::digest(bytes).to_vec()),
        };
        format!("{name}:{}", hex(&digest))
    }

    /// The algorithm that a hash names.
    pub fn of(hash: &str) -> Option<HashAlgorithm> {
        match hash.split_once(':')?.0 {
            "sm3" => Some(HashAlgorithm::Sm3),
            "sha256" => Some(HashAlgorithm::Sha256),
            _ => None,
        }
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Who acted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// Account; `None`: the system.
    pub account_id: Option<i64>,
    /// Posting; `None`: the system.
    pub posting_id: Option<i64>,
    /// Organisation acted for; `None`: the system.
    pub organisation_id: Option<i64>,
    /// Role.
    pub role: String,
    /// Purpose.
    pub purpose: String,
}

/// 结论. What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// 允许. It was done or shown.
    Allow,
    /// 拒绝. It was refused.
    Deny,
}

impl Decision {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Decision::Allow => "ALLOW",
            Decision::Deny => "DENY",
        }
    }
}

/// What happened, before it has a place in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: i64,
    /// Who.
    pub who: Who,
    /// What was asked for.
    pub operation: String,
    /// Human number of the matter that was written; `None`: several, or none.
    pub object_no: Option<String>,
    /// The objects, such as `Hazard:17`.
    pub objects: BTreeSet<String>,
    /// Fields of personal class, and of which objects they were read or written.
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// The highest class of those fields; `None`: none.
    pub class: Option<Class>,
    /// What was decided.
    pub decision: Decision,
    /// Which rule decided.
    pub rule: String,
}

impl Deed {
    /// A deed that touches nothing yet.
    pub fn new(at: i64, who: Who, operation: impl Into<String>, decision: Decision, rule: impl Into<String>) -> Deed {
        Deed {
            at,
            who,
            operation: operation.into(),
            object_no: None,
            objects: BTreeSet::new(),
            fields: BTreeMap::new(),
            class: None,
            decision,
            rule: rule.into(),
        }
    }

    /// Notes that a field of personal class was read or written.
    pub fn touch(&mut self, field: impl Into<String>, object: String, class: Class) {
        self.fields.entry(field.into()).or_default().insert(object.clone());
        self.objects.insert(object);
        self.class = self.class.max(Some(class));
    }
}

/// An entry as it is stored and exported. The order of the members is that of the canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<'e> {
    /// Chain.
    pub chain: i64,
    /// Number in the chain, from 1.
    pub seq: i64,
    /// When, in milliseconds.
    pub at: i64,
    /// Account.
    pub account: Option<i64>,
    /// Posting.
    pub posting: Option<i64>,
    /// Organisation.
    pub organisation: Option<i64>,
    /// Role.
    #[serde(borrow)]
    pub role: std::borrow::Cow<'e, str>,
    /// Purpose.
    #[serde(borrow)]
    pub purpose: std::borrow::Cow<'e, str>,
    /// Operation.
    #[serde(borrow)]
    pub operation: std::borrow::Cow<'e, str>,
    /// Human number.
    #[serde(borrow)]
    pub no: Option<std::borrow::Cow<'e, str>>,
    /// Objects, as JSON text.
    #[serde(borrow)]
    pub objects: std::borrow::Cow<'e, str>,
    /// Fields, as JSON text.
    #[serde(borrow)]
    pub fields: std::borrow::Cow<'e, str>,
    /// Highest class.
    #[serde(borrow)]
    pub class: Option<std::borrow::Cow<'e, str>>,
    /// Decision.
    #[serde(borrow)]
    pub decision: std::borrow::Cow<'e, str>,
    /// Rule.
    #[serde(borrow)]
    pub rule: std::borrow::Cow<'e, str>,
    /// Hash of the entry before.
    #[serde(borrow)]
    pub prev: std::borrow::Cow<'e, str>,
    /// Hash of this entry: over the canonical form of all members before.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub hash: std::borrow::Cow<'e, str>,
}

impl Entry<'_> {
    /// The bytes over which the hash is taken: a JSON object of all members but the hash, in their order.
    pub fn canonical(&self) -> Vec<u8> {
        let unhashed = Entry { hash: "".into(), ..self.clone() };
        serde_json::to_vec(&unhashed).unwrap_or_default()
    }
}

impl Deed {
    /// How many rows it takes: its own, and one for each matter of which something personal was touched.
    pub fn rows(&self) -> usize {
        let matters: BTreeSet<&String> = self.fields.values().flatten().collect();
        1 + matters.len()
    }

    /// The chain that the deed belongs to.
    pub fn chain(&self) -> i64 {
        self.who.account_id.unwrap_or_default().rem_euclid(CHAINS)
    }

    /// The entry after `prev` in its chain.
    pub fn entry(&self, seq: i64, prev: &str, algorithm: HashAlgorithm) -> Entry<'static> {
        let mut entry = Entry {
            chain: self.chain(),
            seq,
            at: self.at,
            account: self.who.account_id,
            posting: self.who.posting_id,
            organisation: self.who.organisation_id,
            role: self.who.role.clone().into(),
            purpose: self.who.purpose.clone().into(),
            operation: self.operation.clone().into(),
            no: self.object_no.clone().map(Into::into),
            objects: serde_json::json!(self.objects).to_string().into(),
            fields: serde_json::json!(self.fields).to_string().into(),
            class: self.class.map(|class| class.code().into()),
            decision: self.decision.code().into(),
            rule: self.rule.clone().into(),
            prev: prev.to_owned().into(),
            hash: "".into(),
        };
        entry.hash = algorithm.hash(&entry.canonical()).into();
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed() -> Deed {
        let who = Who { account_id: Some(9), role: "GRID_MEMBER".into(), ..Who::default() };
        Deed::new(5, who, "mutation reportHazard", Decision::Allow, "Hazard v1")
    }

    #[test]
    fn an_entry_hangs_on_everything_in_it_and_on_the_one_before() {
        let first = deed().entry(1, GENESIS, HashAlgorithm::Sm3);
        assert_eq!((first.chain, first.hash.len()), (1, 4 + 64));
        for other in [
            deed().entry(2, GENESIS, HashAlgorithm::Sm3),
            deed().entry(1, &first.hash, HashAlgorithm::Sm3),
            Deed { at: 6, ..deed() }.entry(1, GENESIS, HashAlgorithm::Sm3),
            Deed { decision: Decision::Deny, ..deed() }.entry(1, GENESIS, HashAlgorithm::Sm3),
            deed().entry(1, GENESIS, HashAlgorithm::Sha256),
        ] {
            assert_ne!(other.hash, first.hash);
        }
        let line = serde_json::to_string(&first).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), first);
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // GB/T 32905-2016, appendix A.1.
        let known = "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(HashAlgorithm::Sm3.hash(b"abc"), known);
        let known = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(HashAlgorithm::Sha256.hash(b"abc"), known);
    }
}
