//! Operations that take long are told of, with the plan of their slowest statement and without a value but days.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fengqiao::graphql::engine::Options;
use serde_json::{Value, json};

use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(a_slow_operation_is_told_with_its_plan, nothing_is_slow_unless_it_is_said_when);

/// What is logged while it is the log of this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn begin(&self) -> tracing::subscriber::DefaultGuard {
        let lines = self.clone();
        let log = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || lines.clone());
        tracing::subscriber::set_default(log.with_env_filter("fengqiao::slow=warn").finish())
    }

    fn told(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().expect("nobody panicked").clone()).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

const SEARCH: &str = "query Search($text: String, $d: [String!]) {
    keySites(first: 5, filter: { text: $text, division: $d }) { edges { node { name hazards(first: 2) { edges { node { no } } } } } } }";

async fn asked(own: &OwnTestApp, options: Options) -> Vec<Value> {
    let app = own.0.next_build(options.unmetered()).await;
    let actor = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let lines = Lines::default();
    let log = lines.begin();
    for text in ["王家小吃店", "李家小吃店"] {
        app.statements(&actor, SEARCH, json!({ "text": text, "d": ["330603001"] })).await;
    }
    drop(log);
    app.stop_serving().await;
    lines.told()
}

async fn a_slow_operation_is_told_with_its_plan(own: &OwnTestApp) {
    let told = asked(own, Options::writing().telling_slow(Duration::ZERO)).await;
    let [line] = told.as_slice() else { panic!("the same document is told of once: {told:?}") };
    assert_eq!((&line["message"], &line["operation"]), (&json!("slow operation"), &json!("keySites")));
    assert_eq!((&line["role"], line["document"].as_str().map(str::len)), (&json!("COUNTY_PEACE_OFFICER"), Some(64)));
    assert!(line["micros"].as_u64() >= line["slowest_micros"].as_u64() && line["statements"].as_u64() > Some(0));
    let plan = line["plan"].as_str().expect("a plan");
    assert!(plan.to_uppercase().contains("SCAN") || plan.contains("SEARCH"), "{plan}");
    assert!(line["slowest"].as_str().is_some_and(|sql| sql.starts_with("SELECT")), "{line}");
    let text = line.to_string();
    assert!(!text.contains("小吃店") && !text.contains("330603001"), "{text}");
}

async fn nothing_is_slow_unless_it_is_said_when(own: &OwnTestApp) {
    assert_eq!(asked(own, Options::writing()).await, Vec::<Value>::new());
    assert_eq!(asked(own, Options::writing().telling_slow(Duration::from_secs(3_600))).await, Vec::<Value>::new());
}
