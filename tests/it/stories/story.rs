//! What the stories are told with: people, actions of theirs, refusals, time and photographs.

use std::sync::atomic::{AtomicU8, Ordering};

use axum::http::Request;
use fengqiao::trail::seal::Sealing;
use fengqiao::trail::sign::{SignatureAlgorithm, SigningKey};
use http_body_util::Full;
use image::{ImageFormat, RgbImage};
use serde_json::{Value as Json, json};

use crate::support::app::{Actor, TestApp};
use crate::support::rows;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A case as it is told.
pub(crate) struct Story<'a> {
    pub(crate) app: &'a TestApp,
    /// Seals the heads of the trail.
    pub(super) sealing: Sealing,
    pictures: AtomicU8,
}

/// Somebody with a posting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) posting: i64,
    pub(crate) account: i64,
    pub(crate) organisation: i64,
}

/// A matter: its type and global id.
#[derive(Clone, Debug)]
pub(crate) struct Matter {
    pub(crate) view: &'static str,
    pub(crate) id: String,
}

impl Matter {
    /// The field of a payload that shows it.
    fn field(&self) -> String {
        let (first, rest) = self.view.split_at(1);
        format!("{}{rest}", first.to_ascii_lowercase())
    }

    /// Key of the row.
    pub(crate) fn key(&self) -> i64 {
        fengqiao::read::write::parse_global_id(&self.id).expect("a global id").1
    }
}

/// What actions write rows of, the trail aside.
const WRITTEN: [&str; 26] = [
    "hazard",
    "dispute",
    "grid_event",
    "inspection",
    "self_inspection",
    "status_event",
    "evidence",
    "sla_clock",
    "outbox",
    "rectification_order",
    "order_assignment",
    "rectification_plan",
    "party",
    "dispute_type",
    "mediation_session",
    "mediation_agreement",
    "agreement_signature",
    "judicial_confirmation",
    "police_report",
    "follow_up",
    "event_task",
    "event_consultation",
    "grid_meeting",
    "retrospective_review",
    "inspection_site",
    "inspection_team",
];

/// The global id of a row.
pub(crate) fn id(view: &str, key: i64) -> String {
    fengqiao::read::write::global_id(view, key)
}

