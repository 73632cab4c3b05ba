//! 收尾. The answer as it is sent, and what the trail must know of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;

use super::error::{Code, Error};
use super::execute::{Bill, Execution};
use crate::access::{Class, Verdict};
use crate::http::Answer;
use crate::read::notes::Shown;
use crate::read::plan::Redaction;
use crate::trail::entry::{Decision, Deed, Who};

/// Most errors that are sent.
const MOST_ERRORS: usize = 20;

/// What came of an operation.
pub struct Finished {
    /// The answer.
    pub answer: Answer,
    /// The statements that made it.
    pub statements: Vec<Arc<str>>,
    /// What the trail must know.
    pub read: Read,
}

/// What the trail must know of a read: personal data that was shown in full or chosen by, and what was denied.
#[derive(Debug, Default)]
pub struct Read {
    shown: Shown,
    chosen_by: BTreeMap<String, Class>,
    denials: BTreeSet<String>,
}

impl Read {
    /// A request that was denied as a whole.
    pub fn denied(rule: String) -> Read {
        Read { denials: BTreeSet::from([rule]), ..Read::default() }
    }

    /// The entries: at most one for what was read, and one for what was denied.
    pub fn deeds(self, at: i64, who: &Who, operation: &str) -> Vec<Deed> {
        let mut deeds = vec![];
        if !self.shown.fields.is_empty() || !self.chosen_by.is_empty() {
            let mut deed = Deed::new(at, who.clone(), operation, Decision::Allow, "read");
            for (field, (class, matters)) in self.shown.fields {
                deed.class = deed.class.max(Some(class));
                deed.objects.extend(matters.iter().cloned());
                deed.fields.entry(field).or_default().extend(matters);
            }
            for (field, class) in self.chosen_by {
                deed.class = deed.class.max(Some(class));
                deed.fields.entry(format!("{field} (filter)")).or_default();
            }
            deeds.push(deed);
        }
        if !self.denials.is_empty() {
            let rules: Vec<String> = self.denials.into_iter().collect();
            deeds.push(Deed::new(at, who.clone(), operation, Decision::Deny, rules.join("; ")));
        }
        deeds
    }
}

/// Whether a redaction denies what was asked for: a family of data, or personal data that role or purpose never opens.
/// What is hidden on some rows alone, or shown masked, is how the answer is.
fn is_denial(redaction: &Redaction) -> bool {
    let of_class = redaction.class >= Class::Personal && redaction.effect == Verdict::Hidden;
    redaction.always && (of_class || redaction.reason == "FAMILY_NOT_IN_ROLE")
}

/// What is told beside the answer.
#[derive(Serialize)]
struct Extensions<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Price>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    redactions: Vec<Redacted<'r>>,
}

/// What it cost.
#[derive(Serialize)]
struct Price {
    remaining: u64,
    requested: u64,
}

impl Price {
    fn of(bill: Bill) -> Price {
        Price { remaining: bill.left.remaining, requested: bill.points }
    }
}

/// What was masked or hidden.
#[derive(Serialize)]
struct Redacted<'r> {
    class: &'static str,
    effect: &'static str,
    path: &'r [Arc<str>],
    reason: &'static str,
}

impl Redacted<'_> {
    fn of(redaction: &Redaction, effect: Verdict) -> Redacted<'_> {
        let (class, effect) = (redaction.class.code(), effect.code());
        Redacted { class, effect, path: &redaction.path, reason: redaction.reason }
    }
}

/// The refusal of an answer that is too long.
pub(super) fn too_long(most_bytes: usize) -> Error {
    let error = Error::new(Code::TooComplex, format!("the answer has more than {most_bytes} bytes"));
    Error { limit: Some("answer_bytes"), ..error }
}

impl Execution<'_, '_> {
    /// The end: the answer and what belongs to it.
    pub fn finish(mut self) -> Finished {
        let known = self.known.take();
        let redactions = known.as_ref().map_or(&self.compiler.redactions, |known| &known.redactions);
        let chosen_by = known.as_ref().map_or(&self.compiler.chosen_by, |known| &known.chosen_by).clone();
        let mut denials: BTreeSet<String> = BTreeSet::new();
        for redaction in redactions.iter().filter(|redaction| is_denial(redaction)) {
            denials.insert(format!("{} {}", redaction.reason, redaction.of));
        }
        for error in self.errors.iter().filter(|error| error.code == Code::ForbiddenField) {
            denials.insert(format!("{} {}", error.code.text(), error.field.as_deref().unwrap_or_default()));
        }
        let mut body = self.writer.out;
        if body.len() > self.most_bytes {
            self.errors.push(too_long(self.most_bytes));
            self.lost = true;
        }
        if self.lost {
            body = b"{\"data\":null".to_vec();
        }
        let codes: Vec<&'static str> = self.errors.iter().map(|e| e.code.text()).collect();
        if !self.errors.is_empty() {
            let errors: Vec<Json> = self.errors.iter().take(MOST_ERRORS).map(Error::to_json).collect();
            body.extend_from_slice(format!(",\"errors\":{}", Json::from(errors)).as_bytes());
        }
        let redacted = &self.writer.redacted;
        let told = redactions.iter().enumerate().filter_map(|(at, redaction)| {
            let effect = if redaction.always { Some(&redaction.effect) } else { redacted.get(&at) };
            effect.map(|effect| Redacted::of(redaction, *effect))
        });
        let extensions = Extensions {
            cost: self.bill.filter(|bill| bill.left.is_metered()).map(Price::of),
            redactions: if self.lost { vec![] } else { told.collect() },
        };
        if extensions.cost.is_some() || !extensions.redactions.is_empty() {
            body.extend_from_slice(b",\"extensions\":");
            // Texts and numbers in memory, which cannot fail.
            let _ = serde_json::to_writer(&mut body, &extensions);
        }
        body.push(b'}');
        Finished {
            answer: Answer { status: 200, body, codes, ..Answer::default() },
            statements: self.session.into_statements(),
            read: Read { shown: self.writer.shown, chosen_by, denials },
        }
    }
}
