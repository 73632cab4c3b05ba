//! From the model to async-graphql's registry, which validates documents, answers introspection and prints the SDL.
//!
//! Fields registered here resolve to nothing: the executor answers everything but introspection.

use async_graphql::dynamic::{
    Enum, EnumItem, Field, FieldFuture, FieldValue, InputObject, InputValue, Interface, InterfaceField, Object, Scalar,
    Schema, SchemaError, Subscription, SubscriptionField, SubscriptionFieldFuture, TypeRef, Union,
};

use super::model::{Arg, ENTITY, FieldDef, Model, NODE, Type};
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

fn live_field(name: &str, def: &FieldDef) -> SubscriptionField {
    let field = SubscriptionField::new(name, type_ref(&def.ty), |_| {
        SubscriptionFieldFuture::new(async {
            Ok(futures_util::stream::empty::<async_graphql::Result<FieldValue<'_>>>())
        })
    });
    let field = field.description(&def.doc);
    def.args.iter().fold(field, |field, arg| field.argument(input(arg)))
}

/// Registers the model.
pub fn schema(model: &Model) -> Result<Schema, SchemaError> {
    let subscription = model.objects.contains_key("Subscription").then_some("Subscription");
    registered(model, subscription, |_, object| object)
}

/// Registers the model as a part of a federation: what has a global id is an entity, and what pages are is the same everywhere.
pub fn subgraph(model: &Model) -> Result<Schema, SchemaError> {
    // The registry prints no root of subscriptions here; of an ordinary type the gateway knows by its name what it is.
    registered(model, None, |name, object| match model.objects.get(name) {
        Some(def) if def.node => object.key("id"),
        _ if name == "PageInfo" => object.shareable(),
        _ => object,
    })
}

fn registered(
    model: &Model,
    subscription: Option<&str>,
    marked: impl Fn(&str, Object) -> Object,
) -> Result<Schema, SchemaError> {
    let mutation = model.objects.contains_key("Mutation").then_some("Mutation");
    let mut builder = Schema::build("Query", mutation, subscription)
        .disable_suggestions()
        .limit_recursive_depth(64)
        .extension(StopBeforeExecution);
    let node = Interface::new(NODE)
        .description("对象. Anything with a global id.")
        .field(InterfaceField::new("id", TypeRef::named_nn("ID")).description("标识. Global id, opaque."));
    builder = builder.register(node);
    if model.reaches(ENTITY) {
        let entity =
            Union::new(ENTITY).description("联邦实体. Anything with a global id, for the gateway of a federation.");
        let nodes = model.objects.iter().filter(|(_, object)| object.node).map(|(name, _)| name);
        builder = builder.register(nodes.fold(entity, |entity, name| entity.possible_type(name)));
    }
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
        if Some(name.as_str()) == subscription {
            let root = Subscription::new(name).description(&def.doc);
            builder = builder.register(def.fields.iter().fold(root, |o, (name, f)| o.field(live_field(name, f))));
            continue;
        }
        let mut object = Object::new(name).description(&def.doc);
        if def.node {
            object = object.implement(NODE);
        }
        let object = def.fields.iter().fold(object, |o, (name, f)| o.field(field(name, f)));
        builder = builder.register(marked(name, object));
    }
    builder.finish()
}
