//! What can be asked for at the root, and what each root is made of.

use super::model::{Arg, FieldDef};

/// What a root field is made of.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum Root {
    /// A connection of a view's rows; with `mine`, of those whose column names the posting's organisation.
    List { view: &'static str, mine: Option<&'static str> },
    /// One row of a view, found by columns.
    Lookup { view: &'static str, by: &'static [(&'static str, &'static str)] },
    /// A summary.
    Statistics { summary: &'static str },
    /// One object by its global id.
    Node,
    /// Several objects by their global ids.
    Nodes,
    /// The same for the gateway of a federation.
    Entities,
    /// The contract as a part of a federation.
    Service,
    /// What has changed since a cursor.
    ChangesSince,
    /// Figures of all domains for a division.
    Overview,
    /// Figures around a site.
    Around,
    /// Who is asking.
    Viewer,
    /// What is left of the bucket of points.
    RateLimit,
    /// The moment of the request.
    ServerTime,
    /// Why something is or is not shown.
    ExplainAccess,
}

/// A root field.
pub struct RootField {
    /// Name.
    pub name: &'static str,
    /// What it is made of.
    pub root: Root,
    /// Description; begins with the Chinese term.
    pub doc: &'static str,
}

const LISTS: &[(&str, &str, &str)] = &[
    ("divisions", "Division", "行政区划. Administrative divisions, by code."),
    ("functionalZones", "FunctionalZone", "功能区. Functional zones, by code."),
    ("organisations", "Organisation", "单位. Organisations, by code."),
    ("governanceCentres", "GovernanceCentre", "综治中心. Governance centres, by code."),
    ("stationedUnits", "StationedUnit", "入驻单位. Units stationed in centres."),
    ("standardItems", "StandardItem", "规范化项目. Items of the standardisation programmes."),
    (
        "standardStatuses",
        "StandardStatus",
        "规范化状态. States of the standard items of centres and mediation organisations.",
    ),
    ("mediationOrganisations", "MediationOrganisation", "调解组织. Mediation organisations, by code."),
    ("jointMechanisms", "JointMechanism", "联动机制. Standing mechanisms between two divisions."),
    ("policeBeats", "PoliceBeat", "警格. Police beats, by code."),
    ("grids", "Grid", "网格. Grids, by code."),
    ("gridMeetings", "GridMeeting", "工作例会. Meetings of the grids you may see."),
    ("microGrids", "MicroGrid", "微网格. Micro-grids, by code."),
    ("siteChecklists", "SiteChecklist", "一单. Checklists by kind of site."),
    ("checklistItems", "ChecklistItem", "检查项. Items of all checklists, by code."),
    ("keySites", "KeySite", "重点场所. The key sites you may list, by code."),
    ("selfInspections", "SelfInspection", "自查. The self-inspections you may see."),
    ("selfInspectionDues", "SelfInspectionDue", "自查周期. The cycles of self-inspection that you may see."),
    ("supervisionRounds", "SupervisionRound", "督导轮次. Rounds of supervision."),
    ("exposures", "Exposure", "曝光. Exposures in the media of the rounds you may see."),
    ("inspections", "Inspection", "检查. The inspections you may see."),
    ("hazards", "Hazard", "隐患. The hazards you may see, newest first."),
    ("gridEvents", "GridEvent", "网格事件. The grid events you may see, newest first."),
    ("rectificationOrders", "RectificationOrder", "交办单. The rectification orders you may see, newest first."),
    ("disputes", "Dispute", "矛盾纠纷. The disputes you may see, newest first."),
    ("agreements", "MediationAgreement", "调解协议. The mediation agreements you may see, newest first."),
    ("judicialConfirmations", "JudicialConfirmation", "司法确认. The judicial confirmations you may see."),
    ("retrospectiveReviews", "RetrospectiveReview", "事后倒查. The reviews you may see."),
    ("auditRecords", "AuditRecord", "审计记录. The audit trail, newest first; for audit administrators."),
    ("myAccessLog", "AccessRecord", "查阅记录. Who has read or written personal data of your disputes, newest first."),
    ("codeEntries", "CodeEntry", "代码. Entries of all code tables."),
];

