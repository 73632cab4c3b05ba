//! What several commands need: the database, the sealer, the issuers, the demo secret.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::{HeaderValue, Uri};
use secrecy::{ExposeSecret, SecretSlice};

use super::Failure;
use crate::config::{self, Settings};
use crate::files::store::Store;
use crate::graphql::trusted::{Application, Manifest};
use crate::identity::{DemoIssuer, Issuer};
use crate::kernel::clock::SystemClock;
use crate::kernel::seal::{Algorithm, Sealer};
use crate::kernel::{private, random};
use crate::storage::DatabaseConfig;
use crate::trail::sign::{SigningKey, VerifyingKey};

const DATABASE_FILE: &str = "fengqiao.db";
const SECRET_FILE: &str = "demo-secret";
const AUDIT_KEY_FILE: &str = "audit-key.pem";
const SEALS_FILE: &str = "audit-seals.jsonl";
const FILES_FOLDER: &str = "files";
const SECRET_BYTES: usize = 32;

pub(super) fn database(settings: &Settings) -> Result<DatabaseConfig, Failure> {
    let config = match &settings.database.url {
        Some(url) => {
            DatabaseConfig::from_url(url.expose_secret()).map_err(|error| Failure::Configuration(error.to_string()))?
        }
        None => DatabaseConfig::sqlite(settings.data_dir.join(DATABASE_FILE)),
    };
    let config = match settings.database.readers {
        Some(readers) => config.with_readers(readers),
        None => config,
    };
    Ok(match settings.database.statement_timeout_ms {
        Some(ms) => config.with_statement_timeout(ms),
        None => config,
    })
}

/// The applications with documents of their own.
pub(super) fn applications(settings: &Settings) -> Result<Vec<Application>, Failure> {
    let read = |application: &config::Application| {
        let manifest = Manifest::read(&application.documents);
        let manifest = manifest.map_err(|error| Failure::Configuration(format!("[[application]] {error}")))?;
        Ok(Application { client: application.client.clone(), manifest, only: application.only })
    };
    settings.application.iter().map(read).collect()
}

/// The origins whose pages may ask: scheme, host and perhaps a port, nothing more.
pub(super) fn origins(settings: &Settings) -> Result<Vec<HeaderValue>, Failure> {
    let read = |origin: &String| {
        let wrong =
            || Failure::Configuration(format!("[http] origins: {origin} is no origin, such as https://desk.example"));
        let uri: Uri = origin.parse().map_err(|_| wrong())?;
        let bare = matches!(uri.scheme_str(), Some("http" | "https")) && uri.path() == "/" && !origin.ends_with('/');
        if !bare || uri.query().is_some() {
            return Err(wrong());
        }
        HeaderValue::from_str(origin).map_err(|_| wrong())
    };
    settings.http.origins.iter().map(read).collect()
}

/// The configured sealer. Without one, the demo key: only where the demo issuer is the issuer.
pub(super) fn sealer(settings: &Settings) -> Result<Sealer, Failure> {
    let Some(seal) = &settings.seal else {
        return if settings.issuer.is_empty() {
            Ok(Sealer::demo())
        } else {
            Err(Failure::Configuration(
                "[seal] is missing: with an [[issuer]], personal keys need a key of your own".into(),
            ))
        };
    };
    let key = match (&seal.key, &seal.key_file) {
        (Some(key), None) => hex(key.expose_secret()),
        (None, Some(file)) => read_key(file)?,
        _ => return Err(Failure::Configuration("[seal] needs either key (from the environment) or key_file".into())),
    };
    let current = build_sealer(&seal.key_id, seal.algorithm, key)?;
    let old = seal.old.iter().map(|old| build_sealer(&old.key_id, old.algorithm, read_key(&old.key_file)?));
    Ok(current.with_old_keys(old.collect::<Result<Vec<_>, _>>()?))
}

