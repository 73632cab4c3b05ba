//! 可办事项. What the viewer may do now on the matters of a level: asked of the function that enforces it.

use std::collections::HashMap;
use std::sync::Arc;

use super::compile::Compiler;
use super::declare::View;
use super::fetch::Run;
use super::plan::member;
use super::session::ReadError;
use super::write::Writer;
use crate::graphql::error::Error;
use crate::graphql::mutations::pascal;
use crate::graphql::select::Selected;
use crate::http::Language;
use crate::lifecycle::Lifecycles;
use crate::lifecycle::case::{Actor, Case};
use crate::lifecycle::decide::offered;
use crate::lifecycle::load;
use crate::lifecycle::refusal::Refusal;
use crate::lifecycle::room::{self, Room};

/// How actions are written.
#[derive(Clone, Debug)]
pub struct ActionsPlan {
    view: &'static str,
    table: &'static str,
    lifecycles: Arc<Lifecycles>,
    actor: Actor,
    language: Language,
    parts: Vec<(String, ActionPart)>,
}

/// A field of an action.
#[derive(Clone, Debug)]
enum ActionPart {
    Typename,
    Name,
    Enabled,
    BlockedBy(Vec<(String, BlockPart)>),
    Input,
    Evidence,
}

/// A field of what stands against an action.
#[derive(Clone, Copy, Debug)]
enum BlockPart {
    Typename,
    Code,
    Message,
}

/// An action of a matter, offered.
#[derive(Clone, Debug)]
pub struct Offer {
    name: String,
    evidence: Vec<String>,
    blocked_by: Vec<Refusal>,
}

impl<'a, 'd> Compiler<'a, 'd> {
    /// What is selected of the actions of a view's matters.
    pub(super) fn actions(&self, view: &View, selected: &Selected<'d>) -> Result<ActionsPlan, Error> {
        let parts = self.reader.fields("AvailableAction", &selected.sets)?;
        let part = |field: &Selected<'d>| {
            let part = match field.name {
                "name" => ActionPart::Name,
                "enabled" => ActionPart::Enabled,
                "input" => ActionPart::Input,
                "evidence" => ActionPart::Evidence,
                "blockedBy" => ActionPart::BlockedBy(self.blocks(field)?),
                _ => ActionPart::Typename,
            };
            Ok((member(field.key), part))
        };
        Ok(ActionsPlan {
            view: view.name,
            table: view.table,
            lifecycles: self.lens.lifecycles.clone(),
            actor: Actor::of(&self.lens.access),
            language: self.language,
            parts: parts.iter().map(part).collect::<Result<_, Error>>()?,
        })
    }

    fn blocks(&self, selected: &Selected<'d>) -> Result<Vec<(String, BlockPart)>, Error> {
        let fields = self.reader.fields("ActionBlock", &selected.sets)?;
        let part = |name: &str| match name {
            "code" => BlockPart::Code,
            "message" => BlockPart::Message,
            _ => BlockPart::Typename,
        };
        Ok(fields.iter().map(|field| (member(field.key), part(field.name))).collect())
    }
}

/// The actions on the matters with these keys, for the viewer.
pub async fn fetch(run: &mut Run<'_>, plan: &ActionsPlan, ids: &[i64]) -> Result<HashMap<i64, Vec<Offer>>, ReadError> {
    let room = room::of(plan.view).ok_or_else(|| ReadError::Value(format!("{} has no lifecycle", plan.view)))?;
    let cases = load::cases(run.session, room, plan.table, ids, None, false).await?;
    Ok(cases.iter().map(|(id, case)| (*id, offers(plan, room, case, run.now_ms))).collect())
}

fn offers(plan: &ActionsPlan, room: &Room, case: &Case, now_ms: i64) -> Vec<Offer> {
    let flows = &plan.lifecycles.flows;
    let flow = case.number("flow_version").and_then(|version| flows.version(plan.view, version));
    let all = flow.map_or_else(Vec::new, |flow| offered(flow, room, case, &plan.actor, now_ms));
    all.into_iter()
        .map(|offer| Offer {
            name: offer.action.name.clone(),
            evidence: offer.action.evidence.clone(),
            blocked_by: offer.blocked_by,
        })
        .collect()
}

impl Writer<'_> {
    /// The actions of a matter.
    pub(super) fn actions(&mut self, plan: &ActionsPlan, offers: &[Offer]) -> Result<(), ReadError> {
        self.items(offers.iter(), |w, offer| w.members(&plan.parts, |w, part| w.action(plan, offer, part)))
    }

    fn action(&mut self, plan: &ActionsPlan, offer: &Offer, part: &ActionPart) -> Result<(), ReadError> {
        match part {
            ActionPart::Typename => self.string("AvailableAction"),
            ActionPart::Name => self.string(&offer.name),
            ActionPart::Enabled => self.raw(if offer.blocked_by.is_empty() { "true" } else { "false" }),
            ActionPart::Input => self.string(&format!("{}Input", pascal(&offer.name))),
            ActionPart::Evidence => self.items(offer.evidence.iter(), |w, phase| {
                w.string(phase);
                Ok(())
            })?,
            ActionPart::BlockedBy(parts) => self.items(offer.blocked_by.iter(), |w, refusal| {
                w.members(parts, |w, part| {
                    match part {
                        BlockPart::Typename => w.string("ActionBlock"),
                        BlockPart::Code => w.string(refusal.code.text()),
                        BlockPart::Message => w.string(refusal.code.message(plan.language)),
                    }
                    Ok(())
                })
            })?,
        }
        Ok(())
    }
}
