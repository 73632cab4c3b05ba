//! Clocks made anew from the events and compared with those that are stored.

use fengqiao::lifecycle::Lifecycles;
use fengqiao::lifecycle::case::{Case, Values};
use fengqiao::lifecycle::clocks;
use fengqiao::lifecycle::flow::Flow;
use fengqiao::lifecycle::load;
use fengqiao::lifecycle::write::clock_rows;
use fengqiao::read::session::Session;
use fengqiao::read::sql::col;
use sea_orm::ExprTrait;
use serde_json::{Value as Json, json};

use crate::support::database::Database;

/// The clocks as they are stored are those that the events give, byte for byte. Gives how many there are.
pub(crate) async fn clocks(
    database: &Database,
    lifecycles: &Lifecycles,
    flow: &Flow,
    link: &'static str,
    id: i64,
    case: &Case,
    now: i64,
) -> usize {
    let clocks = clocks::clocks(flow, &lifecycles.calendar, &case.events).expect("the calendar reaches so far");
    let expected: Vec<Values> =
        (1..).zip(&clocks).map(|(no, clock)| clock_rows::columns(flow, clock, no, now, None)).collect();
    let mut session = Session::open(&database.storage.read).await.expect("a connection");
    let mut stored = load::rows(&mut session, "sla_clock", col("t0", link).eq(id), false).await.expect("clocks");
    stored.sort_by_key(|row| row["seq"].as_i64());
    // What hangs on when the scheduler looks is not of the events; of a clock that has stopped a breach is.
    let timeless = |row: &Values| -> Values {
        let by_scheduler = ["near_raised_at", "next_alarm_at", "breached_at"];
        let by_scheduler = if row["stopped_at"] == Json::Null { &by_scheduler[..] } else { &by_scheduler[..2] };
        let own = |(name, _): &(&String, &Json)| !by_scheduler.contains(&name.as_str());
        row.iter().filter(own).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let kept: Vec<String> = expected.first().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let stored: Vec<Values> = stored
        .iter()
        .map(|row| {
            timeless(&row.iter().filter(|(n, _)| kept.contains(n)).map(|(n, v)| (n.clone(), v.clone())).collect())
        })
        .collect();
    let expected: Vec<Values> = expected.iter().map(timeless).collect();
    assert_eq!(json!(stored).to_string(), json!(expected).to_string(), "{} {id}", flow.object);
    expected.len()
}
