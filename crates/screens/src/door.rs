//! The pages at the door: set-up, sign-in, another device, and what is said when it stays shut.

use crate::assets::{Entry, entry};
use crate::page::{Page, Shell};
use crate::words::Lang;
use askama::Template;
use domain::limits::{NAME_BYTES_MAX, PASSWORD_CHARS_MAX};

/// How somebody stands before the door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Visit {
    /// In which language they are spoken to.
    pub lang: Lang,
    /// True if what they type crosses the network unencrypted.
    pub plain_http: bool,
}

/// Why the same page comes again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// The name, or the shop's, cannot be one.
    Name,
    /// Somebody else has the name.
    NameTaken,
    /// Too short or too long.
    Password,
    /// Name or password is wrong; which is not said.
    Unknown,
    /// The code of the second factor is asked for.
    CodeNeeded,
    /// They belong to this shop already.
    AlreadyHere,
    /// No room for more.
    Full,
    /// Too many tries.
    TooOften,
}

/// What a link leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entrance<'a> {
    /// A shop of their own, which is named now.
    Open,
    /// This shop, as its owner.
    Own(&'a str),
    /// A place in this shop.
    Join {
        /// Its name.
        shop: &'a str,
        /// The word of the role.
        role: &'a str,
    },
    /// A duty in the installation: its word.
    Serve(&'a str),
}

/// What somebody is called in a role or a duty; a word that is none stays as it is.
pub fn role_words(lang: Lang, word: &str) -> &str {
    match word {
        "owner" => lang.pick("chủ cửa hàng", "owner"),
        "host" => lang.pick("người bán", "host"),
        "clerk" => lang.pick("nhân viên chốt đơn", "order staff"),
        "packer" => lang.pick("người đóng gói", "packer"),
        "watcher" => lang.pick("người xem", "watcher"),
        "helper" => lang.pick("người giúp cài đặt", "helper"),
        "operator" => lang.pick("người vận hành máy chủ", "operator"),
        word => word,
    }
}

#[derive(Template)]
#[template(path = "door.html")]
struct Door<'a> {
    lang: Lang,
    title: &'a str,
    entry: &'static Entry,
    heading: &'a str,
    texts: Vec<&'a str>,
    complaint: Option<&'static str>,
    form: Option<Form<'a>>,
    way: Option<(&'a str, &'a str)>,
    plain_http: bool,
}

struct Form<'a> {
    action: &'a str,
    carried: Vec<(&'a str, &'a str)>,
    fields: Vec<Field<'a>>,
    button: &'a str,
}

struct Field<'a> {
    label: &'a str,
    name: &'a str,
    kind: &'a str,
    value: &'a str,
    fills: &'a str,
    chars_max: usize,
}

impl Visit {
    /// In by a link, as somebody new, or as who is signed in here (`known`).
    pub fn set_up(
        self,
        entrance: Entrance<'_>,
        link: &str,
        typed: (&str, &str),
        (known, refused): (Option<&str>, Option<Refused>),
    ) -> Page {
        let lang = self.lang;
        let mut fields = Vec::new();
        if entrance == Entrance::Open {
            let name = lang.pick("Tên cửa hàng", "Name of the shop");
            fields.push(text_field(name, "shop", typed.0, "organization"));
        }
        let mut carried = vec![("link", link)];
        let text = match (entrance, known) {
            (_, Some(name)) => {
                carried.push(("come", "known"));
                lang.pick("Bạn đang đăng nhập với tên {}.", "You are signed in as {}.")
                    .replace("{}", name)
            }
            (Entrance::Open | Entrance::Own(_), None) => lang
                .pick(
                    "Người mua thấy tên cửa hàng. Tên và mật khẩu của bạn để vào bảng điều khiển.",
                    "Buyers see the shop's name. Your own name and password open the console.",
                )
                .to_owned(),
            (Entrance::Join { role, .. } | Entrance::Serve(role), None) => {
                let text = lang.pick(
                    "Bạn được mời làm {}. Đặt tên và mật khẩu của bạn.",
                    "You are invited as {}. Choose a name and a password.",
                );
                text.replace("{}", role_words(lang, role))
            }
        };
        if known.is_none() {
            fields.push(self.name_field(typed.1));
            fields.push(self.password_field("new-password"));
        }
        let open = lang.pick("Mở cửa hàng", "Open your shop");
        let (heading, button) = match entrance {
            Entrance::Open => (open, lang.pick("Mở cửa hàng", "Open the shop")),
            Entrance::Own(shop) => (shop, lang.pick("Mở cửa hàng", "Open the shop")),
            Entrance::Join { shop, .. } => (shop, lang.pick("Tham gia", "Join")),
            Entrance::Serve(duty) => (role_words(lang, duty), lang.pick("Tham gia", "Join")),
        };
        self.page(Door {
            heading,
            texts: vec![&text],
            complaint: refused.map(|refused| refused.words(lang)),
            form: Some(Form { action: "/setup", carried, fields, button }),
            ..self.door(heading)
        })
    }

