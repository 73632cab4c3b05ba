//! Posts that need the finished places: beat officers, residents, joint partners, and postings that no longer hold.

use entity::joint_mechanism_partner;

use super::builder::{Builder, NewPosting};
use super::fixed::MECHANISM;
use super::{Resident, World};
use crate::demo::calendar::DAY;
use crate::demo::{DemoError, people};

/// Villages where a resident with an account lives; the first one of a township that the scale builds.
const RESIDENTS_IN: [&str; 4] = ["330603008", "330603114", "330603001", "330482106"];

/// Fills the posts.
pub(super) fn build(builder: &mut Builder<'_, '_>, world: &mut World) -> Result<(), DemoError> {
    beat_officers(builder, world)?;
    residents(builder, world)?;
    joint_partners(builder, world)?;
    former(builder, world)
}

fn beat_officers(builder: &mut Builder<'_, '_>, world: &mut World) -> Result<(), DemoError> {
    for (place, township) in world.townships.iter_mut().enumerate() {
        let villages = || world.villages.iter().filter(|village| village.township == place);
        for (number, beat) in (1..).zip(&township.beats) {
            let grids = villages().flat_map(|village| &village.grids).filter(|grid| grid.beat == *beat);
            let grids: Vec<i64> = grids.map(|grid| grid.id).collect();
            let suffix = if number == 1 { String::new() } else { format!("-{number}") };
            let post = builder.hire(NewPosting {
                role: "BEAT_OFFICER",
                place: format!("{}{suffix}", township.code),
                display: format!("{}第{number}警格民警", township.name),
                organisation: township.station,
                division: &township.code,
                grids,
                ..NewPosting::default()
            })?;
            if number == 1 {
                township.officer = post.posting;
            }
        }
    }
    Ok(())
}

fn residents(builder: &mut Builder<'_, '_>, world: &mut World) -> Result<(), DemoError> {
    let mut random = builder.random("residents");
    for township in RESIDENTS_IN {
        let Some(place) = world.villages.iter().position(|village| village.code.starts_with(township)) else {
            continue;
        };
        let village = &world.villages[place];
        let name = people::name(&mut random);
        let post = builder.hire(NewPosting {
            role: "RESIDENT",
            place: village.code.clone(),
            display: format!("{}居民", village.name),
            organisation: village.body,
            division: &village.code,
            real_name: name.clone(),
            ..NewPosting::default()
        })?;
        world.residents.push(Resident { account: post.account, name, village: place });
    }
    Ok(())
}

/// Departments of both sides that take part in the mechanism.
const PARTNERS: [&str; 3] = ["PSB", "CENTRE", "JUST"];

/// 平湖's police and 金山's centre, and who takes part beside them.
fn joint_partners(builder: &mut Builder<'_, '_>, world: &mut World) -> Result<(), DemoError> {
    for (side, (code, department)) in [("330482", "PSB"), ("310116", "CENTRE")].into_iter().enumerate() {
        let Some(seat) = world.seats.iter().find(|seat| seat.code == code) else { continue };
        let post = builder.hire(NewPosting {
            role: "JOINT_PARTNER",
            place: code.to_owned(),
            display: format!("{}毗邻地区联络员", seat.name),
            organisation: seat.offices[department],
            division: &seat.code,
            mechanism: Some(MECHANISM),
            ..NewPosting::default()
        })?;
        world.partners[side] = post.posting;
        for department in PARTNERS {
            let id = builder.out.id("joint_mechanism_partner");
            builder.out.put(joint_mechanism_partner::Model {
                id,
                mechanism_id: MECHANISM,
                organisation_id: seat.offices[department],
            })?;
        }
    }
    Ok(())
}

/// One posting revoked, one expired, one of a disabled account.
fn former(builder: &mut Builder<'_, '_>, world: &World) -> Result<(), DemoError> {
    let as_of = builder.plan.as_of_ms;
    let Some(seat) = world.seats.iter().find(|seat| seat.code == "330603") else { return Ok(()) };
    for state in ["revoked", "expired", "disabled"] {
        builder.hire(NewPosting {
            role: "COUNTY_PEACE_OFFICER",
            place: format!("{}-{state}", seat.code),
            display: format!("{}平安办（原）", seat.name),
            organisation: seat.offices["PEACE"],
            division: &seat.code,
            valid_to: (state == "expired").then_some(as_of - 40 * DAY),
            revoked_at: (state == "revoked").then_some(as_of - 20 * DAY),
            disabled: state == "disabled",
            ..NewPosting::default()
        })?;
    }
    Ok(())
}
