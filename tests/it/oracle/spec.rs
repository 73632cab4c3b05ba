//! The types of the API and the tables behind them, read from `tables.txt`.

use std::collections::BTreeMap;

use super::mask::Mask;

const TABLES: &str = include_str!("tables.txt");

/// Levels of a division's code: the length of the code and the column of that level.
pub(crate) const LEVELS: [(usize, &str); 4] =
    [(4, "city_code"), (6, "county_code"), (9, "township_code"), (12, "village_code")];

/// A type of the API.
#[derive(Debug)]
pub(crate) struct TypeSpec {
    /// Name.
    pub(crate) name: String,
    /// Table.
    pub(crate) table: String,
    /// Family of rows.
    pub(crate) family: String,
    /// Column of the division's code; `None`: the rows lie nowhere.
    pub(crate) division: Option<String>,
    /// Tables of the wholes it may be a part of, and the column that names the whole.
    pub(crate) owners: Vec<(String, String)>,
    /// Order when none is asked for.
    pub(crate) order: Vec<(String, bool)>,
    /// Fields by name.
    pub(crate) fields: BTreeMap<String, FieldSpec>,
}

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct FieldSpec {
    /// Class: P, I, D, K or S.
    pub(crate) class: char,
    /// What it is.
    pub(crate) kind: Kind,
    /// Its masked form; `None`: it has none.
    pub(crate) mask: Option<Mask>,
    /// Whether it is encrypted.
    pub(crate) sealed: bool,
    /// Whether `text` searches it.
    pub(crate) searched: bool,
    /// Whether it is personal in a private dwelling.
    pub(crate) dwelling: bool,
}

/// What a field is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A column; its type in the API.
    Column { column: String, api: String },
    /// The point in `lon` and `lat`.
    Point,
    /// Fields of the same row under a name.
    Part { fields: Vec<String> },
    /// Whether the party is under 14 today.
    Under14,
    /// Made of the row and the moment.
    Derived,
    /// What the viewer may do on the matter: another test asks for it.
    Actions,
    /// One row of another type.
    One { target: String, from: String, to: String },
    /// Rows of another type.
    Many { target: String, join: Join, connection: bool, order: Vec<(String, bool)> },
    /// Figures over rows of another type.
    Figures { summary: String, join: Join },
}

/// How rows belong to a row.
#[derive(Clone, Debug)]
pub(crate) enum Join {
    /// The child's column equals the parent's.
    Column { child: String, parent: String },
    /// A table of pairs: its columns of the parent's key and of the child, and the child's column.
    Through { table: String, parent: String, child: String, to: String },
    /// The child lies in the parent's subtree.
    Subtree,
}

/// All types.
#[derive(Debug)]
pub(crate) struct Spec {
    /// By name.
    pub(crate) types: BTreeMap<String, TypeSpec>,
}

impl Spec {
    /// Reads `tables.txt`.
    pub(crate) fn read() -> Spec {
        let mut spec = Spec { types: BTreeMap::new() };
        let mut current: Option<TypeSpec> = None;
        for line in TABLES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let words: Vec<&str> = line.split(' ').collect();
            if let ["table", table, name, family, rest @ ..] = words.as_slice() {
                spec.types.extend(current.take().map(|done| (done.name.clone(), done)));
                current = Some(header(table, name, family, rest));
            } else if let Some(current) = &mut current {
                current.add(&words);
            }
        }
        spec.types.extend(current.map(|done| (done.name.clone(), done)));
        spec.types.remove("-");
        spec
    }

    /// A type.
    pub(crate) fn of(&self, name: &str) -> &TypeSpec {
        self.types.get(name).unwrap_or_else(|| panic!("no type {name}"))
    }

    /// The type of a table's rows.
    pub(crate) fn of_table(&self, table: &str) -> &TypeSpec {
        self.types.values().find(|t| t.table == table).unwrap_or_else(|| panic!("no type of {table}"))
    }
}

fn header(table: &str, name: &str, family: &str, rest: &[&str]) -> TypeSpec {
    let option = |key: &str| rest.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    let owner = |word: &str| word.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned()));
    let mut fields = BTreeMap::new();
    // A division's own code is its `code`.
    if let Some(column) = option("levels").filter(|column| *column != "code") {
        fields.insert("divisionCode".to_owned(), FieldSpec::of('P', Kind::column(column, "String")));
    }
    TypeSpec {
        name: name.to_owned(),
        table: table.to_owned(),
        family: family.to_owned(),
        division: option("levels").map(str::to_owned),
        owners: option("owner").map(|o| o.split(',').filter_map(owner).collect()).unwrap_or_default(),
        order: option("order").map(|o| vec![order(o)]).unwrap_or_default(),
        fields,
    }
}

fn order(text: &str) -> (String, bool) {
    (text.trim_end_matches('-').to_owned(), text.ends_with('-'))
}

impl FieldSpec {
    fn of(class: char, kind: Kind) -> FieldSpec {
        FieldSpec { class, kind, mask: None, sealed: false, searched: false, dwelling: false }
    }
}

