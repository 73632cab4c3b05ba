//! Issuers with key sets: each key is good for one algorithm and one issuer.

use super::*;

const ES256: &[u8] = include_bytes!("../test_keys/es256.pem");
const EDDSA: &[u8] = include_bytes!("../test_keys/eddsa.pem");
const RS256: &[u8] = include_bytes!("../test_keys/rs256.pem");
const KEY_SET: &str = include_str!("../test_keys/key_set.json");

fn city_claims() -> Value {
    with(demo_claims(), "iss", json!("https://id.example"))
}

fn city_token(algorithm: Algorithm, name: &str, kid: &str, claims: &Value) -> String {
    let key = match algorithm {
        Algorithm::ES256 => EncodingKey::from_ec_pem(ES256),
        Algorithm::EdDSA => EncodingKey::from_ed_pem(EDDSA),
        _ => EncodingKey::from_rsa_pem(RS256),
    };
    let header = json!({"alg": name, "typ": "at+jwt", "kid": kid});
    sign(&header.to_string(), &claims.to_string(), &key.unwrap(), algorithm)
}

#[tokio::test]
async fn the_three_algorithms_of_production_are_accepted() {
    let house = House::with_one().await;
    for (algorithm, name, kid) in
        [(Algorithm::ES256, "ES256", "es-1"), (Algorithm::EdDSA, "EdDSA", "ed-1"), (Algorithm::RS256, "RS256", "rs-1")]
    {
        assert!(!house.is_refused(&city_token(algorithm, name, kid, &city_claims())).await, "{name}");
        // The right key and signature, under another key's id or for another issuer.
        assert!(house.is_refused(&city_token(algorithm, name, "unknown", &city_claims())).await, "{name}");
        assert!(house.is_refused(&city_token(algorithm, name, kid, &demo_claims())).await, "{name}");
    }
    assert!(house.is_refused(&city_token(Algorithm::ES256, "ES256", "ed-1", &city_claims())).await);
    assert!(house.is_refused(&city_token(Algorithm::RS384, "RS384", "rs-1", &city_claims())).await);
    assert!(house.is_refused(&city_token(Algorithm::PS256, "PS256", "rs-1", &city_claims())).await);
}

#[tokio::test]
async fn an_issuer_is_taken_by_its_whole_name() {
    let house = House::with_one().await;
    for name in ["https://id.example/", "https://id.example.evil.example", "https://id.exampl", "HTTPS://ID.EXAMPLE"] {
        let claims = with(demo_claims(), "iss", json!(name));
        assert!(house.is_refused(&city_token(Algorithm::ES256, "ES256", "es-1", &claims)).await, "{name}");
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret() {
    let house = House::with_one().await;
    let set: Value = serde_json::from_str(KEY_SET).unwrap();
    let modulus = set["keys"][2]["n"].as_str().unwrap();
    let header = json!({"alg": "HS256", "typ": "at+jwt", "kid": "rs-1"}).to_string();
    for secret in [modulus.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(modulus).unwrap(), KEY_SET.as_bytes().to_vec()] {
        let key = EncodingKey::from_secret(&secret);
        let token = sign(&header, &city_claims().to_string(), &key, Algorithm::HS256);
        assert!(house.is_refused(&token).await);
    }
}

#[tokio::test]
async fn a_key_in_the_token_is_not_used() {
    let house = House::with_one().await;
    let own = EncodingKey::from_secret(b"a key of the attacker, 32 bytes!");
    for (name, value) in [
        ("jwk", json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode("a key of the attacker, 32 bytes!")})),
        ("jku", json!("http://127.0.0.1:9/keys")),
        ("x5u", json!("http://127.0.0.1:9/cert")),
        ("x5c", json!(["AAAA"])),
    ] {
        let header = with(demo_header(), name, value).to_string();
        assert!(house.is_refused(&sign(&header, &demo_claims().to_string(), &own, Algorithm::HS256)).await, "{name}");
    }
}

