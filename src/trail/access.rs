//! 查阅记录. What is kept beside an entry, a record a matter, so that a resident learns who looked: made of the entry, and
//! held against it.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Alias, ExprTrait, JoinType};

use super::entry::Entry;
use super::verify::{Fault, fault, other};
use crate::read::session::{ReadError, Runner};
use crate::read::sql::{col, select_where, some_row};

/// Fields of an entry, and of which objects.
type Fields = BTreeMap<String, BTreeSet<String>>;

/// The matters of the fields that were touched: view and key.
pub(super) fn matters(fields: &Fields) -> BTreeSet<(&str, i64)> {
    fields.values().flatten().filter_map(|object| matter(object)).collect()
}

fn matter(object: &str) -> Option<(&str, i64)> {
    let (view, id) = object.split_once(':')?;
    Some((view, id.parse().ok()?))
}

/// The dispute that a matter is; `None`: it is another.
pub(super) fn dispute(view: &str, id: i64) -> Option<i64> {
    (view == "Dispute").then_some(id)
}

/// Columns of a record that its entry tells.
const COLUMNS: [&str; 7] = ["at", "account_id", "organisation_id", "purpose", "view", "matter_id", "dispute_id"];

/// A record, as text: SQLite keeps a text where a number belongs, and `3x` is read as 3.
type Record = [Option<String>; 7];

/// Records that entries of a chain must have beside them.
pub(super) struct Made {
    chain: i64,
    /// By number of the entry; each in order.
    records: Vec<(i64, Vec<Record>)>,
}

impl Made {
    /// Those of entries that follow one another; `None`: there is no entry.
    pub(super) fn of(entries: &[Entry<'_>]) -> Option<Made> {
        let records = entries.iter().map(|entry| (entry.seq, made(entry))).collect();
        Some(Made { chain: entries.first()?.chain, records })
    }

    /// The first entry beside which there are other records than it makes.
    pub(super) async fn first_unlike<R: Runner>(&self, run: &mut R) -> Result<Option<Fault>, ReadError> {
        let mut found = self.found(run).await?;
        let unlike = self.records.iter().find(|(seq, made)| {
            let mut beside = found.remove(seq).unwrap_or_default();
            beside.sort_unstable();
            beside != *made
        });
        Ok(unlike
            .map(|(seq, _)| fault(self.chain, *seq, "the records of access beside it are not those that it makes")))
    }

    /// The records that are there, by number of the entry.
    async fn found<R: Runner>(&self, run: &mut R) -> Result<BTreeMap<i64, Vec<Record>>, ReadError> {
        let (Some((first, _)), Some((last, _))) = (self.records.first(), self.records.last()) else {
            return Ok(BTreeMap::new());
        };
        let seq = || col("t0", "seq");
        let entries = col("t0", "chain").eq(self.chain).and(seq().gte(*first)).and(seq().lte(*last));
        let mut select = select_where("audit_entry", entries);
        let of = col("a", "entry_id").equals((Alias::new("t0"), Alias::new("id")));
        select.join_as(JoinType::InnerJoin, Alias::new("audit_access"), Alias::new("a"), of).expr(seq());
        for column in COLUMNS {
            select.expr(col("a", column).cast_as("text"));
        }
        let statement = run.dialect().render(&select);
        let rows = run.rows(statement).await?;
        let mut found: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
        for row in 0..rows.len() {
            let mut record = Record::default();
            for (at, value) in record.iter_mut().enumerate() {
                *value = rows.text(row, at + 1)?.map(str::to_owned);
            }
            found.entry(rows.int(row, 0)?.unwrap_or_default()).or_default().push(record);
        }
        Ok(found)
    }
}

/// The records that an entry makes, in order. What is no JSON was not written by us: its hash tells.
fn made(entry: &Entry<'_>) -> Vec<Record> {
    // Most entries touch nothing personal.
    if entry.fields == "{}" {
        return vec![];
    }
    let fields: Fields = serde_json::from_str(&entry.fields).unwrap_or_default();
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let record = |(view, id): (&str, i64)| {
        let who = [number(Some(entry.at)), number(entry.account), number(entry.organisation)];
        let [at, account, organisation] = who;
        let (purpose, view_of) = (Some(entry.purpose.clone().into_owned()), Some(view.to_owned()));
        [at, account, organisation, purpose, view_of, number(Some(id)), number(dispute(view, id))]
    };
    let mut records: Vec<Record> = matters(&fields).into_iter().map(record).collect();
    records.sort_unstable();
    records
}

/// That every record is of an entry which is there: one of no entry is beside none.
pub(super) async fn of_entries<R: Runner>(run: &mut R) -> Result<Option<Fault>, ReadError> {
    let named = some_row("audit_entry", "e", col("e", "id").equals((Alias::new("t0"), Alias::new("entry_id"))));
    let mut select = select_where("audit_access", named.not());
    select.expr(col("t0", "id")).limit(1);
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let id = rows.int(0, 0)?.unwrap_or_default();
    Ok(Some(other(format!("the record of access with key {id} is of no entry"))))
}