    /// By name and password; then to `next`.
    pub fn sign_in(self, next: &str, name: &str, refused: Option<Refused>) -> Page {
        let lang = self.lang;
        let mut fields = vec![self.name_field(name), self.password_field("current-password")];
        if refused == Some(Refused::CodeNeeded) {
            let label = lang.pick("Mã 6 số trong ứng dụng", "The app's six digits");
            fields.push(text_field(label, "code", "", "one-time-code"));
        }
        self.page(Door {
            complaint: refused.map(|refused| refused.words(lang)),
            form: Some(Form {
                action: "/sign-in",
                carried: vec![("next", next)],
                fields,
                button: lang.pick("Đăng nhập", "Sign in"),
            }),
            ..self.door(lang.pick("Đăng nhập", "Sign in"))
        })
    }

    /// Somebody's other device. A button, so that a preview of the link does not use it up.
    pub fn take_over(self, link: &str, next: &str) -> Page {
        let lang = self.lang;
        self.page(Door {
            texts: vec![lang.pick(
                "Bấm nút để dùng máy này cho cửa hàng của bạn.",
                "Press the button to use this device for your shop.",
            )],
            form: Some(Form {
                action: "/sign-in",
                carried: vec![("link", link), ("next", next)],
                fields: Vec::new(),
                button: lang.pick("Vào bảng điều khiển", "Open the console"),
            }),
            ..self.door(lang.pick("Vào bảng điều khiển", "Open the console"))
        })
    }

    /// A link that opens nothing any more.
    pub fn used_link(self) -> Page {
        let lang = self.lang;
        self.page(Door {
            texts: vec![lang.pick(
                "Đường dẫn này đã dùng rồi hoặc đã quá 15 phút. Tạo đường dẫn mới trên máy chủ \
                 hoặc trong bảng điều khiển, hoặc đăng nhập bằng tên và mật khẩu.",
                "This link was used, or is older than 15 minutes. Make another on the server or \
                 in the console, or sign in with your name and password.",
            )],
            way: Some(("/sign-in", lang.pick("Đăng nhập", "Sign in"))),
            ..self.door(lang.pick("Đường dẫn hết hạn", "The link is over"))
        })
    }

    /// Passwords do not cross a network that others can read.
    pub fn not_from_here(self) -> Page {
        let lang = self.lang;
        self.page(Door {
            texts: vec![lang.pick(
                "Bạn đang ở ngoài mạng nội bộ và kết nối không mã hoá. Hãy vào từ mạng của cửa \
                 hàng, hoặc nhờ người vận hành đặt địa chỉ https.",
                "You are outside the local network and the connection is not encrypted. Come from \
                 the shop's network, or ask the operator for an https address.",
            )],
            ..self.door(lang.pick("Không đăng nhập được từ đây", "No sign-in from here"))
        })
    }

