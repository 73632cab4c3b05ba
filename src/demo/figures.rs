//! The figures the demo city must show, in one place, with their source.
//!
//! "Guide" is the domain model's account of the source articles; the divisions' counts follow from `divisions.csv`.

use super::Scale;

/// The data's own "now": 2026-04-01 00:00 at Shaoxing. The data cover 2025 and the first quarter of 2026.
pub const AS_OF_MS: i64 = 1_774_972_800_000;

/// Share of key-field disputes of the 2025 cohort that are resolved, in 1,000 (Shaoxing 2025: 99.3 %).
pub const KEY_FIELD_RESOLVED: u32 = 993;
/// Share of the other disputes that are resolved, in 1,000 (ours; a county's justice report of 2016 gives 96.9 %).
pub const OTHER_RESOLVED: u32 = 978;
/// Share of resolved disputes that a governance centre resolved, in 1,000 (Shaoxing 2025: 83.9 %).
pub const BY_CENTRE: u32 = 839;
/// Share of disputes in a key field among those whose type has one, in 1,000 (ours).
pub const KEY_FIELD: u32 = 357;
/// Types of dispute in 1,000, in the order of the code table (justice statistics, n = 869; standards part 4).
pub const DISPUTE_TYPES: [u32; 15] = [184, 320, 77, 51, 36, 87, 21, 32, 5, 15, 8, 63, 38, 1, 62];
/// Buildings let to workers in 新义村 and their rooms (Jiaxing, 2024).
pub const RENTAL_BUILDINGS: usize = 41;
/// Rooms in those buildings.
pub const RENTAL_ROOMS: i64 = 608;
/// Universities on their campuses (Shaoxing higher-education park, 2025).
pub const UNIVERSITIES: usize = 13;
/// Shared courts beyond one a village: one a township and some at trade bodies (Shaoxing 2022: 2,304 in all).
pub const EXTRA_SHARED_COURTS: usize = 136;
/// Gold-medal mediation rooms of the province's honour (Shaoxing 2022).
pub const GOLD_ROOMS: usize = 14;
/// Specialised markets of 濮院镇; over 80 % of the town's disputes arise there (Jiaxing, 2024).
pub const PUYUAN_MARKETS: usize = 20;
/// Share of 濮院镇's disputes that arise at specialised markets, in 1,000.
pub const PUYUAN_AT_MARKETS: u32 = 830;

/// How much of everything a scale holds, for Shaoxing; the stories of the neighbours come on top.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Grids.
    pub grids: usize,
    /// Key sites.
    pub sites: usize,
    /// E-bike charging and parking places among the sites (Shaoxing 2024: 1,983).
    pub ebike_places: usize,
    /// Chargers at those places (Shaoxing 2024: 22,000).
    pub chargers: usize,
    /// University campuses among the sites.
    pub campuses: usize,
    /// Hazards.
    pub hazards: usize,
    /// Sites covered by joint fire duty (Shaoxing 2024: 25,000).
    pub fire_sites: usize,
    /// Hazards found by joint fire duty in 2025 (Shaoxing 2024: 53,000).
    pub fire_hazards: usize,
    /// Hazards found by joint fire duty at the same sites in 2026.
    pub fire_hazards_later: usize,
    /// Disputes.
    pub disputes: usize,
    /// Grid events (嘉善 2024: 138,462 in a year).
    pub events: usize,
    /// Joint disputes of 平湖 and 金山.
    pub joint_disputes: usize,
    /// Disputes of 濮院镇.
    pub puyuan_disputes: usize,
    /// Disputes of the 41 buildings' village.
    pub xinyi_disputes: usize,
}

impl Counts {
    /// The counts of a scale.
    pub const fn of(scale: Scale) -> Self {
        match scale {
            Scale::Small => Self {
                grids: 60,
                sites: 400,
                ebike_places: 20,
                chargers: 220,
                campuses: 1,
                hazards: 1_000,
                fire_sites: 200,
                fire_hazards: 430,
                fire_hazards_later: 30,
                disputes: 2_000,
                events: 900,
                joint_disputes: 40,
                puyuan_disputes: 0,
                xinyi_disputes: 0,
            },
            Scale::Medium => Self {
                grids: 700,
                sites: 7_000,
                ebike_places: 347,
                chargers: 3_850,
                campuses: 3,
                hazards: 17_500,
                fire_sites: 4_375,
                fire_hazards: 9_275,
                fire_hazards_later: 525,
                disputes: 60_000,
                events: 16_000,
                joint_disputes: 120,
                puyuan_disputes: 0,
                xinyi_disputes: 0,
            },
            Scale::Full => Self {
                grids: 4_300,
                sites: 40_000,
                ebike_places: 1_983,
                chargers: 22_000,
                campuses: 20,
                hazards: 100_000,
                fire_sites: 25_000,
                fire_hazards: 53_000,
                fire_hazards_later: 3_000,
                disputes: 370_000,
                events: 138_462,
                joint_disputes: 240,
                puyuan_disputes: 3_000,
                xinyi_disputes: 160,
            },
        }
    }
}
