//! Types of the API that belong to no noun.

use super::model::{Arg, EnumDef, FieldDef, InputDef, Model, ObjectDef, ScalarDef};

fn input(doc: &str, fields: Vec<Arg>) -> InputDef {
    InputDef { doc: doc.into(), fields }
}

fn range(kind: &str, doc: &str) -> InputDef {
    input(
        doc,
        vec![
            Arg::new("from", kind, "起. This or later; absent: no bound."),
            Arg::new("to", kind, "止. Before this; absent: no bound."),
            Arg::new("isNull", "Boolean", "为空. Whether there is no value."),
        ],
    )
}

fn closed_range(kind: &str, doc: &str) -> InputDef {
    input(
        doc,
        vec![
            Arg::new("min", kind, "最小. This or more; absent: no bound."),
            Arg::new("max", kind, "最大. This or less; absent: no bound."),
            Arg::new("isNull", "Boolean", "为空. Whether there is no value."),
        ],
    )
}

fn choices(doc: &str, values: &[(&str, &str)]) -> EnumDef {
    EnumDef { doc: doc.into(), values: values.iter().map(|(v, d)| ((*v).into(), (*d).into())).collect() }
}

/// The types that every build has.
pub fn model() -> Model {
    let mut model = Model::default();
    scalars(&mut model);
    inputs(&mut model);
    enums(&mut model);
    objects(&mut model);
    model
}

fn scalars(model: &mut Model) {
    model
        .scalars
        .insert("Date".into(), ScalarDef { doc: "日期. A day as YYYY-MM-DD (Asia/Shanghai), years 1900 to 2100." });
    model.scalars.insert("Decimal".into(), ScalarDef { doc: "小数. A decimal number as text, exact." });
}

fn inputs(model: &mut Model) {
    let add = [
        (
            "Period",
            input(
                "期间. Half-open: from is in, to is not.",
                vec![
                    Arg::new("from", "DateTime!", "起. First moment."),
                    Arg::new("to", "DateTime!", "止. First moment after the end."),
                ],
            ),
        ),
        ("IntRange", closed_range("Int", "整数范围. Both ends are in.")),
        ("DecimalRange", closed_range("Decimal", "小数范围. Both ends are in.")),
        ("DateTimeRange", range("DateTime", "时间范围. Half-open.")),
        ("DateRange", range("Date", "日期范围. Half-open.")),
        (
            "BoundingBox",
            input(
                "矩形. A box of coordinates, west below east and south below north.",
                vec![
                    Arg::new("west", "Float!", "西. Smallest longitude."),
                    Arg::new("south", "Float!", "南. Smallest latitude."),
                    Arg::new("east", "Float!", "东. Largest longitude."),
                    Arg::new("north", "Float!", "北. Largest latitude."),
                    crs(),
                ],
            ),
        ),
        (
            "Circle",
            input(
                "圆. A centre and a radius.",
                vec![
                    Arg::new("lon", "Float!", "经度. Longitude of the centre."),
                    Arg::new("lat", "Float!", "纬度. Latitude of the centre."),
                    Arg::new("radiusM", "Int!", "半径. Metres, 1 to 5000."),
                    crs(),
                ],
            ),
        ),
    ];
    for (name, def) in add {
        model.inputs.insert(name.into(), def);
    }
    given(model);
}

