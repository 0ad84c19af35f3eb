//! Tampering of each kind is found and named; checkpoints and proofs hold, and fail for what they are not about.

use chrono::Utc;
use model::{PersonId, Role};
use policy::{Action, Resource};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use store::Page;
use store::audit::{self, AuditError, Checkpoint, Filter, Finding, Proof, Signer, Verifier};

use crate::support::*;

on_both!(
    each_kind_of_tampering_is_named,
    what_is_rewritten_whole_is_found_by_a_checkpoint,
    nothing_is_signed_over_a_row_that_was_changed,
    a_changed_tree_is_told_from_a_changed_row,
    proofs_hold_without_the_database,
    a_checkpoint_goes_on_from_the_one_before,
    rows_of_the_first_form_still_hold,
    other_rules_are_written_down_once,
);

fn signer() -> Signer {
    Signer::from_seed([3; 32])
}

fn keys() -> Vec<Verifier> {
    vec![signer().verifier()]
}

/// Opens records until there are `n` rows.
async fn rows(f: &Fixture, n: u64) {
    let gp = access("gina", Role::Gp);
    let mut there = audit::inspect(&f.store, &keys(), &[]).await.unwrap().rows;
    while there < n {
        let person = PersonId(1 + u32::try_from(there % 6).unwrap());
        let _ = f.store.request(&gp, Action::OpenRecord, Resource::Person(person)).await;
        there += 1;
    }
}

async fn checkpoint(f: &Fixture) -> Checkpoint {
    audit::checkpoint(&f.store, &signer(), now()).await.unwrap().unwrap()
}

async fn outside(f: &Fixture) -> DatabaseConnection {
    Database::connect(&f.url).await.unwrap()
}

async fn found(f: &Fixture, kept: &[(String, String)]) -> Vec<Finding> {
    audit::inspect(&f.store, &keys(), kept).await.unwrap().findings
}

const COPY: &str = "at, user_id, user_name, role, organisation, purpose, reason, action, resource, person_id, permitted, \
    rules, sentence, masks, policy_version, correlation, prev_hash, hash, form, sections, subject, agreement_version";

