//! The restaurant that nobody announced a visit to: a major hazard, ordered to two offices, work suspended, guided by the
//! regulator, accepted and written off by the county's peace office, and by nobody else.

use serde_json::json;

use super::story::{DAY, HOUR, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const VILLAGE: &str = "330603001008";
const COUNTY: &str = "330603";

on_both!(the_restaurant);

async fn the_restaurant(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let site = story.site("RESTAURANT", VILLAGE).await;
    let of_site = |column: &str| format!("SELECT {column} FROM key_site WHERE id = {site}");
    let (unit, regulates) = (story.number(&of_site("unit_id")).await, story.number(&of_site("regulator_id")).await);
    let owner = story.of("SITE_OWNER", unit).await;
    let regulator = story.of("COUNTY_REGULATOR", regulates).await;
    let peace = story.who("COUNTY_PEACE_OFFICER", COUNTY, None).await;
    let city = story.who("CITY_SUPERVISOR", "3306", None).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let neighbour = story.who("COUNTY_REGULATOR", "330604", None).await;

    let plan = json!({
        "kind": "SPECIAL", "mode": "UNANNOUNCED", "plannedAt": story.at(DAY), "sites": [id("KeySite", site)],
    });
    let visit = story.begin(regulator, "Inspection", "planInspection", plan).await;
    assert!(!story.sees(owner, &visit).await, "nobody announces the visit");
    assert!(!story.sees(cadre, &visit).await);
    story.later(DAY).await;
    assert_eq!(story.act(regulator, &visit, "startInspection", json!({})).await, "STARTED");
    assert!(story.sees(owner, &visit).await, "now the unit may know");
    let told = story.recipients(&visit, "startInspection").await;
    assert!(told.contains(&json!({ "organisation": unit })), "{told:?}");

    let found = json!({
        "source": "INSPECTION", "inspection": visit.id, "site": id("KeySite", site), "category": "FOOD",
        "description": "后厨使用过期食材，冷库温度失控", "evidence": [story.photo(regulator, "BEFORE").await],
    });
    let hazard = story.begin(regulator, "Hazard", "reportHazard", found).await;
    let signed = json!({ "record": "现场检查记录一份", "unitSignature": "SIGNED" });
    assert_eq!(story.act(regulator, &visit, "recordInspection", signed).await, "RECORDED");
    let grade = json!({ "grade": "MAJOR", "basis": "食品安全重大隐患", "riskColour": "RED" });
    assert_eq!(story.act(regulator, &hazard, "gradeHazard", grade).await, "GRADED");
    let down = json!({ "grade": "GENERAL", "reason": "现场已部分处置" });
    let refused = story.refused(regulator, &hazard, "regradeHazard", down).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST grade"], "who graded it MAJOR does not take it back");

    let letter = story.paper(city).await;
    let order = |guidance: i64, acceptance: i64, deadline: String| {
        json!({
            "guidance": id("Organisation", guidance), "acceptance": id("Organisation", acceptance),
            "deadline": deadline, "evidence": [letter],
        })
    };
    let yesterday = order(regulator.organisation, peace.organisation, story.at(-DAY));
    assert_eq!(story.refused(city, &hazard, "issueOrder", yesterday).await, ["DEADLINE_INVALID deadline"]);
    let twice = order(regulator.organisation, regulator.organisation, story.at(10 * DAY));
    assert_eq!(story.refused(city, &hazard, "issueOrder", twice).await, ["ASSIGNEES_INVALID acceptance"]);
    let dual = order(regulator.organisation, peace.organisation, story.at(10 * DAY));
    assert_eq!(story.act(city, &hazard, "issueOrder", dual).await, "ASSIGNED");
    for assignee in [regulator, peace] {
        let organisation = json!({ "organisation": assignee.organisation });
        assert!(story.recipients(&hazard, "issueOrder").await.contains(&organisation), "both assignees are told");
    }
    story.later(2 * HOUR).await;
    assert_eq!(story.act(regulator, &hazard, "acknowledgeAssignment", json!({})).await, "ASSIGNED");
    story.later(DAY).await;
    assert!(story.rung(&hazard).await.contains(&"CLOCK_BREACHED HAZARD_ACK".to_owned()), "the peace office slept");
    assert_eq!(story.act(peace, &hazard, "acknowledgeAssignment", json!({})).await, "ASSIGNED");

    let short = json!({ "plan": { "measure": "清理过期食材" }, "suspend": true });
    assert_eq!(story.refused(owner, &hazard, "startRectification", short).await, ["PLAN_INCOMPLETE plan.money"]);
    let full = json!({ "suspend": true, "plan": {
        "measure": "清理过期食材，修复冷库并加装温度报警", "money": "八千元", "person": "店长", "timeLimit": "七日内",
        "emergencyPlan": "停用冷库，外租冷藏车",
    } });
    assert_eq!(story.act(owner, &hazard, "startRectification", full).await, "RECTIFYING");
    assert_eq!(story.refused(peace, &hazard, "giveGuidance", json!({ "opinion": "可" })).await, ["NOT_PERMITTED"]);
    let opinion = json!({ "opinion": "冷库须加装温度记录，进货查验台账补齐" });
    assert_eq!(story.act(regulator, &hazard, "giveGuidance", opinion).await, "RECTIFYING");
    let ask = json!({ "deadline": story.at(14 * DAY), "reason": "配件到货延迟" });
    assert_eq!(story.act(owner, &hazard, "requestExtension", ask).await, "RECTIFYING");
    let answer = json!({ "agreed": true, "reason": "同意" });
    let refused = story.refused(city, &hazard, "decideExtension", answer.clone()).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "of a major hazard another than the issuer decides");
    assert_eq!(story.refused(owner, &hazard, "decideExtension", answer).await, ["NOT_PERMITTED"]);

    story.later(3 * DAY).await;
    let without = json!({ "report": "已整改" });
    assert_eq!(story.refused(owner, &hazard, "submitRectification", without).await, ["EVIDENCE_MISSING evidence"]);
    let done = json!({ "report": "过期食材已销毁，冷库已修复", "evidence": [story.photo(owner, "AFTER").await] });
    assert_eq!(story.act(owner, &hazard, "submitRectification", done).await, "RECTIFIED");
    let pass = json!({ "record": "现场复查合格", "visited": true });
    let refused = story.refused(peace, &hazard, "acceptRectification", pass.clone()).await;
    assert_eq!(refused, ["GUIDANCE_MISSING"], "not before the regulator has confirmed it");
    for (who, code) in [(owner, "NOT_PERMITTED"), (regulator, "NOT_PERMITTED"), (neighbour, "NOT_FOUND id")] {
        let refused = story.refused(who, &hazard, "acceptRectification", pass.clone()).await;
        assert_eq!(refused[0], code, "{who:?}");
    }
    let sound = json!({ "result": "PASS", "opinion": "符合要求" });
    assert_eq!(story.act(regulator, &hazard, "confirmGuidance", sound).await, "RECTIFIED");
    assert_eq!(story.act(peace, &hazard, "acceptRectification", pass).await, "ACCEPTED");
    assert_eq!(story.refused(peace, &hazard, "writeOff", json!({})).await, ["RESUME_CONSENT_MISSING evidence"]);
    let consent = json!({ "evidence": [story.paper(peace).await] });
    assert_eq!(story.act(peace, &hazard, "writeOff", consent).await, "WRITTEN_OFF");
    assert_eq!(story.act(regulator, &visit, "closeInspection", json!({})).await, "CLOSED");

    let timeline = [
        "reportHazard REPORTED",
        "gradeHazard GRADED",
        "issueOrder ASSIGNED",
        "acknowledgeAssignment ASSIGNED",
        "acknowledgeAssignment ASSIGNED",
        "startRectification RECTIFYING",
        "giveGuidance RECTIFYING",
        "requestExtension RECTIFYING",
        "submitRectification RECTIFIED",
        "confirmGuidance RECTIFIED",
        "acceptRectification ACCEPTED",
        "writeOff WRITTEN_OFF",
    ];
    assert_eq!(story.timeline(peace, &hazard).await, timeline);
    let clocks = [
        "HAZARD_ACCEPT stopped",
        "HAZARD_ACK breached",
        "HAZARD_ACK stopped",
        "HAZARD_GRADE stopped",
        "HAZARD_RECTIFY stopped",
    ];
    assert_eq!(story.clocks(peace, &hazard).await, clocks);
    assert!(!story.sees(neighbour, &hazard).await);
    story.holds_together(&hazard).await;
    story.holds_together(&visit).await;
}
