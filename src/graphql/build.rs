//! From the declarations to the types of the API.

use async_graphql_value::Name;

use super::changes;
use super::model::{Arg, EnumDef, FieldDef, InputDef, Model, ObjectDef, ScalarDef};
use super::mutations;
use super::roots;
use super::standard;
use crate::lifecycle::flow::Flows;
use crate::read::catalog::Catalog;
use crate::read::declare::{Child, FILTER, Field, Kind, SEARCH, SORT, Scalar, Shape, View, upper_snake};
use crate::read::summary::{Compute, Summary};

/// Name of the API's type for a column.
fn scalar_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Text => "String",
        Scalar::Int => "Int",
        Scalar::Boolean => "Boolean",
        Scalar::DateTime => "DateTime",
        Scalar::Date => "Date",
        Scalar::Decimal => "Decimal",
        Scalar::Enum(name) => name,
        Scalar::TextList => "[String!]",
    }
}

/// The types of the API for these declarations.
pub fn model(catalog: &Catalog, flows: &Flows) -> Model {
    let mut model = standard::model();
    for table in catalog.code_tables() {
        let values = table.entries.iter().map(|c| (c.code.clone(), format!("{}. {}.", c.zh, c.en))).collect();
        let doc = format!("{}. {}. Source: {}.", table.zh, table.en, table.source);
        model.enums.insert(table.name.clone(), EnumDef { doc, values });
    }
    for view in catalog.views() {
        add_view(&mut model, catalog, view);
    }
    for summary in catalog.summaries() {
        add_summary(&mut model, summary);
    }
    let mut query = ObjectDef::new("查询. Where every query begins.");
    for root in roots::all() {
        let field = root.definition(
            |view| catalog.view(view).map(connection_args).unwrap_or_default(),
            |summary| catalog.summary(summary).map(statistics_args).unwrap_or_default(),
        );
        query = query.field(root.name, field);
    }
    model.objects.insert("Query".into(), query);
    mutations::add(&mut model, flows);
    changes::add(&mut model, flows);
    let sdl = FieldDef::new("String!", "契约. SDL with the directives of Apollo Federation 2.");
    model.objects.insert(
        "_Service".into(),
        ObjectDef::new("联邦服务. What the gateway of a federation asks for.").field("sdl", sdl),
    );
    model
        .scalars
        .insert("_Any".into(), ScalarDef { doc: "联邦表示. Object with `__typename` and the key of an entity." });
    model.scalars.insert("DateTime".into(), ScalarDef { doc: "时间. RFC 3339 with offset, years 1900 to 2100." });
    model
}

fn add_view(model: &mut Model, catalog: &Catalog, view: &View) {
    let mut object = ObjectDef::new(view.doc);
    object.node = true;
    object = object.field("id", FieldDef::new("ID!", "标识. Global id, opaque; asks `node`."));
    if view.tells_division() {
        let mut field = FieldDef::new("String!", "区划代码. Prefix form of the division it was filed under.");
        field.class = Some(crate::access::Class::Public);
        object = object.field("divisionCode", field);
    }
    for field in &view.fields {
        object = object.field(field.name.clone(), view_field(catalog, field));
        add_parts(model, field);
    }
    model.objects.insert(view.name.into(), object);
    add_connection(model, view);
    add_filter(model, view);
    add_order(model, view);
}

