//! 网格. Grids with their outline, members, micro-grids and meetings.

use entity::{grid, grid_meeting, grid_meeting_attendee, grid_member, micro_grid};

use super::builder::{Builder, NewPosting, Post};
use super::zones::Zone;
use super::{GridPlace, Township, Village};
use crate::demo::calendar::{self, HOUR};
use crate::demo::geo::Point;
use crate::demo::out::Stopped;
use crate::demo::people;
use crate::demo::random::Random;
use crate::demo::{DemoError, figures};

/// Metres from a grid's centre to the corners of its outline.
const RADIUS: f64 = 260.0;
/// First number of special grids (专属网格); the split is ours.
const FIRST_SPECIAL: i64 = 901;

/// Builds the grids of a village. Where a zone covers the township, the last of several grids is the zone's.
pub(super) fn build(
    builder: &mut Builder<'_, '_>,
    village: &mut Village,
    township: &Township,
    count: usize,
    zones: &[Zone],
) -> Result<(), DemoError> {
    let mut random = Random::new(builder.plan.seed, &village.code, 3);
    let zone = zones.iter().find(|zone| zone.townships.contains(&township.code.as_str())).map(|zone| zone.id);
    let county = village.code.get(..6).unwrap_or_default().to_owned();
    for number in 1..=count {
        let special = zone.filter(|_| number == count && count > 1 && random.chance(450));
        let sequence = if special.is_some() { FIRST_SPECIAL } else { number as i64 };
        let code = format!("{}{sequence:03}", village.code);
        let id: i64 = code.parse().unwrap_or_default();
        let point = builder.reference.outlines.near(&county, village.point, 1_200.0, &mut random);
        let beat = township.beats[beat_of(&village.code, township.beats.len())];
        let member = members(builder, village, (id, number), special.is_some(), &mut random)?;
        builder.out.put(grid::Model {
            id,
            division_code: village.code.clone(),
            code,
            name: match special {
                Some(_) => format!("{}专属网格", village.name),
                None => format!("{}第{number}网格", village.name),
            },
            kind: if special.is_some() { "SPECIAL" } else { "BASIC" }.to_owned(),
            zone_id: special,
            beat_id: Some(beat),
            leader_id: Some(member.leader),
            lon: point.lon,
            lat: point.lat,
            polygon: Some(outline(point)),
            households: member.households,
            residents: member.households * 3 - random.range(0, member.households),
            founded_at: "2021-01-01".to_owned(),
            abolished_at: None,
        })?;
        meetings(builder, village, township, id, &mut random)?;
        village.grids.push(GridPlace {
            id,
            point,
            zone: special,
            beat,
            leader: member.leader_post.posting,
            member: member.post.posting,
        });
    }
    Ok(())
}

/// All grids of a village belong to one beat.
fn beat_of(village: &str, beats: usize) -> usize {
    village.bytes().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0')) % beats
}

/// A hexagon, closed, counter-clockwise.
fn outline(centre: Point) -> String {
    let corner = |step: u8| {
        let angle = f64::from(step % 6) * std::f64::consts::TAU / 6.0;
        let point = centre.shifted(RADIUS * angle.cos(), RADIUS * angle.sin());
        format!("[{},{}]", point.lon, point.lat)
    };
    let corners: Vec<String> = (0..=6).map(corner).collect();
    format!("{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}", corners.join(","))
}

struct Members {
    leader: i64,
    leader_post: Post,
    post: Post,
    households: i64,
}

