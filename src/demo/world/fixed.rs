//! Rows that no chance decides: divisions, code tables, checklists, the joint mechanism.

use entity::{checklist_item, code_entry, division, joint_mechanism, site_checklist};

use super::Builder;
use super::site_kinds::{KINDS, checklist_items};
use crate::demo::DemoError;
use crate::kernel::division_code::DivisionCode;

/// Key of the only joint mechanism.
pub(super) const MECHANISM: i64 = 1;
/// The five ways in which its sides work together (五联).
const MECHANISM_KINDS: &str =
    r#"["JOINT_INVESTIGATION","JOINT_MANAGEMENT","JOINT_MEDIATION","JOINT_PATROL","JOINT_PUBLICITY"]"#;
/// Cut-off of the edition of the division codes.
const DIVISIONS_VALID_FROM: &str = "2023-06-30";
/// First day of code tables that name none.
const CODES_VALID_FROM: &str = "2025-01-01";

/// Writes them all.
pub(super) fn write(builder: &mut Builder<'_, '_>) -> Result<(), DemoError> {
    divisions(builder)?;
    codes(builder)?;
    checklists(builder)?;
    builder.out.put(joint_mechanism::Model {
        id: MECHANISM,
        code: "JM-330482-310116".to_owned(),
        name: "平湖金山毗邻地区五联机制".to_owned(),
        side_a_code: "330482".to_owned(),
        side_b_code: "310116".to_owned(),
        since: "2019-05-01".to_owned(),
        kinds: Some(MECHANISM_KINDS.to_owned()),
    })?;
    Ok(())
}

fn divisions(builder: &mut Builder<'_, '_>) -> Result<(), DemoError> {
    for row in &builder.reference.divisions {
        let code = DivisionCode::parse_prefix(&row.code)
            .map_err(|e| DemoError::Reference(format!("divisions.csv: {}: {e}", row.code)))?;
        let label = builder.reference.outlines.label(&row.code);
        builder.out.put(division::Model {
            id: row.code.parse().map_err(|_| DemoError::Reference(format!("divisions.csv: {}", row.code)))?,
            code: row.code.clone(),
            name: row.name.clone(),
            level: code.level().as_str().to_owned(),
            kind: code.kind().map(|kind| kind.as_str().to_owned()),
            urban_rural: None,
            parent_code: (!row.parent_code.is_empty()).then(|| row.parent_code.clone()),
            valid_from: DIVISIONS_VALID_FROM.to_owned(),
            valid_to: None,
            successor_code: None,
            lon: label.map(|point| point.lon),
            lat: label.map(|point| point.lat),
        })?;
    }
    Ok(())
}

fn codes(builder: &mut Builder<'_, '_>) -> Result<(), DemoError> {
    for table in &builder.reference.codes {
        for (order, entry) in (1..).zip(&table.entries) {
            let id = builder.out.id("code_entry");
            builder.out.put(code_entry::Model {
                id,
                code_table: table.name.clone(),
                code: entry.code.clone(),
                label_zh: entry.zh.clone(),
                label_en: entry.en.clone(),
                entry_order: order,
                valid_from: entry.valid_from.clone().unwrap_or_else(|| CODES_VALID_FROM.to_owned()),
                valid_to: entry.valid_to.clone(),
                source: table.source.clone(),
                department: entry.department.clone(),
            })?;
        }
    }
    Ok(())
}

/// One checklist a kind of site; its key is the kind's place, from 1.
fn checklists(builder: &mut Builder<'_, '_>) -> Result<(), DemoError> {
    for (id, kind) in (1..).zip(&KINDS) {
        builder.out.put(site_checklist::Model { id, site_kind: kind.code.to_owned(), version: 1 })?;
        for (order, item) in (1..).zip(checklist_items(kind)) {
            let item_id = builder.out.id("checklist_item");
            builder.out.put(checklist_item::Model {
                id: item_id,
                checklist_id: id,
                item_order: order,
                code: format!("{}-{order:02}", kind.code),
                text: item.text.to_owned(),
                category: item.category.to_owned(),
                legal_basis: item.basis.map(str::to_owned),
                major_if_failed: item.major,
                photo_required: item.photo,
            })?;
        }
    }
    Ok(())
}
