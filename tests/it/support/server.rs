//! The PostgreSQL server of this run and the databases on it.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Makes a database, empty or as a copy of another, and gives back its name.
pub(crate) async fn create(label: &str, template: Option<&str>) -> String {
    let name = format!("fq_{}_{}_{label}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    // template0 is the one that takes an encoding and a character type of our choice.
    let origin = match template {
        Some(template) => format!("TEMPLATE {template}"),
        None => "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'".to_owned(),
    };
    command(format!("CREATE DATABASE {name} {origin}")).await;
    name
}

/// Removes a database, whoever is still connected to it.
pub(crate) async fn remove(name: &str) {
    command(format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// Makes a database refuse to be written to by those who connect from now on.
pub(crate) async fn make_read_only(name: &str) {
    command(format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
}

/// The URL of one database of the server.
pub(crate) async fn url(name: &str) -> String {
    let server = server_url().await;
    let (address, _) = server.rsplit_once('/').expect("a server URL ends with a database's name");
    format!("{address}/{name}")
}

async fn command(sql: String) {
    let mut connection = PgConnection::connect(server_url().await).await.expect("the test server answers");
    connection.execute(AssertSqlSafe(sql.as_str())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.expect("the connection closes");
}

async fn server_url() -> &'static str {
    let url = tokio::task::spawn_blocking(xtask::postgres::server).await.expect("the call ends");
    url.unwrap_or_else(|why| panic!("{why}"))
}
