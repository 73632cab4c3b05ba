//! Orders that went wrong, units of which nobody has a posting, grades given by the wrong people: nothing stands still, and
//! nobody judges the own matter.

use serde_json::json;

use super::hazards::somebody;
use super::once::{GRID, VILLAGE, report};
use crate::invariants::duties::{Offices, graded, offices, order};
use crate::stories::story::{DAY, HOUR, Matter, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows;

on_both!(
    an_order_to_the_wrong_unit_is_taken_back,
    those_of_the_grid_act_for_a_unit_of_which_nobody_has_a_posting,
    an_owner_makes_nothing_light_of_what_others_found,
    the_acceptor_does_not_grade,
    nobody_orders_or_hands_in_against_the_other_duty,
    a_general_hazard_has_a_week,
);

async fn ordered(story: &Story<'_>, offices: &Offices, hazard: &Matter) {
    let input = order(story, offices, offices.regulator.organisation, offices.peace.organisation).await;
    assert_eq!(story.act(offices.city, hazard, "issueOrder", input).await, "ASSIGNED");
}

async fn an_order_to_the_wrong_unit_is_taken_back(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    // In the grid no unit is known; the one that is named turns out to be another.
    let hazard = story.begin(leader, "Hazard", "reportHazard", report("外墙开裂")).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let grade = json!({ "grade": "GENERAL", "basis": "现场查看" });
    story.act(centre, &hazard, "gradeHazard", grade).await;
    let other = format!("SELECT MIN(id) FROM organisation WHERE kind = 'ENTERPRISE' AND id <> {}", offices.unit);
    let other = story.number(&other).await;
    let mut input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    input["unit"] = id("Organisation", other).into();
    assert_eq!(story.act(offices.city, &hazard, "issueOrder", input.clone()).await, "ASSIGNED");
    let wrong = json!({ "reason": "责任单位有误" });
    assert_eq!(story.refused(offices.peace, &hazard, "recallOrder", wrong.clone()).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(offices.city, &hazard, "recallOrder", wrong).await, "GRADED");
    let told = story.recipients(&hazard, "recallOrder").await;
    assert!(told.contains(&json!({ "organisation": offices.peace.organisation })), "{told:?}");
    input["unit"] = id("Organisation", offices.unit).into();
    input["evidence"] = json!([story.paper(offices.city).await]);
    assert_eq!(story.act(offices.city, &hazard, "issueOrder", input).await, "ASSIGNED");
    let unit = format!("SELECT unit_id FROM hazard WHERE id = {}", hazard.key());
    assert_eq!(story.number(&unit).await, offices.unit);
    // Once the unit has started, the order stands.
    story
        .act(offices.owner, &hazard, "startRectification", json!({ "plan": { "measure": "整改" }, "suspend": true }))
        .await;
    let late = json!({ "reason": "责任单位有误" });
    assert_eq!(story.refused(offices.city, &hazard, "recallOrder", late).await, ["WRONG_STATE"]);
    // At a site that has no unit one may be wrong as well; where the site has one, it is that, whatever is named.
    let lone = format!(
        "SELECT MIN(id) FROM key_site WHERE unit_id IS NULL AND division_code = '{VILLAGE}' AND status = 'ACTIVE'"
    );
    let mut found = report("阳台堆放易燃物");
    found["grid"] = serde_json::Value::Null;
    found["site"] = id("KeySite", story.number(&lone).await).into();
    let home = story.begin(centre, "Hazard", "reportHazard", found).await;
    story.act(centre, &home, "gradeHazard", json!({ "grade": "GENERAL", "basis": "现场查看" })).await;
    for (named, outcome) in [(other, "GRADED"), (offices.unit, "ASSIGNED")] {
        let mut input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
        input["unit"] = id("Organisation", named).into();
        assert_eq!(story.act(offices.city, &home, "issueOrder", input).await, "ASSIGNED");
        if outcome == "GRADED" {
            let wrong = json!({ "reason": "责任单位有误" });
            assert_eq!(story.act(offices.city, &home, "recallOrder", wrong).await, outcome);
        }
    }
    let at_site = graded(&story, &offices, "GENERAL").await;
    let mut input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    input["unit"] = id("Organisation", other).into();
    assert_eq!(story.refused(offices.city, &at_site, "issueOrder", input).await, ["ASSIGNEES_INVALID unit"]);
    story.holds_together(&hazard).await;
}

async fn those_of_the_grid_act_for_a_unit_of_which_nobody_has_a_posting(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let hazard = graded(&story, &offices, "MAJOR").await;
    ordered(&story, &offices, &hazard).await;
    let grid = story.number(&format!("SELECT grid_id FROM hazard WHERE id = {}", hazard.key())).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(grid)).await;
    let plan = json!({ "plan": { "measure": "整改", "money": "1万元", "person": "店长", "timeLimit": "十日",
        "emergencyPlan": "停气" } });
    assert_eq!(story.refused(leader, &hazard, "startRectification", plan.clone()).await, ["NOT_PERMITTED"]);
    let ended = format!("UPDATE posting SET revoked_at = {} WHERE organisation_id = {}", story.now(), offices.unit);
    crate::evidence::desk::run(&own.0, &ended).await;
    assert_eq!(story.act(leader, &hazard, "startRectification", plan).await, "RECTIFYING");
    let report = json!({ "report": "已整改", "evidence": [story.photo(leader, "AFTER").await] });
    assert_eq!(story.act(leader, &hazard, "submitRectification", report).await, "RECTIFIED");
    // Whoever acts for the unit does not judge it.
    let twice = &[("COUNTY_REGULATOR", offices.regulator.organisation, &VILLAGE[..6])];
    let guide = somebody(&story, 5, twice).await[0];
    let acts = json!({ "id": 970_990, "account_id": guide.account, "organisation_id": leader.organisation,
        "role": "GRID_LEADER", "division_code": VILLAGE, "clearance": "PERSONAL", "valid_from": 0 });
    rows::insert(&own.0.database, "posting", acts).await;
    let pass = json!({ "result": "PASS", "opinion": "合格" });
    assert_eq!(story.refused(guide, &hazard, "confirmGuidance", pass.clone()).await, ["CONFLICT_OF_INTEREST"]);
    assert_eq!(story.act(offices.regulator, &hazard, "confirmGuidance", pass).await, "RECTIFIED");
    let seen = json!({ "record": "合格", "visited": true });
    assert_eq!(story.act(offices.peace, &hazard, "acceptRectification", seen).await, "ACCEPTED");
    story.holds_together(&hazard).await;
}

