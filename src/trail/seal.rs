//! 链首签章. Signed statements of where the chains stand, and the task that makes them at an interval.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sea_query::{Alias, ExprTrait, InsertStatement, Order};
use serde::{Deserialize, Serialize};

use super::seal_file;
use super::sign::{KeyError, SigningKey, VerifyingKey};
use crate::kernel::clock::Clock;
use crate::lifecycle::write::{WriteError, Writer};
use crate::read::session::{ReadError, Runner};
use crate::read::sql::{always, col, select_where};
use crate::storage::Transaction;

/// Where a chain stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Chain.
    pub chain: i64,
    /// Number of its last entry; 0: none.
    pub seq: i64,
    /// Hash of its last entry.
    pub hash: String,
}

/// A statement of where all chains stood, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// When, in milliseconds.
    pub at: i64,
    /// Where each chain stood.
    pub heads: Vec<Head>,
    /// Algorithm of the signature.
    pub algorithm: String,
    /// Name of the key.
    pub key_id: String,
    /// Signature, in hexadecimal, over the statement.
    pub signature: String,
}

impl Seal {
    /// The bytes that are signed: a JSON object of time and heads, its members in the order of their names.
    pub fn statement(at: i64, heads: &[Head]) -> Vec<u8> {
        let heads = heads.iter().map(|Head { chain, seq, hash }| Signed { chain: *chain, hash, seq: *seq }).collect();
        serde_json::to_vec(&Statement { at, heads }).unwrap_or_default()
    }

    /// A new seal.
    pub fn of(at: i64, heads: Vec<Head>, key: &SigningKey) -> Result<Seal, KeyError> {
        let public = key.public();
        let signature = key.sign(&Seal::statement(at, &heads));
        Ok(Seal { at, heads, algorithm: public.algorithm().name().to_owned(), key_id: public.id()?, signature })
    }

    /// Whether the key has signed it.
    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        key.verifies(&Seal::statement(self.at, &self.heads), &self.signature)
    }
}

/// What is signed. The order of the members is that of the bytes, here and in [`Signed`].
#[derive(Serialize)]
struct Statement<'s> {
    at: i64,
    heads: Vec<Signed<'s>>,
}

/// A head as it is signed.
#[derive(Serialize)]
struct Signed<'s> {
    chain: i64,
    hash: &'s str,
    seq: i64,
}

/// Why the heads could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The database.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The database.
    #[error(transparent)]
    Database(#[from] ReadError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file that seals are written to.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
}

/// Seals the heads.
pub struct Sealing {
    /// The writer of the trail.
    pub writer: Arc<Writer>,
    /// The key.
    pub key: SigningKey,
    /// File that each seal is appended to, for a place where the database's administrator cannot write.
    pub file: PathBuf,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl Sealing {
    /// Seals the heads if any chain has grown since the last seal; `None`: none has.
    pub async fn seal(&self) -> Result<Option<Seal>, SealError> {
        let mut ids = self.writer.ids.batch().await?;
        let mut transaction = Transaction::begin(&self.writer.pool).await?;
        let heads = heads(&mut transaction).await?;
        let last = last(&mut transaction).await?;
        let grown = last.is_none_or(|last| last.heads != heads) && heads.iter().any(|head| head.seq > 0);
        if !grown {
            transaction.rollback().await?;
            return Ok(None);
        }
        let seal = Seal::of(self.clock.now_ms(), heads, &self.key)?;
        let mut insert = InsertStatement::new();
        let columns = ["id", "at", "heads", "algorithm", "key_id", "signature"];
        insert.into_table(Alias::new("audit_seal")).columns(columns.map(Alias::new));
        insert.values_panic([
            ids.next().into(),
            seal.at.into(),
            serde_json::json!(seal.heads).to_string().into(),
            seal.algorithm.as_str().into(),
            seal.key_id.as_str().into(),
            seal.signature.as_str().into(),
        ]);
        transaction.insert(&insert).await?;
        transaction.commit().await?;
        self.write_out(&seal)?;
        Ok(Some(seal))
    }

    fn write_out(&self, seal: &Seal) -> Result<(), SealError> {
        seal_file::append(&self.file, seal).map_err(|error| SealError::File(self.file.clone(), error))
    }

    /// Seals at an interval until it is dropped.
    pub async fn run(self, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            match self.seal().await {
                Ok(Some(seal)) => tracing::info!(seal = %serde_json::json!(seal), "the audit trail is sealed"),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "the audit trail cannot be sealed"),
            }
        }
    }
}

