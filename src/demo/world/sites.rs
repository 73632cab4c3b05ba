//! 重点场所. Key sites: which kinds lie where, their units, owners and self-inspections.

use std::collections::BTreeMap;

use entity::key_site;

use super::builder::{Builder, NewOrganisation, NewPosting, Post};
use super::site_kinds::{KINDS, place};
use super::zones::Zone;
use super::{World, self_inspections};
use crate::demo::calendar::{self, DAY};
use crate::demo::figures::{PUYUAN_MARKETS, RENTAL_BUILDINGS, RENTAL_ROOMS, UNIVERSITIES};
use crate::demo::geo::Point;
use crate::demo::people;
use crate::demo::random::{Random, Wheel, share};
use crate::demo::{DemoError, out};

/// Sites whose owner has an account, in 1,000.
const WITH_OWNER: u32 = 250;
/// Metres around a grid's centre in which its sites lie; inside the grid's outline.
const WITHIN_GRID: f64 = 220.0;
/// Days between self-inspections.
const CYCLE_DAYS: i64 = 90;

/// What the matters need to know of a site.
pub(crate) struct Site {
    /// Key.
    pub(crate) id: i64,
    /// Place of the village.
    pub(crate) village: usize,
    /// Place of the grid in the village.
    pub(crate) grid: usize,
    /// Place of the kind.
    pub(crate) kind: usize,
    /// Unit responsible.
    pub(crate) unit: Option<i64>,
    /// Name of the unit; empty for a household.
    pub(crate) unit_name: String,
    /// Zone.
    pub(crate) zone: Option<i64>,
    /// Account and posting of the owner.
    pub(crate) owner: Option<Post>,
    /// Whether it is active.
    pub(crate) active: bool,
    /// Where it is.
    pub(crate) point: Point,
    /// When each self-inspection was submitted, and its key.
    pub(crate) inspected: Vec<(i64, i64)>,
}

impl Site {
    /// Key of its last self-inspection submitted by then.
    pub(crate) fn inspected_by(&self, at: i64) -> Option<i64> {
        self.inspected.iter().filter(|(submitted, _)| *submitted <= at).max().map(|(_, key)| *key)
    }
}

/// What is to be built: the kind in a village, and its numbers.
struct Order {
    village: usize,
    kind: usize,
    chargers: Option<i64>,
    rooms: Option<i64>,
    /// Number among the campuses.
    campus: Option<usize>,
}

impl Order {
    fn plain(village: usize, kind: usize) -> Self {
        Self { village, kind, chargers: None, rooms: None, campus: None }
    }
}

/// Builds all sites, village by village.
pub(super) fn build(builder: &mut Builder<'_, '_>, world: &mut World, zones: &[Zone]) -> Result<(), DemoError> {
    let mut orders = cohort(builder, world, zones);
    orders.extend(stories(builder, world));
    orders.sort_by_key(|order| order.village);
    let mut maker =
        Maker { random: builder.random("sites"), numbers: [0; 12], universities: BTreeMap::new(), last_unit: None };
    for order in &orders {
        let site = maker.site(builder, world, order, zones)?;
        world.villages[order.village].sites.push(world.sites.len());
        world.sites.push(site);
    }
    Ok(())
}

/// The sites of Shaoxing: fixed numbers first, the other kinds by how common they are.
fn cohort(builder: &Builder<'_, '_>, world: &World, zones: &[Zone]) -> Vec<Order> {
    let counts = builder.counts;
    let mut random = builder.random("site kinds");
    let villages: Vec<usize> = (0..world.villages.len()).filter(|place| world.villages[*place].cohort).collect();
    let wheel = Wheel::new(villages.iter().map(|place| world.villages[*place].weight));
    let mut orders = Vec::with_capacity(counts.sites);
    let ebike = place("EBIKE_PARKING");
    let spread: Vec<f64> = (0..counts.ebike_places).map(|_| 0.4 + random.unit()).collect();
    for chargers in share(counts.chargers, &spread) {
        let village = villages[wheel.draw(&mut random)];
        orders.push(Order { chargers: Some(chargers as i64), ..Order::plain(village, ebike) });
    }
    let park = |place: &&usize| {
        let township = world.townships[world.villages[**place].township].code.as_str();
        zones.iter().any(|zone| zone.kind == "HIGHER_EDU_PARK" && zone.townships.contains(&township))
    };
    let in_park: Vec<usize> = villages.iter().filter(park).copied().collect();
    for number in 0..counts.campuses {
        // Three in four campuses lie in the higher-education park where the scale holds it.
        let anywhere = in_park.is_empty() || number % 4 == 3;
        let village = if anywhere { villages[wheel.draw(&mut random)] } else { *random.pick(&in_park) };
        orders.push(Order { campus: Some(number), ..Order::plain(village, place("UNIVERSITY_CAMPUS")) });
    }
    let weights: Vec<f64> = KINDS.iter().map(|kind| f64::from(kind.weight)).collect();
    for (kind, count) in share(counts.sites - orders.len(), &weights).into_iter().enumerate() {
        for _ in 0..count {
            orders.push(Order::plain(villages[wheel.draw(&mut random)], kind));
        }
    }
    orders
}

