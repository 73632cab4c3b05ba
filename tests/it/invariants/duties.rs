//! Invariants 1, 2, 4, 5 and 6: who may do what after whom, and what has to be there.

use serde_json::json;

use crate::stories::roof::{parties, signed};
use crate::stories::story::{DAY, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows;

pub(crate) const VILLAGE: &str = "330603001008";

on_both!(
    n1_a_dual_order_has_two_assignees_and_an_acceptor_apart,
    n2_a_major_hazard_is_not_made_light_of,
    n4_mediation_needs_consent_and_an_agreement_every_signature,
    n4_the_signature_that_was_missing_gives_effect,
    n5_the_court_is_asked_for_the_right_kind_and_by_all,
    n6_whoever_ends_a_mediation_tells_the_ways_that_are_open,
    what_was_fixed_on_the_spot_can_still_be_ordered,
);

/// Who deals with the hazards of a restaurant of the village.
pub(crate) struct Offices {
    pub(crate) site: i64,
    pub(crate) unit: i64,
    pub(crate) owner: Person,
    pub(crate) regulator: Person,
    pub(crate) peace: Person,
    pub(crate) city: Person,
}

pub(crate) async fn offices(story: &Story<'_>) -> Offices {
    let site = story.site("RESTAURANT", VILLAGE).await;
    let of_site = |column: &str| format!("SELECT {column} FROM key_site WHERE id = {site}");
    let unit = story.number(&of_site("unit_id")).await;
    let regulates = story.number(&of_site("regulator_id")).await;
    Offices {
        site,
        unit,
        owner: story.of("SITE_OWNER", unit).await,
        regulator: story.of("COUNTY_REGULATOR", regulates).await,
        peace: story.who("COUNTY_PEACE_OFFICER", &VILLAGE[..6], None).await,
        city: story.who("CITY_SUPERVISOR", &VILLAGE[..4], None).await,
    }
}

pub(crate) async fn graded(story: &Story<'_>, offices: &Offices, grade: &str) -> Matter {
    let found = json!({
        "source": "CAMPAIGN", "site": id("KeySite", offices.site), "category": "FOOD", "description": "后厨不洁",
        "evidence": [story.photo(offices.regulator, "BEFORE").await],
    });
    let hazard = story.begin(offices.regulator, "Hazard", "reportHazard", found).await;
    let grade = json!({ "grade": grade, "basis": "标准第3条", "riskColour": "ORANGE" });
    story.act(offices.regulator, &hazard, "gradeHazard", grade).await;
    hazard
}

pub(crate) async fn order(story: &Story<'_>, offices: &Offices, guidance: i64, acceptance: i64) -> serde_json::Value {
    json!({
        "guidance": id("Organisation", guidance), "acceptance": id("Organisation", acceptance),
        "deadline": story.at(10 * DAY), "evidence": [story.paper(offices.city).await],
    })
}

async fn n1_a_dual_order_has_two_assignees_and_an_acceptor_apart(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let (regulator, peace, unit) = (offices.regulator.organisation, offices.peace.organisation, offices.unit);
    let hazard = graded(&story, &offices, "GENERAL").await;
    for (guidance, acceptance, field) in [
        (regulator, regulator, "acceptance"),
        (regulator, unit, "acceptance"),
        (unit, peace, "guidance"),
        (peace, peace, "guidance"),
    ] {
        let input = order(&story, &offices, guidance, acceptance).await;
        let refused = story.refused(offices.city, &hazard, "issueOrder", input).await;
        assert_eq!(refused, [format!("ASSIGNEES_INVALID {field}")]);
    }
    let input = order(&story, &offices, regulator, peace).await;
    story.act(offices.city, &hazard, "issueOrder", input).await;
    let assigned = format!(
        "SELECT COUNT(*), COUNT(DISTINCT a.organisation_id) FROM order_assignment a
         JOIN hazard h ON h.order_id = a.order_id WHERE h.id = {}",
        hazard.key()
    );
    let found = rows::select(&own.0.database, &assigned, 2).await;
    assert_eq!((found[0][0].as_i64(), found[0][1].as_i64()), (Some(2), Some(2)));
    let plan = json!({ "plan": { "measure": "整改" } });
    story.act(offices.owner, &hazard, "startRectification", plan).await;
    let done = json!({ "report": "已整改", "evidence": [story.photo(offices.owner, "AFTER").await] });
    story.act(offices.owner, &hazard, "submitRectification", done).await;
    let pass = json!({ "record": "合格", "visited": true });
    for who in [offices.owner, offices.regulator, offices.city] {
        let refused = story.refused(who, &hazard, "acceptRectification", pass.clone()).await;
        assert_eq!(refused, ["NOT_PERMITTED"], "{who:?}");
    }
    // The person who has handed it in, now in the acceptor's office, is still the one.
    let submitter = Person { posting: 925_000 + offices.owner.posting, ..offices.owner };
    let row = json!({ "id": submitter.posting, "account_id": submitter.account, "organisation_id": peace,
        "division_code": VILLAGE[..6], "role": "COUNTY_PEACE_OFFICER", "clearance": "SENSITIVE", "valid_from": 0 });
    rows::insert(&own.0.database, "posting", row).await;
    let refused = story.refused(submitter, &hazard, "acceptRectification", pass.clone()).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST"]);
    story.act(offices.peace, &hazard, "acceptRectification", pass).await;
}

async fn n2_a_major_hazard_is_not_made_light_of(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let hazard = graded(&story, &offices, "MAJOR").await;
    let photos = json!([story.photo(offices.owner, "BEFORE").await, story.photo(offices.owner, "AFTER").await]);
    let spot = json!({ "measure": "当场整改", "evidence": photos });
    assert_eq!(story.refused(offices.owner, &hazard, "fixOnSite", spot).await, ["GENERAL_ONLY"]);
    let down = json!({ "grade": "GENERAL", "reason": "复核" });
    let refused = story.refused(offices.regulator, &hazard, "regradeHazard", down.clone()).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST grade"]);
    let unsaid = json!({ "grade": "GENERAL", "reason": " " });
    let refused = story.refused(offices.city, &hazard, "regradeHazard", unsaid).await;
    assert_eq!(refused, ["INPUT_INCOMPLETE reason"], "and not without a reason");
    story.act(offices.city, &hazard, "regradeHazard", down).await;
    // Nor is it accepted without the regulator's word, or work resumed without a consent.
    let grave = graded(&story, &offices, "MAJOR").await;
    let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    story.act(offices.city, &grave, "issueOrder", input).await;
    let plan = json!({ "suspend": true, "plan": { "measure": "整改", "money": "1万元", "person": "店长",
        "timeLimit": "十日", "emergencyPlan": "停气" } });
    story.act(offices.owner, &grave, "startRectification", plan).await;
    let report = json!({ "report": "已整改", "evidence": [story.photo(offices.owner, "AFTER").await] });
    story.act(offices.owner, &grave, "submitRectification", report).await;
    let pass = json!({ "record": "合格", "visited": true });
    let refused = story.refused(offices.peace, &grave, "acceptRectification", pass.clone()).await;
    assert_eq!(refused, ["GUIDANCE_MISSING"]);
    story.act(offices.regulator, &grave, "confirmGuidance", json!({ "result": "PASS", "opinion": "合格" })).await;
    story.act(offices.peace, &grave, "acceptRectification", pass).await;
    let refused = story.refused(offices.peace, &grave, "writeOff", json!({})).await;
    assert_eq!(refused, ["RESUME_CONSENT_MISSING evidence"]);
    let consent = json!({ "evidence": [story.paper(offices.peace).await] });
    assert_eq!(story.act(offices.peace, &grave, "writeOff", consent).await, "WRITTEN_OFF");
}

/// A dispute that the village committee has been given; the consent of the second party as it is said.
async fn dispatched(story: &Story<'_>, consent: &str) -> (Matter, Person, Person) {
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let mediator = story.who("MEDIATOR", VILLAGE, None).await;
    let quarrel = json!({
        "channel": "WINDOW", "division": VILLAGE, "title": "噪声纠纷", "summary": "夜间噪声", "parties": [
            { "kind": "PERSON", "name": "示例寅", "contact": "10000000071", "consent": "YES" },
            { "kind": "PERSON", "name": "示例卯", "contact": "10000000072", "consent": consent },
        ],
    });
    let dispute = story.begin(centre, "Dispute", "registerDispute", quarrel).await;
    let triage =
        json!({ "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["NEIGHBOUR"], "scale": "INDIVIDUAL" });
    story.act(centre, &dispute, "triageDispute", triage).await;
    let committee = format!(
        "SELECT id FROM mediation_organisation
         WHERE division_code = '{VILLAGE}' AND kind = 'PEOPLES_COMMITTEE_VILLAGE'"
    );
    let to = json!({ "mediationOrganisation": id("MediationOrganisation", story.number(&committee).await) });
    story.act(centre, &dispute, "dispatchDispute", to).await;
    (dispute, centre, mediator)
}

async fn mediated(story: &Story<'_>) -> (Matter, Person, Person) {
    let (dispute, centre, mediator) = dispatched(story, "YES").await;
    let declared = json!({ "rightsTold": true, "unrelated": true });
    story.act(mediator, &dispute, "startMediation", declared).await;
    let session = json!({
        "form": "FACE_TO_FACE", "place": "调解室", "partiesPresent": 2, "progress": "各退一步", "result": "CONTINUE",
    });
    story.act(mediator, &dispute, "addSession", session).await;
    (dispute, centre, mediator)
}

async fn n4_mediation_needs_consent_and_an_agreement_every_signature(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (dispute, _, mediator) = dispatched(&story, "NO").await;
    let declared = json!({ "rightsTold": true, "unrelated": true });
    assert_eq!(story.refused(mediator, &dispute, "startMediation", declared).await, ["CONSENT_MISSING"]);
    let (dispute, _, mediator) = {
        own.0.clock.advance(DAY);
        mediated_again(&story).await
    };
    let parties = parties(&story, &dispute).await;
    let all = signed(&story, mediator, &parties, "十点后静音").await;
    for (without, refusal) in [
        ("mediatorSignedAt", "SIGNATURES_MISSING mediatorSignedAt"),
        ("sealedAt", "SIGNATURES_MISSING sealedAt"),
        ("evidence", "EVIDENCE_MISSING evidence"),
    ] {
        let mut input = all.clone();
        input.as_object_mut().expect("an object").remove(without);
        assert_eq!(story.refused(mediator, &dispute, "recordAgreement", input).await, [refusal]);
    }
    story.act(mediator, &dispute, "recordAgreement", all).await;
    let effective = format!("SELECT effective_at FROM mediation_agreement WHERE dispute_id = {}", dispute.key());
    assert_eq!(story.number(&effective).await, story.now(), "with the last signature it takes effect");
}

async fn n4_the_signature_that_was_missing_gives_effect(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    // One that was brought along from before: written, and without the seal.
    let open = "FROM dispute d JOIN mediation_agreement a ON a.id = d.agreement_id
        WHERE d.status = 'AGREED' AND a.form = 'WRITTEN' AND a.effective_at IS NULL";
    let key = story.number(&format!("SELECT MIN(d.id) {open}")).await;
    let dispute = Matter { view: "Dispute", id: id("Dispute", key) };
    let handler = story.number(&format!("SELECT handling_organisation_id FROM dispute WHERE id = {key}")).await;
    let mediator = story.of("MEDIATOR", handler).await;
    let parties = parties(&story, &dispute).await;
    let all = signed(&story, mediator, &parties, "").await;
    let mut input = json!({ "evidence": all["evidence"], "signatures": all["signatures"],
        "mediatorSignedAt": all["mediatorSignedAt"] });
    input["sealedAt"] = story.at(DAY).into();
    let refused = story.refused(mediator, &dispute, "completeAgreement", input.clone()).await;
    assert_eq!(refused, ["DEADLINE_INVALID sealedAt"], "nothing is sealed tomorrow");
    input["sealedAt"] = story.at(0).into();
    assert_eq!(story.act(mediator, &dispute, "completeAgreement", input.clone()).await, "AGREED");
    let effective = format!("SELECT effective_at FROM mediation_agreement WHERE dispute_id = {key}");
    assert_eq!(story.number(&effective).await, story.now());
    assert_eq!(story.refused(mediator, &dispute, "completeAgreement", input).await, ["ALREADY_DONE"]);
}

/// The same people again: it is looked at, and it is another dispute.
async fn mediated_again(story: &Story<'_>) -> (Matter, Person, Person) {
    let first = story.number("SELECT MAX(id) FROM dispute").await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let open = Matter { view: "Dispute", id: id("Dispute", first) };
    let back = json!({ "reason": "对方不同意", "reconciled": false });
    story.act(centre, &open, "withdrawDispute", back).await;
    mediated(story).await
}

async fn n5_the_court_is_asked_for_the_right_kind_and_by_all(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (dispute, _, mediator) = mediated(&story).await;
    let court = story.who("COURT_CLERK", &VILLAGE[..6], None).await;
    let parties = parties(&story, &dispute).await;
    let agreement = signed(&story, mediator, &parties, "十点后静音").await;
    story.act(mediator, &dispute, "recordAgreement", agreement).await;
    let ask = |asked: &[String], identity: bool, court: i64| json!({ "court": id("Organisation", court), "askedBy": asked, "identityRelation": identity });
    for (input, refusal) in [
        (ask(&parties, true, court.organisation), "NOT_CONFIRMABLE identityRelation"),
        (ask(&parties[..1], false, court.organisation), "PARTIES_MISSING askedBy"),
        (ask(&parties, false, mediator.organisation), "REFERENCE_UNKNOWN court"),
    ] {
        assert_eq!(story.refused(mediator, &dispute, "requestConfirmation", input).await, [refusal]);
    }
    own.0.clock.advance(31 * DAY);
    let late = ask(&parties, false, court.organisation);
    assert_eq!(story.refused(mediator, &dispute, "requestConfirmation", late).await, ["TOO_LATE"]);
}

async fn n6_whoever_ends_a_mediation_tells_the_ways_that_are_open(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (dispute, _, mediator) = mediated(&story).await;
    let silent = json!({ "reason": "FAILED", "routes": "  " });
    assert_eq!(story.refused(mediator, &dispute, "terminateMediation", silent).await, ["INPUT_INCOMPLETE routes"]);
    let early = json!({ "reason": "TIMEOUT", "routes": "可向人民法院起诉" });
    assert_eq!(story.refused(mediator, &dispute, "terminateMediation", early).await, ["TOO_EARLY reason"]);
    let told = json!({ "reason": "FAILED", "routes": "可向人民法院起诉，或申请仲裁" });
    assert_eq!(story.act(mediator, &dispute, "terminateMediation", told).await, "TERMINATED");
}

/// What was sent back after a repair on the spot and turns out to be major is ordered like any other.
async fn what_was_fixed_on_the_spot_can_still_be_ordered(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let hazard = graded(&story, &offices, "GENERAL").await;
    let photos = json!([story.photo(offices.owner, "BEFORE").await, story.photo(offices.owner, "AFTER").await]);
    story.act(offices.owner, &hazard, "fixOnSite", json!({ "measure": "当场整改", "evidence": photos })).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let back = json!({ "reason": "仍有油污", "deadline": story.at(3 * DAY) });
    assert_eq!(story.act(cadre, &hazard, "rejectRectification", back).await, "RECTIFYING");
    let major = json!({ "grade": "MAJOR", "reason": "发现燃气泄漏" });
    story.act(offices.regulator, &hazard, "regradeHazard", major).await;
    let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    assert_eq!(story.act(offices.city, &hazard, "issueOrder", input.clone()).await, "ASSIGNED");
    let running = format!(
        "SELECT COUNT(*) FROM sla_clock WHERE hazard_id = {} AND kind = 'HAZARD_RECTIFY' AND stopped_at IS NULL",
        hazard.key()
    );
    assert_eq!(story.number(&running).await, 1, "the order's deadline, and not the other one as well");
    let plan = json!({ "plan": { "measure": "整改", "money": "1万元", "person": "店长", "timeLimit": "十日",
        "emergencyPlan": "停气" } });
    story.act(offices.owner, &hazard, "startRectification", plan).await;
    let again = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    assert_eq!(story.refused(offices.city, &hazard, "issueOrder", again).await, ["UNDER_ORDER"]);
}