type Lookup = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const LOOKUPS: &[Lookup] = &[
    (
        "division",
        "Division",
        &[("code", "code")],
        "行政区划. The division with this code (2, 4, 6, 9 or 12 digits). BAD_INPUT: there is none.",
    ),
    (
        "functionalZone",
        "FunctionalZone",
        &[("code", "code")],
        "功能区. The functional zone with this code. Null: unknown.",
    ),
    (
        "organisation",
        "Organisation",
        &[("code", "code"), ("uscc", "uscc")],
        "单位. The organisation with this code or unified social credit code. Null: unknown.",
    ),
    ("centre", "GovernanceCentre", &[("code", "code")], "综治中心. The centre with this code. Null: unknown."),
    (
        "mediationOrganisation",
        "MediationOrganisation",
        &[("code", "code")],
        "调解组织. The mediation organisation with this code. Null: unknown.",
    ),
    ("grid", "Grid", &[("code", "code")], "网格. The grid with this 15-digit code. Null: unknown."),
    ("policeBeat", "PoliceBeat", &[("code", "code")], "警格. The police beat with this code. Null: unknown."),
    ("keySite", "KeySite", &[("code", "code")], "重点场所. The key site with this code. Null: unknown."),
    (
        "siteByQr",
        "KeySite",
        &[("token", "qr_token")],
        "一码. The key site whose code was scanned. Null: no such token.",
    ),
    (
        "supervisionRound",
        "SupervisionRound",
        &[("year", "year"), ("no", "round_no")],
        "督导轮次. The round of the year. Null: unknown or not yours to see.",
    ),
    (
        "inspection",
        "Inspection",
        &[("no", "no")],
        "检查. The inspection with this number. Null: unknown or not yours to see.",
    ),
    ("hazard", "Hazard", &[("no", "no")], "隐患. The hazard with this number. Null: unknown or not yours to see."),
    (
        "gridEvent",
        "GridEvent",
        &[("no", "no")],
        "网格事件. The grid event with this number. Null: unknown or not yours to see.",
    ),
    (
        "rectificationOrder",
        "RectificationOrder",
        &[("no", "no")],
        "交办单. The order with this number. Null: unknown or not yours to see.",
    ),
    (
        "dispute",
        "Dispute",
        &[("no", "no")],
        "矛盾纠纷. The dispute with this number. Null: unknown or not yours to see.",
    ),
];

const STATISTICS: &[(&str, &str, &str)] = &[
    ("siteStatistics", "SiteSummary", "场所统计. Figures over the key sites you may list."),
    ("selfInspectionStatistics", "SelfInspectionSummary", "自查周期统计. Figures over self-inspection cycles."),
    ("centreStatistics", "CentreSummary", "综治中心统计. Figures over governance centres."),
    ("hazardStatistics", "HazardSummary", "隐患统计. Figures over the hazards you may see."),
    ("disputeStatistics", "DisputeSummary", "纠纷统计. Figures over the disputes you may see."),
    ("agreementStatistics", "AgreementSummary", "调解协议统计. Figures over mediation agreements."),
];

/// All root fields.
pub fn all() -> Vec<RootField> {
    let lists = LISTS.iter().map(|(name, view, doc)| RootField { name, root: Root::List { view, mine: None }, doc });
    let lookups = LOOKUPS.iter().map(|(name, view, by, doc)| RootField { name, root: Root::Lookup { view, by }, doc });
    let statistics =
        STATISTICS.iter().map(|(name, summary, doc)| RootField { name, root: Root::Statistics { summary }, doc });
    let mut roots: Vec<RootField> = lists.chain(lookups).chain(statistics).collect();
    roots.extend([
        RootField {
            name: "myAssignments",
            root: Root::List { view: "OrderAssignment", mine: Some("organisation_id") },
            doc: "我的交办. Assignments of rectification orders to your organisation.",
        },
        RootField { name: "node", root: Root::Node, doc: "对象. The object with this id. Null: unknown or not yours to see." },
        RootField {
            name: "nodes",
            root: Root::Nodes,
            doc: "对象列表. The objects with these ids (at most 100), in their order; null where unknown or not yours to see.",
        },
        RootField {
            name: "_entities",
            root: Root::Entities,
            doc: "联邦实体. The objects that the gateway of a federation (Apollo Federation 2) names, at most 200, in their order; \
                  null where unknown or not yours to see.",
        },
        RootField {
            name: "_service",
            root: Root::Service,
            doc: "联邦服务. This contract as a part of a federation.",
        },
        RootField {
            name: "changesSince",
            root: Root::ChangesSince,
            doc: "增量. What has changed of the matters you may see since a cursor: for phones that were offline. Take a cursor \
                  first, read your lists, then go on from it.",
        },
        RootField { name: "overview", root: Root::Overview, doc: "总览. Figures of all domains for a division." },
        RootField {
            name: "aroundSite",
            root: Root::Around,
            doc: "场所周边. What lies around a key site. Null: the site is unknown or not yours to see.",
        },
        RootField {
            name: "rateLimit",
            root: Root::RateLimit,
            doc: "配额. What this operation costs, and what is left to your account after it.",
        },
        RootField {
            name: "serverTime",
            root: Root::ServerTime,
            doc: "服务器时间. The moment of the request, by which clocks are told.",
        },
        RootField { name: "viewer", root: Root::Viewer, doc: "当前身份. Who is asking, and with what rights." },
        RootField {
            name: "explainAccess",
            root: Root::ExplainAccess,
            doc: "权限说明. Which rule shows or hides an object and its fields. Null: unknown or not yours to see.",
        },
    ]);
    roots
}

