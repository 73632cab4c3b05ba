//! The demo city: the same on both databases, and shared without one test disturbing another.

use std::collections::{HashMap, HashSet};

use entity::{agreement_signature, demo_marker, dispute, evidence, hazard, key_site, mediation_agreement, party};
use entity::{posting, self_inspection};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::Value;

use crate::support::backend::{Backend, Fixture, on_both};
use crate::support::city::{City, OwnCity};
use crate::support::database::Database;

on_both!(
    a_test_that_writes_has_the_city_to_itself,
    an_agreement_takes_effect_with_its_last_signature,
    a_self_inspection_comes_before_its_hazards,
    each_party_signs_and_the_last_one_completes_it,
    a_photo_shows_what_is_not_in_order,
    photos_bear_a_watermark_and_documents_of_a_dispute_are_personal
);

async fn a_test_that_writes_has_the_city_to_itself(own: &OwnCity) {
    let database = &own.0;
    demo_marker::Entity::delete_many().exec(&database.storage.write).await.unwrap();
    assert_eq!(markers(database).await, 0);
    let shared = City::open(database.backend).await;
    assert_eq!(markers(&shared.0).await, 1);
    if database.backend == Backend::Postgres {
        let refused = demo_marker::Entity::delete_many().exec(&shared.0.storage.write).await.unwrap_err();
        assert!(refused.to_string().contains("read-only"), "{refused}");
    }
    shared.close().await;
}

async fn markers(database: &Database) -> u64 {
    demo_marker::Entity::find().count(&database.storage.write).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_hold_the_same_city() {
    let (sqlite, postgres) = (City::open(Backend::Sqlite).await, City::open(Backend::Postgres).await);
    macro_rules! same {
        ($($table:ident)*) => {$(
            let rows = async |city: &City| {
                $table::Entity::find().order_by_asc($table::Column::Id).all(&city.0.storage.write).await.unwrap()
            };
            let (one, other) = (rows(&sqlite).await, rows(&postgres).await);
            assert!(!one.is_empty(), "{} is empty", stringify!($table));
            assert!(one == other, "{} differs", stringify!($table));
        )*};
    }
    same!(posting key_site hazard dispute);
    sqlite.close().await;
    postgres.close().await;
}

async fn an_agreement_takes_effect_with_its_last_signature(city: &City) {
    let agreements = mediation_agreement::Entity::find().all(&city.0.storage.write).await.unwrap();
    let mut kinds = std::collections::BTreeMap::new();
    for one in &agreements {
        let signs = [one.parties_signed_at, one.mediator_signed_at, one.committee_sealed_at];
        let expected = match one.form.as_str() {
            "ORAL" => Some(one.reached_at),
            _ => signs.iter().copied().collect::<Option<Vec<i64>>>().and_then(|all| all.into_iter().max()),
        };
        assert_eq!(one.effective_at, expected, "agreement {}", one.id);
        assert!(one.form == "WRITTEN" || signs == [None; 3], "agreement {}", one.id);
        assert!(signs.into_iter().flatten().all(|at| at >= one.reached_at), "agreement {}", one.id);
        *kinds.entry((one.form.as_str(), one.effective_at.is_some())).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 3, "oral, written and not yet effective: {kinds:?}");
}

async fn each_party_signs_and_the_last_one_completes_it(city: &City) {
    let database = &city.0.storage.write;
    let (mut parties, mut signed) = (HashMap::<i64, Vec<i64>>::new(), HashMap::<i64, Vec<(i64, i64)>>::new());
    for one in party::Entity::find().order_by_asc(party::Column::Id).all(database).await.unwrap() {
        parties.entry(one.dispute_id).or_default().push(one.id);
    }
    let signatures = agreement_signature::Entity::find().order_by_asc(agreement_signature::Column::Id);
    for one in signatures.all(database).await.unwrap() {
        signed.entry(one.agreement_id).or_default().push((one.party_id, one.signed_at));
    }
    for one in mediation_agreement::Entity::find().all(database).await.unwrap() {
        let (who, when): (Vec<i64>, Vec<i64>) = signed.remove(&one.id).unwrap_or_default().into_iter().unzip();
        assert_eq!(when.last(), one.parties_signed_at.as_ref(), "agreement {}", one.id);
        assert!(when.is_sorted() && when.iter().all(|at| *at >= one.reached_at), "agreement {}", one.id);
        assert!(who.is_empty() || who == parties[&one.dispute_id], "agreement {}", one.id);
    }
    assert!(signed.is_empty(), "of no agreement: {signed:?}");
}

async fn a_photo_shows_what_is_not_in_order(city: &City) {
    let mut photos = HashSet::new();
    for one in self_inspection::Entity::find().all(&city.0.storage.write).await.unwrap() {
        for answer in serde_json::from_str::<Vec<Value>>(&one.answers).unwrap() {
            assert_eq!(
                answer["photo"].is_string(),
                answer["answer"] == "NOT_OK",
                "self-inspection {}: {answer}",
                one.id
            );
            let Some(photo) = answer["photo"].as_str() else { continue };
            assert!(photo.len() == 64 && photos.insert(photo.to_owned()), "self-inspection {}: {answer}", one.id);
        }
    }
    assert!(!photos.is_empty());
}

async fn photos_bear_a_watermark_and_documents_of_a_dispute_are_personal(city: &City) {
    for one in evidence::Entity::find().all(&city.0.storage.write).await.unwrap() {
        assert_eq!(one.watermark, Some(one.mime.starts_with("image/")), "evidence {}", one.id);
        let class = if one.dispute_id.is_some() { "PERSONAL" } else { "INTERNAL" };
        assert_eq!(one.class.as_deref(), Some(class), "evidence {}", one.id);
    }
}

async fn a_self_inspection_comes_before_its_hazards(city: &City) {
    let made = self_inspection::Entity::find().all(&city.0.storage.write).await.unwrap();
    let made: HashMap<i64, _> = made.into_iter().map(|one| (one.id, one)).collect();
    let mut tied = 0;
    for one in hazard::Entity::find().all(&city.0.storage.write).await.unwrap() {
        let Some(id) = one.self_inspection_id else { continue };
        let by = &made[&id];
        assert_eq!((one.source.as_str(), one.site_id), ("SELF", Some(by.site_id)), "hazard {}", one.id);
        assert!(by.submitted_at.is_some_and(|at| at <= one.found_at), "hazard {}", one.id);
        tied += 1;
    }
    assert!(tied > 20, "{tied}");
}
