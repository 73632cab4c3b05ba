//! Configuration: a TOML file, then `FENGQIAO_*` variables, then flags. An unknown key is an error, never ignored.
//!
//! A variable names a key with two underscores for a level: `FENGQIAO_HTTP__LISTEN` is `listen` of `[http]`.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use secrecy::SecretString;
use serde::Deserialize;

use crate::graphql::limits::Limits;
use crate::kernel::seal::Algorithm;
use crate::trail::entry::HashAlgorithm;
use crate::trail::sign::SignatureAlgorithm;

const PREFIX: &str = "FENGQIAO";
/// Variables of the project's test command, which are not configuration.
const NOT_OURS: [&str; 11] = [
    "FENGQIAO_DIFFERENCES",
    "FENGQIAO_EVERY_VIEWER",
    "FENGQIAO_PAIR",
    "FENGQIAO_PAIRS",
    "FENGQIAO_PG_BIN",
    "FENGQIAO_RACE_SECONDS",
    "FENGQIAO_SEED",
    "FENGQIAO_SQLITE_ONLY",
    "FENGQIAO_STEPS",
    "FENGQIAO_TEST_PG",
    "FENGQIAO_UPDATE",
];

/// Everything that can be configured, with its defaults.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the SQLite file and the demo secret are.
    pub data_dir: PathBuf,
    /// Which database.
    pub database: Database,
    /// The HTTP edge.
    pub http: Http,
    /// Issuers of tokens. None: the demo issuer.
    pub issuer: Vec<TokenIssuer>,
    /// Applications with documents of their own.
    pub application: Vec<Application>,
    /// Systems that ask by themselves.
    pub services: Services,
    /// Sealing of personal keys. Not set: the published demo key, which goes with the demo issuer only.
    pub seal: Option<Seal>,
    /// The audit trail.
    pub audit: Audit,
    /// Content of evidence.
    pub files: Files,
    /// Bounds on what is asked for.
    pub limits: Limits,
    /// Figures for Prometheus.
    pub metrics: MetricsAt,
    /// The log.
    pub log: Log,
    /// Traces.
    pub traces: TracesTo,
}

/// Where traces go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TracesTo {
    /// Address of a collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. Not set: there are none.
    pub collector: Option<String>,
    /// Share of the requests that are traced, 0 to 1; of those whose caller traces them, all are.
    pub share: f64,
}

impl Default for TracesTo {
    fn default() -> Self {
        Self { collector: None, share: 0.01 }
    }
}

/// Figures for Prometheus.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsAt {
    /// Address and port where `/metrics` is. Not set: nowhere.
    pub listen: Option<SocketAddr>,
}

/// Content of evidence.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// Folder where it is kept. Not set: `files` in the data directory.
    pub folder: Option<PathBuf>,
    /// A bucket instead of the folder.
    pub bucket: Option<Bucket>,
}

/// A bucket of a service that speaks S3.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Address of the service.
    pub endpoint: String,
    /// Name.
    pub name: String,
    /// Region, as the service wants it.
    pub region: String,
    /// Key of the access.
    pub access_key: String,
    /// Its secret. Meant for the environment: `FENGQIAO_FILES__BUCKET__SECRET_KEY`.
    pub secret_key: SecretString,
}

/// The audit trail.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// Hash of the chains: `sm3` or `sha256`.
    pub hash: HashAlgorithm,
    /// How a key is made where there is none: `ed25519` or `sm2`.
    pub signature: SignatureAlgorithm,
    /// Private key that signs where the chains stand, PEM. Not set: `audit-key.pem` in the data directory, made if it is
    /// not there; the public key stands beside it.
    pub key_file: Option<PathBuf>,
    /// File that each seal is appended to. Not set: `audit-seals.jsonl` in the data directory.
    pub seals_file: Option<PathBuf>,
    /// Seconds between two seals.
    pub seal_seconds: u64,
}

/// The database.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `postgres://...` or `sqlite:PATH`. Not set: `fengqiao.db` in the data directory.
    pub url: Option<SecretString>,
    /// Connections that read. Not set: 16 on PostgreSQL, 4 on SQLite.
    pub readers: Option<u32>,
    /// Longest read in milliseconds; 0 is no limit. Not set: 4,000.
    pub statement_timeout_ms: Option<u32>,
}