async fn an_owner_makes_nothing_light_of_what_others_found(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let found = |source: &str| {
        json!({ "source": source, "site": id("KeySite", offices.site), "category": "FOOD", "description": "后厨燃气管老化",
            "noPhotoReason": "夜间" })
    };
    let owner = offices.owner;
    let fixed = async || {
        let photos = [story.photo(owner, "BEFORE").await, story.photo(owner, "AFTER").await];
        json!({ "measure": "更换", "evidence": photos })
    };
    let theirs = story.begin(offices.regulator, "Hazard", "reportHazard", found("CAMPAIGN")).await;
    assert_eq!(story.refused(owner, &theirs, "fixOnSite", fixed().await).await, ["WRONG_STATE"]);
    let grave = json!({ "grade": "MAJOR", "reason": "泄漏" });
    story.act(offices.regulator, &theirs, "gradeHazard", json!({ "grade": "GENERAL", "basis": "现场" })).await;
    assert_eq!(story.act(owner, &theirs, "fixOnSite", fixed().await).await, "RECTIFIED");
    // It was more than it seemed: then nobody accepts it without an order.
    assert_eq!(story.act(offices.regulator, &theirs, "regradeHazard", grave).await, "RECTIFIED");
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let pass = json!({ "record": "合格", "visited": true });
    assert!(!story.refused(centre, &theirs, "acceptRectification", pass).await.is_empty());
    let back = json!({ "reason": "须下交办单", "deadline": story.at(DAY) });
    assert_eq!(story.act(centre, &theirs, "rejectRectification", back).await, "RECTIFYING");
    ordered(&story, &offices, &theirs).await;
    // What may be major is graded by an office, also when the unit has found it itself.
    let mut suspected = found("SELF");
    suspected["suspectedMajor"] = true.into();
    let suspected = story.begin(owner, "Hazard", "reportHazard", suspected).await;
    let light = json!({ "grade": "GENERAL", "basis": "自评" });
    assert_eq!(story.refused(owner, &suspected, "gradeHazard", light.clone()).await, ["NOT_PERMITTED"]);
    let grid = story.number(&format!("SELECT grid_id FROM hazard WHERE id = {}", suspected.key())).await;
    for who in [owner, story.who("GRID_LEADER", VILLAGE, Some(grid)).await] {
        let photos = [story.photo(who, "BEFORE").await, story.photo(who, "AFTER").await];
        let fixed = json!({ "measure": "更换", "evidence": photos });
        let refused = story.refused(who, &suspected, "fixOnSite", fixed).await;
        assert!(refused.contains(&"WRONG_STATE".to_owned()), "{refused:?}");
    }
    let ours = story.begin(owner, "Hazard", "reportHazard", found("SELF")).await;
    assert_eq!(story.act(owner, &ours, "gradeHazard", light).await, "GRADED");
    story.holds_together(&theirs).await;
}

