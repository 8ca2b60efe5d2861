//! The table: one row per method and address, and the router that is made of nothing else.

use super::access::Access;
use super::guard;
use crate::doors::Shared;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use serde::Serialize;

/// One way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// `GET`, `POST`, …; a websocket begins as a `GET`.
    pub method: &'static str,
    /// The address, with its parts in braces.
    pub path: &'static str,
    /// Who may come in.
    pub access: Access,
    /// What the audit log says of it.
    pub noted: Option<Noted>,
}

/// What the audit log says of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noted {
    /// A look at personal data, by whomever: noted before it is given.
    Look(&'static str),
    /// Something that a person did: noted when it is done.
    Deed(&'static str),
    /// The same, by whomever.
    Always(&'static str),
}

/// A row as it is printed.
#[derive(Serialize, Debug)]
struct Printed {
    method: &'static str,
    path: &'static str,
    access: String,
    proof: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    noted: Option<&'static str>,
}

/// All rows, and their router.
pub(crate) struct Table {
    rows: Vec<Row>,
    router: Router<Shared>,
}

impl Row {
    /// The row as JSON.
    pub fn json(&self) -> serde_json::Value {
        let roles = self.access.roles();
        let printed = Printed {
            method: self.method,
            path: self.path,
            access: self.access.word(),
            proof: self.access.is_proved(),
            roles: roles.map(|roles| roles.into_iter().map(|role| role.as_str()).collect()),
            noted: self.noted.map(|noted| match noted {
                Noted::Look(act) | Noted::Deed(act) | Noted::Always(act) => act,
            }),
        };
        serde_json::to_value(printed).expect("texts and flags are JSON")
    }
}

impl Table {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), router: Router::new() }
    }

    /// Who may look there.
    pub(crate) fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(("GET", MethodFilter::GET), (path, access, None), handler)
    }

    /// Who may look there at somebody's data, as the audit log names it.
    pub(crate) fn look<H, T>(
        self,
        path: &'static str,
        access: Access,
        act: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(("GET", MethodFilter::GET), (path, access, Some(Noted::Look(act))), handler)
    }

    /// Who may do this there, as the audit log names it; nameless where nobody is asked who they
    /// are.
    pub(crate) fn on<H, T>(
        self,
        method: MethodFilter,
        path: &'static str,
        access: Access,
        act: Option<&'static str>,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add((name(method), method), (path, access, act.map(Noted::Deed)), handler)
    }

    /// Who may do this there, which the audit log names whoever does it.
    pub(crate) fn always<H, T>(
        self,
        method: MethodFilter,
        path: &'static str,
        access: Access,
        act: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let noted = Some(Noted::Always(act));
        self.add((name(method), method), (path, access, noted), handler)
    }

    /// The same for an address that takes bodies of another size.
    pub(crate) fn limited<H, T>(
        mut self,
        method: MethodFilter,
        path: &'static str,
        (access, act): (Access, Option<&'static str>),
        bytes: usize,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let row = Row { method: name(method), path, access, noted: act.map(Noted::Deed) };
        self.rows.push(row);
        let guarded = guarded(row, method, handler).layer(DefaultBodyLimit::max(bytes));
        self.router = self.router.route(path, guarded);
        self
    }

    fn add<H, T>(
        mut self,
        (method, filter): (&'static str, MethodFilter),
        (path, access, noted): (&'static str, Access, Option<Noted>),
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let row = Row { method, path, access, noted };
        self.rows.push(row);
        self.router = self.router.route(path, guarded(row, filter, handler));
        self
    }

    pub(crate) fn rows(self) -> Vec<Row> {
        self.rows
    }

    pub(crate) fn router(self) -> Router<Shared> {
        self.router
    }
}

fn guarded<H, T>(row: Row, filter: MethodFilter, handler: H) -> MethodRouter<Shared>
where
    H: Handler<T, Shared>,
    T: 'static,
{
    let serve = move |State(shared): State<Shared>, request: Request| {
        let handler = handler.clone();
        async move { guard::pass(row, handler, shared, request).await }
    };
    on(filter, serve)
}

fn name(method: MethodFilter) -> &'static str {
    match method {
        MethodFilter::GET => "GET",
        MethodFilter::POST => "POST",
        MethodFilter::PUT => "PUT",
        MethodFilter::PATCH => "PATCH",
        MethodFilter::DELETE => "DELETE",
        other => unreachable!("no row has the method {other:?}"),
    }
}
