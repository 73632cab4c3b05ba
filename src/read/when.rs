//! When figures are taken: the period, and the instant of the state.

use async_graphql_value::ConstValue;
use sea_orm::sea_query::Expr;

use super::published::{month_start, starts_month};
use super::template::moment;
use crate::graphql::coerce::Args;
use crate::graphql::error::{Code, Error};

/// When figures are taken.
#[derive(Clone, Copy)]
pub(super) struct When {
    /// The instant of the state.
    pub(super) as_of: i64,
    /// Whether states are asked for that may not be those of now.
    pub(super) past: bool,
    /// Whether the state is that of now, whenever that is.
    pub(super) live: bool,
    /// The half-open period; `None`: all time.
    pub(super) period: Option<(i64, i64)>,
}

/// A number among the arguments; `None`: not given.
pub(super) fn number(args: &Args, name: &str) -> Option<i64> {
    match args.get(name) {
        Some(ConstValue::Number(n)) => n.as_i64(),
        _ => None,
    }
}

/// What the arguments say, as of `now` where they do not.
pub(super) fn when(args: &Args, now: i64) -> Result<When, Error> {
    let period = match args.get("period") {
        Some(ConstValue::Object(period)) => {
            let bound = |name: &str| match period.get(name) {
                Some(ConstValue::Number(n)) => n.as_i64().unwrap_or_default(),
                _ => 0,
            };
            let (from, to) = (bound("from"), bound("to"));
            if from >= to {
                return Err(Error::input("period.to", "must lie after from"));
            }
            Some((from, to))
        }
        _ => None,
    };
    let asked = number(args, "asOf");
    let as_of = asked.unwrap_or(now);
    if as_of > now {
        return Err(Error::input("asOf", "must not lie in the future"));
    }
    Ok(When { as_of, past: as_of != now, live: asked.is_none(), period })
}

impl When {
    /// Whether the period ended by the instant of the state: whatever came in it had come by then.
    pub(super) fn is_over(self) -> bool {
        self.period.is_some_and(|(_, to)| to <= self.as_of)
    }

    /// The instant of the state, or so many milliseconds after it.
    pub(super) fn at(self, after_ms: i64) -> Expr {
        if self.live { moment(self.as_of, after_ms) } else { Expr::val(self.as_of + after_ms) }
    }

    /// The same for published figures: bounds that are no months would let single days be told apart.
    pub(super) fn of_whole_months(self, args: &Args) -> Result<When, Error> {
        let refused = |field: &str| {
            let sentence = format!("published figures are of whole months: {field} must be the first of a month");
            Err(Error { field: Some(field.to_owned()), ..Error::new(Code::ForbiddenField, sentence) })
        };
        if self.period.is_some_and(|(from, to)| !starts_month(from) || !starts_month(to)) {
            return refused("period");
        }
        match number(args, "asOf") {
            Some(at) if !starts_month(at) => refused("asOf"),
            Some(_) => Ok(When { past: true, ..self }),
            None => Ok(When { as_of: month_start(self.as_of), past: true, live: false, ..self }),
        }
    }
}
