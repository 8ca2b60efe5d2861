//! `chot shop add`: a shop and its tokens, beside a running server or without one. `chot shop
//! invite`: a link for its owner.

use crate::cli::{ShopAdd, ShopInvite};
use crate::control;
use crate::office::Order;
use crate::say::say;
use crate::settings::data_of;
use anyhow::Result;

/// Adds a shop and prints its tokens, which are shown this once.
pub(crate) fn add(flags: &ShopAdd) -> Result<()> {
    let data = data_of(flags.data.clone())?;
    let order = Order::ShopAdd { name: flags.name.clone() };
    let added = control::order(&data, &order, &mut std::io::sink())?;
    if flags.json {
        say(&added.to_string());
        return Ok(());
    }
    let word = |name: &str| added[name].as_str().unwrap_or_default().to_owned();
    say(&format!("shop          {}", word("shop")));
    say(&format!("host token    {}", word("host_token")));
    say(&format!("source token  {}", word("source_token")));
    say("The tokens are shown this once; only their digests are kept.");
    Ok(())
}

/// Prints a one-time link by which somebody becomes the shop's owner.
pub(crate) fn invite(flags: &ShopInvite) -> Result<()> {
    let data = data_of(flags.data.clone())?;
    let order = Order::ShopInvite { shop: flags.shop.clone() };
    let made = control::order(&data, &order, &mut std::io::sink())?;
    say(made["link"].as_str().unwrap_or_default());
    Ok(())
}
