use model::PersonId;
use serde::{Deserialize, Serialize};

/// What is asked. Code asks exactly the thing it does; who may is written in `policies/*.cedar`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Search for a person, and see the least that tells people apart.
    FindPerson,
    /// Open a person's shared record.
    OpenRecord,
    /// Open a person's timeline.
    OpenTimeline,
    /// See a case-finding list.
    ListWorklist,
    /// See one's own caseload.
    ListCaseload,
    /// See population groups as counts.
    ViewPopulation,
    /// See budgets.
    ViewBudget,
    /// See indicators.
    ViewIndicators,
    /// See how models of risk are made and how well they do, as counts.
    ViewRiskModel,
    /// See which organisations a figure covers.
    ViewCoverage,
    /// See which files arrived and what became of their rows.
    ViewFeeds,
    /// See refused rows: where and why, never their values.
    ViewQuarantine,
    /// Search who looked at whom.
    SearchAudit,
    /// See the data-sharing agreements.
    ViewAgreements,
    /// Open one's own record.
    OpenOwnRecord,
    /// See who looked at one's own record.
    ViewOwnAccesses,
    /// See which links between sources are doubtful, without whose they are.
    ReviewLinks,
    /// Compare two sources' records that may be of one person.
    CompareRecords,
    /// Say whether two sources' records are of one person.
    JudgeLink,
    /// See which sources' records were joined into a person, and why.
    ViewLinkage,
    /// Say that one of the records joined into a person is somebody else's.
    PartPerson,
    /// See who saw a person's record while somebody else's was joined to it.
    ViewParting,
    /// See how well records are linked, as counts.
    ViewLinkageQuality,
    /// Write, suspend, resume and end data-sharing agreements.
    ManageAgreements,
    /// Sign an agreement for one's own organisation, or withdraw from it.
    SignAgreement,
    /// See how many people have objected to what, without who they are.
    ViewObjections,
    /// Record what a person has asked for: an opt-out, an objection, a proxy.
    RecordObjection,
    /// See one's own choices about sharing.
    ViewOwnChoices,
    /// Change one's own choices about sharing.
    ChooseSharing,
    /// Say what was found out about an access that stood out.
    JudgeAccess,
    /// Ask about an access to one's own record.
    AskAboutAccess,
    /// Answer what a person asked about an access.
    AnswerQuestion,
    /// See any practice's people and indicators, as counts.
    ViewPracticeProfile,
    /// The same of one's own practice only.
    ViewOwnPractice,
    /// Open, in an emergency, the record of a person one has no relationship with.
    BreakGlass,
    /// See who opened one's own people's records in an emergency.
    ListBrokenGlass,
    /// See the access rules and what they come to.
    ViewRules,
    /// Ask what the rules would say of somebody who does not exist.
    TryCase,
    /// See the people under the care of one's own teams.
    ListTeam,
    /// Refer a person to a team, or end a team's care of them.
    ReferToTeam,
    /// See which teams there are and who is in them; no person.
    ViewTeams,
    /// Make a team, and say who is in it from when to when.
    ManageTeams,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 42] = [
        Self::FindPerson,
        Self::OpenRecord,
        Self::OpenTimeline,
        Self::ListWorklist,
        Self::ListCaseload,
        Self::ViewPopulation,
        Self::ViewBudget,
        Self::ViewIndicators,
        Self::ViewRiskModel,
        Self::ViewCoverage,
        Self::ViewFeeds,
        Self::ViewQuarantine,
        Self::SearchAudit,
        Self::ViewAgreements,
        Self::OpenOwnRecord,
        Self::ViewOwnAccesses,
        Self::ReviewLinks,
        Self::CompareRecords,
        Self::JudgeLink,
        Self::ViewLinkage,
        Self::PartPerson,
        Self::ViewParting,
        Self::ViewLinkageQuality,
        Self::ManageAgreements,
        Self::SignAgreement,
        Self::ViewObjections,
        Self::RecordObjection,
        Self::ViewOwnChoices,
        Self::ChooseSharing,
        Self::JudgeAccess,
        Self::AskAboutAccess,
        Self::AnswerQuestion,
        Self::ViewPracticeProfile,
        Self::ViewOwnPractice,
        Self::BreakGlass,
        Self::ListBrokenGlass,
        Self::ViewRules,
        Self::TryCase,
        Self::ListTeam,
        Self::ReferToTeam,
        Self::ViewTeams,
        Self::ManageTeams,
    ];

    /// Lower-case name, as in rules and in the audit.
    pub fn name(self) -> &'static str {
        match self {
            Self::FindPerson => "find_person",
            Self::OpenRecord => "open_record",
            Self::OpenTimeline => "open_timeline",
            Self::ListWorklist => "list_worklist",
            Self::ListCaseload => "list_caseload",
            Self::ViewPopulation => "view_population",
            Self::ViewBudget => "view_budget",
            Self::ViewIndicators => "view_indicators",
            Self::ViewRiskModel => "view_risk_model",
            Self::ViewCoverage => "view_coverage",
            Self::ViewFeeds => "view_feeds",
            Self::ViewQuarantine => "view_quarantine",
            Self::SearchAudit => "search_audit",
            Self::ViewAgreements => "view_agreements",
            Self::OpenOwnRecord => "open_own_record",
            Self::ViewOwnAccesses => "view_own_accesses",
            Self::ReviewLinks => "review_links",
            Self::CompareRecords => "compare_records",
            Self::JudgeLink => "judge_link",
            Self::ViewLinkage => "view_linkage",
            Self::PartPerson => "part_person",
            Self::ViewParting => "view_parting",
            Self::ViewLinkageQuality => "view_linkage_quality",
            Self::ManageAgreements => "manage_agreements",
            Self::SignAgreement => "sign_agreement",
            Self::ViewObjections => "view_objections",
            Self::RecordObjection => "record_objection",
            Self::ViewOwnChoices => "view_own_choices",
            Self::ChooseSharing => "choose_sharing",
            Self::JudgeAccess => "judge_access",
            Self::AskAboutAccess => "ask_about_access",
            Self::AnswerQuestion => "answer_question",
            Self::ViewPracticeProfile => "view_practice_profile",
            Self::ViewOwnPractice => "view_own_practice",
            Self::BreakGlass => "break_glass",
            Self::ListBrokenGlass => "list_broken_glass",
            Self::ViewRules => "view_rules",
            Self::TryCase => "try_case",
            Self::ListTeam => "list_team",
            Self::ReferToTeam => "refer_to_team",
            Self::ViewTeams => "view_teams",
            Self::ManageTeams => "manage_teams",
        }
    }

    /// The action with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// What was done, as the person reads it in their access history.
    pub fn label(self) -> &'static str {
        match self {
            Self::FindPerson => "Searched for people",
            Self::OpenRecord => "Opened the record",
            Self::OpenTimeline => "Opened the timeline",
            Self::ListWorklist => "Looked at a worklist",
            Self::ListCaseload => "Looked at their caseload",
            Self::ViewPopulation => "Looked at population groups",
            Self::ViewBudget => "Looked at budgets",
            Self::ViewIndicators => "Looked at indicators",
            Self::ViewRiskModel => "Looked at a model of risk",
            Self::ViewCoverage => "Looked at coverage",
            Self::ViewFeeds => "Looked at feeds",
            Self::ViewQuarantine => "Looked at refused rows",
            Self::SearchAudit => "Searched who looked at whom",
            Self::ViewAgreements => "Looked at agreements",
            Self::OpenOwnRecord => "Opened their own record",
            Self::ViewOwnAccesses => "Looked at who opened their record",
            Self::ReviewLinks => "Looked at doubtful links",
            Self::CompareRecords => "Compared two records that may be of one person",
            Self::JudgeLink => "Said whether two records are of one person",
            Self::ViewLinkage => "Looked at which records were joined",
            Self::PartPerson => "Said that a joined record is somebody else's",
            Self::ViewParting => "Looked at who saw records that were wrongly joined",
            Self::ViewLinkageQuality => "Looked at linkage quality",
            Self::ManageAgreements => "Wrote, suspended or ended an agreement",
            Self::SignAgreement => "Signed or withdrew from an agreement",
            Self::ViewObjections => "Looked at objections, as counts",
            Self::RecordObjection => "Recorded an objection or a proxy",
            Self::ViewOwnChoices => "Looked at their own choices",
            Self::ChooseSharing => "Changed their own choices",
            Self::JudgeAccess => "Said what was found out about an access",
            Self::AskAboutAccess => "Asked about an access to their record",
            Self::AnswerQuestion => "Answered a question about an access",
            Self::ViewPracticeProfile => "Looked at a practice's profile",
            Self::ViewOwnPractice => "Looked at their own practice's profile",
            Self::BreakGlass => "Broke the glass: asked to open the record in an emergency",
            Self::ListBrokenGlass => "Looked at who opened their people's records in an emergency",
            Self::ViewRules => "Looked at the access rules",
            Self::TryCase => "Tried a case of the access rules",
            Self::ListTeam => "Looked at the people under their team's care",
            Self::ReferToTeam => "Referred to a team, or ended a team's care",
            Self::ViewTeams => "Looked at teams and who is in them",
            Self::ManageTeams => "Made a team, or changed who is in it",
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// One person.
    Person(PersonId),
    /// The person index, searched.
    People,
    /// Case-finding lists and caseloads.
    Worklist,
    /// Pseudonymised counts and sums.
    Marts,
    /// The ledger of files and their refused rows.
    Feeds,
    /// Who looked at whom.
    Audit,
    /// Data-sharing agreements.
    Agreements,
    /// Doubtful links and how well linking goes, without a person.
    Linkage,
    /// The access rules themselves.
    Rules,
    /// Teams and who is in them, without whom they look after.
    Teams,
}

