//! Who came through the gate: what handlers are given instead of headers.

use crate::auth;
use crate::problem::Problem;
use accounts::{Act, CameFrom, Principal, SignedIn};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{SessionId, ShopId};
use std::convert::Infallible;

/// Whoever may do in a shop what the row asks for.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// In which shop, as what, by what.
    pub(crate) principal: Principal,
    /// The session of the address; it is that shop's.
    pub(crate) session: Option<SessionId>,
    /// True if a person has shown just now who they are, or if a program calls.
    pub(crate) proved: bool,
}

/// Somebody who is signed in, whatever their shop.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// Who, on which device.
    pub(crate) who: SignedIn,
    /// From where they call now.
    pub(crate) from: CameFrom,
}

impl Caller {
    pub(crate) fn shop(&self) -> ShopId {
        self.principal.shop
    }

    /// The session of the address.
    pub(crate) fn session(&self) -> SessionId {
        self.session.expect("the row's address has a session")
    }

    /// For what is asked of this call besides what its row asks for.
    ///
    /// # Errors
    /// `forbidden`, `proof_needed`.
    pub(crate) fn prove(&self, act: Act) -> Result<(), Problem> {
        if !self.principal.role.may(act) {
            return Err(auth::forbidden(self.principal.role, act));
        }
        if self.proved { Ok(()) } else { Err(auth::proof_needed()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Self>().cloned();
        Ok(caller.expect("the row of this handler asks for an act"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let visitor = parts.extensions.get::<Self>().cloned();
        Ok(visitor.expect("the row of this handler asks for a sign-in"))
    }
}
