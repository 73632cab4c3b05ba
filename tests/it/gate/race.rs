//! Fifty viewers ask the same documents at once; each gets what it gets when nobody else asks.
//!
//! `FENGQIAO_RACE_SECONDS` sets how long.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use fengqiao::identity::Viewer;
use futures_util::future::join_all;

use super::setting;
use super::world::World;
use crate::support::backend::on_both;

const VIEWERS: usize = 50;
const SECONDS: u64 = 3;
const LANES: usize = 4;

/// Lists, links, parts, figures and words that every role answers otherwise.
const DOCUMENTS: [&str; 6] = [
    "{disputes(first:10){totalCount edges{node{id no summary place parties{name contact idNumber under14}}}}}",
    "{hazards(first:10){totalCount edges{node{id no status site{name address} unit{name mobile responsiblePerson}}}}}",
    "{keySites(first:10){totalCount edges{node{code name address riskLevel chain{chainOwner}}}}}",
    "{grids(first:10){edges{node{code households members{name privateMobile idNumber}}}}}",
    "{disputeStatistics{accepted resolved groups(by:STATUS){key figures{accepted}}} hazardStatistics{found open}}",
    "{viewer{role purpose posting{id} scopes{family branches}} organisations(first:5){edges{node{name mobile}}}}",
];

on_both!(nobody_gets_the_answer_of_another);

async fn nobody_gets_the_answer_of_another(world: &World) {
    let viewers = viewers(world).await;
    let mut quiet: Vec<Vec<Vec<u8>>> = vec![];
    for viewer in &viewers {
        let mut answers = vec![];
        for document in DOCUMENTS {
            answers.push(world.ask(viewer, document).await);
        }
        quiet.push(answers);
    }
    let different: std::collections::BTreeSet<&Vec<u8>> = quiet.iter().map(|answers| &answers[0]).collect();
    assert!(different.len() > VIEWERS / 4, "only {} answers differ at all", different.len());
    let until = Instant::now() + Duration::from_secs(setting("FENGQIAO_RACE_SECONDS").unwrap_or(SECONDS));
    let race = async |n: usize| {
        let viewer = &viewers[n];
        let mut asked = 0_usize;
        while Instant::now() < until {
            let document = (asked + n) % DOCUMENTS.len();
            let answer = world.ask(viewer, DOCUMENTS[document]).await;
            assert!(answer == quiet[n][document], "posting {} got another answer in the race", viewer.posting_id());
            asked += 1;
        }
        asked
    };
    // Several threads, so that answers are made at the same moment and not only in turns.
    let handle = tokio::runtime::Handle::current();
    let lane = &|lane: usize| handle.block_on(join_all((lane..VIEWERS).step_by(LANES).map(&race)));
    let asked: usize = tokio::task::block_in_place(|| {
        std::thread::scope(|threads| {
            let lanes: Vec<_> = (0..LANES).map(|n| threads.spawn(move || lane(n))).collect();
            lanes.into_iter().flat_map(|thread| thread.join().expect("nobody got another answer")).sum()
        })
    });
    eprintln!("{asked} answers in the race on {:?}", world.database.backend);
    assert!(asked > VIEWERS, "there was no race");
}

/// Viewers of every role, then of as many places as there is room for.
async fn viewers(world: &World) -> Vec<Viewer> {
    let oracle = world.oracle().await;
    let mut roles: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (posting, role) in oracle.valid_postings() {
        roles.entry(role).or_default().push(posting);
    }
    let most = roles.values().map(Vec::len).max().unwrap_or(0);
    let turns = (0..most).flat_map(|turn| roles.iter().filter_map(move |(role, all)| Some((role, *all.get(turn)?))));
    let mut viewers = vec![];
    for (role, posting) in turns.take(VIEWERS) {
        viewers.push(world.viewer(posting, &oracle.policies.roles[role].purposes[0]).await);
    }
    assert_eq!(viewers.len(), VIEWERS);
    viewers
}
