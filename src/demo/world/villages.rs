//! Villages and communities: committee, station, mediation committee, cadre and grids.

use entity::governance_centre;

use super::builder::{Builder, NewOrganisation, NewPosting};
use super::mediation::{self, NewCommittee};
use super::select::TownshipPlace;
use super::zones::Zone;
use super::{Centre, GridPlace, Township, Village, grids, standards};
use crate::demo::DemoError;
use crate::demo::people;
use crate::demo::random::{Random, share};
use crate::demo::reference::DivisionRow;
use crate::kernel::division_code::DivisionCode;

/// Mediation committees of villages that sit in the village's station, in 1,000.
const SEATED: u32 = 850;

/// Where a village lies and how heavy it is, before it is built.
struct Site<'r> {
    row: &'r DivisionRow,
    township: usize,
    cohort: bool,
    weight: f64,
}

/// Builds the villages; the grids of Shaoxing are exactly as many as the scale says.
pub(super) fn build(
    builder: &mut Builder<'_, '_>,
    places: &[TownshipPlace<'_>],
    townships: &[Township],
    zones: &[Zone],
) -> Result<Vec<Village>, DemoError> {
    let mut random = builder.random("village weights");
    let mut sites = Vec::new();
    for (township, place) in places.iter().enumerate() {
        for row in &place.villages {
            let weight = townships[township].weight * (0.5 + random.unit());
            sites.push(Site { row, township, cohort: place.cohort, weight });
        }
    }
    let cohort: Vec<f64> = sites.iter().filter(|site| site.cohort).map(|site| site.weight).collect();
    // Every village has one grid; the heavier ones get the rest.
    let mut further = share(builder.counts.grids - cohort.len(), &cohort).into_iter();
    let mut villages = Vec::new();
    for site in &sites {
        let grids = 1 + if site.cohort { further.next().unwrap_or(0) } else { 2 };
        villages.push(village(builder, site, &townships[site.township], grids, zones)?);
    }
    Ok(villages)
}

fn village(
    builder: &mut Builder<'_, '_>,
    site: &Site<'_>,
    township: &Township,
    grid_count: usize,
    zones: &[Zone],
) -> Result<Village, DemoError> {
    let (code, name) = (site.row.code.as_str(), site.row.name.as_str());
    let mut random = Random::new(builder.plan.seed, code, 2);
    let county = code.get(..6).unwrap_or_default();
    let point = builder.reference.outlines.near(county, township.point, 4_000.0, &mut random);
    let body = builder.organisation(NewOrganisation {
        division: code,
        code: format!("ORG-{code}-VILL"),
        name: name.to_owned(),
        kind: "VILLAGE",
        department: Some("VILL"),
        level: "VILLAGE",
        post: "书记",
    })?;
    let station = builder.organisation(NewOrganisation {
        division: code,
        code: format!("ORG-{code}-CENTRE"),
        name: format!("{name}综治工作站"),
        kind: "INSTITUTION",
        department: Some("CENTRE"),
        level: "VILLAGE",
        post: "站长",
    })?;
    let id = builder.out.id("governance_centre");
    builder.out.put(governance_centre::Model {
        id,
        division_code: code.to_owned(),
        code: format!("ZZ-{code}"),
        name: format!("{name}综治工作站"),
        level: "VILLAGE_STATION".to_owned(),
        zone_id: None,
        parent_id: Some(township.centre.id),
        organisation_id: station,
        built_by_id: None,
        address: format!("{}{name}示例路{}号", township.name, random.range(1, 99)),
        lon: point.lon,
        lat: point.lat,
        open_hours: "周一至周日 08:00-17:00".to_owned(),
        service_phone: people::phone(&mut random),
        staff_count: random.range(2, 6),
    })?;
    standards::centre(builder, id, code, township.centre.organisation)?;
    let centre = Centre { id, organisation: station };
    let committee = mediation::committee(
        builder,
        NewCommittee {
            division: code,
            code: format!("MO-{code}"),
            name: format!("{name}人民调解委员会"),
            kind: "PEOPLES_COMMITTEE_VILLAGE",
            level: "VILLAGE",
            seat: random.chance(SEATED).then_some(centre),
            mediators: random.range(2, 3),
            place: code.to_owned(),
        },
    )?;
    let cadre = builder.hire(NewPosting {
        role: "VILLAGE_CADRE",
        place: code.to_owned(),
        display: format!("{name}村社干部"),
        organisation: body,
        division: code,
        ..NewPosting::default()
    })?;
    let kind = DivisionCode::parse_prefix(code).ok().and_then(|code| code.kind()).map(|kind| kind.as_str());
    let mut village = Village {
        code: code.to_owned(),
        name: name.to_owned(),
        urban: kind.is_some_and(|kind| kind.starts_with("RESIDENT")),
        township: site.township,
        seat: township.seat,
        cohort: site.cohort,
        weight: site.weight,
        point,
        body,
        centre,
        committee,
        cadre: cadre.posting,
        grids: Vec::<GridPlace>::new(),
        sites: Vec::new(),
    };
    grids::build(builder, &mut village, township, grid_count, zones)?;
    Ok(village)
}