/// Where the chains stand, in their order.
pub async fn heads<R: Runner>(run: &mut R) -> Result<Vec<Head>, ReadError> {
    let mut select = select_where("audit_head", always());
    for column in ["chain", "seq", "hash"] {
        select.expr(col("t0", column));
    }
    select.order_by((Alias::new("t0"), Alias::new("chain")), Order::Asc);
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    let head = |row| {
        Ok(Head {
            chain: rows.int(row, 0)?.unwrap_or_default(),
            seq: rows.int(row, 1)?.unwrap_or_default(),
            hash: rows.text(row, 2)?.unwrap_or_default().to_owned(),
        })
    };
    (0..rows.len()).map(head).collect()
}

/// The last seal.
async fn last<R: Runner>(run: &mut R) -> Result<Option<Seal>, ReadError> {
    Ok(seals(run, None, 1).await?.pop().map(|(_, seal)| seal))
}

/// So many seals with their keys, newest first: those after the one of this time and key, or the newest. There is one a
/// minute for as long as the trail grows, so nobody reads them all at once.
pub async fn seals<R: Runner>(
    run: &mut R,
    after: Option<(i64, i64)>,
    most: u64,
) -> Result<Vec<(i64, Seal)>, ReadError> {
    let older = |(at, id): (i64, i64)| {
        // The first part is one for the index of times.
        col("t0", "at").lte(at).and(col("t0", "at").lt(at).or(col("t0", "id").lt(id)))
    };
    let mut select = select_where("audit_seal", after.map_or_else(always, older));
    for column in ["id", "at", "heads", "algorithm", "key_id", "signature"] {
        select.expr(col("t0", column));
    }
    select.order_by((Alias::new("t0"), Alias::new("at")), Order::Desc);
    select.order_by((Alias::new("t0"), Alias::new("id")), Order::Desc).limit(most);
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    let text = |row, column| rows.text(row, column).map(Option::unwrap_or_default).map(str::to_owned);
    let seal = |row| {
        let heads = serde_json::from_str(&text(row, 2)?);
        let seal = Seal {
            at: rows.int(row, 1)?.unwrap_or_default(),
            heads: heads.map_err(|error| ReadError::Value(format!("heads of a seal: {error}")))?,
            algorithm: text(row, 3)?,
            key_id: text(row, 4)?,
            signature: text(row, 5)?,
        };
        Ok((rows.int(row, 0)?.unwrap_or_default(), seal))
    };
    (0..rows.len()).map(seal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::entry::GENESIS;

    /// The first key of RFC 8032, 7.1.
    const KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
";

    /// What is signed must stay what it is: seals are checked for as long as the trail is kept, also by others.
    #[test]
    fn the_bytes_that_are_signed_are_known() {
        let heads = vec![
            Head { chain: 0, seq: 3, hash: format!("sm3:{}", "ab".repeat(32)) },
            Head { chain: 1, seq: 0, hash: GENESIS.to_owned() },
        ];
        let known = format!(
            r#"{{"at":1774972800000,"heads":[{{"chain":0,"hash":"sm3:{}","seq":3}},{{"chain":1,"hash":"{GENESIS}","seq":0}}]}}"#,
            "ab".repeat(32)
        );
        assert_eq!(String::from_utf8(Seal::statement(1_774_972_800_000, &heads)).unwrap(), known);
        let seal = Seal::of(1_774_972_800_000, heads, &SigningKey::read(KEY).unwrap()).unwrap();
        assert_eq!(
            seal.signature,
            "3e90afd076ef0f8ad2adcd674259612098c14a20745bb57f7c3df6ba6ade4eac0a301f150382a6ed0f1a4c22e1ab35aef61558a802061322ae938486ba231901"
        );
    }
}
