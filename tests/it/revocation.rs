//! What is revoked is refused over the API, and the trail tells of it.

use fengqiao::identity::{Revocation, revoke};
use fengqiao::trail::entry::HashAlgorithm;
use serde_json::json;

use crate::stories::story::Story;
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(what_is_revoked_is_refused_and_told);

async fn what_is_revoked_is_refused_and_told(own: &OwnTestApp) {
    let app = &own.0;
    let story = Story::new(app);
    let cadre = story.who("VILLAGE_CADRE", "330603001008", None).await;
    let actor = app.as_posting(cadre.posting, None).await;
    assert_eq!(actor.graphql("{ serverTime }", json!({})).await.status, 200);
    let posting = cadre.posting;
    let subject =
        format!("SELECT a.subject FROM account a JOIN posting p ON p.account_id = a.id WHERE p.id = {posting}");
    let subject = story.text(&subject).await;
    let now = story.now();
    let revoked = async |what| revoke(&app.database.storage, HashAlgorithm::default(), what, now).await.expect("done");
    assert!(!revoked(Revocation::Subject("nobody")).await && !revoked(Revocation::Posting(1 << 60)).await);
    assert!(revoked(Revocation::Token(&subject, "7d0f")).await);
    assert!(revoked(Revocation::Tokens(&subject)).await);
    assert!(revoked(Revocation::Posting(posting)).await);
    assert!(revoked(Revocation::Subject(&subject)).await);
    while actor.graphql("{ serverTime }", json!({})).await.status != 401 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let told = "SELECT COUNT(*) FROM audit_entry WHERE operation IN \
                ('revokeToken', 'revokeTokens', 'revokePosting', 'revokeSubject')";
    assert_eq!(story.number(told).await, 4);
    let of_token = "SELECT COUNT(*) FROM audit_entry WHERE operation = 'revokeToken' AND objects LIKE '%Token:7d0f%'";
    assert_eq!(story.number(of_token).await, 1);
}
