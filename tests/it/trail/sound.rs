//! A trail that nobody touched is sound: in the database and as an export, by every hash and key, and at the terminal.

use std::slice::from_ref;

use std::path::Path;
use std::process::Command;

use fengqiao::graphql::engine::Options;
use fengqiao::read::session::Session;
use fengqiao::trail::entry::{CHAINS, HashAlgorithm};
use fengqiao::trail::seal::seals;
use fengqiao::trail::sign::{SignatureAlgorithm, VerifyingKey};

use super::ledger::{entries, exported, key, report, seal, seals_file, verify, verify_stored, work};
use crate::evidence::desk::member;
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::{Backend, Fixture, on_both};
use crate::support::city::OwnCity;

on_both!(
    by_sm3_and_ed25519,
    by_sha256_and_sm2,
    a_key_may_be_changed,
    nothing_new_is_not_sealed_again,
    seals_are_read_page_by_page,
    the_terminal_checks_an_export,
    the_terminal_checks_a_database,
);

/// The product with SHA-256 for the hash of its trail.
struct WithSha256(TestApp);

impl Fixture for WithSha256 {
    async fn open(backend: Backend) -> Self {
        let options = Options::writing().unmetered().with_hash(HashAlgorithm::Sha256);
        Self(TestApp::over(OwnCity::open(backend).await.0, options).await)
    }

    async fn close(self) {
        OwnTestApp(self.0).close().await;
    }
}

async fn by_sm3_and_ed25519(own: &OwnTestApp) {
    is_sound(&own.0, "sm3:", SignatureAlgorithm::Ed25519).await;
}

async fn by_sha256_and_sm2(own: &WithSha256) {
    is_sound(&own.0, "sha256:", SignatureAlgorithm::Sm2).await;
}

async fn is_sound(app: &TestApp, hash: &str, algorithm: SignatureAlgorithm) {
    let key_pem = key(algorithm).to_pem().unwrap();
    let key = || fengqiao::trail::sign::SigningKey::read(&key_pem).unwrap();
    let public = VerifyingKey::read(&key().public().to_pem().unwrap()).unwrap();
    work(app).await;
    let first = seal(app, key()).await.unwrap();
    assert_eq!((first.algorithm.as_str(), &first.key_id), (algorithm.name(), &public.id().unwrap()));
    work(app).await;
    app.clock.advance(1_000);
    seal(app, key()).await.unwrap();
    work(app).await;

    let all = entries(app).await;
    let chains: std::collections::BTreeSet<i64> = all.iter().map(|entry| entry.chain).collect();
    assert!(chains.len() >= 3 && all.len() > 80, "{} entries in {} chains are too few", all.len(), chains.len());
    for found in [verify_stored(app, from_ref(&public)).await, verify(&exported(app).await, vec![], from_ref(&public))]
    {
        let found = found.unwrap();
        assert_eq!((found.entries, found.chains, found.seals), (all.len() as u64, chains.len(), 2));
        assert_eq!(found.sealed_at, Some(fengqiao::kernel::clock::Clock::now_ms(&*app.clock)));
        assert_eq!(found.unsealed, found.entries / 3, "the last of three rounds is not sealed yet");
    }
    let lines = exported(app).await;
    let hashed = lines.iter().filter(|line| line.contains(&format!("\"hash\":\"{hash}"))).count();
    assert_eq!(hashed - 2, all.len(), "every entry and both seals name the algorithm");

    // By another key it is not ours.
    let other = super::ledger::key(algorithm).public();
    let fault = verify(&lines, vec![], from_ref(&other)).unwrap_err();
    assert!(fault.problem.contains("not signed by this key"), "{fault}");
    // The seals that were written out are those of the database.
    let text = std::fs::read_to_string(seals_file(app)).unwrap();
    let mut written: Vec<&str> = text.lines().collect();
    written.reverse();
    assert_eq!(written, lines[1..3]);
}

/// A trail outlives its keys: what was sealed with an earlier one is checked with that one.
async fn a_key_may_be_changed(own: &OwnTestApp) {
    let app = &own.0;
    let keys = [SignatureAlgorithm::Ed25519, SignatureAlgorithm::Sm2].map(key);
    let public = keys.each_ref().map(|key| key.public());
    for key in keys {
        work(app).await;
        app.clock.advance(1_000);
        seal(app, key).await.expect("something is new");
    }
    let lines = exported(app).await;
    for one in &public {
        let fault = verify(&lines, vec![], from_ref(one)).unwrap_err();
        assert!(fault.problem.contains("not signed by this key"), "{fault}");
    }
    assert_eq!(verify(&lines, vec![], &public).unwrap().seals, 2);
    let others = [key(SignatureAlgorithm::Ed25519).public(), key(SignatureAlgorithm::Sm2).public()];
    let fault = verify(&lines, vec![], &others).unwrap_err();
    assert!(fault.problem.contains("not signed by any of these keys"), "{fault}");
}

async fn nothing_new_is_not_sealed_again(own: &OwnTestApp) {
    let app = &own.0;
    let ed25519 = || key(SignatureAlgorithm::Ed25519);
    assert_eq!(seal(app, ed25519()).await, None, "an empty trail has nothing to seal");
    work(app).await;
    let sealed = seal(app, ed25519()).await.unwrap();
    assert_eq!(sealed.heads.len() as i64, CHAINS, "every chain is named, also one without an entry");
    assert_eq!(seal(app, ed25519()).await, None);
}

