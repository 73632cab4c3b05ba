//! 城市的静态部分. Places, organisations, people at their posts: what the matters happen in.

mod builder;
mod fixed;
mod grids;
mod mediation;
mod offices;
mod postings;
mod select;
mod self_inspections;
mod site_kinds;
pub(crate) mod sites;
mod standards;
mod towns;
mod villages;
mod zones;

use std::collections::BTreeMap;

pub(crate) use builder::Builder;
pub(crate) use sites::Site;

use super::DemoError;
use super::geo::Point;

/// A governance centre and the organisation that it is.
#[derive(Clone, Copy)]
pub(crate) struct Centre {
    /// Key of the centre.
    pub(crate) id: i64,
    /// Key of its organisation.
    pub(crate) organisation: i64,
}

/// A mediation organisation that takes disputes.
pub(crate) struct Committee {
    /// Key.
    pub(crate) id: i64,
    /// Key of the organisation that it is.
    pub(crate) organisation: i64,
    /// Whether it sits in a governance centre: what it resolves, the centre resolved (10.3).
    pub(crate) seated: bool,
    /// Keys of its mediators.
    pub(crate) mediators: Vec<i64>,
    /// Posting of a mediator.
    pub(crate) posting: i64,
}

/// A city or a county with its offices.
pub(crate) struct Seat {
    /// Code of the division.
    pub(crate) code: String,
    /// Name of the division.
    pub(crate) name: String,
    /// Organisation of each department.
    pub(crate) offices: BTreeMap<&'static str, i64>,
    /// Posting that acts for a department.
    pub(crate) desks: BTreeMap<&'static str, i64>,
    /// Its centre.
    pub(crate) centre: Centre,
    /// Its industry mediation committees.
    pub(crate) industry: Vec<Committee>,
}

/// A township with its bodies and posts.
pub(crate) struct Township {
    /// Code.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: String,
    /// Place of its county among the seats.
    pub(crate) seat: usize,
    /// How heavy its share of matters is.
    pub(crate) weight: f64,
    /// Where it is.
    pub(crate) point: Point,
    /// Township government.
    pub(crate) government: i64,
    /// Police station.
    pub(crate) station: i64,
    /// Its centre.
    pub(crate) centre: Centre,
    /// Its people's mediation committee, seated in the centre.
    pub(crate) committee: Committee,
    /// Posting of the centre's operator.
    pub(crate) operator: i64,
    /// Posting of the beat officer.
    pub(crate) officer: i64,
    /// Posting of the leader.
    pub(crate) leader: i64,
    /// Its police beats.
    pub(crate) beats: Vec<i64>,
    /// Key-area centres that cover it, with their zone.
    pub(crate) key_areas: Vec<KeyArea>,
}

/// A zone with its centre.
#[derive(Clone, Copy)]
pub(crate) struct KeyArea {
    /// Zone.
    pub(crate) zone: i64,
    /// Its centre.
    pub(crate) centre: Centre,
    /// Posting of its operator.
    pub(crate) operator: i64,
}

/// A village or community with its bodies, posts and grids.
pub(crate) struct Village {
    /// Code.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: String,
    /// Whether its kind is a resident committee.
    pub(crate) urban: bool,
    /// Place of its township.
    pub(crate) township: usize,
    /// Place of its county among the seats.
    pub(crate) seat: usize,
    /// Whether it belongs to Shaoxing, whose figures are fixed.
    pub(crate) cohort: bool,
    /// How heavy its share of matters is.
    pub(crate) weight: f64,
    /// Where it is.
    pub(crate) point: Point,
    /// Village committee.
    pub(crate) body: i64,
    /// Its station.
    pub(crate) centre: Centre,
    /// Its people's mediation committee.
    pub(crate) committee: Committee,
    /// Posting of the cadre.
    pub(crate) cadre: i64,
    /// Its grids.
    pub(crate) grids: Vec<GridPlace>,
    /// Places of its key sites, once they are there.
    pub(crate) sites: Vec<usize>,
}

/// A grid of a village.
pub(crate) struct GridPlace {
    /// Key: the code as a number.
    pub(crate) id: i64,
    /// Centre.
    pub(crate) point: Point,
    /// Zone of a special grid.
    pub(crate) zone: Option<i64>,
    /// Police beat.
    pub(crate) beat: i64,
    /// Posting of the grid leader.
    pub(crate) leader: i64,
    /// Posting of the grid member.
    pub(crate) member: i64,
}

/// A resident with an account, party to several disputes of the village.
pub(crate) struct Resident {
    /// Account.
    pub(crate) account: i64,
    /// Name.
    pub(crate) name: String,
    /// Place of the village.
    pub(crate) village: usize,
}

/// The city without its matters.
pub(crate) struct World {
    /// Cities and counties.
    pub(crate) seats: Vec<Seat>,
    /// Townships.
    pub(crate) townships: Vec<Township>,
    /// Villages.
    pub(crate) villages: Vec<Village>,
    /// Key sites.
    pub(crate) sites: Vec<Site>,
    /// Residents with an account.
    pub(crate) residents: Vec<Resident>,
    /// The mechanism of 平湖 and 金山.
    pub(crate) mechanism: i64,
    /// Posting of the joint partner of each side: 平湖, 金山.
    pub(crate) partners: [i64; 2],
}

/// `SiteKind` of a place among the kinds.
pub(crate) fn kind_code(place: usize) -> &'static str {
    site_kinds::KINDS[place].code
}

/// Hazards found at a kind of site, likeliest first.
pub(crate) fn hazards_of(place: usize) -> &'static [&'static str] {
    site_kinds::KINDS[place].hazards
}

/// The department that regulates a kind of site, by its place.
pub(crate) fn department_of(builder: &Builder<'_, '_>, place: usize) -> Result<&'static str, DemoError> {
    known(builder.reference.department("SiteKind", kind_code(place))?)
}

/// The department competent for a category of hazard.
pub(crate) fn category_department(builder: &Builder<'_, '_>, category: &str) -> Result<&'static str, DemoError> {
    known(builder.reference.department("HazardCategory", category)?)
}

/// The department as the offices know it.
fn known(department: &str) -> Result<&'static str, DemoError> {
    offices::department(department)
        .ok_or_else(|| DemoError::Reference(format!("codes.toml: no county office for department {department}")))
}

/// Builds the city and hands its rows on.
pub(crate) fn build(builder: &mut Builder<'_, '_>) -> Result<World, DemoError> {
    fixed::write(builder)?;
    let places = select::places(builder.plan.scale, builder.reference);
    let seats = offices::build(builder, &places)?;
    let (zones, areas) = zones::build(builder, &seats)?;
    let townships = towns::build(builder, &places, &seats, areas)?;
    let villages = villages::build(builder, &places, &townships, &zones)?;
    let mut world = World {
        seats,
        townships,
        villages,
        sites: Vec::new(),
        residents: Vec::new(),
        mechanism: fixed::MECHANISM,
        partners: [0; 2],
    };
    sites::build(builder, &mut world, &zones)?;
    mediation::courts_and_rooms(builder, &world)?;
    postings::build(builder, &mut world)?;
    standards::finish(builder)?;
    Ok(world)
}
