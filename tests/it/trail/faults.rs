//! Whatever is done to an export is found, and the first entry that is not as it was written is named.

use std::slice::from_ref;

use fengqiao::trail::entry::{Entry, HashAlgorithm};
use fengqiao::trail::seal::Seal;
use fengqiao::trail::sign::{SignatureAlgorithm, VerifyingKey};
use fengqiao::trail::verify::Fault;

use super::ledger::{exported, key, seal, verify, work};
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::on_both;

on_both!(
    a_flipped_bit_is_found_wherever_it_is,
    what_was_taken_out_put_in_or_moved_is_named,
    a_cut_tail_shows_by_the_seals,
    who_hashes_anew_is_caught_by_the_seal,
);

/// A sealed export and what is needed to check it.
struct Sealed {
    lines: Vec<String>,
    seal: Seal,
    public: VerifyingKey,
    /// Where the entries of a chain stand that has several.
    chain: Vec<usize>,
}

async fn sealed(app: &TestApp) -> Sealed {
    work(app).await;
    let key = key(SignatureAlgorithm::Ed25519);
    let public = key.public();
    let seal = seal(app, key).await.unwrap();
    let lines = exported(app).await;
    // The head is the member's chain: eight entries, and other chains stand behind it.
    let longest = seal.heads.iter().filter(|head| head.seq >= 6).min_by_key(|head| head.chain).expect("a long chain");
    let begins = format!("{{\"chain\":{},", longest.chain);
    let chain: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with(&begins)).collect();
    assert_eq!(chain.len() as i64, longest.seq);
    assert!(*chain.last().unwrap() + 1 < lines.len(), "another chain follows");
    verify(&lines, vec![], from_ref(&public)).expect("it is sound before anything is done to it");
    Sealed { lines, seal, public, chain }
}

impl Sealed {
    /// Chain and number of the entry of a line.
    fn named(&self, at: usize) -> (Option<i64>, Option<i64>) {
        let entry: Entry<'_> = serde_json::from_str(&self.lines[at]).expect("an entry");
        (Some(entry.chain), Some(entry.seq))
    }

    /// What is found once something was done to the lines.
    fn fault(&self, change: impl FnOnce(&mut Vec<String>)) -> Fault {
        let mut lines = self.lines.clone();
        change(&mut lines);
        assert_ne!(lines, self.lines, "nothing was done");
        verify(&lines, vec![], from_ref(&self.public)).expect_err("it must be found")
    }
}

/// The line of a file, from 1.
fn line(at: usize) -> Option<u64> {
    Some(at as u64 + 1)
}

async fn a_flipped_bit_is_found_wherever_it_is(own: &OwnTestApp) {
    let sealed = sealed(&own.0).await;
    let at = sealed.chain[2];
    let entry = &sealed.lines[at];
    let digit = "{\"chain\":".len();
    for byte in (0..entry.len()).filter(|byte| entry.as_bytes()[*byte].is_ascii()) {
        let mut flipped = entry.as_bytes().to_vec();
        flipped[byte] ^= 1;
        let flipped = String::from_utf8(flipped).unwrap();
        let fault = sealed.fault(|lines| lines[at].clone_from(&flipped));
        // An entry that says it is of another chain is one too many there.
        let named = (fault.chain, fault.seq) == sealed.named(at);
        assert!(named || byte == digit && fault.chain != sealed.named(at).0, "byte {byte}: {fault}\n{flipped}");
        assert_eq!(fault.line, line(at), "byte {byte}: {fault}\n{flipped}");
    }
    // The last of its chain, which no other entry names as the one before.
    let last = *sealed.chain.last().unwrap();
    let fault = sealed.fault(|lines| lines[last] = lines[last].replacen("\"at\":1", "\"at\":2", 1));
    assert_eq!(((fault.chain, fault.seq), fault.line), (sealed.named(last), line(last)), "{fault}");
    // The first of its chain, which says of itself alone what chain it is of.
    let first = sealed.chain[0];
    for broken in ["{", "{\"chain\":7,\"seq\":1,\"prev\":\"\",\"hash\":\"\"}"] {
        let fault = sealed.fault(|lines| lines[first] = broken.to_owned());
        assert_eq!(fault.line, line(first), "{fault}");
    }
    // The seal itself: its time, its heads, its signature.
    let signature = &sealed.seal.signature[..8];
    for (from, to) in [("\"at\":1", "\"at\":2"), ("\"seq\":", "\"seq\":1"), (signature, "00000000")] {
        let fault = sealed.fault(|lines| lines[1] = lines[1].replacen(from, to, 1));
        assert!(fault.problem.contains("not signed by this key"), "{from}: {fault}");
        assert_eq!(fault.line, line(1), "{from}: {fault}");
    }
}

