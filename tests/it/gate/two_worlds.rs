//! Two cities that differ only in what a viewer may not see give that viewer the same answers, byte by byte.
//!
//! Each question is asked by two of the viewers; with `FENGQIAO_EVERY_VIEWER=1` by all of them.

use super::enumerate;
use super::world::World;
use crate::oracle::Oracle;
use crate::oracle::policy::Shown;
use crate::oracle::verdict::Relation;
use crate::support::backend::{Backend, Fixture};
use crate::support::city::OwnCity;

/// Personal values of all families, and where private dwellings are.
const PERSONAL: &[&str] = &[
    "UPDATE party SET name = '甲某某', contact = NULL, id_number = NULL, representative = NOT representative",
    "UPDATE party SET birth_date = '1950-01-01' WHERE birth_date IS NOT NULL",
    "UPDATE dispute SET place = '别处', summary = '别的', lon = 120.7, lat = 30.1",
    "UPDATE mediation_agreement SET terms = '别的', amount = 4200",
    "UPDATE mediation_session SET progress = '别的'",
    "UPDATE evidence SET lon = 120.7, lat = 30.1",
    "UPDATE retrospective_review SET finding = '别的'",
    "UPDATE organisation SET responsible_person = '乙某', mobile = NULL",
    "UPDATE grid_member SET private_mobile = NULL, id_number = NULL, monthly_score = 1, status_history = NULL",
    "UPDATE account SET real_name = '丙某', mobile = NULL",
    "UPDATE key_site SET chain_owner = '丁某'",
    "UPDATE key_site SET address = '柯桥街道别村示例路1号', lon = 120.71, lat = 30.11 WHERE private_dwelling",
    "UPDATE hazard SET lon = 120.71, lat = 30.11 WHERE site_id IN (SELECT id FROM key_site WHERE private_dwelling)",
];

/// The township whose people must notice nothing of what changes elsewhere.
const HOME: &str = "330603001";

/// What is internal or personal outside the township. Links between rows stay, for links are public.
const ELSEWHERE: &[&str] = &[
    "UPDATE hazard SET no = 'X' || no, description = '别的', found_at = found_at - 86400000, version = version + 1",
    "UPDATE hazard SET status = 'REPORTED', risk_colour = 'RED', source = 'SELF', grade = 'MAJOR', category = 'FIRE'",
    "UPDATE dispute SET no = 'X' || no, title = '别的', accepted_at = accepted_at - 86400000, people_involved = 999",
    "UPDATE dispute SET status = 'REGISTERED', prominent = true, resolved_at = NULL, amount_claimed = 1",
    "UPDATE rectification_order SET no = 'X' || no, deadline = deadline + 86400000, closed_at = NULL",
    "UPDATE inspection SET no = 'X' || no, kind = 'ROUTINE', record = '别的'",
    "UPDATE self_inspection SET geo_match = NOT geo_match, submitted_at = submitted_at - 86400000",
    "UPDATE grid_meeting SET minutes = '别的', attendee_count = 1, matters = NULL, held_at = held_at - 86400000",
    "UPDATE key_site SET risk_level = 'RED', next_due_at = 1, chargers = 7, rooms = 7, chain_tenant = '别的'",
    "UPDATE grid SET households = 1, residents = 2",
    "UPDATE grid_member SET since = '2001-01-01', private_mobile = NULL, monthly_score = 1",
    "UPDATE governance_centre SET staff_count = 1",
    "UPDATE standard_status SET state = 'UNMET', evidence_hash = NULL, verified_at = NULL",
    "UPDATE organisation SET foreign_related = NOT foreign_related, responsible_person = '乙某', mobile = NULL",
    "UPDATE police_beat SET officers = 1, auxiliaries = 2, days_present = 3",
    "UPDATE status_event SET note = '别的', action = '别的', at = at - 86400000",
    "UPDATE evidence SET hash = '别的', size = 1, taken_by_id = NULL, lon = 120.7, lat = 30.1, watermark = NULL, class = NULL",
    "UPDATE mediation_agreement SET parties_signed_at = NULL, mediator_signed_at = 1, committee_sealed_at = 2",
    "UPDATE agreement_signature SET signed_at = 3",
    "UPDATE order_assignment SET state = 'OPEN', opinion = '别的'",
    "DELETE FROM follow_up",
    "DELETE FROM self_inspection_due",
];

/// Viewers that a question is asked by.
const ASKERS: usize = 2;

/// Roots that are not made of the rows of one type.
const OTHERS: [&str; 7] = [
    "{overview(division:\"330603\"){sites{count active red} hazards{found open} disputes{accepted open} selfInspections{done}}}",
    "{viewer{role purpose scopes{family branches} permissions{type listed fields{field class inScope asHandler own}}}}",
    "{divisions(first:40,filter:{division:[\"330603\"]}){edges{node{code siteSummary{count} hazardSummary{found open} disputeSummary{accepted open}}}}}",
    "{grids(first:60){edges{node{code siteSummary{count red} hazardSummary{found} disputeSummary{accepted} leader{name since}}}}}",
    "{aroundSite(code:\"CS-330603-000001\",radiusM:400){sites{count} hazards{found} disputes{accepted}}}",
    "{aroundSite(code:\"CS-330603-000001\",radiusM:1500){sites{count} hazards{found groups(by:STATUS){key}} disputes{accepted}}}",
    "{aroundSite(code:\"CS-330603-000001\",radiusM:5000){sites{groups(by:KIND){key figures{count}}} hazards{found} disputes{accepted}}}",
];

