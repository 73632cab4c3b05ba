//! What is told while it happens: over sockets, server-sent events and multipart, and as a delta for phones.

mod delta;
mod feed;
mod protocol;
mod rights;
mod socket;
mod streams;

use serde_json::{Value as Json, json};

use crate::stories::story::{DAY, Matter, Person, Story};

pub(crate) const VILLAGE: &str = "330603001008";
pub(crate) const OTHER_VILLAGE: &str = "330603001030";

/// The people of a village who see what is reported there, and one of another village.
pub(crate) struct People {
    pub(crate) cadre: Person,
    pub(crate) leader: Person,
    pub(crate) stranger: Person,
    pub(crate) centre: Person,
}

impl People {
    pub(crate) async fn of(story: &Story<'_>) -> People {
        let (grid, elsewhere) = (grid(story, VILLAGE).await, grid(story, OTHER_VILLAGE).await);
        People {
            cadre: story.who("VILLAGE_CADRE", VILLAGE, None).await,
            leader: story.who("GRID_LEADER", VILLAGE, Some(grid)).await,
            stranger: story.who("GRID_LEADER", OTHER_VILLAGE, Some(elsewhere)).await,
            centre: story.who("TOWN_CENTRE_OPERATOR", "330603001", None).await,
        }
    }
}

/// The grid of the site of a village at which events are reported.
async fn grid(story: &Story<'_>, village: &str) -> i64 {
    let site = story.site("EBIKE_PARKING", village).await;
    story.number(&format!("SELECT grid_id FROM key_site WHERE id = {site}")).await
}

/// Somebody reports an event at a site of the village.
pub(crate) async fn report(story: &Story<'_>, who: Person, village: &str) -> Matter {
    let site = story.site("EBIKE_PARKING", village).await;
    let lead = json!({
        "kind": "HAZARD", "channel": "ONLINE_LEAD", "urgency": "HIGH", "site": crate::stories::story::id("KeySite", site),
        "text": "地下车库进水", "category": "FLOOD_WEATHER",
    });
    let event = story.begin(who, "GridEvent", "reportEvent", lead).await;
    placed(story).await;
    event
}

/// Waits until the server knows of what was written. Events have their places a moment after that, and those that wait together
/// are put in an order in which only those of one matter are sure.
pub(crate) async fn placed(story: &Story<'_>) {
    let written = story.number("SELECT COUNT(*) FROM outbox").await;
    while story.app.engine.hub().head() < written {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Triage of an event, which leaves it in the same hands.
pub(crate) async fn triage(story: &Story<'_>, who: Person, event: &Matter) {
    assert_eq!(story.act(who, event, "triageEvent", json!({ "decision": "TRIAGED" })).await, "TRIAGED");
    placed(story).await;
}

/// Assigns an event to the organisation of somebody.
pub(crate) async fn assign(story: &Story<'_>, who: Person, event: &Matter, handler: Person) {
    let input = json!({
        "handler": crate::stories::story::id("Organisation", handler.organisation),
        "task": "现场处理", "deadline": story.at(DAY),
    });
    assert_eq!(story.act(who, event, "assignEvent", input).await, "HANDLING");
    placed(story).await;
}

/// The parts of a change that a test compares.
pub(crate) fn told(change: &Json) -> (String, String, String) {
    let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
    (text("kind"), text("action"), text("matterId"))
}
