//! Help and statements, which need no sign-in.

use maud::{Markup, html};

use crate::page::Page;

/// How to use the service.
pub(crate) struct HelpPage;

impl Page for HelpPage {
    fn title(&self) -> String {
        "Help".to_owned()
    }

    fn body(&self) -> Markup {
        html! {
            div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
                h2 class="nhsuk-heading-m" { "Finding a person" }
                p { "Use the NHS number if you have it. Otherwise use the family name and the date of birth. You find people whom your role and organisation may see; for anyone else the answer is the same as for nobody." }
                h2 class="nhsuk-heading-m" { "Reading a record" }
                p { "Each line says which service it comes from and when. A section that is not shown says why. \"Not known\" means that no source says anything, not that there is nothing." }
                h2 class="nhsuk-heading-m" { "How old the data are" }
                p { "The line at the top of each page says up to which day. Data arrive by feed, so one service may be newer than another: the sources at the foot of a record say which." }
                h2 class="nhsuk-heading-m" { "Lists" }
                p { "A worklist is made anew with every day's data. Each person stands there for the reasons shown. Every view of a list is an address that you can keep." }
                h2 class="nhsuk-heading-m" { "If you cannot sign in" }
                p { "After 5 wrong passwords a user name is locked for a minute, and after each further one for longer, up to 15 minutes. Whoever runs this service can give you a new password, which is good for 7 days, or take away a second factor whose device is lost." }
                p { "If you sign in with another organisation's account and are told that your role is not known here, ask whoever runs this service: the page says what they need to know." }
            } }
        }
    }
}

/// What the service does for people with access needs, in the form the law asks for.
pub(crate) struct AccessibilityPage;

impl Page for AccessibilityPage {
    fn title(&self) -> String {
        "Accessibility statement".to_owned()
    }

    fn body(&self) -> Markup {
        html! {
            div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
                p { "This statement is for the pages of this service. We want as many people as possible to be able to use them. You should be able to:" }
                ul class="nhsuk-list nhsuk-list--bullet" {
                    li { "change colours, contrast and letters in your browser" }
                    li { "zoom in to 400% without the page running off the screen" }
                    li { "use every page with a keyboard, with speech recognition, and without scripts" }
                    li { "listen to every page with a screen reader; each picture has its sentence and its table" }
                }
                h2 class="nhsuk-heading-m" { "How accessible the service is" }
                p { "The pages are built to the Web Content Accessibility Guidelines version 2.2, level AA, with the components of the NHS design system. Each page is checked by automatic tests in every change." }
                p { "They have not yet been tested by people with access needs or audited from outside, so we do not claim that they comply." }
                h2 class="nhsuk-heading-m" { "Feedback and contact" }
                p { "Tell whoever runs this service if something does not work for you, or if you need it in another form." }
                h2 class="nhsuk-heading-m" { "Enforcement" }
                p { "The Equality and Human Rights Commission enforces the Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018. If you are not happy with how a complaint is answered, contact the Equality Advisory and Support Service." }
                h2 class="nhsuk-heading-m" { "This statement" }
                p { "Prepared on 21 November 2026. It is reviewed at least every year." }
            } }
        }
    }
}

/// How data are used here, in plain words.
pub(crate) struct PrivacyPage;

impl Page for PrivacyPage {
    fn title(&self) -> String {
        "How data are used".to_owned()
    }

    fn body(&self) -> Markup {
        html! {
            div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
                p { "GPs, hospitals, community and mental health services and councils send what they did for each person. It is joined into one record, so that people need to tell their story once." }
                h2 class="nhsuk-heading-m" { "For care" }
                p { "Those who look after a person may open the record. Who opened which record, when and why is written down before the record is shown. The person can read that list." }
                h2 class="nhsuk-heading-m" { "For planning" }
                p { "Those who plan and pay for services see numbers of people and sums of money, never a person. Numbers from 1 to 7 are not shown." }
                h2 class="nhsuk-heading-m" { "Saying no" }
                p { "A person can ask that the record is not shared beyond the practice. The practice notes it, and the rules hold it." }
                h2 class="nhsuk-heading-m" { "Cookies" }
                p { "One cookie keeps you signed in and one guards forms against forgery. There are no others, and nothing is asked for from other sites." }
            } }
        }
    }
}
