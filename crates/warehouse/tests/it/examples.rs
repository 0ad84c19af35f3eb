//! Every definition has worked examples, and gives what they expect.

use warehouse::definitions::{self, Kind};
use warehouse::examples;
use warehouse::reference::DefinitionFiles;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_definition_gives_what_its_examples_expect() {
    let checked = examples::check(&DefinitionFiles::embedded()).await.unwrap();
    let wrong = checked.wrong;
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), checked.cases, wrong.join("\n"));
    assert!(checked.cases >= checked.definitions && checked.definitions > 0);
}

#[test]
fn a_definition_runs_after_those_it_reads() {
    let definitions = definitions::load(&DefinitionFiles::embedded()).unwrap();
    let last = |kind: Kind| definitions.iter().rposition(|d| d.kind == kind).unwrap();
    let first = |kind: Kind| definitions.iter().position(|d| d.kind == kind).unwrap();
    assert!(last(Kind::Register) < first(Kind::Group));
    assert!(last(Kind::Price) < first(Kind::Budget));
    assert!(definitions.iter().filter(|d| d.kind == Kind::Register).count() >= 20);
}
