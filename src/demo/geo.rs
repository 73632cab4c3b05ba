//! Points in CGCS2000 inside the county outlines.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::DemoError;
use super::random::Random;

/// Longitude and latitude in degrees, CGCS2000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// Longitude.
    pub(crate) lon: f64,
    /// Latitude.
    pub(crate) lat: f64,
}

const METRES_PER_DEGREE: f64 = 111_320.0;

impl Point {
    /// The point so many metres to the east and to the north, to a tenth of a metre.
    pub(crate) fn shifted(self, east: f64, north: f64) -> Self {
        let lat = self.lat + north / METRES_PER_DEGREE;
        let lon = self.lon + east / (METRES_PER_DEGREE * self.lat.to_radians().cos());
        Self { lon: round(lon), lat: round(lat) }
    }

    /// A point at most `metres` away.
    pub(crate) fn near(self, random: &mut Random, metres: f64) -> Self {
        let angle = random.unit() * std::f64::consts::TAU;
        let distance = metres * random.unit().sqrt();
        self.shifted(distance * angle.cos(), distance * angle.sin())
    }
}

fn round(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

type Ring = Vec<[f64; 2]>;

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    id: String,
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    label_lon: f64,
    label_lat: f64,
}

#[derive(Deserialize)]
struct Geometry {
    coordinates: Vec<Vec<Ring>>,
}

struct Outline {
    label: Point,
    rings: Vec<Ring>,
}

/// The outlines of cities and counties.
pub(crate) struct Outlines {
    by_code: BTreeMap<String, Outline>,
}

impl Outlines {
    /// Reads the outlines from GeoJSON.
    pub(crate) fn read(text: &str) -> Result<Self, DemoError> {
        let collection: Collection =
            serde_json::from_str(text).map_err(|e| DemoError::Reference(format!("boundaries.geojson: {e}")))?;
        let outline = |f: Feature| {
            let label = Point { lon: f.properties.label_lon, lat: f.properties.label_lat };
            (f.id, Outline { label, rings: f.geometry.coordinates.into_iter().flatten().collect() })
        };
        Ok(Self { by_code: collection.features.into_iter().map(outline).collect() })
    }

    /// The label point of a division, inside its outline. None: no outline is known.
    pub(crate) fn label(&self, code: &str) -> Option<Point> {
        self.by_code.get(code).map(|outline| outline.label)
    }

    /// Whether a point lies inside an outline (even-odd rule, so holes count).
    pub(crate) fn contains(&self, code: &str, point: Point) -> bool {
        self.by_code
            .get(code)
            .is_some_and(|outline| outline.rings.iter().filter(|ring| inside(ring, point)).count() % 2 == 1)
    }

    /// A point of the county anywhere in the outline.
    pub(crate) fn anywhere(&self, code: &str, random: &mut Random) -> Point {
        let Some(outline) = self.by_code.get(code) else { return Point { lon: 0.0, lat: 0.0 } };
        let corners = outline.rings.iter().flatten();
        let (mut low, mut high) = (outline.label, outline.label);
        for [lon, lat] in corners {
            (low.lon, low.lat) = (low.lon.min(*lon), low.lat.min(*lat));
            (high.lon, high.lat) = (high.lon.max(*lon), high.lat.max(*lat));
        }
        for _ in 0..200 {
            let lon = round(low.lon + (high.lon - low.lon) * random.unit());
            let lat = round(low.lat + (high.lat - low.lat) * random.unit());
            if self.contains(code, Point { lon, lat }) {
                return Point { lon, lat };
            }
        }
        outline.label
    }

    /// A point of the county near a point of it; that point itself when no other is found.
    pub(crate) fn near(&self, code: &str, centre: Point, metres: f64, random: &mut Random) -> Point {
        (0..12).map(|_| centre.near(random, metres)).find(|p| self.contains(code, *p)).unwrap_or(centre)
    }
}

fn inside(ring: &[[f64; 2]], point: Point) -> bool {
    let mut within = false;
    for edge in ring.windows(2) {
        let ([x1, y1], [x2, y2]) = (edge[0], edge[1]);
        if (y1 > point.lat) != (y2 > point.lat) && point.lon < (x2 - x1) * (point.lat - y1) / (y2 - y1) + x1 {
            within = !within;
        }
    }
    within
}
