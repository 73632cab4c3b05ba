//! From a coerced input to what the writer takes: names of objects resolved to keys, places to the stored system.

use async_graphql::indexmap::IndexMap;
use async_graphql_value::{ConstValue, Name};
use serde_json::{Value as Json, json};

use super::error::Error;
use super::model::{Arg, InputDef, Model, Type};
use crate::kernel::coordinates::{Crs, Point, to_cgcs2000};
use crate::lifecycle::case::Values;
use crate::lifecycle::write::{Named, Reference};
use crate::read::catalog::Catalog;
use crate::read::write::parse_global_id;

type Object = IndexMap<Name, ConstValue>;

/// What was given, as the writer takes it.
#[derive(Debug, Default)]
pub struct Given {
    /// Values by field; what is null is absent.
    pub values: Values,
    /// Objects that they name.
    pub references: Vec<Reference>,
}

/// Reads inputs.
#[derive(Clone, Copy)]
pub struct InputReader<'m> {
    /// Types of the API.
    pub model: &'m Model,
    /// Declarations.
    pub catalog: &'m Catalog,
}

impl InputReader<'_> {
    /// Reads an input object.
    pub fn read(&self, input: &InputDef, object: &Object) -> Result<Given, Error> {
        let mut given = Given::default();
        given.values = self.object(input, object, "", &mut given.references)?;
        Ok(given)
    }

    fn object(
        &self,
        input: &InputDef,
        object: &Object,
        path: &str,
        references: &mut Vec<Reference>,
    ) -> Result<Values, Error> {
        let mut values = Values::new();
        for arg in &input.fields {
            let Some(value) = object.get(arg.name.as_str()).filter(|value| **value != ConstValue::Null) else {
                continue;
            };
            let field = if path.is_empty() { arg.name.clone() } else { format!("{path}.{}", arg.name) };
            values.insert(arg.name.clone(), self.value(arg, &arg.ty, value, &field, references)?);
        }
        Ok(values)
    }

    fn value(
        &self,
        arg: &Arg,
        ty: &Type,
        value: &ConstValue,
        field: &str,
        references: &mut Vec<Reference>,
    ) -> Result<Json, Error> {
        match (ty, value) {
            (Type::NonNull(inner), value) => self.value(arg, inner, value, field, references),
            (Type::List(inner), ConstValue::List(items)) => {
                let items = items.iter().enumerate();
                let item = |(at, item)| self.value(arg, inner, item, &format!("{field}.{at}"), references);
                Ok(Json::Array(items.map(item).collect::<Result<_, _>>()?))
            }
            (Type::Named(name), ConstValue::Object(object)) if name == "GeoPointInput" => place(object, field),
            (Type::Named(name), ConstValue::Object(object)) => match self.model.inputs.get(name) {
                Some(input) => Ok(Json::Object(self.object(input, object, field, references)?)),
                None => Err(Error::internal(&format!("no input {name}"))),
            },
            (_, value) => match (&arg.refers, value) {
                (Some(view), ConstValue::String(text)) => self.reference(arg, view, text, field, references),
                (_, ConstValue::Enum(name)) => Ok(Json::from(name.as_str())),
                (_, value) => value.clone().into_json().map_err(|error| Error::internal(&error)),
            },
        }
    }

    /// The key of the object that is named, noted to be looked for.
    fn reference(
        &self,
        arg: &Arg,
        view: &str,
        text: &str,
        field: &str,
        references: &mut Vec<Reference>,
    ) -> Result<Json, Error> {
        let known = self.catalog.view(view).ok_or_else(|| Error::internal(&format!("no view {view}")))?;
        let (named, value) = match arg.ty.name() {
            "ID" => {
                let id = parse_global_id(text).filter(|(name, _)| name == view).map(|(_, id)| id);
                let id = id.ok_or_else(|| Error::input(field, format!("is not the id of a {view}")))?;
                (Named::Id(id), Json::from(id))
            }
            _ => {
                let column = if view == "KeySite" { "qr_token" } else { "code" };
                (Named::By { column, value: text.to_owned() }, Json::from(text))
            }
        };
        references.push(Reference { field: field.to_owned(), view: known.name, named });
        Ok(value)
    }
}

/// A place in the stored system.
fn place(object: &Object, field: &str) -> Result<Json, Error> {
    let number = |name: &str| match object.get(name) {
        Some(ConstValue::Number(n)) => n.as_f64().unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    let point = Point { lon: number("lon"), lat: number("lat") };
    if !(-180.0..=180.0).contains(&point.lon) || !(-90.0..=90.0).contains(&point.lat) {
        return Err(Error::input(field, "is not a place: longitude -180 to 180, latitude -90 to 90"));
    }
    let crs = match object.get("crs") {
        Some(ConstValue::Enum(name)) if name == "GCJ02" => Crs::Gcj02,
        Some(ConstValue::Enum(name)) if name == "WGS84" => Crs::Wgs84,
        _ => Crs::Cgcs2000,
    };
    let point = to_cgcs2000(point, crs);
    Ok(json!({ "lon": point.lon, "lat": point.lat }))
}