/// Parts of what is given with actions.
fn given(model: &mut Model) {
    let add = [
        (
            "GeoPointInput",
            input(
                "位置. A point.",
                vec![Arg::new("lon", "Float!", "经度. Degrees."), Arg::new("lat", "Float!", "纬度. Degrees."), crs()],
            ),
        ),
        (
            "EvidenceInput",
            input(
                "证据. Content that you have uploaded.",
                vec![
                    Arg::new("hash", "String!", "摘要. What the upload gave back."),
                    Arg::new(
                        "phase",
                        "EvidencePhase!",
                        "阶段. Pictures and films before and after; documents as PDF or picture.",
                    ),
                    Arg::new(
                        "class",
                        "EvidenceClass",
                        "数据分级. Class of what it shows. Absent: internal; of a dispute it is personal, whatever is said.",
                    ),
                ],
            ),
        ),
        (
            "RectificationPlanInput",
            input(
                "整改方案. What the unit will do; of a major hazard all five parts.",
                vec![
                    Arg::new("measure", "String!", "措施. What is done."),
                    Arg::new("money", "String", "资金. Money set aside."),
                    Arg::new("person", "String", "责任人. The post that answers for it; no name."),
                    Arg::new("timeLimit", "String", "时限. By when."),
                    Arg::new("emergencyPlan", "String", "预案. What is done in an emergency."),
                ],
            ),
        ),
        (
            "SelfInspectionAnswerInput",
            input(
                "自查结果. The answer to one item of the checklist.",
                vec![
                    Arg::new("item", "String!", "检查项. Code of the item."),
                    Arg::new("answer", "ChecklistAnswer!", "结论. In order, not in order, or not applicable."),
                    Arg::new("note", "String", "说明. What was found; no personal data."),
                    Arg::new("photo", "String", "照片. Hash of a photo that you have uploaded."),
                ],
            ),
        ),
        (
            "PartyInput",
            input(
                "当事人. A party to a dispute.",
                vec![
                    Arg::new("name", "String!", "姓名或名称. Name."),
                    Arg::new("kind", "PartyKind!", "性质. Person or organisation."),
                    Arg::new("organisation", "ID", "单位. The organisation, where it is known.").refer("Organisation"),
                    Arg::new("contact", "String", "联系电话. Telephone."),
                    Arg::new("idNumber", "String", "身份证号. Citizen identity number."),
                    Arg::new("birthDate", "Date", "出生日期. Where the identity number is not known."),
                    Arg::new("consent", "Consent", "调解意愿. Absent: unknown."),
                    Arg::new(
                        "representative",
                        "Boolean",
                        "代表人. Whether the party speaks for all of its side in a group; at most five do.",
                    ),
                    Arg::new(
                        "side",
                        "PartySide",
                        "一方. Its side. Absent: not known; then it speaks for itself alone.",
                    ),
                    Arg::new("self", "Boolean", "本人. Whether it is you."),
                ],
            ),
        ),
        (
            "SignatureInput",
            input(
                "签字. The signature of one party.",
                vec![
                    Arg::new("party", "ID!", "当事人. Who signed.").refer("Party"),
                    Arg::new("signedAt", "DateTime", "签字时间. Absent: now."),
                ],
            ),
        ),
    ];
    for (name, def) in add {
        model.inputs.insert(name.into(), def);
    }
}

fn crs() -> Arg {
    Arg::new("crs", "CoordinateSystem", "坐标系. System the coordinates are given in.")
        .or(async_graphql_value::Name::new("CGCS2000"))
}

fn enums(model: &mut Model) {
    let add = [
        (
            "OrderDirection",
            choices(
                "排序方向. Direction of a sort key; nulls come last either way.",
                &[("ASC", "升序. Smallest first."), ("DESC", "降序. Largest first.")],
            ),
        ),
        (
            "CoordinateSystem",
            choices(
                "坐标系. Coordinates are stored in CGCS2000.",
                &[
                    ("CGCS2000", "国家大地坐标系. EPSG:4490."),
                    ("WGS84", "世界大地坐标系. Taken as CGCS2000; they differ by centimetres to decimetres."),
                    ("GCJ02", "火星坐标系. Converted on input."),
                ],
            ),
        ),
        (
            "RateBasis",
            choices(
                "口径. What a rate looks at.",
                &[
                    ("COHORT", "队列口径. Objects that entered in the period, their state as of asOf."),
                    ("FLOW", "流量口径. Transitions that happened in the period."),
                    ("AS_OF", "时点口径. The state as of asOf."),
                    ("SHARE", "占比口径. One group among all groups of the same grouping."),
                ],
            ),
        ),
        (
            "EvidenceClass",
            choices(
                "证据分级. Class of what a piece of evidence shows.",
                &[("INTERNAL", "内部. No persons."), ("PERSONAL", "个人信息. Persons, or what they wrote.")],
            ),
        ),
        ("AccessAction", choices("动作. What one wants to do with an object.", &[("READ", "读取. Read it.")])),
        (
            "FieldVerdict",
            choices(
                "字段裁决. What is shown of a field.",
                &[("FULL", "完整. The value."), ("MASKED", "脱敏. The masked form."), ("HIDDEN", "隐藏. Nothing.")],
            ),
        ),
    ];
    for (name, def) in add {
        model.enums.insert(name.into(), def);
    }
}