/// The HTTP edge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Whether GraphiQL is served at `/`.
    pub console: bool,
    /// Longest body in bytes.
    pub body_bytes: usize,
    /// Seconds for the head of a request to arrive, and for a connection to say nothing.
    pub head_seconds: u64,
    /// Seconds for a client to take what is sent.
    pub write_seconds: u64,
    /// Most connections at once.
    pub connections: usize,
    /// Origins whose pages may ask, such as `https://desk.example`. None: pages of this server alone.
    pub origins: Vec<String>,
    /// TLS of the server itself. Not set: a proxy has it.
    pub tls: Option<Tls>,
    /// Seconds for a body to arrive.
    pub body_seconds: u64,
    /// Seconds for an answer.
    pub answer_seconds: u64,
    /// Seconds until a new socket has said who it is.
    pub init_seconds: u64,
    /// Most sockets and HTTP streams of one subject.
    pub sockets: usize,
    /// Most operations that run on one socket.
    pub streams: usize,
    /// Seconds that begun requests are given when the server stops.
    pub stop_seconds: u64,
}

/// TLS of the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Chain of certificates, PEM, the server's own first.
    pub certificate: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// An issuer of tokens in production.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenIssuer {
    /// `iss` of its tokens.
    pub name: String,
    /// `aud` of its tokens.
    pub audience: String,
    /// File with its public keys (RFC 7517). Not set: the issuer publishes them (OpenID Connect Discovery).
    pub key_set: Option<PathBuf>,
}

/// Systems that ask by themselves.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Services {
    /// Address of this server, as those who sign name it: `https://city.example`. Not set: no tokens are given here.
    pub issuer: Option<String>,
    /// Header in which a proxy tells the certificate of a client. Not set: none is believed.
    pub certificate_header: Option<String>,
    /// Addresses or networks of the proxies that are believed.
    pub proxies: Vec<String>,
    /// The systems.
    pub account: Vec<ServiceAccount>,
}

/// A system that asks by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccount {
    /// Its `client_id`.
    pub client: String,
    /// The posting whose authority it has.
    pub posting: i64,
    /// What for it asks. Not set: the first purpose of the role.
    pub purpose: Option<String>,
    /// File with its certificate, PEM.
    pub certificate: Option<PathBuf>,
    /// File with its public keys (RFC 7517).
    pub key_set: Option<PathBuf>,
}

/// An application with documents of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// `client_id` of its tokens.
    pub client: String,
    /// Its manifest: a JSON object of documents by their SHA-256.
    pub documents: PathBuf,
    /// Whether it may send nothing else.
    #[serde(default)]
    pub only: bool,
}

/// The key that personal keys are sealed with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Name that stands beside each sealed value.
    pub key_id: String,
    /// Cipher.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// The key, 64 hexadecimal digits. Meant for the environment: `FENGQIAO_SEAL__KEY`.
    pub key: Option<SecretString>,
    /// File that holds the key.
    pub key_file: Option<PathBuf>,
    /// Keys that only open.
    #[serde(default)]
    pub old: Vec<OldKey>,
}

/// A key that still opens what it sealed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldKey {
    /// Its name.
    pub key_id: String,
    /// Its cipher.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// File that holds the key, 64 hexadecimal digits.
    pub key_file: PathBuf,
}

/// The log, written to standard error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `json` or `text`.
    pub format: LogFormat,
    /// What to write, e.g. `info` or `fengqiao=debug`.
    pub filter: String,
    /// Milliseconds from which on an operation is told of as slow, with the plan of its slowest statement; 0: none is.
    pub slow_ms: u64,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For reading.
    Text,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: "fengqiao-data".into(),
            database: Database::default(),
            http: Http::default(),
            issuer: Vec::new(),
            application: Vec::new(),
            services: Services::default(),
            seal: None,
            audit: Audit::default(),
            files: Files::default(),
            limits: Limits::default(),
            metrics: MetricsAt::default(),
            log: Log::default(),
            traces: TracesTo::default(),
        }
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            hash: HashAlgorithm::default(),
            signature: SignatureAlgorithm::default(),
            key_file: None,
            seals_file: None,
            seal_seconds: 60,
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            console: true,
            body_bytes: 64 * 1024,
            head_seconds: 10,
            write_seconds: 30,
            connections: 20_000,
            origins: Vec::new(),
            tls: None,
            body_seconds: 10,
            answer_seconds: 10,
            init_seconds: 10,
            sockets: 5,
            streams: 20,
            stop_seconds: 10,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Json, filter: "info".to_owned(), slow_ms: 1_000 }
    }
}

