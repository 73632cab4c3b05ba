//! Input coercion as the GraphQL specification says it, with our scalars.
//!
//! Coerced values have one form each: DateTime is a number of milliseconds, Decimal a number of hundredths, Date its
//! text, an enum its name. What is read later needs no second look.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql_parser::types::{BaseType, OperationDefinition, Type as AstType};
use async_graphql_parser::{Pos, Positioned};
use async_graphql_value::{ConstValue, Name, Number, Value};

use super::error::{Code, Error};
use super::model::{Arg, InputDef, Model, Type};
use crate::kernel::clock;

/// Longest text that is taken.
const LONGEST: usize = 2_000;
/// Longest list that is taken.
const MOST: usize = 200;

/// Coerced arguments by name; an argument not given and without default is absent.
pub type Args = IndexMap<String, ConstValue>;

/// The variables of an operation: their types, and their coerced values where given.
#[derive(Debug, Default)]
pub struct Variables {
    types: HashMap<String, (Type, bool)>,
    values: HashMap<String, ConstValue>,
}

/// The type that a document writes.
pub(super) fn type_of(ast: &AstType) -> Type {
    let base = match &ast.base {
        BaseType::Named(name) => Type::Named(name.to_string()),
        BaseType::List(inner) => Type::List(Box::new(type_of(inner))),
    };
    if ast.nullable { base } else { Type::NonNull(Box::new(base)) }
}

impl Variables {
    /// Coerces what the client sent, with the defaults of the operation.
    pub fn coerce(
        model: &Model,
        operation: &OperationDefinition,
        given: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Variables, Vec<Error>> {
        let mut variables = Variables::default();
        let mut errors = vec![];
        let given_value = Coercer { model, variables: None };
        for definition in &operation.variable_definitions {
            let name = definition.node.name.node.as_str();
            let ty = type_of(&definition.node.var_type.node);
            let default = definition.node.default_value.as_ref().map(|d| d.node.clone());
            variables.types.insert(name.into(), (ty.clone(), default.is_some()));
            let value = match given.get(name) {
                Some(json) => match ConstValue::from_json(json.clone()) {
                    Ok(value) => Some(value),
                    Err(_) => {
                        errors.push(Error::input(format!("${name}"), "is not a value"));
                        continue;
                    }
                },
                None => default,
            };
            match value {
                Some(value) => match given_value.value(&ty, &value.into_value(), false) {
                    Ok(Some(value)) => {
                        variables.values.insert(name.into(), value);
                    }
                    Ok(None) => {}
                    Err(error) => errors.push(error.under(&format!("${name}"))),
                },
                None if ty.non_null() => errors.push(Error::input(format!("${name}"), format!("{ty} is required"))),
                None => {}
            }
        }
        if errors.is_empty() { Ok(variables) } else { Err(errors) }
    }

    /// The value of a Boolean argument of `@skip` or `@include`.
    pub fn condition(&self, model: &Model, value: &Positioned<Value>) -> Result<bool, Error> {
        let coercer = Coercer { model, variables: Some(self) };
        match coercer.value(&Type::parse("Boolean!"), &value.node, false) {
            Ok(Some(ConstValue::Boolean(b))) => Ok(b),
            Ok(_) => Err(Error::new(Code::ValidationFailed, "the condition must be a Boolean")),
            Err(error) => Err(error),
        }
        .map_err(|e| Error { at: place(value.pos), ..e })
    }

    /// Coerces the arguments of a field.
    pub fn args<'m>(
        &self,
        model: &Model,
        definitions: impl IntoIterator<Item = &'m Arg>,
        given: &[(Positioned<Name>, Positioned<Value>)],
    ) -> Result<Args, Error> {
        let coercer = Coercer { model, variables: Some(self) };
        let mut args = Args::new();
        for definition in definitions {
            let value = given.iter().find(|(name, _)| name.node.as_str() == definition.name);
            let at = value.and_then(|(_, v)| place(v.pos));
            let coerced = coercer
                .field(definition, value.map(|(_, v)| &v.node))
                .map_err(|e| Error { at: e.at.or(at), ..e.under(&definition.name) })?;
            if let Some(coerced) = coerced {
                args.insert(definition.name.clone(), coerced);
            }
        }
        Ok(args)
    }
}