fn view_field(catalog: &Catalog, field: &Field) -> FieldDef {
    let target = |name: &str| catalog.view(name);
    let (ty, args) = match &field.kind {
        Kind::Column { scalar, .. } => (scalar_name(*scalar).to_owned(), vec![]),
        Kind::Point { .. } => ("GeoPoint".to_owned(), vec![]),
        Kind::YoungerThan { .. } => ("Boolean".to_owned(), vec![]),
        Kind::Computed { scalar, .. } => (scalar_name(*scalar).to_owned(), vec![]),
        Kind::Link { .. } => ("String".to_owned(), vec![]),
        Kind::Actions => ("[AvailableAction!]".to_owned(), vec![]),
        Kind::Embed { type_name, .. } => ((*type_name).to_owned(), vec![]),
        Kind::JsonList { type_name, .. } => (format!("[{type_name}!]"), vec![]),
        Kind::One { view, .. } => ((*view).to_owned(), vec![]),
        Kind::Many { view, shape: Shape::List, .. } => {
            (format!("[{view}!]"), target(view).map(list_args).unwrap_or_default())
        }
        Kind::Many { view, shape: Shape::Connection, .. } => {
            (format!("{view}Connection"), target(view).map(connection_args).unwrap_or_default())
        }
        Kind::Summary { summary, child, .. } => {
            let mut args = catalog.summary(summary).map(summary_args).unwrap_or_default();
            let published = catalog.summary(summary).is_some_and(|s| s.published) && *child == Child::Subtree;
            args.extend(published.then(published_arg));
            ((*summary).to_owned(), args)
        }
    };
    let ty = if field.nullable() { ty } else { format!("{ty}!") };
    let carries = !matches!(field.kind, Kind::Embed { .. });
    let mut def = FieldDef::new(&ty, field.doc).with(args);
    def.class = carries.then_some(field.class);
    def
}

fn add_parts(model: &mut Model, field: &Field) {
    if let Kind::Embed { type_name, doc, fields } | Kind::JsonList { type_name, doc, fields, .. } = &field.kind {
        let mut object = ObjectDef::new(*doc);
        for part in fields {
            let Kind::Column { scalar, .. } = part.kind else { continue };
            let mut def = FieldDef::new(scalar_name(scalar), part.doc);
            def.class = Some(part.class);
            object = object.field(part.name.clone(), def);
        }
        model.objects.insert((*type_name).into(), object);
    }
}

fn add_connection(model: &mut Model, view: &View) {
    let name = view.name;
    let mut connection = ObjectDef::new(format!("{name} 的连接. A page of {name}."))
        .field("edges", FieldDef::new(&format!("[{name}Edge!]!"), "边. The rows of the page."))
        .field("pageInfo", FieldDef::new("PageInfo!", "分页信息. Where the page stands."))
        .field("totalCount", FieldDef::new("Int!", "总数. Rows in all pages, counted only when asked, at most 10,000."))
        .field(
            "totalCountIsExact",
            FieldDef::new("Boolean!", "总数是否精确. False when there are more than totalCount says."),
        );
    let sums: Vec<(String, String)> = sum_fields(view).map(|(f, _)| (upper_snake(&f.name), f.doc.to_owned())).collect();
    if !sums.is_empty() {
        let enum_name = format!("{name}SumField");
        let by = Arg::new("field", &format!("{enum_name}!"), "字段. What to add up.");
        connection = connection.field(
            "sum",
            FieldDef::new("Float", "合计. Sum of a field over all pages. Null: nothing to add.").with(vec![by]),
        );
        model
            .enums
            .insert(enum_name, EnumDef { doc: format!("{name} 可合计字段. What can be added up."), values: sums });
    }
    model.objects.insert(format!("{name}Connection"), connection);
    let edge = ObjectDef::new(format!("{name} 的边. A row of a page and its cursor."))
        .field("node", FieldDef::new(&format!("{name}!"), "节点. The row."))
        .field("cursor", FieldDef::new("String!", "游标. Opaque; valid for the same order only."));
    model.objects.insert(format!("{name}Edge"), edge);
}

/// Fields of a view that `sum` adds up, with their columns.
pub fn sum_fields(view: &View) -> impl Iterator<Item = (&Field, &'static str)> {
    let parts = view.fields.iter().flat_map(|f| match &f.kind {
        Kind::Embed { fields, .. } => fields.iter(),
        _ => [].iter(),
    });
    view.fields.iter().chain(parts).filter_map(|f| match f.kind {
        Kind::Column { column, scalar: Scalar::Int } if column != "version" && column != "year" => Some((f, column)),
        _ => None,
    })
}