/// Each is done to 20 rows of which 12 are under a checkpoint, and undone.
async fn each_kind_of_tampering_is_named(f: Fixture) {
    publish(&f.store, 6).await;
    rows(&f, 12).await;
    checkpoint(&f).await;
    rows(&f, 20).await;
    assert_eq!(found(&f, &[]).await, []);
    let db = outside(&f).await;
    let run = async |sql: &str| {
        db.execute_unprepared(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    };
    run("CREATE TABLE whole AS SELECT * FROM audit").await;
    run("CREATE TABLE whole_head AS SELECT * FROM audit_head").await;
    let changed = |row| Finding::Changed { row };
    let moved = |row, was| Finding::Moved { row, was };
    let swap = "UPDATE audit SET id = -1 WHERE id = 4; UPDATE audit SET id = 4 WHERE id = 9; UPDATE audit SET id = 9 WHERE id = -1";
    let insert = format!("INSERT INTO audit (id, {COPY}) SELECT 21, {COPY} FROM audit WHERE id = 20");
    let squeeze = format!(
        "UPDATE audit SET id = id + 1000 WHERE id >= 15; UPDATE audit SET id = id - 999 WHERE id > 1000; \
         INSERT INTO audit (id, {COPY}) SELECT 15, {COPY} FROM audit WHERE id = 2; UPDATE audit_head SET last_id = 21"
    );
    let cases: Vec<(&str, String, Vec<Finding>)> = vec![
        ("a field under the checkpoint", "UPDATE audit SET user_id = 'nobody' WHERE id = 3".into(), vec![changed(3)]),
        ("a field after it", "UPDATE audit SET sentence = '' WHERE id = 17".into(), vec![changed(17)]),
        ("whom it was about", "UPDATE audit SET person_id = NULL WHERE id = 20".into(), vec![changed(20)]),
        ("one removed", "DELETE FROM audit WHERE id = 5".into(), vec![Finding::Missing { from: 5, to: 5 }]),
        (
            "several removed across the checkpoint",
            "DELETE FROM audit WHERE id BETWEEN 11 AND 14".into(),
            vec![Finding::Missing { from: 11, to: 14 }],
        ),
        ("two exchanged", swap.into(), vec![moved(4, 9), moved(9, 4)]),
        ("cut off the end", "DELETE FROM audit WHERE id > 18".into(), vec![Finding::Truncated { from: 19, to: 20 }]),
        (
            "cut off with the head, into what is signed",
            "DELETE FROM audit WHERE id > 10; UPDATE audit_head SET last_id = 10, hash = (SELECT hash FROM audit WHERE id = 10)"
                .into(),
            vec![Finding::Truncated { from: 11, to: 12 }],
        ),
        ("everything removed", "DELETE FROM audit".into(), vec![Finding::Truncated { from: 1, to: 20 }]),
        ("one put at the end", insert, vec![Finding::Inserted { row: 21 }]),
        (
            "one put before the first",
            format!("INSERT INTO audit (id, {COPY}) SELECT 0, {COPY} FROM audit WHERE id = 1"),
            vec![Finding::Inserted { row: 0 }],
        ),
        (
            "one put between, the others moved up",
            squeeze,
            vec![changed(15)].into_iter().chain((16..=21).map(|row| moved(row, row - 1))).collect(),
        ),
        ("the head", "UPDATE audit_head SET hash = 'x'".into(), vec![Finding::Head]),
        (
            "a head far beyond the last row",
            "UPDATE audit_head SET last_id = 4000000000000".into(),
            vec![Finding::Truncated { from: 21, to: 4_000_000_000_000 }],
        ),
    ];
    for (what, tamper, expected) in cases {
        run(&tamper).await;
        assert_eq!(found(&f, &[]).await, expected, "{what}");
        run("DELETE FROM audit; INSERT INTO audit SELECT * FROM whole").await;
        run("DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM whole_head").await;
    }
    assert_eq!(found(&f, &[]).await, []);
    assert_eq!(audit::verify(&f.store).await.unwrap(), Ok(20));
}

/// Somebody with the database and this program, but without the key, writes the whole audit anew.
async fn what_is_rewritten_whole_is_found_by_a_checkpoint(f: Fixture) {
    publish(&f.store, 6).await;
    rows(&f, 8).await;
    let early = checkpoint(&f).await;
    rows(&f, 20).await;
    let late = checkpoint(&f).await;
    let db = outside(&f).await;
    let clear = "DELETE FROM audit; DELETE FROM audit_tile; DELETE FROM audit_checkpoint; \
        UPDATE audit_head SET last_id = 0, hash = ''";
    db.execute_unprepared(clear).await.unwrap();
    rows(&f, 8).await;
    let other = access("somebody", Role::Gp);
    let _ = f.store.request(&other, Action::OpenRecord, Resource::Person(PersonId(1))).await;
    rows(&f, 20).await;
    assert_eq!(found(&f, &[]).await, [], "nothing in the database says so");
    let kept = [early, late].map(|checkpoint| ("kept".to_owned(), checkpoint.note));
    assert_eq!(found(&f, &kept).await, [Finding::NotAsSigned { from: 9, to: 20 }]);
    // Another key's checkpoint over what is there now is not taken for one of ours.
    let forger = Signer::from_seed([4; 32]);
    audit::checkpoint(&f.store, &forger, now()).await.unwrap().unwrap();
    let expected = [
        Finding::NotAsSigned { from: 9, to: 20 },
        Finding::Unsigned { checkpoint: "the database's checkpoint over 20 rows".into() },
    ];
    assert_eq!(found(&f, &kept).await, expected);
}

async fn nothing_is_signed_over_a_row_that_was_changed(f: Fixture) {
    publish(&f.store, 6).await;
    rows(&f, 6).await;
    checkpoint(&f).await;
    rows(&f, 12).await;
    outside(&f).await.execute_unprepared("UPDATE audit SET purpose = 'planning' WHERE id = 9").await.unwrap();
    let refused = audit::checkpoint(&f.store, &signer(), now()).await;
    assert!(matches!(refused, Err(AuditError::Broken(Finding::Changed { row: 9 }))), "{refused:?}");
    assert_eq!(audit::latest(&f.store, &keys()).await.unwrap().unwrap().head.size, 6);
}

async fn a_changed_tree_is_told_from_a_changed_row(f: Fixture) {
    publish(&f.store, 6).await;
    rows(&f, 300).await;
    checkpoint(&f).await;
    let db = outside(&f).await;
    let hashes = async |level: i32, number: i64, from: i32| {
        // 32 bytes of the tile are replaced.
        let zeros = "00".repeat(32);
        let blob = match f.url.starts_with("sqlite") {
            true => format!("substr(hashes, 1, {from}) || x'{zeros}' || substr(hashes, {})", from + 33),
            false => format!("overlay(hashes placing '\\x{zeros}'::bytea from {} for 32)", from + 1),
        };
        let text = format!(
            "CREATE TABLE IF NOT EXISTS whole AS SELECT * FROM audit_tile; \
             UPDATE audit_tile SET hashes = CAST({blob} AS {}) WHERE level = {level} AND number = {number}",
            if f.url.starts_with("sqlite") { "BLOB" } else { "bytea" }
        );
        db.execute_unprepared(&text).await.unwrap();
    };
    let mend = "DELETE FROM audit_tile; INSERT INTO audit_tile SELECT * FROM whole";
    hashes(0, 1, 64).await;
    assert_eq!(
        found(&f, &[]).await,
        [Finding::Tree { level: 0, number: 1 }],
        "the rows are as they were signed"
    );
    db.execute_unprepared(mend).await.unwrap();
    hashes(1, 0, 0).await;
    assert_eq!(found(&f, &[]).await, [Finding::Tree { level: 1, number: 0 }]);
    db.execute_unprepared(mend).await.unwrap();
    assert_eq!(found(&f, &[]).await, []);
    // A row changed together with its hash: it is whole in itself, but neither its leaf nor the next row fits it.
    rows(&f, 310).await;
    let lead = access("iga", Role::GovernanceLead);
    let permit = f.store.request(&lead, Action::SearchAudit, Resource::Audit).await.unwrap();
    let (_, entries) =
        audit::search(&f.store, &permit, &Filter::default(), Page::number(1, 20)).await.unwrap();
    for (id, expected) in [(299, Finding::Changed { row: 299 }), (305, Finding::Broken { row: 306 })] {
        let mut entry = entries.iter().find(|entry| entry.id == id).unwrap().clone();
        entry.user = "nina".into();
        let hash: String = entry.leaf().iter().map(|byte| format!("{byte:02x}")).collect();
        let rewrite = format!("UPDATE audit SET user_id = 'nina', hash = '{hash}' WHERE id = {id}");
        db.execute_unprepared(&rewrite).await.unwrap();
        assert_eq!(found(&f, &[]).await, [expected]);
        let undo = format!("UPDATE audit SET user_id = 'gina', hash = '{}' WHERE id = {id}", entry.hash);
        db.execute_unprepared(&undo).await.unwrap();
    }
    assert_eq!(found(&f, &[]).await, []);
}

async fn proofs_hold_without_the_database(f: Fixture) {
    publish(&f.store, 6).await;
    rows(&f, 3).await;
    assert!(matches!(audit::include(&f.store, &keys(), 1).await, Err(AuditError::NoCheckpoint)));
    let early = checkpoint(&f).await;
    rows(&f, 600).await;
    let late = checkpoint(&f).await;
    rows(&f, 601).await;
    for row in [1, 2, 3, 255, 256, 257, 512, 513, 599, 600] {
        let proof = audit::include(&f.store, &keys(), row).await.unwrap();
        let text = serde_json::to_string(&proof).unwrap();
        let proof: Proof = serde_json::from_str(&text).unwrap();
        let signed = Checkpoint::open(&late.note, &keys()).unwrap();
        proof.check(&signed, None).unwrap();
        assert!(matches!(proof.check(&early, None), Err(AuditError::Unproved)), "another checkpoint");
        let lied: Proof = serde_json::from_str(&text.replace("\"gina\"", "\"nina\"")).unwrap();
        assert!(matches!(lied.check(&signed, None), Err(AuditError::Unproved)), "another row");
    }
    assert!(matches!(
        audit::include(&f.store, &keys(), 601).await,
        Err(AuditError::NotCovered { row: 601, size: 600 })
    ));
    assert!(matches!(audit::include(&f.store, &keys(), 602).await, Err(AuditError::NoRow(602))));
    let proof = audit::extend(&f.store, &keys(), &early).await.unwrap();
    proof.check(&late, Some(&early)).unwrap();
    assert!(matches!(proof.check(&late, None), Err(AuditError::TwoCheckpoints)));
    let mut other = early.clone();
    other.head.root[0] ^= 1;
    assert!(matches!(proof.check(&late, Some(&other)), Err(AuditError::Unproved)));
    assert!(matches!(audit::extend(&f.store, &keys(), &other).await, Err(AuditError::Broken(_))));
}

async fn a_checkpoint_goes_on_from_the_one_before(f: Fixture) {
    assert_eq!(
        audit::checkpoint(&f.store, &signer(), now()).await.unwrap(),
        None,
        "no rows, nothing to sign"
    );
    publish(&f.store, 6).await;
    let mut notes = Vec::new();
    for n in [1, 255, 256, 300, 515] {
        rows(&f, n).await;
        let made = checkpoint(&f).await;
        assert_eq!(made.head.size, n);
        assert_eq!(checkpoint(&f).await, made, "nothing came since");
        notes.push(("kept".to_owned(), made.note));
    }
    let report = audit::inspect(&f.store, &keys(), &notes).await.unwrap();
    assert_eq!((report.findings.len(), report.checkpoints, report.signed_rows), (0, 5, 515));
    // Made at once from nothing, the tree is the same.
    let db = outside(&f).await;
    db.execute_unprepared("DELETE FROM audit_tile; DELETE FROM audit_checkpoint").await.unwrap();
    assert_eq!(checkpoint(&f).await.note, notes[4].1);
    let text = Checkpoint::open(&notes[4].1, &keys()).unwrap();
    assert_eq!((text.head.size, text.at.timestamp()), (515, now().timestamp()));
}

/// A row as this program wrote it before the tree came, with its hash as it was computed then.
async fn rows_of_the_first_form_still_hold(f: Fixture) {
    let fields = [
        "",
        "1",
        "2026-11-18T11:06:40.123456Z",
        "gina",
        "Name",
        "gp",
        "E84001",
        "direct_care",
        "",
        "open_record",
    ];
    let more = ["person", "7", "1", "gp-own-practice", "A sentence.", "", "1.0", "c1"];
    let mut bytes = Vec::new();
    for field in fields.iter().chain(&more) {
        bytes.extend((field.len() as u64).to_le_bytes());
        bytes.extend(field.as_bytes());
    }
    let hash = model::sha256_hex(&bytes);
    let at = if f.url.starts_with("sqlite") {
        "2026-11-18T11:06:40.123456+00:00"
    } else {
        "2026-11-18 11:06:40.123456+00"
    };
    let text = format!(
        "INSERT INTO audit (id, at, user_id, user_name, role, organisation, purpose, action, resource, person_id, permitted, \
         rules, sentence, masks, policy_version, correlation, prev_hash, hash) VALUES (1, '{at}', 'gina', 'Name', 'gp', \
         'E84001', 'direct_care', 'open_record', 'person', 7, {}, 'gp-own-practice', 'A sentence.', '', '1.0', 'c1', '', '{hash}'); \
         UPDATE audit_head SET last_id = 1, hash = '{hash}'",
        if f.url.starts_with("sqlite") { "1" } else { "true" }
    );
    outside(&f).await.execute_unprepared(&text).await.unwrap();
    publish(&f.store, 6).await;
    rows(&f, 4).await;
    let signed = checkpoint(&f).await;
    assert_eq!(found(&f, &[]).await, []);
    audit::include(&f.store, &keys(), 1).await.unwrap().check(&signed, None).unwrap();
}

async fn other_rules_are_written_down_once(f: Fixture) {
    assert!(audit::note_rules(&f.store, Utc::now()).await.unwrap());
    assert!(!audit::note_rules(&f.store, Utc::now()).await.unwrap());
    publish(&f.store, 6).await;
    rows(&f, 3).await;
    assert!(!audit::note_rules(&f.store, Utc::now()).await.unwrap());
    outside(&f)
        .await
        .execute_unprepared("UPDATE audit SET policy_version = '0.9' WHERE id = 3")
        .await
        .unwrap();
    assert!(audit::note_rules(&f.store, Utc::now()).await.unwrap());
}
