//! The types of the API as plain data: what the executor, the registry and the published SDL are made from.

use async_graphql::indexmap::IndexMap;
use async_graphql_value::ConstValue;

use crate::access::Class;

/// What every object with a global id is.
pub const NODE: &str = "Node";
/// The same as a union, as gateways of a federation name it.
pub const ENTITY: &str = "_Entity";

/// Whether the type stands for all objects with a global id.
pub fn is_abstract(name: &str) -> bool {
    matches!(name, NODE | ENTITY)
}

/// A reference to a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// By name, nullable.
    Named(String),
    /// Never null.
    NonNull(Box<Type>),
    /// A list.
    List(Box<Type>),
}

impl Type {
    /// Reads `[Hazard!]!`.
    pub fn parse(text: &str) -> Type {
        if let Some(inner) = text.strip_suffix('!') {
            Type::NonNull(Box::new(Type::parse(inner)))
        } else if let Some(inner) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            Type::List(Box::new(Type::parse(inner)))
        } else {
            Type::Named(text.to_owned())
        }
    }

    /// The named type at the bottom.
    pub fn name(&self) -> &str {
        match self {
            Type::Named(name) => name,
            Type::NonNull(inner) | Type::List(inner) => inner.name(),
        }
    }

    /// Whether null is excluded.
    pub fn non_null(&self) -> bool {
        matches!(self, Type::NonNull(_))
    }

    /// The type without the outer exclusion of null.
    pub fn nullable(&self) -> &Type {
        match self {
            Type::NonNull(inner) => inner,
            other => other,
        }
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Type::Named(name) => f.write_str(name),
            Type::NonNull(inner) => write!(f, "{inner}!"),
            Type::List(inner) => write!(f, "[{inner}]"),
        }
    }
}

/// An argument of a field or a field of an input object.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Name.
    pub name: String,
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// Type.
    pub ty: Type,
    /// Value when absent.
    pub default: Option<ConstValue>,
    /// The view that its ids name, or whose natural key it is.
    pub refers: Option<String>,
}

impl Arg {
    /// An argument without a default.
    pub fn new(name: impl Into<String>, ty: &str, doc: impl Into<String>) -> Self {
        Arg { name: name.into(), doc: doc.into(), ty: Type::parse(ty), default: None, refers: None }
    }

    /// The argument as the name of an object.
    pub fn refer(mut self, view: &str) -> Self {
        self.refers = Some(view.to_owned());
        self
    }

    /// The argument with a default.
    pub fn or(mut self, default: impl Into<ConstValue>) -> Self {
        self.default = Some(default.into());
        self
    }
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct FieldDef {
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// Type.
    pub ty: Type,
    /// Arguments.
    pub args: Vec<Arg>,
    /// Class; `None` for what carries no data of its own.
    pub class: Option<Class>,
}

impl FieldDef {
    /// A field without arguments and class.
    pub fn new(ty: &str, doc: impl Into<String>) -> Self {
        FieldDef { doc: doc.into(), ty: Type::parse(ty), args: vec![], class: None }
    }

    /// The field with arguments.
    pub fn with(mut self, args: Vec<Arg>) -> Self {
        self.args = args;
        self
    }
}

/// An object type.
#[derive(Clone, Debug)]
pub struct ObjectDef {
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// Whether it is a `Node`.
    pub node: bool,
    /// Fields by name.
    pub fields: IndexMap<String, FieldDef>,
}

impl ObjectDef {
    /// An object without fields.
    pub fn new(doc: impl Into<String>) -> Self {
        ObjectDef { doc: doc.into(), node: false, fields: IndexMap::new() }
    }

    /// The object with one more field.
    pub fn field(mut self, name: impl Into<String>, field: FieldDef) -> Self {
        self.fields.insert(name.into(), field);
        self
    }
}

/// An input object type.
#[derive(Clone, Debug)]
pub struct InputDef {
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// Fields.
    pub fields: Vec<Arg>,
}

/// An enum type.
#[derive(Clone, Debug)]
pub struct EnumDef {
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// Values and their descriptions.
    pub values: Vec<(String, String)>,
}

/// A scalar of ours.
#[derive(Clone, Debug)]
pub struct ScalarDef {
    /// Description; begins with the Chinese term.
    pub doc: &'static str,
}

/// All types of the API.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Object types by name; `Query` is the root.
    pub objects: IndexMap<String, ObjectDef>,
    /// Input object types by name.
    pub inputs: IndexMap<String, InputDef>,
    /// Enum types by name.
    pub enums: IndexMap<String, EnumDef>,
    /// Scalars of ours by name.
    pub scalars: IndexMap<String, ScalarDef>,
}

impl Model {
    /// The field of an object.
    pub fn field(&self, object: &str, field: &str) -> Option<&FieldDef> {
        self.objects.get(object)?.fields.get(field)
    }

    /// Whether a field of the root is of the type.
    pub fn reaches(&self, name: &str) -> bool {
        self.objects.get("Query").is_some_and(|query| query.fields.values().any(|field| field.ty.name() == name))
    }

    /// Whether values of the type can be given as input.
    pub fn is_input(&self, name: &str) -> bool {
        matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID")
            || self.scalars.contains_key(name)
            || self.enums.contains_key(name)
            || self.inputs.contains_key(name)
    }
}
