//! 调解组织. Mediation committees, studios, shared courts and gold-medal rooms, with their mediators.

use entity::{mediation_organisation, mediator};

use super::builder::{Builder, NewOrganisation, NewPosting};
use super::{Centre, Committee, World, standards};
use crate::demo::figures::{EXTRA_SHARED_COURTS, GOLD_ROOMS};
use crate::demo::out::Stopped;
use crate::demo::people;
use crate::demo::{DemoError, Scale};

const METHODS: [&str; 6] = ["握手言和", "老娘舅", "背靠背", "面对面", "以外调外", "乡贤参与"];
const SKILLS: [&str; 6] = ["LAW", "PSYCHOLOGY", "MARKET", "LANGUAGE_EN", "LANGUAGE_AR", "LANGUAGE_HI"];
const INDUSTRIES: [(&str, bool); 6] = [
    ("劳动争议", true),
    ("道路交通事故", true),
    ("医疗", true),
    ("物业", true),
    ("婚姻家庭", false),
    ("商贸市场", false),
];

/// A mediation committee to set up, with its own organisation.
pub(super) struct NewCommittee<'t> {
    pub(super) division: &'t str,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) level: &'static str,
    pub(super) seat: Option<Centre>,
    pub(super) mediators: i64,
    /// What follows `mediator` in the subject.
    pub(super) place: String,
}

/// Sets up a committee with its mediators; the first of them has an account.
pub(super) fn committee(builder: &mut Builder<'_, '_>, new: NewCommittee<'_>) -> Result<Committee, Stopped> {
    let mut random = crate::demo::random::Random::new(builder.plan.seed, &new.code, 7);
    let organisation = builder.organisation(NewOrganisation {
        division: new.division,
        code: format!("ORG-{}", new.code),
        name: new.name.clone(),
        kind: "COMMITTEE",
        department: Some("JUST"),
        level: new.level,
        post: "主任",
    })?;
    let id = builder.out.id("mediation_organisation");
    builder.out.put(mediation_organisation::Model {
        id,
        division_code: new.division.to_owned(),
        code: new.code.clone(),
        name: new.name.clone(),
        kind: new.kind.to_owned(),
        honour: None,
        organisation_id: organisation,
        centre_id: new.seat.map(|centre| centre.id),
        host_site_id: None,
        methods: format!("[\"{}\"]", random.pick(&METHODS)),
    })?;
    let post = builder.hire(NewPosting {
        role: "MEDIATOR",
        place: new.place,
        display: format!("{}调解员", new.name),
        organisation,
        division: new.division,
        ..NewPosting::default()
    })?;
    let mut mediators = Vec::new();
    for number in 0..new.mediators {
        let mediator = builder.out.id("mediator");
        let skill = if number == 0 { "LAW" } else { random.pick(&SKILLS) };
        builder.out.put(mediator::Model {
            id: mediator,
            division_code: new.division.to_owned(),
            mediation_organisation_id: id,
            account_id: (number == 0).then_some(post.account),
            name: people::name(&mut random),
            skills: format!("[\"{skill}\"]"),
        })?;
        mediators.push(mediator);
    }
    if new.kind.starts_with("PEOPLES_COMMITTEE") {
        standards::committee(builder, id, new.division, new.seat.is_some())?;
    }
    Ok(Committee { id, organisation, seated: new.seat.is_some(), mediators, posting: post.posting })
}

/// The industry committees of a county; two of them sit outside the centre.
pub(super) fn industry(
    builder: &mut Builder<'_, '_>,
    code: &str,
    name: &str,
    centre: Centre,
) -> Result<Vec<Committee>, DemoError> {
    let mut committees = Vec::new();
    for (number, (field, seated)) in (1..).zip(INDUSTRIES) {
        committees.push(committee(
            builder,
            NewCommittee {
                division: code,
                code: format!("MO-{code}-H{number}"),
                name: format!("{name}{field}纠纷人民调解委员会"),
                kind: "INDUSTRY_COMMITTEE",
                level: "COUNTY",
                seat: seated.then_some(centre),
                mediators: 5,
                place: format!("{code}-h{number}"),
            },
        )?);
    }
    Ok(committees)
}

