//! Fengqiao's schema: one change a file, names literal, never edited once merged.
//! Nothing here depends on `entity`: entities move on, merged migrations do not.

use sea_orm_migration::prelude::*;

mod columns;
mod m20261122_000001_create_division;
mod m20261122_000002_create_functional_zone;
mod m20261122_000003_create_zone_division;
mod m20261122_000004_create_organisation;
mod m20261122_000005_create_organisation_parent;
mod m20261122_000006_create_account;
mod m20261122_000007_create_posting;
mod m20261122_000008_create_governance_centre;
mod m20261122_000009_create_centre_sharing;
mod m20261122_000010_create_stationed_unit;
mod m20261122_000011_create_standard_item;
mod m20261122_000012_create_standard_status;
mod m20261122_000013_create_mediation_organisation;
mod m20261122_000014_create_mediator;
mod m20261122_000015_create_police_beat;
mod m20261122_000016_create_grid;
mod m20261122_000017_create_micro_grid;
mod m20261122_000018_create_grid_member;
mod m20261122_000019_create_grid_meeting;
mod m20261122_000020_create_joint_mechanism;
mod m20261122_000021_create_site_checklist;
mod m20261122_000022_create_checklist_item;
mod m20261122_000023_create_key_site;
mod m20261122_000024_create_self_inspection;
mod m20261122_000025_create_self_inspection_due;
mod m20261122_000026_create_supervision_round;
mod m20261122_000027_create_exposure;
mod m20261122_000028_create_inspection;
mod m20261122_000029_create_inspection_site;
mod m20261122_000030_create_hazard;
mod m20261122_000031_create_status_event;
mod m20261122_000032_create_evidence;
mod m20261122_000033_create_rectification_order;
mod m20261122_000034_create_order_assignment;
mod m20261122_000035_create_dispute;
mod m20261122_000036_create_dispute_type;
mod m20261122_000037_create_party;
mod m20261122_000038_create_mediation_session;
mod m20261122_000039_create_mediation_agreement;
mod m20261122_000040_create_judicial_confirmation;
mod m20261122_000041_create_follow_up;
mod m20261122_000042_create_petition_link;
mod m20261122_000043_create_retrospective_review;
mod m20261122_000044_create_code_entry;
mod m20261122_000045_create_demo_marker;
mod m20261122_000046_add_agreement_signatures;
mod m20261122_000047_index_hazards_of_a_unit;
mod m20261122_000048_index_disputes_of_a_mechanism;
mod m20261122_000049_index_assignments_of_an_organisation;
mod m20261122_000050_index_micro_grids_by_code;
mod m20261122_000051_index_standard_statuses_of_a_county;
mod m20261122_000052_index_checklist_items_by_code;
mod m20261122_000053_add_hazard_self_inspection;
mod m20261122_000054_add_meeting_matters;
mod m20261122_000055_add_standard_evidence;
mod m20261122_000056_add_evidence_origin;
mod m20261122_000057_add_inspection_checklist;
mod m20261122_000058_add_mechanism_kinds;
mod m20261122_000059_create_joint_mechanism_partner;
mod m20261122_000060_index_hazards_of_a_zone;
mod m20261122_000061_index_disputes_of_a_zone;
mod m20261122_000062_index_grids_of_a_zone;
mod m20261122_000063_index_inspections_of_a_team;
mod m20261122_000064_index_orders_of_an_issuer;
mod m20261122_000065_index_hazards_of_an_acceptor;
mod m20261122_000066_index_reviews_of_a_matter;
mod m20261122_000067_add_code_department;
mod m20261122_000068_create_inspection_team;
mod m20261122_000069_create_grid_meeting_attendee;
mod m20261122_000070_create_session_mediator;
mod m20261122_000071_create_agreement_signature;
mod m20261122_000072_add_evidence_watermark;
mod m20261125_000073_create_counter;
mod m20261125_000074_create_sla_clock;
mod m20261125_000075_create_outbox;
mod m20261125_000076_create_outbox_consumer;
mod m20261125_000077_create_idempotency;
mod m20261125_000078_create_audit_entry;
mod m20261125_000079_create_audit_head;
mod m20261125_000080_create_audit_seal;
mod m20261125_000081_create_audit_access;
mod m20261125_000082_create_upload;
mod m20261125_000083_create_stored_file;
mod m20261125_000084_add_event_matters;
mod m20261125_000085_add_evidence_matters;
mod m20261125_000086_add_hazard_loop;
mod m20261125_000087_add_dispute_loop;
mod m20261125_000088_add_inspection_loop;
mod m20261125_000089_add_self_inspection_loop;
mod m20261125_000090_create_rectification_plan;
mod m20261125_000091_create_police_report;
mod m20261125_000092_create_grid_event;
mod m20261125_000093_create_event_consultation;
mod m20261125_000094_create_consultation_attendee;
mod m20261125_000095_create_event_task;
mod m20261125_000096_add_review_event;
mod m20261125_000097_let_disputes_agree_again;
mod m20261125_000098_add_dispute_closed;
mod m20261125_000099_add_background_keys;
mod m20261125_000100_guard_trail;
mod m20261125_000101_guard_trail_from_replace;
mod m20261126_000102_add_party_side;
mod m20261126_000103_index_access_by_entry;
mod m20261126_000104_create_token_revocation;
mod m20261126_000105_rename_clock_number;
mod m20261127_000106_index_ways;
mod m20261127_000107_index_figures;
mod m20261127_000108_index_figures_of_a_city;

