//! Where a role may go. It asks the same rules that decide, so that a link that would be refused is not shown.

use model::Role;
use policy::{Action, Rules};

/// Address, words, and the action that the page asks for.
const WAYS: [(&str, &str, Action); 15] = [
    ("/caseload", "My caseload", Action::ListCaseload),
    ("/team", "My team", Action::ListTeam),
    ("/worklist", "Worklist", Action::ListWorklist),
    ("/people", "Find a person", Action::FindPerson),
    ("/population/groups", "Population groups", Action::ViewPopulation),
    ("/population/budget", "Budget", Action::ViewBudget),
    ("/population/indicators", "Outcomes", Action::ViewIndicators),
    ("/audit", "Who looked at whom", Action::SearchAudit),
    ("/feeds", "Feeds", Action::ViewFeeds),
    ("/agreements", "Agreements", Action::ViewCoverage),
    ("/linkage/review", "Doubtful links", Action::ReviewLinks),
    ("/linkage/quality", "Linkage quality", Action::ViewLinkageQuality),
    ("/my-record", "My record", Action::OpenOwnRecord),
    ("/my-record/accesses", "Who looked at it", Action::ViewOwnAccesses),
    ("/my-record/choices", "My choices", Action::ViewOwnChoices),
];

/// The ways at the head of every page, the home page first.
pub(crate) fn top(rules: &Rules, role: Role) -> Vec<(&'static str, &'static str)> {
    let mut ways = vec![("/", "Home")];
    ways.extend(
        WAYS.iter().filter(|(_, _, action)| rules.may(role, *action)).map(|(href, words, _)| (*href, *words)),
    );
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_sees_its_own_ways() {
        let rules = Rules::built_in().unwrap();
        let ways = |role| top(&rules, role).into_iter().map(|(href, _)| href).collect::<Vec<_>>();
        assert_eq!(ways(Role::Gp), ["/", "/worklist", "/people"]);
        assert_eq!(ways(Role::CareCoordinator), ["/", "/caseload", "/team", "/worklist", "/people"]);
        assert_eq!(ways(Role::TeamMember), ["/", "/team", "/worklist", "/people"]);
        assert_eq!(ways(Role::Person), ["/", "/my-record", "/my-record/accesses", "/my-record/choices"]);
        for role in Role::ALL {
            assert!(ways(role).len() <= 6, "{}: a head has at most six ways", role.name());
        }
    }
}
