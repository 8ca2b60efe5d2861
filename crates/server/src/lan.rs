//! The local network: which address a phone should open, and its QR for the terminal.

use crate::say::say;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;
use tokio::time::interval;

/// How often the address is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The address under which others reach us, if there is a network. Nothing is sent: the system only
/// says which of our addresses it would use.
pub(crate) fn address(listening: SocketAddr) -> Option<SocketAddr> {
    if !listening.ip().is_unspecified() {
        return Some(listening);
    }
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // A documentation address (RFC 5737): it only selects the way out.
    socket.connect("192.0.2.1:9").ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (ip != IpAddr::from([0, 0, 0, 0])).then(|| SocketAddr::new(ip, listening.port()))
}

/// Addresses by which other devices of the local network reach us, as a browser takes them; none if
/// we listen to this machine only.
pub(crate) fn addresses(listening: SocketAddr) -> Vec<String> {
    if listening.ip().is_loopback() {
        return Vec::new();
    }
    address(listening).map(|address| format!("http://{address}")).into_iter().collect()
}

/// Says each new address of the local network with its QR: a laptop that changes its network is
/// found again.
pub(crate) async fn watch(listening: SocketAddr) {
    let mut looks = interval(LOOK);
    let mut known = address(listening);
    loop {
        looks.tick().await;
        let now = address(listening);
        if now != known
            && let Some(address) = now
        {
            tell(address, &format!("http://{address}/"));
        }
        known = now.or(known);
    }
}

/// Says where a phone finds us; its camera opens `url`.
pub(crate) fn tell(address: SocketAddr, url: &str) {
    say(&format!("Mạng nội bộ / local network: http://{address}/"));
    qr(url).iter().for_each(|qr| say(qr));
}

/// A QR of half blocks, dark on light; none if the text is too long for one.
pub(crate) fn qr(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let (dark, light) = (Dense1x2::Dark, Dense1x2::Light);
    Some(code.render::<Dense1x2>().dark_color(light).light_color(dark).build())
}
