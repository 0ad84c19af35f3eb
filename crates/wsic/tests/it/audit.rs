//! `wsic audit`: signing, verifying, proving, checking elsewhere.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chrono::Utc;
use model::{Purpose, Role};
use pipeline::Deployment;
use policy::{Access, Action, Resource, UserId};

use crate::command::{json, run};

/// The governance lead looks at the audit this many times.
async fn look(dir: &Path, times: usize) {
    let store = Deployment::open(dir).await.unwrap().store;
    let lead = Access {
        user: UserId("lead".into()),
        display_name: "Governance lead".into(),
        role: Role::GovernanceLead,
        organisation: "QRV".into(),
        purpose: Purpose::Governance,
        reason: None,
        correlation: "test".into(),
        session: String::new(),
        at: Utc::now(),
        person: None,
    };
    for _ in 0..times {
        store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
    }
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_signed_verified_and_proved() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("deployment");
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let at = |name: &str| elsewhere.join(name).to_str().unwrap().to_owned();
    run(folder.path(), &["init", dir.to_str().unwrap(), "--synthetic"], 0);
    run(&dir, &["audit", "checkpoint"], 1);
    assert_eq!(json(&dir, &["audit", "verify"], 0)["rows"], 0);

    look(&dir, 5).await;
    assert_eq!(json(&dir, &["audit", "checkpoint", "--out", &at("5.txt")], 0)["rows"], 5);
    let secret = std::fs::metadata(dir.join("audit.key")).unwrap();
    assert_eq!(secret.permissions().mode() & 0o777, 0o600);
    std::fs::copy(dir.join("audit.pub"), at("audit.pub")).unwrap();
    std::fs::copy(dir.join("wsic.db"), at("wsic.db")).unwrap();
    look(&dir, 4).await;
    assert_eq!(json(&dir, &["audit", "checkpoint", "--out", &at("9.txt")], 0)["rows"], 9);
    assert!(dir.join("checkpoints/000000000009.txt").is_file());
    let report = json(&dir, &["audit", "verify", "--checkpoint", &at("5.txt")], 0);
    assert_eq!(
        (&report["rows"], &report["signed_rows"], &report["checkpoints"]),
        (&9.into(), &9.into(), &2.into())
    );

    // What is proved here is checked in a folder that has nothing but the proof, the checkpoints and the key.
    for (name, arguments) in
        [("row.json", ["prove", "3"].as_slice()), ("since.json", &["prove", "--since", &at("5.txt")])]
    {
        let proof = run(&dir, &[&["audit"], arguments].concat(), 0);
        std::fs::write(at(name), proof.stdout).unwrap();
    }
    let check = |proof: &str, more: &[&str], code| {
        let (proof, latest, key) = (at(proof), at("9.txt"), at("audit.pub"));
        let arguments = ["audit", "check-proof", &proof, "--checkpoint", &latest, "--key", &key];
        run(&elsewhere, &[&arguments, more].concat(), code)
    };
    check("row.json", &[], 0);
    check("since.json", &[], 1);
    check("since.json", &["--older", &at("5.txt")], 0);
    let proof = std::fs::read_to_string(at("row.json")).unwrap();
    std::fs::write(at("row.json"), proof.replace("\"lead\"", "\"head\"")).unwrap();
    let said = check("row.json", &[], 1);
    assert!(String::from_utf8_lossy(&said.stderr).contains("does not hold"));
    run(&dir, &["audit", "prove", "10"], 1);
    run(&dir, &["audit", "prove"], 2);

    // Yesterday's database put back: what was written since is gone, and so is its checkpoint in the folder.
    for leftover in ["wsic.db-wal", "wsic.db-shm", "checkpoints/000000000009.txt"] {
        let _ = std::fs::remove_file(dir.join(leftover));
    }
    std::fs::copy(at("wsic.db"), dir.join("wsic.db")).unwrap();
    assert_eq!(json(&dir, &["audit", "verify"], 0)["rows"], 5, "nothing here says so");
    let said = run(&dir, &["audit", "verify", "--checkpoint", &at("9.txt")], 1);
    assert!(String::from_utf8_lossy(&said.stdout).contains("rows 6 to 9 were cut off the end"));
}
