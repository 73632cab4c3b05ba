//! 受信文档. Documents that applications send by their hash: those of a manifest, and those that somebody has sent whole before (APQ).

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::error::{Code, Error};
use crate::http::Request;
use crate::trail::entry::hex;

/// Documents that are kept because somebody has sent them whole.
const KEPT: u64 = 1_000;
/// Largest manifest.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Why a manifest cannot be used. A sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It cannot be read, or is no object of texts by their hashes.
    #[error("{0}: {1}")]
    Unreadable(String, String),
    /// A text has another hash than it says.
    #[error("{0}: {1} is not the SHA-256 of its document")]
    Hash(String, String),
}

/// The documents of one application by their hashes.
#[derive(Clone, Debug, Default)]
pub struct Manifest(HashMap<String, Arc<str>>);

/// An application.
#[derive(Clone, Debug)]
pub struct Application {
    /// `client_id` of its tokens.
    pub client: String,
    /// Its documents.
    pub manifest: Manifest,
    /// Whether it may send nothing else.
    pub only: bool,
}

/// The hash of a document: SHA-256 in hexadecimal.
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

impl Manifest {
    /// Reads a manifest: a JSON object of documents by their SHA-256, as compilers of clients write it.
    pub fn read(path: &Path) -> Result<Manifest, ManifestError> {
        let name = path.display().to_string();
        let unreadable = |why: &dyn std::fmt::Display| ManifestError::Unreadable(name.clone(), why.to_string());
        let size = std::fs::metadata(path).map_err(|error| unreadable(&error))?.len();
        if size > MOST_BYTES {
            return Err(unreadable(&"it is larger than 16 MiB"));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error))?;
        let documents: HashMap<String, Arc<str>> = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
        match documents.iter().find(|(key, text)| **key != hash(text)) {
            Some((key, _)) => Err(ManifestError::Hash(name, key.clone())),
            None => Ok(Manifest(documents)),
        }
    }

    /// The manifest of these documents.
    pub fn of(documents: impl IntoIterator<Item = String>) -> Manifest {
        Manifest(documents.into_iter().map(|text| (hash(&text), text.into())).collect())
    }

    /// Its documents by their hashes, in the order of these.
    pub fn documents(&self) -> std::collections::BTreeMap<&str, &str> {
        self.0.iter().map(|(hash, text)| (hash.as_str(), &**text)).collect()
    }
}

/// What may be sent by hash.
pub struct Trusted {
    applications: HashMap<String, Application>,
    sent: moka::sync::Cache<String, Arc<str>>,
}

/// A document that was asked for.
pub struct Asked {
    /// Its text.
    pub text: Arc<str>,
    /// Whether it is of the manifest of the application.
    pub known: bool,
    /// The hash under which it is kept once it has proved valid; `None`: it is known, or was sent without one.
    pub keep: Option<String>,
}

impl Trusted {
    /// What these applications may send.
    pub fn new(applications: Vec<Application>) -> Trusted {
        let by_client = applications.into_iter().map(|application| (application.client.clone(), application));
        Trusted { applications: by_client.collect(), sent: moka::sync::Cache::new(KEPT) }
    }

    /// The document of a request of an application.
    pub fn document(&self, client: Option<&str>, request: &Request) -> Result<Asked, Error> {
        let application = client.and_then(|client| self.applications.get(client));
        // An empty document is a document, if nothing else is named.
        let is_given = !request.query.is_empty() || request.document_hash.is_none();
        let given = is_given.then_some(request.query.as_str());
        if let (Some(text), None, None) = (given, application, &request.document_hash) {
            return Ok(Asked { text: text.into(), known: false, keep: None });
        }
        let own = given.map(hash);
        if let (Some(own), Some(named)) = (&own, &request.document_hash)
            && own != named
        {
            return Err(Error::input("extensions.persistedQuery.sha256Hash", "is not the SHA-256 of the document"));
        }
        let hash = own.as_ref().or(request.document_hash.as_ref());
        let hash = hash.ok_or_else(|| Error::input("query", "is missing"))?;
        if let Some(text) = application.and_then(|application| application.manifest.0.get(hash)) {
            return Ok(Asked { text: text.clone(), known: true, keep: None });
        }
        if application.is_some_and(|application| application.only) {
            let message = "your application may send the documents of its manifest alone";
            return Err(Error::new(Code::DocumentNotTrusted, message));
        }
        match (given, self.sent.get(hash)) {
            (_, Some(text)) => Ok(Asked { text, known: false, keep: None }),
            (Some(text), None) => Ok(Asked { text: text.into(), known: false, keep: request.document_hash.clone() }),
            // The words are those that clients of the protocol look for.
            (None, None) => Err(Error::new(Code::PersistedQueryNotFound, "PersistedQueryNotFound")),
        }
    }

