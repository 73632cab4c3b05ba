//! The offices of cities and counties, their centres and industry mediation committees, and the people who act there.

use std::collections::BTreeMap;

use entity::{governance_centre, organisation_parent};

use super::builder::{Builder, NewOrganisation, NewPosting};
use super::select::{SEATS, TownshipPlace};
use super::{Centre, Seat, mediation};
use crate::demo::DemoError;
use crate::demo::people;

/// Department, what follows the division's name, kind, title of the person in charge.
const OFFICES: [(&str, &str, &str, &str); 25] = [
    ("PLC", "委政法委员会", "GOVERNMENT", "书记"),
    ("PEACE", "平安建设领导小组办公室", "GOVERNMENT", "主任"),
    ("CENTRE", "社会治安综合治理中心", "INSTITUTION", "主任"),
    ("PSB", "公安局", "GOVERNMENT", "局长"),
    ("COURT", "人民法院", "COURT", "院长"),
    ("PROC", "人民检察院", "GOVERNMENT", "检察长"),
    ("JUST", "司法局", "GOVERNMENT", "局长"),
    ("PETI", "信访局", "GOVERNMENT", "局长"),
    ("EMERG", "应急管理局", "GOVERNMENT", "局长"),
    ("FIRE", "消防救援机构", "GOVERNMENT", "大队长"),
    ("MARKET", "市场监督管理局", "GOVERNMENT", "局长"),
    ("EDU", "教育局", "GOVERNMENT", "局长"),
    ("LABOUR", "人力资源和社会保障局", "GOVERNMENT", "局长"),
    ("HOUSING", "住房和城乡建设局", "GOVERNMENT", "局长"),
    ("CULTURE", "文化广电旅游局", "GOVERNMENT", "局长"),
    ("HEALTH", "卫生健康局", "GOVERNMENT", "局长"),
    ("CIVIL", "民政局", "GOVERNMENT", "局长"),
    ("TRANS", "交通运输局", "GOVERNMENT", "局长"),
    ("ENFORCE", "综合行政执法局", "GOVERNMENT", "局长"),
    ("NATRES", "自然资源和规划局", "GOVERNMENT", "局长"),
    ("ECO", "生态环境局", "GOVERNMENT", "局长"),
    ("WEATHER", "气象局", "GOVERNMENT", "局长"),
    ("NETWORK", "网信办", "GOVERNMENT", "主任"),
    ("DATA", "数据局", "GOVERNMENT", "局长"),
    ("AUDIT", "审计局", "GOVERNMENT", "局长"),
];

/// A department that every county has.
pub(super) fn department(code: &str) -> Option<&'static str> {
    OFFICES.iter().map(|(department, ..)| *department).find(|department| *department == code)
}