fn build_sealer(key_id: &str, algorithm: Algorithm, key: Option<SecretSlice<u8>>) -> Result<Sealer, Failure> {
    let malformed = || Failure::Configuration(format!("sealing key {key_id}: it must be 64 hexadecimal digits"));
    let key = key.ok_or_else(malformed)?;
    Sealer::new(key_id, algorithm, key.expose_secret())
        .map_err(|error| Failure::Configuration(format!("sealing key {key_id}: {error}")))
}

fn read_key(file: &Path) -> Result<Option<SecretSlice<u8>>, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::Configuration(format!("{} cannot be read: {error}", file.display())))?;
    Ok(hex(text.trim()))
}

/// The issuers whose tokens are accepted: the configured ones, or the demo issuer if there is none.
pub(super) fn issuers(settings: &Settings) -> Result<Vec<Issuer>, Failure> {
    if settings.issuer.is_empty() {
        return Ok(vec![demo_issuer(settings)?.issuer()]);
    }
    let read = |issuer: &crate::config::TokenIssuer| {
        let Some(file) = &issuer.key_set else {
            return Issuer::with_discovery(&issuer.name, &issuer.audience, Arc::new(SystemClock))
                .map_err(|error| Failure::Configuration(error.to_string()));
        };
        let path = file.display();
        let keys = fs::read(file).map_err(|error| Failure::Configuration(format!("{path} cannot be read: {error}")))?;
        Issuer::with_key_set(&issuer.name, &issuer.audience, &keys)
            .map_err(|error| Failure::Configuration(format!("{path}: {error}")))
    };
    settings.issuer.iter().map(read).collect()
}

/// Refused where another issuer is configured.
pub(super) fn demo_is_on(settings: &Settings) -> Result<(), Failure> {
    if settings.issuer.is_empty() {
        return Ok(());
    }
    let sentence = "an [[issuer]] is configured, so the demo issuer is off: get the token from that issuer";
    Err(Failure::Refused(sentence.into()))
}

/// The demo issuer of this data directory. Its secret is made on first use.
pub(super) fn demo_issuer(settings: &Settings) -> Result<DemoIssuer, Failure> {
    demo_is_on(settings)?;
    let path = settings.data_dir.join(SECRET_FILE);
    let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    private::create_folder(&settings.data_dir).map_err(failed)?;
    let secret = demo_secret(&path).map_err(failed)?;
    let malformed = || Failure::Configuration(format!("{} must hold 64 hexadecimal digits", path.display()));
    let secret = hex(secret.trim()).ok_or_else(malformed)?;
    DemoIssuer::new(secret).map_err(|error| Failure::Configuration(format!("{}: {error}", path.display())))
}

/// Where the public key of the seals is.
pub(super) fn audit_public_key(settings: &Settings) -> PathBuf {
    audit_key(settings).with_extension("pub.pem")
}

fn audit_key(settings: &Settings) -> PathBuf {
    settings.audit.key_file.clone().unwrap_or_else(|| settings.data_dir.join(AUDIT_KEY_FILE))
}

/// The file that seals are appended to.
pub(super) fn seals_file(settings: &Settings) -> PathBuf {
    settings.audit.seals_file.clone().unwrap_or_else(|| settings.data_dir.join(SEALS_FILE))
}

