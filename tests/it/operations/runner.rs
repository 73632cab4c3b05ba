//! Runs a document on both databases and holds its answers and statements against the golden file.

use std::fmt::Write;

use serde_json::{Value, json};

use super::root;
use super::who::Who;
use crate::support::app::TestApp;
use crate::support::backend::{Backend, Fixture};
use crate::support::client::Reply;

/// Sizes of pages that must cost the same.
const SIZES: [u32; 3] = [1, 10, 100];

/// A document and how it is tried.
pub(super) struct Operation {
    department: &'static str,
    name: &'static str,
    sizes: &'static [&'static str],
    askers: Vec<(Who, Value)>,
    others: Vec<Other>,
}

/// Somebody who must not see: the parts of the data named here are exactly these, and what was withheld is told.
struct Other {
    who: Who,
    variables: Value,
    parts: Vec<(&'static str, Value)>,
    told: &'static [&'static str],
}

impl Operation {
    /// The document of a department.
    pub(super) fn of(department: &'static str, name: &'static str) -> Self {
        Self { department, name, sizes: &[], askers: Vec::new(), others: Vec::new() }
    }

    /// The variables that say how many rows are wanted.
    pub(super) fn sized_by(mut self, variables: &'static [&'static str]) -> Self {
        self.sizes = variables;
        self
    }

    /// Somebody whose answer belongs into the golden file; the first one's SQL does too.
    pub(super) fn asked_by(mut self, who: Who, variables: Value) -> Self {
        self.askers.push((who, variables));
        self
    }

    /// Somebody who sends the first asker's variables and gets these parts.
    pub(super) fn hidden_from(
        self,
        who: Who,
        parts: Vec<(&'static str, Value)>,
        told: &'static [&'static str],
    ) -> Self {
        let variables = self.askers[0].1.clone();
        self.hidden_with(who, variables, parts, told)
    }

    /// Somebody who sends other variables and gets these parts.
    pub(super) fn hidden_with(
        mut self,
        who: Who,
        variables: Value,
        parts: Vec<(&'static str, Value)>,
        told: &'static [&'static str],
    ) -> Self {
        self.others.push(Other { who, variables, parts, told });
        self
    }

    /// Runs it on both databases.
    pub(super) async fn run(self) {
        let text = std::fs::read_to_string(root().join(self.department).join(format!("{}.graphql", self.name)));
        let text = text.unwrap();
        let (sqlite, postgres) = (TestApp::open(Backend::Sqlite).await, TestApp::open(Backend::Postgres).await);
        let mut golden = String::new();
        for (at, (who, variables)) in self.askers.iter().enumerate() {
            let ours = self.ask(&sqlite, &text, *who, variables).await;
            let theirs = self.ask(&postgres, &text, *who, variables).await;
            assert_eq!(ours.0, theirs.0, "{who:?} gets another answer from PostgreSQL");
            assert_eq!(ours.1.len(), theirs.1.len(), "PostgreSQL needs another number of statements");
            assert!(!ours.0.contains("\"errors\":"), "{who:?}: {}", ours.0);
            let sizes = if self.sizes.is_empty() { "" } else { ", for 1, 10 and 100 rows" };
            writeln!(golden, "# {who:?}\nvariables: {variables}\nstatements: {}{sizes}", ours.1.len()).unwrap();
            writeln!(golden, "{}\n", laid_out(&ours.0)).unwrap();
            if at == 0 {
                for (database, statements) in [("SQLite", &ours.1), ("PostgreSQL", &theirs.1)] {
                    writeln!(golden, "# {database}\n{}\n", statements.join("\n")).unwrap();
                }
            }
        }
        for other in &self.others {
            let (ours, theirs) = (other.ask(&sqlite, &text).await, other.ask(&postgres, &text).await);
            assert_eq!(ours.text, theirs.text, "{:?} gets another answer from PostgreSQL", other.who);
            other.check(&ours);
        }
        sqlite.close().await;
        postgres.close().await;
        insta::with_settings!({
            snapshot_path => "golden",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("{}.{}", self.department, self.name), golden);
        });
    }

    /// The answer and the statements behind it, which are as many for every size of page.
    async fn ask(&self, app: &TestApp, text: &str, who: Who, variables: &Value) -> (String, Vec<String>) {
        let actor = who.actor(app).await;
        let statements = app.statements(&actor, text, variables.clone()).await;
        for size in SIZES {
            let mut sized = variables.clone();
            for variable in self.sizes {
                sized[*variable] = json!(size);
            }
            let others = app.statements(&actor, text, sized).await;
            assert_eq!(others.len(), statements.len(), "{size} rows need another number of statements");
        }
        (actor.graphql(text, variables.clone()).await.text, statements)
    }
}

impl Other {
    async fn ask(&self, app: &TestApp, text: &str) -> Reply {
        self.who.actor(app).await.graphql(text, self.variables.clone()).await
    }

    fn check(&self, reply: &Reply) {
        let json = reply.json();
        for (pointer, expected) in &self.parts {
            let found = json["data"].pointer(pointer);
            assert_eq!(found, Some(expected), "{:?} at {pointer}: {}", self.who, reply.text);
        }
        assert_eq!(told(&json), self.told, "{:?}: {}", self.who, reply.text);
    }
}

/// JSON text on several lines, its members in the order in which they were sent.
fn laid_out(json: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for c in json.chars() {
        let closes = !quoted && matches!(c, '}' | ']');
        if closes {
            depth -= 1;
            if !out.ends_with(['{', '[']) {
                write!(out, "\n{:1$}", "", depth * 2).unwrap();
            }
        } else if out.ends_with(['{', '[']) && !quoted {
            write!(out, "\n{:1$}", "", depth * 2).unwrap();
        }
        out.push(c);
        match c {
            '{' | '[' if !quoted => depth += 1,
            ',' if !quoted => write!(out, "\n{:1$}", "", depth * 2).unwrap(),
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
    }
    out
}

/// Errors and redactions as `path: code` and `path: effect reason`.
fn told(json: &Value) -> Vec<String> {
    let each = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let path = |of: &Value| {
        let parts = each(&of["path"]);
        parts
            .iter()
            .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(".")
    };
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = each(&json["errors"]).into_iter().map(|e| format!("{}: {}", path(&e), word(&e["extensions"]["code"])));
    let redactions = each(&json["extensions"]["redactions"]);
    let redactions =
        redactions.into_iter().map(|r| format!("{}: {} {}", path(&r), word(&r["effect"]), word(&r["reason"])));
    errors.chain(redactions).collect()
}
