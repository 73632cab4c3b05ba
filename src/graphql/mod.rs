//! The GraphQL front: documents, types, execution.

pub mod build;
pub mod coerce;
pub mod document;
pub mod engine;
pub mod error;
mod escapes;
mod execute;
pub mod guard;
pub mod model;
mod nodes;
pub mod nouns;
mod plain;
mod positions;
pub mod register;
pub mod roots;
pub mod sdl;
pub mod select;
mod standard;
pub mod validate;

#[cfg(test)]
mod tests {
    #[test]
    fn the_model_registers() {
        let catalog = super::nouns::catalog().expect("catalog");
        let model = super::build::model(&catalog);
        let schema = super::register::schema(&model).expect("schema");
        assert!(schema.sdl().contains("type Hazard implements Node"));
    }
}
