use maud::{Markup, Render, html};
use qrcode::{Color, EcLevel};

/// A QR code as a drawing: dark modules on white with the margin that readers need, whatever the colours of the page.
pub(crate) struct QrCode {
    /// What it is of, for those who do not see it.
    title: &'static str,
    /// Modules a side.
    side: usize,
    dark: Vec<bool>,
}

/// Light modules around the code (ISO/IEC 18004).
const MARGIN: usize = 4;

impl QrCode {
    /// Errors: the text is longer than a QR code holds.
    pub(crate) fn of(text: &str, title: &'static str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let side = code.width();
        let dark = code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        Some(Self { title, side, dark })
    }

    /// One rectangle a run of dark modules in a row.
    fn path(&self) -> String {
        let mut path = String::new();
        for (y, row) in self.dark.chunks(self.side).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, other| one == other) {
                if run.first() == Some(&true) {
                    let (left, top, wide) = (x + MARGIN, y + MARGIN, run.len());
                    path.push_str(&format!("M{left} {top}h{wide}v1h-{wide}z"));
                }
                x += run.len();
            }
        }
        path
    }
}

impl Render for QrCode {
    fn render(&self) -> Markup {
        let side = self.side + 2 * MARGIN;
        html! {
            svg class="app-qr" xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (side) " " (side) } role="img"
                shape-rendering="crispEdges" {
                title { (self.title) }
                rect width=(side) height=(side) fill="#ffffff" {}
                path d=(self.path()) fill="#000000" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_has_each_dark_module_once() {
        let code = QrCode::of("otpauth://totp/A:b?secret=MZXW6YTBOI&issuer=A", "A code").unwrap();
        let drawn: usize = code
            .path()
            .split('M')
            .filter_map(|part| part.split_once('h')?.1.split('v').next()?.parse::<usize>().ok())
            .sum();
        assert_eq!(drawn, code.dark.iter().filter(|dark| **dark).count());
        assert_eq!(code.dark.len(), code.side * code.side);
        assert!(QrCode::of(&"x".repeat(8_000), "Too much").is_none());
    }
}