fn place(pos: Pos) -> Option<(usize, usize)> {
    Some((pos.line, pos.column))
}

fn bad(message: impl Into<String>) -> Error {
    Error { field: None, ..Error::input("", message) }
}

/// Whether a variable may stand in a place (specification, "All Variable Usages Are Allowed").
pub(super) fn allowed(variable: &Type, variable_default: bool, place: &Type, place_default: bool) -> bool {
    if place.non_null() && !variable.non_null() {
        return (variable_default || place_default) && compatible(variable, place.nullable());
    }
    compatible(variable, place)
}

fn compatible(variable: &Type, place: &Type) -> bool {
    match (variable, place) {
        (Type::NonNull(v), Type::NonNull(p)) => compatible(v, p),
        (_, Type::NonNull(_)) => false,
        (Type::NonNull(v), p) => compatible(v, p),
        (Type::List(v), Type::List(p)) => compatible(v, p),
        (Type::Named(v), Type::Named(p)) => v == p,
        _ => false,
    }
}

struct Coercer<'a> {
    model: &'a Model,
    variables: Option<&'a Variables>,
}

impl Coercer<'_> {
    /// An argument or a field of an input object; `None`: not given and without default.
    fn field(&self, definition: &Arg, given: Option<&Value>) -> Result<Option<ConstValue>, Error> {
        let has_default = definition.default.is_some();
        let value = match given {
            Some(value) => self.value(&definition.ty, value, has_default)?,
            None => None,
        };
        match (value, &definition.default) {
            (Some(value), _) => Ok(Some(value)),
            (None, Some(default)) => self.value(&definition.ty, &default.clone().into_value(), false),
            (None, None) if definition.ty.non_null() => Err(bad(format!("{} is required", definition.ty))),
            (None, None) => Ok(None),
        }
    }

    /// A value where `ty` is expected; `None`: a variable that was not given.
    fn value(&self, ty: &Type, value: &Value, has_default: bool) -> Result<Option<ConstValue>, Error> {
        if let Value::Variable(name) = value {
            return self.variable(name, ty, has_default);
        }
        let coerced = match (ty, value) {
            (Type::NonNull(_), Value::Null) => return Err(bad(format!("{ty} is required, null was given"))),
            (Type::NonNull(inner), value) => return self.value(inner, value, has_default),
            (_, Value::Null) => ConstValue::Null,
            (Type::List(inner), Value::List(items)) => self.list(inner, items)?,
            (Type::List(inner), single) => ConstValue::List(vec![self.item(inner, single)?]),
            (Type::Named(name), value) => self.named(name, value)?,
        };
        Ok(Some(coerced))
    }

    fn variable(&self, name: &Name, ty: &Type, has_default: bool) -> Result<Option<ConstValue>, Error> {
        let declared = self.variables.and_then(|v| Some((v, v.types.get(name.as_str())?)));
        let Some((variables, (declared, with_default))) = declared else {
            return Err(Error::new(Code::ValidationFailed, format!("${name} is not defined")));
        };
        if !allowed(declared, *with_default, ty, has_default) {
            let message = format!("${name} of type {declared} stands where {ty} is expected");
            return Err(Error::new(Code::ValidationFailed, message));
        }
        match variables.values.get(name.as_str()) {
            Some(ConstValue::Null) if ty.non_null() => Err(bad(format!("{ty} is required, null was given"))),
            other => Ok(other.cloned()),
        }
    }

    fn item(&self, ty: &Type, value: &Value) -> Result<ConstValue, Error> {
        match self.value(ty, value, false)? {
            Some(value) => Ok(value),
            None if ty.non_null() => Err(bad(format!("{ty} is required"))),
            None => Ok(ConstValue::Null),
        }
    }

    fn list(&self, ty: &Type, items: &[Value]) -> Result<ConstValue, Error> {
        if items.len() > MOST {
            return Err(bad(format!("has more than {MOST} items")));
        }
        let items: Result<Vec<_>, Error> = items.iter().map(|item| self.item(ty, item)).collect();
        Ok(ConstValue::List(items?))
    }

    fn named(&self, name: &str, value: &Value) -> Result<ConstValue, Error> {
        if let Some(input) = self.model.inputs.get(name) {
            return self.object(name, input, value);
        }
        if let Some(choices) = self.model.enums.get(name) {
            let given = match value {
                Value::Enum(given) => given.as_str(),
                Value::String(given) if self.variables.is_none() => given,
                _ => return Err(bad(format!("is not a value of {name}"))),
            };
            if !choices.values.iter().any(|(v, _)| v == given) {
                return Err(bad(format!("is not a value of {name}")));
            }
            return Ok(ConstValue::Enum(Name::new(given)));
        }
        scalar(name, value)
    }

    fn object(&self, name: &str, input: &InputDef, value: &Value) -> Result<ConstValue, Error> {
        let Value::Object(given) = value else {
            return Err(bad(format!("is not a {name}")));
        };
        if let Some(unknown) = given.keys().find(|k| !input.fields.iter().any(|f| f.name == k.as_str())) {
            return Err(bad(format!("{name} has no field of this name")).under(unknown.as_str()));
        }
        let mut object = IndexMap::new();
        for definition in &input.fields {
            let coerced =
                self.field(definition, given.get(definition.name.as_str())).map_err(|e| e.under(&definition.name))?;
            if let Some(coerced) = coerced {
                object.insert(Name::new(&definition.name), coerced);
            }
        }
        Ok(ConstValue::Object(object))
    }
}

