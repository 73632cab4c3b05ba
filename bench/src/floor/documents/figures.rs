//! Documents of figures: rows are counted by group in one go, and what is asked of all groups is added up here.

use std::fmt::Write;
use std::sync::LazyLock;

use ahash::HashMap;
use fengqiao::graphql::nouns::catalog;
use fengqiao::kernel::clock::shanghai_date;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::{AFTERGLOW_MS, Given, Outcome, Text};

/// The year stands in the text here and below, or the database would not know how many rows to expect; it is over.
/// `OFFSET 0` has the hazards of each site looked for by the site: without it those of all sites may be gone through.
const SITES_REACHED: &str = "
    SELECT s.kind, COUNT(*) FILTER (WHERE s.status = 'ACTIVE'), COUNT(*) FILTER (WHERE s.status = 'ACTIVE' AND EXISTS (
        SELECT 1 FROM hazard h WHERE h.site_id = s.id AND h.source = 'FIRE_JOINT' AND h.found_at >= 1735660800000
        AND h.found_at < 1767196800000 AND (h.county_code = $1 AND h.regulator_department = $2
            OR (h.written_off_at IS NULL OR h.written_off_at > $4)
                AND h.order_id IN (SELECT order_id FROM order_assignment WHERE organisation_id = $3))
        OFFSET 0))
    FROM key_site s WHERE s.county_code = $1 AND s.regulator_department = $2 GROUP BY s.kind";

const FINDINGS: &str = "
    WITH found AS MATERIALIZED (
        SELECT site_id, site_kind, written_off_at FROM hazard h
        WHERE county_code = $1 AND found_at >= 1735660800000 AND found_at < 1767196800000
        AND source = 'FIRE_JOINT' AND status <> 'REJECTED' AND (regulator_department = $2
            OR (written_off_at IS NULL OR written_off_at > $4)
                AND order_id IN (SELECT order_id FROM order_assignment WHERE organisation_id = $3))
    )
    SELECT site_kind, COUNT(*), COUNT(*) FILTER (WHERE written_off_at <= $5),
        (SELECT COUNT(*) FROM (SELECT DISTINCT site_id FROM found WHERE site_id IS NOT NULL) n)
    FROM found GROUP BY site_kind";

/// Both groupings in one pass.
const MARKET_DISPUTES: &str = "
    SELECT GROUPING(site_kind), site_kind, main_type, COUNT(*) FILTER (WHERE entered),
        COUNT(*) FILTER (WHERE entered AND status NOT IN ('REGISTERED', 'NOT_ACCEPTED')),
        COUNT(*) FILTER (WHERE entered AND (concluded_at IS NULL OR concluded_at > $2)),
        COUNT(*) FILTER (WHERE tried AND outcome = 'MEDIATED'), COUNT(*) FILTER (WHERE tried)
    FROM (
        SELECT site_kind, status, outcome, accepted_at, concluded_at, main_type,
            accepted_at >= 1735660800000 AND accepted_at < 1767196800000 AS entered, mediation_started_at IS NOT NULL
            AND concluded_at >= 1735660800000 AND concluded_at < 1767196800000 AS tried
        FROM dispute d WHERE d.township_code = $1 AND (sensitive_until IS NULL OR sensitive_until <= $3) AND status <> 'MERGED'
        AND (accepted_at >= 1735660800000 AND accepted_at < 1767196800000 OR concluded_at >= 1735660800000 AND concluded_at < 1767196800000)
    ) d
    GROUP BY GROUPING SETS ((site_kind), (main_type))";

/// What is said of the two rates, up to the groups.
const COVERAGE: &str = ",\"definition\":\"10.25 覆盖率: active sites with a finding of the joint fire inspection in the \
    period / active sites\",\"basis\":\"FLOW\"},\"groups\":[";
const WRITE_OFF: &str = ",\"definition\":\"10.6 销号率: hazards written off by asOf / hazards found in the period, \
    without rejected reports\",\"basis\":\"COHORT\"},\"groups\":[";

static SITE_KINDS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| labels("SiteKind"));
static DISPUTE_TYPES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| labels("DisputeType"));

/// The labels of a table of codes.
fn labels(table: &str) -> HashMap<&'static str, &'static str> {
    let table = catalog().ok().and_then(|catalog| catalog.codes(table));
    let entries = table.into_iter().flat_map(|table| &table.entries);
    entries.map(|entry| (entry.code.as_str(), entry.zh.as_str())).collect()
}

/// A group: its code, if its rows have one, and its figures.
type Group<'r, const N: usize> = (Option<&'r str>, [i64; N]);

/// The group of a row, from the column of its code and that of its first figure on.
fn group<const N: usize>(row: &PgRow, code: usize, first: usize) -> Result<Group<'_, N>, sqlx::Error> {
    let mut figures = [0_i64; N];
    for (at, figure) in figures.iter_mut().enumerate() {
        *figure = row.try_get_unchecked(first + at)?;
    }
    Ok((row.try_get_unchecked(code)?, figures))
}

