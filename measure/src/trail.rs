//! `trail`: how fast a long trail with its seals is written out and checked, with either hash.

use std::time::Instant;

use fengqiao::access::Class;
use fengqiao::read::session::ReadError;
use fengqiao::storage::{DatabaseConfig, Storage, Transaction};
use fengqiao::trail::append::append;
use fengqiao::trail::entry::{CHAINS, Decision, Deed, HashAlgorithm, Who};
use fengqiao::trail::seal::{self, Seal};
use fengqiao::trail::sign::{SignatureAlgorithm, SigningKey};
use sea_orm::sea_query::{Alias, InsertStatement};
use xtask::product::Product;
use xtask::run;
use xtask::scratch::Scratch;

use crate::{number, only};

/// Entries appended in a transaction: the same number of each chain.
const TOGETHER: i64 = 50 * CHAINS;
/// Entries from one seal to the next.
const SEALED: i64 = 10_000;
/// Entries that must be checked in a second.
const BAR: f64 = 200_000.0;
const DAY: i64 = 1_775_000_000_000;

/// A trail that was made.
#[derive(Clone, Copy)]
struct Made {
    entries: i64,
    seals: i64,
}

/// Makes a trail with each hash, writes it out, checks the export with the public key of its seals, and prints.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--entries"])?;
    let entries: i64 = number(arguments, "--entries", 1_000_000)?;
    let mut slow = vec![];
    for (name, algorithm) in [("SM3", HashAlgorithm::Sm3), ("SHA-256", HashAlgorithm::Sha256)] {
        let folder = Scratch::new("trail")?;
        let product = Product::new(folder.path(), "small", None);
        run::output(&mut product.command(&["migrate", "up"]), "`fengqiao migrate up`")?;
        let key = SigningKey::generate(SignatureAlgorithm::Ed25519).map_err(|error| error.to_string())?;
        let made = make(&product, algorithm, entries, &key)?;
        let public = folder.path().join("public.pem");
        let pem = key.public().to_pem().map_err(|error| error.to_string())?;
        std::fs::write(&public, pem).map_err(|error| format!("{}: {error}", public.display()))?;
        let file = folder.path().join("trail.jsonl");
        let timed = |words: &[&str]| {
            let started = Instant::now();
            let told = run::output(product.command(words).arg(&file), &format!("`fengqiao {}`", words.join(" ")))?;
            Ok::<_, String>((started.elapsed().as_secs_f64(), told))
        };
        let (exported, _) = timed(&["audit", "export"])?;
        let (checked, told) = timed(&["audit", "verify", "--key", &public.display().to_string(), "--export"])?;
        let Made { entries, seals } = made;
        let sealed = format!("\n{seals} seals signed by the key");
        if !told.starts_with(&format!("{entries} entries")) || !told.contains(&sealed) {
            return Err(format!("{entries} entries and {seals} seals were written, and checked: {told}"));
        }
        let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
        let rate = |seconds: f64| entries as f64 / seconds;
        println!(
            "{name}: {entries} entries, {} bytes each, {seals} seals; export {exported:.1} s ({:.0} entries/s), \
             verify --export {checked:.2} s ({:.0} entries/s)",
            bytes / entries as u64,
            rate(exported),
            rate(checked)
        );
        if rate(checked) < BAR {
            slow.push(format!("{name} is checked at {:.0} entries/s, below {BAR:.0}", rate(checked)));
        }
    }
    if slow.is_empty() { Ok(()) } else { Err(slow.join("; ")) }
}

/// Appends entries as the product does, in large transactions, and seals the heads now and then; tells what there is.
fn make(product: &Product, algorithm: HashAlgorithm, entries: i64, key: &SigningKey) -> Result<Made, String> {
    let told = |error: &dyn std::fmt::Display| format!("the trail cannot be made: {error}");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| told(&e))?;
    runtime.block_on(async {
        let config = DatabaseConfig::from_url(&product.database()).map_err(|e| told(&e))?;
        let storage = Storage::open(&config).await.map_err(|e| told(&e))?;
        let (mut made, mut id) = (Made { entries: 0, seals: 0 }, 0);
        while made.entries < entries {
            let deeds: Vec<Deed> = (made.entries..made.entries + TOGETHER).map(deed).collect();
            made.entries += TOGETHER;
            // The last entries are sealed as well, however few there are.
            let sealed = made.entries % SEALED == 0 || made.entries >= entries;
            let written: Result<(), ReadError> = async {
                let mut transaction = Transaction::begin(&storage.write_pool()).await?;
                let mut next = || {
                    id += 1;
                    id
                };
                append(&mut transaction, algorithm, &deeds, &mut next).await?;
                if sealed {
                    put_seal(&mut transaction, DAY + made.entries * 10, next(), key).await?;
                }
                transaction.commit().await
            }
            .await;
            written.map_err(|e| told(&e))?;
            made.seals += i64::from(sealed);
        }
        storage.close().await.map_err(|e| told(&e))?;
        Ok(made)
    })
}

/// Seals the heads as they stand in a transaction.
async fn put_seal(transaction: &mut Transaction, at: i64, id: i64, key: &SigningKey) -> Result<(), ReadError> {
    let heads = seal::heads(transaction).await?;
    let seal = Seal::of(at, heads, key).map_err(|error| ReadError::Value(error.to_string()))?;
    let mut insert = InsertStatement::new();
    let columns = ["id", "at", "heads", "algorithm", "key_id", "signature"];
    insert.into_table(Alias::new("audit_seal")).columns(columns.map(Alias::new));
    insert.values_panic([
        id.into(),
        seal.at.into(),
        serde_json::json!(seal.heads).to_string().into(),
        seal.algorithm.into(),
        seal.key_id.into(),
        seal.signature.into(),
    ]);
    transaction.insert(&insert).await.map(drop)
}

/// By turns a report and a look at the parties of a dispute.
fn deed(number: i64) -> Deed {
    let who = Who {
        account_id: Some(10_000 + number % 97 * CHAINS + number % CHAINS),
        posting_id: Some(20_000 + number % 97),
        organisation_id: Some(300 + number % 40),
        role: "TOWN_CENTRE_OPERATOR".to_owned(),
        purpose: "CASE_HANDLING".to_owned(),
    };
    let at = DAY + number * 10;
    let reported = number / CHAINS % 2 == 0;
    let operation = if reported { "Report reportHazard" } else { "DisputeWithParties" };
    let rule = if reported { "Hazard v1 reportHazard" } else { "policy" };
    let mut deed = Deed::new(at, who, operation, Decision::Allow, rule);
    if reported {
        deed.objects.insert(format!("Hazard:{}", 1_048_576 + number));
        deed.object_no = Some(format!("YH-330603-20260401-{:06}", number % 1_000_000));
    } else {
        for party in 0..2 {
            let object = format!("Dispute:{}", 2_097_152 + number + party);
            deed.touch("Party.name", object.clone(), Class::Personal);
            deed.touch("Party.contact", object, Class::Personal);
        }
    }
    deed
}