/// The sites of the neighbours' stories.
fn stories(builder: &Builder<'_, '_>, world: &World) -> Vec<Order> {
    let mut random = builder.random("story sites");
    let mut orders = Vec::new();
    let (rental, market) = (place("RENTAL_APARTMENT"), place("SPECIALISED_MARKET"));
    let villages: Vec<usize> = (0..world.villages.len()).filter(|place| !world.villages[*place].cohort).collect();
    for village in &villages {
        for kind in ["RESTAURANT", "FOOD_SHOP", "FACTORY", "SCHOOL", "HOTEL_HOMESTAY"] {
            orders.push(Order::plain(*village, place(kind)));
        }
    }
    let within = |prefix: &str| -> Vec<usize> {
        villages.iter().copied().filter(|place| world.villages[*place].code.starts_with(prefix)).collect()
    };
    if let Some(village) = within("330411005201").first() {
        let spread: Vec<f64> = (0..RENTAL_BUILDINGS).map(|_| 0.6 + random.unit()).collect();
        for rooms in share(RENTAL_ROOMS as usize, &spread) {
            orders.push(Order { rooms: Some(rooms as i64), ..Order::plain(*village, rental) });
        }
    }
    let town = within("330483101");
    for number in 0..if town.is_empty() { 0 } else { PUYUAN_MARKETS } {
        orders.push(Order::plain(town[number % town.len()], market));
    }
    orders
}

struct Maker {
    random: Random,
    /// Sites numbered so far in each seat.
    numbers: [usize; 12],
    /// Units of the universities, by number.
    universities: BTreeMap<usize, (i64, String)>,
    /// The last unit founded: village, kind, key.
    last_unit: Option<(usize, usize, (i64, String))>,
}

