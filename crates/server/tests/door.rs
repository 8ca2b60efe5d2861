//! The first start as its owner sees it: a link that opens a shop, once.

mod house;

use house::House;

#[test]
fn the_first_start_prints_a_link_that_works_once() {
    let house = House::open();
    let link = house.says("setup ");
    assert!(link.starts_with(&format!("{}/setup?link=", house.public())), "{link}");
    let page = ureq::get(&link).call().expect("the page");
    assert_eq!(page.status().as_u16(), 200);
    let secret = link.split_once("link=").expect("a link").1;
    let form = [("link", secret), ("shop", "Vườn nhà"), ("name", "Đào"), ("password", "12345678")];
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
    let entered = agent.post(format!("{}/setup", house.public())).send_form(form);
    assert_eq!(entered.expect("an answer").status().as_u16(), 303);
    assert!(ureq::get(&link).call().is_err(), "it was used");
    assert!(!house.log().contains(secret), "no secret is logged");
}

#[test]
fn a_shop_of_a_script_gets_its_owner_by_an_invitation() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let invited = house.run(&["shop", "invite", "--shop", &shop.shop]);
    let link = String::from_utf8(invited.stdout).expect("text");
    assert!(link.starts_with(&format!("{}/setup?link=", house.public())), "{link}");
    let page = ureq::get(link.trim()).call().expect("the page").body_mut().read_to_string();
    assert!(page.expect("text").contains("Vườn nhà"));
    assert!(house.stop());
    let alone = house.run(&["shop", "invite", "--shop", &shop.shop]);
    let error = String::from_utf8_lossy(&alone.stderr).into_owned();
    assert!(!alone.status.success() && error.contains("chot serve"), "{error}");
}