impl Kind {
    fn column(column: &str, api: &str) -> Kind {
        Kind::Column { column: column.to_owned(), api: api.to_owned() }
    }
}

impl TypeSpec {
    fn add(&mut self, words: &[&str]) {
        let pair = |text: &str| {
            let (a, b) = text.split_once('=').unwrap_or_else(|| panic!("{text} is no pair"));
            (a.to_owned(), b.to_owned())
        };
        let class = |text: &str| text.chars().next().expect("a class");
        let (name, field) = match words {
            [">", name, target, columns, letter] => {
                let (from, to) = pair(columns);
                (*name, FieldSpec::of(class(letter), Kind::One { target: (*target).to_owned(), from, to }))
            }
            [">>", name, target, columns, shape, rest @ ..] => {
                let order = rest.iter().map(|o| order(o)).collect();
                let join = match *columns {
                    "SUBTREE" => Join::Subtree,
                    columns => {
                        let (child, parent) = pair(columns);
                        Join::Column { child, parent }
                    }
                };
                let kind = Kind::Many { target: (*target).to_owned(), join, connection: *shape == "conn", order };
                (*name, FieldSpec::of('P', kind))
            }
            ["><", name, target, table, parent, columns, letter] => {
                let (child, to) = pair(columns);
                let join = Join::Through { table: (*table).to_owned(), parent: (*parent).to_owned(), child, to };
                let kind = Kind::Many { target: (*target).to_owned(), join, connection: false, order: vec![] };
                (*name, FieldSpec::of(class(letter), kind))
            }
            ["+", name, summary, "SUBTREE"] => (*name, FieldSpec::figures(summary, Join::Subtree)),
            ["+", name, summary, "THROUGH", table, parent, child] => {
                let own = |text: &str| text.to_owned();
                let join = Join::Through { table: own(table), parent: own(parent), child: own(child), to: own("id") };
                (*name, FieldSpec::figures(summary, join))
            }
            ["+", name, summary, columns] => {
                let (child, parent) = pair(columns);
                (*name, FieldSpec::figures(summary, Join::Column { child, parent }))
            }
            ["!", name, "Actions", letter] => (*name, FieldSpec::of(class(letter), Kind::Actions)),
            ["!", name, _, letter] => (*name, FieldSpec::of(class(letter), Kind::Derived)),
            ["*", name, _, columns @ ..] => {
                let fields = columns.iter().map(|c| camel(c)).collect();
                (*name, FieldSpec::of('P', Kind::Part { fields }))
            }
            [column, sql, api, letter, flags @ ..] => return self.add_column(column, sql, api, class(letter), flags),
            _ => panic!("cannot read {words:?}"),
        };
        self.fields.insert(camel(name), field);
    }

    fn add_column(&mut self, column: &str, _sql: &str, api: &str, class: char, flags: &[&str]) {
        if column == "lon" {
            let mut point = FieldSpec::of(class, Kind::Point);
            point.dwelling = ["key_site", "hazard"].contains(&self.table.as_str());
            self.fields.insert("location".into(), point);
        }
        if column == "birth_date" {
            self.fields.insert("under14".into(), FieldSpec::of('S', Kind::Under14));
        }
        // Columns behind a part of another name are kept under their own: `Part` names them.
        let behind = matches!(
            column,
            "chain_owner"
                | "chain_lessor"
                | "chain_tenant"
                | "resident_count"
                | "chargers"
                | "rooms"
                | "cameras"
                | "screens"
                | "students"
        );
        if api == "-" && !behind {
            return;
        }
        let api = if behind && !column.starts_with("chain") {
            "Int"
        } else if behind {
            "String"
        } else {
            api
        };
        let mut field = FieldSpec::of(class, Kind::column(column, api));
        field.sealed = flags.contains(&"sealed");
        field.searched = flags.contains(&"q");
        field.dwelling = flags.contains(&"dwelling");
        field.mask = flags.iter().find_map(|flag| mask(flag.strip_prefix("m=")?));
        if column == "chain_owner" {
            field.mask = Some(Mask::Name);
        }
        let name = camel(column);
        let name = if behind { format!("{name}@") } else { name };
        self.fields.insert(name, field);
    }
}

impl FieldSpec {
    fn figures(summary: &str, join: Join) -> FieldSpec {
        FieldSpec::of('P', Kind::Figures { summary: summary.to_owned(), join })
    }
}

fn mask(name: &str) -> Option<Mask> {
    Some(match name {
        "NAME" => Mask::Name,
        "PHONE" => Mask::Phone,
        "ID" => Mask::Id,
        "ADDRESS" => Mask::Address,
        "TEXT" => Mask::Text,
        _ => return None,
    })
}

/// `risk_level` as `riskLevel`.
pub(crate) fn camel(column: &str) -> String {
    let mut words = column.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|c| c.to_ascii_uppercase()).into_iter();
        name + &head.chain(letters).collect::<String>()
    })
}
