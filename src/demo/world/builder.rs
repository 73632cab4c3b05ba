//! What every part of the static city needs: the plan, the reference data, the way out, and how organisations,
//! accounts and postings come into being.

use entity::{account, organisation, posting};

use crate::demo::figures::Counts;
use crate::demo::out::{Out, Stopped};
use crate::demo::people::{self, Holder};
use crate::demo::random::Random;
use crate::demo::reference::Reference;
use crate::demo::{Plan, calendar};

/// Carries the plan and the way out through the building of the city.
pub(crate) struct Builder<'a, 'o> {
    /// What to build.
    pub(crate) plan: Plan,
    /// How much of it.
    pub(crate) counts: Counts,
    /// What to build from.
    pub(crate) reference: &'a Reference,
    /// Where rows go.
    pub(crate) out: &'a mut Out<'o>,
    codes_issued: [usize; 4],
    staff: Random,
}

/// An organisation to found.
pub(crate) struct NewOrganisation<'t> {
    /// Division where it sits.
    pub(crate) division: &'t str,
    /// Our own key.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: String,
    /// `OrganisationKind`.
    pub(crate) kind: &'static str,
    /// `Department`.
    pub(crate) department: Option<&'static str>,
    /// `ResponsibilityLevel`.
    pub(crate) level: &'static str,
    /// Title of the person in charge.
    pub(crate) post: &'static str,
}

/// A post to fill: one new account with one posting.
#[derive(Default)]
pub(crate) struct NewPosting<'t> {
    /// `RoleCode`.
    pub(crate) role: &'static str,
    /// What follows the role in the subject: a code, or a code and a department.
    pub(crate) place: String,
    /// Name shown to colleagues.
    pub(crate) display: String,
    /// Organisation it acts for.
    pub(crate) organisation: i64,
    /// Division of the posting.
    pub(crate) division: &'t str,
    /// Grids of the posting.
    pub(crate) grids: Vec<i64>,
    /// Site of the posting.
    pub(crate) site: Option<String>,
    /// Zone of the posting.
    pub(crate) zone: Option<i64>,
    /// Mechanism of the posting.
    pub(crate) mechanism: Option<i64>,
    /// Real name; invented when empty.
    pub(crate) real_name: String,
    /// First moment after its validity.
    pub(crate) valid_to: Option<i64>,
    /// When it was revoked.
    pub(crate) revoked_at: Option<i64>,
    /// Whether the account is disabled.
    pub(crate) disabled: bool,
}

/// The keys of a filled post.
#[derive(Clone, Copy)]
pub(crate) struct Post {
    /// Account.
    pub(crate) account: i64,
    /// Posting.
    pub(crate) posting: i64,
}

impl<'a, 'o> Builder<'a, 'o> {
    /// A builder for a plan.
    pub(crate) fn new(plan: Plan, reference: &'a Reference, out: &'a mut Out<'o>) -> Self {
        let staff = Random::new(plan.seed, "staff", 0);
        Self { plan, counts: Counts::of(plan.scale), reference, out, codes_issued: [0; 4], staff }
    }

    /// The stream of random numbers of one part.
    pub(crate) fn random(&self, label: &str) -> Random {
        Random::new(self.plan.seed, label, 0)
    }

    /// Founds an organisation and gives its key.
    pub(crate) fn organisation(&mut self, new: NewOrganisation<'_>) -> Result<i64, Stopped> {
        let id = self.out.id("organisation");
        let holder = match new.kind {
            "ENTERPRISE" => Holder::Enterprise,
            "INSTITUTION" => Holder::Institution,
            "GOVERNMENT" | "COURT" => Holder::Government,
            _ => Holder::Social,
        };
        let issued = &mut self.codes_issued[holder as usize];
        let code = people::credit_code(holder, *issued);
        *issued += 1;
        let private = new.department.is_none();
        self.out.put(organisation::Model {
            id,
            division_code: new.division.to_owned(),
            code: new.code,
            name: new.name,
            kind: new.kind.to_owned(),
            department: new.department.map(str::to_owned),
            uscc: Some(code),
            responsible_level: Some(new.level.to_owned()),
            responsible_post: Some(new.post.to_owned()),
            responsible_person: Some(people::name(&mut self.staff)),
            duty_phone: Some(people::phone(&mut self.staff)),
            mobile: private.then(|| people::phone(&mut self.staff)),
            foreign_related: new.kind == "ENTERPRISE" && self.staff.chance(25),
        })?;
        Ok(id)
    }

    /// Fills a post.
    pub(crate) fn hire(&mut self, new: NewPosting<'_>) -> Result<Post, Stopped> {
        let account = self.out.id("account");
        let posting = self.out.id("posting");
        let login = format!("{}-{}", new.role.to_ascii_lowercase().replace('_', "-"), new.place);
        let real_name = if new.real_name.is_empty() { people::name(&mut self.staff) } else { new.real_name };
        self.out.put(account::Model {
            id: account,
            subject: format!("demo-{login}"),
            login_name: login,
            display_name: new.display,
            real_name: Some(real_name),
            mobile: Some(people::phone(&mut self.staff)),
            disabled: new.disabled,
        })?;
        self.out.put(posting::Model {
            id: posting,
            account_id: account,
            organisation_id: new.organisation,
            division_code: new.division.to_owned(),
            role: new.role.to_owned(),
            clearance: clearance(new.role).to_owned(),
            grid_codes: (!new.grids.is_empty()).then(|| grid_list(&new.grids)),
            site_code: new.site,
            zone_id: new.zone,
            mechanism_id: new.mechanism,
            valid_from: calendar::day_start(calendar::day(2024, 1, 1)),
            valid_to: new.valid_to,
            revoked_at: new.revoked_at,
        })?;
        Ok(Post { account, posting })
    }
}

fn grid_list(grids: &[i64]) -> String {
    let codes: Vec<String> = grids.iter().map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", codes.join(","))
}

/// The highest class of row a role may see.
fn clearance(role: &str) -> &'static str {
    match role {
        "PUBLIC_STAT" => "PUBLIC",
        "SYSTEM_FEED" | "SYS_ADMIN" | "SEC_ADMIN" | "AUDIT_ADMIN" => "INTERNAL",
        "RESIDENT"
        | "MEDIATOR"
        | "TOWN_CENTRE_OPERATOR"
        | "COUNTY_CENTRE_OPERATOR"
        | "CITY_CENTRE_OPERATOR"
        | "KEYAREA_OPERATOR"
        | "COURT_CLERK"
        | "PETITION_OFFICE"
        | "CITY_PEACE_ANALYST" => "SENSITIVE",
        _ => "PERSONAL",
    }
}
