//! 当前身份. What a viewer is told of himself.

use sea_orm::sea_query::ExprTrait;
use serde_json::{Value as Json, json};

use super::error::Error;
use super::execute::Execution;
use super::plain;
use super::select::Selected;
use crate::access::{Family, Rows};
use crate::kernel::clock;
use crate::read::figures::root_path;
use crate::read::predicate::{Lens, Via};
use crate::read::sql::col;

impl<'d> Execution<'_, 'd> {
    pub(super) fn rate_limit(&mut self, selected: &Selected<'d>) -> Result<(), Error> {
        let bill = self.bill.ok_or_else(|| Error::internal(&"no bill"))?;
        let value = json!({
            "limit": bill.left.limit,
            "cost": bill.points,
            "remaining": bill.left.remaining,
            "resetAt": clock::rfc3339(bill.left.reset_at),
        });
        plain::write(&self.compiler.reader, "RateLimit", &value, &selected.sets, &mut self.writer.out)
    }

    pub(super) async fn viewer(&mut self, selected: &Selected<'d>) -> Result<(), Error> {
        let lens = self.compiler.lens;
        let (role, facts) = (lens.access.role(), lens.access.facts());
        let known = json!({
            "role": role.code,
            "purpose": facts.purpose.code(),
            "purposes": role.purposes.iter().map(|p| p.code()).collect::<Vec<_>>(),
            "functions": role.functions,
            "scopes": scopes(&lens),
            "permissions": lens.catalog.views().iter()
                .filter(|v| v.family != Family::System)
                .map(|v| lens.permissions(v))
                .collect::<Vec<_>>(),
        });
        self.outer = root_path(selected.key);
        self.writer.out.push(b'{');
        for (n, field) in self.compiler.reader.fields("Viewer", &selected.sets)?.iter().enumerate() {
            self.begin(n, field.key);
            match field.name {
                "posting" => {
                    let condition = col("t0", "id").eq(facts.posting_id);
                    self.single(self.view("Posting")?, Via::Link, condition, field).await?;
                }
                "__typename" => self.writer.string("Viewer"),
                name => {
                    let reader = self.compiler.reader;
                    let ty = reader.definition("Viewer", field)?.ty.name();
                    plain::write(&reader, ty, &known[name], &field.sets, &mut self.writer.out)?;
                }
            }
        }
        self.writer.out.push(b'}');
        Ok(())
    }
}

fn scopes(lens: &Lens<'_>) -> Vec<Json> {
    let families = Family::ALL.into_iter().filter(|f| *f != Family::System);
    families
        .map(|family| {
            let branches: Vec<String> = match lens.access.rows(family) {
                Rows::None => vec![],
                Rows::Where(branches) => {
                    branches.iter().map(|b| b.iter().map(|a| format!("{a:?}")).collect::<Vec<_>>().join("+")).collect()
                }
            };
            json!({ "family": format!("{family:?}"), "branches": branches })
        })
        .collect()
}
