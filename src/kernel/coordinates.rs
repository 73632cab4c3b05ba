//! Coordinates. Stored points are CGCS2000 (EPSG:4490), which equals WGS 84 to a few centimetres; GCJ-02 is converted.

use std::f64::consts::PI;

/// Krasovsky 1940, the ellipsoid of the GCJ-02 offset.
const SEMI_MAJOR_AXIS: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// A coordinate reference system that input may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crs {
    /// 2000国家大地坐标系, the stored one.
    Cgcs2000,
    /// WGS 84; taken as it is.
    Wgs84,
    /// 火星坐标系, the offset system of Chinese web maps.
    Gcj02,
}

/// A point in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Longitude, east positive.
    pub lon: f64,
    /// Latitude, north positive.
    pub lat: f64,
}

/// A box in degrees, borders included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest longitude.
    pub west: f64,
    /// Smallest latitude.
    pub south: f64,
    /// Largest longitude.
    pub east: f64,
    /// Largest latitude.
    pub north: f64,
}

impl Bounds {
    /// Whether a point lies within, borders included. Never for a coordinate that is not a number.
    pub fn contains(&self, point: Point) -> bool {
        (self.west..=self.east).contains(&point.lon) && (self.south..=self.north).contains(&point.lat)
    }
}

impl Point {
    /// Metres to another point, along a sphere; good to half a percent.
    pub fn distance(self, other: Point) -> f64 {
        const EARTH_RADIUS_M: f64 = 6_371_008.8;
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let (dy, dx) = ((b - a) / 2.0, (other.lon - self.lon).to_radians() / 2.0);
        let chord = dy.sin().powi(2) + a.cos() * b.cos() * dx.sin().powi(2);
        2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
    }

    /// Whether the point lies within a closed ring of points, by the even-odd rule.
    pub fn within(self, ring: &[Point]) -> bool {
        let edges = ring.iter().zip(ring.iter().skip(1));
        let crossed = edges.filter(|(a, b)| {
            (a.lat > self.lat) != (b.lat > self.lat)
                && self.lon < (b.lon - a.lon) * (self.lat - a.lat) / (b.lat - a.lat) + a.lon
        });
        crossed.count() % 2 == 1
    }
}

/// The outer ring of a GeoJSON polygon. `None`: it is not one.
pub fn outer_ring(geojson: &str) -> Option<Vec<Point>> {
    #[derive(serde::Deserialize)]
    struct Polygon {
        coordinates: Vec<Vec<(f64, f64)>>,
    }
    let polygon: Polygon = serde_json::from_str(geojson).ok()?;
    Some(polygon.coordinates.first()?.iter().map(|(lon, lat)| Point { lon: *lon, lat: *lat }).collect())
}

/// The stored form of a point given in `crs`.
pub fn to_cgcs2000(point: Point, crs: Crs) -> Point {
    match crs {
        Crs::Cgcs2000 | Crs::Wgs84 => point,
        Crs::Gcj02 => gcj02_to_cgcs2000(point),
    }
}

/// The GCJ-02 form of a stored point.
pub fn cgcs2000_to_gcj02(point: Point) -> Point {
    let (dx, dy) = (point.lon - 105.0, point.lat - 35.0);
    let radians = point.lat.to_radians();
    let magic = 1.0 - ECCENTRICITY_SQUARED * radians.sin().powi(2);
    let per_degree_lat = SEMI_MAJOR_AXIS * (1.0 - ECCENTRICITY_SQUARED) / (magic * magic.sqrt()) * PI / 180.0;
    let per_degree_lon = SEMI_MAJOR_AXIS / magic.sqrt() * radians.cos() * PI / 180.0;
    Point { lon: point.lon + offset_lon(dx, dy) / per_degree_lon, lat: point.lat + offset_lat(dx, dy) / per_degree_lat }
}

/// The stored form of a GCJ-02 point, to well under a millimetre.
pub fn gcj02_to_cgcs2000(point: Point) -> Point {
    let mut guess = point;
    // The offset changes slowly, so the fixed point is reached fast: each round gains about three digits.
    for _ in 0..6 {
        let shifted = cgcs2000_to_gcj02(guess);
        guess = Point { lon: guess.lon + point.lon - shifted.lon, lat: guess.lat + point.lat - shifted.lat };
    }
    guess
}

fn wave(x: f64) -> f64 {
    (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0
}

fn offset_lat(x: f64, y: f64) -> f64 {
    -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + wave(x)
        + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0
}

fn offset_lon(x: f64, y: f64) -> f64 {
    300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + wave(x)
        + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEQIAO: Point = Point { lon: 120.4927, lat: 30.0876 };

    #[test]
    fn a_place_lies_within_its_outline_and_so_far_from_another() {
        let square = r#"{"type":"Polygon","coordinates":[[[120,30],[121,30],[121,31],[120,31],[120,30]]]}"#;
        let ring = outer_ring(square).unwrap();
        let at = |lon, lat| Point { lon, lat };
        assert!(at(120.5, 30.5).within(&ring) && !at(121.5, 30.5).within(&ring) && !at(120.5, 29.9).within(&ring));
        assert_eq!(outer_ring("{}"), None);
        // A minute of latitude is a nautical mile.
        let mile = at(120.0, 30.0).distance(at(120.0, 30.0 + 1.0 / 60.0));
        assert!((mile - 1852.0).abs() < 5.0, "{mile}");
    }

    #[test]
    fn the_offset_at_shaoxing_is_the_measured_one() {
        let shifted = cgcs2000_to_gcj02(Point { lon: 120.58, lat: 30.0 });
        assert!((shifted.lon - 120.58 - 0.0042).abs() < 0.0006, "{shifted:?}");
        assert!((shifted.lat - 30.0 + 0.0026).abs() < 0.0006, "{shifted:?}");
    }

    #[test]
    fn a_published_pair_agrees() {
        // Tian'anmen as the common open implementations give it.
        let shifted = cgcs2000_to_gcj02(Point { lon: 116.404, lat: 39.915 });
        assert!((shifted.lon - 116.410_244_499_169_38).abs() < 1e-9, "{shifted:?}");
        assert!((shifted.lat - 39.916_404_281_501_64).abs() < 1e-9, "{shifted:?}");
    }

    #[test]
    fn there_and_back_is_the_same_point() {
        let back = gcj02_to_cgcs2000(cgcs2000_to_gcj02(KEQIAO));
        assert!((back.lon - KEQIAO.lon).abs() < 1e-9 && (back.lat - KEQIAO.lat).abs() < 1e-9, "{back:?}");
        assert_eq!(to_cgcs2000(KEQIAO, Crs::Wgs84), KEQIAO);
        assert_ne!(to_cgcs2000(KEQIAO, Crs::Gcj02), KEQIAO);
    }

    #[test]
    fn bounds_take_their_border_and_nothing_beyond() {
        let city = Bounds { west: 119.88, south: 29.22, east: 121.24, north: 30.29 };
        assert!(city.contains(KEQIAO) && city.contains(Point { lon: 119.88, lat: 29.22 }));
        for (lon, lat) in [(119.879, 30.0), (120.0, 30.291), (f64::NAN, 30.0), (120.0, f64::INFINITY)] {
            assert!(!city.contains(Point { lon, lat }), "{lon} {lat}");
        }
    }
}
