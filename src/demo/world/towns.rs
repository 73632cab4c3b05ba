//! Townships: government, police station, centre with its stationed units, committee, beats and posts.

use entity::{governance_centre, police_beat, stationed_unit};

use super::builder::{Builder, NewOrganisation, NewPosting};
use super::mediation::{self, NewCommittee};
use super::select::TownshipPlace;
use super::zones::Areas;
use super::{Centre, Seat, Township, standards};
use crate::demo::geo::Point;
use crate::demo::people;
use crate::demo::random::Random;
use crate::demo::{DemoError, out};

/// Market towns, where matters are thickest.
const MARKET_TOWNS: [&str; 8] =
    ["330603001", "330603009", "330602006", "330604007", "330681005", "330681104", "330681108", "330683101"];

/// Builds the townships of the scale.
pub(super) fn build(
    builder: &mut Builder<'_, '_>,
    places: &[TownshipPlace<'_>],
    seats: &[Seat],
    mut areas: Areas,
) -> Result<Vec<Township>, DemoError> {
    for seat in seats {
        let peace = seats[0].offices["PEACE"];
        standards::centre(builder, seat.centre.id, &seat.code, peace)?;
        stationed(builder, &seat.code, seat.centre.id, seat, &COUNTY_WINDOWS)?;
    }
    let mut townships = Vec::new();
    for place in places {
        let code = place.row.code.as_str();
        let seat = seats.iter().position(|seat| seat.code.len() == 6 && code.starts_with(&seat.code));
        let seat = seat.ok_or_else(|| DemoError::Reference(format!("no county for township {code}")))?;
        let areas = areas.remove(code).unwrap_or_default();
        townships.push(township(builder, place, (seat, &seats[seat]), areas)?);
    }
    Ok(townships)
}

const COUNTY_WINDOWS: [(&str, &str); 8] = [
    ("PSB", "RESIDENT"),
    ("COURT", "RESIDENT"),
    ("PROC", "ROTATING"),
    ("JUST", "RESIDENT"),
    ("PETI", "RESIDENT"),
    ("LABOUR", "RESIDENT"),
    ("CIVIL", "ROTATING"),
    ("HOUSING", "ON_CALL"),
];
const TOWN_WINDOWS: [(&str, &str); 4] =
    [("JUST", "RESIDENT"), ("LABOUR", "ROTATING"), ("COURT", "ON_CALL"), ("ENFORCE", "ON_CALL")];

fn stationed(
    builder: &mut Builder<'_, '_>,
    division: &str,
    centre_id: i64,
    seat: &Seat,
    windows: &[(&str, &str)],
) -> Result<(), out::Stopped> {
    for (number, (department, presence)) in (1..).zip(windows) {
        let schedule = match *presence {
            "RESIDENT" => "1,2,3,4,5",
            "ROTATING" => "2,4",
            _ => "",
        };
        let id = builder.out.id("stationed_unit");
        builder.out.put(stationed_unit::Model {
            id,
            division_code: division.to_owned(),
            centre_id,
            organisation_id: seat.offices[department],
            presence: (*presence).to_owned(),
            window_no: format!("{number:02}"),
            schedule: schedule.to_owned(),
        })?;
    }
    Ok(())
}

fn township(
    builder: &mut Builder<'_, '_>,
    place: &TownshipPlace<'_>,
    (seat_place, seat): (usize, &Seat),
    key_areas: Vec<super::KeyArea>,
) -> Result<Township, DemoError> {
    let (code, name) = (place.row.code.as_str(), place.row.name.as_str());
    let mut random = Random::new(builder.plan.seed, code, 1);
    let point = builder.reference.outlines.anywhere(&seat.code, &mut random);
    let mut found = |suffix: &str, title: String, kind, department, post| {
        builder.organisation(NewOrganisation {
            division: code,
            code: format!("ORG-{code}-{suffix}"),
            name: title,
            kind,
            department: Some(department),
            level: "TOWNSHIP",
            post,
        })
    };
    let government = found("TOWN", format!("{name}人民政府（办事处）"), "GOVERNMENT", "TOWN", "镇长（主任）")?;
    let station = found("PSB", format!("{name}派出所"), "GOVERNMENT", "PSB", "所长")?;
    let organisation = found("CENTRE", format!("{name}综治中心"), "INSTITUTION", "CENTRE", "主任")?;
    let centre = centre(builder, (code, name), seat, organisation, point, &mut random)?;
    let committee = mediation::committee(
        builder,
        NewCommittee {
            division: code,
            code: format!("MO-{code}"),
            name: format!("{name}人民调解委员会"),
            kind: "PEOPLES_COMMITTEE_TOWN",
            level: "TOWNSHIP",
            seat: Some(centre),
            mediators: 5,
            place: code.to_owned(),
        },
    )?;
    let mut hire = |role, title: &str, organisation| {
        builder.hire(NewPosting {
            role,
            place: code.to_owned(),
            display: format!("{name}{title}"),
            organisation,
            division: code,
            ..NewPosting::default()
        })
    };
    let operator = hire("TOWN_CENTRE_OPERATOR", "综治中心受理员", organisation)?.posting;
    let leader = hire("TOWN_LEADER", "分管领导", government)?.posting;
    let beats = beats(builder, (code, name), station, place.villages.len(), &mut random)?;
    let kind = if MARKET_TOWNS.contains(&code) { 2.2 } else { [0.7, 1.0, 1.3][size(code)] };
    Ok(Township {
        code: code.to_owned(),
        name: name.to_owned(),
        seat: seat_place,
        weight: kind * (0.8 + 0.4 * random.unit()),
        point,
        government,
        station,
        centre,
        committee,
        operator,
        officer: 0,
        leader,
        beats,
        key_areas,
    })
}

/// 乡 0, 镇 1, 街道 2.
fn size(code: &str) -> usize {
    match code.as_bytes().get(6) {
        Some(b'0') => 2,
        Some(b'1') => 1,
        _ => 0,
    }
}

fn centre(
    builder: &mut Builder<'_, '_>,
    (code, name): (&str, &str),
    seat: &Seat,
    organisation: i64,
    point: Point,
    random: &mut Random,
) -> Result<Centre, DemoError> {
    let id = builder.out.id("governance_centre");
    builder.out.put(governance_centre::Model {
        id,
        division_code: code.to_owned(),
        code: format!("ZZ-{code}"),
        name: format!("{name}综治中心"),
        level: "TOWNSHIP".to_owned(),
        zone_id: None,
        parent_id: Some(seat.centre.id),
        organisation_id: organisation,
        built_by_id: None,
        address: format!("{name}示例路{}号", random.range(1, 200)),
        lon: point.lon,
        lat: point.lat,
        open_hours: "周一至周日 08:30-17:00".to_owned(),
        service_phone: people::phone(random),
        staff_count: random.range(8, 24),
    })?;
    standards::centre(builder, id, code, seat.offices["PEACE"])?;
    stationed(builder, code, id, seat, &TOWN_WINDOWS)?;
    Ok(Centre { id, organisation })
}

/// One beat for every four villages.
fn beats(
    builder: &mut Builder<'_, '_>,
    (code, name): (&str, &str),
    station: i64,
    villages: usize,
    random: &mut Random,
) -> Result<Vec<i64>, out::Stopped> {
    let mut beats = Vec::new();
    for number in 1..=villages.div_ceil(4).max(1) {
        let id = builder.out.id("police_beat");
        builder.out.put(police_beat::Model {
            id,
            division_code: code.to_owned(),
            code: format!("JG-{code}-{number:02}"),
            name: format!("{name}第{number}警格"),
            station_id: station,
            officers: random.range(1, 2),
            auxiliaries: if random.chance(920) { random.range(2, 4) } else { 1 },
            days_present: random.range(12, 24),
        })?;
        beats.push(id);
    }
    Ok(beats)
}
