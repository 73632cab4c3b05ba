//! 告知. Writing changes: the matter of each is read through the gate at that moment, as every other row is.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::change_cursor::{self, Since};
use super::changes::{self, Live, Matter, Wanted, code_of};
use super::coerce::Args;
use super::error::Error;
use super::execute::{Execution, fault};
use super::plain;
use super::select::{Selected, Sets};
use crate::access::Family;
use crate::kernel::clock::rfc3339;
use crate::outbox::feed::{self, Event};
use crate::read::compile::{Compiler, Path};
use crate::read::declare::View;
use crate::read::fetch::{self, FetchedRows};
use crate::read::figures::root_path;
use crate::read::plan::{RowsPlan, member};
use crate::read::predicate::{Via, Visible};
use crate::read::sql::{Keys, col};
use crate::read::write::global_id;

/// Events that a page looks at.
const LOOKED_AT: u64 = 500;
/// Most matters of a page.
const MOST: i64 = 100;

/// What is told to somebody.
#[derive(Clone, Copy)]
pub enum Telling<'e> {
    /// What has happened, if the viewer may see the matter.
    Event(&'e Event),
    /// Nothing, but whether the viewer may see the matter.
    Check(&'e Event),
    /// That a matter is no longer shown, as of this event.
    Removed(&'e Event),
    /// That other things may be seen from this position on.
    Resync(i64),
}

/// A row of a matter that was found.
type Found<'f, 'a> = (&'f RowsPlan, &'f FetchedRows, usize);

/// A change before it is written.
struct Change<'e> {
    position: i64,
    at: i64,
    kind: &'e str,
    matter: Option<(&'e str, i64)>,
    event: Option<&'e Event>,
}

impl<'e> Change<'e> {
    fn of(event: &'e Event) -> Change<'e> {
        let matter = Some((event.view.as_str(), event.matter_id));
        Change { position: event.position, at: event.at, kind: &event.kind, matter, event: Some(event) }
    }

    fn removed(position: i64, at: i64, (view, id): (&'e str, i64)) -> Change<'e> {
        Change { position, at, kind: "REMOVED", matter: Some((view, id)), event: None }
    }

    fn leaf(&self, name: &str) -> Json {
        let told = self.event.map_or(&Json::Null, |event| &event.told);
        match name {
            "at" => rfc3339(self.at).into(),
            "kind" => self.kind.into(),
            "type" => self.matter.map(|(view, _)| code_of(view)).into(),
            "matterId" => self.matter.map(|(view, id)| global_id(view, id)).into(),
            "version" => self.event.map(|event| event.version).filter(|version| *version > 0).into(),
            "action" => told["action"].clone(),
            "clock" => told["clock"].clone(),
            _ => "Change".into(),
        }
    }
}

impl<'a, 'd> Execution<'a, 'd> {
    /// Writes what is told. Nothing is written, and nothing is shown, where the viewer may not see the matter.
    pub(super) async fn tell(&mut self, telling: Telling<'_>, selected: &Selected<'d>) -> Result<(), Error> {
        let now = self.compiler.lens.now_ms;
        match telling {
            Telling::Removed(event) => {
                let matter = (event.view.as_str(), event.matter_id);
                self.change(&Change::removed(event.position, now, matter), None, &selected.sets)
            }
            Telling::Resync(position) => {
                let change = Change { position, at: now, kind: "RESYNC", matter: None, event: None };
                self.change(&change, None, &selected.sets)
            }
            Telling::Check(event) => {
                let found = self.shown_of(&event.view, vec![event.matter_id], &[]).await?;
                self.shown = found.is_some_and(|(_, fetched)| !fetched.rows.is_empty());
                self.null();
                Ok(())
            }
            Telling::Event(event) => {
                let shapes = self.shapes(&selected.sets, &root_path(selected.key))?;
                match self.shown_of(&event.view, vec![event.matter_id], &shapes).await? {
                    Some((plan, fetched)) if !fetched.rows.is_empty() => {
                        self.change(&Change::of(event), Some((&plan, &fetched, 0)), &selected.sets)
                    }
                    _ => {
                        self.shown = false;
                        self.null();
                        Ok(())
                    }
                }
            }
        }
    }

    /// What has changed since a cursor.
    pub(super) async fn changes_since(&mut self, args: &Args, selected: &Selected<'d>) -> Result<(), Error> {
        let first = super::execute::number(args, "first").unwrap_or_default();
        if !(1..=MOST).contains(&first) {
            return Err(Error::input("first", format!("must be 1 to {MOST}")));
        }
        let wanted = Wanted::read(Live::Feed, args)?;
        let known = changes::known(args)?;
        let rights = change_cursor::rights(&self.compiler.lens.access);
        let since = match super::execute::text(args, "after") {
            Some(cursor) => Some(change_cursor::open(self.compiler.sealer, &rights, cursor)?),
            None => None,
        };
        let head = feed::head(&mut self.session).await.map_err(fault)?;
        let Some(Since::Position(after)) = since else {
            let resync = since.is_some();
            return self.page(&[], &HashMap::new(), (head, false, resync), selected).await;
        };
        let events = feed::after(&mut self.session, after, LOOKED_AT).await.map_err(fault)?;
        let read_all = (events.len() as u64) < LOOKED_AT;
        let (latest, position, took_all) = self.latest(&events, &wanted, first as usize, after);
        let mut kinds: HashMap<String, Vec<i64>> = HashMap::new();
        for (view, id) in
            latest.iter().map(|event| (&event.view, event.matter_id)).chain(known.iter().map(|(v, i)| (v, *i)))
        {
            let ids = kinds.entry(view.clone()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let mut told: Vec<Told<'_>> = latest.into_iter().map(Told::Event).collect();
        told.extend(known.iter().map(Told::Known));
        self.page(&told, &kinds, (position, !(read_all && took_all), false), selected).await
    }

    /// The last event of each matter that is asked for, of at most so many matters; how far that goes, and whether to the end.
    fn latest<'e>(&self, events: &'e [Event], wanted: &Wanted, most: usize, after: i64) -> (Vec<&'e Event>, i64, bool) {
        let facts = self.compiler.lens.access.facts();
        let mut latest: Vec<&Event> = vec![];
        let mut position = after;
        for event in events {
            if wanted.fits(event, facts) {
                let same = |known: &&Event| known.view == event.view && known.matter_id == event.matter_id;
                match latest.iter().position(same) {
                    Some(at) => drop(latest.remove(at)),
                    None if latest.len() == most => return (latest, position, false),
                    None => {}
                }
                latest.push(event);
            }
            position = event.position;
        }
        (latest, position, true)
    }

    async fn page(
        &mut self,
        told: &[Told<'_>],
        kinds: &HashMap<String, Vec<i64>>,
        (position, more, resync): (i64, bool, bool),
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let fields = self.compiler.reader.fields("ChangePage", &selected.sets)?;
        let rights = change_cursor::rights(&self.compiler.lens.access);
        self.writer.out.push(b'{');
        for (n, field) in fields.iter().enumerate() {
            self.begin(n, field.key);
            match field.name {
                "changes" => {
                    self.outer = root_path(selected.key);
                    self.items_told(told, kinds, position, field).await?;
                }
                "cursor" => {
                    let cursor = change_cursor::seal(self.compiler.sealer, &rights, position);
                    self.writer.string(&cursor);
                }
                "hasMore" => self.writer.out.extend_from_slice(Json::from(more).to_string().as_bytes()),
                "resync" => self.writer.out.extend_from_slice(Json::from(resync).to_string().as_bytes()),
                _ => self.writer.string("ChangePage"),
            }
        }
        self.writer.out.push(b'}');
        Ok(())
    }

    async fn items_told(
        &mut self,
        told: &[Told<'_>],
        kinds: &HashMap<String, Vec<i64>>,
        position: i64,
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let shapes = self.shapes(&selected.sets, &self.path(selected.key))?;
        let (mut found, mut places) = (vec![], HashMap::new());
        for (view, ids) in kinds {
            let Some((plan, fetched)) = self.shown_of(view, ids.clone(), &shapes).await? else { continue };
            for row in 0..fetched.rows.len() {
                let id = plan.cursor.last().map(|column| fetched.rows.int(row, *column)).transpose().map_err(fault)?;
                places.insert((view.as_str(), id.flatten()), (found.len(), row));
            }
            found.push((plan, fetched));
        }
        let now = self.compiler.lens.now_ms;
        self.writer.out.push(b'[');
        let mut written = 0;
        for told in told {
            let (view, id) = told.matter();
            let place = places.get(&(view, Some(id)));
            let change = match (told, place) {
                (Told::Event(event), Some(_)) => Change::of(event),
                (Told::Known(_), None) => Change::removed(position, now, (view, id)),
                _ => continue,
            };
            if written > 0 {
                self.writer.out.push(b',');
            }
            written += 1;
            let row = match (told, place) {
                (Told::Event(_), Some((at, row))) => Some((&found[*at].0, &found[*at].1, *row)),
                _ => None,
            };
            self.change(&change, row, &selected.sets)?;
        }
        self.writer.out.push(b']');
        Ok(())
    }

    /// What is selected of the matter, once for each name it is selected under.
    fn shapes(&self, sets: &Sets<'d>, path: &Path) -> Result<Vec<(Sets<'d>, Path)>, Error> {
        let fields = self.compiler.reader.fields("Change", sets)?;
        let matters = fields.into_iter().filter(|field| field.name == "matter");
        Ok(matters.map(|field| (field.sets, path.iter().cloned().chain([field.key.into()]).collect())).collect())
    }

    /// Those of these matters that the viewer may see; `None`: none of the type.
    async fn shown_of(
        &mut self,
        view: &str,
        ids: Vec<i64>,
        shapes: &[(Sets<'d>, Path)],
    ) -> Result<Option<(RowsPlan, FetchedRows)>, Error> {
        let known: Option<&'static View> = self.compiler.lens.catalog.view(view);
        let Some(view) = known.filter(|view| !matches!(view.family, Family::Posting | Family::System)) else {
            return Ok(None);
        };
        if matches!(self.compiler.lens.visible(view, "t0", Via::List), Visible::Nothing) {
            return Ok(None);
        }
        let page = Compiler::by_id(view, ids.len());
        let one_of = self.compiler.lens.dialect.any(col("t0", "id"), &Keys::Ints(ids));
        let Some(plan) = self.compiler.rows(view, Via::List, one_of, page, shapes, &[])? else { return Ok(None) };
        let fetched = fetch::rows(&mut self.reading(), &plan).await.map_err(fault)?;
        Ok(Some((plan, fetched)))
    }

    fn change(&mut self, change: &Change<'_>, found: Option<Found<'_, 'a>>, sets: &Sets<'d>) -> Result<(), Error> {
        let reader = self.compiler.reader;
        let mut shape = 0;
        self.writer.out.push(b'{');
        for (n, field) in reader.fields("Change", sets)?.iter().enumerate() {
            if n > 0 {
                self.writer.out.push(b',');
            }
            self.writer.out.extend_from_slice(member(field.key).as_bytes());
            match (field.name, found) {
                ("matter", Some((plan, fetched, row))) => {
                    self.writer.row_as(plan, shape, fetched, row).map_err(fault)?;
                    shape += 1;
                }
                ("matter", None) => self.null(),
                ("cursor", _) => {
                    let rights = change_cursor::rights(&self.compiler.lens.access);
                    let cursor = change_cursor::seal(self.compiler.sealer, &rights, change.position);
                    self.writer.string(&cursor);
                }
                (name, _) => {
                    let ty = if name == "clock" { "ChangeClock" } else { "" };
                    plain::write(&reader, ty, &change.leaf(name), &field.sets, &mut self.writer.out)?;
                }
            }
        }
        self.writer.out.push(b'}');
        Ok(())
    }
}

/// What a page may tell of.
enum Told<'e> {
    /// An event, if its matter is shown.
    Event(&'e Event),
    /// A matter that the client holds, if it is not shown any more.
    Known(&'e Matter),
}

impl Told<'_> {
    fn matter(&self) -> (&str, i64) {
        match self {
            Told::Event(event) => (&event.view, event.matter_id),
            Told::Known((view, id)) => (view, *id),
        }
    }
}
