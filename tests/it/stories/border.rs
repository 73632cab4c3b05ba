//! A dispute on the border of 平湖 and 金山: the partner of one side registers and mediates it, the partner of the other
//! sees it, and nobody else of either city does.

use serde_json::json;

use super::story::{DAY, HOUR, Matter, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

/// A village of 平湖, on the border.
const VILLAGE: &str = "330482106209";

on_both!(the_border);

async fn the_border(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let pinghu = story.who("JOINT_PARTNER", "330482", None).await;
    let jinshan = story.who("JOINT_PARTNER", "310116", None).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", "330482106", None).await;
    let other_centre = story.who("TOWN_CENTRE_OPERATOR", "310116107", None).await;
    let public = story.who("PUBLIC_STAT", "3304", None).await;
    let mechanism = id("JointMechanism", story.number("SELECT MIN(id) FROM joint_mechanism").await);

    let quarrel = |mechanism: Option<&str>| {
        json!({
            "channel": "WINDOW", "division": VILLAGE, "title": "边界水渠纠纷",
            "summary": "两地农户为边界水渠清淤分摊费用争执", "jointMechanism": mechanism, "parties": [
                { "kind": "PERSON", "name": "示例庚", "contact": "10000000041" },
                { "kind": "PERSON", "name": "示例辛", "contact": "10000000042" },
            ],
        })
    };
    let unborn = Matter { view: "Dispute", id: String::new() };
    let refused = story.refused(jinshan, &unborn, "registerDispute", quarrel(None)).await;
    assert_eq!(refused, ["NOT_PERMITTED jointMechanism"], "a partner registers joint disputes alone");
    let dispute = story.begin(jinshan, "Dispute", "registerDispute", quarrel(Some(&mechanism))).await;
    for (who, sees) in [(jinshan, true), (pinghu, true), (centre, true), (other_centre, false), (public, false)] {
        assert_eq!(story.sees(who, &dispute).await, sees, "{who:?}");
    }
    let competent = format!(
        "SELECT c.organisation_id FROM governance_centre c JOIN dispute d ON d.accepted_centre_id = c.id
         WHERE d.id = {} AND '{VILLAGE}' LIKE c.division_code || '%'",
        dispute.key()
    );
    let told = [json!({ "organisation": story.number(&competent).await })];
    assert_eq!(story.recipients(&dispute, "registerDispute").await, told, "the centre on whose side it lies");
    let take = json!({ "decision": "NOT_ACCEPTED", "told": "不予受理" });
    assert_eq!(story.refused(other_centre, &dispute, "triageDispute", take).await, ["NOT_FOUND id"]);
    story.later(9 * HOUR).await;
    let triage = json!({
        "decision": "ACCEPTED", "riskLevel": "YELLOW", "typeCodes": ["NEIGHBOUR"], "scale": "INDIVIDUAL",
    });
    assert_eq!(story.refused(pinghu, &dispute, "triageDispute", triage.clone()).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(centre, &dispute, "triageDispute", triage).await, "ACCEPTED");
    let handler = json!({ "handler": id("Organisation", jinshan.organisation) });
    assert_eq!(story.act(centre, &dispute, "dispatchDispute", handler).await, "DISPATCHED");
    let told = story.recipients(&dispute, "dispatchDispute").await;
    assert!(told.contains(&json!({ "organisation": jinshan.organisation })), "{told:?}");
    let declared = json!({ "rightsTold": true, "unrelated": true });
    assert_eq!(story.act(jinshan, &dispute, "startMediation", declared).await, "MEDIATING");
    for (place, result) in [("廊下镇", "CONTINUE"), ("广陈镇", "AGREED")] {
        story.later(4 * DAY).await;
        let session = json!({
            "form": "FACE_TO_FACE", "place": place, "partiesPresent": 2, "progress": "两地联合调解", "result": result,
        });
        // Sessions are held by either side.
        let mediator = if result == "AGREED" { pinghu } else { jinshan };
        assert_eq!(story.act(mediator, &dispute, "addSession", session).await, "MEDIATING");
    }
    let oral = json!({ "form": "ORAL", "terms": "两地各出一半，每年入汛前清淤" });
    assert_eq!(story.act(jinshan, &dispute, "recordAgreement", oral).await, "AGREED");
    let kept = json!({ "performance": "PERFORMED", "satisfied": true });
    assert_eq!(story.act(pinghu, &dispute, "recordPerformance", kept).await, "FOLLOWED_UP");
    assert_eq!(story.refused(jinshan, &dispute, "closeDispute", json!({})).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(centre, &dispute, "closeDispute", json!({})).await, "CLOSED");

    let timeline = [
        "registerDispute REGISTERED",
        "triageDispute ACCEPTED",
        "dispatchDispute DISPATCHED",
        "startMediation MEDIATING",
        "addSession MEDIATING",
        "addSession MEDIATING",
        "recordAgreement AGREED",
        "recordPerformance FOLLOWED_UP",
        "closeDispute CLOSED",
    ];
    assert_eq!(story.timeline(pinghu, &dispute).await, timeline);
    let clocks = story.clocks(centre, &dispute).await;
    assert!(clocks.iter().all(|clock| clock.ends_with("stopped")), "{clocks:?}");
    assert!(!story.sees(other_centre, &dispute).await);
    story.holds_together(&dispute).await;
}