/// Several of the same instant, so that a page ends between them.
async fn seals_are_read_page_by_page(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let mut made = vec![];
    for later in [0, 0, 0, 1_000, 0] {
        report(&member).await;
        app.clock.advance(later);
        made.push(seal(app, key(SignatureAlgorithm::Ed25519)).await.expect("something is new"));
    }
    made.reverse();
    let mut session = Session::open(&app.database.storage.read).await.unwrap();
    for most in 1..=6 {
        let (mut read, mut after) = (vec![], None);
        loop {
            let page = seals(&mut session, after, most).await.unwrap();
            assert!(page.len() as u64 <= most);
            let Some((id, last)) = page.last() else { break };
            after = Some((last.at, *id));
            read.extend(page.into_iter().map(|(_, seal)| seal));
        }
        assert_eq!(read, made, "pages of {most}");
    }
}

/// Runs the program in a folder with nothing else of an installation: exit code and what it says.
fn terminal(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    configured(folder, &[], arguments)
}

/// The same with settings.
fn configured(folder: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fengqiao"));
    command.current_dir(folder).env_clear().envs(settings.iter().copied());
    command.args(["audit", "verify"]).args(arguments);
    let output = command.output().expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).expect("text"))
}

async fn the_terminal_checks_an_export(own: &OwnTestApp) {
    let app = &own.0;
    work(app).await;
    let key = key(SignatureAlgorithm::Ed25519);
    let public = key.public().to_pem().unwrap();
    seal(app, key).await.unwrap();
    // Another machine: nothing is there but the export and the public key.
    let folder = tempfile::tempdir().unwrap();
    // Looking for a database makes none.
    let (code, said) = terminal(folder.path(), &[]);
    assert!(code == Some(4) && said.contains("there is no database"), "{code:?}: {said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let lines = exported(app).await;
    write("trail.jsonl", &format!("{}\n", lines.join("\n")));
    write("key.pem", &public);
    let sound = ["--export", "trail.jsonl", "--key", "key.pem"];
    let (code, said) = terminal(folder.path(), &sound);
    assert_eq!(code, Some(0), "{said}");
    let entries = entries(app).await.len();
    assert!(said.contains(&format!("{entries} entries")) && said.contains("1 seal signed by the key"), "{said}");

    let at = lines.len() / 2;
    let entry: serde_json::Value = serde_json::from_str(&lines[at]).unwrap();
    let mut changed = lines.clone();
    changed[at] = changed[at].replacen("ALLOW", "DENY", 1).replacen("\"role\":\"", "\"role\":\"X", 1);
    write("changed.jsonl", &format!("{}\n", changed.join("\n")));
    let (code, said) = terminal(folder.path(), &["--export", "changed.jsonl", "--key", "key.pem"]);
    assert_eq!(code, Some(1), "{said}");
    let named = format!("chain {}, entry {} (line {}): ", entry["chain"], entry["seq"], at + 1);
    assert!(said.contains(&named), "{said}");
    // A cut tail shows by the seals that were kept elsewhere, also when those of the export were cut as well.
    let cut: Vec<&String> = lines.iter().filter(|line| !line.starts_with("{\"seal\"")).collect();
    let cut: String = cut[..cut.len() - 1].iter().map(|line| format!("{line}\n")).collect();
    write("cut.jsonl", &cut);
    std::fs::copy(seals_file(app), folder.path().join("seals.jsonl")).unwrap();
    let arguments = ["--export", "cut.jsonl", "--key", "key.pem"];
    let (code, said) = terminal(folder.path(), &arguments);
    assert!(code == Some(1) && said.contains("no seal"), "what nobody has signed proves nothing: {said}");
    let (code, said) = terminal(folder.path(), &[&arguments[..], &["--seals", "seals.jsonl"]].concat());
    assert!(code == Some(1) && said.contains("it is missing"), "{said}");
    write("seals.jsonl", "{\"seal\":1}\n");
    let (code, said) = terminal(folder.path(), &[&arguments[..], &["--seals", "seals.jsonl"]].concat());
    assert!(code == Some(1) && said.contains("seals.jsonl: line 1: a seal is not readable"), "{said}");
    for (name, text) in [("no.jsonl", "{}\n"), ("none.jsonl", "")] {
        write(name, text);
        assert_eq!(terminal(folder.path(), &["--export", name]).0, Some(1), "{name}");
    }
}

async fn the_terminal_checks_a_database(own: &OwnTestApp) {
    let app = &own.0;
    work(app).await;
    let key = key(SignatureAlgorithm::Ed25519);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.pem"), key.public().to_pem().unwrap()).unwrap();
    let url = app.database.url().await;
    let checked = ["--database-url", url.as_str(), "--key", "key.pem"];
    // Nothing is sealed yet. A hundred years between two seals: the first one is not due, whatever this machine's clock says.
    let seldom = [("FENGQIAO_AUDIT__SEAL_SECONDS", "3153600000")];
    let (code, said) = configured(folder.path(), &seldom, &checked);
    assert!(code == Some(0) && said.contains("no seal yet") && said.contains("is not due before"), "{code:?}: {said}");
    seal(app, key).await.unwrap();
    let (code, said) = terminal(folder.path(), &checked);
    assert!(code == Some(0) && said.contains("1 seal signed by the key"), "{code:?}: {said}");
    // The file of seals that is configured: it must be there, and what was cut short in it is told.
    let file = folder.path().join("kept.jsonl");
    let settings = [("FENGQIAO_AUDIT__SEALS_FILE", file.to_str().unwrap())];
    let (code, said) = configured(folder.path(), &settings, &checked);
    assert!(code == Some(1) && said.contains("kept.jsonl: the file of seals that"), "{code:?}: {said}");
    let mut seals = std::fs::read(seals_file(app)).unwrap();
    seals.extend(b"{\"seal\":{\"at\":17");
    std::fs::write(&file, seals).unwrap();
    let (code, said) = configured(folder.path(), &settings, &checked);
    assert!(code == Some(0) && said.contains("kept.jsonl: line 2: a seal is not readable"), "{code:?}: {said}");
}
