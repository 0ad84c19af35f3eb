//! The table: every address, and who may not.

/// One address and method, and what each of four gets.
///
/// `who` names the roles that may and what the same role gets elsewhere; every role that is not named is refused. `visitor` is what
/// somebody who has not signed in gets; `withdrawn` what the first role of `who` gets once the practice has withdrawn.
/// in = sent to sign in; no = refused, with the rule's sentence; none = not found; held = withheld until the next run; wait = there
/// are no figures yet, which only who may see them is told (a withdrawal's effect on them: `crates/wsic/tests/it/agreements.rs`); own = an
/// answer with their own people and agreements only; less = an answer without anything that the practice said; open = as if
/// nothing stood against it.
pub struct Entry {
    pub route: &'static str,
    pub visitor: &'static str,
    pub who: &'static str,
    pub withdrawn: &'static str,
}

const fn e(route: &'static str, visitor: &'static str, who: &'static str, withdrawn: &'static str) -> Entry {
    Entry { route, visitor, who, withdrawn }
}

const ALL_OWN: &str = "gp:own coordinator:own commissioner:own governance:own person:own signatory:own";

/// A route that does two things for two roles stands twice, told apart after `#`.
#[rustfmt::skip]
pub const ENTRIES: &[Entry] = &[
    e("GET /", "in", ALL_OWN, "less"),
    e("GET /people", "in", "gp:own coordinator:own", "less"),
    e("POST /people", "in", "gp:own coordinator:own", "no"),
    e("GET /people/{person}", "in", "gp:none coordinator:none", "no"),
    e("GET /people/{person}/timeline", "in", "gp:none coordinator:none", "no"),
    e("GET /people/{person}/reasons", "in", "gp:none coordinator:none", "no"),
    e("GET /people/{person}/linkage", "in", "gp:none coordinator:none governance:open", "no"),
    e("GET /people/{person}/linkage/part", "in", "gp:none governance:open", "no"),
    e("POST /people/{person}/linkage/part", "in", "gp:none governance:open", "no"),
    e("GET /people/{person}/linkage/partings/{parting}", "in", "gp:none governance:open", "no"),
    e("POST /people/{person}/linkage/partings/{parting}", "in", "gp:none governance:open", "no"),
    e("GET /worklist", "in", "gp:own coordinator:own", "no"),
    e("GET /caseload", "in", "coordinator:own", "less"),
    e("GET /population/groups", "in", "commissioner:no", "wait"),
    e("GET /population/budget", "in", "commissioner:no", "wait"),
    e("GET /population/indicators", "in", "commissioner:no", "wait"),
    e("GET /population/indicators/{name}", "in", "commissioner:no", "wait"),
    e("GET /population/indicators/{name}/{table}", "in", "commissioner:no", "wait"),
    e("GET /population/return", "in", "commissioner:no", "wait"),
    e("GET /population/return.csv", "in", "commissioner:no", "wait"),
    e("GET /population/practices", "in", "commissioner:no", "wait"),
    e("GET /population/practices/{practice}", "in", "commissioner:no", "wait"),
    e("GET /population/practices/{practice}/indicators.csv", "in", "commissioner:no", "wait"),
    e("GET /audit", "in", "governance:open", "less"),
    e("GET /audit/unusual", "in", "governance:open", "less"),
    e("GET /audit/rows/{row}", "in", "governance:open", "less"),
    e("POST /audit/rows/{row}", "in", "governance:open", "less"),
    e("GET /audit/questions", "in", "governance:open", "less"),
    e("GET /audit/questions/{question}", "in", "governance:open", "less"),
    e("POST /audit/questions/{question}", "in", "governance:open", "less"),
    e("GET /agreements", "in", "commissioner:open governance:open signatory:own", "less"),
    e("GET /agreements/new", "in", "governance:open", "less"),
    e("POST /agreements/new", "in", "governance:open", "less"),
    e("GET /agreements/removed", "in", "governance:open signatory:open", "less"),
    e("GET /agreements/coverage", "in", "commissioner:open governance:open signatory:open", "less"),
    e("GET /agreements/coverage/{organisation}", "in", "commissioner:open governance:open signatory:open", "less"),
    e("GET /agreements/{id}", "in", "governance:open signatory:none", "less"),
    e("GET /agreements/{id}/edit", "in", "governance:open", "less"),
    e("GET /objections", "in", "governance:open", "less"),
    e("POST /objections", "in", "governance:open", "less"),
    e("GET /feeds", "in", "governance:open", "less"),
    e("GET /feeds/{file}", "in", "governance:open", "less"),
    e("GET /feeds/{file}/quarantine", "in", "governance:open", "less"),
    e("GET /linkage/review", "in", "governance:open", "less"),
    e("GET /linkage/review/{case}", "in", "governance:open", "none"),
    e("POST /linkage/review/{case}", "in", "governance:open", "none"),
    e("GET /linkage/quality", "in", "commissioner:held governance:open", "held"),
    e("GET /linkage/quality.csv", "in", "commissioner:held governance:open", "held"),
    e("GET /my-record", "in", "person:own", "less"),
    e("GET /my-record/accesses", "in", "person:own", "less"),
    e("GET /my-record/choices", "in", "person:own", "less"),
    e("POST /my-record/choices", "in", "person:own", "less"),
    e("GET /my-record/for/{person}", "in", "person:none", "none"),
    e("GET /my-record/accesses/{row}/ask", "in", "person:none", "less"),
    e("POST /my-record/accesses/{row}/ask", "in", "person:none", "less"),
    e("GET /account", "in", ALL_OWN, "less"),
    e("GET /account/password", "in", ALL_OWN, "less"),
    e("POST /account/password", "in", ALL_OWN, "less"),
    e("GET /account/second-factor", "in", ALL_OWN, "less"),
    e("POST /account/second-factor", "in", ALL_OWN, "less"),
    e("POST /account/second-factor/begin", "in", ALL_OWN, "less"),
    e("POST /account/stay", "in", ALL_OWN, "less"),
    e("POST /account/sign-out-everywhere", "in", ALL_OWN, "less"),
    // What agreements let is changed last.
    e("POST /agreements/{id}#suspend", "in", "governance:open", "less"),
    e("POST /agreements/{id}#sign", "in", "signatory:none", "less"),
    e("POST /agreements/{id}/edit", "in", "governance:open", "less"),
    e("GET /sign-in", "open", "", ""),
    e("POST /sign-in", "open", "", ""),
    e("GET /sign-in/code", "open", "", ""),
    e("POST /sign-in/code", "open", "", ""),
    e("GET /sign-in/password", "open", "", ""),
    e("POST /sign-in/password", "open", "", ""),
    e("GET /sign-in/provider", "open", "", ""),
    e("GET /sign-in/provider/return", "open", "", ""),
    e("POST /sign-in/provider/ended", "open", "", ""),
    e("GET /sign-out", "open", "", ""),
    e("POST /sign-out", "open", "", ""),
    e("GET /help", "open", "", ""),
    e("GET /accessibility", "open", "", ""),
    e("GET /privacy", "open", "", ""),
    e("GET /assets/{*name}", "open", "", ""),
];