/// Shared courts, gold-medal rooms and brand studios: they are part of other organisations and take no disputes alone.
pub(super) fn courts_and_rooms(builder: &mut Builder<'_, '_>, world: &World) -> Result<(), DemoError> {
    for village in world.villages.iter().filter(|village| village.cohort) {
        let court = world.seats[village.seat].offices["COURT"];
        let name = format!("{}共享法庭", village.name);
        room(builder, &village.code, format!("MO-{}-GX", village.code), name, "SHARED_COURT", court, None, None)?;
    }
    let townships = world.townships.iter().filter(|township| township.code.starts_with("3306"));
    let towns: Vec<_> = townships.collect();
    let whole = builder.plan.scale == Scale::Full;
    // In the full city exactly so many; in a part of it one a township and one more for every third.
    let extra = if whole { EXTRA_SHARED_COURTS } else { towns.len() + towns.len() / 3 };
    for (number, township) in (0..extra).zip(towns.iter().cycle()) {
        let at_trade = number >= towns.len();
        let court = world.seats[township.seat].offices["COURT"];
        let name = format!("{}{}共享法庭", township.name, if at_trade { "商会" } else { "" });
        let code = format!("MO-{}-GX{}", township.code, number / towns.len() + 1);
        room(builder, &township.code, code, name, "SHARED_COURT", court, Some(township.centre), None)?;
    }
    let gold = if whole { GOLD_ROOMS } else { towns.len().min(3) };
    // Spread over the townships, so that counties have some each.
    for number in 0..gold {
        let township = towns[number * towns.len() / gold];
        let name = format!("{}金牌调解室", township.name);
        let code = format!("MO-{}-JP", township.code);
        let honour = Some("省级金牌调解室");
        room(
            builder,
            &township.code,
            code,
            name,
            "GOLD_ROOM",
            township.committee.organisation,
            Some(township.centre),
            honour,
        )?;
    }
    for township in &world.townships {
        let name = format!("{}夕阳红调解工作室", township.name);
        let code = format!("MO-{}-GZ", township.code);
        let organisation = township.committee.organisation;
        room(builder, &township.code, code, name, "BRAND_STUDIO", organisation, Some(township.centre), None)?;
    }
    market_studios(builder, world)
}

/// Studios seated in specialised markets.
fn market_studios(builder: &mut Builder<'_, '_>, world: &World) -> Result<(), DemoError> {
    let market = super::site_kinds::place("SPECIALISED_MARKET");
    for site in world.sites.iter().filter(|site| site.kind == market).step_by(3) {
        let village = &world.villages[site.village];
        let id = builder.out.id("mediation_organisation");
        builder.out.put(mediation_organisation::Model {
            id,
            division_code: village.code.clone(),
            code: format!("MO-{}-SC{id}", village.code),
            name: format!("{}市场调解工作室", village.name),
            kind: "BRAND_STUDIO".to_owned(),
            honour: None,
            organisation_id: village.committee.organisation,
            centre_id: None,
            host_site_id: Some(site.id),
            methods: "[\"以外调外\"]".to_owned(),
        })?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one row, written from four places")]
fn room(
    builder: &mut Builder<'_, '_>,
    division: &str,
    code: String,
    name: String,
    kind: &str,
    organisation_id: i64,
    centre: Option<Centre>,
    honour: Option<&str>,
) -> Result<(), Stopped> {
    let id = builder.out.id("mediation_organisation");
    builder.out.put(mediation_organisation::Model {
        id,
        division_code: division.to_owned(),
        code,
        name,
        kind: kind.to_owned(),
        honour: honour.map(str::to_owned),
        organisation_id,
        centre_id: centre.map(|centre| centre.id),
        host_site_id: None,
        methods: "[\"指导调解\"]".to_owned(),
    })
}