async fn what_was_taken_out_put_in_or_moved_is_named(own: &OwnTestApp) {
    let sealed = sealed(&own.0).await;
    let chain = &sealed.chain;
    // Taken out: from the beginning, the middle, the end, and all of the chain. What is last is missing at no line.
    let last = *chain.last().unwrap();
    for at in [chain[0], chain[2], last] {
        let fault = sealed.fault(|lines| drop(lines.remove(at)));
        assert_eq!((fault.chain, fault.seq), sealed.named(at), "{fault}");
        assert_eq!(fault.line, line(at).filter(|_| at != last), "{fault}");
    }
    let fault = sealed.fault(|lines| drop(lines.drain(chain[0]..=last)));
    assert_eq!((fault.chain, fault.seq), sealed.named(chain[0]), "{fault}");
    // Put in: the same entry twice, and an entry of an old day between two others.
    let fault = sealed.fault(|lines| lines.insert(chain[2], lines[chain[2]].clone()));
    assert_eq!((fault.chain, fault.seq), sealed.named(chain[3]), "{fault}");
    let fault = sealed.fault(|lines| lines.insert(chain[3], lines[chain[0]].clone()));
    assert_eq!(((fault.chain, fault.seq), fault.line), (sealed.named(chain[3]), line(chain[3])), "{fault}");
    // Written anew in its place, with a hash that fits: the next one does not follow it.
    let forged = forged(&sealed.lines[chain[2]], &sealed.lines[chain[1]], "FORGED");
    let fault = sealed.fault(|lines| lines[chain[2]].clone_from(&forged));
    assert_eq!((fault.chain, fault.seq), sealed.named(chain[3]), "{fault}");
    assert!(fault.problem.contains("does not follow"), "{fault}");
    // Put in between with a number and a hash that fit.
    let fault = sealed.fault(|lines| lines.insert(chain[2], forged));
    assert_eq!((fault.chain, fault.seq), sealed.named(chain[3]), "{fault}");
    // Two that changed places, side by side and apart.
    for (one, other) in [(chain[1], chain[2]), (chain[1], chain[4])] {
        let fault = sealed.fault(|lines| lines.swap(one, other));
        assert_eq!((fault.chain, fault.seq), sealed.named(one), "{fault}");
    }
    // What is no entry at all.
    for line in ["", "{}", "null", "[1]", "{\"seal\":{}}"] {
        let fault = sealed.fault(|lines| lines.insert(chain[2], line.to_owned()));
        assert_eq!((fault.chain, fault.seq), sealed.named(chain[2]), "{line}: {fault}");
    }
    let fault = sealed.fault(|lines| drop(lines.remove(0)));
    assert!(fault.problem.contains("no export") && fault.line == line(0), "{fault}");
}

/// An entry with another rule, in the place of one, hashed anew so that it follows the one before.
fn forged(line: &str, before: &str, rule: &str) -> String {
    let before: Entry<'_> = serde_json::from_str(before).expect("an entry");
    let mut entry: Entry<'_> = serde_json::from_str(line).expect("an entry");
    entry.rule = rule.to_owned().into();
    entry.prev = before.hash;
    entry.hash = "".into();
    entry.hash = HashAlgorithm::Sm3.hash(&entry.canonical()).into();
    serde_json::to_string(&entry).expect("JSON")
}

async fn a_cut_tail_shows_by_the_seals(own: &OwnTestApp) {
    let app = &own.0;
    let sealed = sealed(app).await;
    let heads: Vec<_> = sealed.seal.heads.iter().filter(|head| head.seq > 0).collect();
    let last = heads.last().unwrap();
    for gone in 1..=4 {
        let fault = sealed.fault(|lines| lines.truncate(lines.len() - gone));
        let end = sealed.named(sealed.lines.len() - gone);
        assert_eq!((fault.chain, fault.seq), end, "{fault}");
        assert!(fault.problem.contains(&format!("a seal names entry {}", last.seq)), "{fault}");
    }
    // Without a word of the seals, an export says itself that nothing vouches for its end.
    let bare: Vec<String> = sealed.lines.iter().filter(|line| !line.starts_with("{\"seal\"")).cloned().collect();
    let found = verify(&bare[..bare.len() - 1], vec![], from_ref(&sealed.public)).unwrap();
    assert_eq!((found.seals, found.sealed_at, found.unsealed), (0, None, found.entries));
    // The seal that was written out elsewhere does vouch.
    let fault = verify(&bare[..bare.len() - 1], vec![sealed.seal.clone()], from_ref(&sealed.public)).unwrap_err();
    assert_eq!((fault.chain, fault.seq), (Some(last.chain), Some(last.seq)), "{fault}");
    verify(&bare, vec![sealed.seal.clone()], from_ref(&sealed.public)).unwrap();
    // What was written after the seal may be cut unseen, and is counted as such before.
    work(app).await;
    let found = verify(&exported(app).await, vec![], from_ref(&sealed.public)).unwrap();
    assert_eq!(found.unsealed, found.entries / 2);
}

async fn who_hashes_anew_is_caught_by_the_seal(own: &OwnTestApp) {
    let sealed = sealed(&own.0).await;
    // Everything from the second entry on is written anew, each following the other: a chain as good as the old one.
    let fault = sealed.fault(|lines| {
        for pair in sealed.chain.windows(2) {
            lines[pair[1]] = forged(&lines[pair[1]], &lines[pair[0]], "FORGED");
        }
    });
    let last = *sealed.chain.last().unwrap();
    assert_eq!((fault.chain, fault.seq), sealed.named(last), "{fault}");
    assert!(fault.problem.contains("not the entry that a seal names") && fault.line == line(last), "{fault}");
    // And a seal of one's own needs the key.
    let own_key = key(SignatureAlgorithm::Ed25519);
    let seal = Seal::of(sealed.seal.at, sealed.seal.heads.clone(), &own_key).unwrap();
    let fault = sealed.fault(|lines| lines[1] = serde_json::json!({ "seal": seal }).to_string());
    assert!(fault.problem.contains("not signed by this key"), "{fault}");
}
