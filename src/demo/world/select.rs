//! Which townships and villages a scale builds.

use crate::demo::Scale;
use crate::demo::reference::{DivisionRow, Reference};

/// The cities and counties that always have their offices: Shaoxing first, then the neighbours of the stories.
pub(super) const SEATS: [&str; 12] = [
    "3306", "330602", "330603", "330604", "330624", "330681", "330683", "3304", "330411", "330482", "330483", "310116",
];

/// A township to build, with its villages.
pub(super) struct TownshipPlace<'r> {
    /// The township.
    pub(super) row: &'r DivisionRow,
    /// Its villages to build.
    pub(super) villages: Vec<&'r DivisionRow>,
    /// Whether it belongs to Shaoxing.
    pub(super) cohort: bool,
}

/// The villages of the small city: so many of each township, and these in any case.
const SMALL: [(&str, usize); 3] = [("330603001", 7), ("330603008", 8), ("330603114", 5)];
/// 里木栅村 of 兰亭街道.
const ALWAYS: &str = "330603008249";

/// The townships and villages of a scale: Shaoxing's by code, then the stories'.
pub(super) fn places(scale: Scale, reference: &Reference) -> Vec<TownshipPlace<'_>> {
    let mut places = Vec::new();
    for row in reference.divisions.iter().filter(|row| row.level == "township" && row.code.starts_with("3306")) {
        let villages: Vec<&DivisionRow> = reference.children(&row.code).collect();
        match scale {
            Scale::Small => {
                if let Some((_, count)) = SMALL.iter().find(|(code, _)| *code == row.code) {
                    places.push(TownshipPlace { row, villages: first(villages, *count), cohort: true });
                }
            }
            Scale::Medium if !row.code.starts_with("330603") => {}
            Scale::Medium | Scale::Full => places.push(TownshipPlace { row, villages, cohort: true }),
        }
    }
    // 山塘村 on both sides of the border, 新义村 and 濮院镇.
    story(reference, &mut places, "330482106", |code| code == "330482106209");
    story(reference, &mut places, "310116107", |code| code == "310116107211");
    if scale == Scale::Full {
        story(reference, &mut places, "330411005", |code| code == "330411005201");
        story(reference, &mut places, "330483101", |_| true);
    }
    places
}

fn story<'r>(
    reference: &'r Reference,
    places: &mut Vec<TownshipPlace<'r>>,
    township: &'r str,
    wanted: impl Fn(&str) -> bool,
) {
    for row in reference.divisions.iter().filter(|row| row.code == township) {
        let villages = reference.children(&row.code).filter(|village| wanted(&village.code)).collect();
        places.push(TownshipPlace { row, villages, cohort: false });
    }
}

fn first(villages: Vec<&DivisionRow>, count: usize) -> Vec<&DivisionRow> {
    let always = villages.iter().position(|village| village.code == ALWAYS);
    let mut kept: Vec<&DivisionRow> = villages.iter().copied().take(count).collect();
    if let Some(place) = always
        && place >= count
        && let Some(last) = kept.last_mut()
    {
        *last = villages[place];
    }
    kept
}
