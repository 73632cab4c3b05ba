//! 规范化项目. Items of the standardisation programmes and their state at each centre and committee.
//!
//! The items' wording follows secondary sources; programmes whose contents are not known to us have no items.

use entity::{standard_item, standard_status};

use super::builder::Builder;
use crate::demo::calendar;
use crate::demo::disputes::digest;
use crate::demo::out::Stopped;
use crate::demo::random::Random;

const VERSION: &str = "2025";

/// Programme and its items, in order; an item's key is its place in the whole list, from 1.
const ITEMS: [(&str, &str); 20] = [
    ("CENTRE_FIVE_HAVES", "运行起来"),
    ("CENTRE_FIVE_HAVES", "牌子挂起来"),
    ("CENTRE_FIVE_HAVES", "平台搭起来"),
    ("CENTRE_FIVE_HAVES", "部门驻进来"),
    ("CENTRE_FIVE_HAVES", "机制建起来"),
    ("CENTRE_FIVE_STANDARDS", "场所设置规范化"),
    ("CENTRE_FIVE_STANDARDS", "部门入驻规范化"),
    ("CENTRE_FIVE_STANDARDS", "运行机制规范化"),
    ("CENTRE_FIVE_STANDARDS", "督办落实规范化"),
    ("CENTRE_FIVE_STANDARDS", "信息化建设规范化"),
    ("COMMITTEE_FIVE_HAVES", "有场所"),
    ("COMMITTEE_FIVE_HAVES", "有标牌"),
    ("COMMITTEE_FIVE_HAVES", "有印章"),
    ("COMMITTEE_FIVE_HAVES", "有人员"),
    ("COMMITTEE_FIVE_HAVES", "有制度"),
    ("TOWNSHIP_FIVE_ONES", "一个工作体系"),
    ("TOWNSHIP_FIVE_ONES", "一套运行机制"),
    ("TOWNSHIP_FIVE_ONES", "一支实战队伍"),
    ("TOWNSHIP_FIVE_ONES", "一份风险清单"),
    ("TOWNSHIP_FIVE_ONES", "一份每周研判"),
];

/// Writes the items.
pub(super) fn finish(builder: &mut Builder<'_, '_>) -> Result<(), Stopped> {
    for (id, (namespace, text)) in (1..).zip(ITEMS) {
        builder.out.put(standard_item::Model {
            id,
            namespace: namespace.to_owned(),
            version: VERSION.to_owned(),
            item_order: (id - 1) % 5 + 1,
            text: text.to_owned(),
        })?;
    }
    Ok(())
}

/// The state of a centre's items; a township's centre also answers for the township's five ones.
pub(super) fn centre(builder: &mut Builder<'_, '_>, id: i64, division: &str, verifier: i64) -> Result<(), Stopped> {
    let mut random = Random::new(builder.plan.seed, "centre standards", id as u64);
    let complete = random.chance(700);
    for (item, (namespace, _)) in (1..).zip(ITEMS) {
        let wanted = namespace.starts_with("CENTRE_") || (namespace == "TOWNSHIP_FIVE_ONES" && division.len() == 9);
        if wanted {
            status(builder, &mut random, (Some(id), None), division, item, complete, verifier)?;
        }
    }
    Ok(())
}

/// The state of a mediation committee's items.
pub(super) fn committee(builder: &mut Builder<'_, '_>, id: i64, division: &str, good: bool) -> Result<(), Stopped> {
    let mut random = Random::new(builder.plan.seed, "committee standards", id as u64);
    let complete = random.chance(if good { 850 } else { 400 });
    for (item, (namespace, _)) in (1..).zip(ITEMS) {
        if namespace == "COMMITTEE_FIVE_HAVES" {
            status(builder, &mut random, (None, Some(id)), division, item, complete, 0)?;
        }
    }
    Ok(())
}

fn status(
    builder: &mut Builder<'_, '_>,
    random: &mut Random,
    (centre_id, mediation_organisation_id): (Option<i64>, Option<i64>),
    division: &str,
    item: i64,
    complete: bool,
    verifier: i64,
) -> Result<(), Stopped> {
    let state = if complete { "VERIFIED" } else { ["VERIFIED", "CLAIMED", "UNMET"][random.weighted(&[55, 28, 17])] };
    let verified = state == "VERIFIED";
    let day = calendar::day(2025, 3, 1) + random.range(0, 380);
    let id = builder.out.id("standard_status");
    builder.out.put(standard_status::Model {
        id,
        division_code: division.to_owned(),
        centre_id,
        mediation_organisation_id,
        item_id: item,
        namespace: ITEMS[(item - 1) as usize].0.to_owned(),
        state: state.to_owned(),
        evidence_hash: (state != "UNMET").then(|| digest("standard", id)),
        verified_at: verified.then(|| calendar::working_instant(random, day)),
        verified_by_id: (verified && verifier > 0).then_some(verifier),
    })
}