fn whole(n: &Number) -> Option<i64> {
    n.as_i64().or_else(|| n.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9e15).map(|f| f as i64))
}

fn scalar(name: &str, value: &Value) -> Result<ConstValue, Error> {
    let wrong = || {
        bad(match name {
            "DateTime" => "is not an instant such as 2026-03-01T08:00:00+08:00, of the years 1900 to 2100".to_owned(),
            "Date" => "is not a day such as 2026-03-01, of the years 1900 to 2100".to_owned(),
            name => format!("is not a valid {name}"),
        })
    };
    let coerced = match (name, value) {
        ("Boolean", Value::Boolean(b)) => ConstValue::Boolean(*b),
        ("Int", Value::Number(n)) => {
            let n = whole(n).filter(|n| i32::try_from(*n).is_ok()).ok_or_else(wrong)?;
            ConstValue::from(n)
        }
        ("Float", Value::Number(n)) => {
            let n = n.as_f64().filter(|f| f.is_finite()).ok_or_else(wrong)?;
            ConstValue::from(n)
        }
        ("ID", Value::Number(n)) => ConstValue::String(whole(n).ok_or_else(wrong)?.to_string()),
        ("String" | "ID", Value::String(s)) => ConstValue::String(text(s)?),
        ("DateTime", Value::String(s)) => ConstValue::from(clock::parse_rfc3339(s).filter(in_range).ok_or_else(wrong)?),
        ("Date", Value::String(s)) => {
            let day = clock::day_start_ms(s).filter(in_range).ok_or_else(wrong)?;
            ConstValue::String(clock::shanghai_date(day))
        }
        ("Decimal", Value::String(s)) => ConstValue::from(hundredths(s).ok_or_else(wrong)?),
        ("Decimal", Value::Number(n)) => ConstValue::from(hundredths(&n.to_string()).ok_or_else(wrong)?),
        // What it has to hold is known where it is read.
        ("_Any", Value::Object(_)) => value.clone().into_const().ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    Ok(coerced)
}

fn text(s: &str) -> Result<String, Error> {
    if s.contains('\0') {
        return Err(bad("holds a NUL character"));
    }
    if s.chars().count() > LONGEST {
        return Err(bad(format!("is longer than {LONGEST} characters")));
    }
    Ok(s.to_owned())
}

/// 1900-01-01 to 2100-01-01.
fn in_range(ms: &i64) -> bool {
    (-2_208_988_800_000..=4_102_444_800_000).contains(ms)
}

/// `12.5` as 1250; `None`: not a number, more than two places or too large.
fn hundredths(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || places.len() > 2 || !plain(whole) || !plain(places) {
        return None;
    }
    let hundredths: i64 = format!("{whole}{places:0<2}").parse().ok()?;
    Some(sign * hundredths)
}