async fn worlds(statements: impl IntoIterator<Item = String>) -> [World; 2] {
    let same = World::open(Backend::Sqlite).await;
    let other = World::over(OwnCity::open(Backend::Sqlite).await.0).await;
    other.change(statements).await;
    [same, other]
}

async fn compare(worlds: &[World; 2], oracle: &Oracle, viewers: &[(i64, String)]) {
    let questions = enumerate::questions(oracle, worlds[0].engine.model());
    let queries: Vec<String> = questions.iter().map(ToString::to_string).chain(OTHERS.map(str::to_owned)).collect();
    assert!(queries.len() > 500, "only {} questions", queries.len());
    let mut differences = vec![];
    let by_all = super::setting("FENGQIAO_EVERY_VIEWER").is_some();
    for (place, (posting, purpose)) in viewers.iter().enumerate() {
        let viewer = worlds[0].viewer(*posting, purpose).await;
        // Neighbouring questions are alike, so that every viewer is asked some of each kind.
        let turn = |n: usize| by_all || (n + place) % viewers.len() < ASKERS;
        for (_, query) in queries.iter().enumerate().filter(|(n, _)| turn(*n)) {
            let (one, other) = (worlds[0].ask(&viewer, query).await, worlds[1].ask(&viewer, query).await);
            if one != other {
                let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
                let at = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
                let near = |body: &[u8]| text(&body[at.saturating_sub(120).min(body.len())..(at + 60).min(body.len())]);
                differences.push(format!(
                    "{} for {purpose}: {query}\n  {}\n  {}",
                    viewer.role(),
                    near(&one),
                    near(&other)
                ));
            }
        }
    }
    for difference in differences.iter().take(8) {
        eprintln!("{}", difference.chars().take(1_200).collect::<String>());
    }
    assert_eq!(differences.len(), 0, "what is hidden shows through");
}

async fn close(worlds: [World; 2]) {
    for world in worlds {
        world.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn personal_data_never_shows_through() {
    let worlds = worlds(PERSONAL.iter().map(|sql| (*sql).to_owned())).await;
    let oracle = worlds[0].oracle().await;
    let mut viewers: Vec<(i64, String)> = vec![];
    for (posting, role) in oracle.valid_postings() {
        for purpose in &oracle.policies.roles[&role].purposes {
            let viewer = oracle.viewer(posting, purpose);
            let blind = oracle.spec.types.values().all(|of| {
                let relations = [Relation::Scope, Relation::Handler, Relation::Own];
                let shown =
                    |class| relations.iter().any(|r| oracle.class_verdict(&viewer, of, class, *r) > Shown::Hidden);
                !"DKS".chars().any(shown)
            });
            let taken = viewers.iter().any(|(other, p)| p == purpose && oracle.viewer(*other, p).role.code == role);
            if blind && !taken {
                viewers.push((posting, purpose.clone()));
            }
        }
    }
    assert!(viewers.len() > 10, "{} viewers", viewers.len());
    compare(&worlds, &oracle, &viewers).await;
    close(worlds).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_places_never_show_through() {
    let elsewhere = |sql: &&str| format!("{sql} WHERE division_code NOT LIKE '{HOME}%'");
    let worlds = worlds(ELSEWHERE.iter().map(elsewhere)).await;
    let oracle = worlds[0].oracle().await;
    let mut viewers: Vec<(i64, String)> = vec![];
    for (posting, role) in oracle.valid_postings() {
        let purpose = &oracle.policies.roles[&role].purposes[0];
        let viewer = oracle.viewer(posting, purpose);
        let away = oracle.spec.types.values().filter(|of| of.division.is_some()).any(|of| {
            let column = of.division.as_ref().expect("a place");
            oracle.city.table(&of.table).all().any(|row| {
                let outside = !row.get(column).text().is_some_and(|code| code.starts_with(HOME));
                outside && (oracle.found(&viewer, &row) || oracle.relation_is_own(&viewer, &row))
            })
        });
        let taken = viewers.iter().any(|(other, p)| oracle.viewer(*other, p).role.code == role);
        // Without a rule the published figures of the whole city are open.
        let ruled = ["Dispute", "Hazard"].iter().all(|family| viewer.role.rows.contains_key(*family));
        if viewer.division.starts_with(HOME) && !away && !taken && ruled {
            viewers.push((posting, purpose.clone()));
        }
    }
    assert!(viewers.len() >= 3, "{} viewers", viewers.len());
    compare(&worlds, &oracle, &viewers).await;
    close(worlds).await;
}
