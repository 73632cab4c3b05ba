//! 功能区. Zones without a code of their own, and the 21 key-area centres.

use std::collections::BTreeMap;

use entity::{centre_sharing, functional_zone, governance_centre, zone_division};

use super::builder::{Builder, NewOrganisation, NewPosting};
use super::{Centre, KeyArea, Seat, standards};
use crate::demo::DemoError;
use crate::demo::people;

/// Key of the zone, name, kind, host, townships it covers, whether it has a centre.
type Zoned = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str], bool);

/// 绍兴市高教园区, built by the district and shared with the city.
const HIGHER_EDU: &str = "Z-GJ";

/// The zones: those the sources name, then one of each usual kind in every county.
const ZONES: [Zoned; 22] = [
    ("Z-BH", "滨海新区", "NEW_AREA", "330602", &["330602012", "330602014", "330602015", "330602017"], false),
    (HIGHER_EDU, "绍兴市高教园区", "HIGHER_EDU_PARK", "330602", &["330602005", "330602006"], true),
    ("Z-QFC", "中国轻纺城", "TRADE_PARK", "330603", &["330603001", "330603002"], true),
    ("Z-LZ", "柯岩鲁镇", "SCENIC_AREA", "330603", &["330603002"], true),
    ("Z-KQ-S", "柯桥南部山区景区", "SCENIC_AREA", "330603", &["330603008", "330603114"], true),
    ("Z-KQ-I", "柯桥工业园区", "INDUSTRIAL_PARK", "330603", &["330603011", "330603001"], true),
    ("Z-YC-I", "越城工业园区", "INDUSTRIAL_PARK", "330602", &["330602009", "330602010"], true),
    ("Z-YC-T", "越城商贸园区", "TRADE_PARK", "330602", &["330602002"], true),
    ("Z-YC-S", "越城古城景区", "SCENIC_AREA", "330602", &["330602001", "330602004"], true),
    ("Z-SY-I", "上虞工业园区", "INDUSTRIAL_PARK", "330604", &["330604001", "330604007"], true),
    ("Z-SY-T", "上虞商贸园区", "TRADE_PARK", "330604", &["330604001"], true),
    ("Z-SY-S", "上虞滨江景区", "SCENIC_AREA", "330604", &["330604002", "330604003"], true),
    ("Z-XC-I", "新昌工业园区", "INDUSTRIAL_PARK", "330624", &["330624001", "330624002"], true),
    ("Z-XC-T", "新昌商贸园区", "TRADE_PARK", "330624", &["330624001"], true),
    ("Z-XC-S", "新昌山地景区", "SCENIC_AREA", "330624", &["330624003"], true),
    ("Z-ZJ-I", "诸暨工业园区", "INDUSTRIAL_PARK", "330681", &["330681001", "330681002"], true),
    ("Z-ZJ-T", "诸暨商贸园区", "TRADE_PARK", "330681", &["330681003"], true),
    ("Z-ZJ-S", "诸暨江畔景区", "SCENIC_AREA", "330681", &["330681001"], true),
    ("Z-ZJ-F", "诸暨示例袜业厂区", "FACTORY", "330681", &["330681002"], true),
    ("Z-SZ-I", "嵊州工业园区", "INDUSTRIAL_PARK", "330683", &["330683001", "330683002"], true),
    ("Z-SZ-T", "嵊州商贸园区", "TRADE_PARK", "330683", &["330683003"], true),
    ("Z-SZ-S", "嵊州溪谷景区", "SCENIC_AREA", "330683", &["330683005"], true),
];

/// A zone.
pub(crate) struct Zone {
    /// Key.
    pub(crate) id: i64,
    /// `ZoneKind`.
    pub(crate) kind: &'static str,
    /// Townships it covers.
    pub(crate) townships: &'static [&'static str],
}

/// The key areas by township.
pub(super) type Areas = BTreeMap<&'static str, Vec<KeyArea>>;

/// Writes zones and their centres.
pub(super) fn build(builder: &mut Builder<'_, '_>, seats: &[Seat]) -> Result<(Vec<Zone>, Areas), DemoError> {
    let mut zones = Vec::new();
    let mut areas = Areas::new();
    for (id, (code, name, kind, host, townships, has_centre)) in (1..).zip(ZONES) {
        builder.out.put(functional_zone::Model {
            id,
            division_code: host.to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
        })?;
        for township in townships {
            let row = builder.out.id("zone_division");
            builder.out.put(zone_division::Model { id: row, zone_id: id, division_code: (*township).to_owned() })?;
        }
        zones.push(Zone { id, kind, townships });
        let Some(seat) = seats.iter().find(|seat| seat.code == host).filter(|_| has_centre) else { continue };
        let area = centre(builder, id, (code, name), seat, &seats[0])?;
        for township in townships {
            areas.entry(township).or_default().push(area);
        }
    }
    Ok((zones, areas))
}

fn centre(
    builder: &mut Builder<'_, '_>,
    zone: i64,
    (code, name): (&str, &str),
    seat: &Seat,
    city: &Seat,
) -> Result<KeyArea, DemoError> {
    let mut random = crate::demo::random::Random::new(builder.plan.seed, code, 0);
    let organisation = builder.organisation(NewOrganisation {
        division: &seat.code,
        code: format!("ORG-{code}-CENTRE"),
        name: format!("{name}综治中心"),
        kind: "INSTITUTION",
        department: Some("CENTRE"),
        level: "COUNTY",
        post: "主任",
    })?;
    let id = builder.out.id("governance_centre");
    let point = builder.reference.outlines.anywhere(&seat.code, &mut random);
    builder.out.put(governance_centre::Model {
        id,
        division_code: seat.code.clone(),
        code: format!("ZZ-{code}"),
        name: format!("{name}综治中心"),
        level: "KEY_AREA".to_owned(),
        zone_id: Some(zone),
        parent_id: Some(seat.centre.id),
        organisation_id: organisation,
        built_by_id: Some(seat.offices["PLC"]),
        address: format!("{}{name}示例路8号", seat.name),
        lon: point.lon,
        lat: point.lat,
        open_hours: "每日 08:30-20:00".to_owned(),
        service_phone: people::phone(&mut random),
        staff_count: random.range(8, 20),
    })?;
    // 区建，市区共用: the higher-education park's centre serves the city as well as the district.
    if code == HIGHER_EDU {
        for organisation_id in [city.offices["CENTRE"], seat.offices["CENTRE"]] {
            let row = builder.out.id("centre_sharing");
            builder.out.put(centre_sharing::Model { id: row, centre_id: id, organisation_id })?;
        }
    }
    standards::centre(builder, id, &seat.code, city.offices["PEACE"])?;
    let post = builder.hire(NewPosting {
        role: "KEYAREA_OPERATOR",
        place: code.to_ascii_lowercase(),
        display: format!("{name}综治中心受理员"),
        organisation,
        division: &seat.code,
        zone: Some(zone),
        ..NewPosting::default()
    })?;
    Ok(KeyArea { zone, centre: Centre { id, organisation }, operator: post.posting })
}