fn add_filter(model: &mut Model, view: &View) {
    let name = format!("{}Filter", view.name);
    let mut fields = vec![
        Arg::new("and", &format!("[{name}!]"), "并且. All of these."),
        Arg::new("or", &format!("[{name}!]"), "或者. Any of these."),
        Arg::new("not", &name, "非. Not this."),
    ];
    if view.levels {
        fields.push(Arg::new("division", "[String!]", "区划. In the subtree of any of these codes."));
        fields.push(Arg::new("exact", "Boolean", "仅本级. With division: filed under the code itself.").or(false));
    }
    if view.fields.iter().any(|f| f.uses.has(SEARCH)) {
        fields.push(Arg::new("text", "String", "检索. Contains this text, two characters or more."));
    }
    if matches!(view.name, "Organisation" | "Grid") {
        fields.push(Arg::new("mine", "Boolean", "本人. Your own organisation or grids."));
    }
    if view.name == "StationedUnit" {
        fields.push(Arg::new("today", "Boolean", "今日在岗. Whether its schedule names this day of the week."));
    }
    let taken: Vec<String> = fields.iter().map(|f| f.name.clone()).collect();
    for field in view.fields.iter().filter(|f| !taken.contains(&f.name)) {
        add_leaf(&mut fields, field);
    }
    let doc = format!("{} 筛选. All given conditions hold together.", view.name);
    model.inputs.insert(name, InputDef { doc, fields });
}

fn add_leaf(fields: &mut Vec<Arg>, field: &Field) {
    let ty = match &field.kind {
        Kind::Column { scalar, .. } if field.uses.has(FILTER) => match scalar {
            Scalar::Text => "[String!]".to_owned(),
            Scalar::Enum(name) => format!("[{name}!]"),
            Scalar::Boolean => "Boolean".to_owned(),
            Scalar::Int => "IntRange".to_owned(),
            Scalar::DateTime => "DateTimeRange".to_owned(),
            Scalar::Date => "DateRange".to_owned(),
            Scalar::Decimal => "DecimalRange".to_owned(),
            Scalar::TextList => return,
        },
        Kind::Point { .. } if field.uses.has(FILTER) => {
            fields.push(Arg::new("within", "BoundingBox", "矩形内. In this box."));
            fields.push(Arg::new("near", "Circle", "半径内. In this circle."));
            return;
        }
        Kind::One { view, .. } => format!("{view}Filter"),
        Kind::Many { view, .. } => format!("{view}Filter"),
        _ => return,
    };
    let relation = matches!(field.kind, Kind::One { .. } | Kind::Many { .. });
    let doc = if relation { format!("{} There is one that fits.", field.doc) } else { field.doc.to_owned() };
    fields.push(Arg::new(field.name.clone(), &ty, doc));
}

fn add_order(model: &mut Model, view: &View) {
    let name = format!("{}Order", view.name);
    let mut values = vec![("ID".to_owned(), "标识. The key; always the last one.".to_owned())];
    values.extend(view.fields.iter().filter(|f| f.uses.has(SORT)).map(|f| (upper_snake(&f.name), f.doc.to_owned())));
    let doc = format!("{} 排序字段. By what a list can be sorted.", view.name);
    model.enums.insert(format!("{name}Field"), EnumDef { doc, values });
    let fields = vec![
        Arg::new("field", &format!("{name}Field!"), "字段. The sort key."),
        Arg::new("direction", "OrderDirection", "方向. Nulls come last either way.").or(Name::new("ASC")),
    ];
    let doc = format!("{} 排序. One sort key.", view.name);
    model.inputs.insert(name, InputDef { doc, fields });
}

fn shared_args(view: &View) -> Vec<Arg> {
    vec![
        Arg::new("filter", &format!("{}Filter", view.name), "筛选. Which rows."),
        Arg::new("orderBy", &format!("[{}Order!]", view.name), "排序. Sort keys, first one first."),
    ]
}

fn list_args(view: &View) -> Vec<Arg> {
    let mut args = vec![Arg::new("first", "Int", "条数. At most so many, 1 to 100.").or(100)];
    args.extend(shared_args(view));
    args
}

fn connection_args(view: &View) -> Vec<Arg> {
    let mut args = vec![
        Arg::new("first", "Int", "前若干条. 1 to 100; 20 when neither first nor last is given."),
        Arg::new("after", "String", "其后. After this cursor."),
        Arg::new("last", "Int", "后若干条. 1 to 100; not together with first."),
        Arg::new("before", "String", "其前. Before this cursor."),
    ];
    args.extend(shared_args(view));
    args
}