/// What entries leave open, with the reason. It only shrinks: [`HELD`] is its size, and may be lowered and never raised.
pub const EXCEPTIONS: &[(&str, &[&str])] = &[
    (
        "visitor: signing in and out, what is said to everybody, and files of the pages' looks; nobody's data is in them",
        &[
            "GET /sign-in",
            "POST /sign-in",
            "GET /sign-in/code",
            "POST /sign-in/code",
            "GET /sign-in/password",
            "POST /sign-in/password",
            "GET /sign-in/provider",
            "GET /sign-in/provider/return",
            "POST /sign-in/provider/ended",
            "GET /sign-out",
            "POST /sign-out",
            "GET /help",
            "GET /accessibility",
            "GET /privacy",
            "GET /assets/{*name}",
        ],
    ),
    (
        "roles: everybody has a home page and an account, and sees nobody else's",
        &[
            "GET /",
            "GET /account",
            "GET /account/password",
            "POST /account/password",
            "GET /account/second-factor",
            "POST /account/second-factor",
            "POST /account/second-factor/begin",
            "POST /account/stay",
            "POST /account/sign-out-everywhere",
        ],
    ),
    (
        "governance elsewhere: the rules know one governance lead's office, for the whole area, and do not tell leads apart by \
         organisation",
        &[
            "GET /people/{person}/linkage",
            "GET /people/{person}/linkage/part",
            "POST /people/{person}/linkage/part",
            "GET /people/{person}/linkage/partings/{parting}",
            "POST /people/{person}/linkage/partings/{parting}",
            "GET /audit",
            "GET /audit/unusual",
            "GET /audit/rows/{row}",
            "POST /audit/rows/{row}",
            "GET /audit/questions",
            "GET /audit/questions/{question}",
            "POST /audit/questions/{question}",
            "GET /agreements",
            "GET /agreements/new",
            "POST /agreements/new",
            "GET /agreements/removed",
            "GET /agreements/coverage",
            "GET /agreements/coverage/{organisation}",
            "GET /agreements/{id}",
            "POST /agreements/{id}#suspend",
            "GET /agreements/{id}/edit",
            "POST /agreements/{id}/edit",
            "GET /objections",
            "POST /objections",
            "GET /feeds",
            "GET /feeds/{file}",
            "GET /feeds/{file}/quarantine",
            "GET /linkage/review",
            "GET /linkage/review/{case}",
            "POST /linkage/review/{case}",
            "GET /linkage/quality",
            "GET /linkage/quality.csv",
        ],
    ),
    (
        "commissioner elsewhere: who has signed for what is known to every commissioner of the area",
        &["GET /agreements", "GET /agreements/coverage", "GET /agreements/coverage/{organisation}"],
    ),
    (
        "signatory elsewhere: who has signed, and what was removed for want of it, is known to every signatory",
        &["GET /agreements/removed", "GET /agreements/coverage", "GET /agreements/coverage/{organisation}"],
    ),
];

/// How many exceptions there are. Lower it with each that goes.
pub const HELD: usize = 62;
