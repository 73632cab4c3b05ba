//! The neighbours' roof tiles: applied for by the code at the door, talked over six times in the village studio,
//! agreed in writing, paid for, visited and closed.

use serde_json::json;

use super::story::{DAY, HOUR, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const VILLAGE: &str = "330603001008";
const TOWNSHIP: &str = "330603001";

on_both!(the_roof_tiles);

/// Keys of the parties of a dispute, in their order.
pub(crate) async fn parties(story: &Story<'_>, dispute: &Matter) -> Vec<String> {
    let sql = format!("SELECT id FROM party WHERE dispute_id = {} ORDER BY id", dispute.key());
    let rows = crate::support::rows::select(&story.app.database, &sql, 1).await;
    rows.iter().filter_map(|row| row[0].as_i64()).map(|key| id("Party", key)).collect()
}

/// Signatures of all, and whatever a written agreement needs beside.
pub(crate) async fn signed(story: &Story<'_>, mediator: Person, parties: &[String], terms: &str) -> serde_json::Value {
    let signatures: Vec<_> = parties.iter().map(|party| json!({ "party": party, "signedAt": story.at(0) })).collect();
    json!({
        "form": "WRITTEN", "terms": terms, "signatures": signatures, "mediatorSignedAt": story.at(0),
        "sealedAt": story.at(0), "performanceDueAt": story.at(20 * DAY), "evidence": [story.paper(mediator).await],
    })
}

async fn the_roof_tiles(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let resident = story.who("RESIDENT", VILLAGE, None).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", TOWNSHIP, None).await;
    let mediator = story.who("MEDIATOR", VILLAGE, None).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let elsewhere = story.who("TOWN_CENTRE_OPERATOR", "330603008", None).await;
    let stranger = story.who("RESIDENT", "330603008001", None).await;
    let code = story
        .text(&format!(
            "SELECT qr_token FROM key_site WHERE division_code = '{VILLAGE}' AND status = 'ACTIVE' ORDER BY id"
        ))
        .await;
    let application = |parties| {
        json!({
            "channel": "QR_CODE", "qrToken": code, "title": "屋顶瓦片滑落引起的邻里纠纷",
            "summary": "大风后邻居屋顶瓦片滑落，砸坏晾晒棚，双方对修理费有争议。", "parties": parties,
        })
    };
    let neighbours = json!([
        { "kind": "PERSON", "name": "示例甲", "self": true, "contact": "10000000011", "consent": "YES" },
        { "kind": "PERSON", "name": "示例乙", "contact": "10000000012", "consent": "YES" },
    ]);
    let unborn = Matter { view: "Dispute", id: String::new() };
    let alone = application(json!([{ "kind": "PERSON", "name": "示例甲", "self": true }]));
    let refused = story.refused(resident, &unborn, "registerDispute", alone).await;
    assert_eq!(refused, ["PARTIES_MISSING parties"]);
    let dispute = story.begin(resident, "Dispute", "registerDispute", application(neighbours)).await;
    assert_eq!(story.recipients(&dispute, "registerDispute").await, [json!({ "organisation": centre.organisation })]);
    for (who, sees) in [(resident, true), (centre, true), (stranger, false), (elsewhere, false)] {
        assert_eq!(story.sees(who, &dispute).await, sees, "{who:?}");
    }
    let refused =
        story.refused(stranger, &dispute, "withdrawDispute", json!({ "reason": "不想再谈", "reconciled": true }));
    assert_eq!(refused.await, ["NOT_FOUND id"]);

    story.later(8 * HOUR).await;
    let triage = json!({
        "decision": "ACCEPTED", "riskLevel": "YELLOW", "typeCodes": ["NEIGHBOUR"], "scale": "INDIVIDUAL",
    });
    let refused = story.refused(cadre, &dispute, "triageDispute", triage.clone()).await;
    assert_eq!(refused, ["NOT_PERMITTED"]);
    assert_eq!(story.act(centre, &dispute, "triageDispute", triage).await, "ACCEPTED");
    let studio = story
        .number(&format!(
            "SELECT id FROM mediation_organisation WHERE division_code = '{VILLAGE}' AND kind = 'BRAND_STUDIO'"
        ))
        .await;
    let township = story
        .number(&format!("SELECT id FROM mediation_organisation WHERE division_code = '{TOWNSHIP}' ORDER BY id"))
        .await;
    let above = json!({ "mediationOrganisation": id("MediationOrganisation", township) });
    assert_eq!(story.refused(centre, &dispute, "dispatchDispute", above).await, ["VILLAGE_FIRST levelReason"]);
    let to_studio = json!({ "mediationOrganisation": id("MediationOrganisation", studio) });
    assert_eq!(story.act(centre, &dispute, "dispatchDispute", to_studio).await, "DISPATCHED");
    let told = story.recipients(&dispute, "dispatchDispute").await;
    assert!(told.contains(&json!({ "organisation": mediator.organisation })), "{told:?}");

    story.later(4 * HOUR).await;
    let related = json!({ "rightsTold": true, "unrelated": false });
    let refused = story.refused(mediator, &dispute, "startMediation", related).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST unrelated"]);
    let declared = json!({ "rightsTold": true, "unrelated": true });
    assert_eq!(story.act(mediator, &dispute, "startMediation", declared).await, "MEDIATING");
    let refused =
        story.refused(mediator, &dispute, "recordAgreement", json!({ "form": "ORAL", "terms": "修好" })).await;
    assert_eq!(refused, ["WRONG_STATE"], "nothing is agreed before a session was held");
    for number in 1..=6 {
        story.later(3 * DAY).await;
        let session = json!({
            "form": "FACE_TO_FACE", "place": "村调解工作室", "partiesPresent": 2,
            "progress": format!("第{number}次调解"), "result": if number == 6 { "AGREED" } else { "CONTINUE" },
        });
        assert_eq!(story.act(mediator, &dispute, "addSession", session).await, "MEDIATING");
    }
    let parties = parties(&story, &dispute).await;
    let one_side = signed(&story, mediator, &parties[..1], "乙方修复瓦片并赔偿修理费").await;
    let refused = story.refused(mediator, &dispute, "recordAgreement", one_side).await;
    assert_eq!(refused, ["SIGNATURES_MISSING signatures"]);
    let agreement = signed(&story, mediator, &parties, "乙方修复瓦片并赔偿修理费").await;
    assert_eq!(story.act(mediator, &dispute, "recordAgreement", agreement).await, "AGREED");
    let account = json!({ "account": resident.account });
    assert!(story.recipients(&dispute, "recordAgreement").await.contains(&account), "the parties are told");

    story.later(15 * DAY).await;
    let paid = json!({ "performance": "PERFORMED", "satisfied": true });
    assert_eq!(story.act(mediator, &dispute, "recordPerformance", paid).await, "FOLLOWED_UP");
    assert_eq!(story.refused(mediator, &dispute, "closeDispute", json!({})).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(centre, &dispute, "closeDispute", json!({})).await, "CLOSED");

    let sessions = ["addSession MEDIATING"; 6];
    let mut timeline = vec![
        "registerDispute REGISTERED",
        "triageDispute ACCEPTED",
        "dispatchDispute DISPATCHED",
        "startMediation MEDIATING",
    ];
    timeline.extend(sessions);
    timeline.extend(["recordAgreement AGREED", "recordPerformance FOLLOWED_UP", "closeDispute CLOSED"]);
    assert_eq!(story.timeline(centre, &dispute).await, timeline);
    let stopped = ["CONFIRM_WINDOW", "DISPUTE_ACK", "DISPUTE_RESOLVE", "DISPUTE_TRIAGE", "PERFORM"];
    assert_eq!(story.clocks(centre, &dispute).await, stopped.map(|kind| format!("{kind} stopped")));
    assert!(!story.sees(stranger, &dispute).await);
    let log = story.ask(
        resident,
        "{ myAccessLog { edges { node { organisation { name } purpose dispute { id } } } } }",
        json!({}),
    );
    let log = log.await;
    let looked = log["myAccessLog"]["edges"].as_array().cloned().unwrap_or_default();
    assert!(looked.iter().any(|access| access["node"]["dispute"]["id"] == dispute.id.as_str()), "{log}");
    story.holds_together(&dispute).await;
}
