//! The only file that names every noun.

use std::sync::LazyLock;

use crate::read::catalog::{Catalog, CatalogError};
use crate::{
    centre, code, dispute, division, event, grid, hazard, inspection, lifecycle, mediation, order, organisation,
    posting, review, self_inspection, site, trail, zone,
};

static CATALOG: LazyLock<Result<Catalog, CatalogError>> = LazyLock::new(all);

/// All nouns of this build.
pub fn catalog() -> Result<&'static Catalog, CatalogError> {
    CATALOG.as_ref().map_err(Clone::clone)
}

fn all() -> Result<Catalog, CatalogError> {
    let views = vec![
        division::view::division(),
        zone::view::functional_zone(),
        organisation::view::organisation(),
        posting::view::account(),
        posting::view::posting(),
        centre::view::governance_centre(),
        centre::view::stationed_unit(),
        centre::view::standard_item(),
        centre::view::standard_status(),
        mediation::view::mediation_organisation(),
        mediation::view::mediator(),
        mediation::view::joint_mechanism(),
        grid::view::police_beat(),
        grid::view::grid(),
        grid::view::micro_grid(),
        grid::view::grid_member(),
        grid::view::grid_meeting(),
        site::view::site_checklist(),
        site::view::checklist_item(),
        site::view::key_site(),
        self_inspection::view::self_inspection(),
        self_inspection::view::self_inspection_due(),
        inspection::view::supervision_round(),
        inspection::view::exposure(),
        inspection::view::inspection(),
        inspection::view::inspection_site(),
        hazard::view::hazard(),
        hazard::view::rectification_plan(),
        event::view::grid_event(),
        event::view::event_consultation(),
        event::view::event_task(),
        lifecycle::view::clock(),
        trail::view::status_event(),
        trail::view::evidence(),
        trail::view::audit_record(),
        trail::view::access_record(),
        order::view::rectification_order(),
        order::view::order_assignment(),
        dispute::view::dispute(),
        dispute::view::dispute_type(),
        dispute::view::party(),
        dispute::view::mediation_session(),
        dispute::view::mediation_agreement(),
        dispute::view::agreement_signature(),
        dispute::view::judicial_confirmation(),
        dispute::view::follow_up(),
        dispute::view::petition_link(),
        dispute::view::police_report(),
        review::view::retrospective_review(),
        code::view::code_entry(),
    ];
    let summaries = vec![
        site::summary::site_summary(),
        site::summary::self_inspection_summary(),
        centre::summary::centre_summary(),
        centre::summary::standard_summary(),
        hazard::summary::hazard_summary(),
        dispute::summary::dispute_summary(),
        dispute::summary::agreement_summary(),
    ];
    Catalog::new(views, summaries, include_str!("../../schema/reference/codes.toml"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn declarations_fit_together() {
        super::catalog().expect("catalog");
    }
}
