//! Where an order goes, on its page: the form, and what is kept, masked.

use crate::words::Lang;
use askama::Template;
use domain::Contact;
use domain::contact::Unfit;
use domain::limits::ADDRESS_LINES_MAX;

/// Which wording of the sentence of consent the form shows: raised with every change of its
/// meaning, in either language. What was agreed to under an older one stays as it was kept.
pub const CONSENT_VERSION: u32 = 1;

/// What an order's page shows of where it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deliver<'a> {
    /// Nothing is kept, and the order goes nowhere.
    Nowhere,
    /// What is kept.
    Kept {
        /// Shown masked: whoever looks over a shoulder learns little.
        contact: &'a Contact,
        /// Whether the order may still go elsewhere.
        changes: bool,
    },
    /// The form.
    Form(ContactForm<'a>),
}

/// The form as it was typed so far.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct ContactForm<'a> {
    /// Who takes the parcel.
    pub name: &'a str,
    /// Whom the carrier calls.
    pub phone: &'a str,
    /// Where to.
    pub address: &'a str,
    /// True if the box is ticked.
    pub agreed: bool,
    /// What is wrong with it.
    pub wrong: ContactWrong,
}

/// What is wrong with a form; nothing is, before it was sent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ContactWrong {
    /// With the name.
    pub name: Option<Unfit>,
    /// With the phone.
    pub phone: Option<Unfit>,
    /// With the address.
    pub address: Option<Unfit>,
    /// True if the box was left empty.
    pub consent: bool,
}

/// Says nothing of the person.
impl std::fmt::Debug for ContactForm<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContactForm({:?})", self.wrong)
    }
}

impl ContactWrong {
    /// True if anything is.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}

/// The part of the page: a template of its own, which escapes what it is given.
#[derive(Template)]
#[template(path = "contact.html")]
pub(crate) struct DeliverTemplate<'a> {
    lang: Lang,
    /// `order.capability`, as in the page's own address.
    address: &'a str,
    /// Whose session it is, for the way to what is kept.
    session: &'a str,
    kept: Option<String>,
    changes: bool,
    form: Option<FormShown<'a>>,
}

struct FormShown<'a> {
    fields: [Field<'a>; 3],
    is_wrong: bool,
    sentence: String,
    version: u32,
    agreed: bool,
    unagreed: Option<&'static str>,
}

struct Field<'a> {
    label: &'static str,
    name: &'static str,
    kind: &'static str,
    fills: &'static str,
    is_long: bool,
    value: &'a str,
    wrong: Option<String>,
}

impl<'a> DeliverTemplate<'a> {
    pub(crate) fn new(
        deliver: Deliver<'a>,
        shop: &str,
        (address, session): (&'a str, &'a str),
        lang: Lang,
    ) -> Self {
        let nothing = Self { lang, address, session, kept: None, changes: false, form: None };
        match deliver {
            Deliver::Nowhere => nothing,
            Deliver::Kept { contact, changes } => {
                Self { kept: Some(masked(contact)), changes, ..nothing }
            }
            Deliver::Form(form) => Self { form: Some(form_shown(form, shop, lang)), ..nothing },
        }
    }

    /// True while somebody may be typing: the page must not come again by itself.
    pub(crate) fn is_form(&self) -> bool {
        self.form.is_some()
    }
}

/// `Chị Lan · ••••5678 · …`
fn masked(contact: &Contact) -> String {
    format!("{} · ••••{} · …", contact.name.as_str(), contact.phone.ending())
}

fn form_shown<'a>(form: ContactForm<'a>, shop: &str, lang: Lang) -> FormShown<'a> {
    let wrong = form.wrong;
    let fields = [
        Field {
            label: lang.pick("Tên người nhận", "Name of who takes it"),
            name: "name",
            kind: "text",
            fills: "name",
            is_long: false,
            value: form.name,
            wrong: wrong.name.map(|why| name_words(why, lang).to_owned()),
        },
        Field {
            label: lang.pick("Số điện thoại", "Phone number"),
            name: "phone",
            kind: "tel",
            fills: "tel",
            is_long: false,
            value: form.phone,
            wrong: wrong.phone.map(|why| phone_words(why, lang).to_owned()),
        },
        Field {
            label: lang.pick("Địa chỉ nhận hàng", "Address"),
            name: "address",
            kind: "text",
            fills: "street-address",
            is_long: true,
            value: form.address,
            wrong: wrong.address.map(|why| address_words(why, lang)),
        },
    ];
    let unagreed = lang.pick(
        "Cần ‹bạn› đồng ý: không có tên, số điện thoại và địa chỉ thì shop không giao hàng được, \
         mà shop không được giữ các thông tin này nếu ‹bạn› chưa đồng ý.",
        "Your consent is needed: the shop cannot deliver without name, phone and address, and \
         may not keep them unless you agree.",
    );
    FormShown {
        fields,
        is_wrong: wrong.is_any(),
        sentence: sentence(shop, lang),
        version: CONSENT_VERSION,
        agreed: form.agreed,
        unagreed: wrong.consent.then_some(unagreed),
    }
}

