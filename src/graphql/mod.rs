//! The GraphQL front: documents, types, execution.

pub mod admission;
pub mod asker;
pub mod build;
mod change_cursor;
mod changes;
mod charge;
pub mod coerce;
mod cost;
pub mod document;
pub mod engine;
mod engine_error;
pub mod error;
mod escapes;
mod execute;
mod finish;
pub mod guard;
mod input;
pub mod limits;
mod live;
mod meter;
pub mod model;
mod mutate;
pub mod mutations;
mod nodes;
pub mod nouns;
mod options;
mod plain;
mod plans;
mod positions;
pub mod register;
pub mod roots;
mod rules;
pub mod sdl;
pub mod select;
mod slots;
mod slow;
mod sought;
mod standard;
mod tell;
pub mod trusted;
mod unseen;
pub mod validate;
mod viewer;

#[cfg(test)]
mod tests {
    #[test]
    fn the_model_registers() {
        let catalog = super::nouns::catalog().expect("catalog");
        let policy = crate::access::Policy::built_in().expect("policy");
        let lifecycles = crate::lifecycle::Lifecycles::built_in(catalog, &policy).expect("lifecycles");
        let model = super::build::model(catalog, &lifecycles.flows);
        let schema = super::register::schema(&model).expect("schema");
        assert!(schema.sdl().contains("type Hazard implements Node"));
    }
}