    /// Keeps a document that has proved valid.
    pub fn keep(&self, hash: String, text: Arc<str>) {
        self.sent.insert(hash, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str, hash: Option<&str>) -> Request {
        Request { query: query.to_owned(), document_hash: hash.map(str::to_owned), ..Request::default() }
    }

    fn code(asked: Result<Asked, Error>) -> &'static str {
        asked.map_or_else(|error| error.code.text(), |_| "OK")
    }

    #[test]
    fn who_may_send_a_manifest_alone_sends_nothing_else() {
        let known = "{ viewer { role } }".to_owned();
        let application =
            |only| Application { client: "desk".to_owned(), manifest: Manifest::of([known.clone()]), only };
        let (strict, free) = (Trusted::new(vec![application(true)]), Trusted::new(vec![application(false)]));
        let by_hash = request("", Some(&hash(&known)));
        for trusted in [&strict, &free] {
            assert_eq!(&*trusted.document(Some("desk"), &by_hash).unwrap().text, known);
            assert_eq!(code(trusted.document(Some("desk"), &request(&known, None))), "OK");
        }
        let other = request("{ serverTime }", None);
        assert_eq!(code(strict.document(Some("desk"), &other)), "DOCUMENT_NOT_TRUSTED");
        assert_eq!(code(strict.document(Some("desk"), &request("", Some(&hash("x"))))), "DOCUMENT_NOT_TRUSTED");
        assert_eq!(code(free.document(Some("desk"), &other)), "OK");
        assert_eq!(code(strict.document(Some("other"), &other)), "OK", "another application is not bound");
        assert_eq!(code(strict.document(None, &by_hash)), "PERSISTED_QUERY_NOT_FOUND");
    }

    #[test]
    fn a_document_is_known_by_its_hash_once_it_was_sent_whole() {
        let trusted = Trusted::new(vec![]);
        let (text, key) = ("{ serverTime }", hash("{ serverTime }"));
        assert_eq!(code(trusted.document(None, &request("", Some(&key)))), "PERSISTED_QUERY_NOT_FOUND");
        let asked = trusted.document(None, &request(text, Some(&key))).unwrap();
        trusted.keep(asked.keep.unwrap(), asked.text);
        assert_eq!(&*trusted.document(None, &request("", Some(&key))).unwrap().text, text);
        assert_eq!(code(trusted.document(None, &request(text, Some(&hash("x"))))), "BAD_INPUT");
        assert!(trusted.document(None, &request(text, None)).unwrap().keep.is_none());
        assert_eq!(code(trusted.document(None, &request("", None))), "OK", "an empty document is for the parser");
    }

    #[test]
    fn a_manifest_tells_no_wrong_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.json");
        std::fs::write(&path, serde_json::json!({ hash("{a}"): "{a}" }).to_string()).unwrap();
        assert_eq!(Manifest::read(&path).unwrap().documents().len(), 1);
        for text in [r#"{"00": "{a}"}"#, "[]", r#"{"00": 1}"#] {
            std::fs::write(&path, text).unwrap();
            assert!(Manifest::read(&path).unwrap_err().to_string().contains("m.json"), "{text}");
        }
        assert!(Manifest::read(&folder.path().join("none")).is_err());
    }
}
