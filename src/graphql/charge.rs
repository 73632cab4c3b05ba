//! 收费. What an operation may cost, held against the limits and taken out of the bucket of its account.

use async_graphql_parser::types::{OperationDefinition, OperationType};

use super::admission::Lanes;
use super::cost::{self, Cost};
use super::engine::{Engine, refused};
use super::error::{Code, Error};
use super::execute::Bill;
use super::limits;
use super::meter::Exhausted;
use super::select::Reader;
use crate::access::Facts;
use crate::http::Answer;

impl Engine {
    /// What the operation costs, paid for, and the lane that it runs in; `known`: what it was found to cost before. What is
    /// told to a subscription was paid for at its beginning.
    pub(super) fn bill(
        &self,
        reader: &Reader<'_>,
        operation: &OperationDefinition,
        is_told: bool,
        known: Option<Cost>,
        facts: &Facts,
    ) -> Result<(Option<Bill>, Lanes, Cost), Answer> {
        if is_told {
            return Ok((None, Lanes::Read, Cost::default()));
        }
        let cost = match known {
            Some(cost) => cost,
            None => self.priced(reader, operation).map_err(|error| refused(&[error]))?,
        };
        let lane = Lanes::of(operation.ty == OperationType::Mutation, cost.objects);
        Ok((Some(self.charged(facts, cost.points)?), lane, cost))
    }

    /// Takes points out of the bucket of the account.
    pub(super) fn charged(&self, facts: &Facts, points: u64) -> Result<Bill, Answer> {
        let charged = self.charge(facts.account_id, points);
        let left = charged.map_err(|Exhausted(seconds)| {
            let message = format!("your account has used up its points: try again in {seconds} s");
            let error = Error { limit: Some("bucket"), ..Error::new(Code::RateLimited, message) };
            Answer { retry_after: Some(seconds), ..refused(&[error]) }
        })?;
        Ok(Bill { points, left })
    }

    /// What an operation may cost, if that is within the limits.
    pub(super) fn priced(&self, reader: &Reader<'_>, operation: &OperationDefinition) -> Result<Cost, Error> {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let cost = cost::of(reader, root, operation)?;
        let limits = self.limits();
        for (key, what, is, most) in [
            ("aliases", "names of one field at one place", cost.aliases, limits.aliases),
            ("lists", "lists within each other", cost.lists, limits.lists),
            ("objects", "objects in its answer", cost.objects, limits.objects),
            ("points", "points of cost", cost.points, limits.points),
        ] {
            if is > most {
                return Err(limits::beyond(key, what, most));
            }
        }
        Ok(cost)
    }
}

/// The refusal of whoever finds no place.
pub(super) fn overloaded() -> Answer {
    let message = "the server has more to do than it can: try again";
    Answer { retry_after: Some(1), ..refused(&[Error::new(Code::Overloaded, message)]) }
}
