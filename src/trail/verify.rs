//! 审计校验. Whether a trail is what was written: every entry, its place, and the signed heads. Needs no database.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use sha2::Digest;

use super::entry::{GENESIS, HashAlgorithm, hex};
use super::seal::{Head, Seal};
use super::sign::VerifyingKey;

/// What names an entry, as a fault tells it: a seal.
const SEAL: &str = "a seal";
/// Or the head that was kept beside the entries.
const HEAD: &str = "the head of the chain";

/// The first line of an export.
pub const HEADER: &str = r#"{"format":"fengqiao-audit-1"}"#;

/// The first entry that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Chain; `None`: no chain in particular.
    pub chain: Option<i64>,
    /// Number of the entry in its chain.
    pub seq: Option<i64>,
    /// Line of the file, from 1; `None`: of a database, or what is wrong is that a line is not there.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: String,
}

impl Fault {
    /// The same, found at a line of a file.
    pub(super) fn at(self, line: Option<u64>) -> Fault {
        Fault { line, ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = &self.problem;
        match (self.chain, self.seq, self.line) {
            (Some(chain), Some(seq), Some(line)) => write!(f, "chain {chain}, entry {seq} (line {line}): {problem}"),
            (Some(chain), Some(seq), None) => write!(f, "chain {chain}, entry {seq}: {problem}"),
            (_, _, Some(line)) => write!(f, "line {line}: {problem}"),
            _ => f.write_str(problem),
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

/// Entries that must pass, by chain and number, and their hashes.
type Expected = BTreeMap<(i64, i64), Box<str>>;

/// Checks a trail: first the seals, one by one, then the entries, line by line.
#[derive(Default)]
pub struct Verifier {
    /// Where each chain stands.
    heads: BTreeMap<i64, (i64, String)>,
    /// Entries that seals name and that have not passed yet.
    sealed: Expected,
    /// Those that heads name which were kept beside the entries, unsigned.
    kept: Expected,
    entries: u64,
    /// Times of the seals, and how many entries each reaches over: the same one may be kept in two places.
    seals: BTreeSet<(i64, i64)>,
}

/// A fault of an entry.
pub(super) fn fault(chain: i64, seq: i64, problem: impl Into<String>) -> Fault {
    Fault { chain: Some(chain), seq: Some(seq), line: None, problem: problem.into() }
}

/// A fault of no entry in particular.
pub(super) fn other(problem: impl Into<String>) -> Fault {
    Fault { chain: None, seq: None, line: None, problem: problem.into() }
}

impl Verifier {
    /// Takes a seal: the entries that it names must pass. It must be signed by one of the keys, where any is given.
    pub fn seal(&mut self, seal: &Seal, keys: &[VerifyingKey]) -> Result<(), Fault> {
        if !keys.is_empty() && !keys.iter().any(|key| seal.is_signed_by(key)) {
            let by = if keys.len() == 1 { "by this key" } else { "by any of these keys" };
            return Err(other(format!("the seal of {} is not signed {by}", seal.at)));
        }
        let mut reach = 0_i64;
        for head in seal.heads.iter().filter(|head| head.seq > 0) {
            // A chain that did not grow is named by one seal after the other; it is kept once.
            let named = self.sealed.entry((head.chain, head.seq)).or_insert_with(|| head.hash.as_str().into());
            if **named != *head.hash {
                return Err(fault(head.chain, head.seq, "two seals name different entries in its place"));
            }
            reach = reach.saturating_add(head.seq);
        }
        self.seals.insert((seal.at, reach));
        Ok(())
    }

    /// Takes the heads that were kept beside the entries: the entries that they name must pass as well.
    pub fn keep(&mut self, heads: &[Head]) {
        let named = heads.iter().filter(|head| head.seq > 0);
        self.kept.extend(named.map(|head| ((head.chain, head.seq), head.hash.as_str().into())));
    }

    /// Checks the next entries: JSON objects, each on a line; those of a chain come in their order. What hangs on a line
    /// alone, its hash above all, is looked at on every core. `first`: which line of a file the first one is.
    pub fn entries(&mut self, lines: &[String], first: Option<u64>) -> Result<(), Fault> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = lines.len().div_ceil(cores).max(1);
        let mut number = first;
        std::thread::scope(|scope| {
            let shares: Vec<_> = lines.chunks(share).map(|lines| scope.spawn(|| Read::all(lines))).collect();
            for share in shares {
                let read = share.join().map_err(|_| other("a line made the check panic"))?;
                for entry in read {
                    self.place(entry).map_err(|fault| fault.at(number))?;
                    number = number.map(|number| number + 1);
                }
            }
            Ok(())
        })
    }

    /// Checks an entry's place in its chain, and against what seals and heads say of that place.
    fn place(&mut self, read: Read<'_>) -> Result<(), Fault> {
        let Read { link, sound } = read;
        let link = link.map_err(|error| self.unreadable(&error))?;
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
        for (expected, what) in [(&mut self.sealed, SEAL), (&mut self.kept, HEAD)] {
            let named = expected.remove(&(link.chain, seq));
            if named.is_some_and(|named| *named != *link.hash) {
                return Err(fault(link.chain, seq, format!("it is not the entry that {what} names")));
            }
        }
        let head = self.heads.entry(link.chain).or_default();
        head.0 = seq;
        link.hash.as_ref().clone_into(&mut head.1);
        self.entries += 1;
        Ok(())
    }

    /// The fault of a line that is no entry: it stands where the next entry of the last chain would.
    fn unreadable(&self, error: &serde_json::Error) -> Fault {
        let problem = format!("it is no entry: {error}");
        match self.heads.last_key_value() {
            Some((chain, (seq, _))) => fault(*chain, seq + 1, problem),
            None => other(problem),
        }
    }

    /// The end: every entry that a seal or a head names must have passed.
    pub fn finish(self) -> Result<Verified, Fault> {
        for (expected, what) in [(&self.sealed, SEAL), (&self.kept, HEAD)] {
            if let Some(((chain, named), _)) = expected.first_key_value() {
                let end = self.heads.get(chain).map_or(0, |(seq, _)| *seq);
                let problem = format!("it is missing: the chain ends before, and {what} names entry {named}");
                return Err(fault(*chain, end + 1, problem));
            }
        }
        // Of seals of the same instant, the one that reaches furthest.
        let last = self.seals.last().copied();
        let sealed = last.map_or(0, |(_, reach)| reach);
        Ok(Verified {
            entries: self.entries,
            chains: self.heads.len(),
            seals: self.seals.len(),
            sealed_at: last.map(|(at, _)| at),
            unsealed: self.entries.saturating_sub(u64::try_from(sealed).unwrap_or_default()),
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::entry::{Decision, Deed, Who};

    /// A chain of so many entries: their lines and their hashes.
    fn chain(count: i64) -> (Vec<String>, Vec<String>) {
        let mut prev = GENESIS.to_owned();
        let entry = |seq| {
            let deed = Deed::new(seq, Who::default(), "reportHazard", Decision::Allow, "Hazard v1");
            let entry = deed.entry(seq, &prev, HashAlgorithm::Sm3);
            prev = entry.hash.clone().into_owned();
            (serde_json::to_string(&entry).unwrap(), prev.clone())
        };
        (1..=count).map(entry).unzip()
    }

    /// A seal of one chain, which nobody has signed.
    fn seal(at: i64, seq: i64, hash: &str) -> Seal {
        let heads =
            vec![Head { chain: 0, seq, hash: hash.to_owned() }, Head { chain: 1, seq: 0, hash: GENESIS.into() }];
        Seal { at, heads, algorithm: String::new(), key_id: String::new(), signature: String::new() }
    }

    fn found(seals: &[Seal], kept: &[Head], lines: &[String]) -> Result<Verified, Fault> {
        let mut verifier = Verifier::default();
        seals.iter().try_for_each(|seal| verifier.seal(seal, &[]))?;
        verifier.keep(kept);
        verifier.entries(lines, None)?;
        verifier.finish()
    }

    #[test]
    fn of_seals_of_the_same_instant_the_one_that_reaches_furthest_counts() {
        let (lines, hashes) = chain(6);
        let mut seals = [(7, 2), (7, 4), (6, 5), (7, 4)].map(|(at, seq)| seal(at, seq, &hashes[seq as usize - 1]));
        for _ in 0..seals.len() {
            seals.rotate_left(1);
            let verified = found(&seals, &[], &lines).unwrap();
            // The one that stands there twice counts once.
            assert_eq!((verified.seals, verified.sealed_at, verified.unsealed), (3, Some(7), 2));
        }
        assert_eq!(found(&[], &[], &lines).unwrap().unsealed, 6);
    }

    #[test]
    fn what_seals_and_heads_say_of_an_entry_is_held_against_it() {
        let (lines, hashes) = chain(6);
        let right = |at: i64, seq: i64| seal(at, seq, &hashes[seq as usize - 1]);
        let wrong = |at: i64, seq: i64| seal(at, seq, "sm3:0");
        let head = |seq: i64, hash: &str| Head { chain: 0, seq, hash: hash.to_owned() };
        let told = |seals: &[Seal], kept: &[Head], lines: &[String]| {
            let fault = found(seals, kept, lines).unwrap_err();
            assert_eq!((fault.chain, fault.line), (Some(0), None));
            (fault.seq.unwrap(), fault.problem)
        };
        let differ = "two seals name different entries in its place".to_owned();
        assert_eq!(told(&[right(1, 3), wrong(2, 3)], &[], &lines), (3, differ));
        // The first entry that is not what is said of it, not the one that the first seal names.
        let named = told(&[wrong(2, 5), wrong(1, 3)], &[head(4, "sm3:0")], &lines);
        assert_eq!(named, (3, "it is not the entry that a seal names".to_owned()));
        let named = told(&[right(1, 4)], &[head(4, "sm3:0")], &lines);
        assert_eq!(named, (4, "it is not the entry that the head of the chain names".to_owned()));
        // The end is gone: the first that is missing.
        let named = told(&[right(2, 6), right(1, 5)], &[head(6, &hashes[5])], &lines[..3]);
        assert_eq!(named, (4, "it is missing: the chain ends before, and a seal names entry 5".to_owned()));
        let named = told(&[right(1, 3)], &[head(6, &hashes[5])], &lines[..3]);
        let missing = "it is missing: the chain ends before, and the head of the chain names entry 6".to_owned();
        assert_eq!(named, (4, missing));
    }

    #[test]
    fn a_fault_tells_its_place_and_its_line() {
        for (fault, text) in [
            (fault(0, 5, "no"), "chain 0, entry 5: no"),
            (fault(0, 5, "no").at(Some(12)), "chain 0, entry 5 (line 12): no"),
            (other("no").at(Some(2)), "line 2: no"),
            (other("no"), "no"),
        ] {
            assert_eq!(fault.to_string(), text);
        }
    }
}