/// The key that signs the heads of the audit trail. One in the data directory is made on first use; beside the public half
/// of another one no key is used or made, or seals would be checked with the wrong one.
pub(super) fn signing_key(settings: &Settings) -> Result<SigningKey, Failure> {
    let (path, public) = (audit_key(settings), audit_public_key(settings));
    let wrong = |error: &dyn std::fmt::Display| Failure::Configuration(format!("{}: {error}", path.display()));
    if !path.exists() && settings.audit.key_file.is_none() {
        if public.exists() {
            return Err(Failure::Configuration(format!(
                "{} is not there, and {} is the public half of it: put the key back from a backup; to begin a new one, put \
                 the public half aside and keep it for `audit verify`",
                path.display(),
                public.display()
            )));
        }
        private::create_folder(&settings.data_dir).map_err(|error| wrong(&error))?;
        let key = SigningKey::generate(settings.audit.signature).map_err(|error| wrong(&error))?;
        let pem = key.to_pem().map_err(|error| wrong(&error))?;
        private::write_whole(&path, &mut private::writing(), pem.as_bytes()).map_err(|error| wrong(&error))?;
    }
    let pem = fs::read_to_string(&path).map_err(|error| wrong(&error))?;
    let key = SigningKey::read(&pem).map_err(|error| wrong(&error))?;
    let pem = key.public().to_pem().map_err(|error| wrong(&error))?;
    match fs::read_to_string(&public) {
        Ok(beside) if VerifyingKey::read(&beside).and_then(|key| key.to_pem()).is_ok_and(|beside| beside == pem) => {}
        Ok(_) => {
            return Err(Failure::Configuration(format!(
                "{} is not the public half of {}: put the right key back; if the key was changed, put the old public half \
                 aside and keep it for `audit verify`",
                public.display(),
                path.display()
            )));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut options = fs::OpenOptions::new();
            private::write_whole(&public, options.write(true), pem.as_bytes()).map_err(|error| wrong(&error))?;
        }
        Err(error) => return Err(Failure::Configuration(format!("{}: {error}", public.display()))),
    }
    Ok(key)
}

/// Where content of evidence is kept.
pub(super) fn store(settings: &Settings) -> Result<Store, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::Configuration(format!("[files]: {error}"));
    match &settings.files.bucket {
        Some(_) if settings.files.folder.is_some() => Err(wrong(&"name a folder or a bucket, not both")),
        Some(bucket) => Store::bucket(bucket).map_err(|error| wrong(&error)),
        None => {
            let folder = settings.files.folder.clone().unwrap_or_else(|| settings.data_dir.join(FILES_FOLDER));
            Store::folder(&folder).map_err(|error| wrong(&error))
        }
    }
}

fn demo_secret(path: &Path) -> std::io::Result<String> {
    match private::writing().create_new(true).open(path) {
        Ok(mut file) => {
            let bytes = random::bytes::<SECRET_BYTES>().map_err(std::io::Error::other)?;
            let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            file.write_all(text.as_bytes())?;
            Ok(text)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let mut text = String::new();
            fs::File::open(path)?.read_to_string(&mut text)?;
            Ok(text)
        }
        Err(error) => Err(error),
    }
}