/// Builds all seats. A city comes before its counties, so that parents exist.
pub(super) fn build(builder: &mut Builder<'_, '_>, places: &[TownshipPlace<'_>]) -> Result<Vec<Seat>, DemoError> {
    let mut seats: Vec<Seat> = Vec::new();
    for code in SEATS {
        let above = seats.iter().position(|seat| seat.code.len() == 4 && code.starts_with(&seat.code));
        let busy = places.iter().any(|place| place.row.code.starts_with(code));
        let seat = seat(builder, code, above.map(|place| &seats[place]), busy)?;
        seats.push(seat);
    }
    Ok(seats)
}

fn seat(builder: &mut Builder<'_, '_>, code: &str, above: Option<&Seat>, busy: bool) -> Result<Seat, DemoError> {
    let name = builder.reference.name(code).to_owned();
    let city = code.len() == 4;
    let level = if city { "CITY" } else { "COUNTY" };
    let mut offices = BTreeMap::new();
    for (department, suffix, kind, post) in OFFICES {
        let id = builder.organisation(NewOrganisation {
            division: code,
            code: format!("ORG-{code}-{department}"),
            name: format!("{name}{suffix}"),
            kind,
            department: Some(department),
            level,
            post,
        })?;
        if let Some(parent) = above.and_then(|seat| seat.offices.get(department)) {
            let row = builder.out.id("organisation_parent");
            builder.out.put(organisation_parent::Model { id: row, organisation_id: id, parent_id: *parent })?;
        }
        offices.insert(department, id);
    }
    if city {
        let id = builder.organisation(NewOrganisation {
            division: code,
            code: format!("ORG-{code}-HOTLINE"),
            name: format!("{name}12345政务服务热线"),
            kind: "INSTITUTION",
            department: Some("HOTLINE"),
            level,
            post: "主任",
        })?;
        offices.insert("HOTLINE", id);
    }
    let centre = centre(builder, code, &name, offices["CENTRE"], above.map(|seat| seat.centre.id))?;
    let industry = if city || !busy { Vec::new() } else { mediation::industry(builder, code, &name, centre)? };
    let desks = desks(builder, code, &name, &offices)?;
    Ok(Seat { code: code.to_owned(), name, offices, desks, centre, industry })
}

fn centre(
    builder: &mut Builder<'_, '_>,
    code: &str,
    name: &str,
    organisation: i64,
    parent: Option<i64>,
) -> Result<Centre, DemoError> {
    let mut random = builder.random("seat centres");
    let id = builder.out.id("governance_centre");
    let label = builder.reference.outlines.label(code);
    let point = label.ok_or_else(|| DemoError::Reference(format!("boundaries.geojson has no outline of {code}")))?;
    builder.out.put(governance_centre::Model {
        id,
        division_code: code.to_owned(),
        code: format!("ZZ-{code}"),
        name: format!("{name}社会治安综合治理中心"),
        level: if code.len() == 4 { "CITY" } else { "COUNTY" }.to_owned(),
        zone_id: None,
        parent_id: parent,
        organisation_id: organisation,
        built_by_id: None,
        address: format!("{name}示例大道1号"),
        lon: point.lon,
        lat: point.lat,
        open_hours: "周一至周五 08:30-17:30".to_owned(),
        service_phone: people::phone(&mut random),
        staff_count: random.range(24, 60),
    })?;
    Ok(Centre { id, organisation })
}

/// The posts of a seat; the desk of a department is the posting that acts for it in the matters.
fn desks(
    builder: &mut Builder<'_, '_>,
    code: &str,
    name: &str,
    offices: &BTreeMap<&'static str, i64>,
) -> Result<BTreeMap<&'static str, i64>, DemoError> {
    let city = code.len() == 4;
    let mut desks = BTreeMap::new();
    let roles: &[(&str, &str, &str)] = if city { &CITY_ROLES } else { &COUNTY_ROLES };
    for (department, role, title) in roles {
        let post = builder.hire(NewPosting {
            role,
            place: code.to_owned(),
            display: format!("{name}{title}"),
            organisation: offices[department],
            division: code,
            ..NewPosting::default()
        })?;
        desks.entry(*department).or_insert(post.posting);
    }
    if !city {
        for department in REGULATORS {
            let post = builder.hire(NewPosting {
                role: "COUNTY_REGULATOR",
                place: format!("{code}-{}", department.to_ascii_lowercase()),
                display: format!("{name}行业监管员"),
                organisation: offices[department],
                division: code,
                ..NewPosting::default()
            })?;
            desks.entry(department).or_insert(post.posting);
        }
    }
    Ok(desks)
}

const CITY_ROLES: [(&str, &str, &str); 9] = [
    ("PEACE", "CITY_SUPERVISOR", "督查组"),
    ("PEACE", "CITY_PEACE_ANALYST", "平安办分析员"),
    ("CENTRE", "CITY_CENTRE_OPERATOR", "综治中心"),
    ("HOTLINE", "HOTLINE_OPERATOR", "热线话务员"),
    ("DATA", "SYSTEM_FEED", "外部系统"),
    ("DATA", "PUBLIC_STAT", "公众统计"),
    ("DATA", "SYS_ADMIN", "系统管理员"),
    ("DATA", "SEC_ADMIN", "安全管理员"),
    ("DATA", "AUDIT_ADMIN", "审计管理员"),
];

const COUNTY_ROLES: [(&str, &str, &str); 7] = [
    ("PEACE", "COUNTY_PEACE_OFFICER", "平安办"),
    ("CENTRE", "COUNTY_CENTRE_OPERATOR", "综治中心"),
    ("JUST", "JUSTICE_BUREAU", "司法局"),
    ("COURT", "COURT_CLERK", "法院书记员"),
    ("PROC", "PROCURATOR", "检察院"),
    ("PETI", "PETITION_OFFICE", "信访局"),
    ("PSB", "POLICE_110_LINK", "110联动席"),
];

/// Departments that regulate kinds of sites or categories of hazards.
const REGULATORS: [&str; 15] = [
    "EMERG", "FIRE", "MARKET", "EDU", "HOUSING", "CULTURE", "TRANS", "CIVIL", "HEALTH", "NATRES", "NETWORK", "ENFORCE",
    "ECO", "LABOUR", "PSB",
];