impl<'a> Story<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Story<'a> {
        let key = SigningKey::generate(SignatureAlgorithm::Ed25519).expect("a key");
        let writer = app.engine.writer().expect("the app writes").clone();
        let file = app.files.path().join("seals");
        let sealing = Sealing { writer, key, file, clock: app.clock.clone() };
        Story { app, sealing, pictures: AtomicU8::new(0) }
    }

    /// The first holder of a role in a division, of a grid if one is named.
    pub(crate) async fn who(&self, role: &str, division: &str, grid: Option<i64>) -> Person {
        let grid = grid.map(|grid| format!("AND grid_codes LIKE '%{grid}%'")).unwrap_or_default();
        self.person(&format!("role = '{role}' AND division_code = '{division}' {grid}")).await
    }

    /// The first holder of a role who acts for an organisation.
    pub(crate) async fn of(&self, role: &str, organisation: i64) -> Person {
        self.person(&format!("role = '{role}' AND organisation_id = {organisation}")).await
    }

    /// Somebody of the public.
    pub(crate) async fn public(&self) -> Person {
        self.person("role = 'PUBLIC_STAT'").await
    }

    async fn person(&self, condition: &str) -> Person {
        let sql = format!(
            "SELECT id, account_id, organisation_id FROM posting
             WHERE {condition} AND valid_to IS NULL AND revoked_at IS NULL ORDER BY id"
        );
        let found = rows::select(&self.app.database, &sql, 3).await;
        let found = found.first().unwrap_or_else(|| panic!("the city has nobody with {condition}"));
        let of = |column: usize| found[column].as_i64().expect("a key");
        Person { posting: of(0), account: of(1), organisation: of(2) }
    }

    /// The first site of a kind in a village whose unit has an account.
    pub(crate) async fn site(&self, kind: &str, village: &str) -> i64 {
        let owned = "EXISTS (SELECT 1 FROM posting p WHERE p.organisation_id = s.unit_id AND p.role = 'SITE_OWNER')";
        let sql = format!(
            "SELECT MIN(s.id) FROM key_site s
             WHERE s.kind = '{kind}' AND s.division_code = '{village}' AND s.status = 'ACTIVE' AND {owned}"
        );
        self.number(&sql).await
    }

    /// One number of the database.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let found = rows::select(&self.app.database, sql, 1).await;
        found.first().and_then(|row| row[0].as_i64()).unwrap_or_else(|| panic!("nothing for {sql}"))
    }

    /// One text of the database.
    pub(crate) async fn text(&self, sql: &str) -> String {
        let found = rows::select(&self.app.database, sql, 1).await;
        found.first().and_then(|row| row[0].as_str().map(str::to_owned)).unwrap_or_else(|| panic!("nothing for {sql}"))
    }

    /// Somebody with a fresh token.
    pub(crate) async fn token(&self, who: Person) -> Actor {
        self.app.as_posting(who.posting, None).await
    }

    /// What somebody is answered.
    pub(crate) async fn ask(&self, who: Person, document: &str, variables: Json) -> Json {
        self.token(who).await.graphql(document, variables).await.data()
    }

    /// Begins a matter.
    pub(crate) async fn begin(&self, who: Person, view: &'static str, action: &str, input: Json) -> Matter {
        let unborn = Matter { view, id: String::new() };
        let payload = self.send(who, &unborn, action, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{action}");
        let id = payload[unborn.field()]["id"].as_str().unwrap_or_else(|| panic!("{action}: {payload}")).to_owned();
        Matter { view, id }
    }

    /// Takes an action; gives back the state after.
    pub(crate) async fn act(&self, who: Person, matter: &Matter, action: &str, input: Json) -> String {
        let offered = self.offered(who, matter, action).await;
        assert_eq!(offered, json!([]), "{action} was offered as blocked");
        let payload = self.send(who, matter, action, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{action}");
        self.text(&format!("SELECT status FROM {} WHERE id = {}", self.table(matter), matter.key())).await
    }

    /// Tries an action that is refused; gives back code and field of each refusal. Nothing was written.
    pub(crate) async fn refused(&self, who: Person, matter: &Matter, action: &str, input: Json) -> Vec<String> {
        let before = self.written().await;
        let payload = self.send(who, matter, action, input).await;
        let errors = payload["userErrors"].as_array().cloned().unwrap_or_default();
        assert!(!errors.is_empty(), "{action} was not refused: {payload}");
        assert_eq!(self.written().await, before, "{action} was refused and has written");
        let told = |error: &Json| {
            let (code, field) = (error["code"].as_str().unwrap_or_default(), error["field"].as_str());
            field.map_or_else(|| code.to_owned(), |field| format!("{code} {field}"))
        };
        errors.iter().map(told).collect()
    }

    /// Rows of everything that an action writes, the trail aside: that keeps refusals too.
    async fn written(&self) -> Vec<i64> {
        let mut counts = vec![];
        for table in WRITTEN {
            counts.push(self.number(&format!("SELECT COUNT(*) FROM {table}")).await);
        }
        // Each action moves the version of its matter.
        for table in ["hazard", "dispute", "grid_event", "inspection", "self_inspection"] {
            counts.push(self.number(&format!("SELECT CAST(SUM(version) AS BIGINT) FROM {table}")).await);
        }
        counts
    }

    /// Why an action is not open to somebody: nothing when it is.
    async fn offered(&self, who: Person, matter: &Matter, action: &str) -> Json {
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on {} {{
                availableActions {{ name enabled blockedBy {{ code message }} }} }} }} }}",
            matter.view
        );
        let data = self.ask(who, &document, json!({ "id": matter.id })).await;
        let actions = data["node"]["availableActions"].as_array().cloned().unwrap_or_default();
        let found = actions.iter().find(|offer| offer["name"] == action);
        found.map_or_else(|| json!(format!("{action} is not offered")), |offer| offer["blockedBy"].clone())
    }

    /// Sends a mutation; the payload.
    pub(crate) async fn send(&self, who: Person, matter: &Matter, action: &str, input: Json) -> Json {
        let (first, rest) = action.split_at(1);
        let (input_type, field) = (format!("{}{rest}Input", first.to_ascii_uppercase()), matter.field());
        let document = format!(
            "mutation($input: {input_type}!) {{ {action}(input: $input) {{
                {field} {{ id version }} userErrors {{ code field message }} }} }}"
        );
        let mut input = input;
        if !matter.id.is_empty() {
            let version = format!("SELECT version FROM {} WHERE id = {}", self.table(matter), matter.key());
            input["id"] = matter.id.as_str().into();
            input["expectedVersion"] = self.number(&version).await.into();
        }
        self.ask(who, &document, json!({ "input": input })).await[action].take()
    }

    pub(crate) fn table(&self, matter: &Matter) -> &'static str {
        match matter.view {
            "GridEvent" => "grid_event",
            "Hazard" => "hazard",
            "Dispute" => "dispute",
            "Inspection" => "inspection",
            _ => "self_inspection",
        }
    }

    /// Whether a matter is there for somebody.
    pub(crate) async fn sees(&self, who: Person, matter: &Matter) -> bool {
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {} {{ id }} }} }}", matter.view);
        !self.ask(who, &document, json!({ "id": matter.id })).await["node"].is_null()
    }

    /// Time goes on, and clocks ring.
    pub(crate) async fn later(&self, ms: i64) {
        self.app.clock.advance(ms);
        let writer = self.app.engine.writer().expect("the app writes");
        writer.ring(self.now()).await.expect("the clocks ring");
    }

    pub(crate) fn now(&self) -> i64 {
        fengqiao::kernel::clock::Clock::now_ms(&*self.app.clock)
    }

    /// An instant so much later, as text.
    pub(crate) fn at(&self, ms: i64) -> String {
        fengqiao::kernel::clock::rfc3339(self.now() + ms)
    }

    /// A new photograph of somebody, as evidence of a phase.
    pub(crate) async fn photo(&self, who: Person, phase: &str) -> Json {
        let shade = self.pictures.fetch_add(1, Ordering::SeqCst);
        let picture = RgbImage::from_fn(64, 48, |x, y| image::Rgb([shade, x as u8, y as u8]));
        let mut bytes = std::io::Cursor::new(vec![]);
        picture.write_to(&mut bytes, ImageFormat::Jpeg).expect("a picture is encoded");
        self.content(who, "JPEG", bytes.into_inner(), phase).await
    }

    /// A new document of somebody, as evidence.
    pub(crate) async fn paper(&self, who: Person) -> Json {
        let number = self.pictures.fetch_add(1, Ordering::SeqCst);
        self.content(who, "PDF", format!("%PDF-1.7\n% {number}\n%%EOF\n").into_bytes(), "DOCUMENT").await
    }

    async fn content(&self, who: Person, kind: &str, bytes: Vec<u8>, phase: &str) -> Json {
        let document = "mutation($input: RequestUploadInput!) {
            requestUpload(input: $input) { upload { url } userErrors { code } } }";
        let asked = json!({ "input": { "type": kind, "size": bytes.len() } });
        let slot = self.ask(who, document, asked).await;
        let url = slot["requestUpload"]["upload"]["url"].as_str().expect("a slot is opened");
        let request = Request::patch(url)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", "0")
            .header("content-type", "application/offset+octet-stream")
            .body(Full::from(bytes))
            .expect("the request is well formed");
        let reply = self.app.anyone().send(request).await;
        assert_eq!(reply.status, 204, "{}", reply.text);
        let hash = reply.headers["content-hash"].to_str().expect("text").to_owned();
        json!({ "hash": hash, "phase": phase })
    }
}