async fn the_acceptor_does_not_grade(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let lightened = graded(&story, &offices, "MAJOR").await;
    let light = json!({ "grade": "GENERAL", "reason": "影响不大" });
    story.act(offices.peace, &lightened, "regradeHazard", light).await;
    let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    let refused = story.refused(offices.city, &lightened, "issueOrder", input).await;
    assert_eq!(refused, ["ASSIGNEES_INVALID acceptance"], "nor does it accept what it has graded anew");
    let hazard = graded(&story, &offices, "MAJOR").await;
    ordered(&story, &offices, &hazard).await;
    let down = json!({ "grade": "GENERAL", "reason": "影响不大" });
    assert_eq!(story.refused(offices.peace, &hazard, "regradeHazard", down.clone()).await, ["CONFLICT_OF_INTEREST"]);
    let plan = json!({ "suspend": true, "plan": { "measure": "整改", "money": "1万元", "person": "店长",
        "timeLimit": "十日", "emergencyPlan": "停气" } });
    story.act(offices.owner, &hazard, "startRectification", plan).await;
    story.act(offices.city, &hazard, "regradeHazard", down).await;
    let report = json!({ "report": "已整改", "evidence": [story.photo(offices.owner, "AFTER").await] });
    story.act(offices.owner, &hazard, "submitRectification", report).await;
    // A document alone shows nothing of the place.
    let unseen = json!({ "record": "合格", "visited": false, "evidence": [story.paper(offices.peace).await] });
    let refused = story.refused(offices.peace, &hazard, "acceptRectification", unseen).await;
    assert_eq!(refused, ["EVIDENCE_MISSING evidence"]);
    let seen = json!({ "record": "合格", "visited": true });
    assert_eq!(story.act(offices.peace, &hazard, "acceptRectification", seen).await, "ACCEPTED");
    // Work was suspended: it resumes with a consent, whatever the grade is by now.
    let refused = story.refused(offices.peace, &hazard, "writeOff", json!({})).await;
    assert_eq!(refused, ["RESUME_CONSENT_MISSING evidence"]);
    let consent = json!({ "evidence": [story.paper(offices.peace).await] });
    assert_eq!(story.act(offices.peace, &hazard, "writeOff", consent).await, "WRITTEN_OFF");
}

async fn nobody_orders_or_hands_in_against_the_other_duty(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let (unit, peace, county) = (offices.unit, offices.peace.organisation, &VILLAGE[..6]);
    let two = somebody(&story, 6, &[("COUNTY_PEACE_OFFICER", peace, county), ("SITE_OWNER", unit, VILLAGE)]).await;
    let hazard = graded(&story, &offices, "GENERAL").await;
    let input = order(&story, &offices, offices.regulator.organisation, peace).await;
    assert_eq!(story.refused(two[0], &hazard, "issueOrder", input).await[0], "CONFLICT_OF_INTEREST");
    let village = story.who("VILLAGE_CADRE", VILLAGE, None).await.organisation;
    let input = order(&story, &offices, offices.regulator.organisation, village).await;
    let refused = story.refused(offices.city, &hazard, "issueOrder", input).await;
    assert_eq!(refused, ["ASSIGNEES_INVALID acceptance"], "under an order the village does not accept");
    ordered(&story, &offices, &hazard).await;
    story.act(offices.owner, &hazard, "startRectification", json!({ "plan": { "measure": "整改" } })).await;
    let report = json!({ "report": "已整改", "evidence": [story.photo(two[1], "AFTER").await] });
    let refused = story.refused(two[1], &hazard, "submitRectification", report).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "who belongs to the office that accepts hands nothing in");
}

async fn a_general_hazard_has_a_week(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let open = async |grade: &str| {
        let hazard = graded(&story, &offices, grade).await;
        let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
        let mut input = input.as_object().expect("an object").clone();
        input.remove("deadline");
        (hazard, json!(input))
    };
    let (major, input) = open("MAJOR").await;
    assert_eq!(story.refused(offices.city, &major, "issueOrder", input).await, ["DEADLINE_INVALID deadline"]);
    let (general, input) = open("GENERAL").await;
    story.act(offices.city, &general, "issueOrder", input).await;
    // The demo's clock stands at midnight of 1 April: day 1 is the 2nd, and the 8th is over at 24:00.
    let due = format!("SELECT due_at FROM sla_clock WHERE hazard_id = {} AND kind = 'HAZARD_RECTIFY'", general.key());
    assert_eq!(story.number(&due).await, story.now() + 8 * DAY);
    story.later(8 * DAY + HOUR).await;
    let escalated = format!("SELECT COUNT(*) FROM hazard WHERE id = {} AND escalated_at IS NOT NULL", general.key());
    assert_eq!(story.number(&escalated).await, 1);
}
