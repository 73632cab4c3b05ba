//! Why an object and its fields are shown: answered by the gate itself, row by row.

use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use serde_json::{Value as Json, json};

use super::declare::{Field, Kind, Mask, View};
use super::predicate::{Lens, Via, Visible};
use super::session::{ReadError, Runner, Session};
use super::sql::col;
use crate::access::{Class, Exposure, Relation, Verdict};

impl Lens<'_> {
    /// What decides over the row with this key; `None`: unknown, or not shown to this viewer.
    pub async fn explain(&self, session: &mut Session, view: &View, id: i64) -> Result<Option<Json>, ReadError> {
        let shown = match self.visible(view, "t0", Via::Key) {
            Visible::All => super::sql::always(),
            Visible::Where(condition) => condition,
            Visible::Nothing => return Ok(None),
        };
        let branches = self.branches(view, "t0");
        let mut select = SelectStatement::new();
        select.from_as(view.table, "t0").and_where(col("t0", "id").eq(id).and(shown));
        let facts = [
            self.is_own(view, "t0"),
            self.is_handler(view, "t0"),
            self.is_raised(view, "t0"),
            self.is_dwelling(view, "t0"),
        ];
        let conditions = facts.into_iter().map(super::predicate::or_never).chain(branches.iter().map(|b| b.1.clone()));
        for condition in conditions {
            select.expr(self.dialect.whole(Expr::case(condition, 1i64).finally(0i64).into()));
        }
        let rows = session.rows(self.dialect.render(&select)).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let holds = |column: usize| Ok::<bool, ReadError>(rows.int(0, column)? == Some(1));
        let mut rules = vec![];
        for (at, (name, _)) in branches.iter().enumerate() {
            if holds(at + 4)? {
                rules.push(name.clone());
            }
        }
        let relation = match (holds(0)?, holds(1)?) {
            (true, _) => Relation::Own,
            (_, true) => Relation::Handler,
            _ if rules.is_empty() && view.family.exposure() != Exposure::Closed => Relation::Outside,
            _ => Relation::Scope,
        };
        let (raised, dwelling) = (holds(2)?, holds(3)?);
        let fields: Vec<Json> = view
            .fields
            .iter()
            .flat_map(|f| match &f.kind {
                Kind::Embed { fields, .. } => fields.iter().map(|p| (format!("{}.{}", f.name, p.name), p)).collect(),
                _ => vec![(f.name.clone(), f)],
            })
            .map(|(name, field)| self.explain_field(view, &name, field, relation, (raised, dwelling)))
            .collect();
        Ok(Some(json!({
            "type": view.name,
            "family": format!("{:?}", view.family),
            "rules": rules,
            "relation": format!("{relation:?}").to_uppercase(),
            "raised": raised,
            "allowed": true,
            "fields": fields,
        })))
    }

    fn explain_field(
        &self,
        view: &View,
        name: &str,
        field: &Field,
        relation: Relation,
        (raised, dwelling): (bool, bool),
    ) -> Json {
        let class = if dwelling && field.dwelling { Class::Personal } else { field.class };
        let decided = if raised && class >= Class::Personal { Class::Sensitive } else { class };
        let mut verdict = self.access.verdict(view.family, class, relation, raised);
        if verdict == Verdict::Masked && field.mask == Mask::None {
            verdict = Verdict::Hidden;
        }
        let reason = match verdict {
            Verdict::Full if decided == Class::Public => "PUBLIC",
            Verdict::Full => "ROLE",
            _ if self.access.purpose_hides(decided) => "PURPOSE",
            _ if relation == Relation::Outside => "OUTSIDE_SCOPE",
            _ => "CLASS_NOT_IN_ROLE",
        };
        json!({ "field": name, "class": decided.code(), "verdict": verdict.code(), "reason": reason })
    }

    /// What the viewer is shown of each field of a view, by relation.
    pub fn permissions(&self, view: &View) -> Json {
        let fields: Vec<Json> = view
            .fields
            .iter()
            .filter(|f| !matches!(f.kind, Kind::Embed { .. }))
            .map(|f| {
                let verdict = |relation| self.access.verdict(view.family, f.class, relation, false).code();
                json!({
                    "field": f.name,
                    "class": f.class.code(),
                    "inScope": verdict(Relation::Scope),
                    "asHandler": verdict(Relation::Handler),
                    "own": verdict(Relation::Own),
                })
            })
            .collect();
        json!({ "type": view.name, "listed": !matches!(self.visible(view, "t0", Via::List), Visible::Nothing), "fields": fields })
    }
}
