//! 审计校验. Whether a trail is what was written: every entry, its place, and the signed heads. Needs no database.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use sha2::Digest;

use super::entry::{GENESIS, HashAlgorithm, hex};
use super::seal::{Head, Seal};
use super::sign::VerifyingKey;

/// The first line of an export.
pub const HEADER: &str = r#"{"format":"fengqiao-audit-1"}"#;

/// The first entry that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Chain; `None`: no chain in particular.
    pub chain: Option<i64>,
    /// Number of the entry in its chain.
    pub seq: Option<i64>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.chain, self.seq) {
            (Some(chain), Some(seq)) => write!(f, "chain {chain}, entry {seq}: {}", self.problem),
            _ => f.write_str(&self.problem),
        }
    }
}

impl std::error::Error for Fault {}

/// What was found of a sound trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Entries.
    pub entries: u64,
    /// Chains with entries.
    pub chains: usize,
    /// Seals that were checked.
    pub seals: usize,
    /// Time of the last seal; `None`: there was none.
    pub sealed_at: Option<i64>,
    /// Entries after the last seal: that none of them was cut off cannot be known.
    pub unsealed: u64,
}

/// An entry as far as its place in the chain goes.
#[derive(Deserialize)]
struct Link<'e> {
    chain: i64,
    seq: i64,
    #[serde(borrow)]
    prev: std::borrow::Cow<'e, str>,
    #[serde(borrow)]
    hash: std::borrow::Cow<'e, str>,
}

/// A line, looked at by itself.
struct Read<'e> {
    link: Result<Link<'e>, serde_json::Error>,
    /// Whether its hash is that of its content.
    sound: bool,
}

impl Read<'_> {
    fn all(lines: &[String]) -> Vec<Read<'_>> {
        lines.iter().map(|line| Read::of(line)).collect()
    }

    fn of(line: &str) -> Read<'_> {
        let link: Result<Link<'_>, _> = serde_json::from_str(line);
        let sound = link.as_ref().is_ok_and(|link| hash(line, &link.hash).is_some_and(|hash| hash == link.hash));
        Read { link, sound }
    }
}

/// Checks a trail, line by line.
#[derive(Default)]
pub struct Verifier {
    /// Where each chain stands.
    heads: BTreeMap<i64, (i64, String)>,
    /// Hashes of sealed entries, once they have passed.
    sealed: BTreeMap<(i64, i64), String>,
    seals: Vec<Seal>,
    /// Heads that were kept beside the entries, unsigned.
    kept: Vec<Head>,
    entries: u64,
}

fn fault(chain: i64, seq: i64, problem: impl Into<String>) -> Fault {
    Fault { chain: Some(chain), seq: Some(seq), problem: problem.into() }
}

fn other(problem: impl Into<String>) -> Fault {
    Fault { chain: None, seq: None, problem: problem.into() }
}

impl Verifier {
    /// A verifier that knows the seals. Each must be signed by one of the keys, where any is given.
    pub fn new(seals: Vec<Seal>, keys: &[VerifyingKey]) -> Result<Verifier, Fault> {
        let unsigned = |seal: &&Seal| !keys.is_empty() && !keys.iter().any(|key| seal.is_signed_by(key));
        if let Some(seal) = seals.iter().find(unsigned) {
            let by = if keys.len() == 1 { "by this key" } else { "by any of these keys" };
            return Err(other(format!("the seal of {} is not signed {by}", seal.at)));
        }
        let heads = seals.iter().flat_map(|seal| &seal.heads).filter(|head| head.seq > 0);
        let sealed = heads.map(|head| ((head.chain, head.seq), String::new())).collect();
        Ok(Verifier { seals, sealed, ..Verifier::default() })
    }

    /// The same, and every entry that these heads name must pass as well.
    pub fn with_heads(mut self, heads: Vec<Head>) -> Verifier {
        let named = heads.iter().filter(|head| head.seq > 0);
        self.sealed.extend(named.map(|head| ((head.chain, head.seq), String::new())));
        Verifier { kept: heads, ..self }
    }