/// All migrations, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_division::Migration),
            Box::new(m20261122_000002_create_functional_zone::Migration),
            Box::new(m20261122_000003_create_zone_division::Migration),
            Box::new(m20261122_000004_create_organisation::Migration),
            Box::new(m20261122_000005_create_organisation_parent::Migration),
            Box::new(m20261122_000006_create_account::Migration),
            Box::new(m20261122_000007_create_posting::Migration),
            Box::new(m20261122_000008_create_governance_centre::Migration),
            Box::new(m20261122_000009_create_centre_sharing::Migration),
            Box::new(m20261122_000010_create_stationed_unit::Migration),
            Box::new(m20261122_000011_create_standard_item::Migration),
            Box::new(m20261122_000012_create_standard_status::Migration),
            Box::new(m20261122_000013_create_mediation_organisation::Migration),
            Box::new(m20261122_000014_create_mediator::Migration),
            Box::new(m20261122_000015_create_police_beat::Migration),
            Box::new(m20261122_000016_create_grid::Migration),
            Box::new(m20261122_000017_create_micro_grid::Migration),
            Box::new(m20261122_000018_create_grid_member::Migration),
            Box::new(m20261122_000019_create_grid_meeting::Migration),
            Box::new(m20261122_000020_create_joint_mechanism::Migration),
            Box::new(m20261122_000021_create_site_checklist::Migration),
            Box::new(m20261122_000022_create_checklist_item::Migration),
            Box::new(m20261122_000023_create_key_site::Migration),
            Box::new(m20261122_000024_create_self_inspection::Migration),
            Box::new(m20261122_000025_create_self_inspection_due::Migration),
            Box::new(m20261122_000026_create_supervision_round::Migration),
            Box::new(m20261122_000027_create_exposure::Migration),
            Box::new(m20261122_000028_create_inspection::Migration),
            Box::new(m20261122_000029_create_inspection_site::Migration),
            Box::new(m20261122_000030_create_hazard::Migration),
            Box::new(m20261122_000031_create_status_event::Migration),
            Box::new(m20261122_000032_create_evidence::Migration),
            Box::new(m20261122_000033_create_rectification_order::Migration),
            Box::new(m20261122_000034_create_order_assignment::Migration),
            Box::new(m20261122_000035_create_dispute::Migration),
            Box::new(m20261122_000036_create_dispute_type::Migration),
            Box::new(m20261122_000037_create_party::Migration),
            Box::new(m20261122_000038_create_mediation_session::Migration),
            Box::new(m20261122_000039_create_mediation_agreement::Migration),
            Box::new(m20261122_000040_create_judicial_confirmation::Migration),
            Box::new(m20261122_000041_create_follow_up::Migration),
            Box::new(m20261122_000042_create_petition_link::Migration),
            Box::new(m20261122_000043_create_retrospective_review::Migration),
            Box::new(m20261122_000044_create_code_entry::Migration),
            Box::new(m20261122_000045_create_demo_marker::Migration),
            Box::new(m20261122_000046_add_agreement_signatures::Migration),
            Box::new(m20261122_000047_index_hazards_of_a_unit::Migration),
            Box::new(m20261122_000048_index_disputes_of_a_mechanism::Migration),
            Box::new(m20261122_000049_index_assignments_of_an_organisation::Migration),
            Box::new(m20261122_000050_index_micro_grids_by_code::Migration),
            Box::new(m20261122_000051_index_standard_statuses_of_a_county::Migration),
            Box::new(m20261122_000052_index_checklist_items_by_code::Migration),
            Box::new(m20261122_000053_add_hazard_self_inspection::Migration),
            Box::new(m20261122_000054_add_meeting_matters::Migration),
            Box::new(m20261122_000055_add_standard_evidence::Migration),
            Box::new(m20261122_000056_add_evidence_origin::Migration),
            Box::new(m20261122_000057_add_inspection_checklist::Migration),
            Box::new(m20261122_000058_add_mechanism_kinds::Migration),
            Box::new(m20261122_000059_create_joint_mechanism_partner::Migration),
            Box::new(m20261122_000060_index_hazards_of_a_zone::Migration),
            Box::new(m20261122_000061_index_disputes_of_a_zone::Migration),
            Box::new(m20261122_000062_index_grids_of_a_zone::Migration),
            Box::new(m20261122_000063_index_inspections_of_a_team::Migration),
            Box::new(m20261122_000064_index_orders_of_an_issuer::Migration),
            Box::new(m20261122_000065_index_hazards_of_an_acceptor::Migration),
            Box::new(m20261122_000066_index_reviews_of_a_matter::Migration),
            Box::new(m20261122_000067_add_code_department::Migration),
            Box::new(m20261122_000068_create_inspection_team::Migration),
            Box::new(m20261122_000069_create_grid_meeting_attendee::Migration),
            Box::new(m20261122_000070_create_session_mediator::Migration),
            Box::new(m20261122_000071_create_agreement_signature::Migration),
            Box::new(m20261122_000072_add_evidence_watermark::Migration),
            Box::new(m20261125_000073_create_counter::Migration),
            Box::new(m20261125_000074_create_sla_clock::Migration),
            Box::new(m20261125_000075_create_outbox::Migration),
            Box::new(m20261125_000076_create_outbox_consumer::Migration),
            Box::new(m20261125_000077_create_idempotency::Migration),
            Box::new(m20261125_000078_create_audit_entry::Migration),
            Box::new(m20261125_000079_create_audit_head::Migration),
            Box::new(m20261125_000080_create_audit_seal::Migration),
            Box::new(m20261125_000081_create_audit_access::Migration),
            Box::new(m20261125_000082_create_upload::Migration),
            Box::new(m20261125_000083_create_stored_file::Migration),
            Box::new(m20261125_000084_add_event_matters::Migration),
            Box::new(m20261125_000085_add_evidence_matters::Migration),
            Box::new(m20261125_000086_add_hazard_loop::Migration),
            Box::new(m20261125_000087_add_dispute_loop::Migration),
            Box::new(m20261125_000088_add_inspection_loop::Migration),
            Box::new(m20261125_000089_add_self_inspection_loop::Migration),
            Box::new(m20261125_000090_create_rectification_plan::Migration),
            Box::new(m20261125_000091_create_police_report::Migration),
            Box::new(m20261125_000092_create_grid_event::Migration),
            Box::new(m20261125_000093_create_event_consultation::Migration),
            Box::new(m20261125_000094_create_consultation_attendee::Migration),
            Box::new(m20261125_000095_create_event_task::Migration),
            Box::new(m20261125_000096_add_review_event::Migration),
            Box::new(m20261125_000097_let_disputes_agree_again::Migration),
            Box::new(m20261125_000098_add_dispute_closed::Migration),
            Box::new(m20261125_000099_add_background_keys::Migration),
            Box::new(m20261125_000100_guard_trail::Migration),
            Box::new(m20261125_000101_guard_trail_from_replace::Migration),
            Box::new(m20261126_000102_add_party_side::Migration),
            Box::new(m20261126_000103_index_access_by_entry::Migration),
            Box::new(m20261126_000104_create_token_revocation::Migration),
            Box::new(m20261126_000105_rename_clock_number::Migration),
            Box::new(m20261127_000106_index_ways::Migration),
            Box::new(m20261127_000107_index_figures::Migration),
            Box::new(m20261127_000108_index_figures_of_a_city::Migration),
        ]
    }
}
