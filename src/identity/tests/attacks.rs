//! The token attacks that need no network. Each is signed with the right key wherever that is possible, so that only
//! the attacked rule can refuse it.

use super::*;

#[tokio::test]
async fn the_plain_token_is_accepted() {
    let house = House::with_one().await;
    let viewer = house.authenticator.authenticate(&sign_demo(&demo_header(), &demo_claims())).await.unwrap();
    assert_eq!((viewer.posting_id(), viewer.role(), viewer.subject()), (100, "GRID_MEMBER", "subject-1"));
    assert_eq!(viewer.expires_ms(), (NOW_S + 600) * 1000);
}

#[tokio::test]
async fn harmless_variants_are_accepted() {
    let house = House::with_one().await;
    let long = "k".repeat(3000);
    for (header, claims) in [
        (with(demo_header(), "typ", json!("application/AT+JWT")), demo_claims()),
        (with(demo_header(), "kid", Value::Null), demo_claims()),
        (demo_header(), with(demo_claims(), "aud", json!(["other", "fengqiao"]))),
        (demo_header(), with(demo_claims(), "exp", json!(NOW_S - 4))),
        (demo_header(), with(demo_claims(), "nbf", json!(NOW_S + 5))),
        (demo_header(), with(demo_claims(), "note", json!(long))),
        // Keys that the token brings along are not looked at; a listener would never hear of these.
        (with(demo_header(), "jku", json!("http://127.0.0.1:9/keys")), demo_claims()),
        (with(demo_header(), "x5u", json!("http://127.0.0.1:9/cert")), demo_claims()),
    ] {
        let token = sign_demo(&header, &claims);
        assert!(!house.is_refused(&token).await, "{header} {claims}");
    }
}

#[tokio::test]
async fn attacked_headers_are_refused() {
    let house = House::with_one().await;
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("nOnE")),
        ("alg", json!("HS384")),
        ("alg", json!("HS512")),
        ("alg", json!("hs256")),
        ("alg", json!("RS256")),
        ("alg", json!("ES256")),
        ("alg", json!("SM2")),
        ("alg", json!(["HS256"])),
        ("alg", Value::Null),
        ("typ", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("id_token")),
        ("typ", json!("at+jwt ")),
        ("typ", json!(["at+jwt"])),
        ("kid", json!("../demo")),
        ("kid", json!("demo' OR '1'='1")),
        ("kid", json!("k".repeat(4000))),
        ("kid", json!("")),
        ("kid", json!(1)),
        ("kid", json!("es-1")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
    ] {
        let header = with(demo_header(), name, value);
        assert!(house.is_refused(&sign_demo(&header, &demo_claims())).await, "{header}");
    }
}

#[tokio::test]
async fn attacked_claims_are_refused() {
    let house = House::with_one().await;
    for (name, value) in [
        ("iss", Value::Null),
        ("iss", json!("fengqiao")),
        ("iss", json!("fengqiao-demo.evil.example")),
        ("iss", json!("https://id.example")),
        ("iss", json!([DEMO_ISSUER])),
        ("aud", Value::Null),
        ("aud", json!("other")),
        ("aud", json!(["other"])),
        ("aud", json!([])),
        ("aud", json!(1)),
        ("aud", json!({"fengqiao": true})),
        ("aud", json!(["fengqiao", 1])),
        ("exp", Value::Null),
        ("exp", json!(NOW_S - 5)),
        ("exp", json!(NOW_S - 6)),
        ("exp", json!(NOW_S as f64 + 600.5)),
        ("exp", json!(-1)),
        ("exp", json!("1895334400")),
        ("exp", json!(9_223_372_036_854_775_808_u64)),
        ("exp", json!(i64::MAX)),
        ("iat", Value::Null),
        ("iat", json!(NOW_S + 6)),
        ("iat", json!("now")),
        ("nbf", json!(NOW_S + 6)),
        ("nbf", json!(-1)),
        ("nbf", json!("now")),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!("subject-2")),
        ("sub", json!(1)),
        ("client_id", Value::Null),
        ("client_id", json!("")),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("posting", Value::Null),
        ("posting", json!(100)),
        ("posting", json!("0100")),
        ("posting", json!("+100")),
        ("posting", json!("100 OR 1=1")),
        ("posting", json!("-100")),
        ("posting", json!("999")),
        ("posting", json!("99999999999999999999")),
        ("posting", json!(["100"])),
        ("purpose", json!("EVERYTHING")),
        ("purpose", json!(["STATISTICS"])),
    ] {
        let claims = with(demo_claims(), name, value);
        assert!(house.is_refused(&sign_demo(&demo_header(), &claims)).await, "{claims}");
    }
}

