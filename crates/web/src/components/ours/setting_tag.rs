use model::Setting;

use crate::components::nhs::{Tag, TagColour};

/// The setting in words, with a colour that only helps.
pub(crate) fn setting_tag(setting: Setting) -> Tag {
    let colour = match setting {
        Setting::Gp => TagColour::Blue,
        Setting::Emergency => TagColour::Red,
        Setting::Inpatient => TagColour::Orange,
        Setting::Outpatient => TagColour::Yellow,
        Setting::Community => TagColour::Green,
        Setting::MentalHealth => TagColour::Purple,
        Setting::SocialCare => TagColour::AquaGreen,
    };
    Tag::of(colour, setting.label())
}