/// By code, the group without one last: so few are sorted here, and the database need not sort all rows.
fn sorted<const N: usize>(mut groups: Vec<Group<'_, N>>) -> Vec<Group<'_, N>> {
    groups.sort_unstable_by_key(|(code, _)| (code.is_none(), *code));
    groups
}

/// A figure of all groups.
fn sum<const N: usize>(groups: &[Group<'_, N>], at: usize) -> i64 {
    groups.iter().map(|(_, figures)| figures[at]).sum()
}

/// A part of a whole to four places; null: the whole is nothing.
fn value(text: &mut Text, part: i64, whole: i64) {
    text.raw("\"value\":");
    if whole <= 0 {
        return text.raw("null");
    }
    let rounded = (part * 20_000 + whole) / (whole * 2);
    let _ = write!(text.0, "\"{}.{:04}\"", rounded / 10_000, rounded % 10_000);
}

/// A rate without its end.
fn rate(text: &mut Text, part: i64, whole: i64) {
    text.raw("{\"numerator\":");
    text.number(part);
    text.raw(",\"denominator\":");
    text.number(whole);
    text.raw(",");
    value(text, part, whole);
}

/// The beginning of a group, with its code and label.
fn begun(text: &mut Text, at: usize, code: Option<&str>, labels: &HashMap<&'static str, &'static str>) {
    text.between(at);
    text.raw("{\"key\":");
    text.optional(code);
    text.raw(",\"label\":");
    text.optional(code.and_then(|code| labels.get(code).copied()));
}

/// A key with its figure.
fn figure(text: &mut Text, key: &str, figure: i64) {
    text.raw(key);
    text.number(figure);
}

pub(super) async fn joint_coverage(connection: &mut PgConnection, given: &Given) -> Outcome {
    let now = given.number(3);
    let asked = |sql: &'static str| {
        let query = sqlx::query(sql).bind(given.text(0)).bind(given.text(1)).bind(given.number(2));
        query.bind(now - AFTERGLOW_MS)
    };
    let rows = asked(SITES_REACHED).fetch_all(&mut *connection).await?;
    let sites = sorted(rows.iter().map(|row| group::<2>(row, 0, 1)).collect::<Result<Vec<_>, _>>()?);
    let rows = asked(FINDINGS).bind(now).fetch_all(connection).await?;
    let findings = sorted(rows.iter().map(|row| group::<3>(row, 0, 1)).collect::<Result<Vec<_>, _>>()?);
    let mut text = Text::default();
    text.raw("{\"data\":{\"sites\":{\"asOf\":");
    text.instant(Some(now));
    let active = sum(&sites, 0);
    figure(&mut text, ",\"definitionVersion\":\"2026-1\",\"active\":", active);
    text.raw(",\"fireJointCoverage\":");
    rate(&mut text, sum(&sites, 1), active);
    text.raw(COVERAGE);
    for (at, (code, [active, reached])) in sites.iter().enumerate() {
        begun(&mut text, at, *code, &SITE_KINDS);
        figure(&mut text, ",\"figures\":{\"active\":", *active);
        text.raw(",\"fireJointCoverage\":");
        rate(&mut text, *reached, *active);
        text.raw("}}}");
    }
    let (found, written_off) = (sum(&findings, 0), sum(&findings, 1));
    figure(&mut text, "]},\"findings\":{\"found\":", found);
    // The same beside every group.
    figure(&mut text, ",\"sites\":", findings.first().map_or(0, |(_, [.., sites])| *sites));
    figure(&mut text, ",\"writtenOff\":", written_off);
    text.raw(",\"writeOffRate\":");
    rate(&mut text, written_off, found);
    text.raw(WRITE_OFF);
    for (at, (code, [found, written_off, _])) in findings.iter().enumerate() {
        begun(&mut text, at, *code, &SITE_KINDS);
        figure(&mut text, ",\"figures\":{\"found\":", *found);
        figure(&mut text, ",\"writtenOff\":", *written_off);
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

pub(super) async fn market_disputes(connection: &mut PgConnection, given: &Given) -> Outcome {
    let now = given.number(1);
    let query = sqlx::query(MARKET_DISPUTES).bind(given.text(0)).bind(now).bind(shanghai_date(now));
    let rows = query.fetch_all(connection).await?;
    let (mut kinds, mut types) = (vec![], vec![]);
    for row in &rows {
        if row.try_get_unchecked::<i32, _>(0)? == 0 {
            kinds.push(group::<4>(row, 1, 4)?);
        } else if row.try_get_unchecked::<i64, _>(3)? > 0 {
            // Disputes that only ended in the period are none of those that types are asked of.
            types.push(group::<1>(row, 2, 4)?);
        }
    }
    let (kinds, types) = (sorted(kinds), sorted(types));
    let accepted = sum(&kinds, 0);
    let mut text = Text::default();
    text.raw("{\"data\":{\"disputeStatistics\":{\"asOf\":");
    text.instant(Some(now));
    figure(&mut text, ",\"definitionVersion\":\"2026-1\",\"accepted\":", accepted);
    text.raw(",\"bySiteKind\":[");
    for (at, (code, [taken, open, mediated, tried])) in kinds.iter().enumerate() {
        begun(&mut text, at, *code, &SITE_KINDS);
        text.raw(",\"share\":");
        rate(&mut text, *taken, accepted);
        figure(&mut text, "},\"figures\":{\"accepted\":", *taken);
        figure(&mut text, ",\"open\":", *open);
        text.raw(",\"mediationSuccessRate\":");
        rate(&mut text, *mediated, *tried);
        text.raw("}}}");
    }
    text.raw("],\"byType\":[");
    for (at, (code, [taken])) in types.iter().enumerate() {
        begun(&mut text, at, *code, &DISPUTE_TYPES);
        text.raw(",\"share\":{");
        value(&mut text, *taken, accepted);
        figure(&mut text, "},\"figures\":{\"accepted\":", *taken);
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}
