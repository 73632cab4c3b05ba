//! 审计导出. The trail as lines of text: what `verify` takes, wherever it is taken.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::PathBuf;

use sea_orm::sea_query::{Alias, ExprTrait, Func, Order};
use serde::Deserialize;

use super::access::{self, Made};
use super::entry::Entry;
use super::seal::{self, Head, Seal};
use super::verify::{Fault, HEADER, Verified, Verifier, fault, other};
use crate::read::session::{ReadError, Rows, Runner};
use crate::read::sql::{always, col, select_where};
use crate::trail::sign::VerifyingKey;

/// Entries, or seals, read at once.
const PAGE: u64 = 5_000;
/// Lines of an export checked at once.
const TOGETHER: usize = 8_192;

/// Why a trail could not be exported or checked.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database.
    #[error(transparent)]
    Database(#[from] ReadError),
    /// The file.
    #[error("the export cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    /// A file of further seals.
    #[error("{}: {problem}", file.display())]
    Seals {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The trail is not sound.
    #[error(transparent)]
    Fault(#[from] Fault),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SealLine {
    seal: Seal,
}

/// The next entries of a chain after one, up to its head.
async fn page<R: Runner>(run: &mut R, head: &Head, after: i64) -> Result<Rows, ReadError> {
    let (own, seq) = (col("t0", "chain").eq(head.chain), || col("t0", "seq"));
    let mut select = select_where("audit_entry", own.and(seq().gt(after)).and(seq().lte(head.seq)));
    for column in COLUMNS {
        select.expr(col("t0", column));
    }
    select.order_by((Alias::new("t0"), Alias::new("seq")), Order::Asc).limit(PAGE);
    let statement = run.dialect().render(&select);
    run.rows(statement).await
}

fn line(entry: &Entry<'_>) -> Result<String, ReadError> {
    serde_json::to_string(entry).map_err(|error| ReadError::Value(error.to_string()))
}

/// Gives every entry up to where the chains stand now as its line, chain by chain.
async fn lines<R: Runner>(
    run: &mut R,
    mut each: impl FnMut(&str) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    for head in seal::heads(run).await? {
        let mut after = 0;
        while after < head.seq {
            let rows = page(run, &head, after).await?;
            if rows.is_empty() {
                break;
            }
            for row in 0..rows.len() {
                let entry = entry(&rows, row)?;
                after = entry.seq;
                each(&line(&entry)?)?;
            }
        }
    }
    Ok(())
}

/// Gives every seal, newest first.
async fn each_seal<R: Runner>(
    run: &mut R,
    mut each: impl FnMut(&Seal) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut after = None;
    loop {
        let page = seal::seals(run, after, PAGE).await?;
        let Some((id, last)) = page.last() else { return Ok(()) };
        after = Some((last.at, *id));
        page.iter().try_for_each(|(_, seal)| each(seal))?;
    }
}

/// Writes a trail out: the header, the seals, the entries.
pub async fn export<R: Runner>(run: &mut R, out: &mut (dyn Write + Send)) -> Result<u64, ExportError> {
    writeln!(out, "{HEADER}")?;
    each_seal(run, |seal| Ok(writeln!(out, "{}", serde_json::json!({ "seal": seal }))?)).await?;
    let mut written = 0;
    lines(run, |line| {
        written += 1;
        Ok(writeln!(out, "{line}")?)
    })
    .await?;
    out.flush()?;
    Ok(written)
}

/// The seal of a line of a file.
pub fn seal_line(line: &str, number: u64) -> Result<Seal, Fault> {
    let seal: Result<SealLine, _> = serde_json::from_str(line);
    seal.map(|line| line.seal).map_err(|_| other("a seal is not readable").at(Some(number)))
}

/// A verifier that knows these seals.
fn knowing(
    seals: impl IntoIterator<Item = Result<Seal, ExportError>>,
    keys: &[VerifyingKey],
) -> Result<Verifier, ExportError> {
    let mut verifier = Verifier::default();
    for seal in seals {
        verifier.seal(&seal?, keys)?;
    }
    Ok(verifier)
}

/// Checks the trail of a database, against further seals as well, and the records of access beside it.
pub async fn verify_stored<R: Runner>(
    run: &mut R,
    seals: impl IntoIterator<Item = Result<Seal, ExportError>>,
    keys: &[VerifyingKey],
) -> Result<Verified, ExportError> {
    let mut verifier = knowing(seals, keys)?;
    each_seal(run, |seal| Ok(verifier.seal(seal, keys)?)).await?;
    // Read before the heads: an entry and its head are moved by one transaction, so no head is behind these.
    let spans = spans(run).await?;
    // Read before the entries: what is appended meanwhile is beyond them.
    let heads = seal::heads(run).await?;
    within(&spans, &heads)?;
    verifier.keep(&heads);
    let mut together = Together::new(verifier);
    for head in &heads {
        let mut after = 0;
        while after < head.seq {
            let made = {
                let rows = page(run, head, after).await?;
                let entries = (0..rows.len()).map(|row| entry(&rows, row)).collect::<Result<Vec<_>, _>>()?;
                for entry in &entries {
                    after = entry.seq;
                    together.take(line(entry)?, None)?;
                }
                Made::of(&entries)
            };
            let Some(made) = made else { break };
            if let Some(unlike) = made.first_unlike(run).await? {
                // What is wrong with an entry itself says more than what stands beside it.
                together.check()?;
                return Err(unlike.into());
            }
        }
    }
    let verified = together.finish()?;
    match access::of_entries(run).await? {
        Some(stray) => Err(stray.into()),
        None => Ok(verified),
    }
}

/// The time of the first entry of a database; `None`: there is none.
pub async fn begun<R: Runner>(run: &mut R) -> Result<Option<i64>, ReadError> {
    let mut select = select_where("audit_entry", always());
    select.expr(Func::min(col("t0", "at")));
    let statement = run.dialect().render(&select);
    run.rows(statement).await?.int(0, 0)
}

/// Checks an export, against further seals as well.
pub fn verify_export(
    input: impl BufRead,
    seals: impl IntoIterator<Item = Result<Seal, ExportError>>,
    keys: &[VerifyingKey],
) -> Result<Verified, ExportError> {
    let mut lines = (1_u64..).zip(input.split(b'\n').map(|line| line.map(text)));
    let header = lines.next().map(|(_, header)| header).transpose()?;
    if header.as_deref() != Some(HEADER) {
        return Err(other("the file is no export of an audit trail").at(Some(1)).into());
    }
    let mut together = Together::new(knowing(seals, keys)?);
    let mut sealing = true;
    for (number, line) in lines {
        let line = line?;
        // The seals stand before the entries.
        sealing = sealing && line.starts_with("{\"seal\":");
        if sealing {
            let seal = seal_line(&line, number)?;
            together.verifier.seal(&seal, keys).map_err(|fault| fault.at(Some(number)))?;
        } else {
            together.take(line, Some(number))?;
        }
    }
    together.finish()
}

/// What the entries of a chain say of it.
struct Span {
    chain: i64,
    /// The lowest number.
    first: i64,
    /// The highest.
    last: i64,
    /// How many there are.
    entries: i64,
}

/// The spans of all chains that have entries, whether there is such a chain or not.
async fn spans<R: Runner>(run: &mut R) -> Result<Vec<Span>, ReadError> {
    let (chain, seq) = (|| col("t0", "chain"), || col("t0", "seq"));
    let mut select = select_where("audit_entry", always());
    select.expr(chain());
    for figure in [Func::min(seq()), Func::max(seq()), Func::count(seq())] {
        select.expr(figure);
    }
    select.add_group_by([chain()]).order_by((Alias::new("t0"), Alias::new("chain")), Order::Asc);
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    let span = |row| {
        let number = |column| rows.int(row, column).map(Option::unwrap_or_default);
        Ok(Span { chain: number(0)?, first: number(1)?, last: number(2)?, entries: number(3)? })
    };
    (0..rows.len()).map(span).collect()
}

/// Every entry must stand between the beginning of its chain and its head. Entries are read from head to head, so that one
/// that stands elsewhere would be read by nobody.
fn within(spans: &[Span], heads: &[Head]) -> Result<(), Fault> {
    let mut chains = BTreeSet::new();
    for Span { chain, first, last, entries } in spans {
        let (chain, first, last) = (*chain, *first, *last);
        let end = heads.iter().find(|head| head.chain == chain).map_or(0, |head| head.seq);
        let outside = |seq| fault(chain, seq, "it stands outside its chain");
        // SQLite keeps a text where a number belongs; `3x` is read as 3, and is there beside the 3.
        if first < 1 || first > end || !chains.insert(chain) {
            return Err(outside(first));
        }
        if last > end || entries - 1 > last.saturating_sub(first) {
            return Err(outside(last));
        }
    }
    Ok(())
}

/// Lines that wait to be checked together.
struct Together {
    verifier: Verifier,
    lines: Vec<String>,
    /// Which line of a file the first of them is; `None`: they are of a database.
    first: Option<u64>,
}

impl Together {
    fn new(verifier: Verifier) -> Together {
        Together { verifier, lines: Vec::with_capacity(TOGETHER), first: None }
    }

    fn take(&mut self, line: String, number: Option<u64>) -> Result<(), ExportError> {
        if self.lines.is_empty() {
            self.first = number;
        }
        self.lines.push(line);
        if self.lines.len() >= TOGETHER {
            self.check()?;
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), ExportError> {
        self.verifier.entries(&self.lines, self.first)?;
        self.lines.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<Verified, ExportError> {
        self.check()?;
        Ok(self.verifier.finish()?)
    }
}

/// The text of a line. What is no text was not written by us: it stays in the line as something that no hash fits, so that
/// the entry is named.
fn text(line: Vec<u8>) -> String {
    String::from_utf8(line).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned())
}

const COLUMNS: [&str; 17] = [
    "chain",
    "seq",
    "at",
    "account_id",
    "posting_id",
    "organisation_id",
    "role",
    "purpose",
    "operation",
    "object_no",
    "objects",
    "fields",
    "class",
    "decision",
    "rule",
    "prev_hash",
    "hash",
];

fn entry(rows: &Rows, row: usize) -> Result<Entry<'_>, ReadError> {
    let text = |column| rows.text(row, column).map(|text| text.unwrap_or_default().into());
    let maybe = |column| rows.text(row, column).map(|text| text.map(Into::into));
    Ok(Entry {
        chain: rows.int(row, 0)?.unwrap_or_default(),
        seq: rows.int(row, 1)?.unwrap_or_default(),
        at: rows.int(row, 2)?.unwrap_or_default(),
        account: rows.int(row, 3)?,
        posting: rows.int(row, 4)?,
        organisation: rows.int(row, 5)?,
        role: text(6)?,
        purpose: text(7)?,
        operation: text(8)?,
        no: maybe(9)?,
        objects: text(10)?,
        fields: text(11)?,
        class: maybe(12)?,
        decision: text(13)?,
        rule: text(14)?,
        prev: text(15)?,
        hash: text(16)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::entry::{Decision, Deed, GENESIS, HashAlgorithm, Who};

    /// Entries of the first chain in an export: more than are checked at once.
    const FIRST: usize = TOGETHER + 100;

    /// The lines of the chain of an account, and the hash of the last one.
    fn chain(account: i64, count: usize) -> (Vec<Vec<u8>>, String) {
        let mut prev = GENESIS.to_owned();
        let entry = |seq| {
            let who = Who { account_id: Some(account), role: "GRID_MEMBER".into(), ..Who::default() };
            let deed = Deed::new(seq, who, "reportHazard", Decision::Allow, "隐患 v1");
            let entry = deed.entry(seq, &prev, HashAlgorithm::Sm3);
            prev = entry.hash.clone().into_owned();
            serde_json::to_vec(&entry).unwrap()
        };
        let lines = (1..=count as i64).map(entry).collect();
        (lines, prev)
    }

    /// An export of two chains, 0 and 1: the header, and each entry of the first at the place of its number.
    fn lines() -> Vec<Vec<u8>> {
        [vec![HEADER.as_bytes().to_vec()], chain(8, FIRST).0, chain(9, 3).0].concat()
    }

    fn verified(lines: &[Vec<u8>]) -> Result<u64, Fault> {
        match verify_export(lines.join(&b'\n').as_slice(), vec![], &[]) {
            Ok(verified) => Ok(verified.entries),
            Err(ExportError::Fault(fault)) => Err(fault),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_first_bad_entry_and_its_line_are_named_wherever_it_stands() {
        let sound = lines();
        assert_eq!(verified(&sound), Ok(sound.len() as u64 - 1));
        assert_eq!(verified(&sound[..1]), Ok(0));
        for at in [1, TOGETHER / 2, TOGETHER, TOGETHER + 1, FIRST, FIRST + 1, FIRST + 2, FIRST + 3] {
            let named = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
                let mut bad = sound.clone();
                change(&mut bad);
                let fault = verified(&bad).unwrap_err();
                // The header is the first line.
                assert_eq!(fault.line, Some(at as u64 + 1), "{at}: {fault}");
                (fault.chain, fault.seq)
            };
            let here = if at <= FIRST { (Some(0), Some(at as i64)) } else { (Some(1), Some((at - FIRST) as i64)) };
            // Every byte is part of it, also one that leaves no text.
            for flip in [1, 0x80] {
                let middle = sound[at].len() / 2;
                assert_eq!(named(&|bad| bad[at][middle] ^= flip), here, "{at}");
            }
            // What says that it is of another chain is named there, and what is no entry after the one before it.
            named(&|bad| bad[at]["{\"chain\":".len()] ^= 1);
            named(&|bad| bad[at].truncate(3));
            // An entry once more, after itself: the place after it is taken.
            let twice = named(&|bad| bad.insert(at, sound[at - 1].clone()));
            if at != 1 && at != FIRST + 1 {
                assert_eq!(twice, here, "{at}");
            }
            // Where a chain ends, only a seal can tell.
            if at != FIRST && at != FIRST + 3 {
                assert_eq!(named(&|bad| drop(bad.remove(at))), here, "{at}");
            }
        }
    }

    #[test]
    fn lines_are_counted_from_the_beginning_of_the_file() {
        let (entries, hash) = chain(8, 3);
        let seal = |hash: &str| {
            let heads = vec![Head { chain: 0, seq: 3, hash: hash.to_owned() }];
            let (algorithm, key_id, signature) = (String::new(), String::new(), String::new());
            let seal = Seal { at: 1, heads, algorithm, key_id, signature };
            serde_json::json!({ "seal": seal }).to_string().into_bytes()
        };
        let header = HEADER.as_bytes().to_vec();
        let found = |seals: &[Vec<u8>], entries: &[Vec<u8>]| {
            let fault = verified(&[&[header.clone()][..], seals, entries].concat()).unwrap_err();
            (fault.chain, fault.seq, fault.line)
        };
        assert_eq!(verified(&[vec![header.clone(), seal(&hash), seal(&hash)], entries.clone()].concat()), Ok(3));
        assert_eq!(found(&[seal(&hash), b"{\"seal\":1}".to_vec()], &entries), (None, None, Some(3)));
        assert_eq!(found(&[seal(&hash), seal("sm3:0")], &entries), (Some(0), Some(3), Some(3)));
        assert_eq!(found(&[seal("sm3:0"), seal("sm3:0")], &entries), (Some(0), Some(3), Some(6)));
        // What is not there has no line.
        assert_eq!(found(&[seal(&hash)], &entries[..1]), (Some(0), Some(2), None));
        assert_eq!(verified(&entries).unwrap_err().line, Some(1));
    }

    #[test]
    fn what_stands_outside_its_chain_is_named() {
        let heads = [(0, 5), (1, 0), (2, 3)].map(|(chain, seq)| Head { chain, seq, hash: String::new() });
        let found = |spans: &[(i64, i64, i64, i64)]| {
            let span = |&(chain, first, last, entries)| Span { chain, first, last, entries };
            let spans: Vec<Span> = spans.iter().map(span).collect();
            within(&spans, &heads).map_err(|fault| (fault.chain.unwrap(), fault.seq.unwrap()))
        };
        let sound = (0, 1, 5, 5);
        // What is missing inside is found by those who read the entries.
        for spans in [&[][..], &[sound], &[sound, (2, 1, 3, 3)], &[(0, 2, 4, 2)]] {
            assert_eq!(found(spans), Ok(()), "{spans:?}");
        }
        for (span, named) in [
            ((-1, 1, 2, 2), (-1, 1)),
            ((8, 4, 4, 1), (8, 4)),
            ((1, 1, 1, 1), (1, 1)),
            ((2, 0, 3, 4), (2, 0)),
            ((2, -7, 3, 4), (2, -7)),
            ((2, 1, 4, 4), (2, 4)),
            ((2, 1, 2, 4), (2, 2)),
            ((0, 1, 1, 1), (0, 1)),
        ] {
            assert_eq!(found(&[sound, span]), Err(named), "{span:?}");
        }
    }
}