/// The settings of a file, if one is named, and of the environment.
pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Settings, String> {
    let ours: HashMap<String, String> = environment.filter(|(name, _)| !NOT_OURS.contains(&name.as_str())).collect();
    let variables = Environment::with_prefix(PREFIX).prefix_separator("_").separator("__").source(Some(ours));
    let mut builder = Config::builder();
    if let Some(path) = file {
        // Read here, because the library's message for a missing file does not name it.
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    let merged = builder.add_source(variables).build().map_err(|error| error.to_string())?;
    merged.try_deserialize().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fengqiao.toml");
        std::fs::write(&path, text).unwrap();
        load(Some(&path), environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn nothing_configured_is_the_demo_on_this_machine() {
        let settings = load(None, std::iter::empty()).unwrap();
        assert_eq!(settings.http.listen.to_string(), "127.0.0.1:8080");
        assert!(settings.database.url.is_none() && settings.issuer.is_empty() && settings.seal.is_none());
    }

    #[test]
    fn the_documented_file_is_taken() {
        let page = include_str!("../docs/operating.md");
        let mut parts = page.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
        let settings = read(parts.next().unwrap(), &[]).unwrap();
        // The secret of a bucket is for the environment.
        let secret = |part: &str| match part.contains("[files.bucket]") {
            true => vec![("FENGQIAO_FILES__BUCKET__SECRET_KEY", "s")],
            false => vec![],
        };
        let others: Vec<Settings> = parts.map(|part| read(part, &secret(part)).unwrap()).collect();
        assert_eq!(others.iter().map(|other| other.services.account.len()).sum::<usize>(), 2);
        assert_eq!((settings.issuer.len(), settings.seal.unwrap().key_id.as_str()), (1, "2026a"));
    }

    #[test]
    fn the_environment_stands_above_the_file() {
        let text = "data_dir = 'a'\n[http]\nlisten = '0.0.0.0:80'\nconsole = false\n[database]\nreaders = 3\nstatement_timeout_ms = 500\n\
                    [[issuer]]\nname = 'https://id.example'\naudience = 'fengqiao'\nkey_set = 'keys.json'\n\
                    [seal]\nkey_id = 'k1'\nalgorithm = 'aes256gcm'\nkey_file = 'k1.key'\n[[seal.old]]\nkey_id = 'k0'\nkey_file = 'k0.key'\n";
        let environment = [
            ("FENGQIAO_HTTP__LISTEN", "127.0.0.1:9000"),
            ("FENGQIAO_DATABASE__URL", "postgres://h/d"),
            ("FENGQIAO_SEAL__KEY", "0000000000000000000000000000000000000000000000000000000000000001"),
            ("FENGQIAO_HTTP__ANSWER_SECONDS", "7"),
            ("FENGQIAO_TEST_PG", "not configuration"),
            ("PATH", "/bin"),
        ];
        let settings = read(text, &environment).unwrap();
        assert_eq!(
            (settings.http.listen.port(), settings.http.console, settings.http.answer_seconds),
            (9000, false, 7)
        );
        assert_eq!(settings.database.url.unwrap().expose_secret(), "postgres://h/d");
        assert_eq!((settings.database.readers, settings.database.statement_timeout_ms), (Some(3), Some(500)));
        assert_eq!(settings.issuer.len(), 1);
        let seal = settings.seal.unwrap();
        assert_eq!((seal.algorithm, seal.old.len()), (Algorithm::Aes256Gcm, 1));
        assert_eq!(seal.key.unwrap().expose_secret().len(), 64, "digits stay text");
    }

    #[test]
    fn unknown_and_wrong_values_are_refused() {
        for (text, named) in [
            ("dat_dir = 'a'", "dat_dir"),
            ("[http]\nport = 80", "port"),
            ("[http]\nlisten = 'here'", "listen"),
            ("[[issuer]]\nname = 'a'", "audience"),
            ("[seal]\nkey_id = 'k'\nalgorithm = 'rot13'", "rot13"),
            ("[log]\nformat = 'xml'", "xml"),
            ("http = 1", "http"),
            ("= 1", ""),
        ] {
            let refused = read(text, &[]).unwrap_err();
            assert!(refused.contains(named), "{text}: {refused}");
        }
        let refused = read("", &[("FENGQIAO_HTTP__PORT", "80")]).unwrap_err();
        assert!(refused.contains("port"), "{refused}");
        let refused = load(Some(Path::new("no/such.toml")), std::iter::empty()).unwrap_err();
        assert!(refused.contains("no/such.toml"), "{refused}");
    }
}
