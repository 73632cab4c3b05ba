//! The schema: built by the migrations alone, the same on both databases, and what the entities think it is.

use std::collections::{BTreeMap, BTreeSet};

use fengqiao::graphql::nouns;
use fengqiao::graphql::roots::{self, Root};
use fengqiao::read::declare::{Kind, UNIQUE};
use migration::Migrator;
use sea_orm::sea_query::{Alias, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ColumnType, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, Statement};
use sea_orm_migration::MigratorTrait;

use crate::support::backend::{Backend, Fixture, on_both};
use crate::support::database::{Database, Empty, Migrated};
use crate::support::introspect::{self, Column, Index, Kind as Stored};

on_both!(
    up_down_up_ends_where_it_began,
    entities_are_the_tables,
    level_codes_are_derived_from_the_division,
    names_fit_in_postgresql,
    what_tells_rows_apart_is_unique,
);

/// PostgreSQL cuts longer names off without an error.
const LONGEST_NAME: usize = 63;

async fn up_down_up_ends_where_it_began(empty: &Empty) {
    let database = &empty.0;
    assert!(introspect::schema(database).await.tables.is_empty());
    Migrator::up(&database.storage.write, None).await.unwrap();
    let first = introspect::schema(database).await;
    assert!(!first.tables.is_empty() && !first.indexes.is_empty());
    assert!(Migrator::get_pending_migrations(&database.storage.write).await.unwrap().is_empty());

    Migrator::down(&database.storage.write, None).await.unwrap();
    let gone = introspect::schema(database).await;
    assert!(gone.tables.is_empty() && gone.indexes.is_empty(), "left behind: {gone:?}");

    Migrator::up(&database.storage.write, None).await.unwrap();
    assert_eq!(introspect::schema(database).await, first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_schema() {
    let mut schemas = Vec::new();
    for backend in Backend::ALL {
        let migrated = Migrated::open(backend).await;
        schemas.push(introspect::schema(&migrated.0).await);
        migrated.close().await;
    }
    assert_eq!(schemas[0], schemas[1]);
}

async fn entities_are_the_tables(migrated: &Migrated) {
    let schema = introspect::schema(&migrated.0).await;
    let entities = entities();
    assert_eq!(schema.table_names(), entities.keys().map(String::as_str).collect::<BTreeSet<_>>());
    for (table, columns) in &schema.tables {
        let stored: Vec<&Column> = columns.iter().filter(|column| !column.generated()).collect();
        let declared = &entities[table];
        let names = |column: &&Column| column.name.clone();
        let mut expected: Vec<_> = declared.iter().collect();
        expected.sort_by_key(names);
        let mut actual = stored.clone();
        actual.sort_by_key(names);
        assert_eq!(actual, expected, "columns of {table}");
    }
}

async fn names_fit_in_postgresql(migrated: &Migrated) {
    let schema = introspect::schema(&migrated.0).await;
    let columns = schema.tables.values().flatten().map(|column| &column.name);
    for name in schema.tables.keys().chain(schema.indexes.keys()).chain(columns) {
        assert!(name.len() <= LONGEST_NAME, "{name} has {} bytes", name.len());
    }
}

/// An order by such a field has no other key behind it, and a row that is looked up needs no order.
async fn what_tells_rows_apart_is_unique(migrated: &Migrated) {
    let schema = introspect::schema(&migrated.0).await;
    let catalog = nouns::catalog().expect("the declarations fit together");
    let unique = |table: &str, columns: &[&str]| {
        let index = |index: &Index| index.table == table && index.unique && index.columns == columns;
        schema.indexes.values().any(index)
    };
    for root in roots::all() {
        let Root::Lookup { view, by } = root.root else { continue };
        let table = catalog.view(view).expect("a view").table;
        let columns: Vec<&str> = by.iter().map(|(_, column)| *column).collect();
        // Organisations may share a code, and are looked up in the order of their ids.
        let each = columns.iter().all(|column| *column == "uscc" || unique(table, &[column]));
        assert!(each || unique(table, &columns), "{} finds several of {table}", root.name);
    }
    let mut seen = 0;
    for view in catalog.views() {
        for field in view.fields.iter().filter(|field| field.uses.has(UNIQUE)) {
            let Kind::Column { column, .. } = field.kind else { panic!("{}.{} is no column", view.name, field.name) };
            assert!(unique(view.table, &[column]), "{}.{column} has no unique index", view.table);
            let stored = schema.tables[view.table].iter().find(|stored| stored.name == column);
            assert_eq!(stored.expect("a column").nullable, Some(false), "{}.{column} may be null", view.table);
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} fields tell rows apart");
}

async fn level_codes_are_derived_from_the_division(migrated: &Migrated) {
    let schema = introspect::schema(&migrated.0).await;
    let governed: Vec<_> = schema.tables.iter().filter(|(_, columns)| columns.iter().any(Column::generated)).collect();
    assert!(governed.len() > 20, "only {} tables carry the spine", governed.len());
    for (table, columns) in governed {
        let origin = if table == "division" { "code" } else { "division_code" };
        for (id, code) in ["33", "3306", "330602", "330602001", "330602001001"].into_iter().enumerate() {
            insert(&migrated.0, table, columns, id as i64, origin, code).await;
        }
        let above = |digits: usize, code: &str| (code.len() >= digits).then(|| code[..digits].to_owned());
        for row in levels(&migrated.0, table, origin).await {
            let expected = [4, 6, 9, 12].map(|digits| above(digits, &row.origin));
            assert_eq!([row.city_code, row.county_code, row.township_code, row.village_code], expected, "{table}");
        }
    }
}

#[derive(FromQueryResult)]
struct Levels {
    origin: String,
    city_code: Option<String>,
    county_code: Option<String>,
    township_code: Option<String>,
    village_code: Option<String>,
}

async fn levels(database: &Database, table: &str, origin: &str) -> Vec<Levels> {
    let sql = format!("SELECT {origin} AS origin, city_code, county_code, township_code, village_code FROM {table}");
    let statement = Statement::from_string(database.storage.write.get_database_backend(), sql);
    let rows = Levels::find_by_statement(statement).all(&database.storage.write).await.unwrap();
    assert_eq!(rows.len(), 5, "{table}");
    rows
}

/// Inserts a row that says nothing except where it belongs; every other column holds a value unique to the row.
async fn insert(database: &Database, table: &str, columns: &[Column], id: i64, origin: &str, code: &str) {
    let value = |column: &Column| -> SimpleExpr {
        match column.kind {
            Stored::Text if column.name == origin => code.into(),
            Stored::Text => format!("{id}").into(),
            Stored::Integer => id.into(),
            Stored::Boolean => false.into(),
            Stored::Real => 0.5.into(),
        }
    };
    let stored: Vec<&Column> = columns.iter().filter(|column| !column.generated()).collect();
    let insert = Query::insert()
        .into_table(Alias::new(table))
        .columns(stored.iter().map(|column| Alias::new(&column.name)))
        .values_panic(stored.iter().map(|column| value(column)))
        .to_owned();
    database.storage.write.execute(&insert).await.unwrap();
}

/// What an entity declares, in the same form as what the database has.
fn declared<E: EntityTrait>() -> (String, Vec<Column>) {
    let columns = E::Column::iter().map(|column| {
        let definition = column.def();
        let kind = match definition.get_column_type() {
            ColumnType::BigInteger => Stored::Integer,
            ColumnType::String(_) | ColumnType::Text => Stored::Text,
            ColumnType::Boolean => Stored::Boolean,
            ColumnType::Double => Stored::Real,
            other => panic!("{other:?} is a type that the house does not use"),
        };
        let name = sea_orm::IdenStatic::as_str(&column).to_owned();
        Column { name, kind, nullable: Some(definition.is_null()) }
    });
    (E::default().table_name().to_owned(), columns.collect())
}

/// Every entity, by the name of its table.
fn entities() -> BTreeMap<String, Vec<Column>> {
    macro_rules! all {
        ($($module:ident)*) => { BTreeMap::from([$(declared::<entity::$module::Entity>()),*]) };
    }
    all!(
        account agreement_signature audit_access audit_entry audit_head audit_seal centre_sharing checklist_item
        code_entry consultation_attendee counter demo_marker dispute dispute_type division event_consultation
        event_task evidence exposure follow_up functional_zone governance_centre grid grid_event grid_meeting
        grid_meeting_attendee grid_member hazard idempotency inspection inspection_site inspection_team
        joint_mechanism joint_mechanism_partner judicial_confirmation key_site mediation_agreement
        mediation_organisation mediation_session mediator micro_grid order_assignment organisation organisation_parent
        outbox outbox_consumer party petition_link police_beat police_report posting rectification_order
        rectification_plan retrospective_review self_inspection self_inspection_due session_mediator site_checklist
        sla_clock standard_item standard_status stationed_unit status_event stored_file supervision_round token_revocation upload
        zone_division
    )
}
