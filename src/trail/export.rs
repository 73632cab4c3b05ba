//! 审计导出. The trail as lines of text: what `verify` takes, wherever it is taken.

use std::io::{BufRead, Write};

use sea_orm::sea_query::{Alias, ExprTrait, Order};
use serde::Deserialize;

use super::entry::Entry;
use super::seal::{self, Seal};
use super::verify::{Fault, HEADER, Verified, Verifier};
use crate::read::session::{ReadError, Rows, Runner};
use crate::read::sql::{col, select_where};
use crate::trail::sign::VerifyingKey;

/// Entries read at once.
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
    /// The trail is not sound.
    #[error(transparent)]
    Fault(#[from] Fault),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SealLine {
    seal: Seal,
}

/// Gives every entry up to where the chains stand now as its line, chain by chain.
pub async fn lines<R: Runner>(
    run: &mut R,
    mut each: impl FnMut(&str) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    for head in seal::heads(run).await? {
        let mut after = 0;
        while after < head.seq {
            let own = col("t0", "chain").eq(head.chain);
            let mut select =
                select_where("audit_entry", own.and(col("t0", "seq").gt(after)).and(col("t0", "seq").lte(head.seq)));
            for column in COLUMNS {
                select.expr(col("t0", column));
            }
            select.order_by((Alias::new("t0"), Alias::new("seq")), Order::Asc).limit(PAGE);
            let statement = run.dialect().render(&select);
            let rows = run.rows(statement).await?;
            if rows.is_empty() {
                break;
            }
            for row in 0..rows.len() {
                let entry = entry(&rows, row)?;
                after = entry.seq;
                let line = serde_json::to_string(&entry).map_err(|error| ReadError::Value(error.to_string()))?;
                each(&line)?;
            }
        }
    }
    Ok(())
}

/// Writes a trail out: the header, the seals, the entries.
pub async fn export<R: Runner>(run: &mut R, out: &mut (dyn Write + Send)) -> Result<u64, ExportError> {
    writeln!(out, "{HEADER}")?;
    for seal in seal::seals(run, None).await? {
        writeln!(out, "{}", serde_json::json!({ "seal": seal }))?;
    }
    let mut written = 0;
    lines(run, |line| {
        written += 1;
        Ok(writeln!(out, "{line}")?)
    })
    .await?;
    out.flush()?;
    Ok(written)
}

/// The seal of a line.
pub fn seal_line(line: &str) -> Result<Seal, Fault> {
    let seal: Result<SealLine, _> = serde_json::from_str(line);
    let problem = || Fault { chain: None, seq: None, problem: "a seal is not readable".to_owned() };
    seal.map(|line| line.seal).map_err(|_| problem())
}

/// Checks the trail of a database, against further seals as well.
pub async fn verify_stored<R: Runner>(
    run: &mut R,
    mut seals: Vec<Seal>,
    keys: &[VerifyingKey],
) -> Result<Verified, ExportError> {
    seals.extend(seal::seals(run, None).await?);
    // Read before the entries: what is appended meanwhile is beyond them.
    let heads = seal::heads(run).await?;
    let mut together = Together::new(Verifier::new(seals, keys)?.with_heads(heads));
    lines(run, |line| together.take(line.to_owned())).await?;
    together.finish()
}

/// Checks an export, against further seals as well.
pub fn verify_export(
    input: impl BufRead,
    mut seals: Vec<Seal>,
    keys: &[VerifyingKey],
) -> Result<Verified, ExportError> {
    let no_export = |problem: &str| Fault { chain: None, seq: None, problem: problem.to_owned() };
    let mut lines = input.split(b'\n').map(|line| line.map(text));
    match lines.next().transpose()? {
        Some(header) if header == HEADER => {}
        _ => return Err(no_export("the file is no export of an audit trail").into()),
    }
    let mut first = None;
    for line in lines.by_ref() {
        let line = line?;
        if !line.starts_with("{\"seal\":") {
            first = Some(line);
            break;
        }
        seals.push(seal_line(&line)?);
    }
    let mut together = Together::new(Verifier::new(seals, keys)?);
    for line in first.map(Ok).into_iter().chain(lines) {
        together.take(line?)?;
    }
    together.finish()
}

/// Lines that wait to be checked together.
struct Together {
    verifier: Verifier,
    lines: Vec<String>,
}

impl Together {
    fn new(verifier: Verifier) -> Together {
        Together { verifier, lines: Vec::with_capacity(TOGETHER) }
    }

    fn take(&mut self, line: String) -> Result<(), ExportError> {
        self.lines.push(line);
        if self.lines.len() >= TOGETHER {
            self.verifier.entries(&self.lines)?;
            self.lines.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Verified, ExportError> {
        self.verifier.entries(&self.lines)?;
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

    /// An export of one chain that is longer than what is checked at once.
    fn lines() -> Vec<Vec<u8>> {
        let mut lines = vec![HEADER.as_bytes().to_vec()];
        let mut prev = GENESIS.to_owned();
        for seq in 1..=TOGETHER as i64 + 100 {
            let who = Who { account_id: Some(8), role: "GRID_MEMBER".into(), ..Who::default() };
            let deed = Deed::new(seq, who, "reportHazard", Decision::Allow, "隐患 v1");
            let entry = deed.entry(seq, &prev, HashAlgorithm::Sm3);
            prev = entry.hash.clone().into_owned();
            lines.push(serde_json::to_vec(&entry).unwrap());
        }
        lines
    }

    fn verified(lines: &[Vec<u8>]) -> Result<u64, String> {
        let verified = verify_export(lines.join(&b'\n').as_slice(), vec![], &[]);
        verified.map(|verified| verified.entries).map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_bad_entry_is_named_wherever_it_stands() {
        let sound = lines();
        let count = sound.len() - 1;
        assert_eq!(verified(&sound), Ok(count as u64));
        assert_eq!(verified(&sound[..1]), Ok(0));
        for at in [1, TOGETHER / 2, TOGETHER, TOGETHER + 1, count] {
            let named = |bad: Vec<Vec<u8>>| {
                let told = verified(&bad).unwrap_err();
                assert!(told.starts_with(&format!("chain 0, entry {at}: ")), "{at}: {told}");
            };
            // Every byte is part of it, also one that leaves no text.
            for flip in [1, 0x80] {
                let mut bad = sound.clone();
                let middle = bad[at].len() / 2;
                bad[at][middle] ^= flip;
                named(bad);
            }
            // An entry once more, after itself: the place after it is taken.
            let mut twice = sound.clone();
            twice.insert(at, sound[at - 1].clone());
            if at > 1 {
                named(twice);
            }
            if at < count {
                let mut cut = sound.clone();
                cut.remove(at);
                named(cut);
            }
        }
    }
}
