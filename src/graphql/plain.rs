//! Objects that belong to no noun, written by selection from values in memory.

use serde_json::Value as Json;

use super::error::Error;
use super::select::{Reader, Sets};
use crate::read::plan::member;

/// Writes `value`, whose type is the object type `ty` (or a list of it, or a leaf), as selected.
pub fn write(reader: &Reader<'_>, ty: &str, value: &Json, sets: &Sets<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    match value {
        Json::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write(reader, ty, item, sets, out)?;
            }
            out.push(b']');
        }
        Json::Object(object) => {
            out.push(b'{');
            for (n, selected) in reader.fields(ty, sets)?.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(member(selected.key).as_bytes());
                if selected.name == "__typename" {
                    out.extend_from_slice(Json::from(ty).to_string().as_bytes());
                    continue;
                }
                let below = reader.definition(ty, selected)?.ty.name();
                write(reader, below, object.get(selected.name).unwrap_or(&Json::Null), &selected.sets, out)?;
            }
            out.push(b'}');
        }
        leaf => out.extend_from_slice(leaf.to_string().as_bytes()),
    }
    Ok(())
}