impl RootField {
    /// The field as the model has it.
    pub fn definition(&self, lists: impl Fn(&str) -> Vec<Arg>, statistics: impl Fn(&str) -> Vec<Arg>) -> FieldDef {
        let code = |name: &str, doc: &str| Arg::new(name, "String!", doc);
        match &self.root {
            Root::List { view, .. } => FieldDef::new(&format!("{view}Connection"), self.doc).with(lists(view)),
            Root::Lookup { view, by } => FieldDef::new(view, self.doc).with(lookup_args(by)),
            Root::Statistics { summary } => FieldDef::new(summary, self.doc).with(statistics(summary)),
            Root::Node => FieldDef::new("Node", self.doc).with(vec![Arg::new("id", "ID!", "标识. Global id.")]),
            Root::Nodes => FieldDef::new("[Node]!", self.doc).with(vec![Arg::new(
                "ids",
                "[ID!]!",
                "标识. Global ids, at most 100.",
            )]),
            Root::Entities => FieldDef::new("[_Entity]!", self.doc).with(vec![Arg::new(
                "representations",
                "[_Any!]!",
                "表示. `__typename` and `id` of each, at most 200.",
            )]),
            Root::Service => FieldDef::new("_Service!", self.doc),
            Root::ChangesSince => FieldDef::new("ChangePage!", self.doc).with(super::changes::page_args()),
            Root::Overview => FieldDef::new("Overview!", self.doc).with(vec![
                code("division", "区划. Code of a division; its subtree is meant."),
                Arg::new("period", "Period", "期间. Half-open; absent: all time."),
                Arg::new("asOf", "DateTime", "截至. State as of this instant; absent: now."),
                super::build::published_arg(),
            ]),
            Root::Around => FieldDef::new("SiteSurroundings", self.doc).with(vec![
                code("code", "编码. Code of the key site."),
                Arg::new("radiusM", "Int", "半径. Metres, 1 to 5000.").or(200),
            ]),
            Root::Viewer => FieldDef::new("Viewer!", self.doc),
            Root::RateLimit => FieldDef::new("RateLimit!", self.doc),
            Root::ServerTime => FieldDef::new("DateTime!", self.doc),
            Root::ExplainAccess => FieldDef::new("AccessExplanation", self.doc).with(vec![
                Arg::new("id", "ID!", "标识. Global id of the object."),
                Arg::new("action", "AccessAction", "动作. What one wants to do.")
                    .or(async_graphql_value::Name::new("READ")),
            ]),
        }
    }
}

fn lookup_args(by: &[(&str, &str)]) -> Vec<Arg> {
    let required = by.iter().all(|(arg, _)| *arg != "uscc");
    by.iter()
        .map(|(arg, _)| {
            let ty = match (*arg, required) {
                ("year" | "no", true) if by.len() == 2 => "Int!",
                (_, true) => "String!",
                (_, false) => "String",
            };
            Arg::new(*arg, ty, format!("查找键. The {arg} to look up."))
        })
        .collect()
}