impl Maker {
    fn site(
        &mut self,
        builder: &mut Builder<'_, '_>,
        world: &World,
        order: &Order,
        zones: &[Zone],
    ) -> Result<Site, DemoError> {
        let village = &world.villages[order.village];
        let (township, seat) = (&world.townships[village.township], &world.seats[village.seat]);
        let kind = &KINDS[order.kind];
        self.numbers[village.seat] += 1;
        let number = self.numbers[village.seat];
        let noun = *self.random.pick(kind.names);
        let household = noun == "出租房" && order.rooms.is_none();
        let name = match order.campus {
            Some(campus) => format!("示例大学{}第{}{noun}", campus % UNIVERSITIES + 1, campus / UNIVERSITIES + 1),
            None => format!("{}{noun}{number}号", village.name),
        };
        let code = format!("CS-{}-{number:06}", seat.code);
        let unit = if household { None } else { Some(self.unit(builder, world, order, &code, &name, noun)?) };
        let unit_name = unit.as_ref().map_or_else(String::new, |(_, name)| name.clone());
        let unit = unit.map(|(id, _)| id);
        let grid_place = self.random.below(village.grids.len());
        let grid = &village.grids[grid_place];
        let point = builder.reference.outlines.near(&seat.code, grid.point, WITHIN_GRID, &mut self.random);
        let id = builder.out.id("key_site");
        let owner = match unit {
            Some(organisation) if self.random.chance(WITH_OWNER) => Some(builder.hire(NewPosting {
                role: "SITE_OWNER",
                place: code.trim_start_matches("CS-").to_owned(),
                display: format!("{name}负责人"),
                organisation,
                division: &village.code,
                site: Some(code.clone()),
                ..NewPosting::default()
            })?),
            _ => None,
        };
        let status = ["ACTIVE", "SUSPENDED", "CLOSED"][self.random.weighted(&[965, 20, 15])];
        let active = status == "ACTIVE" || order.rooms.is_some() || order.chargers.is_some() || order.campus.is_some();
        let department = builder.reference.department("SiteKind", kind.code)?.to_owned();
        let park = zones
            .iter()
            .find(|zone| zone.kind == "HIGHER_EDU_PARK" && zone.townships.contains(&township.code.as_str()));
        let zone = grid.zone.or(park.filter(|_| order.campus.is_some()).map(|zone| zone.id));
        let mut site = Site {
            id,
            village: order.village,
            grid: grid_place,
            kind: order.kind,
            unit,
            unit_name,
            zone,
            owner,
            active,
            point,
            inspected: Vec::new(),
        };
        let done = self_inspections::write(builder, world, &site, &department)?;
        let last = done.last;
        site.inspected = done.submitted;
        let rooms = order.rooms.or_else(|| (kind.code == "RENTAL_APARTMENT").then(|| self.random.range(4, 30)));
        let residents = rooms.map(|rooms| rooms + self.random.range(0, rooms));
        let story = order.rooms.is_some();
        let assessed = builder.plan.as_of_ms - self.random.range(5, 300) * DAY;
        builder.out.put(key_site::Model {
            id,
            division_code: village.code.clone(),
            code,
            name,
            kind: kind.code.to_owned(),
            unit_id: unit,
            grid_id: grid.id,
            zone_id: zone,
            regulator_id: seat.offices[department.as_str()],
            regulator_department: department,
            private_dwelling: household,
            address: format!("{}{}示例路{}号", township.name, village.name, self.random.range(1, 400)),
            lon: point.lon,
            lat: point.lat,
            risk_level: ["RED", "ORANGE", "YELLOW", "BLUE"][self.random.weighted(&[2, 8, 35, 55])].to_owned(),
            risk_assessed_at: self.random.chance(930).then_some(assessed),
            checklist_id: order.kind as i64 + 1,
            qr_token: format!("{:016x}{:016x}", self.random.next(), self.random.next()),
            self_inspection_cycle_days: CYCLE_DAYS,
            last_self_inspected_at: last,
            next_due_at: active
                .then(|| calendar::day_start(calendar::day_of(last.unwrap_or(assessed)) + CYCLE_DAYS + 1)),
            chain_owner: (household || story).then(|| people::name(&mut self.random)),
            chain_lessor: story.then(|| format!("{}股份经济合作社", village.name)),
            chain_tenant: story.then(|| format!("示例制造{}厂", number % 9 + 1)),
            resident_count: residents,
            chargers: order.chargers,
            rooms,
            cameras: self.random.chance(600).then(|| self.random.range(1, 24)),
            screens: (kind.code == "DISPLAY_SCREEN").then(|| self.random.range(1, 6)),
            students: match kind.code {
                "SCHOOL" => Some(self.random.range(180, 1_800)),
                "UNIVERSITY_CAMPUS" => Some(self.random.range(5_000, 18_000)),
                _ => None,
            },
            status: if active { "ACTIVE" } else { status }.to_owned(),
        })?;
        Ok(site)
    }

    /// The unit of a site: a university's, sometimes the one next door of the same kind, else a new one.
    fn unit(
        &mut self,
        builder: &mut Builder<'_, '_>,
        world: &World,
        order: &Order,
        code: &str,
        name: &str,
        noun: &str,
    ) -> Result<(i64, String), out::Stopped> {
        let campus = order.campus.map(|campus| campus % UNIVERSITIES);
        if let Some(unit) = campus.and_then(|number| self.universities.get(&number)) {
            return Ok(unit.clone());
        }
        if let Some((village, kind, unit)) = &self.last_unit
            && (*village, *kind) == (order.village, order.kind)
            && self.random.chance(300)
        {
            return Ok(unit.clone());
        }
        let kind = KINDS[order.kind].unit;
        let short = code.trim_start_matches("CS-");
        let title = match (kind, campus) {
            (_, Some(number)) => format!("示例大学{}", number + 1),
            ("ENTERPRISE", _) => format!("示例{short}{noun}有限公司"),
            _ => name.to_owned(),
        };
        let id = builder.organisation(NewOrganisation {
            division: &world.villages[order.village].code,
            code: format!("U-{short}"),
            name: title.clone(),
            kind,
            department: None,
            level: "UNIT",
            post: "负责人",
        })?;
        let unit = (id, title);
        if let Some(number) = campus {
            self.universities.insert(number, unit.clone());
        }
        self.last_unit = Some((order.village, order.kind, unit.clone()));
        Ok(unit)
    }
}
