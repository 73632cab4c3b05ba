//! From the model to async-graphql's registry, which validates documents, answers introspection and prints the SDL.
//!
//! Fields registered here resolve to nothing: the executor answers everything but introspection.

use async_graphql::dynamic::{
    Enum, EnumItem, Field, FieldFuture, InputObject, InputValue, Interface, InterfaceField, Object, Scalar, Schema,
    SchemaError, TypeRef,
};

use super::model::{Arg, FieldDef, Model, Type};
use super::validate::StopBeforeExecution;

fn type_ref(ty: &Type) -> TypeRef {
    match ty {
        Type::Named(name) => TypeRef::Named(name.clone().into()),
        Type::NonNull(inner) => TypeRef::NonNull(Box::new(type_ref(inner))),
        Type::List(inner) => TypeRef::List(Box::new(type_ref(inner))),
    }
}

fn input(arg: &Arg) -> InputValue {
    let value = InputValue::new(&arg.name, type_ref(&arg.ty)).description(&arg.doc);
    match &arg.default {
        Some(default) => value.default_value(default.clone()),
        None => value,
    }
}

fn field(name: &str, def: &FieldDef) -> Field {
    let doc = match def.class {
        Some(class) => format!("{} Class {}.", def.doc, class.letter()),
        None => def.doc.clone(),
    };
    let nothing = Field::new(name, type_ref(&def.ty), |_| FieldFuture::Value(None)).description(doc);
    def.args.iter().fold(nothing, |field, arg| field.argument(input(arg)))
}

/// Registers the model.
pub fn schema(model: &Model) -> Result<Schema, SchemaError> {
    let mutation = model.objects.contains_key("Mutation").then_some("Mutation");
    let mut builder = Schema::build("Query", mutation, None)
        .disable_suggestions()
        .limit_recursive_depth(64)
        .extension(StopBeforeExecution);
    let node = Interface::new("Node")
        .description("对象. Anything with a global id.")
        .field(InterfaceField::new("id", TypeRef::named_nn("ID")).description("标识. Global id, opaque."));
    builder = builder.register(node);
    for (name, def) in &model.scalars {
        builder = builder.register(Scalar::new(name).description(def.doc));
    }
    for (name, def) in &model.enums {
        let items = def.values.iter().map(|(value, doc)| EnumItem::new(value).description(doc));
        builder = builder.register(Enum::new(name).description(&def.doc).items(items));
    }
    for (name, def) in &model.inputs {
        let object = InputObject::new(name).description(&def.doc);
        builder = builder.register(def.fields.iter().fold(object, |o, f| o.field(input(f))));
    }
    for (name, def) in &model.objects {
        let mut object = Object::new(name).description(&def.doc);
        if def.node {
            object = object.implement("Node");
        }
        builder = builder.register(def.fields.iter().fold(object, |o, (name, f)| o.field(field(name, f))));
    }
    builder.finish()
}
