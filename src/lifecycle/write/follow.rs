//! What follows from an action: rows beside the matter, its status event, evidence, clocks, news, other matters.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Alias, DeleteStatement, Expr, ExprTrait};
use serde_json::{Value as Json, json};

use super::step::{Run, Step};
use super::{Order, Outcome, WriteError, Writer, numbers};
use crate::access::Class;
use crate::kernel::clock::rfc3339;
use crate::lifecycle::case::{Case, Values, number};
use crate::lifecycle::clocks::Clock;
use crate::lifecycle::flow::Flow;
use crate::lifecycle::room::{Attachment, Beginning, Change, Recipient, Room};
use crate::outbox::{self, Kind, News};
use crate::read::declare::View;
use crate::trail::entry::Deed;

impl Run<'_, '_> {
    /// Begins the matters that follow from it; their keys by the columns that name them.
    pub(super) async fn begin(&mut self, begins: &[Beginning]) -> Result<Values, WriteError> {
        let mut begun = Values::new();
        for beginning in begins {
            let order = Order {
                view: beginning.view,
                action: beginning.action.to_owned(),
                id: None,
                expected_version: None,
                input: beginning.input.clone(),
                references: beginning.references.clone(),
                key: None,
                operation: beginning.action.to_owned(),
            };
            match self.take(&order).await? {
                Outcome::Done { id, .. } if !beginning.column.is_empty() => {
                    begun.insert(beginning.column.to_owned(), id.into());
                }
                Outcome::Done { .. } => {}
                Outcome::Refused { refusals, .. } => {
                    let under = refusals.into_iter().map(|refusal| refusal.under(&beginning.under)).collect();
                    return Err(WriteError::Late(under));
                }
            }
        }
        Ok(begun)
    }

    /// Notes which personal fields a row writes.
    pub(super) fn note(&self, deed: &mut Deed, view: &View, table: &str, id: i64, row: &Values) {
        let touched: Vec<(String, Class)> = self.writer.personal(table, row).collect();
        for (field, class) in touched {
            deed.touch(field, format!("{}:{id}", view.name), class);
        }
    }

    /// Writes a row beside the matter, and lets the matter have it too.
    pub(super) async fn change(
        &mut self,
        step: &mut Step<'_>,
        case: &mut Case,
        change: Change,
    ) -> Result<(), WriteError> {
        let division = case.text("division_code").unwrap_or_default().to_owned();
        let (view, parts) = (step.place.view, step.place.room.parts);
        match change {
            Change::Insert { table, mut values, prefix } => {
                if let Some(prefix) = prefix {
                    let row = self.ids.next();
                    let no = numbers::next(&mut self.transaction, table, prefix, &division, step.at, row).await?;
                    values.insert("no".to_owned(), no.into());
                }
                self.note(&mut step.deed, view, table, step.id, &values);
                self.writer.insert(&mut self.transaction, table, &division, std::slice::from_ref(&values)).await?;
                for part in parts.iter().filter(|part| part.table == table && part.of.is_empty()) {
                    let key = number(&values, part.column);
                    if key.is_some() && key == case.number(part.key) {
                        case.parts.entry(part.name).or_default().push(values.clone());
                    }
                }
            }
            Change::Delete { table, id } => {
                let mut delete = DeleteStatement::new();
                delete.from_table(Alias::new(table)).and_where(Expr::col(Alias::new("id")).eq(id));
                self.transaction.delete(&delete).await.map_err(WriteError::Database)?;
                for part in parts.iter().filter(|part| part.table == table) {
                    case.parts.entry(part.name).or_default().retain(|row| number(row, "id") != Some(id));
                }
            }
            Change::Update { table, id, values } => {
                // Another matter of the kind: what was joined to it is found under it as well.
                if table == view.table {
                    step.deed.objects.insert(format!("{}:{id}", view.name));
                }
                self.note(&mut step.deed, view, table, step.id, &values);
                self.writer.update(&mut self.transaction, table, id, &values).await?;
                for part in parts.iter().filter(|part| part.table == table) {
                    let rows = case.parts.entry(part.name).or_default().iter_mut();
                    rows.filter(|row| number(row, "id") == Some(id)).for_each(|row| row.extend(values.clone()));
                }
            }
        }
        Ok(())
    }

    /// The status event.
    pub(super) async fn event_row(&mut self, step: &Step<'_>, case: &Case) -> Result<(), WriteError> {
        let (order, action) = (step.order, step.place.action);
        let note = action.inputs.iter().find(|input| input.note).and_then(|input| order.input.get(&input.name));
        let kept = (!step.kept.is_empty()).then(|| Json::Object(step.kept.clone()).to_string());
        let row = json!({
            "id": step.event,
            step.place.room.link: step.id,
            "seq": step.version,
            "from_state": step.from,
            "to_state": step.to,
            "action": action.name,
            "by_id": step.deed.who.posting_id,
            "at": step.at,
            "note": note,
            "input": kept,
        });
        self.rows("status_event", case, vec![row]).await
    }

