//! One whole evening on the real program at its most talkative, and then a search for everything
//! that was secret in it: in what it printed and logged, in addresses, headers, errors, metrics and
//! the operator's frames.

mod house;
#[path = "secrets/mod.rs"]
mod secrets;

use house::evidence::{Evidence, Exemption, forms};
use secrets::Evening;

/// Where a secret may stand, and why. Each of these is needed.
const EXEMPTIONS: &[Exemption] = &[
    Exemption {
        secret: "the set-up link",
        place: "what serve prints",
        why: "the first start says the one-time link to whoever started it, once",
    },
    Exemption {
        secret: "the set-up link",
        place: "a short password: error",
        why: "the form that is shown again carries the link on",
    },
    Exemption {
        secret: "the invitation",
        place: "shop invite: printed",
        why: "the command's only purpose, once",
    },
    Exemption {
        secret: "the host token",
        place: "shop add: printed",
        why: "printed once, by contract",
    },
    Exemption {
        secret: "the source token",
        place: "shop add: printed",
        why: "printed once, by contract",
    },
    Exemption {
        secret: "the sign-in",
        place: "the set-up form: header set-cookie",
        why: "the device keeps it there",
    },
    Exemption {
        secret: "the second sign-in",
        place: "the sign-in form: header set-cookie",
        why: "the device keeps it there",
    },
    Exemption {
        secret: "the third sign-in",
        place: "the hand-over form: header set-cookie",
        why: "the device keeps it there",
    },
    Exemption {
        secret: "a buyer token",
        place: "an order by a form: header set-cookie",
        why: "the browser is the same buyer again",
    },
    Exemption {
        secret: "an order's capability",
        place: "an order by a form: header location",
        why: "an order's address holds its capability, by contract",
    },
    Exemption {
        secret: "an order's capability",
        place: "the order's page: link",
        why: "its forms lead to its own address",
    },
    Exemption {
        secret: "an order's capability",
        place: "the sale to its buyer: link",
        why: "the buyer's way back to the order",
    },
    Exemption {
        secret: "an order's capability",
        place: "a contact: header location",
        why: "back to the order's own address",
    },
    Exemption {
        secret: "an order's capability",
        place: "a refused contact: ",
        why: "the form of that very page, to the buyer who sent it",
    },
    Exemption {
        secret: "a buyer's name",
        place: "a refused contact: error",
        why: "a form says again what was typed into it, to whoever typed it",
    },
    Exemption {
        secret: "the phone",
        place: "an export of nothing: complained",
        why: "a command says which of its words was wrong, to whoever typed it",
    },
    Exemption {
        secret: "the phone",
        place: "a refused contact: error",
        why: "a form says again what was typed into it, to whoever typed it",
    },
    Exemption {
        secret: "the address",
        place: "a refused contact: error",
        why: "a form says again what was typed into it, to whoever typed it",
    },
];

#[test]
fn a_whole_evening_leaves_no_secret_where_anybody_may_look() {
    let mut evening = Evening::begin();
    evening.people_come_in();
    evening.machines_come_in();
    evening.words_come_in();
    evening.viewers_come_in();
    evening.an_order_goes_somewhere();
    evening.mistakes_are_made();
    evening.a_console_looks();
    evening.operators_look();
    evening.files_are_taken_home();
    assert!(evening.house.stop(), "{}", evening.house.log());
    evening.house.environment.push(("CHOT_LOG_FORMAT".into(), "json".into()));
    evening.house.start();
    evening.mistakes_are_made();
    evening.words_come_in();
    let found = evening.found(EXEMPTIONS);
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_search_finds_what_was_planted_in_every_form() {
    let secret = "canary Secret/9+ư";
    for (form, planted) in forms(secret.as_bytes()) {
        let mut evidence = Evidence::default();
        evidence.secret("a canary", secret);
        let bytes: Vec<u8> =
            planted.chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect();
        evidence.see("a log", [b"before ".as_slice(), &bytes, b" after"].concat());
        let found = evidence.found(&[]);
        assert!(found.iter().any(|line| line.contains(form)), "{form}: {found:?}");
        let why = "a test";
        let exempt = [Exemption { secret: "a canary", place: "a log", why }];
        assert!(evidence.found(&exempt).is_empty(), "{form}");
        let idle = [Exemption { secret: "another", place: "a log", why }];
        assert!(evidence.found(&idle).len() > found.len(), "an exemption must be needed");
    }
}