fn summary_args(summary: &Summary) -> Vec<Arg> {
    vec![
        Arg::new(
            "period",
            "Period",
            "期间. Half-open; absent: all time. Each figure says what it counts in the period.",
        ),
        Arg::new("asOf", "DateTime", "截至. State as of this instant; absent: now."),
        Arg::new("filter", &format!("{}Filter", summary.view), "筛选. Which rows."),
    ]
}

fn statistics_args(summary: &Summary) -> Vec<Arg> {
    let mut args = vec![
        Arg::new("division", "String", "区划. Code of a division; absent: all you may count."),
        Arg::new("exact", "Boolean", "仅本级. Filed under the code itself.").or(false),
    ];
    args.extend(summary_args(summary));
    args.extend(summary.published.then(published_arg));
    args
}

/// The argument that asks for published figures.
pub fn published_arg() -> Arg {
    let doc = "公开口径. The published figures of hazards and disputes, over all rows, not only yours: without filter, \
               period and asOf at the first of a month (asOf absent: of this month), counts of 1 to 9 null, others to \
               the nearest 5. Those who may list no such row always get these.";
    Arg::new("published", "Boolean", doc).or(false)
}

fn add_summary(model: &mut Model, summary: &Summary) {
    let name = summary.name;
    let mut object = ObjectDef::new(summary.doc);
    for measure in &summary.measures {
        let ty = match measure.compute {
            Compute::Count(_) | Compute::Distinct(..) => "Int",
            Compute::Sum(..) => "Float",
            Compute::Earliest(..) => "DateTime",
            Compute::MeanDays { .. } | Compute::MeanParts { .. } => "Decimal",
            Compute::Rate { .. } => "Rate",
        };
        let past = if measure.now { " As it is now; null with another asOf and in published figures." } else { "" };
        let mut def = FieldDef::new(ty, format!("{}{past}", measure.doc));
        def.class = Some(crate::access::Class::Internal);
        object = object.field(measure.name, def);
    }
    let group = format!("{name}Group");
    let dimension = format!("{name}Dimension");
    let by = vec![
        Arg::new("by", &format!("{dimension}!"), "分组. By what."),
        Arg::new("first", "Int", "条数. At most so many groups, 1 to 5000, in the order of their keys; absent: all."),
    ];
    object = object
        .field("groups", FieldDef::new(&format!("[{group}!]"), "分组统计. The same figures by group.").with(by))
        .field("asOf", FieldDef::new("DateTime!", "截至. The instant as of which the state is taken."))
        .field("definitionVersion", FieldDef::new("String!", "口径版本. Version of the definitions."));
    model.objects.insert(name.into(), object);
    let row = ObjectDef::new(format!("{name} 的一组. One group."))
        .field("key", FieldDef::new("String", "键. Code of the group. Null: the rows have none."))
        .field("label", FieldDef::new("String", "名称. Chinese label. Null: the group has none."))
        .field(
            "figures",
            FieldDef::new(&format!("{name}!"), "数据. The figures of the group; groups below are null here."),
        );
    let counts: Vec<(String, String)> = summary.counts().map(|m| (upper_snake(m.name), m.doc.to_owned())).collect();
    let row = match counts.first() {
        Some((first, _)) => {
            let of = Arg::new("of", &format!("{name}Count"), "数据项. Of which count.").or(Name::new(first));
            row.field("share", FieldDef::new("Rate", "占比. The group's share in all groups.").with(vec![of]))
        }
        None => row,
    };
    if !counts.is_empty() {
        let doc = format!("{name} 的计数. Counts that shares can be made of.");
        model.enums.insert(format!("{name}Count"), EnumDef { doc, values: counts });
    }
    model.objects.insert(group, row);
    let past = |now: bool| if now { " As it is now; none with another asOf and in published figures." } else { "" };
    let values = summary.dimensions.iter().map(|d| (d.code.to_owned(), format!("{}{}", d.doc, past(d.now)))).collect();
    model.enums.insert(dimension, EnumDef { doc: format!("{name} 分组维度. By what it can be grouped."), values });
}
