//! `wsic account`: what the operator does to accounts.

use crate::command::{json, run};

#[test]
fn an_operator_makes_an_account_gives_passwords_and_takes_it_away() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("deployment");
    run(folder.path(), &["init", dir.to_str().unwrap(), "--synthetic"], 0);
    let add = ["account", "add", "Gina", "--name", "Gina Okafor", "--role", "gp", "--organisation", "e84002"];
    let made = json(&dir, &add, 0);
    assert_eq!(made["user"], "gina", "names are typed without regard to case");
    let first = made["password"].as_str().unwrap().to_owned();
    assert_eq!(first.len(), 23, "{first}");
    run(&dir, &add, 1);
    let list = json(&dir, &["account", "list"], 0);
    let [row] = list.as_array().unwrap().as_slice() else { panic!("{list}") };
    assert_eq!((&row["organisation"], &row["state"]), (&"E84002".into(), &"password given".into()));
    assert_eq!((&row["password"], &row["second_factor"]), (&"here".into(), &false.into()));
    let second = json(&dir, &["account", "password", "gina"], 0);
    assert_ne!(second["password"].as_str().unwrap(), first);
    run(&dir, &["account", "disable", "gina"], 0);
    assert_eq!(json(&dir, &["account", "list"], 0)[0]["state"], "disabled");
    run(&dir, &["account", "enable", "gina"], 0);
    run(&dir, &["account", "reset-totp", "gina"], 0);
    for wrong in [
        &["account", "password", "nobody"][..],
        &["account", "add", "a:b", "--name", "A", "--role", "gp", "--organisation", "E84002"],
        &["account", "add", "ann", "--name", "Ann", "--role", "doctor", "--organisation", "E84002"],
        &["account", "add", "ann", "--name", "Ann", "--role", "gp"],
        &["account", "add", "ann", "--name", "Ann", "--role", "person"],
    ] {
        run(&dir, wrong, 2);
    }
    let text = String::from_utf8(run(&dir, &["account", "list"], 0).stdout).unwrap();
    assert!(text.contains("Gina Okafor") && !text.contains(&first), "{text}");
}