/// What is agreed to: a change of its meaning raises [`CONSENT_VERSION`].
fn sentence(shop: &str, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!(
            "Tôi đồng ý để {shop} giữ tên, số điện thoại và địa chỉ này để giao đơn này và các \
             đơn khác tôi đặt ở {shop}, không dùng vào việc khác."
        ),
        Lang::En => format!(
            "I agree that {shop} keeps this name, phone number and address to deliver this order \
             and others that I place with {shop}, and for nothing else."
        ),
    }
}

fn name_words(why: Unfit, lang: Lang) -> &'static str {
    match why {
        Unfit::Empty | Unfit::NoPhone => {
            lang.pick("Viết tên người nhận hàng.", "Write who takes the parcel.")
        }
        Unfit::TooLong => lang.pick("Tên dài quá. Viết ngắn lại.", "Too long: write it shorter."),
        Unfit::TooManyLines | Unfit::Control => lang.pick(
            "Tên có ký tự lạ. Gõ lại trên một dòng.",
            "There is a strange character in it. Type it again, on one line.",
        ),
    }
}

fn phone_words(why: Unfit, lang: Lang) -> &'static str {
    match why {
        Unfit::Empty => {
            lang.pick("Viết số điện thoại để shipper gọi.", "Write the number that is called.")
        }
        Unfit::TooLong | Unfit::TooManyLines | Unfit::Control | Unfit::NoPhone => lang.pick(
            "Chưa đúng số điện thoại. Ví dụ: 0912 345 678. Số nước ngoài bắt đầu bằng dấu +.",
            "This is no phone number. As 0912 345 678; foreign numbers begin with +.",
        ),
    }
}

fn address_words(why: Unfit, lang: Lang) -> String {
    let words = match why {
        Unfit::Empty | Unfit::NoPhone => lang.pick(
            "Viết địa chỉ nhận hàng: số nhà, thôn xóm, xã phường, tỉnh thành.",
            "Write where it goes: house, hamlet or street, commune, province.",
        ),
        Unfit::TooLong => {
            lang.pick("Địa chỉ dài quá. Viết ngắn lại.", "Too long: write it shorter.")
        }
        Unfit::TooManyLines => {
            return match lang {
                Lang::Vi => format!("Nhiều dòng quá. Viết trong {ADDRESS_LINES_MAX} dòng."),
                Lang::En => format!("Too many lines: write at most {ADDRESS_LINES_MAX}."),
            };
        }
        Unfit::Control => lang.pick(
            "Địa chỉ có ký tự lạ. Gõ lại phần đó.",
            "There is a strange character in it. Type that part again.",
        ),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::contact::{Address, ContactName, PhoneNumber, Purpose};
    use domain::{Consent, Timestamp};

    #[test]
    fn what_was_agreed_to_under_a_version_is_the_same_sentence_for_ever() {
        // A version's words are never changed here: other words are another version.
        let versions = [(
            1,
            "Tôi đồng ý để Shop giữ tên, số điện thoại và địa chỉ này để giao đơn này và các đơn \
             khác tôi đặt ở Shop, không dùng vào việc khác.",
            "I agree that Shop keeps this name, phone number and address to deliver this order and \
             others that I place with Shop, and for nothing else.",
        )];
        let now = versions.iter().find(|(version, ..)| *version == CONSENT_VERSION);
        let (_, vi, en) = now.expect("a new version is written down here");
        assert_eq!(sentence("Shop", Lang::Vi), *vi);
        assert_eq!(sentence("Shop", Lang::En), *en);
    }

    #[test]
    fn what_is_kept_is_shown_masked() {
        let contact = Contact {
            name: ContactName::parse("Chị Lan").expect("a name"),
            phone: PhoneNumber::parse("0912345678").expect("a phone"),
            address: Address::parse("Bản Áng").expect("an address"),
            consent: Consent { purpose: Purpose::Delivery, version: 1, at: Timestamp(5) },
        };
        assert_eq!(masked(&contact), "Chị Lan · ••••5678 · …");
    }

    #[test]
    fn the_sentence_of_consent_names_the_shop_in_both_languages() {
        for lang in [Lang::Vi, Lang::En] {
            assert!(sentence("Vườn nhà", lang).contains("Vườn nhà"));
        }
    }
}