#[tokio::test]
async fn broken_elliptic_signatures_are_refused() {
    let house = House::with_one().await;
    let good = city_token(Algorithm::ES256, "ES256", "es-1", &city_claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let order = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad,
        0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let der = [&[0x30, 0x44, 0x02, 0x20][..], &raw[..32], &[0x02, 0x20], &raw[32..]].concat();
    let zero = [0; 32];
    for bad in [
        [zero, zero].concat(),
        [order, order].concat(),
        [&order[..], &raw[32..]].concat(),
        [&raw[..32], &order[..]].concat(),
        [&raw[..32], &zero[..]].concat(),
        der,
        Vec::new(),
    ] {
        assert!(house.is_refused(&format!("{message}.{}", URL_SAFE_NO_PAD.encode(&bad))).await, "{bad:02x?}");
    }
}

#[test]
fn bad_key_sets_are_refused_with_the_reason() {
    let set = || serde_json::from_str::<Value>(KEY_SET).unwrap();
    let changed = |at: usize, name: &str, value: Value| {
        let mut set = set();
        set["keys"][at] = with(set["keys"][at].take(), name, value);
        set
    };
    let twins = json!({"keys": [set()["keys"][0], set()["keys"][0]]});
    let many = json!({"keys": (0..21).map(|n| with(set()["keys"][0].clone(), "kid", json!(n.to_string()))).collect::<Vec<_>>()});
    for (set, reason) in [
        (json!([]), "no JSON key set"),
        (json!({"keys": []}), "1 to 20 keys"),
        (many, "1 to 20 keys"),
        (twins, "two keys have the kid es-1"),
        (changed(0, "kid", Value::Null), "no kid"),
        (changed(0, "alg", Value::Null), "no alg"),
        (changed(0, "alg", json!("ES384")), "alg, kty and crv"),
        (changed(0, "crv", json!("P-384")), "alg, kty and crv"),
        (changed(2, "alg", json!("HS256")), "alg, kty and crv"),
        (changed(0, "use", json!("enc")), "use is not sig"),
        (changed(0, "d", json!("AAAA")), "public keys only"),
        (changed(0, "y", Value::Null), "missing"),
        (changed(0, "y", set()["keys"][0]["x"].clone()), "no key of that kind"),
        (changed(0, "x", json!("=")), "base64url"),
        (changed(1, "x", json!("AAAA")), "32 bytes"),
        (changed(2, "n", json!("A".repeat(172))), "2048 bits"),
        (json!({"keys": [{"kid": "s", "kty": "oct", "alg": "HS256", "k": "AAAA"}]}), "public keys only"),
    ] {
        let refused = Issuer::with_key_set("https://id.example", "fengqiao", set.to_string().as_bytes()).err().unwrap();
        assert!(refused.to_string().contains(reason), "{refused} / {reason}");
    }
    assert_eq!(Issuer::with_key_set("", "fengqiao", KEY_SET.as_bytes()).err(), Some(IssuerError::Nameless));
}

#[test]
fn a_short_secret_is_refused() {
    assert!(matches!(DemoIssuer::new(SECRET[..31].to_vec().into()), Err(IssuerError::ShortSecret)));
    assert!(DemoIssuer::new(SECRET.to_vec().into()).unwrap().issuer().is_demo());
}

#[tokio::test]
async fn issued_tokens_are_accepted_and_differ() {
    let house = House::with_one().await;
    let issuer = DemoIssuer::new(SECRET.to_vec().into()).unwrap();
    let token = issuer.issue("subject-1", 100, Some(Purpose::Statistics), NOW_MS, 60).unwrap();
    let viewer = house.authenticator.authenticate(&token).await.unwrap();
    assert_eq!((viewer.purpose(), viewer.expires_ms()), (Purpose::Statistics, NOW_MS + 60_000));
    assert_ne!(token, issuer.issue("subject-1", 100, Some(Purpose::Statistics), NOW_MS, 60).unwrap());
}
