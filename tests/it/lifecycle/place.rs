//! A small place in a database of its own: a village with its offices, units, court and people, and an engine over it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fengqiao::access::Policy;
use fengqiao::graphql::engine::{Engine, Options};
use fengqiao::http::Request;
use fengqiao::identity::{Authenticator, DatabasePostings, Viewer};
use fengqiao::kernel::clock::FixedClock;
use fengqiao::kernel::seal::Sealer;
use fengqiao::lifecycle::case::{Actor, Case};
use fengqiao::lifecycle::{load, room};
use fengqiao::read::session::Session;
use serde_json::{Value as Json, json};

use crate::support::backend::{Backend, Fixture};
use crate::support::clock::TestClock;
use crate::support::database::{Database, Migrated};
use crate::support::rows::insert;

/// When every matter begins: 2026-04-01 in the morning. Without an end, time would leave the years that are known.
pub(crate) const BEGIN: i64 = 1_775_000_000_000;
pub(crate) const VILLAGE: &str = "330603001001";
pub(crate) const GRID: i64 = 330_603_001_001_001;
pub(crate) const SITES: [(i64, i64); 2] = [(1, 1), (2, 2)];
/// Items of the sites' checklist, and whether each wants a photo.
pub(crate) const ITEMS: [(&str, bool); 3] =
    [("RESTAURANT-01", true), ("RESTAURANT-02", false), ("RESTAURANT-03", true)];

/// Organisations: number, department, length of the division's code.
const OFFICES: &[(i64, &str, usize)] = &[
    (1, "", 12),
    (2, "", 12),
    (3, "FIRE", 6),
    (4, "FIRE", 6),
    (5, "PEACE", 6),
    (6, "CENTRE", 9),
    (7, "VILL", 12),
    (8, "PSB", 9),
    (9, "JUST", 12),
    (10, "PEACE", 4),
    (11, "VILL", 12),
    (12, "CENTRE", 6),
    (13, "PSB", 6),
    (14, "TOWN", 9),
    (15, "JUST", 6),
    (16, "JUST", 12),
    (17, "CENTRE", 12),
    (18, "PETI", 6),
    (19, "", 12),
    (20, "COURT", 6),
    (21, "COURT", 6),
];

/// The place.
pub(crate) struct Place {
    pub(crate) database: Database,
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<TestClock>,
    viewers: tokio::sync::Mutex<HashMap<i64, Viewer>>,
    authenticator: Authenticator,
    files: AtomicUsize,
}

impl Fixture for Place {
    async fn open(backend: Backend) -> Self {
        let database = Migrated::open(backend).await.0;
        build(&database).await;
        let clock = Arc::new(TestClock::at(BEGIN));
        let policy = Arc::new(Policy::built_in().expect("the policy is sound"));
        let postings = Arc::new(DatabasePostings::new(database.storage.write.clone()));
        let authenticator = Authenticator::new(vec![], postings, policy.clone(), Arc::new(FixedClock(BEGIN)));
        let sealer = Arc::new(Sealer::demo());
        let engine =
            Engine::new(&database.storage, policy, sealer, clock.clone(), Options::writing().unmetered()).await;
        let engine = engine.expect("the engine starts");
        Place { database, engine, clock, viewers: HashMap::new().into(), authenticator, files: AtomicUsize::new(1) }
    }

    async fn close(self) {
        self.database.close().await;
    }
}

async fn build(database: &Database) {
    let levels = ["CITY", "COUNTY", "TOWNSHIP", "VILLAGE"];
    for (id, (code, level)) in (1..).zip([4, 6, 9, 12].map(|digits| &VILLAGE[..digits]).into_iter().zip(levels)) {
        let kind = (level == "VILLAGE").then_some("VILLAGE_COMMITTEE");
        let row =
            json!({ "id": id, "code": code, "name": code, "level": level, "kind": kind, "valid_from": "2020-01-01" });
        insert(database, "division", row).await;
    }
    for (id, department, digits) in OFFICES {
        let department = (!department.is_empty()).then_some(*department);
        let kind = if department.is_some() { "GOVERNMENT" } else { "ENTERPRISE" };
        let code = format!("ORG-{id}");
        let row = json!({ "id": id, "code": code, "name": code, "kind": kind, "department": department,
            "division_code": VILLAGE[..*digits], "foreign_related": false });
        insert(database, "organisation", row).await;
    }
    let grid = json!({ "id": GRID, "code": GRID.to_string(), "name": "网格", "kind": "BASIC", "lon": 120.5, "lat": 30.0,
        "division_code": VILLAGE, "households": 1, "residents": 1, "founded_at": "2021-01-01", "zone_id": 1 });
    insert(database, "grid", grid).await;
    for (id, unit) in SITES {
        let row = json!({ "id": id, "code": format!("CS-{id}"), "name": "场所", "kind": "RESTAURANT", "unit_id": unit,
            "grid_id": GRID, "zone_id": 1, "regulator_id": 3, "regulator_department": "FIRE", "private_dwelling": false,
            "address": "示例路1号", "lon": 120.5, "lat": 30.0, "risk_level": "BLUE", "checklist_id": 1,
            "qr_token": format!("qr-{id}"), "self_inspection_cycle_days": 90, "status": "ACTIVE",
            "division_code": VILLAGE });
        insert(database, "key_site", row).await;
    }
    let checklist = json!({ "id": 1, "site_kind": "RESTAURANT", "version": 1 });
    insert(database, "site_checklist", checklist).await;
    for (id, (code, photo)) in (1..).zip(ITEMS) {
        let row = json!({ "id": id, "checklist_id": 1, "item_order": id, "code": code, "text": "灭火器在有效期内",
            "category": "FIRE", "major_if_failed": id == 3, "photo_required": photo });
        insert(database, "checklist_item", row).await;
    }
    for (id, organisation, digits, parent) in [(1, 12, 6, None), (2, 6, 9, Some(1)), (3, 17, 12, Some(2))] {
        let row = json!({ "id": id, "code": format!("ZZ-{id}"), "name": "中心", "level": "TOWNSHIP", "parent_id": parent,
            "organisation_id": organisation, "division_code": VILLAGE[..digits], "address": "示例路2号", "lon": 120.5,
            "lat": 30.0, "open_hours": "8-17", "service_phone": "10000000001", "staff_count": 3 });
        insert(database, "governance_centre", row).await;
    }
    for (id, organisation) in [(2, 9), (3, 16)] {
        let row = json!({ "id": id, "code": format!("TJ-{id}"), "name": "调委会", "kind": "PEOPLES_COMMITTEE_VILLAGE",
            "organisation_id": organisation, "methods": "[]", "division_code": VILLAGE });
        insert(database, "mediation_organisation", row).await;
    }
}