    fn name_field(self, value: &str) -> Field<'_> {
        let label = self.lang.pick("Tên của bạn", "Your name");
        text_field(label, "name", value, "username")
    }

    fn password_field(self, fills: &str) -> Field<'_> {
        let lang = self.lang;
        let label = match fills {
            "new-password" => lang.pick("Mật khẩu (ít nhất 8 chữ)", "Password (8 or more)"),
            _ => lang.pick("Mật khẩu", "Password"),
        };
        let (name, kind, value) = ("password", "password", "");
        Field { label, name, kind, value, fills, chars_max: PASSWORD_CHARS_MAX }
    }

    fn door(self, title: &str) -> Door<'_> {
        Door {
            lang: self.lang,
            title,
            entry: entry(Shell::Viewer.source(self.lang)),
            heading: title,
            texts: Vec::new(),
            complaint: None,
            form: None,
            way: None,
            plain_http: self.plain_http,
        }
    }

    fn page(self, door: Door<'_>) -> Page {
        Page::of(&door)
    }
}

fn text_field<'a>(label: &'a str, name: &'a str, value: &'a str, fills: &'a str) -> Field<'a> {
    Field { label, name, kind: "text", value, fills, chars_max: NAME_BYTES_MAX }
}

impl Refused {
    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Name => lang.pick(
                "Tên này không dùng được: viết ngắn hơn, trên một dòng.",
                "This name cannot be used: shorter, and on one line.",
            ),
            Self::NameTaken => lang.pick(
                "Tên này đã có người dùng ở đây. Chọn tên khác.",
                "Somebody here has this name. Choose another.",
            ),
            Self::Password => {
                lang.pick("Mật khẩu cần 8 đến 128 chữ.", "A password has 8 to 128 characters.")
            }
            Self::Unknown => {
                lang.pick("Tên hoặc mật khẩu không đúng.", "The name or the password is wrong.")
            }
            Self::CodeNeeded => lang.pick(
                "Nhập lại mật khẩu và mã 6 số trong ứng dụng của bạn.",
                "Type the password again, and the six digits that your app shows.",
            ),
            Self::AlreadyHere => {
                lang.pick("Bạn đã ở trong cửa hàng này rồi.", "You belong to this shop already.")
            }
            Self::Full => lang.pick(
                "Đã đủ người: chủ cửa hàng cần bớt người trước.",
                "There is no room for more people: the owner has to let somebody go first.",
            ),
            Self::TooOften => lang.pick(
                "Thử quá nhiều lần. Đợi mười giây rồi thử lại.",
                "Too many tries. Wait ten seconds and try again.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VISIT: Visit = Visit { lang: Lang::Vi, plain_http: true };

    #[test]
    fn what_was_typed_comes_back_escaped_and_the_password_never() {
        let evil = "\"><script>alert(1)</script>";
        let page =
            VISIT.set_up(Entrance::Open, "link", (evil, evil), (None, Some(Refused::Password)));
        assert!(!page.html.contains("<script>"), "{}", page.html);
        assert!(page.html.contains("Mật khẩu cần 8"), "{}", page.html);
        let page = VISIT.sign_in("/host", evil, Some(Refused::Unknown));
        assert!(!page.html.contains("<script>"), "{}", page.html);
    }

    #[test]
    fn a_shop_that_is_known_is_not_asked_for() {
        let page = VISIT.set_up(Entrance::Own("Bí Ba Bể"), "link", ("", ""), (None, None));
        assert!(page.html.contains("Bí Ba Bể"));
        assert!(!page.html.contains("name=\"shop\""));
    }

    #[test]
    fn whoever_is_known_types_nothing_to_join() {
        let join = Entrance::Join { shop: "Bí Ba Bể", role: "packer" };
        let page = VISIT.set_up(join, "link", ("", ""), (Some("Lan"), None));
        assert!(page.html.contains("Lan") && page.html.contains("Bí Ba Bể"), "{}", page.html);
        assert!(!page.html.contains("name=\"password\""), "{}", page.html);
        let page = VISIT.set_up(join, "link", ("", ""), (None, None));
        assert!(page.html.contains("người đóng gói"), "{}", page.html);
    }

    #[test]
    fn every_door_speaks_both_languages() {
        for lang in [Lang::Vi, Lang::En] {
            let visit = Visit { lang, plain_http: false };
            for page in [visit.used_link(), visit.not_from_here(), visit.take_over("l", "/host")] {
                assert!(page.html.contains(&format!("lang=\"{}\"", lang.tag())));
            }
        }
    }
}