/// The bytes of an even number of hexadecimal digits. `None`: something else.
fn hex(text: &str) -> Option<SecretSlice<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let byte = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    bytes.map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;

    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    fn settings(folder: &Path, text: &str) -> Settings {
        let path = folder.join("fengqiao.toml");
        fs::write(&path, text.replace("DIR", &folder.display().to_string())).unwrap();
        load(Some(&path), std::iter::empty()).unwrap()
    }

    #[test]
    fn the_demo_secret_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), "data_dir = 'DIR/data'");
        let issue = || demo_issuer(&settings).unwrap().issue("s", 1, None, 0, 60).unwrap();
        issue();
        let secret = folder.path().join("data/demo-secret");
        let text = fs::read_to_string(&secret).unwrap();
        assert_eq!(text.len(), 64);
        issue();
        assert_eq!(fs::read_to_string(&secret).unwrap(), text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&secret), mode(&folder.path().join("data"))), (0o600, 0o700));
        }
        for bad in ["00", "zz", &KEY[2..], ""] {
            fs::write(&secret, bad).unwrap();
            assert!(matches!(demo_issuer(&settings), Err(Failure::Configuration(_))), "{bad}");
        }
    }

    #[test]
    fn the_key_of_the_seals_is_made_once_and_goes_with_its_public_half() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), "data_dir = 'DIR/data'");
        let (key, public) = (audit_key(&settings), audit_public_key(&settings));
        let id = || signing_key(&settings).map(|key| key.public().id().unwrap());
        let first = id().unwrap();
        assert_eq!(id().unwrap(), first);
        let names = fs::read_dir(folder.path().join("data")).unwrap();
        let names: std::collections::BTreeSet<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["audit-key.pem", "audit-key.pub.pem"].map(Into::into).into());
        let refused = |told: &str| {
            let refused = id().unwrap_err();
            assert!(refused.exit_code() == 3 && refused.to_string().contains(told), "{refused}");
        };
        // The key is lost: no other takes its place unsaid.
        let (key_pem, public_pem) = (fs::read(&key).unwrap(), fs::read(&public).unwrap());
        fs::remove_file(&key).unwrap();
        refused("put the key back from a backup");
        assert!(!key.exists());
        // Or it was replaced, or the public half was damaged.
        let other = SigningKey::generate(settings.audit.signature).unwrap();
        fs::write(&key, other.to_pem().unwrap()).unwrap();
        refused("is not the public half of");
        assert_eq!(fs::read(&public).unwrap(), public_pem);
        fs::write(&key, key_pem).unwrap();
        fs::write(&public, &public_pem[..30]).unwrap();
        refused("is not the public half of");
        // Put aside, it is written again.
        fs::remove_file(&public).unwrap();
        assert_eq!((id().unwrap(), fs::read(&public).unwrap()), (first, public_pem));
    }

    #[test]
    fn the_demo_key_goes_with_the_demo_issuer_only() {
        let folder = tempfile::tempdir().unwrap();
        assert!(sealer(&settings(folder.path(), "")).unwrap().is_demo());
        let production = "[[issuer]]\nname = 'https://id.example'\naudience = 'a'\nkey_set = 'DIR/keys.json'\n";
        let refused = sealer(&settings(folder.path(), production)).unwrap_err();
        assert_eq!((refused.exit_code(), refused.to_string().contains("[seal] is missing")), (3, true));
        let refused = demo_issuer(&settings(folder.path(), production)).err().unwrap();
        assert_eq!(refused.exit_code(), 5);
        fs::write(folder.path().join("keys.json"), include_bytes!("../identity/test_keys/key_set.json")).unwrap();
        let all = issuers(&settings(folder.path(), production)).unwrap();
        assert!(all.len() == 1 && !all[0].is_demo() && all[0].name() == "https://id.example");
    }

    #[test]
    fn keys_come_from_file_or_environment() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("k1"), format!("{KEY}\n")).unwrap();
        fs::write(folder.path().join("k0"), "11".repeat(32)).unwrap();
        let by_file = "[seal]\nkey_id = 'k1'\nkey_file = 'DIR/k1'\n[[seal.old]]\nkey_id = 'k0'\nkey_file = 'DIR/k0'\n";
        let sealed = sealer(&settings(folder.path(), by_file)).unwrap();
        let old = Sealer::new("k0", Algorithm::Sm4Gcm, &[0x11; 32]).unwrap().seal("x");
        assert_eq!(sealed.open(&old).unwrap(), "x");
        let by_value = format!("[seal]\nkey_id = 'k1'\nkey = '{KEY}'\n");
        assert_eq!(sealer(&settings(folder.path(), &by_value)).unwrap().seal("x"), sealed.seal("x"));
        for bad in [
            "[seal]\nkey_id = 'k1'\n".to_owned(),
            format!("{by_value}key_file = 'DIR/k1'\n"),
            "[seal]\nkey_id = 'k1'\nkey = '0011'\n".to_owned(),
            "[seal]\nkey_id = 'k1'\nkey_file = 'DIR/none'\n".to_owned(),
            by_value.replace("'k1'", "'k 1'"),
        ] {
            let refused = sealer(&settings(folder.path(), &bad)).unwrap_err();
            assert_eq!(refused.exit_code(), 3, "{bad}");
            assert!(!refused.to_string().contains(&KEY[..8]), "{refused}");
        }
    }

    #[test]
    fn the_database_is_the_configured_one_or_a_file_of_the_data_directory() {
        let folder = tempfile::tempdir().unwrap();
        let config = database(&settings(folder.path(), "data_dir = 'd'\n[database]\nreaders = 2")).unwrap();
        assert!(matches!(config, DatabaseConfig::Sqlite { path, readers: 2, .. } if path == *"d/fengqiao.db"));
        let refused = database(&settings(folder.path(), "[database]\nurl = 'mysql://h/d'")).unwrap_err();
        assert_eq!(refused.exit_code(), 3);
    }
}