impl Place {
    /// Gives people their accounts and postings; the posting of the n-th is n, from 1.
    pub(crate) async fn settle(&self, people: &[Actor]) {
        let mut accounts = vec![];
        for (posting, who) in (1..).zip(people) {
            if !accounts.contains(&who.account_id) {
                accounts.push(who.account_id);
                let name = format!("account-{}", who.account_id);
                let row = json!({ "id": who.account_id, "subject": name, "login_name": name, "display_name": name,
                    "disabled": false });
                insert(&self.database, "account", row).await;
            }
            let grids = !who.grid_ids.is_empty();
            let zone = (who.role == "KEYAREA_OPERATOR").then_some(1);
            let row = json!({ "id": posting, "account_id": who.account_id, "organisation_id": who.organisation_id,
                "division_code": division(&who.role), "role": who.role, "clearance": "SENSITIVE",
                "grid_codes": grids.then(|| json!(who.grid_ids.iter().map(i64::to_string).collect::<Vec<_>>()).to_string()), "zone_id": zone, "valid_from": 0 });
            insert(&self.database, "posting", row).await;
        }
    }

    /// What the engine answers to a document of somebody.
    pub(crate) async fn ask(&self, posting: i64, query: &str, variables: Json) -> Json {
        let viewer = {
            let mut viewers = self.viewers.lock().await;
            match viewers.get(&posting) {
                Some(viewer) => viewer.clone(),
                None => {
                    let viewer = self.authenticator.trusted_viewer_for_posting(posting, None).await;
                    let viewer = viewer.expect("the posting is valid");
                    viewers.insert(posting, viewer.clone());
                    viewer
                }
            }
        };
        let Json::Object(variables) = variables else { panic!("variables are an object") };
        let request = Request { query: query.to_owned(), variables, ..Request::default() };
        let body = self.engine.execute_traced(&viewer, request).await.answer.body;
        serde_json::from_slice(&body).expect("JSON")
    }

    /// The matter as it is stored, without asking who may see it.
    pub(crate) async fn case(&self, view: &str, id: i64) -> Case {
        let room = room::of(view).expect("a lifecycle");
        let table = self.engine.catalog().view(view).expect("a view").table;
        let mut session = Session::open(&self.database.storage.read).await.expect("a connection");
        let mut cases = load::cases(&mut session, room, table, &[id], None, false).await.expect("the matter is read");
        cases.remove(&id).expect("the matter is there")
    }

    /// The hash of content of a type that an account has uploaded.
    pub(crate) async fn upload(&self, account: i64, mime: &str) -> String {
        let number = self.files.fetch_add(1, Ordering::SeqCst);
        let hash = format!("{number:064x}");
        let file = json!({ "id": number, "hash": hash, "original_hash": hash, "mime": mime, "size": 1, "thumbnail": false,
            "created_at": BEGIN });
        insert(&self.database, "stored_file", file).await;
        let upload = json!({ "id": number, "account_id": account, "mime": mime, "size": 1, "received": 1, "parts": "[]",
            "state": "DONE", "hash": hash, "created_at": BEGIN, "expires_at": i64::MAX });
        insert(&self.database, "upload", upload).await;
        hash
    }
}

/// The division of a posting: that of its role's level.
pub(crate) fn division(role: &str) -> &'static str {
    let digits = match role {
        "CITY_SUPERVISOR" | "PUBLIC_STAT" | "HOTLINE_OPERATOR" => 4,
        "TOWN_CENTRE_OPERATOR" | "TOWN_LEADER" | "BEAT_OFFICER" | "KEYAREA_OPERATOR" => 9,
        "RESIDENT" | "SITE_OWNER" | "GRID_MEMBER" | "GRID_LEADER" | "VILLAGE_CADRE" => 12,
        _ => 6,
    };
    &VILLAGE[..digits]
}
