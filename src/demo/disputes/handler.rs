//! Who accepts a dispute and who handles it, so that the row agrees with `by_centre`.

use super::fate::Fate;
use super::types::TYPES;
use crate::demo::random::Random;
use crate::demo::world::{Centre, Committee, KeyArea, Seat, Township, Village, World};

/// Where a dispute is accepted.
pub(super) struct Intake {
    /// The centre.
    pub(super) centre: Centre,
    /// Posting that registers it.
    pub(super) by: i64,
    /// The key area, when it is that area's centre.
    pub(super) area: Option<KeyArea>,
}

/// Who handles a dispute after it is dispatched.
pub(super) struct Handler<'w> {
    /// Organisation that handles.
    pub(super) organisation: i64,
    /// Mediation organisation.
    pub(super) mediation: Option<i64>,
    /// Its mediators; empty when a department handles.
    pub(super) mediators: &'w [i64],
    /// Posting that acts.
    pub(super) by: i64,
    /// `ResolvedLevel` when it resolves.
    pub(super) level: &'static str,
}

impl<'w> Handler<'w> {
    fn committee(committee: &'w Committee, level: &'static str) -> Self {
        Self {
            organisation: committee.organisation,
            mediation: Some(committee.id),
            mediators: &committee.mediators,
            by: committee.posting,
            level,
        }
    }

    const fn office(organisation: i64, by: i64, level: &'static str) -> Self {
        Self { organisation, mediation: None, mediators: &[], by, level }
    }
}

/// The three places around a dispute.
pub(super) struct Around<'w> {
    /// The village.
    pub(super) village: &'w Village,
    /// Its township.
    pub(super) township: &'w Township,
    /// Its county.
    pub(super) seat: &'w Seat,
}

impl<'w> Around<'w> {
    pub(super) fn of(world: &'w World, village: usize) -> Self {
        let village = &world.villages[village];
        Self { village, township: &world.townships[village.township], seat: &world.seats[village.seat] }
    }

    /// Where it is accepted.
    pub(super) fn intake(&self, random: &mut Random) -> Intake {
        let areas = &self.township.key_areas;
        if !areas.is_empty() && random.chance(140) {
            let area = *random.pick(areas);
            return Intake { centre: area.centre, by: area.operator, area: Some(area) };
        }
        let (centre, by) = match random.weighted(&[38, 50, 12]) {
            0 => (self.village.centre, self.village.cadre),
            1 => (self.township.centre, self.township.operator),
            _ => (self.seat.centre, self.seat.desks["CENTRE"]),
        };
        Intake { centre, by, area: None }
    }

    /// Who handles it: small matters in the village, larger ones in the town, the rest in the county.
    pub(super) fn handler(&self, random: &mut Random, fate: &Fate, area: Option<KeyArea>) -> Handler<'w> {
        if !fate.by_centre {
            return self.outside(random, fate);
        }
        if let Some(area) = area.filter(|_| random.chance(450)) {
            return Handler::office(area.centre.organisation, area.operator, "TOWNSHIP");
        }
        match random.weighted(&[if self.village.committee.seated { 66 } else { 0 }, 26, 8]) {
            0 => Handler::committee(&self.village.committee, "VILLAGE"),
            1 => Handler::committee(&self.township.committee, "TOWNSHIP"),
            _ => self.industry(random, fate, true),
        }
    }

    fn outside(&self, random: &mut Random, fate: &Fate) -> Handler<'w> {
        let unseated = if self.village.committee.seated { 0 } else { 150 };
        match random.weighted(&[unseated, 45, 25, 15, 15]) {
            0 => Handler::committee(&self.village.committee, "VILLAGE"),
            1 => Handler::office(self.township.station, self.township.officer, "TOWNSHIP"),
            2 => Handler::office(self.township.government, self.township.leader, "TOWNSHIP"),
            3 => self.industry(random, fate, false),
            _ => self.department(fate),
        }
    }

    fn industry(&self, random: &mut Random, fate: &Fate, seated: bool) -> Handler<'w> {
        let fitting: Vec<&Committee> = self.seat.industry.iter().filter(|one| one.seated == seated).collect();
        // The committees follow the order: labour, road accidents, medical, property; the others are not seated.
        let own = match TYPES[fate.kind].code {
            "LABOUR" => Some(0),
            "ROAD_TRAFFIC" => Some(1),
            "MEDICAL" => Some(2),
            "PROPERTY_MANAGEMENT" => Some(3),
            _ => None,
        };
        match own.filter(|_| seated).and_then(|place| fitting.get(place)) {
            Some(committee) => Handler::committee(committee, "COUNTY"),
            None if fitting.is_empty() => self.department(fate),
            None => Handler::committee(fitting[random.below(fitting.len())], "COUNTY"),
        }
    }

    fn department(&self, fate: &Fate) -> Handler<'w> {
        let department = match TYPES[fate.kind].code {
            "LABOUR" => "LABOUR",
            "ENVIRONMENT" => "ECO",
            "CONSUMER" | "PRODUCTION_OPERATION" => "MARKET",
            "LAND_REQUISITION" | "FOREST_LAND" => "NATRES",
            "MEDICAL" => "HEALTH",
            "PROPERTY_MANAGEMENT" | "HOUSING_HOMESTEAD" => "HOUSING",
            _ => "JUST",
        };
        Handler::office(self.seat.offices[department], self.seat.desks[department], "COUNTY")
    }
}
