//! Explaining: one sentence about a reading, for a host who wonders why.

use crate::codebook::Codebook;
use crate::reading::{Meaning, Reading};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use domain::command::Want;
use domain::{Code, Reason};

/// What was recognised, which rule decided, and the reason's stable word where nothing is ordered,
/// as one sentence in Vietnamese and one in English.
/// They repeat nothing of the comment but codes, variants and quantities of the codebook's own
/// offers.
pub fn explain(reading: &Reading, codebook: &Codebook) -> (String, String) {
    let (vi, en) = match &reading.meaning {
        Meaning::Claim(wants) => {
            let lines = list(wants, codebook);
            (format!("Đặt {lines}"), format!("An order of {lines}"))
        }
        Meaning::Cancel(codes) if codes.is_empty() => {
            ("Xin hủy đơn".into(), "A wish to cancel the order".into())
        }
        Meaning::Cancel(codes) => {
            let codes = join(codes.iter().map(Code::to_string));
            (format!("Xin hủy {codes}"), format!("A wish to cancel {codes}"))
        }
        Meaning::Review { reason, suggestion, about } => {
            let (vi, en) = doubt(*reason);
            let about = about.map_or(String::new(), |code| format!(" ({code})"));
            let mut vi = format!("Cần xem lại: {vi}{about}");
            let mut en = format!("For a person: {en}{about}");
            if !suggestion.is_empty() {
                let lines = list(suggestion, codebook);
                vi.push_str(&format!(", có thể là {lines}"));
                en.push_str(&format!(", perhaps {lines}"));
            }
            (vi, en)
        }
        Meaning::Link(_) => (
            "Mã nối tài khoản, không phải đơn".into(),
            "A code that links an account, no order".into(),
        ),
        Meaning::Question => {
            ("Câu hỏi, không giữ hàng".into(), "A question, nothing is held".into())
        }
        Meaning::Chatter => ("Không phải đơn".into(), "No order".into()),
    };
    let phones = reading.phones.len();
    let (vi, en) = match phones {
        0 => (vi, en),
        1 => (format!("{vi}, kèm số điện thoại"), format!("{en}, with a phone number")),
        _ => (
            format!("{vi}, kèm {phones} số điện thoại"),
            format!("{en}, with {phones} phone numbers"),
        ),
    };
    let number = reading.rule.0;
    let (rule_vi, rule_en) = rule(number);
    let why = |word: &str| match reading.reason() {
        Some(reason) => format!("; {word} {}", reason.as_str()),
        None => String::new(),
    };
    (
        format!("{vi} (quy tắc {number}: {rule_vi}{}).", why("lý do")),
        format!("{en} (rule {number}: {rule_en}{}).", why("reason")),
    )
}

/// `A1 × 2 cái, A12 [đen/M] × 1 cái`.
fn list(wants: &[Want], codebook: &Codebook) -> String {
    join(wants.iter().map(|want| {
        let offers = &codebook.offers;
        let offer = offers.iter().find(|offer| offer.terms.code == want.code);
        let unit = offer.map_or("", |offer| &*offer.terms.unit);
        let said: Vec<&str> = want.variant.0.iter().flatten().map(|value| &**value).collect();
        let variant = match said.is_empty() {
            true => String::new(),
            false => format!(" [{}]", said.join("/")),
        };
        let plus = if want.adds { "+" } else { "" };
        let line = format!("{}{variant} × {plus}{} {unit}", want.code, want.quantity);
        line.trim_end().to_string()
    }))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn doubt(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::UnknownCode => ("không có mã này", "there is no such code"),
        Reason::OfferClosed => ("mã đã đóng", "the offer is closed"),
        Reason::OverLimit => ("quá số lượng cho phép", "more than one buyer may have"),
        Reason::OffStep => ("số lượng lẻ bước", "not a whole number of steps"),
        Reason::BadQuantity => ("số lượng không hợp lệ", "no possible quantity"),
        Reason::UnknownVariant => ("không có màu hay cỡ này", "there is no such variant"),
        Reason::TooManyLines => ("quá nhiều dòng", "too many lines"),
        Reason::Edited => ("bình luận đã sửa", "an edited comment"),
        Reason::Doubtful
        | Reason::SoldOut
        | Reason::SessionNotLive
        | Reason::SessionEnded
        | Reason::SessionArchived
        | Reason::Blocked
        | Reason::TooManyHolds
        | Reason::Question
        | Reason::Chatter
        | Reason::Repeated
        | Reason::RepeatedCode
        | Reason::NothingOpen
        | Reason::NoDeadline
        | Reason::ExtendedAlready
        | Reason::CoolingDown
        | Reason::UndoOpen
        | Reason::NothingToUndo
        | Reason::Linked
        | Reason::UnknownLink
        | Reason::DiskLow => ("chưa rõ ý", "the meaning is not clear"),
    }
}

/// The rules of the phrasebook's header, in a few words.
fn rule(number: u16) -> (&'static str, &'static str) {
    match number {
        1 => ("mã trơn là một, số sau mã là số lượng", "a bare code is one, then the quantity"),
        2 => ("mã viết kiểu nào cũng nhận", "a code in any spelling"),
        3 => ("chữ, khoảng trắng, số chưa chắc là mã", "a letter, a blank, digits may be no code"),
        4 => ("không nói mã là sản phẩm đang ghim", "without a code the pinned offer is meant"),
        5 => ("số là mã khi đứng sau 'mã'", "a number is a code after 'mã'"),
        6 => ("câu hỏi không phải đơn", "a question is no order"),
        7 => ("phủ định, hủy, đổi ý", "denied, cancelled or changed"),
        8 => ("số lượng vượt giới hạn", "a quantity beyond its limits"),
        9 => ("nói lại hoặc mua thêm", "said again, or more of it"),
        10 => ("có phần chưa rõ", "a part is unclear"),
        11 => ("màu và cỡ", "variants"),
        12 => ("đơn vị và bước", "units and steps"),
        13 => ("số điện thoại", "phone numbers"),
        14 => ("giá không phải số lượng", "a price is no quantity"),
        15 => ("lời nói quanh mã", "what is said around a code"),
        16 => ("đã sửa, đã đóng, hoặc của nhà mình", "edited, closed, or the shop's own"),
        17 => ("# và bốn chữ số nối tài khoản", "# and four digits link an account"),
        _ => ("không đọc", "not read"),
    }
}