    /// Content that is given becomes the matter's.
    pub(super) async fn attach(
        &mut self,
        step: &mut Step<'_>,
        case: &Case,
        attachments: &[Attachment],
    ) -> Result<(), WriteError> {
        let persons = (step.place.room.shows_persons)(&step.place.action.name);
        let usual = if persons { Class::Personal } else { Class::Internal };
        let mut rows = vec![];
        for attachment in attachments {
            let Some(file) = step.known.files.get(&attachment.hash) else { continue };
            rows.push(json!({
                "id": self.ids.next(),
                step.place.room.link: step.id,
                "status_event_id": step.event,
                "phase": attachment.phase,
                "hash": attachment.hash,
                "mime": file["mime"],
                "size": file["size"],
                "taken_at": file["taken_at"].as_i64().unwrap_or(step.at),
                "taken_by_id": step.deed.who.posting_id,
                "lon": file["lon"],
                "lat": file["lat"],
                "class": attachment.class.as_deref().filter(|_| !persons).unwrap_or(usual.code()),
            }));
        }
        // Where a photo was taken is personal: whoever's matter it is can see that it was written.
        for row in rows.iter().filter_map(Json::as_object) {
            self.note(&mut step.deed, step.place.view, "evidence", step.id, row);
        }
        if rows.is_empty() { Ok(()) } else { self.rows("evidence", case, rows).await }
    }

    async fn rows(&mut self, table: &str, case: &Case, rows: Vec<Json>) -> Result<(), WriteError> {
        let rows: Vec<Values> = rows.into_iter().filter_map(|row| row.as_object().cloned()).collect();
        let division = case.text("division_code").unwrap_or_default();
        self.writer.insert(&mut self.transaction, table, division, &rows).await
    }

    /// Clocks and news: what has happened, and which clocks are breached by now: those come back.
    pub(super) async fn tell(
        &mut self,
        step: &Step<'_>,
        case: &Case,
        told: Vec<Recipient>,
    ) -> Result<Vec<Clock>, WriteError> {
        let (room, flow, action) = (step.place.room, step.place.flow, step.place.action);
        let new = action.begins();
        let mut ids = || self.ids.next();
        let kept = self.writer.clocks(&mut self.transaction, (room, flow), case, new, step.at, &mut ids).await?;
        let (clocks, breached) = kept;
        let mut recipients: BTreeSet<Recipient> = audiences(room, case, &action.tells).collect();
        recipients.extend(told);
        let running: Vec<Json> = clocks.iter().filter(|clock| clock.stopped_at.is_none()).map(due).collect();
        let news = json!({
            "no": case.text("no"),
            "action": action.name,
            "from": step.from,
            "to": step.to,
            "by": step.deed.who.posting_id,
            "clocks": running,
            "recipients": told_to(&recipients),
            "assignees": told_to(&audiences(room, case, &action.assigns).collect()),
        });
        self.post(step, case, Kind::Transition, news).await?;
        for clock in &breached {
            let news = self.writer.clock_news(room, flow, case, clock);
            self.post(step, case, Kind::ClockBreached, news).await?;
        }
        Ok(breached)
    }

    async fn post(&mut self, step: &Step<'_>, case: &Case, kind: Kind, body: Json) -> Result<(), WriteError> {
        let news = News {
            id: self.ids.next(),
            at: step.at,
            kind,
            view: step.place.view.name,
            matter_id: step.id,
            seq: step.version,
            division_code: case.text("division_code").unwrap_or_default(),
            body,
        };
        Ok(outbox::post(&mut self.transaction, &news).await?)
    }
}

impl Writer {
    /// What is told of a clock that is nearly due or breached.
    pub(in crate::lifecycle) fn clock_news(&self, room: &Room, flow: &Flow, case: &Case, clock: &Clock) -> Json {
        let tells = flow.clock(&clock.kind).map_or(&[][..], |rule| rule.tells.as_slice());
        let recipients: BTreeSet<Recipient> = audiences(room, case, tells).collect();
        json!({ "no": case.text("no"), "clock": due(clock), "recipients": told_to(&recipients) })
    }
}

fn due(clock: &Clock) -> Json {
    json!({ "kind": clock.kind, "subject": clock.subject, "dueAt": rfc3339(clock.due_at) })
}

fn audiences<'r>(room: &'r Room, case: &'r Case, names: &'r [String]) -> impl Iterator<Item = Recipient> + 'r {
    names.iter().filter_map(|name| room.audience(name)).flat_map(|audience| audience(case))
}

fn told_to(recipients: &BTreeSet<Recipient>) -> Vec<Json> {
    let of = |recipient: &Recipient| match recipient {
        Recipient::Organisation(id) => json!({ "organisation": id }),
        Recipient::Account(id) => json!({ "account": id }),
        Recipient::Posting(id) => json!({ "posting": id }),
    };
    recipients.iter().map(of).collect()
}