impl Resource {
    /// What is neither a person nor a list of people.
    pub const THINGS: [Self; 7] =
        [Self::Marts, Self::Feeds, Self::Audit, Self::Agreements, Self::Linkage, Self::Rules, Self::Teams];

    /// Lower-case name, as in the audit.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::People => "people",
            Self::Worklist => "worklist",
            Self::Marts => "marts",
            Self::Feeds => "feeds",
            Self::Audit => "audit",
            Self::Agreements => "agreements",
            Self::Linkage => "linkage",
            Self::Rules => "rules",
            Self::Teams => "teams",
        }
    }

    /// The one person asked for, if it is one person.
    pub fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(person),
            _ => None,
        }
    }

    /// Whether this action can be asked of this resource at all; a request for anything else is refused.
    pub fn takes(self, action: Action) -> bool {
        match self {
            Self::Person(_) => matches!(
                action,
                Action::FindPerson
                    | Action::OpenRecord
                    | Action::OpenTimeline
                    | Action::OpenOwnRecord
                    | Action::ViewOwnAccesses
                    | Action::CompareRecords
                    | Action::JudgeLink
                    | Action::ViewLinkage
                    | Action::PartPerson
                    | Action::ViewParting
                    | Action::RecordObjection
                    | Action::ViewOwnChoices
                    | Action::ChooseSharing
                    | Action::AskAboutAccess
                    | Action::BreakGlass
                    | Action::ReferToTeam
            ),
            Self::People => action == Action::FindPerson,
            Self::Worklist => {
                matches!(
                    action,
                    Action::ListWorklist | Action::ListCaseload | Action::ListTeam | Action::ListBrokenGlass
                )
            }
            Self::Marts => {
                matches!(
                    action,
                    Action::ViewPopulation
                        | Action::ViewBudget
                        | Action::ViewIndicators
                        | Action::ViewRiskModel
                        | Action::ViewPracticeProfile
                        | Action::ViewOwnPractice
                )
            }
            Self::Feeds => matches!(action, Action::ViewFeeds | Action::ViewQuarantine),
            Self::Agreements => matches!(
                action,
                Action::ViewAgreements
                    | Action::ViewCoverage
                    | Action::ManageAgreements
                    | Action::SignAgreement
                    | Action::ViewObjections
            ),
            Self::Audit => {
                matches!(action, Action::SearchAudit | Action::JudgeAccess | Action::AnswerQuestion)
            }
            Self::Linkage => matches!(action, Action::ReviewLinks | Action::ViewLinkageQuality),
            Self::Rules => matches!(action, Action::ViewRules | Action::TryCase),
            Self::Teams => matches!(action, Action::ViewTeams | Action::ManageTeams),
        }
    }
}
