//! What a posting gives, and when it gives nothing.

use std::time::Duration;

use entity::audit_entry;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::*;

fn token_for(subject: &str, posting: i64) -> String {
    sign_demo(&demo_header(), &with(with(demo_claims(), "sub", json!(subject)), "posting", json!(posting.to_string())))
}

#[tokio::test]
async fn the_viewer_has_what_the_posting_has() {
    let posting = posting::Model {
        grid_codes: Some(r#"["330603001001001","330603001001900"]"#.to_owned()),
        site_code: Some("S1".to_owned()),
        zone_id: Some(5),
        mechanism_id: Some(6),
        valid_to: Some(NOW_MS + 1000),
        ..plain_posting(100, 1, "GRID_MEMBER")
    };
    let house = House::build(vec![posting]).await;
    let viewer = house.authenticator.authenticate(&token_for("subject-1", 100)).await.unwrap();
    assert_eq!((viewer.account_id(), viewer.organisation_id()), (1, 10));
    assert_eq!(viewer.organisation_department(), Some("VILL"));
    assert_eq!(viewer.grid_ids(), [330_603_001_001_001, 330_603_001_001_900]);
    assert_eq!((viewer.site_code(), viewer.zone_id(), viewer.mechanism_id()), (Some("S1"), Some(5), Some(6)));
    assert_eq!(viewer.expires_ms(), NOW_MS + 1000, "the posting ends before the token");
}

#[tokio::test]
async fn a_posting_that_is_not_valid_gives_nothing() {
    let valid = || plain_posting(100, 1, "GRID_MEMBER");
    let house = House::build(vec![
        plain_posting(200, 2, "GRID_MEMBER"),
        posting::Model { id: 101, revoked_at: Some(NOW_MS), ..valid() },
        posting::Model { id: 102, valid_to: Some(NOW_MS), ..valid() },
        posting::Model { id: 103, valid_from: NOW_MS + 1, ..valid() },
        posting::Model { id: 104, grid_codes: Some("[330603001001001]".to_owned()), ..valid() },
        posting::Model { id: 105, grid_codes: Some(r#"["3306030010010"]"#.to_owned()), ..valid() },
        posting::Model { id: 106, role: "EMPEROR".to_owned(), ..valid() },
        posting::Model { id: 107, organisation_id: 999, ..valid() },
        posting::Model { id: 108, account_id: 999, ..valid() },
        posting::Model {
            id: 110,
            valid_from: NOW_MS,
            valid_to: Some(NOW_MS + 1),
            revoked_at: Some(NOW_MS + 1),
            ..valid()
        },
    ])
    .await;
    assert!(house.is_refused(&token_for("subject-2", 200)).await, "disabled account");
    for id in 101..=109 {
        assert!(house.is_refused(&token_for("subject-1", id)).await, "{id}");
        let trusted = house.authenticator.trusted_viewer_for_posting(id, None).await;
        assert!(matches!(trusted, Err(AuthError::Refused(_))), "{id}");
    }
    assert!(!house.is_refused(&token_for("subject-1", 110)).await);
    assert!(house.is_refused(&token_for("subject-3", 110)).await, "another account's posting");
}

#[tokio::test]
async fn administrator_roles_exclude_each_other() {
    let house = House::build(vec![
        plain_posting(300, 3, "SYS_ADMIN"),
        plain_posting(301, 3, "AUDIT_ADMIN"),
        plain_posting(302, 3, "GRID_MEMBER"),
        plain_posting(400, 4, "SEC_ADMIN"),
        plain_posting(402, 4, "SEC_ADMIN"),
        posting::Model { valid_to: Some(NOW_MS), ..plain_posting(401, 4, "AUDIT_ADMIN") },
    ])
    .await;
    assert!(house.is_refused(&token_for("subject-3", 300)).await);
    assert!(house.is_refused(&token_for("subject-3", 301)).await);
    assert!(!house.is_refused(&token_for("subject-3", 302)).await, "business work goes on");
    assert!(!house.is_refused(&token_for("subject-4", 400)).await, "the other one has ended");
}

#[tokio::test]
async fn revoking_works_within_a_second() {
    let house = House::with_one().await;
    let token = token_for("subject-1", 100);
    assert!(!house.is_refused(&token).await);
    let revoked = posting::ActiveModel { id: Set(100), revoked_at: Set(Some(NOW_MS)), ..Default::default() };
    revoked.update(&house.storage.write).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert!(house.is_refused(&token).await);
}

#[tokio::test]
async fn without_a_database_nobody_is_let_in() {
    let house = House::with_one().await;
    house.storage.clone().close().await.unwrap();
    let answer = house.authenticator.authenticate(&token_for("subject-1", 100)).await;
    assert!(matches!(answer, Err(AuthError::Unavailable(_))), "{answer:?}");
}

#[tokio::test]
async fn postings_are_found_for_demo_tokens() {
    let house = House::build(vec![
        posting::Model { id: 90, revoked_at: Some(1), ..plain_posting(90, 1, "GRID_MEMBER") },
        plain_posting(100, 1, "GRID_MEMBER"),
        plain_posting(200, 2, "MEDIATOR"),
    ])
    .await;
    let db = &house.storage.write;
    let found = posting_by_role(db, "GRID_MEMBER", None, NOW_MS).await.unwrap().unwrap();
    assert_eq!((found.posting_id, found.subject.as_str()), (100, "subject-1"));
    assert_eq!(posting_by_role(db, "GRID_MEMBER", Some("330603001001"), NOW_MS).await.unwrap(), Some(found.clone()));
    assert_eq!(posting_by_role(db, "GRID_MEMBER", Some("330603"), NOW_MS).await.unwrap(), None);
    assert_eq!(posting_by_role(db, "MEDIATOR", None, NOW_MS).await.unwrap(), None, "disabled account");
    assert_eq!(posting_at_organisation(db, "GRID_MEMBER", "O10", NOW_MS).await.unwrap(), Some(found.clone()));
    assert_eq!(posting_at_organisation(db, "SYS_ADMIN", "O10", NOW_MS).await.unwrap(), None);
    assert_eq!(posting_at_organisation(db, "GRID_MEMBER", "O11", NOW_MS).await.unwrap(), None);
    assert_eq!(posting_by_id(db, 100).await.unwrap(), Some(found));
    assert_eq!(posting_by_id(db, 1).await.unwrap(), None);
}

#[tokio::test]
async fn tokens_are_revoked_one_by_one_or_all_that_there_are() {
    let house = House::build(vec![plain_posting(100, 1, "GRID_MEMBER")]).await;
    let token = |id: &str, issued: i64| {
        let claims = with(with(demo_claims(), "jti", json!(id)), "iat", json!(issued));
        sign_demo(&demo_header(), &claims)
    };
    let (one, other, newer) = (token("a", NOW_S - 10), token("b", NOW_S - 10), token("c", NOW_S - 1));
    assert!(!house.is_refused(&one).await);
    assert!(!house.revoke(Revocation::Tokens("nobody"), NOW_MS).await);
    assert!(house.revoke(Revocation::Token("subject-1", "a"), NOW_MS).await);
    let kept = std::time::Duration::from_millis(1_100);
    tokio::time::sleep(kept).await;
    assert_eq!((house.is_refused(&one).await, house.is_refused(&other).await), (true, false));
    assert!(house.revoke(Revocation::Tokens("subject-1"), NOW_MS - 5_000).await);
    tokio::time::sleep(kept).await;
    assert_eq!((house.is_refused(&other).await, house.is_refused(&newer).await), (true, false));
    assert!(house.revoke(Revocation::Posting(100), NOW_MS).await);
    tokio::time::sleep(kept).await;
    assert!(house.is_refused(&newer).await);
    assert!(house.revoke(Revocation::Subject("subject-1"), NOW_MS).await);
    assert!(!house.revoke(Revocation::Posting(7), NOW_MS).await);
    // The trail tells of each, and of nothing that was not done.
    let entries = audit_entry::Entity::find().all(&house.storage.write).await.unwrap();
    let mut told: Vec<(&str, &str)> = entries.iter().map(|e| (e.operation.as_str(), e.objects.as_str())).collect();
    told.sort_unstable();
    let of = |operation, objects| (operation, objects);
    let expected = [
        of("revokePosting", r#"["Posting:100"]"#),
        of("revokeSubject", r#"["Account:1"]"#),
        of("revokeToken", r#"["Account:1","Token:a"]"#),
        of("revokeTokens", r#"["Account:1"]"#),
    ];
    assert_eq!(told, expected);
}
