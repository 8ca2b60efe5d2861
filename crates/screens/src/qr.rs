//! A QR as a picture that a page can show at any size.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// An SVG, dark on light with its quiet zone; none if the text is too long for a QR.
pub fn qr(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_becomes_a_picture() {
        let picture = qr("http://192.168.1.7:8080/sign-in?link=abc").expect("it fits");
        assert!(picture.contains("<svg") && picture.contains("viewBox"), "{picture}");
        assert!(qr(&"x".repeat(5_000)).is_none());
    }
}
