//! 当事人. The parties of a dispute.

use entity::party;

use super::fate::{Course, Fate};
use super::handler::Around;
use crate::demo::calendar::{self, DAY};
use crate::demo::out::{Out, Stopped};
use crate::demo::people;
use crate::demo::random::Random;
use crate::demo::world::{Resident, Site};

/// Parties under 14 "now", in 1,000.
const UNDER_14: u32 = 10;
/// Days for which personal data is kept after acceptance.
const KEPT_DAYS: i64 = 5 * 365;

/// The parties before they are written.
pub(super) struct Parties {
    rows: Vec<Draft>,
    /// The day on which the youngest party under 14 becomes 14; null when none is under 14 now.
    pub(super) sensitive_until: Option<String>,
    /// Whether one is an enterprise.
    pub(super) enterprise: bool,
}

struct Draft {
    name: String,
    organisation: Option<i64>,
    account: Option<i64>,
    birth: Option<i64>,
    young: bool,
}

impl Parties {
    /// How many there are.
    pub(super) fn count(&self) -> i64 {
        self.rows.len() as i64
    }

    /// Draws the parties. The unit of the site where it arose is a party when `site` is given.
    pub(super) fn draw(random: &mut Random, as_of: i64, site: Option<&Site>, resident: Option<&Resident>) -> Self {
        let count = 2 + random.weighted(&[870, 75, 35, 20]);
        let today = calendar::day_of(as_of - DAY);
        let mut rows: Vec<Draft> = (0..count).map(|_| person(random, today)).collect();
        if let (Some(site), Some(last)) = (site, rows.last_mut())
            && let Some(unit) = site.unit
        {
            let name = site.unit_name.clone();
            *last = Draft { name, organisation: Some(unit), account: None, birth: None, young: false };
        }
        if let Some(resident) = resident {
            let birth = Some(calendar::day(1985, 12, 31));
            rows[0] = Draft {
                name: resident.name.clone(),
                organisation: None,
                account: Some(resident.account),
                birth,
                young: false,
            };
        }
        let birthdays =
            rows.iter().filter(|row| row.young).filter_map(|row| row.birth).map(people::fourteenth_birthday);
        let sensitive_until = birthdays.max().map(calendar::date);
        Self { sensitive_until, enterprise: rows.iter().any(|row| row.organisation.is_some()), rows }
    }

    /// Writes them and gives their keys.
    pub(super) fn write(
        self,
        out: &mut Out<'_>,
        random: &mut Random,
        (dispute, fate, group): (i64, &Fate, bool),
        around: &Around<'_>,
    ) -> Result<Vec<i64>, Stopped> {
        let mut keys = Vec::with_capacity(self.rows.len());
        let refused = matches!(fate.course, Course::Routed | Course::NotAccepted);
        for (number, draft) in self.rows.into_iter().enumerate() {
            let id = out.id("party");
            keys.push(id);
            let person = draft.organisation.is_none();
            let known = person && (draft.young || draft.account.is_some() || random.chance(850));
            out.put(party::Model {
                id,
                division_code: around.village.code.clone(),
                dispute_id: dispute,
                account_id: draft.account,
                name: draft.name,
                kind: if person { "PERSON" } else { "ORGANISATION" }.to_owned(),
                organisation_id: draft.organisation,
                contact: random.chance(920).then(|| people::phone(random)),
                id_number: draft
                    .birth
                    .filter(|_| known && random.chance(800))
                    .map(|day| people::citizen_id(random, day)),
                birth_date: draft.birth.filter(|_| known).map(calendar::date),
                consent: if refused && number == 1 {
                    "NO"
                } else if random.chance(930) {
                    "YES"
                } else {
                    "UNKNOWN"
                }
                .to_owned(),
                representative: group && number < 5,
                side: Some(if number == 0 { "APPLICANT" } else { "RESPONDENT" }.to_owned()),
                joined_from_id: None,
                retain_until: calendar::date(calendar::day_of(fate.accepted) + KEPT_DAYS),
            })?;
        }
        Ok(keys)
    }
}

fn person(random: &mut Random, today: i64) -> Draft {
    let young = random.chance(UNDER_14);
    // Adults from 18 to 80; the young from 3 to a day short of 14.
    let age = if young { random.range(3 * 365, 14 * 365) } else { random.range(18 * 366, 80 * 365) };
    Draft { name: people::name(random), organisation: None, account: None, birth: Some(today - age), young }
}
