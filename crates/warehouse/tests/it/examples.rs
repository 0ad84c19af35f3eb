//! Every definition has worked examples, and gives what they expect.

use warehouse::definitions::{self, Kind};
use warehouse::examples::{self, Example};
use warehouse::reference::DefinitionFiles;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_definition_gives_what_its_examples_expect() {
    let files = DefinitionFiles::embedded();
    let definitions = definitions::load(&files).unwrap();
    let mut wrong = Vec::new();
    let mut cases = 0;
    for definition in &definitions {
        let path = definition.path.replace(".sql", ".example");
        let Some(text) = files.get(&path) else {
            wrong.push(format!("{}: has no example beside it", definition.path));
            continue;
        };
        for example in Example::parse_all(&path, text).unwrap() {
            cases += 1;
            match examples::run(definition, &example, &files).await {
                Ok(None) => {}
                Ok(Some(got)) => {
                    wrong.push(format!("{path}: expected\n{:?}\nbut got\n{got:?}", example.expect))
                }
                Err(e) => wrong.push(format!("{path}: {e}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= definitions.len());
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