    /// Checks the next entries: JSON objects, each on a line; those of a chain come in their order. What hangs on a line
    /// alone, its hash above all, is looked at on every core.
    pub fn entries(&mut self, lines: &[String]) -> Result<(), Fault> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = lines.len().div_ceil(cores).max(1);
        std::thread::scope(|scope| {
            let shares: Vec<_> = lines.chunks(share).map(|lines| scope.spawn(|| Read::all(lines))).collect();
            for share in shares {
                let read = share.join().map_err(|_| other("a line made the check panic"))?;
                read.into_iter().try_for_each(|entry| self.place(entry))?;
            }
            Ok(())
        })
    }

    /// Checks an entry's place in its chain.
    fn place(&mut self, read: Read<'_>) -> Result<(), Fault> {
        let Read { link, sound } = read;
        let link = link.map_err(|error| match self.heads.last_key_value() {
            Some((chain, (seq, _))) => fault(*chain, seq + 1, format!("it is no entry: {error}")),
            None => other(format!("the first line is no entry: {error}")),
        })?;
        let (seq, prev) = match self.heads.get(&link.chain) {
            Some((seq, hash)) => (seq + 1, hash.as_str()),
            None => (1, GENESIS),
        };
        if link.seq != seq {
            return Err(fault(link.chain, seq, format!("entry {} stands in its place", link.seq)));
        }
        if !sound {
            return Err(fault(link.chain, seq, "its hash is not that of its content"));
        }
        if link.prev != prev {
            return Err(fault(link.chain, seq, "it does not follow the entry before it"));
        }
        if let Some(passed) = self.sealed.get_mut(&(link.chain, seq)) {
            *passed = link.hash.clone().into_owned();
        }
        let head = self.heads.entry(link.chain).or_default();
        head.0 = seq;
        link.hash.as_ref().clone_into(&mut head.1);
        self.entries += 1;
        Ok(())
    }

    /// The end: every sealed entry must have passed as it was sealed.
    pub fn finish(self) -> Result<Verified, Fault> {
        for seal in &self.seals {
            for head in &seal.heads {
                self.passed(head, "a seal")?;
            }
        }
        for head in &self.kept {
            self.passed(head, "the head of the chain")?;
        }
        // Of seals of the same instant, the one that reaches furthest.
        let reach = |seal: &Seal| seal.heads.iter().map(|head| head.seq).sum::<i64>();
        let last = self.seals.iter().max_by_key(|seal| (seal.at, reach(seal)));
        let sealed = last.map_or(0, reach);
        Ok(Verified {
            entries: self.entries,
            chains: self.heads.len(),
            seals: self.seals.len(),
            sealed_at: last.map(|seal| seal.at),
            unsealed: self.entries.saturating_sub(u64::try_from(sealed).unwrap_or_default()),
        })
    }
}

impl Verifier {
    /// The entry that a head names must have passed, with its hash.
    fn passed(&self, head: &Head, what: &str) -> Result<(), Fault> {
        if head.seq == 0 {
            return Ok(());
        }
        let passed = self.sealed.get(&(head.chain, head.seq)).map_or("", String::as_str);
        if passed.is_empty() {
            let end = self.heads.get(&head.chain).map_or(0, |(seq, _)| *seq);
            let problem = format!("it is missing: the chain ends before, and {what} names entry {}", head.seq);
            return Err(fault(head.chain, end + 1, problem));
        }
        if passed != head.hash {
            return Err(fault(head.chain, head.seq, format!("it is not the entry that {what} names")));
        }
        Ok(())
    }
}

/// The hash of an entry's line without its own hash: the canonical form, byte for byte.
fn hash(line: &str, stated: &str) -> Option<String> {
    let end = line.len().checked_sub(stated.len() + r#","hash":""}"#.len())?;
    let (content, rest) = line.split_at_checked(end)?;
    rest.strip_prefix(r#","hash":""#)?;
    let (name, digest) = match HashAlgorithm::of(stated)? {
        HashAlgorithm::Sm3 => ("sm3", sm3::Sm3::new().chain_update(content).chain_update("}").finalize().to_vec()),
        HashAlgorithm::Sha256 => {
            ("sha256", sha2::Sha256::new().chain_update(content).chain_update("}").finalize().to_vec())
        }
    };
    Some(format!("{name}:{}", hex(&digest)))
}
