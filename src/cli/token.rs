//! `fengqiao token`: a token of the demo issuer.

use clap::{ArgGroup, Args};

use super::failure::print;
use super::{Failure, setup};
use crate::access::Policy;
use crate::config::Settings;
use crate::identity::{PostingRef, Purpose, posting_at_organisation, posting_by_id, posting_by_role};
use crate::kernel::clock::{Clock, SystemClock};
use crate::kernel::division_code::DivisionCode;
use crate::storage::Storage;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao token --role TOWN_CENTRE_OPERATOR --division 330603001
  fengqiao token --role COUNTY_REGULATOR --organisation ORG-330603-FIRE
  fengqiao token --posting 45 --ttl 30m --purpose STATISTICS
  curl -H \"authorization: Bearer $(fengqiao token --posting 45)\" ...";

const LONGEST_SECONDS: i64 = 30 * 86_400;

/// For whom.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("for whom").required(true).args(["posting", "role"]))]
#[command(group = ArgGroup::new("where").args(["division", "organisation"]))]
pub(super) struct Arguments {
    /// The posting, by its id.
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(i64).range(1..))]
    posting: Option<i64>,
    /// The first valid posting of a role in a division or at an organisation.
    #[arg(long, requires = "where")]
    role: Option<String>,
    /// Code of the division of that posting, e.g. 330603 or 330603001.
    #[arg(long, value_name = "CODE", requires = "role", value_parser = division)]
    division: Option<DivisionCode>,
    /// Code of the organisation of that posting, e.g. ORG-330603-FIRE.
    #[arg(long, value_name = "CODE", requires = "role")]
    organisation: Option<String>,
    /// How long the token is good: a number and s, m, h or d, at most 30d.
    #[arg(long, default_value = "8h", value_name = "TIME", value_parser = seconds)]
    ttl: i64,
    /// What the requests are for [default: the usual purpose of the role].
    #[arg(long, value_parser = purpose)]
    purpose: Option<Purpose>,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let policy = Policy::built_in().map_err(|error| Failure::Failed(error.to_string()))?;
    if let Some(unknown) = arguments.role.as_deref().filter(|role| policy.role(role).is_none()) {
        let known: Vec<&str> = policy.roles().map(|role| role.code.as_str()).collect();
        return Err(Failure::Usage(format!("there is no role {unknown}; there are: {}", known.join(", "))));
    }
    let storage = Storage::open(&setup::database(settings)?).await?;
    storage.check().await?;
    let found = find(&storage, arguments).await?;
    storage.close().await?;
    let missing = || Failure::Refused("there is no such posting, or its account is disabled".into());
    let found = found.ok_or_else(missing)?;
    let allowed = |purpose| policy.role(&found.role).is_some_and(|role| role.purposes.contains(&purpose));
    if let Some(purpose) = arguments.purpose.filter(|purpose| !allowed(*purpose)) {
        return Err(Failure::Usage(format!("a {} may not act for the purpose {}", found.role, purpose.code())));
    }
    let issuer = setup::demo_issuer(settings)?;
    let now = SystemClock.now_ms();
    let token = issuer.issue(&found.subject, found.posting_id, arguments.purpose, now, arguments.ttl);
    print(&format!("{}\n", token.map_err(|error| Failure::Failed(error.to_string()))?))
}

async fn find(storage: &Storage, arguments: &Arguments) -> Result<Option<PostingRef>, Failure> {
    let now = SystemClock.now_ms();
    Ok(match (arguments.posting, &arguments.role, &arguments.organisation) {
        (Some(id), ..) => posting_by_id(&storage.write, id).await?,
        (None, Some(role), Some(code)) => posting_at_organisation(&storage.write, role, code, now).await?,
        (None, Some(role), None) => {
            let division = arguments.division.as_ref().map(DivisionCode::as_str);
            posting_by_role(&storage.write, role, division, now).await?
        }
        (None, None, _) => None,
    })
}

/// Seconds of a text such as `90s`, `30m`, `8h` or `7d`.
fn seconds(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no time: write a number and s, m, h or d, at most 30d");
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => return Err(wrong()),
    };
    let count: i64 = text.get(..text.len() - 1).and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
    count.checked_mul(unit).filter(|seconds| (1..=LONGEST_SECONDS).contains(seconds)).ok_or_else(wrong)
}

fn division(text: &str) -> Result<DivisionCode, String> {
    DivisionCode::parse(text).map_err(|error| error.to_string())
}

pub(super) fn purpose(text: &str) -> Result<Purpose, String> {
    Purpose::parse(text).ok_or_else(|| format!("it is one of {}", Purpose::ALL.map(Purpose::code).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn times_have_a_unit_and_an_end() {
        for (text, expected) in [("90s", 90), ("30m", 1_800), ("8h", 28_800), ("30d", 2_592_000)] {
            assert_eq!(seconds(text), Ok(expected));
        }
        for text in ["", "8", "h", "-1h", "0s", "31d", "1.5h", "99999999999999999999d", "8小时", "８h"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