/// The members in office, one micro-grid for every 60 households, and the posts of leader and member.
fn members(
    builder: &mut Builder<'_, '_>,
    village: &Village,
    (grid, number): (i64, usize),
    special: bool,
    random: &mut Random,
) -> Result<Members, Stopped> {
    let place = if number == 1 { village.code.clone() } else { grid.to_string() };
    let mut hire = |role, title: &str, name: &str| {
        builder.hire(NewPosting {
            role,
            place: place.clone(),
            display: format!("{}第{number}网格{title}", village.name),
            organisation: village.body,
            division: &village.code,
            grids: vec![grid],
            real_name: name.to_owned(),
            ..NewPosting::default()
        })
    };
    let (leader_name, member_name) = (people::name(random), people::name(random));
    let leader_post = hire("GRID_LEADER", "网格长", &leader_name)?;
    let post = hire("GRID_MEMBER", "网格员", &member_name)?;
    let mut office = Office { village, grid, random };
    let leader = office.member(builder, "LEADER", Some(leader_post.account), leader_name)?;
    office.member(builder, "FULL_TIME", Some(post.account), member_name)?;
    for (kind, per_mille) in [("PART_TIME", 450), ("AUXILIARY_POLICE", 600), ("INSTRUCTOR", 500)] {
        if office.random.chance(per_mille) {
            let name = people::name(office.random);
            office.member(builder, kind, None, name)?;
        }
    }
    let households = if special { office.random.range(20, 90) } else { office.random.range(110, 420) };
    for number in 1..=(households / 100).max(1) {
        let id = builder.out.id("micro_grid");
        builder.out.put(micro_grid::Model {
            id,
            division_code: village.code.clone(),
            grid_id: grid,
            code: format!("{grid}{number:02}"),
            name: format!("第{number}微网格"),
            households: households / (households / 100).max(1),
        })?;
        let name = people::name(office.random);
        office.member(builder, "MICRO_LEADER", None, name)?;
    }
    Ok(Members { leader, leader_post, post, households })
}

struct Office<'v, 'r> {
    village: &'v Village,
    grid: i64,
    random: &'r mut Random,
}

impl Office<'_, '_> {
    fn member(
        &mut self,
        builder: &mut Builder<'_, '_>,
        kind: &str,
        account_id: Option<i64>,
        name: String,
    ) -> Result<i64, Stopped> {
        let id = builder.out.id("grid_member");
        let birth = calendar::day(1962, 1, 1) + self.random.range(0, 14_000);
        let paid = matches!(kind, "LEADER" | "FULL_TIME" | "PART_TIME");
        let since = calendar::day(2021, 1, 1) + self.random.range(0, 1_600);
        let history = ["KEPT", "PROMOTED", "WARNED"][self.random.weighted(&[70, 20, 10])];
        builder.out.put(grid_member::Model {
            id,
            division_code: self.village.code.clone(),
            grid_id: self.grid,
            account_id,
            name,
            kind: kind.to_owned(),
            duty_phone: people::phone(self.random),
            private_mobile: paid.then(|| people::phone(self.random)),
            id_number: paid.then(|| people::citizen_id(self.random, birth)),
            since: calendar::date(since),
            until: None,
            monthly_score: paid.then(|| self.random.range(7_000, 10_000)),
            status_history: paid.then(|| format!("[\"{history} {}\"]", calendar::date(since + 300))),
        })?;
        Ok(id)
    }
}

/// What meetings are about.
const MATTERS: [&str; 3] = [
    "[\"矛盾纠纷排查\",\"消防隐患整改\"]",
    "[\"电动自行车停放充电\",\"独居老人走访\",\"出租房登记\"]",
    "[\"平安宣传\"]",
];

/// Two meetings in the last two months of the data.
fn meetings(
    builder: &mut Builder<'_, '_>,
    village: &Village,
    township: &Township,
    grid: i64,
    random: &mut Random,
) -> Result<(), Stopped> {
    let last = calendar::day_of(figures::AS_OF_MS.min(builder.plan.as_of_ms)) - 1;
    for back in [34, 5] {
        let id = builder.out.id("grid_meeting");
        builder.out.put(grid_meeting::Model {
            id,
            division_code: village.code.clone(),
            grid_id: grid,
            held_at: calendar::day_start(last - back + random.range(-4, 4)) + random.range(9, 16) * HOUR,
            chair: "网格长".to_owned(),
            attendee_count: Some(6 + id % 9),
            matters: Some(MATTERS[(id % 3) as usize].to_owned()),
            decisions: "[\"走访独居老人\",\"清理楼道杂物\"]".to_owned(),
            minutes: "通报本期排查情况，议定下步走访和整改安排。".to_owned(),
        })?;
        // The village attends always, the police and the government of the township in turn.
        let bodies = [village.body, township.station, township.government];
        for organisation_id in bodies.into_iter().take(1 + (id % 3) as usize) {
            let row = builder.out.id("grid_meeting_attendee");
            builder.out.put(grid_meeting_attendee::Model { id: row, meeting_id: id, organisation_id })?;
        }
    }
    Ok(())
}
