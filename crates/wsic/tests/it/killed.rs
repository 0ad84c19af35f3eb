//! A day killed at any moment is finished by running it again, and comes to the same bytes.

use std::time::{Duration, Instant};

use crate::command::{copy, deployment, json, run, synth, wsic};

#[test]
fn a_refresh_killed_anywhere_is_finished_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 100, 1);
    let ready = deployment(folder.path(), &feeds);
    let whole = folder.path().join("whole");
    copy(&ready, &whole);
    let started = Instant::now();
    let expected = json(&whole, &["refresh"], 0)["digest"].clone();
    let took = started.elapsed();

    // From the first tenth of the run to its end; then the last attempt runs through.
    let killed = folder.path().join("killed");
    copy(&ready, &killed);
    for tenth in 1..=9 {
        let mut child = wsic(&killed, &["refresh", "--quiet", "--json"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(took * tenth / 10 + Duration::from_millis(3));
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert_eq!(json(&killed, &["refresh"], 0)["digest"], expected);
}

#[test]
fn an_ingest_killed_anywhere_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 100, 1);
    let expected = {
        let here = folder.path().join("whole");
        std::fs::create_dir_all(&here).unwrap();
        json(&deployment(&here, &feeds), &["refresh"], 0)
    };
    let dir = folder.path().join("killed");
    run(folder.path(), &["init", dir.to_str().unwrap(), "--synthetic"], 0);
    let files = feeds.join("gp");
    for wait in [10, 30, 60, 120, 250] {
        let mut child = wsic(&dir, &["ingest", "gp", files.to_str().unwrap(), "--quiet"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().unwrap();
    }
    for feed in model::Feed::ALL {
        let files = feeds.join(feed.name());
        if files.exists() {
            run(&dir, &["ingest", feed.name(), files.to_str().unwrap(), "--quiet"], 0);
        }
        run(&dir, &["agree", feed.name(), "--waiting"], 0);
    }
    let done = json(&dir, &["refresh"], 0);
    for name in ["people", "events", "replaced", "deleted", "digest"] {
        assert_eq!(done[name], expected[name], "{name}");
    }
}
