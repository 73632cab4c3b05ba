//! A city on PostgreSQL to be measured over.

use measure::table::Tables;
use sqlx::{Connection, PgConnection};
use xtask::postgres::{self, Cluster};
use xtask::product::Product;
use xtask::scratch::Scratch;

/// The URL of a database with the full city that is there already: whoever reads it again and again need not load it each time.
const KEPT: &str = "BENCH_CITY";

/// A city that is there, and has settled.
pub(crate) struct Loaded {
    pub(crate) product: Product,
    pub(crate) tables: Tables,
    pub(crate) url: String,
    _folder: Scratch,
    /// Last, so that it stops when nothing is connected any more. `None`: it is somebody's.
    _cluster: Option<Cluster>,
}

impl Loaded {
    /// The city of a scale in a throw-away PostgreSQL.
    pub(crate) fn new(scale: &'static str) -> Result<Loaded, String> {
        if std::env::var_os(KEPT).is_some() {
            println!("{KEPT} is for commands that only read the full city: one is loaded");
        }
        let cluster = Cluster::start(&postgres::find_or_install()?)?;
        let url = cluster.database("bench")?;
        let folder = Scratch::new("bench")?;
        let product = product(&folder, scale, Some(&url));
        let seconds = product.load()?.seconds;
        println!("the {scale} city on PostgreSQL, loaded in {seconds:.0} s");
        Loaded::settled(product, folder, url, Some(cluster))
    }

    /// The same, or the full city that is kept, where nothing is written.
    pub(crate) fn to_read(scale: &'static str) -> Result<Loaded, String> {
        let Some(url) = std::env::var(KEPT).ok().filter(|_| scale == "full") else { return Loaded::new(scale) };
        let folder = Scratch::new("bench")?;
        let product = product(&folder, scale, Some(&url));
        Loaded::settled(product, folder, url, None)
    }

    fn settled(product: Product, folder: Scratch, url: String, cluster: Option<Cluster>) -> Result<Loaded, String> {
        crate::block_on(settled(&url))?;
        let tables = Tables::open(&url)?;
        Ok(Loaded { product, tables, url, _folder: folder, _cluster: cluster })
    }
}

/// The product as it is measured: it tells how many statements it runs, and sends nobody away, because measured is what an
/// answer costs.
pub(crate) fn product(folder: &Scratch, scale: &'static str, url: Option<&str>) -> Product {
    let product = Product::new(folder.path(), scale, url).with_figures();
    product.with("FENGQIAO_LIMITS__EXPORTS__RUNNING", "16").with("FENGQIAO_LIMITS__EXPORTS__WAITING", "100")
}

/// As a database that has been there for a day: without this, what is measured is its own housekeeping.
pub(crate) async fn settled(url: &str) -> Result<(), String> {
    let told = |error: sqlx::Error| error.to_string();
    let mut connection = PgConnection::connect(url).await.map_err(told)?;
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await.map_err(told)?;
    connection.close().await.map_err(told)
}