fn objects(model: &mut Model) {
    let f = FieldDef::new;
    let add = [
        (
            "PageInfo",
            ObjectDef::new("分页信息. Where a page stands.")
                .field("hasNextPage", f("Boolean!", "有下一页. Whether rows follow the page."))
                .field("hasPreviousPage", f("Boolean!", "有上一页. Whether rows precede the page."))
                .field("startCursor", f("String", "首游标. Cursor of the first row. Null: the page is empty."))
                .field("endCursor", f("String", "末游标. Cursor of the last row. Null: the page is empty.")),
        ),
        (
            "GeoPoint",
            ObjectDef::new("位置. A point.")
                .field("lon", f("Float!", "经度. Degrees."))
                .field("lat", f("Float!", "纬度. Degrees."))
                .field("crs", f("CoordinateSystem!", "坐标系. Always CGCS2000.")),
        ),
        (
            "Rate",
            ObjectDef::new("比率. A rate with what it is made of.")
                .field("numerator", f("Int", "分子. Null: suppressed."))
                .field("denominator", f("Int", "分母. Null: suppressed."))
                .field("value", f("Decimal", "值. Four places, half up. Null: the denominator is 0, or suppressed."))
                .field("definition", f("String!", "定义. Number and wording of the definition."))
                .field("basis", f("RateBasis!", "口径. What it looks at.")),
        ),
        (
            "Overview",
            ObjectDef::new("总览. Figures of all domains for a division.")
                .field("asOf", f("DateTime!", "截至. The instant as of which the state is taken."))
                .field("division", f("Division", "区划. The division. Null: unknown code."))
                .field("sites", f("SiteSummary", "重点场所. Key sites."))
                .field("hazards", f("HazardSummary", "隐患. Hazards."))
                .field("disputes", f("DisputeSummary", "矛盾纠纷. Disputes."))
                .field("centres", f("CentreSummary", "综治中心. Governance centres."))
                .field("selfInspections", f("SelfInspectionSummary", "自查. Cycles of self-inspection.")),
        ),
        (
            "SiteSurroundings",
            ObjectDef::new("场所周边. What lies within a radius of a key site; no persons.")
                .field("site", f("KeySite", "场所. The site in the middle."))
                .field("sites", f("SiteSummary", "场所统计. Key sites in the circle."))
                .field("hazards", f("HazardSummary", "隐患统计. Hazards in the circle."))
                .field("disputes", f("DisputeSummary", "纠纷统计. Disputes in the circle.")),
        ),
        (
            "RateLimit",
            ObjectDef::new("配额. Points of your account: each operation costs some, and they come back with time.")
                .field("limit", f("Int!", "上限. Points of a full bucket."))
                .field("cost", f("Int!", "消耗. Points that this operation costs."))
                .field("remaining", f("Int!", "剩余. Points that are left after it."))
                .field("resetAt", f("DateTime!", "恢复时间. When the bucket is full again if nothing more is asked.")),
        ),
        (
            "Viewer",
            ObjectDef::new("当前身份. Who is asking.")
                .field("posting", f("Posting", "岗位. The posting chosen for the request."))
                .field("role", f("RoleCode!", "角色. Role of the posting."))
                .field("purpose", f("String!", "目的. Purpose of the request."))
                .field("purposes", f("[String!]!", "可选目的. Purposes the role may act for."))
                .field("functions", f("[String!]!", "职能. Functions of the role."))
                .field("scopes", f("[ViewerScope!]!", "范围. Which rows are yours, by family."))
                .field("permissions", f("[ViewerPermission!]!", "权限. What you are shown of each field, by type.")),
        ),
        (
            "ViewerScope",
            ObjectDef::new("范围. Which rows of a family are yours.")
                .field("family", f("String!", "数据族. Family of rows."))
                .field("branches", f("[String!]!", "规则. Any of these; atoms joined by +. Empty: none.")),
        ),
        (
            "ViewerPermission",
            ObjectDef::new("类型权限. What you are shown of a type.")
                .field("type", f("String!", "类型. Name of the type."))
                .field("listed", f("Boolean!", "可列出. Whether you may list rows."))
                .field("fields", f("[FieldPermission!]!", "字段. Its fields.")),
        ),
        (
            "FieldPermission",
            ObjectDef::new("字段权限. What you are shown of a field.")
                .field("field", f("String!", "字段. Name of the field."))
                .field("class", f("DataClass!", "分级. Class of the field."))
                .field("inScope", f("FieldVerdict!", "范围内. On rows of your scope."))
                .field("asHandler", f("FieldVerdict!", "承办时. On matters your organisation handles."))
                .field("own", f("FieldVerdict!", "本人. On your own records.")),
        ),
        (
            "AccessExplanation",
            ObjectDef::new("权限说明. Why an object and its fields are shown or hidden.")
                .field("type", f("String!", "类型. Type of the object."))
                .field("family", f("String!", "数据族. Family whose rule decides."))
                .field(
                    "rules",
                    f(
                        "[String!]!",
                        "命中规则. Branches of the rule that find the object; empty: shown because its family is open.",
                    ),
                )
                .field("relation", f("String!", "关系. How you stand to it."))
                .field("raised", f("Boolean!", "升级. Whether the row is raised to sensitive."))
                .field("allowed", f("Boolean!", "允许. Whether the action is allowed."))
                .field("fields", f("[FieldExplanation!]!", "字段. What is shown of each field, and why.")),
        ),
        (
            "FieldExplanation",
            ObjectDef::new("字段说明. What is shown of a field, and why.")
                .field("field", f("String!", "字段. Name of the field."))
                .field("class", f("DataClass!", "分级. Class that was decided for this row."))
                .field("verdict", f("FieldVerdict!", "裁决. What is shown."))
                .field("reason", f("String!", "理由. The part of the policy that decided.")),
        ),
    ];
    for (name, def) in add.into_iter().chain(actions()) {
        model.objects.insert(name.into(), def);
    }
}

/// What may be done on a matter.
fn actions() -> [(&'static str, ObjectDef); 2] {
    let f = |ty: &str, doc: &'static str| FieldDef::new(ty, doc);
    [
        (
            "AvailableAction",
            ObjectDef::new("可办事项. An action on a matter that your role has a part in.")
                .field("name", f("String!", "动作. Name of the mutation."))
                .field(
                    "enabled",
                    f("Boolean!", "可办. Whether you may take it now, as far as its input does not decide."),
                )
                .field("blockedBy", f("[ActionBlock!]!", "受阻原因. What stands against it. Empty: nothing."))
                .field(
                    "input",
                    f("String!", "输入类型. Name of the type of its input; introspection tells the fields."),
                )
                .field("evidence", f("[EvidencePhase!]!", "所需证据. Phases of evidence that must be attached.")),
        ),
        (
            "ActionBlock",
            ObjectDef::new("受阻原因. What stands against an action.")
                .field("code", f("String!", "代码. One of the codes of the mutation's refusals."))
                .field("message", f("String!", "说明. In the language that the request accepts.")),
        ),
    ]
}
