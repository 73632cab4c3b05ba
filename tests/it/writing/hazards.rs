//! Ways in which a hazard could be judged by the wrong people or come to a stop: each is refused with its code.

use serde_json::json;

use super::once::{GRID, VILLAGE, report};
use crate::invariants::duties::{graded, offices, order};
use crate::stories::story::{DAY, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows;

on_both!(
    an_order_goes_to_offices_that_can_act_and_had_no_hand_in_it,
    an_owner_grades_only_what_it_found_itself,
    who_sits_at_the_unit_neither_grades_nor_rejects_nor_accepts,
    a_hazard_that_turns_out_major_needs_the_whole_plan,
);

/// A new person with postings: role and organisation of each.
pub(super) async fn somebody(story: &Story<'_>, number: i64, postings: &[(&str, i64, &str)]) -> Vec<Person> {
    let account = 970_000 + number * 10;
    let name = format!("somebody-{account}");
    let row = json!({ "id": account, "subject": name, "login_name": name, "display_name": "示例", "disabled": false });
    rows::insert(&story.app.database, "account", row).await;
    let mut people = vec![];
    for (posting, (role, organisation, division)) in (account..).zip(postings) {
        let row = json!({ "id": posting, "account_id": account, "organisation_id": organisation, "role": role,
            "division_code": division, "clearance": "SENSITIVE", "valid_from": 0 });
        rows::insert(&story.app.database, "posting", row).await;
        people.push(Person { posting, account, organisation: *organisation });
    }
    people
}

async fn an_order_goes_to_offices_that_can_act_and_had_no_hand_in_it(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let (regulator, peace) = (offices.regulator.organisation, offices.peace.organisation);
    let office = async |department: &str, division: &str| {
        let sql = format!(
            "SELECT MIN(id) FROM organisation WHERE department = '{department}' AND division_code = '{division}'"
        );
        story.number(&sql).await
    };
    let hazard = graded(&story, &offices, "GENERAL").await;
    let (town, city) = (office("TOWN", &VILLAGE[..9]).await, offices.city.organisation);
    for acceptance in [town, city] {
        let input = order(&story, &offices, regulator, acceptance).await;
        let refused = story.refused(offices.city, &hazard, "issueOrder", input).await;
        assert_eq!(refused, ["ASSIGNEES_INVALID acceptance"], "nobody there could accept");
    }
    for department in ["COURT", "JUST", "PETI"] {
        let input = order(&story, &offices, office(department, &VILLAGE[..6]).await, peace).await;
        let refused = story.refused(offices.city, &hazard, "issueOrder", input).await;
        assert_eq!(refused, ["ASSIGNEES_INVALID guidance"], "{department} guides nobody");
    }
    // The grid member of the village committee fixed it: the committee does not accept it later.
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let hazard = story.begin(leader, "Hazard", "reportHazard", report("消火栓漏水")).await;
    let photos = json!([story.photo(leader, "BEFORE").await, story.photo(leader, "AFTER").await]);
    story.act(leader, &hazard, "fixOnSite", json!({ "measure": "拧紧", "evidence": photos })).await;
    let grade = format!("SELECT grade FROM hazard WHERE id = {}", hazard.key());
    assert_eq!(story.text(&grade).await, "GENERAL", "what is fixed on the spot is a general one");
    let back = json!({ "reason": "仍漏水", "deadline": story.at(DAY) });
    story.act(centre, &hazard, "rejectRectification", back).await;
    let mut input = order(&story, &offices, regulator, leader.organisation).await;
    input["unit"] = id("Organisation", offices.unit).into();
    let refused = story.refused(offices.city, &hazard, "issueOrder", input.clone()).await;
    assert_eq!(refused, ["ASSIGNEES_INVALID acceptance"]);
    input["acceptance"] = id("Organisation", peace).into();
    assert_eq!(story.act(offices.city, &hazard, "issueOrder", input).await, "ASSIGNED");
}

async fn an_owner_grades_only_what_it_found_itself(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let grade = || json!({ "grade": "GENERAL", "basis": "自评" });
    let found = |source: &str| {
        json!({ "source": source, "site": id("KeySite", offices.site), "category": "FOOD", "description": "后厨不洁",
            "noPhotoReason": "夜间" })
    };
    let theirs = story.begin(offices.regulator, "Hazard", "reportHazard", found("CAMPAIGN")).await;
    assert_eq!(story.refused(offices.owner, &theirs, "gradeHazard", grade()).await, ["NOT_PERMITTED"]);
    let ours = story.begin(offices.owner, "Hazard", "reportHazard", found("SELF")).await;
    assert_eq!(story.act(offices.owner, &ours, "gradeHazard", grade()).await, "GRADED");
}

async fn who_sits_at_the_unit_neither_grades_nor_rejects_nor_accepts(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let (unit, peace) = (offices.unit, offices.peace.organisation);
    let county = &VILLAGE[..6];
    let two = somebody(&story, 1, &[("COUNTY_PEACE_OFFICER", peace, county), ("SITE_OWNER", unit, VILLAGE)]).await;
    let officer = two[0];
    let found = json!({ "source": "CAMPAIGN", "site": id("KeySite", offices.site), "category": "FOOD",
        "description": "后厨不洁", "noPhotoReason": "夜间" });
    let hazard = story.begin(offices.regulator, "Hazard", "reportHazard", found).await;
    let light = json!({ "grade": "GENERAL", "basis": "现场查看" });
    assert_eq!(story.refused(officer, &hazard, "gradeHazard", light).await, ["CONFLICT_OF_INTEREST"]);
    let reject = json!({ "reason": "不是隐患" });
    assert_eq!(story.refused(officer, &hazard, "rejectHazard", reject).await, ["CONFLICT_OF_INTEREST"]);
    let major = json!({ "grade": "MAJOR", "basis": "标准第3条" });
    story.act(offices.regulator, &hazard, "gradeHazard", major).await;
    let down = json!({ "grade": "GENERAL", "reason": "复核" });
    assert_eq!(story.refused(officer, &hazard, "regradeHazard", down.clone()).await, ["CONFLICT_OF_INTEREST"]);
    story.act(offices.city, &hazard, "regradeHazard", down).await;
    let input = order(&story, &offices, offices.regulator.organisation, peace).await;
    story.act(offices.city, &hazard, "issueOrder", input).await;
    story.act(offices.owner, &hazard, "startRectification", json!({ "plan": { "measure": "整改" } })).await;
    let report = async |by: Person| json!({ "report": "已整改", "evidence": [story.photo(by, "AFTER").await] });
    let handed_in = report(offices.owner).await;
    assert_eq!(story.act(offices.owner, &hazard, "submitRectification", handed_in).await, "RECTIFIED");
    let pass = json!({ "record": "合格", "visited": true });
    assert_eq!(story.refused(officer, &hazard, "acceptRectification", pass).await, ["CONFLICT_OF_INTEREST"]);
}

async fn a_hazard_that_turns_out_major_needs_the_whole_plan(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let hazard = graded(&story, &offices, "GENERAL").await;
    let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    story.act(offices.city, &hazard, "issueOrder", input).await;
    let short = json!({ "plan": { "measure": "整改" }, "suspend": true });
    story.act(offices.owner, &hazard, "startRectification", short.clone()).await;
    assert_eq!(story.refused(offices.owner, &hazard, "startRectification", short.clone()).await, ["ALREADY_DONE"]);
    let major = json!({ "grade": "MAJOR", "reason": "发现燃气泄漏" });
    story.act(offices.regulator, &hazard, "regradeHazard", major).await;
    let report = json!({ "report": "已整改", "evidence": [story.photo(offices.owner, "AFTER").await] });
    let refused = story.refused(offices.owner, &hazard, "submitRectification", report.clone()).await;
    assert_eq!(refused, ["PLAN_INCOMPLETE"]);
    let refused = story.refused(offices.owner, &hazard, "startRectification", short).await;
    assert_eq!(refused, ["PLAN_INCOMPLETE plan.money"]);
    let whole = json!({ "plan": { "measure": "整改", "money": "1万元", "person": "店长", "timeLimit": "十日",
        "emergencyPlan": "停气" } });
    assert_eq!(story.act(offices.owner, &hazard, "startRectification", whole).await, "RECTIFYING");
    let suspended = format!("SELECT COUNT(*) FROM hazard WHERE id = {} AND suspended", hazard.key());
    assert_eq!(story.number(&suspended).await, 1, "the second plan does not let work go on");
    assert_eq!(story.act(offices.owner, &hazard, "submitRectification", report).await, "RECTIFIED");
}
