//! Tokens and postings against real keys and a real database.

mod attacks;
mod discovery;
mod keys;
mod postings;
mod services;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::{account, organisation, posting};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::*;
use crate::access::Policy;
use crate::kernel::clock::FixedClock;
use crate::storage::{DatabaseConfig, Storage, migrate_up};
use crate::trail::entry::HashAlgorithm;

/// 2026-11-22T08:00:00Z.
pub(crate) const NOW_S: i64 = 1_795_334_400;
pub(crate) const NOW_MS: i64 = NOW_S * 1000;
pub(crate) const SECRET: &[u8] = b"a secret of the tests, 32 bytes.";

/// A database with a few postings, and an authenticator over it.
pub(crate) struct House {
    pub(crate) storage: Storage,
    pub(crate) authenticator: Arc<Authenticator>,
    _folder: tempfile::TempDir,
}

/// A posting of a grid member of account 1, valid now.
pub(crate) fn plain_posting(id: i64, account_id: i64, role: &str) -> posting::Model {
    posting::Model {
        id,
        account_id,
        organisation_id: 10,
        division_code: "330603001001".to_owned(),
        role: role.to_owned(),
        clearance: "PERSONAL".to_owned(),
        grid_codes: None,
        site_code: None,
        zone_id: None,
        mechanism_id: None,
        valid_from: NOW_MS - 1000,
        valid_to: None,
        revoked_at: None,
    }
}

impl House {
    pub(crate) async fn build(postings: Vec<posting::Model>) -> Self {
        Self::build_with(postings, Services::default()).await
    }

    pub(crate) async fn build_with(postings: Vec<posting::Model>, services: Services) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open_to_maintain(&DatabaseConfig::sqlite(folder.path().join("a.db"))).await.unwrap();
        migrate_up(&storage.write, None).await.unwrap();
        let account = |id: i64| account::Model {
            id,
            subject: format!("subject-{id}"),
            login_name: format!("login{id}"),
            display_name: format!("Person {id}"),
            real_name: None,
            mobile: None,
            disabled: id == 2,
        };
        let office = organisation::Model {
            id: 10,
            division_code: "330603001001".to_owned(),
            code: "O10".to_owned(),
            name: "Village".to_owned(),
            kind: "VILLAGE".to_owned(),
            department: Some("VILL".to_owned()),
            uscc: None,
            responsible_level: None,
            responsible_post: None,
            responsible_person: None,
            duty_phone: None,
            mobile: None,
            foreign_related: false,
        };
        let accounts = (1..=4).map(|id| account(id).into_active_model());
        account::Entity::insert_many(accounts).exec(&storage.write).await.unwrap();
        organisation::Entity::insert(office.into_active_model()).exec(&storage.write).await.unwrap();
        for posting in postings {
            posting::Entity::insert(posting.into_active_model()).exec(&storage.write).await.unwrap();
        }
        let demo = DemoIssuer::new(SECRET.to_vec().into()).unwrap();
        let city = Issuer::with_key_set("https://id.example", "fengqiao", include_bytes!("../test_keys/key_set.json"));
        let authenticator = Authenticator::new(
            vec![demo.issuer(), city.unwrap()],
            Arc::new(DatabasePostings::new(storage.read.to_sea_orm())),
            Arc::new(Policy::built_in().unwrap()),
            Arc::new(FixedClock(NOW_MS)),
        );
        Self { storage, authenticator: Arc::new(authenticator.with_services(services)), _folder: folder }
    }

    pub(crate) async fn with_one() -> Self {
        Self::build(vec![plain_posting(100, 1, "GRID_MEMBER")]).await
    }

    pub(crate) async fn revoke(&self, what: Revocation<'_>, now_ms: i64) -> bool {
        revoke(&self.storage, HashAlgorithm::default(), what, now_ms).await.unwrap()
    }

    pub(crate) async fn is_refused(&self, token: &str) -> bool {
        matches!(self.authenticator.authenticate(token).await, Err(AuthError::Refused(_)))
    }
}

pub(crate) fn demo_header() -> Value {
    json!({"alg": "HS256", "typ": "at+jwt", "kid": "demo"})
}

pub(crate) fn demo_claims() -> Value {
    json!({"iss": DEMO_ISSUER, "aud": DEMO_AUDIENCE, "sub": "subject-1", "jti": "1", "client_id": "desk", "iat": NOW_S - 10,
           "exp": NOW_S + 600, "posting": "100"})
}

/// The object with one member set, or taken away by null.
pub(crate) fn with(mut object: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
        value => object[name] = value,
    }
    object
}

/// A token of raw header and claims text, signed whatever they say.
pub(crate) fn sign(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// Signed with the first key of the test key set, `es-1`.
pub(crate) fn sign_es256(header: &Value, claims: &Value) -> String {
    let key = EncodingKey::from_ec_pem(include_bytes!("../test_keys/es256.pem")).unwrap();
    sign(&header.to_string(), &claims.to_string(), &key, Algorithm::ES256)
}

pub(crate) fn sign_demo(header: &Value, claims: &Value) -> String {
    sign(&header.to_string(), &claims.to_string(), &EncodingKey::from_secret(SECRET), Algorithm::HS256)
}