#[tokio::test]
async fn claims_cannot_widen() {
    let house = House::with_one().await;
    let mut claims = demo_claims();
    for (name, value) in [
        ("role", json!("CITY_SUPERVISOR")),
        ("division", json!("33")),
        ("division_code", json!("33")),
        ("clearance", json!("SENSITIVE")),
        ("scope", json!("admin")),
    ] {
        claims = with(claims, name, value);
    }
    let viewer = house.authenticator.authenticate(&sign_demo(&demo_header(), &claims)).await.unwrap();
    assert_eq!(
        (viewer.role(), viewer.division_code(), viewer.clearance()),
        ("GRID_MEMBER", "330603001001", "PERSONAL")
    );
}

#[tokio::test]
async fn the_purpose_is_the_claimed_one_or_the_first_of_the_role() {
    let house = House::with_one().await;
    for (claim, purpose) in [(Value::Null, Purpose::HandleCase), (json!("STATISTICS"), Purpose::Statistics)] {
        let token = sign_demo(&demo_header(), &with(demo_claims(), "purpose", claim));
        assert_eq!(house.authenticator.authenticate(&token).await.unwrap().purpose(), purpose);
    }
}

#[tokio::test]
async fn repeated_members_are_refused() {
    let house = House::with_one().await;
    let key = EncodingKey::from_secret(SECRET);
    let (header, claims) = (demo_header().to_string(), demo_claims().to_string());
    let twice = |text: &str, member: &str| format!("{{{member},{}", &text[1..]);
    for (header, claims) in [
        (twice(&header, r#""alg":"none""#), claims.clone()),
        (header.clone(), twice(&claims, r#""posting":"200""#)),
        (header.clone(), twice(&claims, r#""pos\u0074ing":"200""#)),
        (header.clone(), claims.replace("\"jti\":\"1\"", r#""jti":"1","x":{"a":1,"a":2}"#)),
        (header.clone(), claims.replace(&(NOW_S + 600).to_string(), "1e400")),
        (header.clone(), format!("{claims} {claims}")),
        ("[]".to_owned(), claims.clone()),
        (header.clone(), "null".to_owned()),
    ] {
        assert!(house.is_refused(&sign(&header, &claims, &key, Algorithm::HS256)).await, "{header} {claims}");
    }
}

#[tokio::test]
async fn attacked_texts_are_refused() {
    let house = House::with_one().await;
    let good = sign_demo(&demo_header(), &demo_claims());
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("three parts") };
    let mut attacks = vec![
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!("{header}..{signature}"),
        format!(".{claims}.{signature}"),
        format!("{good}."),
        format!("{good}.{signature}"),
        format!("{header}.{claims}.{signature}.{signature}.{signature}"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("{good}="),
        format!("{header}=.{claims}.{signature}"),
        format!("{header}.{claims}.{}", signature.replace(['-', '_'], "+")),
        format!("{header}.{claims}.{}", &signature[..signature.len() - 1]),
        format!("{header}.{claims}.{}A", signature),
        format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode([0xff, 0xfe, b'{', b'}'])),
        "令牌.令牌.令牌".to_owned(),
        "\u{0}".repeat(10),
    ];
    // A changed bit in the last character of the signature that stands for no byte.
    let stray = match signature.chars().last() {
        Some(last) => char::from(last as u8 ^ 1),
        None => panic!("a signature"),
    };
    attacks.push(format!("{header}.{claims}.{}{stray}", &signature[..signature.len() - 1]));
    // Right in every way but too long.
    attacks.push(sign_demo(&demo_header(), &with(demo_claims(), "note", json!("x".repeat(8000)))));
    for token in attacks.iter().filter(|token| **token != good) {
        assert!(house.is_refused(token).await, "{token}");
    }
    assert!(!house.is_refused(&good).await);
}

#[tokio::test]
async fn every_changed_character_is_noticed() {
    let house = House::with_one().await;
    let good = sign_demo(&demo_header(), &demo_claims());
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert!(house.is_refused(std::str::from_utf8(&bytes).unwrap()).await, "at {at}");
    }
}
